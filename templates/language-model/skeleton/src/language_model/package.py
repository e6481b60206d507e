"""Packages the trained model: one folder of safetensors with tokenizer, chat template and model card, which transformers and vLLM load.

An adapter is merged into its base. Whether the package answers as the trained model does is measured, not believed.
"""

import argparse
import pathlib

import torch
import transformers

from language_model.card import write_card
from language_model.data import read_chats, split
from language_model.model import load
from language_model.settings import read_settings
from modelkit.reports import write_json

# Chats of the validation by which the package is compared with what was trained.
COMPARED = 40


def merged(model):
    return model.merge_and_unload() if hasattr(model, "merge_and_unload") else model


def generation_settings(tokenizer):
    """Greedy, unless a request says otherwise; the end of a turn ends an answer."""
    return transformers.GenerationConfig(
        do_sample=False, eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id
    )


def save(model, tokenizer, out):
    model.generation_config = generation_settings(tokenizer)
    model.save_pretrained(out)
    tokenizer.save_pretrained(out)
    # Weights are written for their owner alone, which who serves them need not be.
    for path in pathlib.Path(out).glob("*.safetensors"):
        path.chmod(0o644)


@torch.no_grad()
def next_tokens(model, tokenizer, chats):
    """What the model takes for the next token after each question: a row of probabilities for each chat."""
    rows = []
    for chat in chats:
        text = tokenizer.apply_chat_template(chat["messages"][:-1], tokenize=False, add_generation_prompt=True)
        tokens = tokenizer(text, add_special_tokens=False, return_tensors="pt")["input_ids"].to(model.device)
        rows.append(model(tokens).logits[0, -1].float().softmax(-1).cpu())
    return torch.stack(rows)


def compare(before, after):
    """d as the portal's parity has it, and the share of the questions whose most likely token is another."""
    return {
        "package_d": float(((before - after) ** 2).sum()),
        "package_changed": float((before.argmax(-1) != after.argmax(-1)).float().mean()),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trained", default="trained")
    parser.add_argument("--evaluation", default="reports/lm-eval")
    parser.add_argument("--out", default="model")
    parser.add_argument("--report", default="reports/package.json")
    arguments = parser.parse_args()

    _, validation = split(read_chats())
    model, tokenizer = load(arguments.trained)
    before = next_tokens(model, tokenizer, validation[:COMPARED])
    save(merged(model), tokenizer, arguments.out)
    write_card(arguments.out, read_settings(), arguments.evaluation)
    report = compare(before, next_tokens(*load(arguments.out), validation[:COMPARED]))
    weights = pathlib.Path(arguments.out).glob("*.safetensors")
    report["package_bytes"] = sum(path.stat().st_size for path in weights)
    write_json(arguments.report, report)
    for name, value in report.items():
        print(f"{name:<16} {value:.4g}" if isinstance(value, float) else f"{name:<16} {value}")


if __name__ == "__main__":
    main()
