"""Checks the data before anything is learned from it, and fails with the place of what is wrong."""

import collections

from inspection.data import EVALUATION_WEEKS, LINES, TRAINING_WEEKS, of_weeks, read_parts
from modelkit.checks import check, find_repeated

# Fewer defects say little of a line.
LEAST_DEFECTS = 50


def find_problems(parts):
    problems = find_repeated("part", (part["id"] for part in parts))
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


if __name__ == "__main__":
    check(__doc__, "parts", read_parts, find_problems)
