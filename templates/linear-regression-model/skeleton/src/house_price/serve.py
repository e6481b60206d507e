"""Serves predictions over HTTP.

GET  /healthz   answers 200 once predictions can be made
POST /predict   {"size": 120} or {"instances": [{"size": 120}, ...]} answers {"prediction": ...} or {"predictions": [...]}
"""

import json
import math

from house_price.model import LinearModel
from model_server import BadRequest, serve


def answer(model, body):
    """The answer to the body of a request, or BadRequest with what is wrong with it."""
    if not isinstance(body, dict):
        raise BadRequest('the body must be an object such as {"size": 120}')
    if "instances" in body:
        instances = body["instances"]
        if not isinstance(instances, list) or not instances:
            raise BadRequest("'instances' must be a list of at least one object")
        return {
            "predictions": [
                model.predict(read_size(instance, f"instances[{index}]")) for index, instance in enumerate(instances)
            ]
        }
    return {"prediction": model.predict(read_size(body, "the body"))}


def read_size(instance, where):
    if not isinstance(instance, dict) or "size" not in instance:
        raise BadRequest(f"{where} must have a 'size' in square metres")
    size = instance["size"]
    # In Python, True is a number.
    if isinstance(size, bool) or not isinstance(size, (int, float)):
        raise BadRequest(f"'size' of {where} must be a number, but is {json.dumps(size)}")
    # Comparing first keeps whole numbers of any length away from the conversion to a float.
    if not 0 < size <= 1_000_000 or not math.isfinite(size):
        raise BadRequest(f"'size' of {where} must be above 0 and at most 1000000")
    return float(size)


ROUTES = {"/predict": answer}


if __name__ == "__main__":
    serve(__doc__, LinearModel.load, ROUTES, path="model/model.json")
