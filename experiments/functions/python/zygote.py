"""Imports one function once and forks a child for each instance, as SOCK's import cache does.

    python zygote.py FUNCTION

Prints `ready zygote`. A line `fork REQUESTS ANSWERS` on standard input forks a child that serves the function with
these two named pipes as its standard input and output (see launcher.py); `child PID` is printed. A child ends with
its requests, so when whoever opened the pipes is gone, so is the child.
"""

import importlib
import os
import signal
import sys

import launcher


def become_instance(handle, requests_path, answers_path):
    """Serves in a forked child; does not return."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(requests_path, os.O_RDONLY), 0)
    os.dup2(os.open(answers_path, os.O_WRONLY), 1)
    launcher.serve(handle, open(0, closefd=False), open(1, "w", closefd=False))
    os._exit(0)


def main():
    """Imports the function and forks until the input ends."""
    handle = importlib.import_module(sys.argv[1]).handle
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # no zombies: nobody waits for the children
    print("ready zygote", flush=True)
    for line in sys.stdin:
        _, requests_path, answers_path = line.split()
        child = os.fork()
        if child == 0:
            become_instance(handle, requests_path, answers_path)
        print("child", child, flush=True)


if __name__ == "__main__":
    main()
