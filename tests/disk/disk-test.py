#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real server on a disk that fills up: disk-test.py BATCHWORKD BATCHWORK-WORKER [NAME…]"""

import os
import sqlite3
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path
from types import SimpleNamespace

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
sys.path[:0] = [os.path.join(TESTS, "server"), os.path.join(TESTS, "worker"), TESTS, HERE]
os.environ["BATCHWORKD"], WORKER = map(os.path.abspath, sys.argv[1:3])
NAMES = sys.argv[3:]

import tap  # noqa: E402  pylint: disable=wrong-import-position
from harness import PASSWORD, PATIENCE, Server  # noqa: E402  pylint: disable=wrong-import-position
from small_disk import PAGE, Disk, enter_own_mounts  # noqa: E402  pylint: disable=wrong-import-position
from worker_harness import PREAMBLE, Worker, wait_until  # noqa: E402  pylint: disable=wrong-import-position

W = "/v1/businesses/willems"
SENTENCE = "The disk that holds the store is full. Free some space; nothing was changed."
ROOM_LEFT = 6 << 20

# Does half of its items, waits, and does the rest.
ARCHIVE = """
for item in items:
    note("effects", item["item"])
    say(item=item["item"], state="success")
    log(f"item {item['item']} is done")
    if item["item"] == 3:
        note("half", "")
        wait_for("go")
path = os.path.join(DIRECTORY, "result")
with open(path, "w") as file:
    file.write("z" * 300000)
say(result=path)
"""


def setUpModule():
    try:
        enter_own_mounts()
    except OSError as error:
        raise unittest.SkipTest(f"no mounts of one's own here: {error}") from error


class Submitter(threading.Thread):
    """Submits and keeps what was acknowledged, by key; counts what was refused, by status."""

    def __init__(self, api, number):
        super().__init__()
        self.api, self.number = api, number
        self.kept, self.refused, self.is_over = {}, {}, threading.Event()
        self.start()

    def run(self):
        count = 0
        while not self.is_over.is_set():
            key = f"{self.number}-{count}"
            count += 1
            answer = self.api.post(W + "/jobs", {"type": "send-invoices", "idempotency_key": key, "parameters":
                                                 {"text": "x" * 5000}, "items": [{"label": "a"}] * 5})
            if answer.status == 201:
                self.kept[key] = answer.json["jobs"][0]["id"]
            else:
                self.refused.setdefault((answer.status, answer.json["detail"]), key)

    def end(self):
        self.is_over.set()
        self.join()
        self.api.close()


