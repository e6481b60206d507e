"""Learns to tell scratched parts from good ones, from the weeks that teach.

The threshold is chosen on the last of these weeks, which the model has not seen then: the highest one that still finds as many
defects as it should. Afterwards the model learns from all of them.
"""

import argparse
import os

import joblib
import numpy
from sklearn.metrics import roc_auc_score
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from inspection.data import TRAINING_WEEKS, images_of, of_weeks, read_parts
from inspection.features import features
from modelkit.reports import write_json

# A defect that is missed costs more than a good part that is looked at again.
FIND = 0.985


def fit(parts):
    model = make_pipeline(
        StandardScaler(),
        MLPClassifier((8,), solver="lbfgs", alpha=3.0, max_iter=5000, random_state=0),
    )
    return model.fit(features(images_of(parts)), targets_of(parts))


def targets_of(parts):
    return numpy.array([part["defect"] for part in parts])


def choose_threshold(probabilities, targets):
    """The highest threshold at which the share FIND of the defects lies above it."""
    defects = numpy.sort(probabilities[targets == 1])
    return float(defects[int(len(defects) * (1 - FIND))])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", default="trained/model.joblib")
    parser.add_argument("--report", default="reports/training.json")
    arguments = parser.parse_args()

    parts = read_parts()
    last = of_weeks(parts, TRAINING_WEEKS[-1:])
    earlier = fit(of_weeks(parts, TRAINING_WEEKS[:-1]))
    probabilities = earlier.predict_proba(features(images_of(last)))[:, 1]
    threshold = choose_threshold(probabilities, targets_of(last))
    learned = of_weeks(parts, TRAINING_WEEKS)
    os.makedirs(os.path.dirname(arguments.out) or ".", exist_ok=True)
    joblib.dump({"model": fit(learned), "threshold": threshold}, arguments.out)
    report = {
        "val_auc": float(roc_auc_score(targets_of(last), probabilities)),
        "threshold": threshold,
        "parts": len(learned),
    }
    write_json(arguments.report, report)
    print(f"Learned from {len(learned)} parts of weeks {TRAINING_WEEKS[0]} to {TRAINING_WEEKS[-1]}")
    print(f"AUC on week {TRAINING_WEEKS[-1]} {report['val_auc']:.4f}; rejected is what is above {threshold:.4f}")


if __name__ == "__main__":
    main()
