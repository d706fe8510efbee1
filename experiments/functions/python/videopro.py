"""Reads a film frame by frame, greys it and measures movement (FunctionBench: video_processing)."""

import os
import tempfile

import cv2
import numpy

WIDTH, HEIGHT, FRAMES = 320, 240, 48


def film(request, path):
    """Writes a film at `path`: a bright square wanders over a ground of its own."""
    numbers = numpy.random.default_rng([request["seed"], request["request"]])
    ground = cv2.resize(numbers.integers(0, 160, (6, 8, 3), dtype=numpy.uint8), (WIDTH, HEIGHT))
    step = numbers.integers(1, 5, 2)
    writer = cv2.VideoWriter(path, cv2.VideoWriter_fourcc(*"MJPG"), 24, (WIDTH, HEIGHT))
    for number in range(FRAMES):
        frame = ground.copy()
        left, top = int(number * step[0] % (WIDTH - 60)), int(number * step[1] % (HEIGHT - 60))
        cv2.rectangle(frame, (left, top), (left + 60, top + 60), (230, 240, 250), -1)
        writer.write(frame)
    writer.release()


def handle(request):
    """The number of frames, their mean grey, the mean change between frames, and the pixels on edges."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "film.avi")
        film(request, path)
        reader = cv2.VideoCapture(path)
        before, frames, grey, change, edges = None, 0, 0.0, 0.0, 0
        while True:
            more, frame = reader.read()
            if not more:
                break
            now = cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY)
            grey += float(now.mean())
            edges += int(numpy.count_nonzero(cv2.Canny(now, 80, 160)))
            if before is not None:
                change += float(cv2.absdiff(now, before).mean())
            before, frames = now, frames + 1
        reader.release()
    return {"frames": frames, "grey": grey / frames, "change": change / (frames - 1), "edges": edges}
