"""Measures the model on the test part of the data set and writes the reports that the portal reads."""

import argparse

from modelkit.reports import print_metrics, write_evaluation
from sentiment.data import LABELS, dataset_path, label_of, read_sentences, slices_of, split
from sentiment.model import NaiveBayes


def predict(model, sentences):
    """One row for each sentence, as the portal reads predictions: what it is, what it was taken for, and where it belongs."""
    return [
        {
            "id": sentence.id,
            "text": sentence.text,
            "prediction": model.predict(sentence.text),
            "target": label_of(sentence),
            "score": int(model.predict(sentence.text) == label_of(sentence)),
            "group": sentence.review,
            "slices": slices_of(sentence),
        }
        for sentence in sentences
    ]


def measure(rows):
    """Metrics of the predictions, as a list that the portal understands."""
    if not rows:
        raise ValueError("there is no sentence to measure the model on")
    common = {"dataset": "reviews", "n": len(rows), "higherIsBetter": True}
    return [
        {"name": "accuracy", "value": sum(row["score"] for row in rows) / len(rows), **common},
        {"name": "f1_macro", "value": sum(f1(rows, label) for label in LABELS) / len(LABELS), **common},
    ]


def f1(rows, label):
    """Of one label; the metric is the mean of both, so that the rarer one counts as much."""
    right = sum(row["prediction"] == row["target"] == label for row in rows)
    either = sum(row["prediction"] == label for row in rows) + sum(row["target"] == label for row in rows)
    return 2 * right / either if either else 0.0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default=dataset_path(), help="CSV file with id, review, rating and text")
    parser.add_argument("--model", default="model/model.json", help="the trained model")
    parser.add_argument("--out", default="reports", help="folder for metrics.json and predictions.jsonl")
    arguments = parser.parse_args()

    _, test = split(read_sentences(arguments.data))
    rows = predict(NaiveBayes.load(arguments.model), test)
    metrics = measure(rows)
    write_evaluation(arguments.out, metrics, rows)
    print_metrics(metrics)


if __name__ == "__main__":
    main()
