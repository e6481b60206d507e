"""Learns the model from the training patients and chooses its threshold on the validation patients."""

import argparse
import math

import numpy
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from diagnosis_classifier.data import FEATURES, TRAINING_SITES, is_malignant, of_part, read_site
from diagnosis_classifier.model import Model
from modelkit.reports import write_json

# A missed cancer harms more than a biopsy that is looked at twice. At each site the validation patients have to reach this.
SENSITIVITY = 0.95
INPUTS = list(FEATURES)


def fit(samples):
    """The regression, with each patient counting once however many samples there are."""
    counts = {}
    for sample in samples:
        counts[sample["patient"]] = counts.get(sample["patient"], 0) + 1
    weights = [1 / counts[sample["patient"]] for sample in samples]
    pipeline = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    pipeline.fit(table(samples), [is_malignant(sample) for sample in samples], logisticregression__sample_weight=weights)
    return pipeline


def table(samples):
    return numpy.array([[sample[name] for name in INPUTS] for sample in samples])


def as_model(pipeline, threshold, training):
    scaler, regression = pipeline[0], pipeline[1]
    return Model(
        kind="logistic-regression",
        inputs=INPUTS,
        means=scaler.mean_.tolist(),
        scales=scaler.scale_.tolist(),
        weights=regression.coef_[0].tolist(),
        intercept=float(regression.intercept_[0]),
        threshold=threshold,
        training=training,
    )


def choose_threshold(samples, probabilities, sensitivity=SENSITIVITY):
    """The highest threshold at which every site finds that share of its malignant samples: more would miss more of them."""
    found = {}
    for sample, probability in zip(samples, probabilities):
        if is_malignant(sample):
            found.setdefault(sample["site"], []).append(probability)
    # Of n samples, the k with the highest probabilities have to be found.
    highest = min(
        sorted(values, reverse=True)[math.ceil(sensitivity * len(values) - 1e-9) - 1] for values in found.values()
    )
    # Rounded down, so that no sample more is missed.
    return math.floor(highest * 1000) / 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", default="model/model.json")
    parser.add_argument("--report", default="reports/training.json")
    arguments = parser.parse_args()

    samples = [sample for site in TRAINING_SITES for sample in read_site(site)]
    learned, validation = of_part(samples, "train"), of_part(samples, "validation")
    training = {"sites": TRAINING_SITES, "patients": len({sample["patient"] for sample in learned})}
    model = as_model(fit(learned), 0.5, training)
    probabilities = [model.probability(sample) for sample in validation]
    model.threshold = choose_threshold(validation, probabilities)
    model.save(arguments.out)
    report = {
        "val_auc": float(roc_auc_score([is_malignant(sample) for sample in validation], probabilities)),
        "threshold": model.threshold,
        "training_patients": training["patients"],
    }
    write_json(arguments.report, report)
    print(f"Learned from {training['patients']} patients of {', '.join(TRAINING_SITES)}")
    print(f"AUC on validation patients {report['val_auc']:.4f}; malignant from a probability of {model.threshold:.4f} on")


if __name__ == "__main__":
    main()
