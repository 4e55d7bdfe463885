#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Workers that come back after their lease, with clocks that jump: nothing they say is taken."""

import os
import sys
import tempfile
import time
import unittest
from datetime import datetime

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]

from engines import DISK, PostgreSql, Sqlite  # noqa: E402  pylint: disable=wrong-import-position
from clock import HOUR, LIBRARIES, Clock  # noqa: E402  pylint: disable=wrong-import-position
from office import Office  # noqa: E402  pylint: disable=wrong-import-position
from stores import POSTGRESQL  # noqa: E402  pylint: disable=wrong-import-position
import tap  # noqa: E402  pylint: disable=wrong-import-position

BUSINESS = "willems"
JOBS = 50
TRIES = int(os.environ.get("FAULTS_TRIES", "2500"))  # in each test
LEASE = 1

# All that a worker can say of a claim.
REPORTS = [
    {"items": [{"item": 1, "state": "success", "message": "stale"}]},
    {"items": [{"item": n, "state": "failed", "message": "stale"} for n in (1, 2, 3)], "finish": {}},
    {"log": ["stale"]},
    {"progress": 0.9},
    {"message": "stale"},
    {"finish": {}},
    {"finish": {"error": "stale"}},
    {"finish": {"released": True}},
    {},
]


@unittest.skipIf("BATCHWORK_TEST_PATIENCE" in os.environ or not LIBRARIES, "faketime does not go with a sanitizer")
class Leases(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory(prefix="bw-leases-", dir=DISK)
        cls.engine = (PostgreSql if POSTGRESQL else Sqlite)(cls.scratch.name)

    @classmethod
    def tearDownClass(cls):
        cls.engine.end()
        cls.scratch.cleanup()

    def setUp(self):
        folder = tempfile.mkdtemp(dir=self.scratch.name)
        self.clock = Clock(folder)
        self.office = Office(folder, self.engine, self.clock.environment())
        self.addCleanup(self.office.end)
        self.jobs = [job["id"] for job in self.ask("POST", f"/v1/businesses/{BUSINESS}/jobs", [
            {"type": "send-invoices", "items": [{"label": n} for n in "abc"]} for _ in range(JOBS)], "olivia")["jobs"]]

    def ask(self, method, path, body=None, user="worker"):
        return self.office.ask(method, path, body, user)

    def claim(self, worker, lease, most, wait=0):
        return self.ask("POST", "/v1/claims", {"worker": worker, "businesses": [BUSINESS], "max": most,
                                               "lease_s": lease, "wait_s": wait})["claims"]

    def report(self, reports):
        return [result["status"] for result in self.ask("POST", "/v1/reports", {"reports": reports})["results"]]

    def claim_again(self, stale):
        """Waits until all jobs have been taken back; returns the claims of who has them now, in order of jobs."""
        fresh = []
        while len(fresh) < len(stale):
            found = self.claim("fresh", 7200, JOBS, 30)
            self.assertTrue(found, f"{len(stale) - len(fresh)} jobs were not taken back")
            fresh += found
        return sorted(fresh, key=lambda claim: claim["job"]["id"])

    def try_stale(self, stale, tries):
        """As many reports as are wanted, of every kind; returns those that were taken."""
        taken, place = [], 0
        while place < tries:
            reports = [{**REPORTS[n % len(REPORTS)], "claim": stale[n // len(REPORTS) % len(stale)]["claim"]}
                       for n in range(place, min(place + 1000, tries))]
            taken += [report for report, status in zip(reports, self.report(reports)) if status != 409]
            place += len(reports)
        return taken

    def check(self, disturb):
        """Lets a worker's leases lapse, disturbs the server, and has the worker come back."""
        stale = self.claim("stale", LEASE, JOBS)
        disturb()
        fresh = self.claim_again(stale)
        self.assertEqual([claim["job"]["id"] for claim in fresh], self.jobs)
        self.assertEqual(self.try_stale(stale, TRIES * 4 // 5), [])
        half = [{"claim": claim["claim"], "items": [{"item": 2, "state": "success", "message": "fresh"}]}
                for claim in fresh]
        self.assertEqual(self.report(half), [200] * JOBS, "and who has them goes on")
        rest = [{"claim": claim["claim"], "items": [{"item": n, "state": "skipped", "message": "fresh"} for n in (1, 3)],
                 "finish": {}} for claim in fresh]
        self.assertEqual(self.report(rest), [200] * JOBS)
        self.assertEqual(self.try_stale(stale + fresh, TRIES - TRIES * 4 // 5), [])
        for job in self.jobs:
            items = self.ask("GET", f"/v1/businesses/{BUSINESS}/jobs/{job}/items", user="olivia")["items"]
            self.assertEqual([(item["state"], item["message"]) for item in items],
                             [("skipped", "fresh"), ("success", "fresh"), ("skipped", "fresh")])
            log = self.ask("GET", f"/v1/businesses/{BUSINESS}/jobs/{job}/log", user="olivia")
            self.assertNotIn(b"Z stale\n", log)
            self.assertEqual(self.ask("GET", f"/v1/businesses/{BUSINESS}/jobs/{job}", user="olivia")["state"], "skipped")

    def test_stale_reports_are_refused(self):
        self.check(lambda: None)

    def test_server_clock_set_forward(self):
        self.check(lambda: self.clock.set(HOUR))

    def test_server_clock_set_back(self):
        self.check(lambda: self.clock.set(-HOUR))

    def restart(self, seconds):
        node, = self.office.nodes[:1]
        node.kill()
        self.clock.set(seconds)
        self.office.start(node)

    def test_server_restarted_with_its_clock_ahead(self):
        self.check(lambda: self.restart(HOUR))

    def test_server_restarted_with_its_clock_behind(self):
        self.check(lambda: self.restart(-HOUR))

    def test_time_until_reclaimed(self):
        """From the end of a lease to the next worker's claim."""
        due, late, lease = {}, [], 3
        for _ in range(JOBS):
            claim, = self.claim("lost", lease, 1)
            due[claim["job"]["id"]] = datetime.fromisoformat(claim["lease_until"]).timestamp()
            time.sleep(0.02)  # so that leases end all the time
        while len(late) < JOBS:
            for claim in self.claim("fresh", 600, 1, 30):
                late.append(time.time() - due[claim["job"]["id"]])
        late.sort()
        print(f"# reclaimed after the lease's end: median {late[JOBS // 2] * 1000:.0f} ms,"
              f" 98th percentile {late[JOBS * 98 // 100 - 1] * 1000:.0f} ms, longest {late[-1] * 1000:.0f} ms")
        self.assertGreaterEqual(late[0], 0, "never before its end")
        self.assertLess(late[-1], 5)


if __name__ == "__main__":
    tap.main("/leases", sys.argv[1:])
