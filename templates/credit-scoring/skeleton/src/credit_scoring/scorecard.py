"""The model in service: a scorecard, which is a table that people can read.

Each feature falls into bins. A bin has a weight of evidence, which is the logarithm of how many more good than bad loans of the
training data lie in it than in all of them. The odds of a default are a weighted sum of those. It needs nothing but Python.
"""

import bisect
import json
import math

from modelkit.reports import write_json

# What people are told of a feature that lowers their score. Have your legal department read them.
REASONS = {
    "income": "Income is low for the loan",
    "debt_ratio": "Existing debts are high compared with income",
    "utilisation": "A large part of the credit lines is in use",
    "late_payments": "Payments were late",
    "employment_years": "Time with employers is short",
    "amount": "Amount of the loan is high",
    "term_months": "Term of the loan is long",
    "purpose": "Purpose of the loan",
}
MAX_REASONS = 4


class Scorecard:
    def __init__(self, features, intercept, decline_above):
        # [{"name", "edges" or "choices", "evidence", "missing", "weight"}], in the order of reports
        self.features = features
        self.intercept = intercept
        # Probability of a default above which a loan is declined.
        self.decline_above = decline_above

    def contributions(self, applicant):
        """How much each feature adds to the logarithm of the odds of a default."""
        return {feature["name"]: feature["weight"] * evidence_of(feature, applicant) for feature in self.features}

    def probability(self, applicant):
        """Probability of a default within a year."""
        log_odds = self.intercept + math.fsum(self.contributions(applicant).values())
        return 1 / (1 + math.exp(-log_odds))

    def is_declined(self, probability):
        return probability > self.decline_above

    def reasons(self, applicant):
        """What speaks against the applicant most: by how much each feature is worse than its best value."""
        contributions = self.contributions(applicant)
        losses = {
            feature["name"]: contributions[feature["name"]] - best_of(feature)
            for feature in self.features
        }
        worst = sorted(losses, key=lambda name: (-losses[name], name))
        return [
            {"feature": name, "text": REASONS[name], "log_odds": round(losses[name], 4)}
            for name in worst[:MAX_REASONS]
            if losses[name] > 0
        ]

    def save(self, path):
        write_json(path, vars(self))

    @classmethod
    def load(cls, path):
        with open(path, encoding="utf-8") as file:
            return cls(**json.load(file))


def bin_of(feature, value):
    """Index of the bin; None where the value is missing."""
    if value is None:
        return None
    if "choices" in feature:
        return feature["choices"].index(value)
    return bisect.bisect_left(feature["edges"], value)


def evidence_of(feature, applicant):
    index = bin_of(feature, applicant[feature["name"]])
    return feature["missing"] if index is None else feature["evidence"][index]


def best_of(feature):
    return min(feature["weight"] * evidence for evidence in feature["evidence"])
