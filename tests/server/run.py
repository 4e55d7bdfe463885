#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the server's tests, all or those of the files named, and tells their results as TAP."""

import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]

import tap  # pylint: disable=wrong-import-position
from harness import CONTRACT  # pylint: disable=wrong-import-position


class ServerResult(tap.TapResult):
    """Each file is a group of its own."""

    def name_of(self, test):
        part = type(test).__module__.removeprefix("test_") + "/" if isinstance(test, unittest.TestCase) else ""
        return f"{self.group}/{part}{tap.words_of(test)}"


def main():
    names = sys.argv[1:] or sorted(f[:-3] for f in os.listdir(HERE)
                                   if f.startswith("test_") and f.endswith(".py"))
    tests = unittest.defaultTestLoader.loadTestsFromNames(names)
    result = ServerResult("/server")
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
