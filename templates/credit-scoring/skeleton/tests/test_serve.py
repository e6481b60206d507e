import pytest

from credit_scoring.data import TRAINING_QUARTERS, of_quarters, read_loans
from credit_scoring.serve import answer
from credit_scoring.train import fit
from model_server import BadRequest

GOOD = {
    "income": 6000,
    "debt_ratio": 0.05,
    "utilisation": 0.1,
    "late_payments": 0,
    "employment_years": 15,
    "amount": 2000,
    "term_months": 12,
    "purpose": "home",
}
BAD = {**GOOD, "income": 1200, "debt_ratio": 0.9, "utilisation": 0.95, "late_payments": 5}


@pytest.fixture(scope="module")
def scorecard():
    return fit(of_quarters(read_loans(), TRAINING_QUARTERS)[:1500])[0]


def test_decisions_come_with_reasons_where_they_are_hard(scorecard):
    good, bad = answer(scorecard, {"instances": [GOOD, BAD]})["predictions"]
    assert good["decision"] == "pass" and good["reasons"] == []
    assert bad["decision"] == "decline" and bad["probability"] > good["probability"]
    assert len(bad["reasons"]) == 4
    assert {"late_payments", "debt_ratio"} <= {reason["feature"] for reason in bad["reasons"]}
    assert answer(scorecard, BAD) == bad


@pytest.mark.parametrize(
    "body, problem",
    [
        ([], "the body must be an object"),
        ({"instances": []}, "'instances' must be a list of at least one object"),
        ({**GOOD, "purpose": "boat"}, "the body: purpose must be one of"),
        ({"instances": [GOOD, {**GOOD, "sex": "f"}]}, r"instances\[1\]: there is no feature 'sex'"),
    ],
)
def test_what_is_wrong_is_said(scorecard, body, problem):
    with pytest.raises(BadRequest, match=problem):
        answer(scorecard, body)
