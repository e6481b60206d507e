"""Reads tables of which every value is checked, so that nothing is learned from what cannot be."""

import csv
import os


class Unfit(ValueError):
    """What is wrong with a row, or with what somebody asks about, in words."""


def read_rows(path, columns, read_row):
    """All rows of a CSV file, as read_row makes them from the texts of a row. Raises Unfit with the place of what is wrong."""
    name = os.path.basename(path)
    rows = []
    with open(path, newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames != columns:
            raise Unfit(f"{name}: the columns must be {', '.join(columns)}, but are {', '.join(reader.fieldnames or [])}")
        for row in reader:
            try:
                if None in row or None in row.values():
                    raise Unfit(f"must have {len(columns)} columns")
                rows.append(read_row(row))
            except Unfit as problem:
                raise Unfit(f"{name}, line {reader.line_num}: {problem}") from None
    return rows


def read_number(name, value, low, high, is_optional=False):
    """A number from low to high. One that is not known is None, '' or left out, and is None where it is optional."""
    if value is None or value == "":
        return None if is_optional else refuse(f"{name} is missing")
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        refuse(f"{name} must be a number")
    try:
        number = float(value)
    except (ValueError, OverflowError):
        refuse(f"{name} must be a number, but is {str(value)[:50]!r}")
    # Neither nan nor infinity lies between numbers.
    if not low <= number <= high:
        refuse(f"{name} must lie between {low} and {high}, but is {str(value)[:50]}")
    return number


def read_choice(name, value, known):
    if value not in known:
        refuse(f"{name} must be one of {', '.join(known)}, but is {str(value)[:50]!r}")
    return value


def read_text(name, value):
    if not isinstance(value, str) or not value:
        refuse(f"{name} is missing")
    return value


def demand_features(values, known):
    """Refuses what is no object, or has features that are not known."""
    if not isinstance(values, dict):
        refuse("must be an object")
    unknown = sorted(set(values) - set(known))
    if unknown:
        refuse(f"there is no feature {unknown[0][:50]!r}; there are {', '.join(known)}")


def refuse(problem):
    raise Unfit(problem)
