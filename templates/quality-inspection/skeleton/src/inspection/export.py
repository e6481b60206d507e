"""Writes the trained model as ONNX, and measures by how much the two differ.

A line runs the export, not what was trained. Both answer the parts of the weeks that measure; export_d is the sum of the squared
differences of their probabilities.
"""

import argparse
import math
import os

import joblib
from skl2onnx import to_onnx

from inspection.data import EVALUATION_WEEKS, images_of, of_weeks, read_parts
from inspection.features import features
from inspection.model import Inspection
from modelkit.reports import write_json

# Read by every runtime since 2023.
OPSET = 18


def export(trained, sample, path):
    # zipmap: probabilities as a table of numbers.
    onnx = to_onnx(trained["model"], sample, options={"zipmap": False}, target_opset=OPSET)
    # The threshold goes wherever the model goes.
    onnx.metadata_props.add(key="threshold", value=repr(trained["threshold"]))
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "wb") as file:
        file.write(onnx.SerializeToString())


def squared_difference(one, other):
    return math.fsum((float(a) - float(b)) ** 2 for a, b in zip(one, other))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trained", default="trained/model.joblib")
    parser.add_argument("--out", default="model/inspection.onnx")
    parser.add_argument("--report", default="reports/export.json")
    arguments = parser.parse_args()

    trained = joblib.load(arguments.trained)
    images = images_of(of_weeks(read_parts(), EVALUATION_WEEKS))
    table = features(images)
    export(trained, table[:1], arguments.out)
    exported = Inspection.load(arguments.out)
    report = {
        "export_d": squared_difference(trained["model"].predict_proba(table)[:, 1], exported.probabilities(images)),
        "export_bytes": os.path.getsize(arguments.out),
    }
    write_json(arguments.report, report)
    print(f"Wrote {arguments.out}, {report['export_bytes']} bytes")
    print(f"The export differs from the trained model by d = {report['export_d']:.3g} on {len(images)} parts")


if __name__ == "__main__":
    main()
