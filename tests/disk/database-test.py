#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server whose PostgreSQL has no room left: database-test.py BATCHWORKD [NAME…]"""

import os
import shutil
import sys
import time
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [os.path.join(TESTS, "disk"), os.path.join(TESTS, "server"), TESTS]
os.environ["BATCHWORKD"], NAMES = os.path.abspath(sys.argv[1]), sys.argv[2:]

import tap  # noqa: E402  pylint: disable=wrong-import-position
from harness import PATIENCE, Server  # noqa: E402  pylint: disable=wrong-import-position
from postgresql import PostgreSQL  # noqa: E402  pylint: disable=wrong-import-position
from small_disk import Disk, enter_own_mounts  # noqa: E402  pylint: disable=wrong-import-position

W = "/v1/businesses/willems"
SENTENCE = "The database's disk is full. Free some space; nothing was changed."


def setUpModule():
    try:
        enter_own_mounts()
    except OSError as error:
        raise unittest.SkipTest(f"no mounts of one's own here: {error}") from error


class FullDatabase(unittest.TestCase):
    def start(self, disk, tables, log):
        """Its tables or its write-ahead log lie on the small disk."""
        if os.geteuid() == 0:
            shutil.chown(disk.path, "postgres", "postgres")
            os.chmod(disk.folder, 0o755)
        self.disk = disk
        self.addCleanup(disk.remove)
        self.database = PostgreSQL({"max_wal_size": "1GB", "checkpoint_timeout": "1h", "autovacuum": "off"},
                                   parent=disk.path if log else None)
        self.addCleanup(self.database.remove)
        self.database.make()
        if tables:
            self.database.sql(f"CREATE TABLESPACE small LOCATION '{disk.path}'")
            self.database.sql("GRANT CREATE ON TABLESPACE small TO batchwork")
            self.database.sql('CREATE DATABASE office OWNER batchwork TABLESPACE small')
        else:
            self.database.create_database("office")
        self.server = Server(store=self.database.uri("office"))
        self.addCleanup(self.server.end)
        self.olivia = self.server.sign_in("olivia")
        self.addCleanup(self.olivia.close)
        self.kept = []

    def submit(self):
        answer = self.olivia.post(W + "/jobs", {"type": "send-invoices",
                                                "parameters": {"text": os.urandom(30000).hex()}})
        if answer.status == 201:
            self.kept.append(answer.json["jobs"][0]["id"])
        return answer

    def fill(self):
        """Submits until that fails; returns how."""
        deadline = time.monotonic() + PATIENCE
        while (answer := self.submit()).status == 201:
            self.assertLess(time.monotonic(), deadline, "the disk never filled")
        return answer

    def assert_resumes(self, limit):
        begun = time.monotonic()
        while (answer := self.submit()).status != 201:
            self.assertIn(answer.status, (503, 507), answer.text)
            self.assertLess(time.monotonic() - begun, PATIENCE)
        took = time.monotonic() - begun
        print(f"# work resumed {took * 1000:.0f} ms after there was room")
        self.assertLess(took, limit)

    def assert_kept(self):
        self.assertEqual(self.olivia.get(W + "/jobs").json["total"], len(self.kept))
        for job in self.kept[:3] + self.kept[-3:]:
            self.assertEqual(self.olivia.job("willems", job)["state"], "queued")

    def test_tables(self):
        """What writes is refused and changes nothing, what reads goes on, and work resumes with room."""
        self.start(Disk(48), tables=True, log=False)
        events = self.olivia.events("willems")
        self.disk.leave(6 << 20)
        answer = self.fill()
        self.disk.leave(0)
        self.assertEqual((answer.status, answer.json["detail"]), (507, SENTENCE))
        for _ in range(3):
            self.assert_kept()
            self.assertEqual(self.olivia.get(W + "/jobs/summary").json["total"], len(self.kept))
            self.assertEqual(self.server.api().get("/healthz").status, 200)
        self.disk.empty()
        self.assert_resumes(1)
        self.assert_kept()
        seen = events.until(lambda event: event[2].get("job", {}).get("id") == self.kept[-1])
        self.assertEqual({data["job"]["id"] for _, _, data in seen if "job" in data}, set(self.kept))
        events.close()

    def test_log(self):
        """PostgreSQL itself ends when its log has no room. Nothing that was acknowledged is lost with it."""
        self.start(Disk(160), tables=False, log=True)
        self.disk.leave(10 << 20)
        answer = self.fill()
        self.assertIn(answer.status, (503, 507), answer.text)
        self.database.process.wait(PATIENCE)
        begun = time.monotonic()
        answer = self.olivia.get(W + "/jobs")
        self.assertEqual(answer.status, 503, answer.text)
        self.assertIn("The database can't be reached", answer.json["detail"])
        self.assertLess(time.monotonic() - begun, 10)
        self.disk.empty()
        self.database.start()
        self.assert_resumes(5)
        total = self.olivia.get(W + "/jobs").json["total"]
        # The one that failed last may have been kept without its answer.
        self.assertIn(total - len(self.kept), (0, 1))
        for job in self.kept:
            self.assertEqual(self.olivia.job("willems", job)["state"], "queued")


if __name__ == "__main__":
    tap.main("/disk/database", NAMES)
