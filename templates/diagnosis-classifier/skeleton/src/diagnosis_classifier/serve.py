"""Judges samples over HTTP.

GET  /healthz   answers 200 once samples can be judged
POST /predict   {"radius": 7.4, "texture": 20.1, ...} or {"instances": [{...}, ...]}
                answers {"probability": 0.81, "call": "malignant", "threshold": 0.34} or {"predictions": [...]}
"""

from diagnosis_classifier.data import read_sample
from diagnosis_classifier.model import Model
from model_server import serve
from modelkit.instances import answer_instances


def answer(model, body):
    """The answer to a request, or BadRequest with what is wrong with it."""
    return answer_instances(body, read_sample, lambda samples: [judge(model, sample) for sample in samples])


def judge(model, sample):
    probability = model.probability(sample)
    return {
        "probability": round(probability, 6),
        "call": model.call(probability),
        "threshold": round(model.threshold, 6),
    }


ROUTES = {"/predict": answer}


if __name__ == "__main__":
    serve(__doc__, Model.load, ROUTES, path="model/model.json")
