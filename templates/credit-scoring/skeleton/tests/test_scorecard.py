import math

import numpy
import pytest

from credit_scoring.data import FEATURES, TRAINING_QUARTERS, of_quarters, read_loans
from credit_scoring.scorecard import Scorecard
from credit_scoring.train import RISES, evidence_table, fit


@pytest.fixture(scope="module")
def loans():
    return of_quarters(read_loans(), TRAINING_QUARTERS)[:1500]


@pytest.fixture(scope="module")
def fitted(loans):
    return fit(loans)


def test_the_table_answers_as_the_regression_it_was_made_of(loans, fitted):
    scorecard, regression = fitted
    expected = regression.predict_proba(evidence_table(scorecard.features, loans))[:, 1]
    numpy.testing.assert_allclose([scorecard.probability(loan) for loan in loans], expected, atol=1e-12)


@pytest.mark.parametrize("name", RISES)
def test_the_risk_never_falls_where_it_has_to_rise(fitted, name):
    scorecard, _ = fitted
    feature = next(feature for feature in scorecard.features if feature["name"] == name)
    steps = numpy.diff(feature["evidence"]) * feature["weight"] * RISES[name]
    assert all(step >= -1e-12 for step in steps)


def test_a_saved_scorecard_is_the_same(tmp_path, loans, fitted):
    scorecard, _ = fitted
    path = tmp_path / "model" / "scorecard.json"
    scorecard.save(path)
    again = Scorecard.load(path)
    assert [again.probability(loan) for loan in loans[:50]] == [scorecard.probability(loan) for loan in loans[:50]]


def test_reasons_name_what_is_worst_and_add_up(loans, fitted):
    scorecard, _ = fitted
    applicant = {**{name: loans[0][name] for name in FEATURES}, "debt_ratio": 0.94, "late_payments": 6.0}
    reasons = scorecard.reasons(applicant)
    assert "debt_ratio" in [reason["feature"] for reason in reasons[:2]]
    assert [reason["log_odds"] for reason in reasons] == sorted(
        (reason["log_odds"] for reason in reasons), reverse=True
    )
    mended = {**applicant, "debt_ratio": 0.01}
    change = math.log(odds(scorecard.probability(applicant)) / odds(scorecard.probability(mended)))
    expected = next(reason["log_odds"] for reason in reasons if reason["feature"] == "debt_ratio")
    assert change == pytest.approx(expected, abs=1e-3)


def odds(probability):
    return probability / (1 - probability)
