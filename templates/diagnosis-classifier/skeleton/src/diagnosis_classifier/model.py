"""The model in service: a logistic regression and its threshold. It needs nothing but Python."""

import json
import math

from modelkit.reports import write_json


class Model:
    def __init__(self, kind, inputs, means, scales, weights, intercept, threshold, training):
        self.kind = kind
        self.inputs = inputs
        self.means = means
        self.scales = scales
        self.weights = weights
        self.intercept = intercept
        # Probability from which on a sample is called malignant.
        self.threshold = threshold
        # {"sites": [...], "patients": n}: what it has learned from.
        self.training = training

    def probability(self, sample):
        """Probability that a sample is malignant."""
        log_odds = self.intercept + math.fsum(
            weight * (sample[name] - mean) / scale
            for name, mean, scale, weight in zip(self.inputs, self.means, self.scales, self.weights)
        )
        # Neither side overflows.
        return 1 / (1 + math.exp(-log_odds)) if log_odds > 0 else 1 - 1 / (1 + math.exp(log_odds))

    def call(self, probability):
        return "malignant" if probability >= self.threshold else "benign"

    def save(self, path):
        write_json(path, vars(self))

    @classmethod
    def load(cls, path):
        with open(path, encoding="utf-8") as file:
            return cls(**json.load(file))
