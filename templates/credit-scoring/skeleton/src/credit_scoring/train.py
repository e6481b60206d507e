"""Learns a scorecard from the training quarters.

The bins of a number are the leaves of a small tree, so that they lie where the risk changes; the risk may only rise with
debts and fall with income, whatever chance says. The weights come from a logistic regression over the weights of evidence.
"""

import argparse
import math
import os

import numpy
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold
from sklearn.tree import DecisionTreeClassifier

from credit_scoring.data import CHOICES, MAY_BE_MISSING, NUMBERS, TRAINING_QUARTERS, of_quarters, read_loans
from credit_scoring.scorecard import Scorecard, bin_of
from modelkit.reports import write_json

MAX_BINS = 5
# Smaller bins would be chance. Half a loan more of each kind keeps empty ones finite.
MIN_SHARE = 0.05
SMOOTHING = 0.5
# Whether the risk rises (1) or falls (-1) with a number: an applicant who earns more must never be declined for that.
RISES = {
    "income": -1,
    "debt_ratio": 1,
    "utilisation": 1,
    "late_payments": 1,
    "employment_years": -1,
    "amount": 1,
    "term_months": 1,
}
# Loans above this probability lose money at the usual margin. Yours follows from your interest and losses.
DECLINE_ABOVE = 0.2


def fit(loans, strength=1.0):
    targets = numpy.array([loan["default"] for loan in loans])
    features = [bin_number(name, loans, targets) for name in NUMBERS]
    features += [{"name": name, "choices": list(known)} for name, known in CHOICES.items()]
    for feature in features:
        weigh_bins(feature, loans, targets)
        while merge_contrary_bins(feature):
            weigh_bins(feature, loans, targets)
    regression = LogisticRegression(C=strength, max_iter=1000)
    regression.fit(evidence_table(features, loans), targets)
    for feature, weight in zip(features, regression.coef_[0]):
        feature["weight"] = float(weight)
    return Scorecard(features, float(regression.intercept_[0]), DECLINE_ABOVE), regression


def bin_number(name, loans, targets):
    known = numpy.array([loan[name] is not None for loan in loans])
    values = numpy.array([[loan[name]] for loan in loans if loan[name] is not None])
    tree = DecisionTreeClassifier(
        max_leaf_nodes=MAX_BINS, min_samples_leaf=MIN_SHARE, monotonic_cst=[RISES[name]], random_state=0
    )
    tree.fit(values, targets[known])
    edges = tree.tree_.threshold[tree.tree_.feature >= 0]
    return {"name": name, "edges": sorted(float(edge) for edge in edges)}


def weigh_bins(feature, loans, targets):
    bins = len(feature["choices"]) if "choices" in feature else len(feature["edges"]) + 1
    indices = [bin_of(feature, loan[feature["name"]]) for loan in loans]
    feature["evidence"] = [weight_of_evidence(indices, targets, index) for index in range(bins)]
    # Nothing speaks for or against what is unknown where it never was.
    feature["missing"] = weight_of_evidence(indices, targets, None) if feature["name"] in MAY_BE_MISSING else 0.0


def merge_contrary_bins(feature):
    """Joins two bins whose order the smoothing has turned around; says whether there were any."""
    direction = RISES.get(feature["name"], 0)
    steps = zip(feature["evidence"], feature["evidence"][1:])
    contrary = [index for index, (low, high) in enumerate(steps) if (high - low) * direction < 0]
    if contrary:
        del feature["edges"][contrary[0]]
    return bool(contrary)


def weight_of_evidence(indices, targets, index):
    inside = numpy.array([other == index for other in indices])
    bad, good = targets[inside].sum(), (1 - targets[inside]).sum()
    return float(
        math.log((bad + SMOOTHING) / (good + SMOOTHING)) - math.log(targets.sum() / (1 - targets).sum())
    )


def evidence_table(features, loans):
    return numpy.array(
        [
            [
                feature["missing"] if index is None else feature["evidence"][index]
                for feature in features
                for index in [bin_of(feature, loan[feature["name"]])]
            ]
            for loan in loans
        ]
    )


def validate(loans, strength):
    """Mean AUC on quarters that were left out, four at a time: what to expect of quarters to come."""
    quarters = [loan["quarter"] for loan in loans]
    scores = []
    for inside, outside in GroupKFold(n_splits=3).split(loans, groups=quarters):
        scorecard, _ = fit([loans[index] for index in inside], strength)
        left_out = [loans[index] for index in outside]
        scores.append(
            roc_auc_score([loan["default"] for loan in left_out], [scorecard.probability(loan) for loan in left_out])
        )
    return float(numpy.mean(scores))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", default="model/scorecard.json")
    parser.add_argument("--report", default="reports/training.json")
    arguments = parser.parse_args()
    strength = float(os.environ.get("PARAM_STRENGTH", "1"))

    loans = of_quarters(read_loans(), TRAINING_QUARTERS)
    scorecard, _ = fit(loans, strength)
    scorecard.save(arguments.out)
    report = {
        "val_auc": validate(loans, strength),
        "train_auc": float(
            roc_auc_score([loan["default"] for loan in loans], [scorecard.probability(loan) for loan in loans])
        ),
        "loans": len(loans),
    }
    write_json(arguments.report, report)
    print(f"Learned from {len(loans)} loans of {TRAINING_QUARTERS[0]} to {TRAINING_QUARTERS[-1]}")
    print(f"AUC on quarters left out {report['val_auc']:.4f}, on all of them {report['train_auc']:.4f}")


if __name__ == "__main__":
    main()
