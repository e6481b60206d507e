"""Measures the model on the test patients of one site.

Writes predictions.jsonl, from which the portal judges sensitivity and specificity with exact limits, patient by patient, and
metrics.json with what it cannot compute from them: calibration.

The accuracy on malignant samples is the sensitivity, that on benign samples the specificity. So that gates can name them, each
sample is in the slices of its own diagnosis alone.
"""

import argparse
import math

from diagnosis_classifier.data import SITES, age_group, is_malignant, of_part, read_site
from diagnosis_classifier.model import Model
from modelkit.reports import print_metrics, write_evaluation


def slices_of(sample):
    rate = "sensitivity" if is_malignant(sample) else "specificity"
    return {rate: sample["diagnosis"], f"{rate}-age": age_group(sample), f"{rate}-sex": sample["sex"]}


def calibration_gap(samples, probabilities):
    """How far the expected share of malignant samples lies from the one that was found. Its error counts patients, not samples."""
    sums = {}
    for sample, probability in zip(samples, probabilities):
        sums[sample["patient"]] = sums.get(sample["patient"], 0) + probability - is_malignant(sample)
    total = math.fsum(sums.values())
    mean = total / len(samples)
    sizes = {}
    for sample in samples:
        sizes[sample["patient"]] = sizes.get(sample["patient"], 0) + 1
    spread = math.fsum((sums[patient] - mean * sizes[patient]) ** 2 for patient in sums)
    error = math.sqrt(spread * len(sums) / (len(sums) - 1)) / len(samples)
    return {"value": abs(mean), "stderr": error, "n": len(sums)}


def measure(model, samples):
    probabilities = [model.probability(sample) for sample in samples]
    right = {True: [], False: []}
    for sample, probability in zip(samples, probabilities):
        right[is_malignant(sample)].append(model.call(probability) == sample["diagnosis"])
    brier = math.fsum((p - is_malignant(sample)) ** 2 for p, sample in zip(probabilities, samples)) / len(samples)
    return [
        {"name": "sensitivity", **share(right[True]), "higherIsBetter": True},
        {"name": "specificity", **share(right[False]), "higherIsBetter": True},
        {"name": "calibration_gap", **calibration_gap(samples, probabilities), "higherIsBetter": False},
        {"name": "brier", "value": brier, "n": len(samples), "higherIsBetter": False},
    ]


def share(right):
    return {"value": sum(right) / len(right), "n": len(right)}


def predict(model, samples):
    """One example for each sample, as the portal reads predictions."""
    return [
        {
            "id": sample["sample"],
            "prediction": model.call(probability),
            "target": sample["diagnosis"],
            # Samples of one patient are not independent.
            "group": sample["patient"],
            "slices": slices_of(sample),
            "text": f"{sample['sex']}, {sample['age']:.0f} years, malignant with a probability of {probability:.3f}",
        }
        for sample in samples
        for probability in [model.probability(sample)]
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--site", choices=SITES, required=True)
    parser.add_argument("--model", default="model/model.json")
    parser.add_argument("--out", default="reports")
    arguments = parser.parse_args()

    model = Model.load(arguments.model)
    samples = of_part(read_site(arguments.site), "test")
    metrics = measure(model, samples)
    write_evaluation(arguments.out, metrics, predict(model, samples))
    print_metrics(metrics)


if __name__ == "__main__":
    main()
