import unittest

from sentiment.data import Sentence
from sentiment.evaluate import measure, predict
from sentiment.model import NaiveBayes
from sentiment.train import cross_validate

SENTENCES = [
    Sentence("1_1", "1", 3.0, "works well"),
    Sentence("1_2", "1", -1.0, "does not work"),
    Sentence("2_1", "2", 1.5, "broke"),
    Sentence("2_2", "2", -2.0, "broke at once, and nobody in the shop wanted to hear of it"),
]
MODEL = NaiveBayes.fit(["works well", "broke"], ["positive", "negative"])


class EvaluationTest(unittest.TestCase):
    def test_says_of_each_prediction_whether_it_is_right_and_where_it_belongs(self):
        rows = predict(MODEL, SENTENCES)
        self.assertEqual(
            rows[0],
            {
                "id": "1_1",
                "text": "works well",
                "prediction": "positive",
                "target": "positive",
                "score": 1,
                "group": "1",
                "slices": {"length": "short", "strength": "strong"},
            },
        )
        self.assertEqual(rows[2]["score"], 0)
        self.assertEqual(rows[3]["slices"], {"length": "long", "strength": "strong"})

    def test_measures_as_worked_out_by_hand(self):
        rows = [
            {"prediction": prediction, "target": target, "score": int(prediction == target)}
            for prediction, target in [
                ("positive", "positive"),
                ("positive", "negative"),
                ("negative", "negative"),
                ("negative", "negative"),
            ]
        ]
        accuracy, f1_macro = measure(rows)
        self.assertEqual((accuracy["value"], accuracy["n"], accuracy["dataset"]), (0.75, 4, "reviews"))
        # 4/5 of the negative ones, 2/3 of the positive ones
        self.assertAlmostEqual(f1_macro["value"], (4 / 5 + 2 / 3) / 2)
        with self.assertRaises(ValueError):
            measure([])


class CrossValidationTest(unittest.TestCase):
    def test_learns_from_other_reviews_only(self):
        sentences = [
            Sentence(f"{n}_{label}", str(n), 2.0 if label == "good" else -2.0, label) for n in range(40) for label in ["good", "bad"]
        ]
        self.assertEqual(cross_validate(sentences, 1.0, 1), 1.0)


if __name__ == "__main__":
    unittest.main()
