"""Checks the data before anything is learned from it, and fails with the place of what is wrong."""

import argparse
import collections
import json
import os
import sys

from credit_scoring.data import EVALUATION_QUARTERS, FEATURES, TRAINING_QUARTERS, Unfit, read_loans

# Fewer defaults say little of a quarter.
LEAST_DEFAULTS = 30


def find_problems(loans):
    problems = []
    ids = collections.Counter(loan["id"] for loan in loans)
    problems += [f"loan {name} stands {count} times" for name, count in ids.items() if count > 1]
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


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--report", default="reports/data.json")
    arguments = parser.parse_args()
    try:
        loans = read_loans()
        problems = find_problems(loans)
    except Unfit as problem:
        loans, problems = [], [str(problem)]
    for problem in problems[:20]:
        print(f"data: {problem}", file=sys.stderr)
    if len(problems) > 20:
        print(f"data: and {len(problems) - 20} more", file=sys.stderr)
    os.makedirs(os.path.dirname(arguments.report) or ".", exist_ok=True)
    with open(arguments.report, "w", encoding="utf-8") as file:
        json.dump({"data_problems": len(problems), "loans": len(loans)}, file)
    if not problems:
        print(f"{len(loans)} loans are complete, believable, and there once each")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
