"""Inspects parts over HTTP.

GET  /healthz   answers 200 once parts can be inspected
POST /predict   {"pixels": "89a7..."} or {"instances": [{"pixels": "89a7..."}, ...]}
                answers {"probability": 0.97, "decision": "reject"} or {"predictions": [...]}
"""

import numpy

from inspection.data import Unfit, read_pixels
from inspection.model import Inspection
from model_server import BadRequest, serve


def answer(model, body):
    """The answer to a request, or BadRequest with what is wrong with it."""
    if not isinstance(body, dict):
        raise BadRequest("the body must be an object")
    if "instances" not in body:
        return decide(model, [read_part(body, "the body")])[0]
    instances = body["instances"]
    if not isinstance(instances, list) or not instances:
        raise BadRequest("'instances' must be a list of at least one part")
    images = [read_part(instance, f"instances[{index}]") for index, instance in enumerate(instances)]
    return {"predictions": decide(model, images)}


def read_part(part, where):
    if not isinstance(part, dict) or set(part) != {"pixels"}:
        raise BadRequest(f"{where} must be an object with the key 'pixels' and no other")
    try:
        return read_pixels(part["pixels"])
    except Unfit as problem:
        raise BadRequest(f"{where}: {problem}") from None


def decide(model, images):
    return [
        {"probability": round(float(p), 6), "decision": "reject" if model.rejects(p) else "pass"}
        for p in model.probabilities(numpy.stack(images))
    ]


ROUTES = {"/predict": answer}


if __name__ == "__main__":
    serve(__doc__, Inspection.load, ROUTES, path="model/inspection.onnx")
