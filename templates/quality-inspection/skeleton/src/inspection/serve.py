"""Inspects parts over HTTP.

GET  /healthz   answers 200 once parts can be inspected
POST /predict   {"pixels": "89a7..."} or {"instances": [{"pixels": "89a7..."}, ...]}
                answers {"probability": 0.97, "decision": "reject"} or {"predictions": [...]}
"""

import numpy

from inspection.data import read_image
from inspection.model import Inspection
from model_server import serve
from modelkit.instances import answer_instances


def answer(model, body):
    """The answer to a request, or BadRequest with what is wrong with it."""
    return answer_instances(body, read_image, lambda images: decide(model, images))


def decide(model, images):
    return [
        {"probability": round(float(p), 6), "decision": "reject" if model.rejects(p) else "pass"}
        for p in model.probabilities(numpy.stack(images))
    ]


ROUTES = {"/predict": answer}


if __name__ == "__main__":
    serve(__doc__, Inspection.load, ROUTES, path="model/inspection.onnx")
