"""Trains the model: all of `tiny`, and an adapter (LoRA) of any other base.

What was reached is kept as checkpoints in the folder that CHECKPOINTS names. It goes on from the last one if data and settings are
still the same, so let CHECKPOINTS name a folder that outlives the attempt, where the stage may be interrupted.
"""

import argparse
import dataclasses
import hashlib
import json
import os
import pathlib
import shutil
import time

import torch
import transformers
from transformers.trainer_utils import get_last_checkpoint

from language_model.data import read_chats, split
from language_model.model import load_base, quiet
from language_model.settings import read_settings
from modelkit.reports import write_json

IGNORED = -100
# What becomes a curve.
SHOWN = ["step", "epoch", "time", "loss", "eval_loss", "learning_rate", "grad_norm"]


def encode(tokenizer, messages, context):
    """The tokens of a chat. What is not the assistant's is read, but not learned."""
    tokens, labels = [], []
    for at, message in enumerate(messages):
        answers = message["role"] == "assistant"
        before = tokenizer.apply_chat_template(messages[:at], tokenize=False, add_generation_prompt=True) if answers else ""
        after = tokenizer.apply_chat_template(messages[: at + 1], tokenize=False)
        if not answers:
            continue
        prompt = tokenizer(before, add_special_tokens=False)["input_ids"]
        whole = tokenizer(after, add_special_tokens=False)["input_ids"]
        labels += [IGNORED] * (len(prompt) - len(tokens)) + whole[len(prompt) :]
        tokens = whole
    return {"input_ids": tokens[:context], "labels": labels[:context]}


def collate(rows, pad):
    longest = max(len(row["input_ids"]) for row in rows)

    def padded(name, value):
        return torch.tensor([row[name] + [value] * (longest - len(row[name])) for row in rows])

    mask = torch.tensor([[1] * len(row["input_ids"]) + [0] * (longest - len(row["input_ids"])) for row in rows])
    return {"input_ids": padded("input_ids", pad), "labels": padded("labels", IGNORED), "attention_mask": mask}


class Curves(transformers.TrainerCallback):
    """Writes a line for each step that is logged, at once, so that the portal shows the curves while the training runs."""

    def __init__(self, path):
        self.path = pathlib.Path(path)

    def write(self, entries, mode):
        with open(self.path, mode, encoding="utf-8") as file:
            for entry in entries:
                shown = {name: value for name, value in entry.items() if name in SHOWN}
                # What is said of the training as a whole is no step of it.
                if "loss" in shown or "eval_loss" in shown:
                    file.write(json.dumps(shown) + "\n")

    def on_train_begin(self, args, state, control, **_):
        # What an interrupted attempt had logged up to its checkpoint.
        if state.is_world_process_zero:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.write(state.log_history, "w")

    def on_log(self, args, state, control, logs=None, **_):
        if state.is_world_process_zero:
            self.write([{"step": state.global_step, "time": time.time(), **(logs or {})}], "a")


def digest_of(settings, chats):
    """Of all that the training follows from: a checkpoint of anything else is not gone on from."""
    text = json.dumps([dataclasses.asdict(settings), chats, transformers.__version__, torch.__version__], sort_keys=True)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


def adapt(model, settings):
    """The base with an adapter of a few percent of its size, which alone is trained."""
    import peft

    lora, base = settings.lora, settings.base
    config = peft.LoraConfig(
        task_type="CAUSAL_LM",
        r=lora.rank,
        lora_alpha=lora.alpha,
        lora_dropout=lora.dropout,
        target_modules="all-linear",
        revision=base.revision or None,
    )
    return peft.get_peft_model(model, config)


def training_arguments(settings, checkpoints):
    training, on_gpu = settings.training, torch.cuda.is_available()
    return transformers.TrainingArguments(
        output_dir=str(checkpoints),
        max_steps=training.steps,
        per_device_train_batch_size=training.batch,
        per_device_eval_batch_size=training.batch,
        gradient_accumulation_steps=training.accumulate,
        learning_rate=training.learning_rate,
        lr_scheduler_type="cosine",
        warmup_steps=training.warmup,
        weight_decay=training.weight_decay,
        logging_steps=max(1, training.steps // 100),
        eval_strategy="steps",
        eval_steps=training.save_every,
        save_strategy="steps",
        save_steps=training.save_every,
        save_total_limit=2,
        seed=training.seed,
        use_cpu=not on_gpu,
        bf16=on_gpu and torch.cuda.is_bf16_supported(),
        dataloader_pin_memory=on_gpu,
        ddp_find_unused_parameters=False,
        remove_unused_columns=False,
        label_names=["labels"],
        disable_tqdm=True,
        report_to=[],
    )


def make_trainer(settings, chats, checkpoints, series):
    training, validation = split(chats)
    transformers.set_seed(settings.training.seed)
    model, tokenizer = load_base(settings.base, training, settings.training.context)
    if settings.base.kind != "tiny":
        model = adapt(model, settings)
    sets = [[encode(tokenizer, chat["messages"], settings.training.context) for chat in part] for part in (training, validation)]
    trainer = transformers.Trainer(
        model=model,
        args=training_arguments(settings, checkpoints),
        train_dataset=sets[0],
        eval_dataset=sets[1],
        data_collator=lambda rows: collate(rows, tokenizer.pad_token_id),
        callbacks=[Curves(series)],
    )
    trainer.remove_callback(transformers.PrinterCallback)
    return trainer, tokenizer


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--settings", default="training.yaml")
    parser.add_argument("--out", default="trained")
    parser.add_argument("--report", default="reports/training.json")
    parser.add_argument("--series", default="reports/series.jsonl")
    arguments = parser.parse_args()

    quiet()
    settings, chats = read_settings(arguments.settings), read_chats()
    checkpoints = pathlib.Path(os.environ.get("CHECKPOINTS") or "checkpoints") / digest_of(settings, chats)
    trainer, tokenizer = make_trainer(settings, chats, checkpoints, arguments.series)
    last = get_last_checkpoint(checkpoints) if checkpoints.is_dir() else None
    if last and trainer.is_world_process_zero():
        print(f"goes on from {pathlib.Path(last).name}", flush=True)
    result = trainer.train(resume_from_checkpoint=last)
    validation = trainer.evaluate()
    if not trainer.is_world_process_zero():
        return
    trainer.model.save_pretrained(arguments.out)
    tokenizer.save_pretrained(arguments.out)
    write_report(arguments.report, trainer, result, validation)
    # Whoever trains this again wants to see it trained.
    shutil.rmtree(checkpoints, ignore_errors=True)


def write_report(path, trainer, result, validation):
    parameters = list(trainer.model.parameters())
    report = {
        "steps": trainer.state.global_step,
        "train_loss": result.training_loss,
        "val_loss": validation["eval_loss"],
        "parameters": sum(each.numel() for each in parameters),
        "trained_parameters": sum(each.numel() for each in parameters if each.requires_grad),
    }
    write_json(path, report)
    for name, value in report.items():
        print(f"{name:<19} {value:.4g}" if isinstance(value, float) else f"{name:<19} {value}")


if __name__ == "__main__":
    main()
