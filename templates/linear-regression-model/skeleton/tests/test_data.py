import os
import tempfile
import unittest

from house_price.data import House, dataset_path, read_houses, split


class ReadingTest(unittest.TestCase):
    def read(self, text):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "houses.csv")
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            return read_houses(path)

    def test_reads_sizes_and_prices_as_numbers(self):
        self.assertEqual(self.read("id,size,price\na,50,200.5\n"), [House("a", 50.0, 200.5)])

    def test_says_where_a_row_is_wrong(self):
        for row in ["a,big,200", "a,50,", "a,nan,200", "a,-5,200", ",50,200"]:
            with self.subTest(row=row), self.assertRaisesRegex(ValueError, r"houses\.csv, line \d"):
                self.read(f"id,size,price\n{row}\n")

    def test_refuses_a_house_that_occurs_twice(self):
        with self.assertRaisesRegex(ValueError, "house a occurs 2 times"):
            self.read("id,size,price\na,50,200\na,60,210\n")

    def test_refuses_other_columns(self):
        with self.assertRaisesRegex(ValueError, "columns"):
            self.read("size,price\n50,200\n")


class SplittingTest(unittest.TestCase):
    def test_no_house_is_on_both_sides_and_none_is_lost(self):
        houses = read_houses(dataset_path())
        training, test = split(houses)
        self.assertEqual(sorted(training + test), sorted(houses))
        self.assertGreater(len(training), 2 * len(test))
        self.assertGreater(len(test), 10)

    def test_a_house_stays_on_its_side_when_others_come(self):
        houses = [House(f"h{number}", 50.0, 200.0) for number in range(100)]
        _, before = split(houses)
        _, after = split([House("new", 60.0, 230.0), *reversed(houses)])
        self.assertEqual(set(before), {house for house in after if house.id != "new"})


if __name__ == "__main__":
    unittest.main()
