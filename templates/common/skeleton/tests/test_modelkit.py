import contextlib
import io
import json
import math
import os
import sys
import tempfile
import unittest
from unittest import mock

from model_server import BadRequest
from modelkit.checks import check, find_repeated
from modelkit.instances import answer_instances
from modelkit.reports import print_metrics, write_evaluation
from modelkit.rows import Unfit, demand_features, read_choice, read_number, read_rows, read_text
from modelkit.stability import stability


class FolderTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, *names):
        return os.path.join(self.folder, *names)


class RowsTest(FolderTest):
    def read(self, text):
        with open(self.path("data.csv"), "w", encoding="utf-8") as file:
            file.write(text)
        return read_rows(
            self.path("data.csv"),
            ["id", "size"],
            lambda row: (read_text("id", row["id"]), read_number("size", row["size"], 0, 100)),
        )

    def test_reads_each_row(self):
        self.assertEqual(self.read("id,size\na,1\nb,2.5\n"), [("a", 1.0), ("b", 2.5)])

    def test_names_the_line_of_what_cannot_be(self):
        for row, problem in [
            (",1", "id is missing"),
            ("a,", "size is missing"),
            ("a,big", "size must be a number, but is 'big'"),
            ("a,nan", "size must lie between 0 and 100, but is nan"),
            ("a,101", "size must lie between 0 and 100, but is 101"),
            ("a", "must have 2 columns"),
            ("a,1,2", "must have 2 columns"),
        ]:
            with self.subTest(row=row), self.assertRaisesRegex(Unfit, f"^data.csv, line 3: {problem}$"):
                self.read(f"id,size\na,1\n{row}\n")

    def test_refuses_other_columns_and_an_empty_file(self):
        for text in ["size,id\n1,a\n", ""]:
            with self.subTest(text=text), self.assertRaisesRegex(Unfit, "the columns must be id, size, but are"):
                self.read(text)

    def test_takes_an_unknown_number_only_where_it_may_be_unknown(self):
        self.assertIsNone(read_number("size", None, 0, 1, is_optional=True))
        with self.assertRaises(Unfit):
            read_number("size", None, 0, 1)

    def test_refuses_what_json_can_hold_besides_numbers_and_choices(self):
        for value in [True, [], {}, "1" * 400, 10**400]:
            with self.subTest(value=str(value)[:9]), self.assertRaises(Unfit):
                read_number("size", value, 0, 1)
        for value in [None, [], {}, "c"]:
            with self.subTest(value=value), self.assertRaisesRegex(Unfit, "must be one of a, b"):
                read_choice("letter", value, ("a", "b"))

    def test_refuses_features_that_nobody_knows(self):
        demand_features({"a": 1}, ["a", "b"])
        with self.assertRaisesRegex(Unfit, "there is no feature 'c'; there are a, b"):
            demand_features({"a": 1, "c": 2}, ["a", "b"])
        with self.assertRaisesRegex(Unfit, "must be an object"):
            demand_features([], ["a"])


class ChecksTest(FolderTest):
    def check(self, read, find_problems):
        """Status, what was printed, and the report."""
        report = self.path("reports", "data.json")
        printed = io.StringIO()
        status = 0
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            with mock.patch.object(sys, "argv", ["checks", "--report", report]):
                try:
                    check("Checks.", "loans", read, find_problems)
                except SystemExit as end:
                    status = end.code
        with open(report, encoding="utf-8") as file:
            return status, printed.getvalue(), json.load(file)

    def test_passes_without_problems(self):
        status, printed, report = self.check(lambda: ["a", "b"], lambda rows: find_repeated("loan", rows))
        self.assertEqual((status, report), (0, {"data_problems": 0, "loans": 2}))
        self.assertIn("2 loans", printed)

    def test_fails_with_every_problem_counted_and_the_first_ones_shown(self):
        ids = [str(number) for number in range(25)]
        status, printed, report = self.check(lambda: ids * 2, lambda rows: find_repeated("loan", rows))
        self.assertEqual((status, report), (1, {"data_problems": 25, "loans": 50}))
        self.assertIn("data: loan 0 occurs 2 times\n", printed)
        self.assertTrue(printed.endswith("data: and 5 more\n"))

    def test_a_file_that_cannot_be_read_is_a_problem(self):
        def read():
            raise Unfit("loans.csv, line 3: income is missing")

        status, printed, report = self.check(read, lambda rows: [])
        self.assertEqual((status, report), (1, {"data_problems": 1, "loans": 0}))
        self.assertEqual(printed, "data: loans.csv, line 3: income is missing\n")


class ReportsTest(FolderTest):
    def test_writes_metrics_and_one_example_on_each_line(self):
        folder = self.path("some", "reports")
        write_evaluation(folder, [{"name": "auc", "value": 0.5}], ({"id": name} for name in "ab"))
        with open(os.path.join(folder, "metrics.json"), encoding="utf-8") as file:
            self.assertEqual(json.load(file), [{"name": "auc", "value": 0.5}])
        with open(os.path.join(folder, "predictions.jsonl"), encoding="utf-8") as file:
            self.assertEqual([json.loads(line) for line in file], [{"id": "a"}, {"id": "b"}])


    def test_prints_a_line_for_each_metric(self):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            print_metrics(
                [
                    {"name": "rmse", "value": 15.16514, "unit": "k€", "n": 27},
                    {"name": "psi", "slice": "week=5", "value": 0.1},
                ]
            )
        lines = [line.split() for line in printed.getvalue().splitlines()]
        self.assertEqual(lines, [["rmse", "15.1651", "k€", "of", "27"], ["psi", "week=5", "0.1000"]])


class StabilityTest(unittest.TestCase):
    def test_the_same_values_are_stable(self):
        before = [index / 1000 for index in range(1000)]
        self.assertAlmostEqual(stability(before, before), 0)

    def test_values_that_moved_are_not(self):
        # Half of them lie in each of two tenths, and none in the other eight.
        moved = stability([index / 1000 for index in range(1000)], [0.05] * 500 + [0.95] * 500)
        was, full, empty = 100.5 / 1005, 500.5 / 1005, 0.5 / 1005
        expected = 2 * (full - was) * math.log(full / was) + 8 * (empty - was) * math.log(empty / was)
        self.assertAlmostEqual(moved, expected, delta=0.02 * expected)


class InstancesTest(unittest.TestCase):
    def answer(self, body):
        return answer_instances(
            body,
            lambda instance: read_number("size", instance.get("size"), 0, 10),
            lambda sizes: [{"prediction": 2 * size} for size in sizes],
        )

    def test_answers_one_and_several(self):
        self.assertEqual(self.answer({"size": 2}), {"prediction": 4})
        self.assertEqual(
            self.answer({"instances": [{"size": 1}, {"size": 3}]}), {"predictions": [{"prediction": 2}, {"prediction": 6}]}
        )

    def test_says_which_one_is_wrong(self):
        for body, problem in [
            ([], "the body must be an object"),
            ({"instances": []}, "'instances' must be a list of at least one object"),
            ({"instances": {"size": 1}}, "'instances' must be a list of at least one object"),
            ({"size": 11}, "the body: size must lie between 0 and 10"),
            ({"instances": [{"size": 1}, {}]}, r"instances\[1\]: size is missing"),
        ]:
            with self.subTest(body=body), self.assertRaisesRegex(BadRequest, problem):
                self.answer(body)


if __name__ == "__main__":
    unittest.main()
