"""Measures the scorecard on each quarter after those that it has learned from.

Writes predictions.jsonl, from which the portal judges ranking (AUC) as a whole, by quarter and by channel, and metrics.json with
what it cannot compute from them: stability, calibration and fairness.
"""

import argparse
import json
import math
import os

from credit_scoring.data import EVALUATION_QUARTERS, TRAINING_QUARTERS, age_group, of_quarters, read_loans
from credit_scoring.scorecard import Scorecard

STABILITY_BINS = 10


def stability(expected, actual):
    """Population stability index of scores: how far the applicants have moved from those of the training data.

    The bins are tenths of the training scores. Below 0.1 little has changed, above 0.25 the model is used on other people.
    """
    ranked = sorted(expected)
    edges = [ranked[len(ranked) * index // STABILITY_BINS] for index in range(1, STABILITY_BINS)]
    return math.fsum(
        (new - old) * math.log(new / old) for old, new in zip(shares(expected, edges), shares(actual, edges))
    )


def shares(values, edges):
    counts = [0] * (len(edges) + 1)
    for value in values:
        counts[sum(value > edge for edge in edges)] += 1
    # Half a value more in each bin keeps empty ones finite.
    return [(count + 0.5) / (len(values) + 0.5 * len(counts)) for count in counts]


def calibration_gap(loans, probabilities):
    """How far the expected share of defaults lies from the one that was seen, with its standard error."""
    n = len(loans)
    gap = abs(sum(probabilities) - sum(loan["default"] for loan in loans)) / n
    error = math.sqrt(math.fsum(p * (1 - p) for p in probabilities)) / n
    return {"value": gap, "stderr": error, "n": n}


def approval_gap(loans, approved, group_of):
    """Of those who paid back, how much more often the best group is approved than the worst, with its standard error.

    That is equality of opportunity: who deserves a loan gets it, whatever group they are of.
    """
    groups = {}
    for loan, is_approved in zip(loans, approved):
        if not loan["default"]:
            groups.setdefault(group_of(loan), []).append(is_approved)
    rates = {name: sum(values) / len(values) for name, values in groups.items()}
    best, worst = max(rates, key=rates.get), min(rates, key=rates.get)
    error = math.sqrt(sum(rates[name] * (1 - rates[name]) / len(groups[name]) for name in {best, worst}))
    return {"value": rates[best] - rates[worst], "stderr": error, "n": sum(map(len, groups.values()))}, rates


def measure(scorecard, loans):
    """The metrics, and the approval rates by group for people to read."""
    before = [scorecard.probability(loan) for loan in of_quarters(loans, TRAINING_QUARTERS)]
    later = of_quarters(loans, EVALUATION_QUARTERS)
    probabilities = [scorecard.probability(loan) for loan in later]
    approved = [not scorecard.is_declined(probability) for probability in probabilities]
    by_sex, sexes = approval_gap(later, approved, lambda loan: loan["sex"])
    by_age, ages = approval_gap(later, approved, age_group)
    metrics = [
        {
            "name": "brier",
            "value": math.fsum((p - loan["default"]) ** 2 for p, loan in zip(probabilities, later)) / len(later),
            "n": len(later),
        },
        {"name": "calibration_gap", **calibration_gap(later, probabilities)},
        {"name": "approval_gap_sex", **by_sex},
        {"name": "approval_gap_age", **by_age},
        {"name": "approval_rate", "value": sum(approved) / len(approved), "n": len(approved), "higherIsBetter": True},
    ]
    for quarter in EVALUATION_QUARTERS:
        scores = [p for p, loan in zip(probabilities, later) if loan["quarter"] == quarter]
        metrics.append(
            {"name": "psi", "value": stability(before, scores), "slice": f"quarter={quarter}", "n": len(scores)}
        )
    return metrics, {**sexes, **ages}


def write_predictions(path, scorecard, loans):
    with open(path, "w", encoding="utf-8") as file:
        for loan in of_quarters(loans, EVALUATION_QUARTERS):
            example = {
                "id": loan["id"],
                "prediction": round(scorecard.probability(loan), 9),
                "target": loan["default"],
                "slices": {"quarter": loan["quarter"], "channel": loan["channel"]},
                "text": f"{loan['purpose']}, {loan['amount']:.0f} for {loan['term_months']:.0f} months",
            }
            file.write(json.dumps(example) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="model/scorecard.json")
    parser.add_argument("--out", default="reports")
    arguments = parser.parse_args()

    scorecard = Scorecard.load(arguments.model)
    loans = read_loans()
    metrics, rates = measure(scorecard, loans)
    os.makedirs(arguments.out, exist_ok=True)
    write_predictions(os.path.join(arguments.out, "predictions.jsonl"), scorecard, loans)
    with open(os.path.join(arguments.out, "metrics.json"), "w", encoding="utf-8") as file:
        json.dump(metrics, file, indent=1)
    for metric in metrics:
        print(f"{metric['name']:<18} {metric.get('slice', ''):<16} {metric['value']:.4f}")
    for group, rate in rates.items():
        print(f"approved of those in {group} who paid back: {rate:.1%}")


if __name__ == "__main__":
    main()
