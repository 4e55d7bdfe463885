# SPDX-License-Identifier: GPL-3.0-or-later
"""Queues, batches, workers, insights and the audit log; jobs that stall or fail again and again."""

import datetime
import time

from harness import PATIENCE, ServerTest

W = "/v1/businesses/willems"
QUARTER = datetime.timedelta(minutes=15)


def make(count=2, **more):
    return {"type": "send-invoices", "items": [{"label": f"Item {i}"} for i in range(count)], **more}


def format_time(when):
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


class Views(ServerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ids = {user: cls.user(user).get("/v1/me").json["user"]["id"]
                   for user in ("olivia", "sam", "stella")}

    def setUp(self):
        self.worker().work_off("willems")

    tearDown = setUp

    def queue(self, user, type_name="send-invoices"):
        answer = self.user(user).get(f"{W}/queues/{type_name}")
        self.assertEqual(answer.status, 200, answer.text)
        return answer.json

    def insights(self, user, **query):
        """The figures of yesterday's last hours and today's, in two spans; by key."""
        now = datetime.datetime.now(datetime.timezone.utc)
        edges = [format_time(now - 8 * QUARTER), format_time(now), format_time(now + 2 * QUARTER)]
        query = "".join(f"&{name}={value}" for name, value in query.items())
        answer = self.user(user).get(f"{W}/insights?edge=" + "&edge=".join(edges) + query)
        self.assertEqual(answer.status, 200, answer.text)
        self.assertEqual(len(answer.json["edges"]), 3)
        return {row["key"]: row for row in answer.json["rows"]}

    def audit(self, **query):
        answer = self.user("olivia").get(W + "/audit", **query)
        self.assertEqual(answer.status, 200, answer.text)
        return answer.json

    def test_D12_queues(self):
        before = self.queue("olivia")
        own = self.queue("sam")
        self.user("sam").submit("willems", make())
        self.user("stella").submit("willems", make(), make(0, run_at="2090-01-01T00:00:00Z"))
        claim = self.worker().claim(worker="host-7", businesses=["willems"], types=["send-invoices"])[0]
        during = self.queue("olivia")
        self.assertEqual([during[key] - before[key] for key in ("queued", "scheduled", "processing")], [1, 1, 1])
        self.assertIsNotNone(during["oldest_queued_at"])
        self.assertGreaterEqual(during["workers"], 1)
        seen = self.queue("sam")
        self.assertEqual(seen["queued"] + seen["processing"] - own["queued"] - own["processing"], 1)
        self.worker().report({"claim": claim["claim"], "finish": {"error": "No paper"}})
        after = self.queue("olivia")
        for key in ("finished_hour", "failed_hour", "finished_day", "failed_day"):
            self.assertEqual(after[key] - before[key], 1, key)
        self.assertEqual(sum(q["failed"] for q in after["quarters"]), after["failed_day"])
        self.assertIsNotNone(after["average_ms"])

    def test_D12_paused_queues(self):
        self.user("olivia").post(W + "/pauses", {"types": ["send-invoices"], "reason": "Month end"})
        queues = {q["type"]: q for q in self.user("sam").get(W + "/queues").json["queues"]}
        self.assertEqual(queues["send-invoices"]["paused"]["reason"], "Month end")
        self.assertTrue(all(q["paused"] is None for t, q in queues.items() if t != "send-invoices"))
        self.user("olivia").post(W + "/pauses", {"all": True})
        queues = {q["type"]: q for q in self.user("sam").get(W + "/queues").json["queues"]}
        self.assertTrue(all(q["paused"]["all"] for t, q in queues.items() if t != "send-invoices"))
        self.user("olivia").delete(W + "/pauses")
        self.assertIsNone(self.queue("sam")["paused"])

    def test_D12_no_such_queue(self):
        self.assert_problem(self.user("olivia").get(W + "/queues/no-such-type"), 404)
        self.assert_problem(self.user("olivia").get(W + "/queues/Not%20A%20Type"), 404)
        self.assert_problem(self.user("olivia").get(W + "/queues", x=1), 400, field="x")

    def test_D12_batches(self):
        running = self.user("sam").submit("willems", make(4))[0]
        claim = self.worker().claim(businesses=["willems"])[0]
        self.worker().report({"claim": claim["claim"], "items": [{"item": 1, "state": "success"}]})
        waiting, single = self.user("stella").submit("willems", make(2), make(1))
        batches = self.user("olivia").get(W + "/batches").json["batches"]
        ids = [batch["job"]["id"] for batch in batches]
        self.assertEqual(ids[0], running)
        self.assertIn(waiting, ids)
        self.assertNotIn(single, ids)
        deadline = time.monotonic() + PATIENCE
        while (batch := self.user("sam").get(W + "/batches").json["batches"][0])["remaining_ms"] is None:
            self.assertLess(time.monotonic(), deadline, "a pace is known after two seconds")
        self.assertGreater(batch["items_per_minute"], 0)
        owners = {b["job"]["created_by"]["id"] for b in self.user("sam").get(W + "/batches", limit=200).json["batches"]}
        self.assertEqual(owners, {self.ids["sam"]})
        self.assert_problem(self.user("sam").get(W + "/batches", limit=201), 400, field="limit")

    def test_D12_workers(self):
        self.user("sam").submit("willems", make(1, name="Invoices of May"))
        claim = self.worker().claim(worker="host-8", businesses=["willems"], types=["send-invoices"])[0]
        workers = {w["name"]: w for w in self.user("victor").get(W + "/workers").json["workers"]}
        self.assertEqual(workers["host-8"]["state"], "busy")
        self.assertEqual(workers["host-8"]["types"], ["send-invoices"])
        self.assertEqual([job["name"] for job in workers["host-8"]["jobs"]], ["Invoices of May"])
        self.worker().report({"claim": claim["claim"], "finish": {"error": "No paper"}})
        workers = {w["name"]: w for w in self.user("victor").get(W + "/workers").json["workers"]}
        self.assertEqual((workers["host-8"]["state"], workers["host-8"]["jobs"]), ("idle", []))
        self.assertEqual((workers["host-8"]["finished_day"], workers["host-8"]["failed_day"]), (1, 1))
        self.assert_problem(self.user("sam").get(W + "/workers"), 403)

    def test_G10_insights(self):
        before = self.insights("olivia")[""]["total"]
        own = self.insights("sam", by="user").get(str(self.ids["sam"]), {"total": {"finished": 0}})["total"]
        self.user("sam").submit("willems", make(2), make(3))
        self.user("stella").submit("willems", make(1, automated=True))
        for claim in self.worker().claim(businesses=["willems"], max=3):
            items = [{"item": item["item"], "state": "success"} for item in claim["items"]]
            items[0]["state"] = "failed"
            self.worker().report({"claim": claim["claim"], "items": items, "finish": {}})
        after = self.insights("olivia")[""]
        self.assertEqual([after["total"][key] - before[key] for key in ("finished", "failed", "items", "items_failed")],
                         [3, 3, 6, 3])
        self.assertEqual(sum(after["finished"]), after["total"]["finished"])
        self.assertGreaterEqual(after["total"]["run_ms_p95"], 0)
        self.assertIn("0", self.insights("olivia", by="user"), "automated jobs are System's")
        self.assertIn("send-invoices", self.insights("olivia", by="type"))
        self.assertEqual(self.insights("olivia", by="type", type="archive-export").keys() - {"archive-export"}, set())
        seen = self.insights("sam", by="user")
        self.assertEqual(seen.keys() - {"0"}, {str(self.ids["sam"])}, "others' figures are others'")
        self.assertEqual(seen[str(self.ids["sam"])]["total"]["finished"] - own["finished"], 2)
        # What was counted stays when the jobs are gone.
        self.assertEqual(self.user("olivia").post(W + "/jobs/clear").status, 200)
        self.assertEqual(self.insights("olivia")[""]["total"]["finished"], after["total"]["finished"])

    def test_G10_insights_refused(self):
        olivia = self.user("olivia")
        for query, field in (("", "edge"), ("?edge=2026-01-01T00:00:00Z", "edge"), ("?edge=yesterday", "edge"),
                             ("?edge=2026-01-02T00:00:00Z&edge=2026-01-01T00:00:00Z", "edge"), ("?by=moon", "by"),
                             ("?type=No!", "type"), ("?colour=red", "colour"),
                             ("?" + "&".join(["edge=2026-01-01T00:00:00Z"] * 401), "edge")):
            self.assert_problem(olivia.get(W + "/insights" + query), 400, field=field)
        edges = [format_time(datetime.datetime(2026, 1, 1) + i * QUARTER) for i in range(400)]
        answer = olivia.get(W + "/insights?by=type&edge=" + "&edge=".join(edges))
        self.assertEqual((answer.status, len(answer.json["edges"])), (200, 400))

    def test_G9_audit(self):
        sam, olivia = self.user("sam"), self.user("olivia")
        job = sam.submit("willems", make(2, name="Factuur Zwaluw"))[0]
        sam.patch(f"{W}/jobs/{job}", {"name": "Rekening Zwaluw", "priority": 3})
        olivia.post(f"{W}/jobs/{job}/cancel")
        olivia.post(f"{W}/jobs/{job}/retry", {"items": "failed"})
        olivia.post(f"{W}/jobs/{job}/cancel")
        olivia.delete(f"{W}/jobs/{job}")
        entries = self.audit(job=job)["entries"]
        self.assertEqual([(e["action"], e["actor"]) for e in reversed(entries)],
                         [("edit", entries[-1]["actor"]), ("cancel", entries[0]["actor"]),
                          ("retry", entries[0]["actor"]), ("cancel", entries[0]["actor"]),
                          ("delete", entries[0]["actor"])])
        self.assertEqual([e["user_id"] for e in entries], [self.ids["olivia"]] * 4 + [self.ids["sam"]])
        self.assertTrue(all(e["job_name"] == "Rekening Zwaluw" for e in entries))
        self.assertFalse(entries[0]["job_exists"])
        self.assertIn("“Factuur Zwaluw” to “Rekening Zwaluw”", entries[-1]["detail"])
        self.assertIn("priority from 0 to 3", entries[-1]["detail"])
        self.assertIn("Submitted by", entries[0]["detail"])

        self.assertEqual(self.audit(q="rekening zwal")["total"], 5)
        self.assertEqual(self.audit(q="zwaluw", action="cancel")["total"], 2)
        self.assertEqual(self.audit(q="zwaluw", user=self.ids["sam"])["total"], 1)
        self.assertEqual(self.audit(job=job, until=entries[-1]["at"])["total"], 0)
        self.assertEqual({e["id"] for e in self.audit(job=job, **{"from": entries[0]["at"]})["entries"]} - {e["id"] for e in entries}, set())
        page, found = self.audit(job=job, limit=2), []
        while True:
            found += page["entries"]
            if page["next"] is None:
                break
            page = self.audit(job=job, limit=2, after=page["next"])
        self.assertEqual(found, entries)
        actions = olivia.get(W + "/audit/actions").json["actions"]
        self.assertLessEqual({"edit", "cancel", "retry", "delete"}, set(actions))

    def test_G9_pauses_and_clearing_are_in_the_audit_log(self):
        olivia = self.user("olivia")
        olivia.post(W + "/pauses", {"users": [self.ids["stella"]], "reason": "Stock-taking"})
        olivia.delete(W + "/pauses")
        olivia.post(W + "/jobs/clear")
        clear, resume, pause = self.audit(limit=3)["entries"]
        self.assertEqual([e["action"] for e in (clear, resume, pause)], ["clear", "resume", "pause"])
        self.assertTrue(pause["detail"].endswith(": Stock-taking"))
        self.assertRegex(clear["detail"], r"^\d+ finished jobs?$")
        self.assertIsNone(clear["job"])

    def test_G9_audit_is_for_those_with_the_right(self):
        for user in ("sam", "victor", "ines"):
            self.assert_problem(self.user(user).get(W + "/audit"), 403)
            self.assert_problem(self.user(user).get(W + "/audit/actions"), 403)

    def test_G9_audit_refused(self):
        for query, field in (({"from": "now"}, "from"), ({"user": "-1"}, "user"), ({"job": 0}, "job"),
                             ({"limit": 10001}, "limit"), ({"after": "x"}, "after"), ({"z": 1}, "z"),
                             ({"q": "x" * 201}, "q")):
            self.assert_problem(self.user("olivia").get(W + "/audit", **query), 400, field=field)
        self.assert_problem(self.user("olivia").get(W + "/audit?q=a&q=b"), 400, field="q")

    def test_C8_stalled_by_its_last_update(self):
        """A job that is silent for longer than its type allows is pointed out, and no longer when it speaks."""
        kind = {"name": "Slow work", "stalled_after_s": 1}
        self.assertEqual(self.user("olivia").request("PUT", W + "/types/slow-work", kind).status, 200)
        job = self.user("sam").submit("willems", {"type": "slow-work", "items": [{"label": "One"}]})[0]
        events = self.user("sam").events("willems")
        claim = self.worker().claim(businesses=["willems"], types=["slow-work"], lease_s=3600)[0]
        events.until(lambda e: e[1] == "job" and e[2]["job"]["id"] == job and "stalled" in e[2]["job"]["conditions"])
        listed = [j["id"] for j in self.user("olivia").get(W + "/jobs", condition="stalled").json["jobs"]]
        self.assertEqual(listed, [job])
        self.assertEqual(self.queue("olivia", "slow-work")["stalled"], 1)
        # A sign of life is not news: the job does not move.
        self.worker().report({"claim": claim["claim"]})
        self.assertIn("stalled", self.user("olivia").job("willems", job)["conditions"])
        self.worker().report({"claim": claim["claim"], "message": "Half of it"})
        self.assertEqual(self.user("olivia").job("willems", job)["conditions"], [])
        events.close()
        self.worker().report({"claim": claim["claim"], "finish": {}})

    def test_C8_over_a_day_always(self):
        """No type may be allowed a longer silence than 24 hours."""
        for seconds, status in ((86400, 200), (86401, 400)):
            answer = self.user("olivia").request("PUT", W + "/types/slow-work",
                                                 {"name": "Slow work", "stalled_after_s": seconds})
            self.assertEqual(answer.status, status)

    def test_C9_each_attempt_with_its_own_error(self):
        job = self.user("sam").submit("willems", make(1))[0]
        for error in ("The printer burns", "The printer burns still", "There is no printer"):
            claim = self.worker().claim(worker="host-9", businesses=["willems"], types=["send-invoices"])[0]
            self.assertEqual(claim["job"]["id"], job)
            self.worker().report({"claim": claim["claim"], "finish": {"error": error}})
            if self.user("sam").job("willems", job)["state"] == "failed":
                self.user("sam").post(f"{W}/jobs/{job}/retry", {"items": "all"})
        attempts = self.user("sam").get(f"{W}/jobs/{job}/history").json["attempts"]
        self.assertEqual([(a["attempt"], a["worker"], a["outcome"], a["error"]) for a in attempts],
                         [(1, "host-9", "failed", "The printer burns"),
                          (2, "host-9", "failed", "The printer burns still"),
                          (3, "host-9", "failed", "There is no printer")])
        self.assertTrue(all(a["started_at"] <= a["ended_at"] for a in attempts))

    def test_G14_commit_figures(self):
        before = [self.server.metric(f"batchwork_commit_{name}") for name in ("seconds_count", "seconds_sum", "writes_sum")]
        self.user("sam").submit("willems", make(0))
        after = [self.server.metric(f"batchwork_commit_{name}") for name in ("seconds_count", "seconds_sum", "writes_sum")]
        for one, other in zip(before, after):
            self.assertGreater(other, one)
        self.assertEqual(self.server.metric("batchwork_failed_commits_total"), 0)
