import json
import unittest

from house_price.model import LinearModel
from house_price.serve import ROUTES
from model_server import BadRequest

MODEL = LinearModel(50, 3)


def predict(body):
    return ROUTES["/predict"](MODEL, json.loads(body))


class ServingTest(unittest.TestCase):
    def test_predicts_one_house(self):
        self.assertEqual(predict('{"size": 120}'), {"prediction": 410})

    def test_predicts_several_houses(self):
        self.assertEqual(predict('{"instances": [{"size": 100}, {"size": 10.5}]}'), {"predictions": [350, 81.5]})

    def test_says_what_is_wrong_with_a_request(self):
        for body, reason in [
            ("[120]", "must be an object"),
            ("{}", "must have a 'size'"),
            ('{"size": "big"}', 'must be a number, but is "big"'),
            ('{"size": true}', "must be a number"),
            ('{"size": -1}', "above 0"),
            ('{"size": NaN}', "above 0"),
            ('{"size": 1' + "0" * 400 + "}", "above 0"),
            ('{"instances": []}', "at least one"),
            ('{"instances": [{"size": 1}, 3]}', r"instances\[1\] must have a 'size'"),
        ]:
            with self.subTest(body=body[:50]):
                with self.assertRaisesRegex(BadRequest, reason):
                    predict(body)


if __name__ == "__main__":
    unittest.main()
