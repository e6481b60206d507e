"""Reads the data set and splits it."""

import csv
import math
import os
import zlib
from collections import namedtuple

House = namedtuple("House", ["id", "size", "price"])

COLUMNS = ["id", "size", "price"]


def dataset_path():
    """Where the data set is: the pipeline says so, and at home it is the file in this repository."""
    return os.environ.get("MODEL_CI_DATASET_HOUSES", "data/houses.csv")


def read_houses(path):
    """Reads houses from a CSV file. Sizes are in square metres, prices in thousands of euros."""
    houses = []
    seen = set()
    with open(path, newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames != COLUMNS:
            raise ValueError(f"{path}: the columns must be {COLUMNS}, but are {reader.fieldnames}")
        for row in reader:
            where = f"{path}, line {reader.line_num}"
            house = House(row["id"], to_number(row["size"], where), to_number(row["price"], where))
            if not house.id or house.id in seen:
                raise ValueError(f"{where}: the id {house.id!r} is empty or not unique")
            if house.size <= 0:
                raise ValueError(f"{where}: a house needs a size above 0")
            seen.add(house.id)
            houses.append(house)
    return houses


def to_number(text, where):
    try:
        number = float(text)
    except (TypeError, ValueError):
        raise ValueError(f"{where}: {text!r} is not a number") from None
    if not math.isfinite(number):
        raise ValueError(f"{where}: {text!r} is not a finite number")
    return number


def split(houses):
    """Splits houses into training and test, about four to one.

    A house's id decides, so that it stays on its side when others are added, and no model is ever tested on what an
    earlier one was trained on.
    """
    training, test = [], []
    for house in houses:
        side = test if zlib.crc32(house.id.encode("utf-8")) % 5 == 0 else training
        side.append(house)
    return training, test
