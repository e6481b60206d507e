"""Reads the data set and splits it."""

import os
import zlib
from collections import namedtuple

from modelkit.checks import find_repeated
from modelkit.rows import read_number, read_rows, read_text, refuse

House = namedtuple("House", ["id", "size", "price"])

COLUMNS = ["id", "size", "price"]
# The lowest and the highest value that is believed, in square metres and thousands of euros.
SIZES = (1, 1_000_000)
PRICES = (0, 1_000_000)


def dataset_path():
    """Where the data set is: the pipeline says so, and at home it is the file in this repository."""
    return os.environ.get("MODEL_CI_DATASET_HOUSES", "data/houses.csv")


def read_houses(path):
    """Reads houses from a CSV file. Raises Unfit with the place of what cannot be."""
    houses = read_rows(path, COLUMNS, read_house)
    for problem in find_repeated("house", (house.id for house in houses)):
        refuse(problem)
    return houses


def read_house(row):
    return House(
        read_text("id", row["id"]), read_number("size", row["size"], *SIZES), read_number("price", row["price"], *PRICES)
    )


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
