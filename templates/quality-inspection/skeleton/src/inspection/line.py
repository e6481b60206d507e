"""Measures the model in the environment of a line: what it answers there, and how long that takes.

Writes predictions.jsonl, which the portal compares between the lines, and metrics.json with the latency of one part at a time, from
the digits of the camera to the decision.
"""

import argparse
import math
import time

from inspection.data import EVALUATION_WEEKS, images_of, of_weeks, read_parts, read_pixels
from inspection.model import Inspection
from modelkit.reports import print_metrics, write_evaluation

WARM_UP = 50
CONFIDENCE = 0.95


def quantile_limit(values, share, confidence=CONFIDENCE):
    """What the quantile lies below with this confidence, whatever the distribution is.

    That is the k-th smallest value, k the first for which the chance that fewer than k of n values lie below the quantile (a
    binomial) is at least the confidence. Of 299 values or more there is one for 99 % at 95 %; of fewer there is none: infinity.
    """
    ranked = sorted(values)
    n, chance = len(ranked), 0.0
    for below in range(n):
        chance += math.exp(
            math.lgamma(n + 1)
            - math.lgamma(below + 1)
            - math.lgamma(n - below + 1)
            + below * math.log(share)
            + (n - below) * math.log1p(-share)
        )
        if chance >= confidence:
            return ranked[below]
    return math.inf


def measure_latency(model, texts):
    """Milliseconds for each part, after some that nobody counts: a line that starts answers slowly."""

    def answer(text):
        start = time.perf_counter()
        [probability] = model.probabilities([read_pixels(text)])
        model.rejects(probability)
        return (time.perf_counter() - start) * 1000

    for text in texts[:WARM_UP]:
        answer(text)
    return [answer(text) for text in texts]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="model/inspection.onnx")
    parser.add_argument("--out", default="line")
    arguments = parser.parse_args()

    model = Inspection.load(arguments.model)
    parts = of_weeks(read_parts(), EVALUATION_WEEKS)
    examples = [
        {"id": part["id"], "prediction": float(probability), "target": part["defect"]}
        for part, probability in zip(parts, model.probabilities(images_of(parts)))
    ]
    latencies = measure_latency(model, [part["pixels"] for part in parts])
    n = len(latencies)
    metrics = [
        {"name": "latency_p50_ms", "value": sorted(latencies)[n // 2], "n": n},
        {"name": "latency_p99_ms", "value": sorted(latencies)[math.ceil(n * 0.99) - 1], "n": n},
        {"name": "latency_p99_limit_ms", "value": quantile_limit(latencies, 0.99), "n": n},
    ]
    metrics = [{**metric, "unit": "ms", "higherIsBetter": False} for metric in metrics]
    write_evaluation(arguments.out, metrics, examples)
    print_metrics(metrics)


if __name__ == "__main__":
    main()
