# SPDX-License-Identifier: GPL-3.0-or-later
"""Live: a change shows without asking, and nothing is missed."""

import threading
import time

from harness import PATIENCE, Server, ServerTest, in_parallel

W = "/v1/businesses/willems"


class Events(ServerTest):
    def revision(self, business="willems"):
        return self.user("olivia").get(f"/v1/businesses/{business}/jobs", limit=1).json["revision"]

    def test_G1_a_change_comes_by_itself(self):
        events = self.user("olivia").events("willems")
        self.assertEqual(events.hello, [b": hello\n", b"retry: 2000\n", b"\n"])
        self.assertEqual(events.response.headers["content-type"], "text/event-stream")
        job = self.user("sam").submit("willems", {"type": "send-invoices", "items": [{"label": "a"}]})[0]
        revision, kind, data = events.next()
        self.assertEqual((kind, data["job"]["id"], data["revision"]), ("job", job, revision))
        self.assertEqual(data["job"], {k: v for k, v in self.user("olivia").job("willems", job).items()
                                       if k not in ("parameters", "log_size", "stalled_after_s")})
        self.worker().work_off("willems")
        last = events.until(lambda e: e[2]["job"]["state"] == "success")[-1]
        self.assertEqual(last[2]["job"]["items_done"], 1)
        events.close()

    def test_since_and_last_event_id(self):
        olivia = self.user("olivia")
        start = self.revision()
        ids = olivia.submit("willems", *[{"type": "send-statements", "name": f"S{i}"} for i in range(5)])
        events = olivia.events("willems", since=start)
        seen = [events.next() for _ in range(5)]
        self.assertEqual([e[2]["job"]["id"] for e in seen], ids)
        self.assertEqual([e[0] for e in seen], sorted(e[0] for e in seen))
        events.close()
        events = olivia.events("willems", last=seen[2][0])
        self.assertEqual([events.next()[2]["job"]["id"] for _ in range(2)], ids[3:])
        events.close()
        both = olivia.events("willems", since=start, last=seen[3][0])
        self.assertEqual(both.next()[2]["job"]["id"], ids[4], "Last-Event-ID goes first")
        both.close()

    def test_deletions_are_told(self):
        olivia = self.user("olivia")
        job = olivia.submit("willems", {"type": "set-task-schedule"})[0]
        self.worker().work_off("willems")
        start = self.revision()
        live = olivia.events("willems")
        olivia.delete(f"{W}/jobs/{job}")
        late = olivia.events("willems", since=start)
        for events in (live, late):
            _, kind, data = events.next()
            self.assertEqual((kind, data["id"]), ("deleted", job))
            events.close()

    def test_pauses_are_told(self):
        events = self.user("victor").events("willems")
        self.user("olivia").post(W + "/pauses", {"types": ["change-task-field"]})
        self.assertEqual(events.next()[1], "pauses")
        self.user("olivia").delete(W + "/pauses")
        self.assertEqual(events.next()[1], "pauses")
        events.close()

    def test_G5_only_what_may_be_seen(self):
        events = self.user("sam").events("willems")
        business = self.user("sam").events("harbour")
        self.user("stella").submit("willems", {"type": "send-invoices", "name": "Stella's"})
        self.user("olivia").submit("willems", {"type": "send-invoices", "name": "auto", "automated": True})
        mine = self.user("sam").submit("willems", {"type": "send-invoices", "name": "Sam's"})[0]
        self.assertEqual(events.next()[2]["job"]["id"], mine)
        self.worker().work_off("willems")
        for job in self.user("olivia").get(W + "/jobs", limit=1000).json["jobs"]:
            self.user("olivia").delete(f"{W}/jobs/{job['id']}")
        seen = events.until(lambda e: e[1] == "deleted" and e[2]["id"] == mine)
        self.assertLessEqual({e[2]["job"]["id"] for e in seen if e[1] == "job"}, {mine})
        self.assertEqual([e[2]["id"] for e in seen if e[1] == "deleted"][-1], mine)
        for other in self.user("sam").get(W + "/jobs").json["jobs"]:
            self.assertEqual(other["created_by"]["name"], "Sam Visser")
        own = self.user("sam").submit("harbour", {"type": "delete-client"})[0]
        self.assertEqual(business.next()[2]["job"]["id"], own, "and nothing of another business")
        business.close()
        events.close()

    def test_forgotten_revisions(self):
        """A revision of another store, or from before what is kept: ask for everything anew."""
        events = self.user("olivia").events("willems", since=10 ** 12)
        revision, kind, _ = events.next()
        self.assertEqual((kind, revision), ("reset", self.revision()))
        job = self.user("olivia").submit("willems", {"type": "send-invoices"})[0]
        self.assertEqual(events.next()[2]["job"]["id"], job)
        events.close()

    def test_wrong_requests(self):
        olivia = self.user("olivia")
        self.assert_problem(olivia.get("/v1/businesses/nowhere/events"), 404)
        self.assert_problem(olivia.request("GET", W + "/events", headers={"Last-Event-ID": "x"}), 400)
        self.assert_problem(olivia.request("POST", W + "/events", b"{}"), 405)
        self.assertEqual(olivia.request("HEAD", W + "/events").status, 405)

    def test_nothing_is_missed_under_load(self):
        """Readers that come and go end with what the list says, though jobs change all the time."""
        olivia = self.user("olivia")
        start = self.revision("riverside")
        stop = threading.Event()

        def read():
            api, known, last, streams = self.server.api(olivia.token), {}, start, 0
            while True:
                events = api.events("riverside", last=last)
                streams += 1
                for _ in range(40):
                    event = events.next()
                    self.assertGreaterEqual(event[0], last)
                    last = event[0]
                    if event[1] == "job":
                        known[event[2]["job"]["id"]] = event[2]["job"]["revision"]
                    elif event[1] == "deleted":
                        known.pop(event[2]["id"], None)
                    if event[1] == "job" and event[2]["job"]["name"] == "The last":
                        events.close()
                        return known
                events.close()

        def write():
            api, worker = self.server.api(olivia.token), self.server.worker()
            for i in range(25):
                api.submit("riverside", *[{"type": "mail-class", "name": f"{i}", "items": [{"label": "x"}]}] * 10)
                done = worker.work_off("riverside")
                if i % 5 == 4 and done:
                    api.delete(f"/v1/businesses/riverside/jobs/{done[0]}")
            worker.close()
            api.submit("riverside", {"type": "mail-class", "name": "The last"})
            stop.set()
            api.close()

        results = in_parallel([read, read, read, write])[:3]
        jobs = olivia.get("/v1/businesses/riverside/jobs", limit=1000).json["jobs"]
        expected = {job["id"]: job["revision"] for job in jobs}
        for known in results:
            self.assertEqual(known, expected)

    def test_slow_reader(self):
        """One that does not read costs a bounded queue, holds nobody up, and misses no last state."""
        olivia = self.user("olivia")
        start = self.revision("heritage")
        slow = olivia.events("heritage")
        # Long names, so that what waits is far more than sockets hold.
        ids = []
        for i in range(40):
            ids += olivia.submit("heritage", *[{"type": "export-archive", "name": f"{i} " + "n" * 490,
                                                "references": [{"kind": "record", "id": f"{k}", "label": "l" * 450}
                                                               for k in range(5)]}] * 100)
        begun = time.monotonic()
        quick = olivia.events("heritage", since=start)
        self.assertEqual([quick.next()[2]["job"]["id"] for _ in range(10)], ids[:10])
        self.assertLess(time.monotonic() - begun, PATIENCE / 2)
        quick.close()
        seen = {}
        while len(seen) < len(ids):
            _, _, data = slow.next()
            seen[data["job"]["id"]] = data["job"]
        self.assertEqual(sorted(seen), ids)
        slow.close()
        olivia.post("/v1/businesses/heritage/pauses", {"all": True})

    def test_stream_is_not_held_by_a_closed_client(self):
        before = self.server.metric("batchwork_event_streams")
        streams = [self.user("olivia").events("harbour") for _ in range(20)]
        self.server.await_metric("batchwork_event_streams", before + 20)
        for events in streams:
            events.close()
        # A closed connection is noticed by what is sent to it.
        deadline = time.monotonic() + PATIENCE
        while self.server.metric("batchwork_event_streams") > before:
            self.user("olivia").submit("harbour", {"type": "delete-client"})
            self.assertLess(time.monotonic(), deadline)


class Bounds(ServerTest):
    options = {"config": "[limits]\nevent-streams=3\n"}

    def test_no_more_streams_than_the_bound(self):
        streams = [self.user("olivia").events("willems") for _ in range(3)]
        answer = self.user("olivia").get(W + "/events")
        self.assert_problem(answer, 503, "3")
        for events in streams:
            events.close()


class Stopping(ServerTest):
    def test_G1_readers_resume_after_a_restart(self):
        server = Server()
        olivia = server.sign_in("olivia")
        events = olivia.events("willems")
        first = olivia.submit("willems", {"type": "send-invoices"})[0]
        event = events.next()
        self.assertEqual(event[2]["job"]["id"], first)
        server.stop()
        self.assertIsNone(events.next(), "the stream ended and did not break")
        server.start()
        second = olivia.submit("willems", {"type": "send-invoices"})[0]
        events = olivia.events("willems", last=event[0])
        self.assertEqual(events.next()[2]["job"]["id"], second)
        events.close()
        server.end()
