"""Measures the exported model on the parts of the weeks after those that it has learned from.

Writes predictions.jsonl, from which the portal judges the parts that are judged rightly, of the defects of each line (recall) and
of its good parts; and metrics.json with what it cannot compute from them: how far the images of each line have drifted.
"""

import argparse

from inspection.data import EVALUATION_WEEKS, LINES, TRAINING_WEEKS, images_of, of_weeks, read_parts
from inspection.model import Inspection
from modelkit.reports import print_metrics, write_evaluation
from modelkit.stability import stability

def brightness(parts):
    return images_of(parts).mean(axis=(1, 2)).tolist()


def focus(parts):
    """How much neighbouring pixels differ: a lens that is dirty or has moved lowers it, a failing sensor raises it."""
    images = images_of(parts)
    return abs(images[:, :, 1:] - images[:, :, :-1]).mean(axis=(1, 2)).tolist()


def drift(line, parts):
    """The stability of whichever reading of the line has moved most. What is a defect nobody has to know for it."""
    before, now = (
        [part for part in of_weeks(parts, weeks) if part["line"] == line] for weeks in (TRAINING_WEEKS, EVALUATION_WEEKS)
    )
    moved = {reading.__name__: stability(reading(before), reading(now)) for reading in (brightness, focus)}
    return max(moved.values()), moved, len(now)


def measure_drift(parts):
    metrics = []
    for line in LINES:
        of_line = f"line={line}"
        psi, moved, n = drift(line, parts)
        metrics.append({"name": "psi", "slice": of_line, "value": psi, "n": n})
        metrics += [{"name": f"psi_{name}", "slice": of_line, "value": value, "n": n} for name, value in moved.items()]
    return metrics


def as_example(part, is_rejected):
    """What the portal reads of a part."""
    return {
        "id": part["id"],
        "prediction": int(is_rejected),
        "target": part["defect"],
        # In a slice of defects alone, the accuracy is the recall; both are rates, whose intervals are exact.
        "slices": {
            "line": part["line"],
            "week": str(part["week"]),
            "defects" if part["defect"] else "good": part["line"],
        },
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="model/inspection.onnx")
    parser.add_argument("--out", default="reports")
    arguments = parser.parse_args()

    model = Inspection.load(arguments.model)
    parts = read_parts()
    later = of_weeks(parts, EVALUATION_WEEKS)
    rejected = {part["id"]: model.rejects(p) for part, p in zip(later, model.probabilities(images_of(later)))}
    metrics = measure_drift(parts)
    write_evaluation(arguments.out, metrics, [as_example(part, rejected[part["id"]]) for part in later])
    for line in LINES:
        for name, defect, right in (("recall", 1, True), ("good parts passed", 0, False)):
            judged = [rejected[part["id"]] == right for part in later if part["line"] == line and part["defect"] == defect]
            print(f"{name:<18} line={line:<12} {sum(judged) / len(judged):.4f}")
    print_metrics(metrics)


if __name__ == "__main__":
    main()
