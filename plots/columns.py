"""CSV files that pagefold writes, with columns that are known."""

import csv

from problem import Problem


def rows(path, columns, otherwise):
    """The lines of a CSV file with exactly these columns; `otherwise` says what a file with others is not."""
    try:
        with open(path, newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file, strict=True)
            if reader.fieldnames != columns:
                raise Problem(f"{path}: {otherwise}")
            found = list(reader)
    except (csv.Error, UnicodeDecodeError) as error:
        raise Problem(f"{path}: this is not CSV: {error}")
    if not found:
        raise Problem(f"{path}: there is nothing to draw")
    return found
