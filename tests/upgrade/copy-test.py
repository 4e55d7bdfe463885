# SPDX-License-Identifier: GPL-3.0-or-later
"""An office moves to another store and back: nobody who works in it can tell."""

import datetime
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import tempfile
import unittest

from programs import CTL, DAEMON, harness, store, start_refused, tap

from stores import POSTGRESQL, change_store, make_store, remove_store  # pylint: disable=wrong-import-order

BUSINESSES = ("willems", "harbour")
LISTS = ("jobs?limit=200", "jobs?limit=50&sort=name", "jobs?limit=50&sort=-items", "jobs?limit=50&sort=-finished_at",
         "jobs?state=failed", "jobs?state=queued&condition=paused", "jobs?q=bakery", "jobs?q=hier+%C3%BCn%C3%AF", "jobs?relation=R1",
         "jobs/summary", "types", "users", "relations?q=ba", "pauses", "members", "roles", "tokens", "settings",
         "audit?limit=200", "audit?q=bakery",
         "insights?edge=2026-01-01T00:00:00Z&edge={tomorrow}", "insights?by=user&edge=2026-01-01T00:00:00Z&edge={tomorrow}")


def work_in(server):
    """Something of everything. Returns what is still under way: a worker and its claim."""
    worker = server.worker()
    for business in BUSINESSES:
        olivia, adam = server.sign_in("olivia"), server.sign_in("adam")
        items = [{"label": f"Item {n}", "reference": {"kind": "relation", "id": f"R{n}", "label": "Bakery Ünï"}}
                 for n in range(1, 4)]
        jobs = olivia.submit(business, *({"type": "send-invoices", "name": f"Hier Ünï 😀 {n}", "items": items[:n % 4],
                                          "parameters": {"n": n, "text": "é\\\"\n"}, "references": [items[0]["reference"]],
                                          "idempotency_key": f"k{n}", "priority": n % 3} for n in range(30)))
        for claim in worker.claim(businesses=[business], max=20):
            states = ["success", "failed", "skipped"]
            report = {"claim": claim["claim"], "log": ["One", "Zwei ✓"], "message": "Läuft", "progress": 0.1 + 0.2,
                      "items": [{"item": i["item"], "state": states[i["item"] - 1], "message": "Why"}
                                for i in claim["items"]]}
            worker.report(report)
            worker.request("PUT", f"/v1/claims/{claim['claim']}/result", bytes(range(256)) * 30,
                           {"Content-Type": "application/octet-stream",
                            "Content-Disposition": 'attachment; filename="all.bin"'})
            worker.report({"claim": claim["claim"], "finish": {}})
        olivia.post(f"/v1/businesses/{business}/jobs/{jobs[0]}/retry", {"items": "all"})
        olivia.post(f"/v1/businesses/{business}/jobs/{jobs[-1]}/cancel")
        olivia.delete(f"/v1/businesses/{business}/jobs/{jobs[-1]}")
        adam.post(f"/v1/businesses/{business}/pauses", {"types": ["send-invoices"], "reason": "Stock-taking"})
        adam.post(f"/v1/businesses/{business}/tokens", {"name": f"Books {business}", "role": "viewer"})
        adam.submit(business, {"type": "print-bills", "items": items})
    return worker, worker.claim(types=["print-bills"], max=1, lease_s=600)[0]


def read_all(api):
    """What the server says about everything, by path."""
    answers = {}
    tomorrow = (datetime.date.today() + datetime.timedelta(days=2)).isoformat() + "T00:00:00Z"
    for business in BUSINESSES:
        base = f"/v1/businesses/{business}/"
        paths = [path.replace("{tomorrow}", tomorrow) for path in LISTS]
        for job in api.get(base + "jobs?limit=200").json["jobs"]:
            paths += [f"jobs/{job['id']}", *(f"jobs/{job['id']}/{part}" for part in ("items", "log", "history"))]
            paths += [f"jobs/{job['id']}/result"] if job["result"] else []
        for path in paths:
            answer = api.get(base + path)
            assert answer.status == 200, f"{path}: {answer.text}"
            # Whoever reads is seen, which the next one to read is told.
            answers[business, path] = re.sub(rb'"last_seen_at":"[^"]*"', b"", answer.body)
        events = api.events(business, since=0)
        hello = [line for line in events.hello if not line.startswith(b"retry")]
        answers[business, "events"] = hello, [events.next() for _ in range(5)]
        events.close()
    return answers


