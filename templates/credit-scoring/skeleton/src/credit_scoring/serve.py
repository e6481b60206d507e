"""Decides about applicants over HTTP.

GET  /healthz   answers 200 once decisions can be made
POST /predict   {"income": 2600, "debt_ratio": 0.4, ...} or {"instances": [{...}, ...]}
                answers {"probability": 0.31, "decision": "decline", "reasons": [...]} or {"predictions": [...]}
"""

from credit_scoring.data import read_applicant
from credit_scoring.scorecard import Scorecard
from model_server import serve
from modelkit.instances import answer_instances


def answer(scorecard, body):
    """The answer to a request, or BadRequest with what is wrong with it."""
    return answer_instances(
        body, read_applicant, lambda applicants: [decide(scorecard, applicant) for applicant in applicants]
    )


def decide(scorecard, applicant):
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
