"""Serves predictions over HTTP.

GET  /healthz          answers 200 once predictions can be made
POST /predict          {"text": "works well"} or {"instances": [{"text": "works well"}, ...]}
                       answers {"prediction": "positive", "probability": 0.9} or {"predictions": [...]}
POST /v1/completions   {"prompt": "Review: works well\\nSentiment:"} answers as OpenAI's completions do, with the label as the
                       completion, so that tools for language models can measure this one
"""

from model_server import BadRequest, serve
from modelkit.instances import answer_instances
from modelkit.rows import demand_features, refuse
from sentiment.model import NaiveBayes

QUESTION = "Sentiment:"


def answer(model, body):
    """The answer to a request for predictions, or BadRequest with what is wrong with it."""
    return answer_instances(body, read_review, lambda texts: [prediction(model, text) for text in texts])


def read_review(values):
    demand_features(values, ["text"])
    text = values.get("text")
    return text if isinstance(text, str) else refuse("text must be a string")


def prediction(model, text):
    return {"prediction": model.predict(text), "probability": model.probability(text)}


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
