import os
import subprocess
import sys

import numpy
import pytest

from inspection.data import EVALUATION_WEEKS, images_of, of_weeks, read_parts
from inspection.export import export, squared_difference
from inspection.features import DIRECTIONS, features
from inspection.model import Inspection
from inspection.serve import answer
from inspection.train import choose_threshold, fit
from model_server import BadRequest


@pytest.fixture(scope="module")
def parts():
    return read_parts()


@pytest.fixture(scope="module")
def trained(parts):
    return {"model": fit(of_weeks(parts, (1, 2))), "threshold": 0.25}


@pytest.fixture(scope="module")
def model(tmp_path_factory, parts, trained):
    path = tmp_path_factory.mktemp("model") / "inspection.onnx"
    export(trained, features(images_of(parts[:1])), path)
    return Inspection.load(path)


def test_the_export_answers_as_what_was_trained(parts, trained, model):
    images = images_of(of_weeks(parts, EVALUATION_WEEKS))
    expected = trained["model"].predict_proba(features(images))[:, 1]
    assert squared_difference(model.probabilities(images), expected) < 1e-6
    assert model.threshold == 0.25


def test_a_line_reports_nothing_and_warns_of_nothing():
    # Where no id of the machine can be written down, onnxruntime would warn of it.
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path), "HOME": "/proc/nowhere"}
    loaded = subprocess.run(
        [sys.executable, "-c", "import inspection.model, os; print(os.environ['ORT_DISABLE_TELEMETRY'])"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert (loaded.stdout, loaded.stderr) == ("1\n", "")


def test_a_part_is_judged_alike_alone_and_among_others(parts, model):
    images = images_of(parts[:20])
    together = model.probabilities(images)
    alone = [model.probabilities([image])[0] for image in images]
    numpy.testing.assert_allclose(alone, together, atol=1e-6)


@pytest.mark.parametrize("direction, cells", [("across", (7, slice(4, 12))), ("down", (slice(4, 12), 7))])
def test_a_scratch_stands_out_in_its_direction(direction, cells):
    image = numpy.random.default_rng(1).normal(0.5, 0.02, (16, 16)).astype(numpy.float32)
    image[cells] += 0.3
    [row] = features(image[None])
    assert row[: len(DIRECTIONS)].argmax() == list(DIRECTIONS).index(direction)
    darker = 1 - image
    numpy.testing.assert_allclose(features(darker[None])[0], row, atol=1e-4)


@pytest.mark.parametrize("digit", "07f")
def test_an_image_of_nothing_has_an_answer(model, digit):
    assert 0 <= answer(model, {"pixels": digit * 256})["probability"] <= 1


def test_the_threshold_finds_the_share_of_defects_that_it_should():
    probabilities = numpy.arange(1000) / 1000
    threshold = choose_threshold(probabilities, numpy.ones(1000))
    assert (probabilities > threshold).mean() == pytest.approx(0.985, abs=0.002)


def test_parts_are_decided_about(parts, model):
    good, bad = ([part for part in parts if part["defect"] == defect][-1] for defect in (0, 1))
    body = {"instances": [{"pixels": good["pixels"]}, {"pixels": bad["pixels"]}]}
    first, second = answer(model, body)["predictions"]
    assert (first["decision"], second["decision"]) == ("pass", "reject")
    assert answer(model, body["instances"][1]) == pytest.approx(second)


@pytest.mark.parametrize(
    "body, problem",
    [
        ([], "the body must be an object"),
        ({"instances": []}, "'instances' must be a list of at least one object"),
        ({"image": "00"}, "the body: there is no feature 'image'; there are pixels"),
        ({"pixels": "zz"}, "the body: pixels must be 256 hexadecimal digits"),
        ({"instances": [{"pixels": "0" * 256}, 7]}, r"instances\[1\]: must be an object"),
    ],
)
def test_what_is_wrong_is_said(model, body, problem):
    with pytest.raises(BadRequest, match=problem):
        answer(model, body)
