"""Compares a trained model, and the gates that judge it, with the plan of foreseen changes in change-control.yaml.

A change outside of the plan is refused, with what it is. With --record, the change record of the version is written: what has
changed, which modification covers it, what it may do, and what was measured.
"""

import argparse
import hashlib
import os
import sys

import yaml

from diagnosis_classifier.data import DECIDING_SITES, HELD_OUT_SITE, SITES, of_part, read_site
from diagnosis_classifier.evaluate import measure
from diagnosis_classifier.model import Model
from modelkit.reports import write_text

# What makes a gate the same question, and what makes it stricter: 1 if a higher limit does, -1 if a lower one does.
QUESTION = ("metric", "slices", "baseline")
STRICTER = {"min": 1, "max": -1, "margin": -1, "confidence": 1}


def facts_of(model):
    return {
        "kind": model.kind,
        "inputs": model.inputs,
        "training_sites": model.training["sites"],
        "training_patients": model.training["patients"],
        "threshold": model.threshold,
    }


def find_changes(plan, facts):
    """What differs from the authorised device: (fact, before, now, modification that covers it or None)."""
    authorised = plan["device"]["authorised"]
    changes = []
    for name in sorted({*facts, *authorised}):
        before, now = authorised.get(name), facts.get(name)
        if before != now:
            covering = [entry for entry in plan["modifications"] if entry["changes"] == name and covers(entry, now)]
            changes.append((name, before, now, covering[0] if covering else None))
    return changes


def covers(modification, value):
    if "must_have" in modification:
        must = set(modification["must_have"])
        return must <= set(value) <= must | set(modification["may_have"])
    return modification["min"] <= value <= modification["max"]


def find_problems(plan, facts, pipeline):
    problems = [
        f"{name} was authorised as {before} and is {now}, which no modification of the plan covers"
        for name, before, now, covering in find_changes(plan, facts)
        if covering is None
    ]
    problems += [
        f"modification {entry['id']} has no impact assessment"
        for entry in plan["modifications"]
        if entry["id"] not in plan["impact"]
    ]
    if HELD_OUT_SITE in facts["training_sites"]:
        problems.append(f"the held-out site {HELD_OUT_SITE} is learned from")
    evaluation = plan["protocol"]["performance_evaluation"]
    if evaluation["deciding_sites"] != DECIDING_SITES:
        problems.append(f"the deciding sites of the plan are {evaluation['deciding_sites']}, those of the code {DECIDING_SITES}")
    for site in evaluation["deciding_sites"]:
        stage = pipeline["stages"].get(f"evaluate_{site}", {})
        gates = [gate for gate in stage.get("gates", []) if gate.get("dataset") == site]
        problems += [
            f"no gate of evaluate_{site} demands {describe(criterion)}"
            for criterion in evaluation["criteria"]
            if not any(demands(gate, criterion) for gate in gates)
        ]
        if stage.get("allowFailure") or stage.get("inconclusive") == "pass":
            problems.append(f"evaluate_{site} lets pass what its gates do not")
    return problems


def demands(gate, criterion):
    """Whether a gate asks what the criterion asks, and no less."""
    return all(gate.get(name) == criterion.get(name) for name in QUESTION) and all(
        name in gate and (gate[name] - criterion[name]) * sign >= 0
        for name, sign in STRICTER.items()
        if name in criterion
    )


def describe(criterion):
    return ", ".join(f"{name} {value}" for name, value in criterion.items())


def write_record(plan, digest, model, commit):
    changes = find_changes(plan, facts_of(model))
    rows = "\n".join(
        f"| {name} | {before} | {now} | {covering['id']}: {covering['what']} |" for name, before, now, covering in changes
    )
    impacts = "\n".join(
        f"- {covering['id']}: {plan['impact'][covering['id']]['benefit']}. Risk: {plan['impact'][covering['id']]['risk']}."
        f" Against it: {plan['impact'][covering['id']]['mitigation']}."
        for _, _, _, covering in changes
    )
    results = "\n".join(
        f"| {site}{' (held out)' if site == HELD_OUT_SITE else ''} | {metric['name']} | {metric['value']:.4f} | {metric['n']} |"
        for site in SITES
        for metric in measure(model, of_part(read_site(site), "test"))
    )
    protocol = plan["protocol"]
    criteria = "\n".join(f"- {describe(entry)}" for entry in protocol["performance_evaluation"]["criteria"])
    return f"""# Change record

Commit {commit}, under plan {plan['plan']} (change-control.yaml, SHA-256 {digest}).

Intended use, which no change may touch: {plan['device']['intended_use']}.

## What differs from the authorised device

| what | authorised | this version | covered by |
| --- | --- | --- | --- |
{rows or '| nothing | | | |'}

## What it may do

{impacts or 'Nothing has changed.'}

## How it was made and judged

{protocol['data_management']} {protocol['retraining']}

Each of the sites {', '.join(protocol['performance_evaluation']['deciding_sites'])} had to meet these criteria, whose verdicts, with
exact limits, stand with the run of this version in the portal, as do decisions of people where the data could not decide:

{criteria}

| site | metric | value | samples (calibration: patients) |
| --- | --- | ---: | ---: |
{results}

## How it is brought into use

{protocol['update_procedures']}
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="model/model.json")
    parser.add_argument("--plan", default="change-control.yaml")
    parser.add_argument("--pipeline", default="model-pipeline.yaml")
    parser.add_argument("--record", metavar="FILE", help="write the change record of this version")
    arguments = parser.parse_args()
    model = Model.load(arguments.model)
    with open(arguments.plan, "rb") as file:
        text = file.read()
    plan = yaml.safe_load(text)
    with open(arguments.pipeline, encoding="utf-8") as file:
        pipeline = yaml.safe_load(file)
    problems = find_problems(plan, facts_of(model), pipeline)
    for problem in problems:
        print(f"change control: {problem}", file=sys.stderr)
    if problems:
        sys.exit(1)
    for name, before, now, covering in find_changes(plan, facts_of(model)):
        print(f"{covering['id']} covers {name}: authorised {before}, now {now}")
    print("Nothing has changed that the plan does not foresee")
    if arguments.record:
        record = write_record(plan, hashlib.sha256(text).hexdigest(), model, os.environ.get("MODEL_CI_COMMIT", "unknown"))
        write_text(arguments.record, record)
        print(f"Wrote {arguments.record}")


if __name__ == "__main__":
    main()
