"""The parts: the columns of parts.csv, what each may hold, and which weeks teach the model."""

import csv
import os
import re

import numpy

LINES = ("line-1", "line-2", "line-3")
TRAINING_WEEKS = (1, 2, 3, 4)
# Later than anything that the model has learned from, as every part in service will be.
EVALUATION_WEEKS = (5, 6)
COLUMNS = ["id", "week", "line", "defect", "pixels"]
SIZE = 16
# One hexadecimal digit for each pixel, row by row, from 0 (black) to f (white).
PIXELS = re.compile(f"[0-9a-f]{{{SIZE * SIZE}}}")


class Unfit(Exception):
    """What is wrong with a row or a part, in words."""


def default_path():
    return os.environ.get("MODEL_CI_DATASET_PARTS", "data/parts.csv")


def read_parts(path=None):
    """All parts. Raises Unfit with the place of whatever cannot be believed."""
    with open(path or default_path(), newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames != COLUMNS:
            raise Unfit(f"the columns must be {', '.join(COLUMNS)}, but are {', '.join(reader.fieldnames or [])}")
        return [read_row(row, line) for line, row in enumerate(reader, start=2)]


def read_row(row, line):
    try:
        if None in row.values() or None in row:
            raise Unfit(f"must have {len(COLUMNS)} columns")
        if not row["id"]:
            raise Unfit("id is missing")
        weeks = [str(week) for week in TRAINING_WEEKS + EVALUATION_WEEKS]
        for name, known in (("week", weeks), ("line", LINES), ("defect", ("0", "1"))):
            if row[name] not in known:
                raise Unfit(f"{name} must be one of {', '.join(known)}, but is {row[name][:50]!r}")
        image = read_pixels(row["pixels"])
        return {**row, "week": int(row["week"]), "defect": int(row["defect"]), "image": image}
    except Unfit as problem:
        raise Unfit(f"line {line}: {problem}") from None


def read_pixels(text):
    """The image as a square of numbers from 0 to 1."""
    if not isinstance(text, str) or not PIXELS.fullmatch(text):
        raise Unfit(f"pixels must be {SIZE * SIZE} hexadecimal digits, one for each pixel, from 0 (black) to f (white)")
    return numpy.array([int(digit, 16) for digit in text], dtype=numpy.float32).reshape(SIZE, SIZE) / 15


def of_weeks(parts, weeks):
    return [part for part in parts if part["week"] in weeks]


def images_of(parts):
    return numpy.stack([part["image"] for part in parts])
