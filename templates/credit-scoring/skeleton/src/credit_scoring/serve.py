"""Decides about applicants over HTTP.

GET  /healthz   answers 200 once decisions can be made
POST /predict   {"income": 2600, "debt_ratio": 0.4, ...} or {"instances": [{...}, ...]}
                answers {"probability": 0.31, "decision": "decline", "reasons": [...]} or {"predictions": [...]}
"""

from credit_scoring.data import Unfit, read_applicant
from credit_scoring.scorecard import Scorecard
from model_server import BadRequest, serve


def answer(scorecard, body):
    """The answer to a request, or BadRequest with what is wrong with it."""
    if not isinstance(body, dict):
        raise BadRequest("the body must be an object")
    if "instances" not in body:
        return decide(scorecard, body, "the body")
    instances = body["instances"]
    if not isinstance(instances, list) or not instances:
        raise BadRequest("'instances' must be a list of at least one applicant")
    predictions = []
    for index, instance in enumerate(instances):
        predictions.append(decide(scorecard, instance, f"instances[{index}]"))
    return {"predictions": predictions}


def decide(scorecard, values, where):
    try:
        applicant = read_applicant(values)
    except Unfit as problem:
        raise BadRequest(f"{where}: {problem}") from None
    probability = scorecard.probability(applicant)
    is_declined = scorecard.is_declined(probability)
    return {
        "probability": round(probability, 6),
        "decision": "decline" if is_declined else "pass",
        # Who is declined has a right to know why.
        "reasons": scorecard.reasons(applicant) if is_declined else [],
    }


ROUTES = {"/predict": answer}


if __name__ == "__main__":
    serve(__doc__, Scorecard.load, ROUTES, path="model/scorecard.json")
