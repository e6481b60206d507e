"""How far predictions are from the truth."""

import math


def rmse(targets, predictions):
    """Root of the mean squared error, in the unit of the target."""
    errors = paired_errors(targets, predictions)
    return math.sqrt(sum(error**2 for error in errors) / len(errors))


def mae(targets, predictions):
    """Mean absolute error, in the unit of the target."""
    errors = paired_errors(targets, predictions)
    return sum(abs(error) for error in errors) / len(errors)


def r2(targets, predictions):
    """Share of the variance that is explained: 1 is perfect, 0 is as good as always telling the mean."""
    errors = paired_errors(targets, predictions)
    mean = sum(targets) / len(targets)
    variance = sum((target - mean) ** 2 for target in targets)
    if variance == 0:
        raise ValueError("r2 needs targets that differ")
    return 1 - sum(error**2 for error in errors) / variance


def paired_errors(targets, predictions):
    if len(targets) != len(predictions):
        raise ValueError(f"there are {len(targets)} targets, but {len(predictions)} predictions")
    if not targets:
        raise ValueError("there is nothing to measure")
    return [prediction - target for target, prediction in zip(targets, predictions)]
