"""Writes what the portal reads, and the files of models. Folders that are not there yet are made."""

import json
import os


def write_text(path, text):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def write_json(path, value):
    write_text(path, json.dumps(value, indent=1) + "\n")


def write_evaluation(folder, metrics, predictions):
    """The reports of an evaluation: metrics.json, and predictions.jsonl with one example on each line."""
    write_json(os.path.join(folder, "metrics.json"), metrics)
    lines = [json.dumps(example) + "\n" for example in predictions]
    write_text(os.path.join(folder, "predictions.jsonl"), "".join(lines))


def print_metrics(metrics):
    """One line for each metric: its slice, its unit, and how many examples it is of."""
    for metric in metrics:
        label = f"{metric['name']} {metric.get('slice', '')}".strip()
        unit = f" {metric['unit']}" if "unit" in metric else ""
        size = f" of {metric['n']}" if "n" in metric else ""
        print(f"{label:<28} {metric['value']:.4f}{unit}{size}")
