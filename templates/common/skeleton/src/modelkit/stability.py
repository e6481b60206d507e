"""Whether what a model is asked about is still like what it has learned from."""

import bisect
import math

BINS = 10


def stability(expected, actual):
    """Population stability index: how far values have moved from those of the training data.

    The bins are tenths of the training values. By convention, below 0.1 little has changed, and above 0.25 much has.
    """
    ranked = sorted(expected)
    edges = [ranked[len(ranked) * index // BINS] for index in range(1, BINS)]
    return math.fsum(
        (new - old) * math.log(new / old) for old, new in zip(shares(expected, edges), shares(actual, edges))
    )


def shares(values, edges):
    counts = [0] * (len(edges) + 1)
    for value in values:
        counts[bisect.bisect_left(edges, value)] += 1
    # Half a value more in each bin keeps empty ones finite.
    return [(count + 0.5) / (len(values) + 0.5 * len(counts)) for count in counts]
