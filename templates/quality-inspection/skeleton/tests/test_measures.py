import math

import numpy
import pytest

from inspection.data import read_parts
from inspection.evaluate import drift
from inspection.line import quantile_limit


def test_drift_of_a_line_is_that_of_the_reading_that_moved_most():
    parts = read_parts()
    brighter = [{**part, "image": part["image"] + (0.1 if part["week"] > 4 else 0)} for part in parts]
    assert drift("line-1", parts)[0] < 0.1
    psi, moved, n = drift("line-1", brighter)
    assert psi == moved["brightness"] > 0.25 > moved["focus"]
    assert n == 400


def test_a_percentile_is_promised_only_where_there_are_enough_values():
    assert quantile_limit(range(298), 0.99) == math.inf
    assert quantile_limit(range(299), 0.99) == 298


def test_the_limit_lies_above_the_percentile_as_often_as_promised():
    generator = numpy.random.default_rng(5)
    # The 99th percentile of a unit exponential
    truth = -math.log(0.01)
    above = sum(quantile_limit(generator.exponential(size=1200), 0.99) >= truth for _ in range(1000))
    assert 940 <= above <= 985
