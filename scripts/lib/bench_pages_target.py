"""A Python process to take pages of: the standard library and some work on inputs that differ by the seed given.

Prints `ready` and waits. scripts/lib/bench_pages.py runs it.
"""

import asyncio  # noqa: F401  (imported for its pages)
import csv
import decimal
import email  # noqa: F401
import hashlib
import html
import http.server  # noqa: F401
import io
import json
import logging  # noqa: F401
import random
import re
import sqlite3
import sys
import time
import xml.etree.ElementTree as tree


def work(inputs):
    records = {f"key-{i}": [inputs.random(), inputs.randrange(10**6), "x" * inputs.randrange(20)] for i in range(4_000)}
    text = json.dumps(records)
    again = json.loads(text)
    numbers = re.findall(r"\d+", text)
    hashlib.sha256(text.encode()).hexdigest()
    table = sqlite3.connect(":memory:")
    table.execute("create table t(a, b)")
    table.executemany("insert into t values(?, ?)", [(i, inputs.random()) for i in range(4_000)])
    root = tree.Element("root")
    for number in numbers[:2_000]:
        tree.SubElement(root, "item", value=number).text = html.escape(f"<{number}>")
    output = io.StringIO()
    csv.writer(output).writerows((key, *values) for key, values in again.items())
    total = sum(decimal.Decimal(number) for number in numbers[:2_000])
    return records, again, table, root, output, total


if __name__ == "__main__":
    kept = [work(random.Random(f"{sys.argv[1]}-{k}")) for k in range(3)]
    print("ready", flush=True)
    time.sleep(600)
