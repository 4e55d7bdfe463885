#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real workers that are killed and stopped while they work, one an hour ahead, one an hour behind:
workers-test.py BATCHWORKD BATCHWORK-WORKER [NAME…]

Their command writes down each item as it does it, so that what is done twice is seen.
"""

import os
import random
import signal
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from unittest import mock

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "worker")]

import tap  # noqa: E402  pylint: disable=wrong-import-position
from clock import HOUR, LIBRARIES, Clock  # noqa: E402  pylint: disable=wrong-import-position
from worker_harness import WorkerTestCase, wait_until  # noqa: E402  pylint: disable=wrong-import-position

SEED = os.environ.get("FAULTS_SEED", "4")
JOBS, ITEMS, CONCURRENCY = 60, 6, 3
LEASE = 1.0


def below(pid):
    """A process and all that it started."""
    found = [pid]
    for process in found:
        try:
            for task in Path(f"/proc/{process}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
        except OSError:
            pass
    return found


class WorkersTest(WorkerTestCase):
    WORK = """
for item in items:
    note("effects", f"{claim['job']['id']} {item['item']} {os.environ['BATCHWORK_ATTEMPT']}")
    time.sleep(0.01)
    say(item=item["item"], state="success")
"""

    def start(self, number):
        """The second worker's clock is ahead, the third's behind."""
        clock = Clock(str(self.directory))
        clock.set((0, HOUR, -HOUR)[number])
        os.rename(clock.path, f"{clock.path}{number}")
        clock.path += str(number)
        # A sanitizer wants to be the first library itself.
        can_fake = LIBRARIES and "BATCHWORK_TEST_PATIENCE" not in os.environ
        environment = clock.environment() if number and can_fake else {}
        with mock.patch.dict(os.environ, environment):
            return self.start_worker(f"worker-{number}", lease=f"{int(LEASE)}s")

    def stop_past_its_lease(self, worker):
        """As a machine that sleeps: the worker and its commands, which go on when it wakes up."""
        pids = below(worker.process.pid)
        for number in (signal.SIGSTOP, signal.SIGCONT):
            for pid in pids:
                try:
                    os.kill(pid, number)
                except ProcessLookupError:
                    pass
            if number == signal.SIGSTOP:
                lapsed = time.monotonic() + 1.3 * LEASE
                wait_until(lambda: time.monotonic() > lapsed, "the end of the lease")

    def test_effects_happen_once(self):
        chance = random.Random(SEED)
        name = self.add_type(self.WORK, Concurrency=str(CONCURRENCY))
        self.announce(name)
        jobs = self.ask("POST", "jobs", [{"type": name, "items": [{"label": f"{n}"} for n in range(ITEMS)]}
                                         for _ in range(JOBS)])["jobs"]
        workers, done = {number: self.start(number) for number in range(3)}, Counter()
        while self.ask("GET", "jobs/summary")["active"] > 0:
            self.disturb(chance, workers, done)
        print(f"# seed {SEED}: {dict(done)}")
        self.assertGreaterEqual(len(done), 2, "it was all over before anything happened")
        self.check([job["id"] for job in jobs])

    def disturb(self, chance, workers, done):
        what = chance.choice(["worker killed", "worker stopped", "server killed"])
        number = chance.choice(list(workers))
        done[what] += 1
        if what == "worker killed":
            workers[number].stop(signal.SIGKILL)
            workers[number] = self.start(number)
        elif what == "worker stopped":
            self.stop_past_its_lease(workers[number])
        else:
            self.server.stop(signal.SIGKILL)
            self.server.start()
        lines = self.count_effects() + chance.randint(5, 40)
        wait_until(lambda: self.count_effects() >= lines or self.ask("GET", "jobs/summary")["active"] == 0, "work")

    def count_effects(self):
        path = self.directory / "effects"
        return path.read_text().count("\n") if path.exists() else 0

    def check(self, jobs):
        """No item twice in one attempt, none again when its result was kept; every one is done."""
        attempts = defaultdict(list)
        for line in self.await_file("effects").splitlines():
            job, item, attempt = map(int, line.split())
            self.assertNotIn(attempt, attempts[job, item], f"job {job}, item {item}: twice in attempt {attempt}")
            attempts[job, item].append(attempt)
        for job in jobs:
            self.assertEqual(self.job(job)["state"], "success", self.log(job))
            for item in self.items(job):
                kept = item["attempt"]
                self.assertIn(kept, attempts[job, item["item"]])
                self.assertFalse([attempt for attempt in attempts[job, item["item"]] if attempt > kept],
                                 f"job {job}, item {item['item']}: done again after attempt {kept} had done it")
        again = sum(len(each) - 1 for each in attempts.values())
        print(f"# {len(attempts)} items, {again} of them begun again because a worker was lost before it told")


if __name__ == "__main__":
    WorkerTestCase.programs = {"batchworkd": sys.argv[1], "batchwork-worker": sys.argv[2]}
    tap.main("/faults/workers", sys.argv[3:])
