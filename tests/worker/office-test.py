#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo office with a real server and worker: office-test.py BATCHWORKD BATCHWORK-WORKER DIRECTORY [NAME…]"""

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

from worker_harness import TIMEOUT, WorkerTestCase, run, wait_until

BUSINESSES = ("willems", "harbour", "heritage", "riverside")


class OfficeTest(WorkerTestCase):
    demo = None

    def start_office(self, *arguments):
        return subprocess.Popen([self.demo / "office", "--server", self.server.url, "--seed", "1", *arguments])

    def count(self, state):
        return sum(
            self.server.ask("GET", f"/v1/businesses/{business}/jobs/summary")["by_state"][state]
            for business in BUSINESSES
        )

    def jobs_of(self, business):
        return self.server.ask("GET", f"/v1/businesses/{business}/jobs?limit=1000")["jobs"]

    def test_a_day_at_the_office(self):
        self.jobs = self.demo / "jobs"
        self.assertEqual(self.start_worker(arguments=["--once"]).wait(), 0)  # announces the types

        # Without a worker the office hands in no more than 40 jobs, and waits.
        office = self.start_office("--once", "--hurry")
        wait_until(lambda: self.count("queued") == 40, "40 waiting jobs")
        self.assertIsNone(office.poll())

        os.environ["BATCHWORK_DEMO_DIR"] = str(self.directory)
        worker = self.start_worker()
        self.assertEqual(office.wait(TIMEOUT), 0)
        wait_until(lambda: self.count("queued") == 1 and self.count("processing") == 0, "all but tomorrow's job", 60)

        jobs = []
        for business in BUSINESSES:
            jobs += [{**job, "business": business} for job in self.jobs_of(business)]
        self.assertGreaterEqual(len(jobs), 55)
        self.assertGreaterEqual(len({job["created_by"]["name"] for job in jobs}), 5)
        self.assertTrue(any(job["created_by"]["name"] == "System" for job in jobs))
        self.assertTrue(any(job["priority"] == 50 for job in jobs))
        self.assertTrue(any(job["items_total"] == 120 for job in jobs))
        states = Counter(job["state"] for job in jobs)
        self.assertGreater(states["success"], len(jobs) // 3, states)
        self.assertGreater(states["failed"], 3, states)
        self.assertTrue(any(job["result"] for job in jobs))
        # What fails, fails for a reason of the office's: no script breaks.
        for job in jobs:
            history = self.server.ask("GET", f"/v1/businesses/{job['business']}/jobs/{job['id']}/history")
            for attempt in history["attempts"]:
                self.assertNotIn("Traceback", attempt["error"] or "", job["name"])
                self.assertNotIn("Error:", attempt["error"] or "", job["name"])
        self.assertTrue(any((self.directory / "willems" / "outbox").iterdir()))
        self.assertEqual(worker.stop(), 0)

    def test_ends_when_asked(self):
        before = len(self.jobs_of("heritage"))
        office = self.start_office("--businesses", "heritage", "--hurry")
        wait_until(lambda: len(self.jobs_of("heritage")) > before, "a job")
        office.send_signal(signal.SIGTERM)
        self.assertEqual(office.wait(TIMEOUT), 0)


if __name__ == "__main__":
    WorkerTestCase.programs = {"batchworkd": sys.argv[1], "batchwork-worker": sys.argv[2]}
    OfficeTest.demo = Path(sys.argv[3]).resolve()
    run("office", sys.argv[4:])
