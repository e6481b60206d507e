"""The samples: where they come from, what each may hold, and which of them teach, choose the threshold, and measure."""

import csv
import os

# Every one of them has to pass.
DECIDING_SITES = ["north", "south", "west"]
# Never learned from and never decisive: it only shows what a site would see that the model does not know.
HELD_OUT_SITE = "coast"
SITES = [*DECIDING_SITES, HELD_OUT_SITE]
TRAINING_SITES = ["north", "south", "west"]

# Feature to the lowest and highest value that is believed: micrometres for the radius, grey levels for the texture, shares.
FEATURES = {
    "radius": (1, 30),
    "texture": (0, 100),
    "irregularity": (0, 1),
    "concavity": (0, 1),
    "symmetry": (0, 1),
    "grooves": (0, 1),
    "nucleus_share": (0, 1),
    "chromatin": (0, 1),
}
PARTS = ("train", "validation", "test")
DIAGNOSES = ("benign", "malignant")
# Known to compare subgroups. The model never gets them.
SEXES = ("f", "m")
AGES = (0, 120)
COLUMNS = ["sample", "patient", "part", "age", "sex", *FEATURES, "diagnosis"]


class Unfit(Exception):
    """What is wrong with a row or a sample, in words."""


def path_of(site):
    return os.environ.get(f"MODEL_CI_DATASET_{site.upper()}", f"data/{site}.csv")


def read_site(site, path=None):
    """All samples of a site. Raises Unfit with the place of whatever cannot be believed."""
    with open(path or path_of(site), newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames != COLUMNS:
            raise Unfit(
                f"{site}: the columns must be {', '.join(COLUMNS)}, but are {', '.join(reader.fieldnames or [])}"
            )
        return [read_row(row, site, line) for line, row in enumerate(reader, start=2)]


def read_row(row, site, line):
    try:
        if None in row.values() or None in row:
            raise Unfit(f"must have {len(COLUMNS)} columns")
        sample = read_sample({name: row[name] for name in FEATURES})
        for name in ("sample", "patient"):
            sample[name] = row[name] or refuse(f"{name} is missing")
        for name, known in (("part", PARTS), ("sex", SEXES), ("diagnosis", DIAGNOSES)):
            sample[name] = read_choice(name, row[name], known)
        sample["age"] = read_number("age", row["age"], *AGES)
        sample["site"] = site
        return sample
    except Unfit as problem:
        raise Unfit(f"{site}, line {line}: {problem}") from None


def read_sample(values):
    """What the model needs of a sample."""
    if not isinstance(values, dict):
        raise Unfit("a sample must be an object")
    unknown = sorted(set(values) - set(FEATURES))
    if unknown:
        raise Unfit(f"there is no feature {unknown[0]!r}; there are {', '.join(FEATURES)}")
    return {name: read_number(name, values.get(name), *limits) for name, limits in FEATURES.items()}


def read_number(name, value, low, high):
    if value is None or value == "":
        refuse(f"{name} is missing")
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        refuse(f"{name} must be a number")
    try:
        number = float(value)
    except (ValueError, OverflowError):
        refuse(f"{name} must be a number, but is {str(value)[:50]!r}")
    if not low <= number <= high:
        refuse(f"{name} must lie between {low} and {high}, but is {str(value)[:50]}")
    return number


def read_choice(name, value, known):
    if value not in known:
        refuse(f"{name} must be one of {', '.join(known)}, but is {str(value)[:50]!r}")
    return value


def refuse(problem):
    raise Unfit(problem)


def of_part(samples, part):
    return [sample for sample in samples if sample["part"] == part]


def is_malignant(sample):
    return sample["diagnosis"] == "malignant"


def age_group(sample):
    if sample["age"] < 45:
        return "under-45"
    return "45-64" if sample["age"] < 65 else "65+"
