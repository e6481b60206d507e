"""Judges samples over HTTP.

GET  /healthz   answers 200 once samples can be judged
POST /predict   {"radius": 7.4, "texture": 20.1, ...} or {"instances": [{...}, ...]}
                answers {"probability": 0.81, "call": "malignant", "threshold": 0.34} or {"predictions": [...]}
"""

from diagnosis_classifier.data import Unfit, read_sample
from diagnosis_classifier.model import Model
from model_server import BadRequest, serve


def answer(model, body):
    """The answer to a request, or BadRequest with what is wrong with it."""
    if not isinstance(body, dict):
        raise BadRequest("the body must be an object")
    if "instances" not in body:
        return judge(model, body, "the body")
    instances = body["instances"]
    if not isinstance(instances, list) or not instances:
        raise BadRequest("'instances' must be a list of at least one sample")
    return {"predictions": [judge(model, sample, f"instances[{index}]") for index, sample in enumerate(instances)]}


def judge(model, values, where):
    try:
        sample = read_sample(values)
    except Unfit as problem:
        raise BadRequest(f"{where}: {problem}") from None
    probability = model.probability(sample)
    return {
        "probability": round(probability, 6),
        "call": model.call(probability),
        "threshold": round(model.threshold, 6),
    }


ROUTES = {"/predict": answer}


if __name__ == "__main__":
    serve(__doc__, Model.load, ROUTES, path="model/model.json")
