import math

import pytest

from credit_scoring.evaluate import approval_gap, calibration_gap, stability


def test_the_same_people_are_stable_and_others_are_not():
    before = [index / 1000 for index in range(1000)]
    assert stability(before, before) == pytest.approx(0, abs=1e-9)
    # Half of the people lie in each of two tenths: 2 (0.5 - 0.1) log(0.5 / 0.1) and 8 empty tenths
    moved = [0.05] * 500 + [0.95] * 500
    share, empty = 500.5 / 1005, 0.5 / 1005
    was = 100.5 / 1005
    expected = 2 * (share - was) * math.log(share / was) + 8 * (empty - was) * math.log(empty / was)
    assert stability(before, moved) == pytest.approx(expected, rel=0.02)


def test_a_gap_of_calibration_comes_with_its_error():
    loans = [{"default": 1}] * 20 + [{"default": 0}] * 80
    assert calibration_gap(loans, [0.1] * 100) == {
        "value": pytest.approx(0.1),
        "stderr": pytest.approx(math.sqrt(0.1 * 0.9 / 100)),
        "n": 100,
    }


def test_only_those_who_paid_back_count_for_fairness():
    loans = [{"default": default, "sex": sex} for sex in "fm" for default in [0] * 50 + [1] * 50]
    approved = [True] * 40 + [False] * 60 + [True] * 45 + [False] * 55
    gap, rates = approval_gap(loans, approved, lambda loan: loan["sex"])
    assert rates == {"f": 0.8, "m": 0.9}
    assert gap["value"] == pytest.approx(0.1)
    assert gap["stderr"] == pytest.approx(math.sqrt(0.8 * 0.2 / 50 + 0.9 * 0.1 / 50))
    assert gap["n"] == 100
