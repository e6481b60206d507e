"""Makes the files beside it: what lm-evaluation-harness itself writes, about a small model of its own class.

    python3 -m venv venv && venv/bin/pip install lm-eval && venv/bin/python make.py

The model answers by rule, so that the numbers are the same in every run; nothing is fetched.
"""

import os
import re
import shutil
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_DATASETS_OFFLINE"] = "1"

from lm_eval import simple_evaluate  # noqa: E402
from lm_eval.api.model import LM  # noqa: E402
from lm_eval.loggers import EvaluationTracker  # noqa: E402
from lm_eval.tasks import TaskManager  # noqa: E402


class Arithmetician(LM):
    """Adds up right unless 9 is involved, and prefers what is short."""

    def loglikelihood(self, requests):
        return [(-float(len(r.args[1])), False) for r in requests]

    def loglikelihood_rolling(self, requests):
        return [-2.0 * len(r.args[0].split()) for r in requests]

    def generate_until(self, requests):
        return [self._add(r.args[0]) for r in requests]

    @staticmethod
    def _add(prompt):
        a, b = map(int, re.findall(r"\d+", prompt)[-2:])
        return f"It is {a + b}." if a == 4 else str(a + b - (a == 9))


def main():
    here = Path(__file__).parent
    os.chdir(here)
    shutil.rmtree("output", ignore_errors=True)
    tracker = EvaluationTracker(output_path="output")
    results = simple_evaluate(
        model=Arithmetician(),
        tasks=["capitals", "sums", "prose"],
        task_manager=TaskManager(include_path="tasks", include_defaults=False),
        log_samples=True,
        bootstrap_iters=100,
        evaluation_tracker=tracker,
    )
    samples = results.pop("samples")
    tracker.save_results_aggregated(results=results, samples=samples)
    for task in results["configs"]:
        tracker.save_results_samples(task_name=task, samples=samples[task])


if __name__ == "__main__":
    main()
