import unittest

from house_price.data import House
from house_price.evaluate import evaluate
from house_price.metrics import mae, r2, rmse
from house_price.model import LinearModel


class MetricsTest(unittest.TestCase):
    def test_agree_with_numbers_worked_out_by_hand(self):
        targets, predictions = [100, 200, 300], [110, 190, 330]
        self.assertAlmostEqual(rmse(targets, predictions), (1100 / 3) ** 0.5)
        self.assertAlmostEqual(mae(targets, predictions), 50 / 3)
        self.assertAlmostEqual(r2(targets, predictions), 1 - 1100 / 20000)

    def test_a_perfect_model_has_no_error(self):
        self.assertEqual(rmse([1, 2], [1, 2]), 0)
        self.assertEqual(mae([1, 2], [1, 2]), 0)
        self.assertEqual(r2([1, 2], [1, 2]), 1)

    def test_refuse_what_cannot_be_compared(self):
        for targets, predictions in [([], []), ([1], [1, 2])]:
            with self.subTest(targets=targets), self.assertRaises(ValueError):
                rmse(targets, predictions)


class EvaluationTest(unittest.TestCase):
    def test_tells_each_metric_with_its_direction_and_each_prediction_with_its_target(self):
        houses = [House("a", 100.0, 350.0), House("b", 50.0, 190.0)]
        metrics, rows = evaluate(LinearModel(50, 3), houses)
        self.assertEqual(
            [(metric["name"], metric["higherIsBetter"], metric["n"]) for metric in metrics],
            [("rmse", False, 2), ("mae", False, 2), ("r2", True, 2)],
        )
        self.assertEqual(rows[1], {"id": "b", "prediction": 200, "target": 190.0})


if __name__ == "__main__":
    unittest.main()
