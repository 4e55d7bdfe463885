# SPDX-License-Identifier: GPL-3.0-or-later
"""Several servers on one database: none is special, and what is done at one holds at each."""

import itertools
import threading
import time
import unittest

from harness import PATIENCE, Server, in_parallel
from stores import POSTGRESQL

W = "/v1/businesses/willems"
JOB = {"type": "send-invoices", "items": [{"label": "a"}]}


@unittest.skipUnless(POSTGRESQL, "A file has one server")
class Nodes(unittest.TestCase):
    """A test may end or kill any node but the first."""

    @classmethod
    def setUpClass(cls):
        cls.first = Server()
        cls.olivia = cls.first.sign_in("olivia")

    @classmethod
    def tearDownClass(cls):
        cls.first.end()

    def setUp(self):
        self.second = Server(demo=False, store=self.first.store)
        self.addCleanup(self.second.end)
        self.olivia_there = self.second.api(self.olivia.token)

    def worker_at(self, server):
        return server.api(self.first.worker().token)

    def test_signed_in_at_one_is_signed_in_at_each(self):
        self.assertEqual(self.olivia_there.get("/v1/me").json["user"]["login"], "olivia")
        sam = self.second.sign_in("sam")
        here = self.first.api(sam.token)
        self.assertEqual(here.get("/v1/me").status, 200)
        self.assertEqual(sam.delete("/v1/sessions/current").status, 204)
        self.assertEqual(here.get("/v1/me").status, 401)

    def test_rights_taken_away_at_one_are_gone_at_each(self):
        """Also where they are remembered: each node has just used them."""
        sam = self.first.sign_in("sam")
        others = [self.first.api(sam.token), self.second.api(sam.token)]
        nodes = itertools.cycle([self.olivia, self.olivia_there])
        for role, status in [("viewer", 403), ("staff", 201)] * 15:
            for api in others:
                self.assertEqual(api.get(W + "/jobs", limit=1).status, 200)
            answer = next(nodes).patch(f"{W}/members/{sam.user}", {"role": role})
            self.assertEqual(answer.status, 200, answer.text)
            for api in others:
                self.assertEqual(api.post(W + "/jobs", JOB).status, status)

    def test_a_pause_at_one_holds_at_each(self):
        workers = [self.worker_at(self.first), self.worker_at(self.second)]
        workers[0].work_off("willems")
        for here, there in [(self.olivia, workers[1]), (self.olivia_there, workers[0])] * 5:
            pauses = here.post(W + "/pauses", {"all": True})
            self.assertEqual(pauses.status, 201, pauses.text)
            (job,) = here.submit("willems", JOB)
            self.assertEqual(there.claim(businesses=["willems"]), [])
            self.assertEqual(here.delete(W + "/pauses").status, 200)
            self.assertEqual(there.work_off("willems"), [job])

    def test_work_handed_in_at_one_wakes_a_worker_at_another(self):
        worker = self.worker_at(self.second)
        worker.work_off("willems")
        for _ in range(5):
            found = []
            thread = threading.Thread(target=lambda found=found: found.extend(
                worker.claim(businesses=["willems"], wait_s=int(PATIENCE))))
            thread.start()
            self.second.await_metric("batchwork_waiting_claims", 1)
            begun = time.monotonic()
            (job,) = self.olivia.submit("willems", JOB)
            thread.join()
            self.assertEqual([claim["job"]["id"] for claim in found], [job])
            self.assertLess(time.monotonic() - begun, PATIENCE / 2)
            worker.report({"claim": found[0]["claim"], "items": [{"item": 1, "state": "success"}], "finish": {}})

    def test_events_of_all_at_each_in_order(self):
        """Who writes at one node and follows another misses nothing; also when that node is killed."""
        streams = [self.olivia.events("willems"), self.olivia_there.events("willems")]
        writers = [self.first.api(self.olivia.token), self.second.api(self.olivia.token)]
        made = in_parallel([lambda api=api: [api.submit("willems", JOB)[0] for _ in range(60)] for api in writers])
        expected = sorted(made[0] + made[1])
        for stream in streams:
            seen, last = set(), 0
            while not seen.issuperset(expected):
                number, _, data = stream.next()
                self.assertGreater(number, last)
                last = number
                seen.add(data["job"]["id"])
            stream.close()
        self.second.kill()
        (unseen,) = self.olivia.submit("willems", JOB)
        self.second.start()
        stream = self.olivia_there.events("willems", last=last)
        self.assertEqual(stream.next()[2]["job"]["id"], unseen)
        stream.close()

    def test_each_goes_on_when_another_is_killed(self):
        """In the middle of writes: what was answered is there, and nobody waits for the dead one."""
        made, stop = [], threading.Event()

        def submit():
            api = self.second.api(self.olivia.token)
            try:
                while not stop.is_set():
                    made.extend(api.submit("willems", *[JOB] * 20))
            except OSError:
                pass

        thread = threading.Thread(target=submit)
        thread.start()
        while len(made) < 100:
            time.sleep(0.01)
        self.second.kill()
        begun = time.monotonic()
        made += self.olivia.submit("willems", JOB)
        self.assertLess(time.monotonic() - begun, PATIENCE / 2)
        stop.set()
        thread.join()
        for job in made:
            self.assertEqual(self.olivia.job("willems", job)["state"], "queued")
        done = self.worker_at(self.first).work_off("willems")
        self.assertTrue(set(made) <= set(done))
        self.assertEqual(len(done), len(set(done)))
        self.second.start()
