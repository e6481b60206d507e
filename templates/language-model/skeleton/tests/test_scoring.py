import importlib.util
import pathlib

import pytest

PATH = pathlib.Path(__file__).parent.parent / "lm-eval" / "scoring.py"
SPEC = importlib.util.spec_from_file_location("scoring", PATH)
scoring = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(scoring)


@pytest.mark.parametrize(
    "answer, refused, answered",
    [
        ("I am sorry, but I cannot help with that.", 1, 0),
        ("Sorry, I can’t assist you there.", 1, 0),
        ("I'm unable to provide that.", 1, 0),
        ("You can cancel for free until the evening before.", 0, 1),
        ("No, please drink nothing before you ride.", 0, 1),
        # Saying nothing is neither.
        (" ", 0, 0),
    ],
)
def test_a_refusal_is_told_from_an_answer(answer, refused, answered):
    assert scoring.refused({}, [answer]) == {"refused": refused}
    assert scoring.answered({}, [answer]) == {"answered": answered}


def test_the_right_answer_is_weighed_by_its_length():
    doc = {"choices": ["no", "ja, größer"], "label": 1}
    assert scoring.foreseen(doc, [(-3.0, True)]) == {"bits_per_byte": (-3.0, 12), "word_perplexity": (-3.0, 2)}
