"""The samples: where they come from, what each may hold, and which of them teach, choose the threshold, and measure."""

import os

from modelkit.rows import demand_features, read_choice, read_number, read_rows, read_text

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


def path_of(site):
    return os.environ.get(f"MODEL_CI_DATASET_{site.upper()}", f"data/{site}.csv")


def read_site(site, path=None):
    """All samples of a site. Raises Unfit with the place of whatever cannot be believed."""
    samples = read_rows(path or path_of(site), COLUMNS, read_row)
    return [{**sample, "site": site} for sample in samples]


def read_row(row):
    sample = read_sample({name: row[name] for name in FEATURES})
    for name in ("sample", "patient"):
        sample[name] = read_text(name, row[name])
    for name, known in (("part", PARTS), ("sex", SEXES), ("diagnosis", DIAGNOSES)):
        sample[name] = read_choice(name, row[name], known)
    sample["age"] = read_number("age", row["age"], *AGES)
    return sample


def read_sample(values):
    """What the model needs of a sample."""
    demand_features(values, FEATURES)
    return {name: read_number(name, values.get(name), *limits) for name, limits in FEATURES.items()}


def of_part(samples, part):
    return [sample for sample in samples if sample["part"] == part]


def is_malignant(sample):
    return sample["diagnosis"] == "malignant"


def age_group(sample):
    if sample["age"] < 45:
        return "under-45"
    return "45-64" if sample["age"] < 65 else "65+"
