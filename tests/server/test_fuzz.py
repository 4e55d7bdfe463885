# SPDX-License-Identifier: GPL-3.0-or-later
"""Spoilt requests, the same in each run; ./dev bench fuzz has the long one."""

from api_fuzz import Fuzzer
from harness import ServerTest


class Fuzz(ServerTest):
    def test_G14_spoilt_requests_are_answered_by_the_contract(self):
        """Never a 5xx, never a hang; each refusal is a problem that the contract has; no U+0000 is taken."""
        fuzzer = Fuzzer(self.server, 20261122)
        for _ in range(1500):
            fuzzer.step()
        for api in fuzzer.apis:
            api.close()
        self.assertGreater(fuzzer.statuses[200] + fuzzer.statuses[201], 100, "some were good")
        self.assertGreater(fuzzer.statuses[400], 100, "some were not")
