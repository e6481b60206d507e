import csv

import pytest

from credit_scoring.checks import find_problems
from credit_scoring.data import FEATURES, default_path, read_applicant, read_loans
from modelkit.rows import Unfit

APPLICANT = {
    "income": 2600,
    "debt_ratio": 0.4,
    "utilisation": 0.7,
    "late_payments": 1,
    "employment_years": 2,
    "amount": 9000,
    "term_months": 48,
    "purpose": "car",
}


def test_the_data_is_fit_to_learn_from():
    assert find_problems(read_loans()) == []


def test_loans_that_stand_twice_or_were_learned_from_are_found():
    loans = read_loans()
    copied = {**loans[0], "id": "L99999", "quarter": "2024Q4"}
    problems = find_problems(loans + [loans[-1], copied])
    assert f"loan {loans[-1]['id']} occurs 2 times" in problems
    assert f"loan L99999 of 2024Q4 is the same as {loans[0]['id']}, which the model learns from" in problems


@pytest.mark.parametrize(
    "column, value, problem",
    [
        ("income", "", "line 2: income is missing"),
        ("debt_ratio", "40 %", "line 2: debt_ratio must be a number, but is '40 %'"),
        ("debt_ratio", "nan", "line 2: debt_ratio must lie between 0 and 1"),
        ("purpose", "boat", "line 2: purpose must be one of car, home, education, other"),
        ("quarter", "2031Q1", "line 2: quarter must be one of"),
        ("default", "2", "line 2: default must be one of 0, 1"),
    ],
)
def test_a_value_that_cannot_be_is_named_with_its_line(tmp_path, column, value, problem):
    with open(default_path(), newline="", encoding="utf-8") as file:
        rows = [row for _, row in zip(range(3), csv.DictReader(file))]
    rows[0][column] = value
    path = tmp_path / "loans.csv"
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    with pytest.raises(Unfit, match=problem):
        read_loans(path)


def test_an_applicant_without_a_credit_line_is_one():
    assert read_applicant({**APPLICANT, "utilisation": None})["utilisation"] is None
    assert set(read_applicant(APPLICANT)) == set(FEATURES)


@pytest.mark.parametrize("values", [{**APPLICANT, "sex": "f"}, {"income": 1}, [], None, {**APPLICANT, "income": True}])
def test_anything_else_is_refused(values):
    with pytest.raises(Unfit):
        read_applicant(values)