class FullDisk(unittest.TestCase):
    kind = "tmpfs"

    def setUp(self):
        if not Disk.kinds[self.kind]:
            self.skipTest(f"there is no mkfs.{self.kind}")
        self.disk = Disk(48, self.kind)
        self.addCleanup(self.disk.remove)
        self.folder = tempfile.TemporaryDirectory(prefix="bw-disk-server-")
        self.addCleanup(self.folder.cleanup)
        self.path = os.path.join(self.disk.path, "store.db")
        self.server = Server(folder=self.folder.name, store="sqlite:" + self.path)
        self.addCleanup(self.end)
        self.olivia = self.server.sign_in("olivia")
        with open(os.path.join(self.disk.path, "worker.token"), encoding="utf-8") as file:
            self.token = file.read().strip()
        self.worker = self.server.api(self.token)

    def end(self):
        self.olivia.close()
        self.worker.close()
        self.server.end()

    def check_store(self):
        """What SQLite itself says of the file, once the server has closed it."""
        self.server.stop()
        with sqlite3.connect(self.path) as store:
            self.assertEqual(store.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
        store.close()
        self.server.start()

    def fill(self, answer_of):
        """Has requests made until the disk is full, and takes the last room too."""
        self.disk.leave(ROOM_LEFT)
        deadline = time.monotonic() + PATIENCE
        while (answer := answer_of()).status != 507:
            self.assertLess(answer.status, 300, answer.text)
            self.assertLess(time.monotonic(), deadline, "the disk never filled")
        self.disk.leave(0)
        # A small write may have fitted where a large one did not.
        while self.olivia.post(W + "/jobs", {"type": "send-invoices"}).status != 507:
            self.assertLess(time.monotonic(), deadline, "there is always room")

    def submit_large(self):
        return self.olivia.post(W + "/jobs", {"type": "send-invoices", "parameters": {"text": "x" * 100000}})

    def assert_full(self, answer):
        self.assertEqual(answer.status, 507, answer.text)
        self.assertEqual(answer.json["detail"], SENTENCE)

    def await_refusals(self, submitters):
        deadline = time.monotonic() + PATIENCE
        while not all(submitter.refused for submitter in submitters):
            self.assertLess(time.monotonic(), deadline, "the disk never filled")
            time.sleep(0.01)

    def assert_resumes(self):
        """Work goes on within a second of room."""
        begun = time.monotonic()
        while (answer := self.olivia.post(W + "/jobs", {"type": "send-invoices"})).status != 201:
            self.assertEqual(answer.status, 507, answer.text)
            self.assertLess(time.monotonic() - begun, PATIENCE)
        took = time.monotonic() - begun
        print(f"# work resumed {took * 1000:.0f} ms after there was room ({self.kind})")
        self.assertLess(took, 1)
        return answer.json["jobs"][0]["id"]

    def test_every_request(self):
        """What writes is refused and changes nothing; what reads goes on; then all of it works."""
        jobs = self.olivia.submit("willems", *[{"type": "send-invoices", "items": [{"label": "a"}]}] * 4)
        done = self.worker.work_off("willems")
        self.assertEqual(done, jobs)
        waiting = self.olivia.submit("willems", {"type": "archive", "items": [{"label": "b"}]})[0]
        claim = self.worker.claim(businesses=["willems"], types=["archive"], lease_s=600)[0]["claim"]
        put = lambda size: self.worker.put(f"/v1/claims/{claim}/result", b"z" * size,
                                           Content_Disposition='attachment; filename="z"')
        self.assertEqual(put(1_000_000).status, 204)
        report = lambda: self.worker.post("/v1/reports", {"reports": [{"claim": claim, "log": ["line" * 1000] * 50}]})
        self.assertEqual(report().status, 200)
        job = f"{W}/jobs/{waiting}"
        paths = [W + "/jobs", W + "/jobs/summary", W + "/jobs?q=archive", job, job + "/items", job + "/log",
                 job + "/history", job + "/result", W + "/pauses", W + "/queues", W + "/workers", W + "/users",
                 W + "/insights?edge=2026-01-01T00:00:00Z&edge=2036-01-01T00:00:00Z", W + "/audit", "/v1/me",
                 "/healthz"]

        self.fill(self.submit_large)
        # The answers of what is read again and again, but for what the clock changes.
        before = {path: self.olivia.get(path) for path in paths}
        writes = {
            "submit": lambda: self.olivia.post(W + "/jobs", {"type": "send-invoices"}),
            "claim": lambda: self.worker.post("/v1/claims", {"worker": "w", "businesses": ["willems"]}),
            "report": report,
            "finish": lambda: self.worker.post("/v1/reports", {"reports": [{"claim": claim, "finish": {}}]}),
            "result": lambda: put(600_000),
            "retry": lambda: self.olivia.post(f"{W}/jobs/{done[0]}/retry", {"items": "all"}),
            "cancel": lambda: self.olivia.post(f"{job}/cancel"),
            "delete": lambda: self.olivia.delete(f"{W}/jobs/{done[1]}"),
            "pause": lambda: self.olivia.post(W + "/pauses", {"all": True, "reason": "full"}),
            "bulk": lambda: self.olivia.post(W + "/jobs/actions", {"action": "delete", "filter": {}}),
            "clear": lambda: self.olivia.post(W + "/jobs/clear"),
            "sign in": lambda: self.olivia.post("/v1/sessions", {"user": "ines", "password": PASSWORD}),
        }
        for _ in range(3):
            for name, write in writes.items():
                with self.subTest(name):
                    self.assert_full(write())
        for path in paths:
            with self.subTest(path):
                answer = self.olivia.get(path)
                self.assertEqual(answer.status, 200, answer.text)
                if path != W + "/workers":
                    self.assertEqual(answer.body, before[path].body)
        self.assertGreater(self.server.metric("batchwork_failed_commits_total"), 0)

        self.disk.empty()
        self.assert_resumes()
        for name, write in writes.items():
            with self.subTest(name):
                # Once it has ended, its claim is no more.
                expected = [409] if name in ("result", "cancel") else [200, 201, 202, 204]
                self.assertIn(write().status, expected)
        self.check_store()

    def test_many_write_and_one_follows(self):
        """What was acknowledged is there, once, after kill -9 too; the stream misses nothing, and stays open."""
        events = self.olivia.events("willems")
        self.disk.leave(ROOM_LEFT)
        submitters = [Submitter(self.server.api(self.olivia.token), number) for number in range(4)]
        waiting = self.server.api(self.token)
        result = []
        thread = threading.Thread(target=lambda: result.append(
            waiting.claim(businesses=["harbour"], wait_s=60, max=1)))
        thread.start()
        self.await_refusals(submitters)
        for submitter in submitters:
            self.assertEqual(list(submitter.refused), [(507, SENTENCE)])
        for _ in range(20):
            begun = time.monotonic()
            self.assertEqual(self.olivia.get(W + "/jobs").status, 200)
            self.assertLess(time.monotonic() - begun, 1)

        self.disk.empty()
        last = self.assert_resumes()
        for submitter in submitters:
            submitter.end()
            self.assertEqual(list(submitter.refused), [(507, SENTENCE)])
        self.olivia.submit("harbour", {"type": "delete-client"})
        thread.join(PATIENCE)
        self.assertEqual([len(claims) for claims in result], [1], "a claim that waited was lost")
        waiting.close()
        kept = {key: job for submitter in submitters for key, job in submitter.kept.items()}
        seen = events.until(lambda event: event[2].get("job", {}).get("id") == max([last, *kept.values()]))
        self.assertEqual([revision for revision, _, _ in seen], sorted({revision for revision, _, _ in seen}))
        events.close()
        told = {data["job"]["id"] for _, _, data in seen if "job" in data}
        self.assertEqual(set(kept.values()) - told, set())

        self.disk.leave(ROOM_LEFT)
        self.server.kill()
        self.server.start()
        for key, job in kept.items():
            again = self.olivia.post(W + "/jobs", {"type": "send-invoices", "idempotency_key": key})
            self.assertEqual(again.json["jobs"], [{"id": job, "existing": True}])
        self.assertEqual(self.olivia.get(W + "/jobs").json["total"], len(kept) + 1)
        self.check_store()

    def test_room_comes_page_by_page(self):
        """The write-ahead log, its index in shared memory and the store's file grow a page at a time, while
        a reader, such as a backup, keeps the log from being begun anew. No page that is missing kills the server."""
        reader = sqlite3.connect(self.path)
        reader.execute("BEGIN")
        reader.execute("SELECT COUNT(*) FROM job").fetchone()
        # The index's second part is needed past 4,062 pages.
        while os.path.getsize(self.path + "-wal") < 4000 * (PAGE + 24):
            self.assertEqual(self.submit_large().status, 201)
        self.disk.leave(0)
        statuses = []
        for step in range(150):
            self.disk.leave(PAGE * (step % 40))
            answer = self.olivia.post(W + "/jobs", {"type": "send-invoices"})
            statuses.append(answer.status)
            if answer.status != 201:
                self.assert_full(answer)
            self.assertEqual(self.olivia.get(W + "/jobs", limit=1).status, 200)
        self.assertIn(201, statuses)
        self.assertIn(507, statuses)
        self.assertGreater(os.path.getsize(self.path + "-shm"), 32768)
        reader.close()
        self.disk.empty()
        self.assert_resumes()
        self.check_store()

    def test_worker(self):
        """A worker whose reports are refused keeps them, and its command's effects happen once."""
        folder = Path(self.folder.name)
        keys = {"Type": "archive", "Name": "Archive", "Exec": "./archive", "Businesses": "willems",
                "Environment": f"TEST_DIR={folder}", "MakesResult": "true"}
        (folder / "archive").write_text("#!/usr/bin/env -S python3 -B\n" + PREAMBLE + ARCHIVE)
        (folder / "archive").chmod(0o755)
        (folder / "archive.job").write_text("[Job Type]\n" + "".join(f"{k}={v}\n" for k, v in keys.items()))
        worker = Worker(WORKER, SimpleNamespace(directory=folder), (), {
            "server": self.server.url, "key-file": self.disk.path + "/worker.token", "jobs": folder, "name": "w",
            "lease": "60s", "poll": "1s"})
        self.addCleanup(worker.stop)
        self.logs = lambda: f"Worker's log:\n{worker.read_log()}"
        wait_until(lambda: "archive" in self.olivia.get(W + "/types").text, "the job type")
        job = self.olivia.submit("willems", {"type": "archive", "items": [{"label": str(n)} for n in range(6)]})[0]
        wait_until((folder / "half").exists, "half of the work")

        self.fill(self.submit_large)
        (folder / "go").touch()
        worker.await_log("Could not upload “result”: The disk that holds the store is full.")
        self.disk.empty()
        wait_until(lambda: self.olivia.job("willems", job)["state"] == "success", "the job's end")
        self.assertEqual((folder / "effects").read_text().split(), [str(n) for n in range(1, 7)])
        self.assertEqual(self.olivia.job("willems", job)["attempt"], 1)
        self.assertEqual(self.olivia.get(f"{W}/jobs/{job}/result").body, b"z" * 300000)
        log = self.olivia.get(f"{W}/jobs/{job}/log").text
        self.assertEqual([log.count(f"item {n} is done\n") for n in range(1, 7)], [1] * 6)

    def start_on_full_disk(self):
        """It starts, or where not even the index of the write-ahead log fits, it says so."""
        try:
            self.server.start()
        except AssertionError as refused:
            self.assert_refused(refused)
            self.disk.leave(16 * PAGE)
            self.server.start()

    def assert_refused(self, refused):
        self.assertIn("The disk that holds the store is full.", str(refused).splitlines()[-1])
        self.assertEqual(self.server.process.returncode, 1)

    def test_start(self):
        """A server that starts on a full disk answers what it can, with all that was kept."""
        kept = self.olivia.submit("willems", *[{"type": "send-invoices"}] * 10)
        self.fill(self.submit_large)
        total = self.olivia.get(W + "/jobs").json["total"]
        for end in (self.server.kill, self.server.stop, self.server.kill):
            end()
            self.disk.leave(0)
            self.start_on_full_disk()
            self.assertEqual(self.olivia.get(W + "/jobs").json["total"], total)
            self.assertEqual(self.olivia.job("willems", kept[-1])["id"], kept[-1])
            self.assert_full(self.submit_large())
        self.disk.empty()
        self.assert_resumes()
        self.check_store()

    def test_start_without_any_room(self):
        """Without a log and its index there is nothing to start with; then there is room."""
        self.olivia.submit("willems", *[{"type": "send-invoices"}] * 10)
        self.server.stop()
        self.disk.leave(0)
        with self.assertRaises(AssertionError) as refused:
            self.server.start()
        self.assert_refused(refused.exception)
        self.disk.empty()
        self.server.start()
        self.assertEqual(self.olivia.get(W + "/jobs").json["total"], 10)


class FullExt4(FullDisk):
    kind = "ext4"


if __name__ == "__main__":
    tap.main("/disk", NAMES)
