"""Makes a file of samples for each site: measurements of cell nuclei from biopsies that never were, of patients who never lived.

The same seed makes the same files, with nothing but Python. Nuclei of malignant samples are larger, less regular, more often
grooved, and crowded; how much so differs between patients, and a little between samples of one patient. Women and men, young and
old have the same disease; sites differ in their microscopes (size, texture) and stains (chromatin), and in whom they see. The
site coast is unlike the others: no model learns from it.
"""

import csv
import os
import random

SEED = 20260611
# Patients of each part. The held-out site has nobody to learn from.
PATIENTS = {"train": 250, "validation": 200, "test": 600}
SITES = {"north": PATIENTS, "south": PATIENTS, "west": PATIENTS, "coast": {"test": 400}}
# Feature to its mean in benign samples, what malignancy adds, the spread between patients and between samples of one, and digits.
FEATURES = {
    "radius": (6.2, 1.5, 0.75, 0.4, 2),
    "texture": (18.0, 2.6, 3.2, 1.2, 1),
    "irregularity": (0.21, 0.075, 0.045, 0.025, 3),
    "concavity": (0.08, 0.065, 0.04, 0.02, 3),
    "symmetry": (0.82, -0.05, 0.045, 0.025, 3),
    "grooves": (0.1, 0.17, 0.1, 0.05, 3),
    "nucleus_share": (0.36, 0.1, 0.065, 0.03, 3),
    "chromatin": (0.55, -0.08, 0.07, 0.03, 3),
}
# What a site's microscope and stain add, in spreads between patients.
EFFECTS = {
    "north": {},
    "south": {"texture": 0.25, "chromatin": -0.2},
    "west": {"radius": -0.15, "chromatin": 0.25},
    "coast": {"radius": 0.35, "texture": 0.4, "chromatin": -0.5},
}
COLUMNS = ["sample", "patient", "part", "age", "sex", *FEATURES, "diagnosis"]


def samples_of(random, site, part, number):
    patient = f"{site[0].upper()}{number:04d}"
    diagnosis = "malignant" if random.random() < 0.45 else "benign"
    age = round(min(90, max(18, random.gauss(57 if site == "west" else 51, 16))))
    sex = random.choices("fm", weights=[6, 4])[0]
    # How advanced the disease is.
    degree = random.gauss(1, 0.16) if diagnosis == "malignant" else 0
    own = {name: random.gauss(0, spread) for name, (_, _, spread, _, _) in FEATURES.items()}
    for index in range(random.choice([1, 1, 2, 2, 3])):
        sample = {"sample": f"{patient}-{index + 1}", "patient": patient, "part": part, "age": age, "sex": sex}
        for name, (mean, more, spread, noise, digits) in FEATURES.items():
            shift = EFFECTS[site].get(name, 0) * spread
            value = mean + degree * more + own[name] + shift + random.gauss(0, noise)
            highest = None if name in ("radius", "texture") else 1
            value = max(0, value if highest is None else min(highest, value))
            sample[name] = f"{value:.{digits}f}"
        yield {**sample, "diagnosis": diagnosis}


def main():
    for position, (site, parts) in enumerate(SITES.items()):
        generator = random.Random(SEED + position)
        path = os.path.join(os.path.dirname(os.path.abspath(__file__)), f"{site}.csv")
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            number = 0
            for part, patients in parts.items():
                for _ in range(patients):
                    number += 1
                    writer.writerows(samples_of(generator, site, part, number))


if __name__ == "__main__":
    main()
