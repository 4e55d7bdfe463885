# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs unittest's tests and tells their results as TAP: one line a test, /PART/GROUP/test-name."""

import sys
import unittest


def words_of(test):
    """A test's name as people read it, without its class. What goes wrong around tests has no name of its own."""
    return getattr(test, "_testMethodName", test.id()).removeprefix("test_").replace("_", "-")


class TapResult(unittest.TestResult):
    def __init__(self, group):
        super().__init__()
        self.group = group

    def name_of(self, test):
        return f"{self.group}/{words_of(test)}"

    def say(self, test, good, details="", remark=""):
        print(f"{'ok' if good else 'not ok'} {self.testsRun} {self.name_of(test)}{remark}")
        for line in details.splitlines():
            print("# " + line)
        sys.stdout.flush()

    def addSuccess(self, test):
        super().addSuccess(test)
        self.say(test, True)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.say(test, True, remark=" # SKIP " + reason)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.fail(test, err)

    def addError(self, test, err):
        super().addError(test, err)
        if not isinstance(test, unittest.TestCase):  # setUpClass or tearDownClass
            self.testsRun += 1
        self.fail(test, err)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.fail(test, err)

    def fail(self, test, err):
        logs = getattr(test, "logs", lambda: "")
        self.say(test, False, self._exc_info_to_string(err, test) + logs())


def load(names=()):
    """The tests of the calling program, or those whose names hold one of the words given."""
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    return unittest.TestSuite(case for each in suite for case in each
                              if not names or any(name in case.id() for name in names))


def run(suite, result):
    """Runs them, and returns what to exit with."""
    print(f"1..{suite.countTestCases()}", flush=True)
    suite.run(result)
    return 0 if result.wasSuccessful() else 1


def main(group, names=()):
    """Runs the tests of the calling program."""
    sys.exit(run(load(names), TapResult(group)))
