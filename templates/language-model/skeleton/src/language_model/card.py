"""Writes the model card: the README.md of the package, in the format of the Hugging Face Hub, with what this run measured."""

import json
import pathlib

import yaml

from language_model.data import chats_path, read_chats, split
from modelkit.reports import write_text


def read_results(folder):
    """Task, metric, value and standard error of the newest file of results."""
    files = sorted(pathlib.Path(folder).rglob("results_*.json"))
    if not files:
        raise FileNotFoundError(f"{folder}: there are no results of lm-evaluation-harness")
    with open(files[-1], encoding="utf-8") as file:
        results = json.load(file)["results"]
    rows = []
    for task, values in sorted(results.items()):
        for key, value in values.items():
            metric, _, filtered = key.partition(",")
            if filtered and not metric.endswith("_stderr") and isinstance(value, (int, float)):
                error = values.get(f"{metric}_stderr,{filtered}")
                rows.append((task, metric, value, error if isinstance(error, (int, float)) else None))
    return rows


def front_matter(base, rows):
    """What tools read of a card. Metrics are those of the run that made the model."""
    card = {
        "library_name": "transformers",
        "pipeline_tag": "text-generation",
        "language": ["en"],
        "model-index": [
            {
                "name": "model",
                "results": [
                    {
                        "task": {"type": "text-generation"},
                        "dataset": {"name": task, "type": f"lm-eval/{task}.jsonl"},
                        "metrics": [{"type": metric, "value": value}],
                    }
                    for task, metric, value, _ in rows
                ],
            }
        ],
    }
    if base.kind == "hub":
        card["base_model"] = base.model
    return yaml.safe_dump(card, sort_keys=False)


def describe_base(base):
    if base.kind == "tiny":
        return "Trained from random weights: a Llama of less than a million parameters, whose tokenizer was trained on the same chats."
    revision = f" at revision `{base.revision}`" if base.revision else ""
    return f"An adapter (LoRA) of `{base.model}`{revision}, merged into it. The licence of the base holds for this model, too."


def write_card(folder, settings, evaluation):
    rows = read_results(evaluation)
    training, validation = split(read_chats())
    about = pathlib.Path("CARD.md").read_text(encoding="utf-8")
    table = ["| task | metric | value | standard error |", "| --- | --- | --- | --- |"]
    table += [
        f"| {task} | {metric} | {value:.4f} | {'' if error is None else f'{error:.4f}'} |" for task, metric, value, error in rows
    ]
    steps, context = settings.training.steps, settings.training.context
    text = f"""---
{front_matter(settings.base, rows)}---

{about.strip()}

## How it was made

{describe_base(settings.base)}

{len(training)} chats of `{pathlib.Path(chats_path()).name}` in {steps} steps, of at most {context} tokens each; {len(validation)} further chats
were held out to see whether it learns by heart.

## What was measured

{chr(10).join(table)}
"""
    write_text(str(pathlib.Path(folder) / "README.md"), text)
