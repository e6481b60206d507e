"""Checks the data of all sites before anything is learned from it, and fails with the place of what is wrong."""

from diagnosis_classifier.data import FEATURES, HELD_OUT_SITE, SITES, read_site
from modelkit.checks import check, find_repeated


def find_problems(samples):
    problems = find_repeated("sample", (sample["sample"] for sample in samples))
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


def read_all():
    return [sample for site in SITES for sample in read_site(site)]


if __name__ == "__main__":
    check(__doc__, "samples", read_all, find_problems)
