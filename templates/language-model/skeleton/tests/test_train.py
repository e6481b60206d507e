import json
import pathlib

import pytest
import torch
import transformers

from language_model.data import read_chats
from language_model.model import build_tiny, fit_for_chats
from language_model.package import compare, next_tokens, save
from language_model.settings import Settings, Training
from language_model.train import IGNORED, Curves, collate, digest_of, encode, make_trainer

CHATS = read_chats()[:60]


@pytest.fixture(scope="module")
def tiny():
    transformers.set_seed(1)
    return build_tiny(CHATS, 64)


def test_only_what_the_assistant_says_is_learned(tiny):
    _, tokenizer = tiny
    chat = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Where are you?"},
        {"role": "assistant", "content": "Here."},
        {"role": "user", "content": "Really?"},
        {"role": "assistant", "content": "Yes. größer 自行车"},
    ]
    row = encode(tokenizer, chat, 1000)
    assert len(row["input_ids"]) == len(row["labels"])
    assert tokenizer.decode(row["input_ids"]) == tokenizer.apply_chat_template(chat, tokenize=False)
    learned = tokenizer.decode([token for token in row["labels"] if token != IGNORED])
    assert learned == "Here.<|im_end|>\nYes. größer 自行车<|im_end|>\n"


def test_chats_of_different_lengths_are_padded_and_the_padding_is_not_learned():
    batch = collate([{"input_ids": [1, 2, 3], "labels": [IGNORED, 2, 3]}, {"input_ids": [4], "labels": [4]}], 0)
    assert batch["input_ids"].tolist() == [[1, 2, 3], [4, 0, 0]]
    assert batch["labels"].tolist() == [[IGNORED, 2, 3], [4, IGNORED, IGNORED]]
    assert batch["attention_mask"].tolist() == [[1, 1, 1], [1, 0, 0]]


def test_a_base_without_a_template_is_given_one_and_one_with_it_keeps_it(tiny):
    _, tokenizer = tiny
    assert tokenizer.apply_chat_template([{"role": "user", "content": "Hi"}], tokenize=False, add_generation_prompt=True) == (
        "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"
    )
    assert fit_for_chats(tokenizer).pad_token == "<|endoftext|>"


class Interrupted(Exception):
    pass


class Interruption(transformers.TrainerCallback):
    def on_step_end(self, args, state, control, **_):
        if state.global_step == 5:
            raise Interrupted


def test_training_that_was_interrupted_goes_on_as_if_it_had_not_been(tmp_path):
    settings = Settings(training=Training(steps=6, batch=4, context=64, save_every=2, warmup=1))

    def trainer(name):
        return make_trainer(settings, CHATS, tmp_path / name, tmp_path / f"{name}.jsonl")[0]

    whole = trainer("whole")
    whole.train()
    first = trainer("parts")
    first.add_callback(Interruption())
    with pytest.raises(Interrupted):
        first.train()
    second = trainer("parts")
    second.train(resume_from_checkpoint=str(tmp_path / "parts" / "checkpoint-4"))
    for one, other in zip(whole.model.parameters(), second.model.parameters()):
        torch.testing.assert_close(one, other)
    curves = [
        [json.loads(line) for line in (tmp_path / f"{name}.jsonl").read_text().splitlines()] for name in ("whole", "parts")
    ]
    losses = [[round(row["loss"], 4) for row in rows if "loss" in row] for rows in curves]
    assert losses[0] == losses[1]
    assert len(losses[0]) == 6


def test_checkpoints_of_other_data_or_settings_are_not_gone_on_from():
    settings, other = Settings(), Settings(training=Training(seed=2))
    assert digest_of(settings, CHATS) == digest_of(Settings(), list(CHATS))
    assert len({digest_of(settings, CHATS), digest_of(other, CHATS), digest_of(settings, CHATS[1:])}) == 3


def test_a_saved_model_answers_as_the_one_in_memory(tiny, tmp_path):
    model, tokenizer = tiny
    model.eval()
    before = next_tokens(model, tokenizer, CHATS[:5])
    save(model, tokenizer, tmp_path)
    names = {path.name for path in pathlib.Path(tmp_path).iterdir()}
    assert {"config.json", "generation_config.json", "model.safetensors", "tokenizer.json", "chat_template.jinja"} <= names
    loaded = transformers.AutoModelForCausalLM.from_pretrained(tmp_path).eval()
    after = next_tokens(loaded, transformers.AutoTokenizer.from_pretrained(tmp_path), CHATS[:5])
    assert compare(before, after) == {"package_d": 0, "package_changed": 0}
    assert compare(before, after.flip(1))["package_changed"] == 1
