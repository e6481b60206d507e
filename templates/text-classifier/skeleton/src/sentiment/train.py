"""Trains the model on the training part of the data set, and measures it there by cross-validation."""

import argparse
import os

from modelkit.reports import write_json
from sentiment.data import dataset_path, fold_of, label_of, read_sentences, split
from sentiment.model import NaiveBayes

FOLDS = 5


def fit(sentences, smoothing, ngrams):
    texts = [sentence.text for sentence in sentences]
    return NaiveBayes.fit(texts, [label_of(sentence) for sentence in sentences], smoothing, ngrams)


def cross_validate(sentences, smoothing, ngrams):
    """Share of right answers on reviews that the model was not trained on. The test part is never looked at."""
    right = 0
    for fold in range(FOLDS):
        # Not the number that splits off the test part: its remainders are not spread evenly here.
        inside = [fold_of(f"fold {sentence.review}", FOLDS) == fold for sentence in sentences]
        model = fit([s for s, held in zip(sentences, inside) if not held], smoothing, ngrams)
        right += sum(model.predict(s.text) == label_of(s) for s, held in zip(sentences, inside) if held)
    return right / len(sentences)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default=dataset_path(), help="CSV file with id, review, rating and text")
    parser.add_argument("--smoothing", type=float, default=float(os.environ.get("PARAM_SMOOTHING", "0.5")))
    parser.add_argument("--ngrams", type=int, default=int(os.environ.get("PARAM_NGRAMS", "2")))
    parser.add_argument("--out", default="model/model.json", help="where to write the model")
    parser.add_argument("--report", default="reports/training.json", help="where to write the metrics")
    arguments = parser.parse_args()

    training, test = split(read_sentences(arguments.data))
    print(f"Training on {len(training)} sentences; {len(test)} are kept for the test")
    accuracy = cross_validate(training, arguments.smoothing, arguments.ngrams)
    fit(training, arguments.smoothing, arguments.ngrams).save(arguments.out)
    metric = {"name": "val_accuracy", "value": accuracy, "n": len(training), "higherIsBetter": True}
    write_json(arguments.report, [metric])
    print(f"smoothing {arguments.smoothing}, ngrams {arguments.ngrams}: {accuracy:.4f} right in cross-validation")


if __name__ == "__main__":
    main()
