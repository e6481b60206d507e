"""Checks the data of all sites before anything is learned from it, and fails with the place of what is wrong."""

import argparse
import collections
import json
import os
import sys

from diagnosis_classifier.data import FEATURES, HELD_OUT_SITE, SITES, Unfit, read_site


def find_problems(samples):
    problems = []
    counts = collections.Counter(sample["sample"] for sample in samples)
    problems += [f"sample {name} stands {count} times" for name, count in counts.items() if count > 1]
    # The same patient in two parts, or in two sites, would make the model look better than it is.
    places = {}
    for sample in samples:
        places.setdefault(sample["patient"], set()).add((sample["site"], sample["part"]))
    problems += [
        f"patient {patient} is in {' and in '.join(' of '.join(reversed(place)) for place in sorted(found))}"
        for patient, found in places.items()
        if len(found) > 1
    ]
    problems += [
        f"sample {sample['sample']} of the held-out site {HELD_OUT_SITE} is in {sample['part']}"
        for sample in samples
        if sample["site"] == HELD_OUT_SITE and sample["part"] != "test"
    ]
    first = {}
    for sample in samples:
        facts = tuple(sample[name] for name in FEATURES)
        other = first.setdefault(facts, sample)
        if other["patient"] != sample["patient"]:
            problems.append(f"samples {other['sample']} and {sample['sample']} of two patients are the same")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--report", default="reports/data.json")
    arguments = parser.parse_args()
    try:
        samples = [sample for site in SITES for sample in read_site(site)]
        problems = find_problems(samples)
    except Unfit as problem:
        samples, problems = [], [str(problem)]
    for problem in problems[:20]:
        print(f"data: {problem}", file=sys.stderr)
    if len(problems) > 20:
        print(f"data: and {len(problems) - 20} more", file=sys.stderr)
    os.makedirs(os.path.dirname(arguments.report) or ".", exist_ok=True)
    with open(arguments.report, "w", encoding="utf-8") as file:
        json.dump({"data_problems": len(problems), "samples": len(samples)}, file)
    if not problems:
        print(f"{len(samples)} samples are complete, believable, and no patient is in two parts")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