class Tty:
    """A copy that somebody watches at a terminal."""

    def __init__(self, *words):
        self.terminal, other = pty.openpty()
        self.process = subprocess.Popen([DAEMON, "store", "copy", *words], stderr=other, stdout=subprocess.DEVNULL)
        os.close(other)
        self.seen = ""

    def until(self, pattern):
        while not re.search(pattern, self.seen):
            assert select.select([self.terminal], [], [], harness.PATIENCE * 3)[0], self.seen
            try:
                self.seen += os.read(self.terminal, 65536).decode(errors="replace")
            except OSError:
                return False
        return True

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        os.close(self.terminal)


class CopyTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="bw-copy-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.source = f"sqlite:{self.folder}/office.db"
        self.back = f"sqlite:{self.folder}/back.db"
        os.mkdir(self.folder + "/target")
        self.target = make_store(self.folder + "/target")
        self.addCleanup(remove_store, self.target)

    def serve(self, uri, **options):
        server = harness.Server(store=uri, folder=self.folder, **options)
        self.addCleanup(server.end)
        return server

    def fill(self, jobs):
        """An office with that many jobs and as many items."""
        server = self.serve(self.source)
        olivia = server.sign_in("olivia")
        one = {"type": "send-invoices", "items": [{"label": "Bakery"}]}
        for begin in range(0, jobs, 5000):
            olivia.submit("willems", *[one] * min(5000, jobs - begin))
        olivia.close()
        server.stop()

    def test_everything_is_the_same_and_goes_on(self):
        server = self.serve(self.source)
        olivia = server.sign_in("olivia")
        worker, claim = work_in(server)
        before = read_all(olivia)
        server.stop()
        said = store("copy", self.source, self.target)
        self.assertRegex(said, r"\d+  job\n")
        self.assertRegex(said, r"\d+  rows in \d+ tables are the same")
        store("copy", self.target, self.back)
        for uri in (self.target, self.back):
            there = self.serve(uri, demo=False)
            same = harness.Api(there, olivia.token)
            after = read_all(same)
            self.assertEqual(before.keys(), after.keys())
            for path, body in before.items():
                self.assertEqual(body, after[path], path)
            # Nobody signs in again, no claim is lost.
            again = harness.Api(there, worker.token)
            self.assertEqual(again.report({"claim": claim["claim"], "finish": {"error": "No"}})[0]["status"], 200)
            same.submit("willems", {"type": "send-invoices"})
            same.close()
            again.close()
            there.stop()

    def test_store_in_use(self):
        server = self.serve(self.source)
        self.assertIn("in use", store("copy", self.source, self.target, status=1))
        store("copy", "--live", self.source, self.target)
        server.stop()
        copied = self.serve(self.target, demo=False)
        for words in (("copy", self.target, self.back), ("compare", self.target, self.source)):
            self.assertIn("in use", store(*words, status=1))
        copied.stop()
        store("copy", self.target, self.back)

    def test_killed_in_the_middle(self):
        self.fill(8000)
        for stage in (r"Copying item", "Copying job 0 %", "Indexing words job", "Indexing job_", "Comparing job"):
            watched = Tty(self.source, self.target)
            self.assertTrue(watched.until(stage), f"{stage} was not seen in {watched.seen!r}")
            watched.kill()
            start_refused(self.target, "not finished")
            self.assertIn("not finished", store("copy", self.target, self.back, status=1))
        store("copy", self.source, self.target)
        store("compare", self.source, self.target)
        self.serve(self.target, demo=False).stop()

    def test_planted_difference_is_named(self):
        self.fill(10)
        store("copy", self.source, self.target)
        change_store(self.target, "UPDATE item SET label = 'bakery' WHERE job = 7")
        said = store("compare", self.source, self.target, status=1)
        self.assertRegex(said, r"“item”, the row business \d+, job 7, item 1 has another “label”")

    def test_words_that_make_no_sense(self):
        self.assertIn("Usage", store("copy", self.source, status=2))
        self.assertIn("Usage", store("move", self.source, self.target, status=2))
        self.assertIn("can't be opened", store("copy", self.source, self.target, status=1))
        self.assertIn("address of a store", store("copy", "mysql:x", self.target, status=1))

    def test_server_not_installed(self):
        alone = shutil.copy(CTL, self.folder)
        done = subprocess.run([alone, "store", "copy", self.source, self.target], text=True, capture_output=True,
                              env={**os.environ, "PATH": self.folder, "LC_ALL": "C.UTF-8"}, check=False)
        self.assertEqual(done.returncode, 3)
        self.assertIn("isn’t installed here", done.stderr)


tap.main("/upgrade/copy" + ("/postgresql" if POSTGRESQL else ""))
