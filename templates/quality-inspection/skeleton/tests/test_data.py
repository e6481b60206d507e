import pytest

from inspection.checks import find_problems
from inspection.data import COLUMNS, default_path, read_parts, read_pixels
from modelkit.rows import Unfit


def test_the_data_is_fit_to_learn_from():
    assert find_problems(read_parts()) == []


def test_parts_that_stand_twice_or_were_learned_from_are_found():
    parts = read_parts()
    copied = {**parts[0], "id": "P99999", "week": 6}
    problems = find_problems(parts + [parts[-1], copied])
    assert f"part {parts[-1]['id']} occurs 2 times" in problems
    assert f"part P99999 of week 6 is the same image as {parts[0]['id']}, which the model learns from" in problems


def test_a_line_with_few_defects_is_named():
    parts = [part for part in read_parts() if part["line"] != "line-2" or not part["defect"]]
    assert "line-2 has 0 defects in weeks 5 to 6; fewer than 50 say little" in find_problems(parts)


@pytest.mark.parametrize(
    "column, value, problem",
    [
        ("week", "9", "line 2: week must be one of 1, 2, 3, 4, 5, 6, but is '9'"),
        ("line", "line-9", "line 2: line must be one of line-1, line-2, line-3, but is 'line-9'"),
        ("defect", "", "line 2: defect must be one of 0, 1"),
        ("pixels", "0123", "line 2: pixels must be 256 hexadecimal digits"),
    ],
)
def test_a_value_that_cannot_be_is_named_with_its_line(tmp_path, column, value, problem):
    with open(default_path(), encoding="utf-8") as file:
        head, first = [next(file) for _ in range(2)]
    cells = first.rstrip("\n").split(",")
    cells[COLUMNS.index(column)] = value
    path = tmp_path / "parts.csv"
    path.write_text(head + ",".join(cells) + "\n", encoding="utf-8")
    with pytest.raises(Unfit, match=problem):
        read_parts(path)


def test_pixels_are_read_row_by_row():
    image = read_pixels("f" * 16 + "0" * 240)
    assert image.shape == (16, 16)
    assert image[0].tolist() == [1] * 16 and image[1:].max() == 0
