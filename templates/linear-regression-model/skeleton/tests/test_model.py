import os
import tempfile
import unittest

from house_price.model import LinearModel


class FittingTest(unittest.TestCase):
    def test_recovers_a_known_line(self):
        sizes = [40, 75, 90, 120, 200]
        model = LinearModel.fit(sizes, [50 + 3 * size for size in sizes])
        self.assertAlmostEqual(model.intercept, 50)
        self.assertAlmostEqual(model.slope, 3)

    def test_balances_the_errors_of_points_off_the_line(self):
        model = LinearModel.fit([0, 1, 2, 3], [1, 1, 3, 3])
        self.assertAlmostEqual(model.intercept, 0.8)
        self.assertAlmostEqual(model.slope, 0.8)

    def test_refuses_houses_that_no_line_follows_from(self):
        for sizes, prices in [([], []), ([50], [200]), ([50, 50], [200, 210]), ([50, 60], [200])]:
            with self.subTest(sizes=sizes, prices=prices), self.assertRaises(ValueError):
                LinearModel.fit(sizes, prices)


class SavingTest(unittest.TestCase):
    def test_a_loaded_model_predicts_as_the_saved_one(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "deeper", "model.json")
            LinearModel(41.5, 3.25).save(path)
            self.assertEqual(LinearModel.load(path).predict(100), 366.5)


if __name__ == "__main__":
    unittest.main()
