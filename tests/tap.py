# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs unittest's tests and tells their results as TAP: one line a test, /PART/GROUP/test-name."""

import sys
import unittest


class TapResult(unittest.TestResult):
    def __init__(self, group):
        super().__init__()
        self.group = group

    def say(self, test, good, details="", remark=""):
        name = test.id().rsplit(".", 1)[-1].removeprefix("test_").replace("_", "-")
        print(f"{'ok' if good else 'not ok'} {self.testsRun} {self.group}/{name}{remark}")
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
        self.say(test, False, self._exc_info_to_string(err, test))

    addError = addFailure


def main(group, names=()):
    """Runs the tests of the calling program, or those whose names hold one of the words given."""
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    cases = [case for each in suite for case in each]
    if names:
        cases = [case for case in cases if any(name in case.id() for name in names)]
    print(f"1..{len(cases)}", flush=True)
    result = TapResult(group)
    unittest.TestSuite(cases).run(result)
    sys.exit(0 if result.wasSuccessful() else 1)
