"""The model: naive Bayes over words and pairs of words."""

import json
import math
import re
from collections import Counter

from modelkit.reports import write_json
from sentiment.data import LABELS

WORD = re.compile(r"[a-z0-9']+|[!?]")


def features(text, ngrams):
    """The words of a text, and with ngrams=2 also each pair of neighbours."""
    words = WORD.findall(text.lower())
    found = list(words)
    for size in range(2, ngrams + 1):
        found.extend(" ".join(words[at : at + size]) for at in range(len(words) - size + 1))
    return found


class NaiveBayes:
    """Weights that add up to the log-odds of positive against negative."""

    def __init__(self, bias, weights, ngrams):
        self.bias = bias
        self.weights = weights
        self.ngrams = ngrams

    @classmethod
    def fit(cls, texts, labels, smoothing=1.0, ngrams=1):
        """Counts how often each feature is in texts of each label. Smoothing is what each count begins with."""
        if len(texts) != len(labels):
            raise ValueError(f"there are {len(texts)} texts, but {len(labels)} labels")
        if set(labels) != set(LABELS):
            raise ValueError(f"the texts must have all of the labels {LABELS}")
        if not smoothing > 0:
            raise ValueError("the smoothing must be above 0")
        if ngrams < 1:
            raise ValueError("ngrams must be at least 1")
        counts = {label: Counter() for label in LABELS}
        for text, label in zip(texts, labels):
            counts[label].update(features(text, ngrams))
        vocabulary = sorted(set().union(*counts.values()))
        totals = {label: sum(counts[label].values()) + smoothing * len(vocabulary) for label in LABELS}
        negative, positive = LABELS
        weights = {
            feature: math.log((counts[positive][feature] + smoothing) / totals[positive])
            - math.log((counts[negative][feature] + smoothing) / totals[negative])
            for feature in vocabulary
        }
        prior = Counter(labels)
        return cls(math.log(prior[positive] / prior[negative]), weights, ngrams)

    def probability(self, text):
        """How likely the text is positive, by the model."""
        # The exact sum does not depend on the order, so that every machine answers the same.
        log_odds = math.fsum([self.bias, *(self.weights.get(feature, 0.0) for feature in features(text, self.ngrams))])
        return 1 / (1 + math.exp(-max(-700.0, min(700.0, log_odds))))

    def predict(self, text):
        return LABELS[self.probability(text) > 0.5]

    def save(self, path):
        write_json(path, {"bias": self.bias, "ngrams": self.ngrams, "weights": self.weights})

    @classmethod
    def load(cls, path):
        with open(path, encoding="utf-8") as file:
            values = json.load(file)
        model = cls(float(values["bias"]), dict(values["weights"]), int(values["ngrams"]))
        if not all(math.isfinite(weight) for weight in [model.bias, *model.weights.values()]):
            raise ValueError(f"{path}: the numbers of a model must be finite")
        return model
