"""Runs the tests and writes a JUnit report.

pytest does it where it is installed. Where it is not, Python's own unittest runs the same tests, so that this project
needs nothing but Python.
"""

import argparse
import importlib.util
import os
import subprocess
import sys
import time
import unittest
import xml.etree.ElementTree as ET

TESTS = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.join(os.path.dirname(TESTS), "src")


def run_pytest(report):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [SOURCE, os.environ.get("PYTHONPATH")]))}
    return subprocess.call([sys.executable, "-m", "pytest", TESTS, f"--junitxml={report}"], env=environment)


class JUnitResult(unittest.TextTestResult):
    """Keeps every test with its time and outcome."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.cases = []

    def startTest(self, test):
        super().startTest(test)
        self.started = time.monotonic()
        self.outcomes = []

    def stopTest(self, test):
        super().stopTest(test)
        self.cases.append((test, time.monotonic() - self.started, self.outcomes))

    def note(self, test, kind, message, details=""):
        if hasattr(self, "outcomes"):
            self.outcomes.append((kind, message, details))
        else:
            # What fails outside of any test, such as setUpClass.
            self.cases.append((test, 0.0, [(kind, message, details)]))

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self.note(test, "failure", str(error[1]), self._exc_info_to_string(error, test))

    def addError(self, test, error):
        super().addError(test, error)
        self.note(test, "error", str(error[1]), self._exc_info_to_string(error, test))

    def addSubTest(self, test, subtest, error):
        super().addSubTest(test, subtest, error)
        if error is not None:
            kind = "failure" if issubclass(error[0], test.failureException) else "error"
            self.note(test, kind, f"{subtest}: {error[1]}", self._exc_info_to_string(error, test))

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.note(test, "skipped", reason)

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.note(test, "failure", "passed, although it was expected to fail")


def run_unittest(report):
    sys.path.insert(0, SOURCE)
    print("pytest is not installed, so unittest runs the tests", flush=True)
    suite = unittest.defaultTestLoader.discover(TESTS)
    result = unittest.TextTestRunner(resultclass=JUnitResult, verbosity=2).run(suite)
    write_junit(result.cases, report)
    if result.testsRun == 0:
        print("There is no test to run", file=sys.stderr)
        return 5
    return 0 if result.wasSuccessful() else 1


def write_junit(cases, report):
    suite = ET.Element("testsuite", name="unittest")
    counts = {"failure": 0, "error": 0, "skipped": 0}
    for test, seconds, outcomes in cases:
        classname, _, name = test.id().rpartition(".")
        # The same names as pytest's, so that histories go on when it is installed.
        case = ET.SubElement(suite, "testcase", classname=f"tests.{classname}", name=name, time=f"{seconds:.3f}")
        # A test with several failed subtests is one failed test; the worst outcome names it.
        for kind in ["error", "failure", "skipped"]:
            found = [outcome for outcome in outcomes if outcome[0] == kind]
            if found:
                counts[kind] += 1
                element = ET.SubElement(case, kind, message=printable(found[0][1]))
                element.text = printable("\n".join(details for _, _, details in found))
                break
    suite.set("tests", str(len(cases)))
    suite.set("failures", str(counts["failure"]))
    suite.set("errors", str(counts["error"]))
    suite.set("skipped", str(counts["skipped"]))
    suite.set("time", f"{sum(seconds for _, seconds, _ in cases):.3f}")
    root = ET.Element("testsuites")
    root.append(suite)
    os.makedirs(os.path.dirname(report) or ".", exist_ok=True)
    ET.ElementTree(root).write(report, encoding="utf-8", xml_declaration=True)


def printable(text):
    """XML has no place for control characters."""
    return "".join(character if character in "\t\n" or character.isprintable() else "?" for character in text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--junit", default="reports/junit.xml", help="where to write the report")
    arguments = parser.parse_args()
    # A report of an earlier run must not pass for this one's.
    if os.path.exists(arguments.junit):
        os.remove(arguments.junit)
    has_pytest = importlib.util.find_spec("pytest") is not None
    sys.exit(run_pytest(arguments.junit) if has_pytest else run_unittest(arguments.junit))


if __name__ == "__main__":
    main()
