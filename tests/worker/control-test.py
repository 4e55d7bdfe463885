#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The worker against a real server, when jobs are many, are paused and cancelled, and when workers and
servers go away: control-test.py BATCHWORKD BATCHWORK-WORKER [NAME…]"""

import signal
import sys
import time
from pathlib import Path

from worker_harness import WorkerTestCase, is_gone, process_state, run, wait_until


class ManyTest(WorkerTestCase):
    SCRIPT = """
note("events", "+")
wait_for("go on")
note("events", "-")
"""

    def most_at_once(self):
        running = most = 0
        for event in self.await_file("events").split():
            running += 1 if event == "+" else -1
            most = max(most, running)
        return most

    def test_concurrency(self):
        name = self.add_type(self.SCRIPT, Concurrency="2")
        self.announce(name)
        jobs = [self.submit(name) for _ in range(5)]
        self.start_worker()
        wait_until(lambda: self.most_at_once() == 2, "two at once")
        wait_until(lambda: sum(self.job(job)["state"] == "processing" for job in jobs) == 2, "two claimed")
        (self.directory / "go on").touch()
        for job in jobs:
            self.await_state(job, "success")
        self.assertEqual(self.most_at_once(), 2)

    def test_max_running(self):
        names = [self.add_type(self.SCRIPT, Concurrency="2") for _ in range(2)]
        for name in names:
            self.announce(name)
        jobs = [self.submit(name) for name in names * 2]
        self.start_worker(max_running="1")
        self.await_file("events")
        (self.directory / "go on").touch()
        for job in jobs:
            self.await_state(job, "success")
        self.assertEqual(self.most_at_once(), 1)

    def test_room_is_used_as_it_comes(self):
        """While one type is full and another waits for work, room in the first is used at once."""
        full = self.add_type(self.SCRIPT)
        idle = self.add_type("pass")
        worker = self.start_worker()
        worker.await_log("Working for")
        first = self.submit(full)
        self.await_file("events")
        second = self.submit(full)
        (self.directory / "go on").touch()
        self.await_state(first, "success")
        self.await_state(second, "success")
        self.await_state(self.submit(idle), "success")

    def test_many_types_wait_at_once(self):
        """Each type that gets room while others wait has a poll of its own, however many there are."""
        names = [self.add_type("pass") for _ in range(12)]
        worker = self.start_worker(poll="1min")
        worker.await_log("Working for")
        for _ in range(3):
            for job in [self.submit(name) for name in names]:
                self.await_state(job, "success")

    def test_once(self):
        name = self.add_type("pass", Concurrency="3")
        self.announce(name)
        jobs = [self.submit(name) for _ in range(20)]
        worker = self.start_worker(arguments=["--once"])
        self.assertEqual(worker.wait(), 0)
        self.assertEqual({self.job(job)["state"] for job in jobs}, {"success"})

    def test_only_its_businesses(self):
        name = self.add_type("pass")
        self.announce(name)
        self.server.ask("PUT", f"/v1/businesses/harbour/types/{name}",
                        {"name": name, "stalled_after_s": 60, "max_attempts": 1, "makes_result": False})
        other = self.server.ask("POST", "/v1/businesses/harbour/jobs", {"type": name, "name": name})["jobs"][0]["id"]
        job = self.submit(name)
        self.assertEqual(self.start_worker(arguments=["--once"]).wait(), 0)
        self.assertEqual(self.job(job)["state"], "success")
        self.assertEqual(self.server.ask("GET", f"/v1/businesses/harbour/jobs/{other}")["state"], "queued")


class ControlTest(WorkerTestCase):
    """Pausing and cancelling."""

    # Counts in three processes: the command, a child in its group, and one in a session of its own.
    COUNTER = """
