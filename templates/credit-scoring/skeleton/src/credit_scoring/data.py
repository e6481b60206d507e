"""The loans: their columns, what each may hold, and which of them teach the model."""

import csv
import os

TRAINING_QUARTERS = [f"{year}Q{quarter}" for year in (2021, 2022, 2023) for quarter in (1, 2, 3, 4)]
# Later than anything that the model has learned from, as every decision in service will be.
EVALUATION_QUARTERS = [f"2024Q{quarter}" for quarter in (1, 2, 3, 4)]

# Feature to the lowest and highest value that is believed.
NUMBERS = {
    "income": (0, 1_000_000),
    "debt_ratio": (0, 1),
    "utilisation": (0, 1),
    "late_payments": (0, 100),
    "employment_years": (0, 60),
    "amount": (100, 1_000_000),
    "term_months": (6, 120),
}
CHOICES = {"purpose": ("car", "home", "education", "other")}
# Of people without a credit line.
MAY_BE_MISSING = {"utilisation"}
FEATURES = [*NUMBERS, *CHOICES]

# Known for the checks of fairness and stability. The model never sees them.
CHANNELS = ("branch", "online", "broker")
SEXES = ("f", "m")
AGES = (18, 120)
COLUMNS = ["id", "quarter", *FEATURES, "channel", "sex", "age", "default"]


class Unfit(Exception):
    """What is wrong with a row or an applicant, in words."""


def default_path():
    return os.environ.get("MODEL_CI_DATASET_LOANS", "data/loans.csv")


def read_loans(path=None):
    """All loans, with numbers as numbers. Raises Unfit with the place of whatever cannot be believed."""
    with open(path or default_path(), newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames != COLUMNS:
            raise Unfit(f"the columns must be {', '.join(COLUMNS)}, but are {', '.join(reader.fieldnames or [])}")
        return [read_row(row, line) for line, row in enumerate(reader, start=2)]


def read_row(row, line):
    try:
        if None in row.values() or None in row:
            raise Unfit(f"must have {len(COLUMNS)} columns")
        loan = read_applicant({name: row[name] for name in FEATURES})
        loan["id"] = row["id"] or refuse("id is missing")
        for name, known in (
            ("quarter", TRAINING_QUARTERS + EVALUATION_QUARTERS),
            ("channel", CHANNELS),
            ("sex", SEXES),
            ("default", ("0", "1")),
        ):
            loan[name] = read_choice(name, row[name], known)
        loan["age"] = read_number("age", row["age"], *AGES)
        loan["default"] = int(loan["default"])
        return loan
    except Unfit as problem:
        raise Unfit(f"line {line}: {problem}") from None


def read_applicant(values):
    """What the model needs of somebody who asks for a loan. A feature that is not known is None, '' or left out."""
    if not isinstance(values, dict):
        raise Unfit("an applicant must be an object")
    unknown = sorted(set(values) - set(FEATURES))
    if unknown:
        raise Unfit(f"there is no feature {unknown[0]!r}; there are {', '.join(FEATURES)}")
    applicant = {name: read_number(name, values.get(name), *limits) for name, limits in NUMBERS.items()}
    applicant.update({name: read_choice(name, values.get(name), known) for name, known in CHOICES.items()})
    return applicant


def read_number(name, value, low, high):
    if value is None or value == "":
        return None if name in MAY_BE_MISSING else refuse(f"{name} is missing")
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


def of_quarters(loans, quarters):
    return [loan for loan in loans if loan["quarter"] in quarters]


def age_group(loan):
    if loan["age"] < 25:
        return "under-25"
    return "25-59" if loan["age"] < 60 else "60+"
