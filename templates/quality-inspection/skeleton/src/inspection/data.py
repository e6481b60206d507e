"""The parts: the columns of parts.csv, what each may hold, and which weeks teach the model."""

import os
import re

import numpy

from modelkit.rows import demand_features, read_choice, read_rows, read_text, refuse

LINES = ("line-1", "line-2", "line-3")
TRAINING_WEEKS = (1, 2, 3, 4)
# Later than anything that the model has learned from, as every part in service will be.
EVALUATION_WEEKS = (5, 6)
COLUMNS = ["id", "week", "line", "defect", "pixels"]
SIZE = 16
# One hexadecimal digit for each pixel, row by row, from 0 (black) to f (white).
PIXELS = re.compile(f"[0-9a-f]{{{SIZE * SIZE}}}")


def default_path():
    return os.environ.get("MODEL_CI_DATASET_PARTS", "data/parts.csv")


def read_parts(path=None):
    """All parts. Raises Unfit with the place of whatever cannot be believed."""
    return read_rows(path or default_path(), COLUMNS, read_part)


def read_part(row):
    weeks = [str(week) for week in TRAINING_WEEKS + EVALUATION_WEEKS]
    return {
        "id": read_text("id", row["id"]),
        "week": int(read_choice("week", row["week"], weeks)),
        "line": read_choice("line", row["line"], LINES),
        "defect": int(read_choice("defect", row["defect"], ("0", "1"))),
        "pixels": row["pixels"],
        "image": read_pixels(row["pixels"]),
    }


def read_pixels(text):
    """The image as a square of numbers from 0 to 1."""
    if not isinstance(text, str) or not PIXELS.fullmatch(text):
        refuse(f"pixels must be {SIZE * SIZE} hexadecimal digits, one for each pixel, from 0 (black) to f (white)")
    return numpy.array([int(digit, 16) for digit in text], dtype=numpy.float32).reshape(SIZE, SIZE) / 15


def read_image(values):
    """The image of a part that somebody asks about."""
    demand_features(values, ["pixels"])
    return read_pixels(values.get("pixels"))


def of_weeks(parts, weeks):
    return [part for part in parts if part["week"] in weeks]


def images_of(parts):
    return numpy.stack([part["image"] for part in parts])