code = "import sys, time\\nwith open(sys.argv[1], 'ab', 0) as f:\\n while True:\\n  f.write(b'x')\\n  time.sleep(0.01)"
children = [
    subprocess.Popen([sys.executable, "-c", code, os.path.join(DIRECTORY, "count-1")]),
    subprocess.Popen([sys.executable, "-c", code, os.path.join(DIRECTORY, "count-2")], start_new_session=True),
]
note("pids", f"{os.getpid()} {children[0].pid} {children[1].pid}")
say(item=1, state="success")
wait_for("go on")
"""

    def counts(self):
        return [len(self.await_file(f"count-{number}")) for number in (1, 2)]

    def start_counter(self, **settings):
        keys = settings.pop("keys", {})
        name = self.add_type(self.COUNTER, **keys)
        self.start_worker(**settings).await_log("Working for")
        job = self.submit(name, 2)
        pids = self.pids()
        self.counts()
        wait_until(lambda: self.states(job)[0] == "success", "the first item")
        return name, job, pids

    def pause(self, name):
        self.ask("POST", "pauses", {"types": [name], "users": [], "all": False, "reason": "test"})

    def await_paused(self, pids):
        wait_until(lambda: [process_state(pid) for pid in pids] == ["T"] * 3, "all processes stopped")

    def test_pause_stops_and_goes_on(self):
        name, job, pids = self.start_counter(keys={"TimeLimit": "5s"})
        self.pause(name)
        self.await_paused(pids)
        before = self.counts()
        self.assertEqual(self.job(job)["conditions"], ["paused"])
        # Longer than the time limit, which a pause does not use up.
        deadline = time.monotonic() + 5.5
        wait_until(lambda: time.monotonic() > deadline, "a long pause")
        self.assertEqual(self.counts(), before)
        self.assertEqual([process_state(pid) for pid in pids], ["T"] * 3)

        self.ask("DELETE", "pauses")
        wait_until(lambda: all(now != then for now, then in zip(self.counts(), before)), "counting on")
        self.assertEqual(self.job(job)["state"], "processing")
        (self.directory / "go on").touch()
        self.await_state(job, "failed")  # of its items, only one was reported
        self.assertTrue(all(is_gone(pid) for pid in pids))

    def test_cancel_ends_everything(self):
        name, job, pids = self.start_counter()
        self.ask("POST", f"jobs/{job}/cancel")
        self.await_state(job, "cancelled")
        self.assertEqual(self.states(job), ["success", "cancelled"])
        self.assertTrue(all(is_gone(pid) for pid in pids))
        self.assertEqual(self.attempts(job)[0]["outcome"], "cancelled")

    def test_cancel_of_a_paused_job(self):
        name, job, pids = self.start_counter()
        self.pause(name)
        self.await_paused(pids)
        self.ask("POST", f"jobs/{job}/cancel")
        self.await_state(job, "cancelled")
        self.assertTrue(all(is_gone(pid) for pid in pids))
        self.ask("DELETE", "pauses")

    def test_cancel_asks_first(self):
        name = self.add_type("""
def end(*_):
    say(item=2, state="success", message="Finished in time")
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
note("pids", os.getpid())
time.sleep(1000)
""")
        self.start_worker().await_log("Working for")
        job = self.submit(name, 3)
        self.pids()
        self.ask("POST", f"jobs/{job}/cancel")
        self.await_state(job, "cancelled")
        self.assertEqual(self.states(job), ["cancelled", "success", "cancelled"])

    def test_cancel_kills_what_does_not_obey(self):
        name = self.add_type("""
signal.signal(signal.SIGTERM, lambda *_: note("asked", "to end"))
note("pids", os.getpid())
while True:
    time.sleep(1)
""")
        self.start_worker(kill_after="300ms").await_log("Working for")
        job = self.submit(name)
        pid = self.pids()[0]
        self.ask("POST", f"jobs/{job}/cancel")
        self.await_state(job, "cancelled")
        self.await_file("asked")
        self.assertTrue(is_gone(pid))
        self.assertIn("had not ended 300ms after it was asked to, and was killed", self.log(job))


class LossTest(WorkerTestCase):
    """Workers and servers that go away."""

    # Notes each item as it is done, and waits before the third.
    WORK = """
child = subprocess.Popen(["sleep", "1000"], start_new_session=True)
note("pids", f"{os.getpid()} {child.pid}")
for item in items:
    if item["item"] == 3:
        wait_for("go on")
    note("done", item["item"])
    say(item=item["item"], state="success")
