"""Checks data before anything is learned from it: says what is wrong and where, counts it in a report, and fails."""

import argparse
import collections
import sys

from modelkit.reports import write_json
from modelkit.rows import Unfit

# More would hide the first ones in the log.
SHOWN = 20


def find_repeated(noun, ids):
    return [f"{noun} {name} occurs {count} times" for name, count in collections.Counter(ids).items() if count > 1]


def check(description, nouns, read, find_problems):
    """The whole stage. What `read` answers is counted in the report under its name, such as "loans"."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--report", default="reports/data.json")
    arguments = parser.parse_args()
    try:
        rows = read()
        problems = find_problems(rows)
    except Unfit as problem:
        rows, problems = [], [str(problem)]
    for problem in problems[:SHOWN]:
        print(f"data: {problem}", file=sys.stderr)
    if len(problems) > SHOWN:
        print(f"data: and {len(problems) - SHOWN} more", file=sys.stderr)
    write_json(arguments.report, {"data_problems": len(problems), nouns: len(rows)})
    if problems:
        sys.exit(1)
    print(f"Checked {len(rows)} {nouns} and found no problem")
