import json

import pytest

from language_model.checks import find_problems, near_duplicates, personal_data
from language_model.data import read_chats, split
from modelkit.rows import Unfit


def chat(name, question, answer="Yes."):
    return {"id": name, "messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]}


def tasks(*questions):
    return {"t.jsonl": [(f"t.jsonl, line {at}", {"question": question}) for at, question in enumerate(questions, start=1)]}


@pytest.mark.parametrize(
    "text, found",
    [
        ("write to anna.b+c@shop.example.com, please", ["an e-mail address"]),
        ("call +49 170 1234567", ["a telephone number"]),
        ("DE89 3704 0044 0532 0130 00", ["an IBAN"]),
        ("4111 1111 1111 1111", ["a card number"]),
        ("from 192.168.0.1", ["an IP address"]),
        # Numbers that are none of these
        ("4111 1111 1111 1112", []),
        ("A tandem for a week is 130 euros, from 9 to 18.", []),
        ("a @ b, version 1.2.3", []),
    ],
)
def test_personal_data_is_found(text, found):
    assert personal_data(text) == found


def test_nearly_the_same_question_is_found_and_another_is_not():
    learned = {"a": "How much is a day with a city bike in the summer?", "b": "Where are you?"}
    assert [pair[:2] for pair in near_duplicates({"1": "how much is a day with a city bike in the summer"}, learned)] == [("1", "a")]
    assert [pair[:2] for pair in near_duplicates({"1": "How much is a day with a city bike in the winter?"}, learned, 0.5)] == [("1", "a")]
    assert not list(near_duplicates({"1": "What do you charge for a city bike?"}, learned))


def test_each_problem_names_its_place_and_quotes_no_personal_data():
    problems = find_problems(
        [chat("a", "Where are you?"), chat("b", "where are  you?"), chat("c", "I am anna@shop.example.com"), chat("d", "x" * 9000)],
        tasks("What now?", "Where are you"),
    )
    assert [problem.split(":")[0].split(" has ")[0] for problem in problems] == [
        "chat c",
        "chat d",
        "chat b is the same as a",
        *["t.jsonl, line 2"] * 2,
    ]
    assert "anna" not in "".join(problems)


@pytest.mark.parametrize(
    "line, reason",
    [
        ("{", "not JSON"),
        ("[]", "not an object"),
        ('{"id": 3}', "no text"),
        ('{"id": "a"}', "must be a list"),
        ('{"id": "a", "messages": [{"role": "bot", "content": "x"}]}', "needs a role"),
        ('{"id": "a", "messages": [{"role": "user", "content": " "}]}', "needs a text"),
        (json.dumps({"id": "a", "messages": [{"role": "user", "content": "x"}]}), "take turns"),
        (json.dumps(chat("a", "x")) + "\n" + json.dumps(chat("a", "y")), "not unique"),
        ("", "there is no chat"),
    ],
)
def test_malformed_chats_are_refused_with_their_place(tmp_path, line, reason):
    path = tmp_path / "chats.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(Unfit, match=rf"chats\.jsonl.*{reason}"):
        read_chats(path)


def test_a_chat_stays_in_its_part_when_others_are_added():
    chats = [chat(str(number), "x") for number in range(500)]
    training, validation = split(chats)
    assert len(training) + len(validation) == 500
    assert 20 < len(validation) < 80
    assert split(chats[::2])[1] == [each for each in validation if int(each["id"]) % 2 == 0]