"""

    def start_work(self, **settings):
        name = self.add_type(self.WORK)
        self.add_type("pass")  # for which the worker keeps on asking
        worker = self.start_worker(**settings)
        worker.await_log("Working for")
        job = self.submit(name, 4)
        wait_until(lambda: self.states(job)[:2] == ["success", "success"], "two items")
        return worker, job, self.pids()

    def go_on(self):
        (self.directory / "go on").touch()

    def done(self):
        return self.await_file("done").split()

    def test_killed_worker_loses_nothing(self):
        worker, job, pids = self.start_work(lease="2s")
        worker.process.kill()
        worker.wait()
        wait_until(lambda: all(is_gone(pid) for pid in pids), "the commands' end")
        self.go_on()
        self.start_worker(name="second")
        self.await_state(job, "success")
        self.assertEqual(self.done(), ["1", "2", "3", "4"])
        self.assertEqual([(a["worker"], a["outcome"]) for a in self.attempts(job)],
                         [("tester", "lapsed"), ("second", "finished")])

    def test_stopped_worker_hands_its_jobs_back(self):
        worker, job, pids = self.start_work()
        self.assertEqual(worker.stop(), 0)
        self.assertNotIn("has not heard", worker.read_log())
        self.assertTrue(all(is_gone(pid) for pid in pids))
        self.assertEqual(self.job(job)["state"], "queued")
        self.go_on()
        self.start_worker(name="second")
        self.await_state(job, "success")
        self.assertEqual(self.done(), ["1", "2", "3", "4"])
        self.assertEqual([a["outcome"] for a in self.attempts(job)], ["released", "finished"])

    def test_stopping_worker_lets_commands_end(self):
        worker, job, _ = self.start_work(stop_timeout="30s")
        worker.process.send_signal(signal.SIGTERM)
        worker.await_log("Stopping")
        queued = self.submit(self.job(job)["type"], 1)
        self.go_on()
        self.assertEqual(worker.wait(), 0)
        self.assertEqual(self.job(job)["state"], "success")
        self.assertEqual(self.job(queued)["state"], "queued")

    def test_second_signal_hands_back_at_once(self):
        worker, job, _ = self.start_work(stop_timeout="1h")
        worker.process.send_signal(signal.SIGINT)
        worker.await_log("Stopping")
        self.assertEqual(worker.stop(), 0)
        self.assertEqual(self.job(job)["state"], "queued")

    def test_server_away_and_back(self):
        worker, job, _ = self.start_work()
        self.server.stop(signal.SIGKILL)
        self.go_on()
        wait_until(lambda: self.done() == ["1", "2", "3", "4"], "work without the server")
        worker.await_log("It will be tried again")
        self.server.start()
        self.await_state(job, "success")
        self.assertEqual([a["outcome"] for a in self.attempts(job)], ["finished"])
        worker.await_log("The server answers again")

    def test_server_away_past_the_lease(self):
        """Nothing may be done when another worker may hold the job: the command is halted."""
        worker, job, pids = self.start_work(lease="2s")
        self.server.process.send_signal(signal.SIGSTOP)
        worker.await_log("Its command is halted until the server answers")
        wait_until(lambda: [process_state(pid) for pid in pids] == ["T", "T"], "halted processes")
        self.go_on()
        lapsed = time.monotonic() + 1
        wait_until(lambda: time.monotonic() > lapsed, "the end of the lease")
        self.server.process.send_signal(signal.SIGCONT)
        # The claim has lapsed; the same worker claims the job anew, with what is pending of it.
        self.await_state(job, "success")
        self.assertEqual(self.done(), ["1", "2", "3", "4"])
        self.assertTrue(all(is_gone(pid) for pid in pids))
        self.assertEqual([a["outcome"] for a in self.attempts(job)], ["lapsed", "finished"])

    def test_claim_taken_away(self):
        """A worker that was stopped past its lease, and goes on when another has the job."""
        worker, job, pids = self.start_work(lease="2s")
        worker.process.send_signal(signal.SIGSTOP)
        self.start_worker(name="second")
        wait_until(lambda: len(self.attempts(job)) == 2, "the second attempt")
        worker.process.send_signal(signal.SIGCONT)
        worker.await_log("is no longer held")
        wait_until(lambda: all(is_gone(pid) for pid in pids[:2]), "the first command's end")
        self.go_on()
        self.await_state(job, "success")
        self.assertEqual(self.done(), ["1", "2", "3", "4"])

    def test_memory_is_bounded_while_the_server_is_away(self):
        name = self.add_type("""
line = "x" * 1000
for number in range(20000):
    log(line)
note("written", "all")
""")
        worker = self.start_worker(lease="1min")
        worker.await_log("Working for")
        self.server.process.send_signal(signal.SIGSTOP)
        try:
            # A claim that was parked is answered when the server goes on.
            before = self.resident(worker)
            self.server.process.send_signal(signal.SIGCONT)
            job = self.submit(name)
            wait_until(lambda: self.job(job)["state"] == "processing", "the claim")
            self.server.process.send_signal(signal.SIGSTOP)
            deadline = time.monotonic() + 1
            wait_until(lambda: time.monotonic() > deadline, "a while of writing")
            self.assertLess(self.resident(worker) - before, 32 * 1024)
            self.assertFalse((self.directory / "written").exists())
        finally:
            self.server.process.send_signal(signal.SIGCONT)
        self.await_state(job, "success")
        self.assertEqual(self.log(job).count("x" * 1000), 20000)

    @staticmethod
    def resident(worker):
        """KiB"""
        status = Path(f"/proc/{worker.process.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


if __name__ == "__main__":
    WorkerTestCase.programs = {"batchworkd": sys.argv[1], "batchwork-worker": sys.argv[2]}
    run("control", sys.argv[3:])
