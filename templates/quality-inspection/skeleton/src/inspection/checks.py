"""Checks the data before anything is learned from it, and fails with the place of what is wrong."""

import argparse
import collections
import json
import os
import sys

from inspection.data import EVALUATION_WEEKS, LINES, TRAINING_WEEKS, Unfit, of_weeks, read_parts

# Fewer defects say little of a line.
LEAST_DEFECTS = 50


def find_problems(parts):
    problems = []
    ids = collections.Counter(part["id"] for part in parts)
    problems += [f"part {name} stands {count} times" for name, count in ids.items() if count > 1]
    # The same image in training and evaluation would make the model look better than it is.
    learned = {part["pixels"]: part["id"] for part in of_weeks(parts, TRAINING_WEEKS)}
    later = of_weeks(parts, EVALUATION_WEEKS)
    problems += [
        f"part {part['id']} of week {part['week']} is the same image as {learned[part['pixels']]}, which the model learns from"
        for part in later
        if part["pixels"] in learned
    ]
    for weeks in (TRAINING_WEEKS, EVALUATION_WEEKS):
        defects = collections.Counter(part["line"] for part in of_weeks(parts, weeks) if part["defect"])
        problems += [
            f"{line} has {defects[line]} defects in weeks {weeks[0]} to {weeks[-1]}; fewer than {LEAST_DEFECTS} say little"
            for line in LINES
            if defects[line] < LEAST_DEFECTS
        ]
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--report", default="reports/data.json")
    arguments = parser.parse_args()
    try:
        parts = read_parts()
        problems = find_problems(parts)
    except Unfit as problem:
        parts, problems = [], [str(problem)]
    for problem in problems[:20]:
        print(f"data: {problem}", file=sys.stderr)
    if len(problems) > 20:
        print(f"data: and {len(problems) - 20} more", file=sys.stderr)
    os.makedirs(os.path.dirname(arguments.report) or ".", exist_ok=True)
    with open(arguments.report, "w", encoding="utf-8") as file:
        json.dump({"data_problems": len(problems), "parts": len(parts)}, file)
    if not problems:
        print(f"{len(parts)} parts are complete, believable, and there once each")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
