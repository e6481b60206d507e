"""The expected values of the tests of class metrics, from scikit-learn.

    python3 -m venv /tmp/classes
    /tmp/classes/bin/pip install scikit-learn==1.9.1
    /tmp/classes/bin/python classMetrics.py > classMetrics.json
"""

import json
import random

from sklearn.metrics import f1_score, precision_score, recall_score

random.seed(20261127)

METRICS = {"precision": precision_score, "recall": recall_score, "f1": f1_score}


def guesses(targets, labels, right):
    return [t if random.random() < right else random.choice(labels) for t in targets]


def case(name, targets, predictions, positive=None):
    """One class where the targets have a known positive one, else the mean over the classes of the targets."""
    labels = [positive] if positive else sorted(set(targets))
    every = sorted(set(targets))

    def values(rows):
        actual = [targets[i] for i in rows]
        said = [predictions[i] for i in rows]
        present = [label for label in labels if label in actual]
        macro = [label for label in every if label in actual]
        found = {
            metric: function(actual, said, labels=present, average="macro", zero_division=0)
            for metric, function in METRICS.items()
        }
        return {**found, "f1_macro": f1_score(actual, said, labels=macro, average="macro", zero_division=0)}

    whole = list(range(len(targets)))
    half = whole[: len(whole) // 2]
    return dict(name=name, targets=targets, predictions=predictions, whole=values(whole), half=values(half))


binary = random.choices(["0", "1"], [0.7, 0.3], k=40)
# The third class comes last, so that the first half has but the two labels that are binary elsewhere
three = random.choices(["0", "1"], k=20) + random.choices(["0", "1", "2"], k=20)
words = random.choices(["urgent", "normal", "late"], [0.2, 0.6, 0.2], k=40)

print(
    json.dumps(
        [
            case("two classes", binary, guesses(binary, ["0", "1"], 0.6), "1"),
            case("two classes, one never found", binary, ["0"] * 40, "1"),
            case("two classes, and a label that is none", binary, guesses(binary, ["0", "1", "unknown"], 0.5), "1"),
            case("two classes, none found, and a label that is none", binary, ["unknown"] + ["0"] * 39, "1"),
            case("three classes", three, guesses(three, ["0", "1", "2"], 0.6)),
            case("three classes, of which two are predicted", three, guesses(three, ["0", "1"], 0.2)),
            case("words", words, guesses(words, ["urgent", "normal", "late", "spam"], 0.5)),
            case("words, always the same", words, ["normal"] * 40),
        ],
        indent=2,
    )
)
