"""Checks the data before anything is learned from it, and fails with the place of what is wrong."""

import collections

from credit_scoring.data import EVALUATION_QUARTERS, FEATURES, TRAINING_QUARTERS, read_loans
from modelkit.checks import check, find_repeated

# Fewer defaults say little of a quarter.
LEAST_DEFAULTS = 30


def find_problems(loans):
    problems = find_repeated("loan", (loan["id"] for loan in loans))
    # The same applicant in training and evaluation would make the model look better than it is.
    learned = {facts(loan): loan["id"] for loan in loans if loan["quarter"] in TRAINING_QUARTERS}
    problems += [
        f"loan {loan['id']} of {loan['quarter']} is the same as {learned[facts(loan)]}, which the model learns from"
        for loan in loans
        if loan["quarter"] in EVALUATION_QUARTERS and facts(loan) in learned
    ]
    defaults = collections.Counter(loan["quarter"] for loan in loans if loan["default"])
    problems += [
        f"{quarter} has {defaults[quarter]} defaults; fewer than {LEAST_DEFAULTS} say little"
        for quarter in TRAINING_QUARTERS + EVALUATION_QUARTERS
        if defaults[quarter] < LEAST_DEFAULTS
    ]
    return problems


def facts(loan):
    return tuple(loan[name] for name in (*FEATURES, "age", "sex"))


if __name__ == "__main__":
    check(__doc__, "loans", read_loans, find_problems)
