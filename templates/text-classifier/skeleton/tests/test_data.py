import os
import tempfile
import unittest

from sentiment.data import Sentence, dataset_path, label_of, read_sentences, slices_of, split


class ReadingTest(unittest.TestCase):
    def read(self, text):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "reviews.csv")
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            return read_sentences(path)

    def test_reads_ratings_as_numbers(self):
        rows = self.read('id,review,rating,text\n1_1,1,-1.5,"bad, really"\n')
        self.assertEqual(rows, [Sentence("1_1", "1", -1.5, "bad, really")])
        self.assertEqual(label_of(rows[0]), "negative")

    def test_says_where_a_row_is_wrong(self):
        for row in ["a,1,bad,x", "a,1,0,x", "a,1,nan,x", ",1,1,x", "a,,1,x", "a,1,1,"]:
            with self.subTest(row=row), self.assertRaisesRegex(ValueError, r"reviews\.csv, line \d"):
                self.read(f"id,review,rating,text\n{row}\n")

    def test_refuses_a_sentence_that_occurs_twice(self):
        with self.assertRaisesRegex(ValueError, "sentence a occurs 2 times"):
            self.read("id,review,rating,text\na,1,1,x\na,1,1,y\n")

    def test_refuses_other_columns(self):
        with self.assertRaisesRegex(ValueError, "columns"):
            self.read("id,text\na,x\n")


class SplittingTest(unittest.TestCase):
    def test_no_review_is_on_both_sides_and_no_sentence_is_lost(self):
        sentences = read_sentences(dataset_path())
        training, test = split(sentences)
        self.assertEqual(sorted(training + test), sorted(sentences))
        self.assertFalse({s.review for s in training} & {s.review for s in test})
        self.assertGreater(len(training), len(test))
        self.assertGreater(len(test), 300)

    def test_each_slice_has_sentences_of_both_labels(self):
        _, test = split(read_sentences(dataset_path()))
        for name, values in [("length", ["short", "long"]), ("strength", ["strong", "weak"])]:
            for value in values:
                labels = {label_of(s) for s in test if slices_of(s)[name] == value}
                self.assertEqual(labels, {"negative", "positive"}, f"{name}={value}")


if __name__ == "__main__":
    unittest.main()
