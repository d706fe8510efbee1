"""Solves a dense system and multiplies matrices (FunctionBench: linpack, matmul)."""

import numpy

SIZE = 400


def system(request):
    """A well-conditioned system with its solution."""
    numbers = numpy.random.default_rng([request["seed"], request["request"]])
    matrix = numbers.random((SIZE, SIZE)) + SIZE * numpy.eye(SIZE)
    return matrix, numbers.random(SIZE)


def handle(request):
    """Solves A x = A s for s and gives the trace of A A'."""
    matrix, solution = system(request)
    solved = numpy.linalg.solve(matrix, matrix @ solution)
    return {"sum": float(solved.sum()), "trace": float(numpy.trace(matrix @ matrix.T))}
