import csv

import pytest

from diagnosis_classifier.checks import find_problems
from diagnosis_classifier.data import FEATURES, SITES, path_of, read_sample, read_site
from modelkit.rows import Unfit

SAMPLE = {
    "radius": 7.1,
    "texture": 19.5,
    "irregularity": 0.25,
    "concavity": 0.1,
    "symmetry": 0.8,
    "grooves": 0.2,
    "nucleus_share": 0.4,
    "chromatin": 0.5,
}


@pytest.fixture(scope="module")
def samples():
    return [sample for site in SITES for sample in read_site(site)]


def test_the_data_is_fit_to_learn_from(samples):
    assert find_problems(samples) == []


def test_a_patient_in_two_parts_is_found(samples):
    first = samples[0]
    moved = {**first, "sample": "N9999-1", "part": "test"}
    assert f"patient {first['patient']} is in test of north and in train of north" in find_problems([*samples, moved])


def test_a_sample_that_stands_twice_or_under_two_patients_is_found(samples):
    first = samples[0]
    problems = find_problems([*samples, first, {**first, "sample": "N9999-1", "patient": "N9999"}])
    assert f"sample {first['sample']} occurs 2 times" in problems
    assert f"samples {first['sample']} and N9999-1 of two patients are the same" in problems


def test_nobody_of_the_held_out_site_teaches(samples):
    last = samples[-1]
    problems = find_problems([*samples[:-1], {**last, "part": "train"}])
    assert f"sample {last['sample']} of the held-out site coast is in train" in problems


@pytest.mark.parametrize(
    "column, value, problem",
    [
        ("radius", "", "north.csv, line 2: radius is missing"),
        ("concavity", "8 %", "north.csv, line 2: concavity must be a number, but is '8 %'"),
        ("concavity", "nan", "north.csv, line 2: concavity must lie between 0 and 1"),
        ("patient", "", "north.csv, line 2: patient is missing"),
        ("diagnosis", "unclear", "north.csv, line 2: diagnosis must be one of benign, malignant"),
    ],
)
def test_a_value_that_cannot_be_is_named_with_its_line(tmp_path, column, value, problem):
    with open(path_of("north"), newline="", encoding="utf-8") as file:
        rows = [row for _, row in zip(range(3), csv.DictReader(file))]
    rows[0][column] = value
    path = tmp_path / "north.csv"
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    with pytest.raises(Unfit, match=problem):
        read_site("north", path)


def test_a_sample_has_all_features_and_no_others():
    assert set(read_sample(SAMPLE)) == set(FEATURES)
    for values in [{**SAMPLE, "sex": "f"}, {"radius": 7}, {**SAMPLE, "radius": True}, [], None]:
        with pytest.raises(Unfit):
            read_sample(values)
