import copy

import pytest
import yaml

from diagnosis_classifier.control import find_changes, find_problems, write_record
from diagnosis_classifier.model import Model


@pytest.fixture
def plan():
    with open("change-control.yaml", encoding="utf-8") as file:
        return yaml.safe_load(file)


@pytest.fixture
def pipeline():
    with open("model-pipeline.yaml", encoding="utf-8") as file:
        return yaml.safe_load(file)


def test_the_authorised_device_and_the_gates_are_in_the_plan(plan, pipeline):
    assert find_problems(plan, plan["device"]["authorised"], pipeline) == []


@pytest.mark.parametrize(
    "fact, value, modification",
    [
        ("training_patients", 900, "M1"),
        ("threshold", 0.25, "M2"),
        ("training_sites", ["north", "south", "west", "east"], "M3"),
    ],
)
def test_a_foreseen_change_is_covered(plan, pipeline, fact, value, modification):
    facts = {**plan["device"]["authorised"], fact: value}
    assert find_problems(plan, facts, pipeline) == []
    assert [(name, covering["id"]) for name, _, _, covering in find_changes(plan, facts)] == [(fact, modification)]


@pytest.mark.parametrize(
    "fact, value",
    [
        ("kind", "random-forest"),
        ("inputs", ["radius", "age"]),
        ("threshold", 0.6),
        ("training_patients", 100),
        ("training_sites", ["north", "south"]),
        ("training_sites", ["north", "south", "west", "coast"]),
    ],
)
def test_any_other_change_is_refused(plan, pipeline, fact, value):
    problems = find_problems(plan, {**plan["device"]["authorised"], fact: value}, pipeline)
    assert problems[0].startswith(f"{fact} was authorised as")
    assert problems[0].endswith("which no modification of the plan covers")


def test_gates_demand_what_the_plan_does_or_more(plan, pipeline):
    facts = plan["device"]["authorised"]
    for change, problems in [
        ({"min": 0.95}, 0),
        ({"min": 0.8}, 1),
        ({"confidence": 0.9}, 1),
        ({"slices": "specificity"}, 1),
    ]:
        changed = copy.deepcopy(pipeline)
        changed["stages"]["evaluate_west"]["gates"][0].update(change)
        found = find_problems(plan, facts, changed)
        assert len(found) == problems, found
    changed = copy.deepcopy(pipeline)
    del changed["stages"]["evaluate_south"]
    assert len(find_problems(plan, facts, changed)) == len(plan["protocol"]["performance_evaluation"]["criteria"])


def test_what_is_inconclusive_must_not_pass(plan, pipeline):
    pipeline["stages"]["evaluate_north"]["inconclusive"] = "pass"
    problems = find_problems(plan, plan["device"]["authorised"], pipeline)
    assert problems == ["evaluate_north lets pass what its gates do not"]


def test_the_record_names_the_modification_and_what_was_measured(plan):
    authorised = plan["device"]["authorised"]
    count = len(authorised["inputs"])
    model = Model(
        authorised["kind"],
        authorised["inputs"],
        *([0.0] * count, [1.0] * count, [0.1] * count),
        -1.0,
        0.45,
        {"sites": authorised["training_sites"], "patients": 750},
    )
    record = write_record(plan, "abc", model, "1234")
    assert "Commit 1234" in record
    assert f"| threshold | {authorised['threshold']} | 0.45 | M2: " in record
    assert plan["impact"]["M2"]["risk"] in record
    assert "| coast (held out) | sensitivity |" in record
