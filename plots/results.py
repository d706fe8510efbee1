"""Reads a results directory of `pagefold simulate --output`."""

import csv
import json

import numpy as np

from problem import Problem


def variants(directory):
    """The names of the variants, in their order."""
    manifest = directory / "manifest.json"
    if not manifest.is_file():
        raise Problem(f"{directory} holds no manifest.json: is it a results directory?")
    try:
        return [entry["variant"] for entry in json.loads(manifest.read_text("utf-8"))["variants"]]
    except (ValueError, KeyError, TypeError) as error:
        raise Problem(f"{manifest}: this is not a manifest of results: {error}") from error


def number_columns(path, columns):
    """The numbers of some columns of a CSV file, by variant; empty cells become NaN."""
    rows = {}
    try:
        with open(path, newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                rows.setdefault(row["variant"], []).append(
                    [float(row[column]) if row[column] else np.nan for column in columns])
    except (ValueError, KeyError, TypeError) as error:
        raise Problem(f"{path}: this file of results is damaged: {error}") from error
    return {variant: np.array(values).T for variant, values in rows.items()}
