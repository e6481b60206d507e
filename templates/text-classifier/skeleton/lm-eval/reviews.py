"""Which sentences the task asks about; needs src on PYTHONPATH."""

from sentiment.data import fold_of


def keep_test(dataset):
    """The same as split() keeps for the test."""
    return dataset.filter(lambda row: fold_of(str(row["review"]), 3) == 0)
