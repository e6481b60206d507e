import os
import tempfile
import unittest

from sentiment.model import NaiveBayes, features

TEXTS = ["works well", "well made", "does not work", "broke at once"]
LABELS = ["positive", "positive", "negative", "negative"]


class FeaturesTest(unittest.TestCase):
    def test_are_words_and_pairs_of_neighbours(self):
        self.assertEqual(features("Doesn't work!", 1), ["doesn't", "work", "!"])
        self.assertEqual(features("a b c", 2), ["a", "b", "c", "a b", "b c"])
        self.assertEqual(features("", 2), [])


class FittingTest(unittest.TestCase):
    def test_agrees_with_numbers_worked_out_by_hand(self):
        model = NaiveBayes.fit(["good", "bad bad"], ["positive", "negative"])
        # (1 + 1) of (1 + 2) against (0 + 1) of (2 + 2): odds of 8 to 3 for "good"
        self.assertAlmostEqual(model.probability("good"), 8 / 11)
        self.assertAlmostEqual(model.probability("unknown"), 1 / 2)

    def test_recognizes_what_it_has_seen(self):
        model = NaiveBayes.fit(TEXTS, LABELS)
        self.assertEqual([model.predict(text) for text in TEXTS], LABELS)

    def test_takes_every_text(self):
        model = NaiveBayes.fit(TEXTS, LABELS)
        for text in ["", "\0", "well " * 10000, "broke " * 10000]:
            self.assertTrue(0 <= model.probability(text) <= 1)

    def test_refuses_what_no_model_follows_from(self):
        for texts, labels, options in [
            (["a"], ["positive"], {}),
            (["a", "b"], ["positive"], {}),
            (TEXTS, LABELS, {"smoothing": 0}),
            (TEXTS, LABELS, {"ngrams": 0}),
        ]:
            with self.subTest(labels=labels, options=options), self.assertRaises(ValueError):
                NaiveBayes.fit(texts, labels, **options)


class SavingTest(unittest.TestCase):
    def test_a_loaded_model_predicts_as_the_saved_one(self):
        model = NaiveBayes.fit(TEXTS, LABELS, ngrams=2)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "deeper", "model.json")
            model.save(path)
            loaded = NaiveBayes.load(path)
        for text in [*TEXTS, "not well"]:
            self.assertEqual(loaded.probability(text), model.probability(text))


if __name__ == "__main__":
    unittest.main()
