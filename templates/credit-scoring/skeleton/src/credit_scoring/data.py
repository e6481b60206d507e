"""The loans: their columns, what each may hold, and which of them teach the model."""

import os

from modelkit.rows import demand_features, read_choice, read_number, read_rows, read_text

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


def default_path():
    return os.environ.get("MODEL_CI_DATASET_LOANS", "data/loans.csv")


def read_loans(path=None):
    """All loans, with numbers as numbers. Raises Unfit with the place of whatever cannot be believed."""
    return read_rows(path or default_path(), COLUMNS, read_loan)


def read_loan(row):
    loan = read_applicant({name: row[name] for name in FEATURES})
    loan["id"] = read_text("id", row["id"])
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


def read_applicant(values):
    """What the model needs of somebody who asks for a loan. A feature that is not known is None, '' or left out."""
    demand_features(values, FEATURES)
    applicant = {
        name: read_number(name, values.get(name), *limits, is_optional=name in MAY_BE_MISSING)
        for name, limits in NUMBERS.items()
    }
    applicant.update({name: read_choice(name, values.get(name), known) for name, known in CHOICES.items()})
    return applicant


def of_quarters(loans, quarters):
    return [loan for loan in loans if loan["quarter"] in quarters]


def age_group(loan):
    if loan["age"] < 25:
        return "under-25"
    return "25-59" if loan["age"] < 60 else "60+"
