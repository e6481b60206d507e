"""Reads the data set and splits it."""

import csv
import math
import os
import zlib
from collections import namedtuple

Sentence = namedtuple("Sentence", ["id", "review", "rating", "text"])

COLUMNS = ["id", "review", "rating", "text"]
LABELS = ["negative", "positive"]


def dataset_path():
    """Where the data set is: the pipeline says so, and at home it is the file in this repository."""
    return os.environ.get("MODEL_CI_DATASET_REVIEWS", "data/reviews.csv")


def read_sentences(path):
    """Reads sentences from a CSV file. The rating is the mean of people's, from -4 to 4, and never 0."""
    sentences = []
    seen = set()
    with open(path, newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames != COLUMNS:
            raise ValueError(f"{path}: the columns must be {COLUMNS}, but are {reader.fieldnames}")
        for row in reader:
            where = f"{path}, line {reader.line_num}"
            sentence = Sentence(row["id"], row["review"], to_rating(row["rating"], where), row["text"])
            if not sentence.id or sentence.id in seen:
                raise ValueError(f"{where}: the id {sentence.id!r} is empty or not unique")
            if not sentence.review or not sentence.text:
                raise ValueError(f"{where}: a sentence needs its review and its text")
            seen.add(sentence.id)
            sentences.append(sentence)
    return sentences


def to_rating(text, where):
    try:
        rating = float(text)
    except (TypeError, ValueError):
        raise ValueError(f"{where}: {text!r} is not a number") from None
    if not math.isfinite(rating) or rating == 0:
        raise ValueError(f"{where}: a rating is a finite number other than 0, but is {text!r}")
    return rating


def label_of(sentence):
    return LABELS[sentence.rating > 0]


def slices_of(sentence):
    """Named subsets on which a model is measured on its own."""
    words = len(sentence.text.split())
    return {
        "length": "short" if words <= 10 else "long",
        "strength": "strong" if abs(sentence.rating) >= 2 else "weak",
    }


def fold_of(review, folds):
    """A review's number decides, so that it stays where it is when others are added."""
    return zlib.crc32(review.encode("utf-8")) % folds


def split(sentences):
    """Splits sentences into training and test, about two to one.

    All sentences of a review are on one side: they are about one product in one person's words, and a model that has
    seen some of them has half seen the others.
    """
    training, test = [], []
    for sentence in sentences:
        side = test if fold_of(sentence.review, 3) == 0 else training
        side.append(sentence)
    return training, test
