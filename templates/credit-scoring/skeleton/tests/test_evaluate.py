import math

import pytest

from credit_scoring.evaluate import approval_gap, calibration_gap


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
