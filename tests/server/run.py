#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the server's tests, all or those of the files named, and tells their results as TAP."""

import os
import sys
import traceback
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from harness import CONTRACT  # pylint: disable=wrong-import-position


def name_of(test):
    if not hasattr(test, "_testMethodName"):
        return f"/server/{test.id()}"
    part = type(test).__module__.removeprefix("test_")
    return f"/server/{part}/{test._testMethodName.removeprefix('test_').replace('_', '-')}"


class TapResult(unittest.TestResult):
    def tell(self, good, test, error=None):
        print(f"{'ok' if good else 'not ok'} {self.testsRun} {name_of(test)}", flush=True)
        if error is not None:
            for line in "".join(traceback.format_exception(*error)).splitlines():
                print(f"# {line}", flush=True)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.tell(True, test)

    def addError(self, test, err):
        super().addError(test, err)
        if not isinstance(test, unittest.TestCase):  # setUpClass or tearDownClass
            self.testsRun += 1
        self.tell(False, test, err)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.tell(False, test, err)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        print(f"ok {self.testsRun} {name_of(test)} # SKIP {reason}", flush=True)


def main():
    names = sys.argv[1:] or sorted(f[:-3] for f in os.listdir(HERE)
                                   if f.startswith("test_") and f.endswith(".py"))
    tests = unittest.defaultTestLoader.loadTestsFromNames(names)
    result = TapResult()
    tests.run(result)
    if not sys.argv[1:]:
        unseen = CONTRACT.list_unseen()
        result.testsRun += 1
        print(f"{'not ok' if unseen else 'ok'} {result.testsRun} /server/contract/G14-each-operation-is-tested")
        for method, path in unseen:
            print(f"# no test had a good answer to {method} {path}")
        if unseen:
            result.failures.append((None, ""))
    print(f"1..{result.testsRun}")
    sys.exit(0 if result.wasSuccessful() else 1)


if __name__ == "__main__":
    main()
