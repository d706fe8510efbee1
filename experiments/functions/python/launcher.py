"""Serves one function, as the launchers of serverless platforms do: import it, say so, answer requests.

    python launcher.py FUNCTION

Prints `ready import`, then reads one JSON object a line from standard input and answers each with one line on
standard output. Between requests it waits idle; it ends with its input.
"""

import importlib
import json
import sys


def answer(handle, line):
    """The answer to the request in `line`: one line of JSON."""
    request = json.loads(line)
    try:
        return json.dumps({"request": request["request"], "answer": handle(request)})
    except Exception as error:  # what a platform would send back
        return json.dumps({"request": request.get("request"), "error": f"{type(error).__name__}: {error}"})


def serve(handle, requests, answers):
    """Answers the lines of `requests` until there are no more."""
    print("ready import", file=answers, flush=True)
    for line in requests:
        print(answer(handle, line), file=answers, flush=True)


if __name__ == "__main__":
    serve(importlib.import_module(sys.argv[1]).handle, sys.stdin, sys.stdout)
