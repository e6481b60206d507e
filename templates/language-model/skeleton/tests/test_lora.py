"""The way of a base that comes from a folder: an adapter is trained, merged, and answers as before."""

import json

import pytest
import torch
import transformers

from language_model.data import read_chats
from language_model.model import build_tiny, load
from language_model.package import compare, merged, next_tokens
from language_model.settings import Base, Settings, Training
from language_model.train import make_trainer

CHATS = read_chats()[:40]


# PEFT asks in a way that transformers will take no longer.
@pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing:FutureWarning")
def test_an_adapter_is_trained_and_merged_into_its_base(tmp_path):
    model, tokenizer = build_tiny(CHATS, 64)
    model.save_pretrained(tmp_path / "base")
    tokenizer.save_pretrained(tmp_path / "base")
    settings = Settings(
        base=Base(kind="folder", model=str(tmp_path / "base")),
        training=Training(steps=4, batch=4, context=64, save_every=4, warmup=1, learning_rate=0.01),
    )
    trainer, tokenizer = make_trainer(settings, CHATS, tmp_path / "checkpoints", tmp_path / "series.jsonl")
    trainer.train()
    trained = [name for name, each in trainer.model.named_parameters() if each.requires_grad]
    assert trained and all("lora_" in name for name in trained)
    trainer.model.save_pretrained(tmp_path / "trained")
    tokenizer.save_pretrained(tmp_path / "trained")
    config = json.loads((tmp_path / "trained" / "adapter_config.json").read_text())
    assert config["base_model_name_or_path"] == str(tmp_path / "base")

    adapter, tokenizer = load(tmp_path / "trained")
    before = next_tokens(adapter, tokenizer, CHATS[:5])
    base = next_tokens(transformers.AutoModelForCausalLM.from_pretrained(tmp_path / "base").eval(), tokenizer, CHATS[:5])
    assert not torch.equal(before, base)
    report = compare(before, next_tokens(merged(adapter), tokenizer, CHATS[:5]))
    assert report["package_d"] < 1e-8
