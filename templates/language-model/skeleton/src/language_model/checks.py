"""Checks the data before anything is learned from it, and fails with the place of what is wrong.

A question of the evaluation that stands in the training, or nearly so, would measure what the model knows by heart. Personal
data that a model has learned cannot be taken out of it again.
"""

import re

from language_model.data import read_chats, read_tasks, text_of_messages
from modelkit.checks import check

# Share of the runs of three words that two texts have in common, of all that they have.
NEAR = 0.7
# Longer chats would be cut off in training. A token has about four characters of English, more than one in any language.
LONGEST = 8000

# The digits of what was found by one are not looked at by those after it.
PERSONAL = {
    "an e-mail address": re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"),
    "an IBAN": re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,4})?\b"),
    "a card number": re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)"),
    "a telephone number": re.compile(r"(?<![\w.])(\+|00)\d{1,3}[ /-]?\(?\d(?:[ ()/-]?\d){6,12}(?!\w)"),
    "an IP address": re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])"),
}


def is_card(text):
    """The last digit of a card checks the others (Luhn), which few other long numbers meet."""
    digits = [int(digit) for digit in text if digit.isdigit()][::-1]
    return sum(digits[::2] + [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]) % 10 == 0


def personal_data(text):
    found = []
    for what, pattern in PERSONAL.items():
        matches = [match.group() for match in pattern.finditer(text)]
        if what == "a card number":
            matches = [match for match in matches if is_card(match)]
        if matches:
            found.append(what)
            text = pattern.sub(" ", text)
    return found


def shingles(text):
    words = ["", "", *re.findall(r"\w+", text.lower()), "", ""]
    return {tuple(words[at : at + 3]) for at in range(len(words) - 2)}


def near_duplicates(questions, others, near=NEAR):
    """Pairs of names whose texts have so many runs of words in common, with the share."""
    known = {name: shingles(text) for name, text in others.items()}
    holders = {}
    for name, runs in known.items():
        for run in runs:
            holders.setdefault(run, set()).add(name)
    for name, text in questions.items():
        runs = shingles(text)
        common = {}
        for run in runs:
            for other in holders.get(run, ()):
                common[other] = common.get(other, 0) + 1
        for other, count in common.items():
            share = count / len(runs | known[other])
            if share >= near:
                yield name, other, share


def find_problems(chats, tasks):
    problems = []
    for chat in chats:
        text = text_of_messages(chat["messages"])
        # What was found is not quoted: the log is read by more people than the data.
        problems += [f"chat {chat['id']} has {what}" for what in personal_data(text)]
        if len(text) > LONGEST:
            problems.append(f"chat {chat['id']} has {len(text)} characters; more than {LONGEST} are cut off in training")
    first = {}
    for chat in chats:
        text = " ".join(text_of_messages(chat["messages"]).lower().split())
        if text in first:
            problems.append(f"chat {chat['id']} is the same as {first[text]}")
        first.setdefault(text, chat["id"])
    learned = {
        chat["id"]: text_of_messages(message for message in chat["messages"] if message["role"] == "user")
        for chat in chats
    }
    asked = {where: row["question"] for rows in tasks.values() for where, row in rows}
    for where, question in asked.items():
        problems += [f"{where}: the question has {what}" for what in personal_data(question)]
    problems += [
        f"{where}: the question is that of chat {name}, which the model learns from, or nearly so ({share:.0%} in common)"
        for where, name, share in near_duplicates(asked, learned)
    ]
    return problems


def main():
    check("Checks the chats and the questions of the evaluation.", "chats", read_chats, lambda chats: find_problems(chats, read_tasks()))


if __name__ == "__main__":
    main()
