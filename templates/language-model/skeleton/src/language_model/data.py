"""Reads the chats that the model learns from, and the tasks of the evaluation."""

import hashlib
import json
import os
import pathlib

from modelkit.rows import Unfit

ROLES = ["system", "user", "assistant"]
# Of a hundred chats, the ones that no step learns from: they show whether the model learns by heart.
VALIDATION_PERCENT = 8


def chats_path():
    """Where the data set is: the pipeline says so, and at home it is the file in this repository."""
    return os.environ.get("MODEL_CI_DATASET_CHATS", "data/chats.jsonl")


def tasks_path():
    return os.environ.get("MODEL_CI_DATASET_TASKS", "lm-eval")


def read_lines(path):
    """Pairs of a place and the object that stands there."""
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            where = f"{path}, line {number}"
            try:
                row = json.loads(line)
            except json.JSONDecodeError as problem:
                raise Unfit(f"{where}: not JSON: {problem}") from None
            if not isinstance(row, dict):
                raise Unfit(f"{where}: not an object")
            yield where, row


def check_messages(messages, where):
    """A chat may begin with a system message; then user and assistant take turns, and the assistant has the last word."""
    if not isinstance(messages, list) or not messages:
        raise Unfit(f"{where}: 'messages' must be a list")
    for at, message in enumerate(messages):
        if not isinstance(message, dict) or message.get("role") not in ROLES:
            raise Unfit(f"{where}: message {at} needs a role of {ROLES}")
        if not isinstance(message.get("content"), str) or not message["content"].strip():
            raise Unfit(f"{where}: message {at} needs a text as its content")
    turns = [message["role"] for message in messages[messages[0]["role"] == "system" :]]
    if not turns or turns != ["user", "assistant"] * (len(turns) // 2):
        raise Unfit(f"{where}: user and assistant must take turns, from the user to the assistant")


def read_chats(path=None):
    chats, seen = [], set()
    for where, row in read_lines(path or chats_path()):
        if not isinstance(row.get("id"), str) or not row["id"] or row["id"] in seen:
            raise Unfit(f"{where}: the id {row.get('id')!r} is no text, empty, or not unique")
        check_messages(row.get("messages"), where)
        seen.add(row["id"])
        chats.append(row)
    if not chats:
        raise Unfit(f"{path or chats_path()}: there is no chat")
    return chats


def read_tasks(folder=None):
    """The questions of each task of the evaluation, by the name of its file."""
    tasks = {}
    for path in sorted(pathlib.Path(folder or tasks_path()).glob("*.jsonl")):
        rows = list(read_lines(path))
        for where, row in rows:
            if not isinstance(row.get("question"), str) or not row["question"].strip():
                raise Unfit(f"{where}: needs a text as its question")
        tasks[path.name] = rows
    if not tasks:
        raise Unfit(f"{folder or tasks_path()}: there is no task")
    return tasks


def text_of_messages(messages):
    return "\n".join(message["content"] for message in messages)


def split(chats):
    """Training and validation. The id decides, so that a chat stays where it is when others are added."""
    training, validation = [], []
    for chat in chats:
        digest = hashlib.sha256(chat["id"].encode("utf-8")).digest()
        held_out = int.from_bytes(digest[:4], "big") % 100 < VALIDATION_PERCENT
        (validation if held_out else training).append(chat)
    return training, validation
