"""Writes the documentation of the model for those who validate and supervise it: docs/model.md.

It follows what the revised guidance on model risk management of the Federal Reserve (SR 26-2) and the OCC (Bulletin 2026-13)
expects a reader to find: purpose and use, data, method and assumptions, performance, limits, and monitoring. Sentences in
brackets are yours to write: the code does not know them.
"""

import argparse
import os

from credit_scoring.data import EVALUATION_QUARTERS, TRAINING_QUARTERS, of_quarters, read_loans
from credit_scoring.evaluate import measure
from credit_scoring.scorecard import REASONS, Scorecard
from modelkit.reports import write_text


def describe_bins(feature):
    if "choices" in feature:
        names = feature["choices"]
    else:
        edges = [f"{edge:.6g}" for edge in feature["edges"]]
        names = [f"up to {edges[0]}"] if edges else ["all"]
        names += [f"{low} to {high}" for low, high in zip(edges, edges[1:])]
        names += [f"above {edges[-1]}"] if edges else []
    rows = [(name, feature["weight"] * evidence) for name, evidence in zip(names, feature["evidence"])]
    return rows + ([("missing", feature["weight"] * feature["missing"])] if feature["missing"] else [])


def scorecard_table(scorecard):
    lines = ["| feature | value | adds to the log odds of a default |", "| --- | --- | ---: |"]
    for feature in scorecard.features:
        lines += [f"| {feature['name']} | {name} | {value:+.3f} |" for name, value in describe_bins(feature)]
    return "\n".join(lines)


def metrics_table(metrics):
    lines = ["| metric | of | value | standard error | loans |", "| --- | --- | ---: | ---: | ---: |"]
    for metric in metrics:
        error = f"{metric['stderr']:.4f}" if "stderr" in metric else ""
        lines.append(
            f"| {metric['name']} | {metric.get('slice', 'all')} | {metric['value']:.4f} | {error} | {metric['n']} |"
        )
    return "\n".join(lines)


def write(scorecard, loans, commit):
    metrics, rates = measure(scorecard, loans)
    learned = of_quarters(loans, TRAINING_QUARTERS)
    later = of_quarters(loans, EVALUATION_QUARTERS)
    defaults = sum(loan["default"] for loan in learned) / len(learned)
    groups = "\n".join(f"| {group} | {rate:.1%} |" for group, rate in rates.items())
    reasons = "\n".join(f"- {feature}: {text}" for feature, text in REASONS.items())
    return f"""# Documentation of the model

Of commit {commit}. Written by the pipeline with each version; what stands in [brackets] has to be written by people.

## Purpose and use

The model gives the probability that a loan defaults within a year of being granted. A loan above a probability of
{scorecard.decline_above:.0%} is declined; below it the usual checks go on. [Who decides with it, on which products, how many
decisions and how much exposure depend on it, and so its tier in your inventory.]

It must not be used for other products, for companies, or for amounts and terms that the data does not have. [Approved uses.]

## Data

{len(loans)} loans of {TRAINING_QUARTERS[0]} to {EVALUATION_QUARTERS[-1]}. The model learns from {len(learned)} loans of
{TRAINING_QUARTERS[0]} to {TRAINING_QUARTERS[-1]}, of which {defaults:.1%} defaulted, and is measured on {len(later)} later ones.
The pipeline refuses missing and impossible values, loans that stand twice, and later loans that the model has learned from.
Sex and age are in the data to check fairness. The model does not get them. [Source, owner, and known faults of the data.]

## Method and assumptions

A logistic regression over weights of evidence. Bins of numbers are leaves of a tree in which the risk may only rise or fall as
experts expect. Assumed is that features act independently of each other, that outcomes of the past say something of those to come,
and that declined applicants, whose outcomes nobody knows, are like those who were granted a loan. [Alternatives that were considered.]

{scorecard_table(scorecard)}

Constant {scorecard.intercept:+.3f}.

## Performance

On quarters that the model has not seen. Ranking (AUC) with its intervals, as a whole, by quarter and by channel, stands with the
version in the portal, as do the verdicts of the gates and the comparison with the version before.

{metrics_table(metrics)}

Approved of those who paid back:

| group | approved |
| --- | ---: |
{groups}

## Reasons for a decision

A declined applicant is told the features that were worst compared with their best values:

{reasons}

## Limits

- Of declined applicants no outcome is known, so that the model may be wrong about people who are unlike all customers.
- A change of the economy changes the share of defaults before any of it is in the data: 2023 in the training data shows by how much.
- Equality of approval among those who pay back is one notion of fairness; others can contradict it. [Your choice, and why.]

## Monitoring

- Population stability (`psi`) by quarter: above 0.1 look into it, above 0.25 no version passes.
- Expected against seen defaults (`calibration_gap`), and ranking by quarter: with each new quarter in the data the pipeline measures them,
  and asks a person where the loans cannot decide.
- [Who looks at it, how often, and what they do: overrides, complaints, and the day on which the model is reviewed.]
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="model/scorecard.json")
    parser.add_argument("--out", default="docs/model.md")
    arguments = parser.parse_args()
    text = write(Scorecard.load(arguments.model), read_loans(), os.environ.get("MODEL_CI_COMMIT", "unknown"))
    write_text(arguments.out, text)
    print(f"Wrote {arguments.out}")


if __name__ == "__main__":
    main()
