"""Serves predictions over HTTP.

GET  /healthz          answers 200 once predictions can be made
POST /predict          {"text": "works well"} or {"instances": [{"text": "works well"}, ...]}
                       answers {"prediction": "positive", "probability": 0.9} or {"predictions": [...]}
POST /v1/completions   {"prompt": "Review: works well\\nSentiment:"} answers as OpenAI's completions do, with the label as the
                       completion, so that tools for language models can measure this one
"""

import json

from model_server import BadRequest, serve
from sentiment.model import NaiveBayes

QUESTION = "Sentiment:"


def answer(model, body):
    """The answer to a request for predictions, or BadRequest with what is wrong with it."""
    if not isinstance(body, dict):
        raise BadRequest('the body must be an object such as {"text": "works well"}')
    if "instances" in body:
        instances = body["instances"]
        if not isinstance(instances, list) or not instances:
            raise BadRequest("'instances' must be a list of at least one object")
        return {
            "predictions": [
                prediction(model, read_text(instance, f"instances[{index}]"))
                for index, instance in enumerate(instances)
            ]
        }
    return prediction(model, read_text(body, "the body"))


def prediction(model, text):
    return {"prediction": model.predict(text), "probability": model.probability(text)}


def read_text(instance, where):
    if not isinstance(instance, dict) or "text" not in instance:
        raise BadRequest(f"{where} must have a 'text'")
    text = instance["text"]
    if not isinstance(text, str):
        raise BadRequest(f"'text' of {where} must be a text, but is {json.dumps(text)[:100]}")
    return text


def complete(model, body):
    """The answer to a request for completions. What the model can complete is the question about a review."""
    prompts = body.get("prompt") if isinstance(body, dict) else None
    if isinstance(prompts, str):
        prompts = [prompts]
    if not isinstance(prompts, list) or not prompts or not all(isinstance(prompt, str) for prompt in prompts):
        raise BadRequest("'prompt' must be a text or a list of texts")
    if body.get("logprobs") is not None or body.get("echo"):
        raise BadRequest("'logprobs' and 'echo' are not offered: this model has no tokens")
    return {
        "object": "text_completion",
        "model": "sentiment",
        "choices": [
            {"index": index, "text": f" {model.predict(read_prompt(prompt))}", "logprobs": None, "finish_reason": "stop"}
            for index, prompt in enumerate(prompts)
        ],
    }


def read_prompt(prompt):
    """The review that a prompt ends with; what stands before it are examples, which this model does not learn from."""
    before, question, after = prompt.rpartition(QUESTION)
    if not question or after.strip():
        raise BadRequest(f"a prompt must end with '{QUESTION}'")
    return before.rpartition("Review:")[2].strip()


ROUTES = {"/predict": answer, "/v1/completions": complete}


if __name__ == "__main__":
    serve(__doc__, NaiveBayes.load, ROUTES, path="model/model.json")
