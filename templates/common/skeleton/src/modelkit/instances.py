"""The body of a request for predictions: one instance, or several as {"instances": [...]}."""

from model_server import BadRequest
from modelkit.rows import Unfit


def answer_instances(body, read, answer):
    """Answers one instance as itself, and several as {"predictions": [...]}.

    `read` makes what the model takes of an instance, or raises Unfit; `answer` gives the answers to a list of those.
    """
    if not isinstance(body, dict):
        raise BadRequest("the body must be an object")
    if "instances" not in body:
        return answer([read_instance(read, body, "the body")])[0]
    instances = body["instances"]
    if not isinstance(instances, list) or not instances:
        raise BadRequest("'instances' must be a list of at least one object")
    read_all = [read_instance(read, instance, f"instances[{index}]") for index, instance in enumerate(instances)]
    return {"predictions": answer(read_all)}


def read_instance(read, instance, where):
    try:
        return read(instance)
    except Unfit as problem:
        raise BadRequest(f"{where}: {problem}") from None
