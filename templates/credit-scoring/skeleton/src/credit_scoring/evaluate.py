"""Measures the scorecard on each quarter after those that it has learned from.

Writes predictions.jsonl, from which the portal judges ranking (AUC) as a whole, by quarter and by channel, and metrics.json with
what it cannot compute from them: stability, calibration and fairness.
"""

import argparse
import math

from credit_scoring.data import EVALUATION_QUARTERS, TRAINING_QUARTERS, age_group, of_quarters, read_loans
from credit_scoring.scorecard import Scorecard
from modelkit.reports import print_metrics, write_evaluation
from modelkit.stability import stability

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


def predict(scorecard, loans):
    """One example for each loan, as the portal reads predictions."""
    return [
        {
            "id": loan["id"],
            "prediction": round(scorecard.probability(loan), 9),
            "target": loan["default"],
            "slices": {"quarter": loan["quarter"], "channel": loan["channel"]},
            "text": f"{loan['purpose']}, {loan['amount']:.0f} for {loan['term_months']:.0f} months",
        }
        for loan in of_quarters(loans, EVALUATION_QUARTERS)
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="model/scorecard.json")
    parser.add_argument("--out", default="reports")
    arguments = parser.parse_args()

    scorecard = Scorecard.load(arguments.model)
    loans = read_loans()
    metrics, rates = measure(scorecard, loans)
    write_evaluation(arguments.out, metrics, predict(scorecard, loans))
    print_metrics(metrics)
    for group, rate in rates.items():
        print(f"approved of those in {group} who paid back: {rate:.1%}")


if __name__ == "__main__":
    main()
