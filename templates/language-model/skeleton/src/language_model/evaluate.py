"""Measures a trained model with lm-evaluation-harness, by the tasks in the folder lm-eval. Nothing is fetched."""

import argparse
import logging
import os
import pathlib

TASKS = "lm-eval"


def prepare():
    """Settings that count only before the libraries are imported."""
    for name in ["HF_DATASETS_OFFLINE", "HF_EVALUATE_OFFLINE"]:
        os.environ[name] = "1"
    os.environ["HF_DATASETS_DISABLE_PROGRESS_BARS"] = "1"
    os.environ["TQDM_DISABLE"] = "1"
    # The cache of the machine may hold rows of other data under the same name.
    os.environ["HF_DATASETS_CACHE"] = os.path.abspath(".cache/datasets")


def names_of_tasks(folder=TASKS):
    return sorted(path.stem for path in pathlib.Path(folder).glob("*.yaml"))


def quiet_model(model, tokenizer, batch):
    """What the harness asks, without its bars of progress, which a log keeps line by line."""
    from lm_eval.models.huggingface import HFLM

    class Quiet(HFLM):
        def loglikelihood(self, requests, disable_tqdm=True):
            return super().loglikelihood(requests, disable_tqdm)

        def generate_until(self, requests, disable_tqdm=True):
            return super().generate_until(requests, disable_tqdm)

    return Quiet(pretrained=model, tokenizer=tokenizer, batch_size=batch)


def measure(model, tokenizer, out, batch=32):
    """Writes what the harness reports, and answers with it."""
    from lm_eval import simple_evaluate
    from lm_eval.loggers import EvaluationTracker
    from lm_eval.tasks import TaskManager

    tracker = EvaluationTracker(output_path=out)
    results = simple_evaluate(
        model=quiet_model(model, tokenizer, batch),
        tasks=names_of_tasks(),
        task_manager=TaskManager(include_path=TASKS, include_defaults=False),
        apply_chat_template=True,
        log_samples=True,
        evaluation_tracker=tracker,
    )
    samples = results.pop("samples")
    tracker.save_results_aggregated(results=results, samples=samples)
    for task in results["configs"]:
        tracker.save_results_samples(task_name=task, samples=samples[task])
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="trained", help="folder of the model, or of the adapter")
    parser.add_argument("--out", default="reports/lm-eval")
    arguments = parser.parse_args()

    prepare()
    logging.getLogger("lm_eval").setLevel(logging.ERROR)
    from language_model.model import load

    model, tokenizer = load(arguments.model)
    results = measure(model, tokenizer, arguments.out)
    for task, values in sorted(results["results"].items()):
        for name, value in values.items():
            if isinstance(value, float) and "stderr" not in name:
                print(f"{task + '.' + name.split(',')[0]:<24} {value:.4f}")


if __name__ == "__main__":
    main()
