"""Counts words in child processes and adds the counts up (Medes: MapReduce, multiprocessing).

Two processes and two pipes for each request, and no pool: pools need /dev/shm, which AWS Lambda lacks, and keep
threads. The children are gone before the request is answered.
"""

import collections
import multiprocessing

import inputs

WORDS, MAPPERS = 80_000, 2


def count(words, connection):
    """The mapper: sends how often each word occurs."""
    connection.send(collections.Counter(words))
    connection.close()


def handle(request):
    """The words counted, the distinct ones, and the five most frequent (ties in order of the alphabet)."""
    text = inputs.words(inputs.Numbers(request["seed"], request["request"]), WORDS)
    share = len(text) // MAPPERS
    running = []
    for number in range(MAPPERS):
        receiver, sender = multiprocessing.Pipe(duplex=False)
        part = text[number * share : (number + 1) * share]
        process = multiprocessing.Process(target=count, args=(part, sender))
        process.start()
        sender.close()
        running.append((process, receiver))
    total = collections.Counter()
    for process, receiver in running:
        total.update(receiver.recv())
        receiver.close()
        process.join()
    top = sorted(total.items(), key=lambda item: (-item[1], item[0]))[:5]
    return {"words": total.total(), "distinct": len(total), "top": top}
