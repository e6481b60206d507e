"""Reads the data set and splits it."""

import os
import zlib
from collections import namedtuple

from modelkit.checks import find_repeated
from modelkit.rows import read_number, read_rows, read_text, refuse

Sentence = namedtuple("Sentence", ["id", "review", "rating", "text"])

COLUMNS = ["id", "review", "rating", "text"]
LABELS = ["negative", "positive"]


def dataset_path():
    """Where the data set is: the pipeline says so, and at home it is the file in this repository."""
    return os.environ.get("MODEL_CI_DATASET_REVIEWS", "data/reviews.csv")


def read_sentences(path):
    """Reads sentences from a CSV file. The rating is the mean of people's, from -4 to 4, and never 0."""
    sentences = read_rows(path, COLUMNS, read_sentence)
    for problem in find_repeated("sentence", (sentence.id for sentence in sentences)):
        refuse(problem)
    return sentences


def read_sentence(row):
    rating = read_number("rating", row["rating"], -4, 4)
    if rating == 0:
        refuse("rating must not be 0, which is neither positive nor negative")
    return Sentence(read_text("id", row["id"]), read_text("review", row["review"]), rating, read_text("text", row["text"]))


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
