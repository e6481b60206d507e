import math

import numpy
import pytest

from diagnosis_classifier.data import TRAINING_SITES, of_part, read_site
from diagnosis_classifier.evaluate import calibration_gap, measure, slices_of
from diagnosis_classifier.model import Model
from diagnosis_classifier.serve import answer
from diagnosis_classifier.train import as_model, choose_threshold, fit, table
from model_server import BadRequest
from test_data import SAMPLE


@pytest.fixture(scope="module")
def learned():
    return [sample for site in TRAINING_SITES for sample in of_part(read_site(site), "train")]


@pytest.fixture(scope="module")
def regression(learned):
    return fit(learned)


@pytest.fixture(scope="module")
def model(regression):
    return as_model(regression, 0.4, {"sites": TRAINING_SITES, "patients": 750})


def test_the_model_answers_as_the_regression_it_was_made_of(learned, regression, model):
    expected = regression.predict_proba(table(learned))[:, 1]
    numpy.testing.assert_allclose([model.probability(sample) for sample in learned], expected, atol=1e-12)


def test_a_saved_model_is_the_same(tmp_path, learned, model):
    path = tmp_path / "model" / "model.json"
    model.save(path)
    again = Model.load(path)
    assert [again.probability(sample) for sample in learned[:50]] == [
        model.probability(sample) for sample in learned[:50]
    ]


def test_the_threshold_finds_enough_at_each_site():
    def malignant(site):
        return {"site": site, "diagnosis": "malignant"}

    samples = [malignant("a")] * 10 + [malignant("b")] * 10 + [{"site": "a", "diagnosis": "benign"}]
    probabilities = [0.91, 0.92, 0.93, 0.94, 0.95, 0.96, 0.97, 0.98, 0.99, 0.3]
    probabilities += [0.51, 0.52, 0.53, 0.54, 0.55, 0.56, 0.57, 0.58, 0.59, 0.2]
    threshold = choose_threshold(samples, [*probabilities, 0.01], sensitivity=0.9)
    # One of ten may be missed at each site, and b decides.
    assert threshold == pytest.approx(0.51, abs=0.001) and threshold <= 0.51


def test_a_sample_counts_for_the_rate_of_its_diagnosis_alone():
    sample = {"diagnosis": "malignant", "age": 70, "sex": "f"}
    assert slices_of(sample) == {"sensitivity": "malignant", "sensitivity-age": "65+", "sensitivity-sex": "f"}
    assert set(slices_of({**sample, "diagnosis": "benign"})) == {"specificity", "specificity-age", "specificity-sex"}


def test_calibration_counts_patients():
    samples = [
        {"patient": str(index % 50), "diagnosis": "malignant" if index % 50 < 10 else "benign"} for index in range(100)
    ]
    once = calibration_gap(samples[:50], [0.1] * 50)
    assert once == {"value": pytest.approx(0.1), "stderr": pytest.approx(math.sqrt(0.2 * 0.8 / 49)), "n": 50}
    # The same samples again say nothing new.
    assert calibration_gap(samples, [0.1] * 100) == {name: pytest.approx(value) for name, value in once.items()}


def test_rates_are_those_of_the_calls(model):
    samples = of_part(read_site("north"), "test")
    rates = {metric["name"]: metric["value"] for metric in measure(model, samples)}
    calls = [(sample["diagnosis"], model.call(model.probability(sample))) for sample in samples]
    malignant = [call for truth, call in calls if truth == "malignant"]
    benign = [call for truth, call in calls if truth == "benign"]
    assert rates["sensitivity"] == malignant.count("malignant") / len(malignant)
    assert rates["specificity"] == benign.count("benign") / len(benign)


def test_requests_are_answered_with_the_threshold(model):
    larger = {**SAMPLE, "radius": 9, "grooves": 0.5}
    one, other = answer(model, {"instances": [SAMPLE, larger]})["predictions"]
    assert other["probability"] > one["probability"] and other["call"] == "malignant"
    assert one["threshold"] == 0.4
    assert answer(model, larger) == other


@pytest.mark.parametrize(
    "body, problem",
    [
        ([], "the body must be an object"),
        ({"instances": []}, "'instances' must be a list of at least one object"),
        ({**SAMPLE, "radius": 300}, "the body: radius must lie between 1 and 30"),
        ({"instances": [SAMPLE, {**SAMPLE, "age": 50}]}, r"instances\[1\]: there is no feature 'age'"),
    ],
)
def test_what_is_wrong_is_said(model, body, problem):
    with pytest.raises(BadRequest, match=problem):
        answer(model, body)
