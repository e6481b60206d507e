"""Reads training.yaml: what the model starts from and how it is trained."""

import os
from dataclasses import dataclass, field, fields

import yaml

KINDS = ["tiny", "hub", "folder"]


@dataclass
class Base:
    """What the model starts from: `tiny` is built here, `hub` has an id and a revision, `folder` a path."""

    kind: str = "tiny"
    model: str = ""
    revision: str = ""


@dataclass
class Lora:
    rank: int = 16
    alpha: int = 32
    dropout: float = 0.05


@dataclass
class Training:
    steps: int = 400
    batch: int = 32
    accumulate: int = 1
    learning_rate: float = 2e-3
    warmup: int = 20
    weight_decay: float = 0.01
    context: int = 256
    seed: int = 1
    save_every: int = 100


@dataclass
class Settings:
    base: Base = field(default_factory=Base)
    lora: Lora = field(default_factory=Lora)
    training: Training = field(default_factory=Training)


def read_part(kind, values, where):
    if not isinstance(values, dict):
        raise ValueError(f"{where} must hold names and values")
    known = {each.name: each.type for each in fields(kind)}
    for name, value in values.items():
        if name not in known:
            raise ValueError(f"{where}: {name!r} is not known; there are {', '.join(known)}")
        if known[name] is float and isinstance(value, int) and not isinstance(value, bool):
            values[name] = value = float(value)
        if type(value) is not known[name]:
            raise ValueError(f"{where}: {name} must be of type {known[name].__name__}, but is {value!r}")
    return kind(**values)


def read_settings(path="training.yaml"):
    with open(path, encoding="utf-8") as file:
        values = yaml.safe_load(file)
    parts = {"base": Base, "lora": Lora, "training": Training}
    if not isinstance(values, dict) or not set(values) <= set(parts):
        raise ValueError(f"{path} must hold only {', '.join(parts)}")
    settings = Settings(**{name: read_part(parts[name], part, f"{path}, {name}") for name, part in values.items()})
    # For a first try, or a test of the pipeline: as many steps as a run is given, in place of those of the file.
    steps = int(os.environ.get("PARAM_STEPS") or 0)
    if steps > 0:
        settings.training.steps = steps
    check(settings, path)
    return settings


def check(settings, path):
    base = settings.base
    if base.kind not in KINDS:
        raise ValueError(f"{path}: base.kind must be one of {', '.join(KINDS)}")
    if base.kind != "tiny" and not base.model:
        raise ValueError(f"{path}: base.model must name the model")
    if base.kind == "hub" and (len(base.revision) != 40 or set(base.revision) - set("0123456789abcdef")):
        raise ValueError(f"{path}: base.revision must be a commit of 40 digits: a branch may be another model tomorrow")
    for name in ["steps", "batch", "accumulate", "context", "save_every"]:
        if getattr(settings.training, name) < 1:
            raise ValueError(f"{path}: training.{name} must be at least 1")
