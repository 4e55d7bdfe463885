# SPDX-License-Identifier: GPL-3.0-or-later
"""Acting on many jobs at once, on single items, and running a job again with changes."""

import os
import threading
import time

from harness import PATIENCE, Server, ServerTest
from stores import read_store

W = "/v1/businesses/willems"
H = "/v1/businesses/harbour"
R = "/v1/businesses/riverside"
# So many that there is a middle; a sanitizer's server is slower.
LARGE = 20000 if PATIENCE <= 20 else 4000
FINISHED = ("success", "failed", "skipped", "cancelled")


def fill(api, business, count, kind, **more):
    """Submits jobs without items, in as few requests as can be."""
    ids = []
    for start in range(0, count, 10000):
        ids += api.submit(business, *[{"type": kind, **more}] * min(10000, count - start))
    return ids


def act(api, base, action, **which):
    answer = api.post(base + "/jobs/actions", {"action": action, **which})
    assert answer.status == 201, answer.text
    assert answer.json["total_is_exact"]
    return answer.json["job"]["id"], answer.json["total"]


def await_job(api, base, job, wanted=lambda job: job["state"] in FINISHED):
    """Waits until a job is as wanted, and returns it."""
    deadline = time.monotonic() + 2 * PATIENCE
    while True:
        answer = api.get(f"{base}/jobs/{job}")
        assert answer.status == 200, answer.text
        if wanted(answer.json):
            return answer.json
        assert time.monotonic() < deadline, answer.json


def list_items(api, base, job, **query):
    items, after = [], 0
    while after is not None:
        page = api.get(f"{base}/jobs/{job}/items", limit=10000, after=after, **query).json
        items += page["items"]
        after = page["next"]
    return items


def get_memory(server):
    """What the server holds in memory, in MiB, without the files that the system caches for it."""
    with open(f"/proc/{server.process.pid}/status", encoding="utf-8") as file:
        for line in file:
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) / 1024
    raise AssertionError("The system does not tell")


def count_acts(server, action):
    """How often each job was acted upon, from what is on record."""
    return dict(read_store(server.store, f"SELECT job, COUNT(*) FROM action WHERE action = '{action}' GROUP BY job"))


class Acting(ServerTest):
    def finish(self, *jobs, state="success"):
        """Ends all that waits."""
        done = self.worker().work_off("willems", state=state)
        self.assertTrue(set(jobs) <= set(done))

    def test_G4_retry_by_filter(self):
        """What was counted is what is done, and nothing else."""
        api = self.user("olivia")
        failed = api.submit("willems", *[{"type": "send-invoices", "items": [{"label": "a"}, {"label": "b"}]}] * 25)
        for claim in self.worker().claim(businesses=["willems"], max=100):
            self.worker().report({"claim": claim["claim"], "items": [
                {"item": 1, "state": "success"}, {"item": 2, "state": "failed"}], "finish": {}})
        good = api.submit("willems", *[{"type": "send-invoices"}] * 5)
        self.finish(*good)
        filter_ = {"type": ["send-invoices"], "state": ["failed"]}
        shown = api.get(W + "/jobs/summary", type="send-invoices", state="failed").json["total"]
        job, total = act(api, W, "retry-failed", filter=filter_)
        later = api.submit("willems", {"type": "send-invoices"})
        self.assertEqual((total, shown), (25, 25))
        job = await_job(api, W, job)
        self.assertEqual((job["type"], job["type_name"], job["name"], job["entity"]),
                         ("bulk-retry", "Retry jobs", "Retry what failed in 25 jobs", "jobs"))
        self.assertEqual((job["state"], job["items_total"], job["items_done"], job["progress"]),
                         ("success", 25, 25, 1))
        self.assertEqual((job["message"], job["created_by"]["name"]), ("25 jobs were retried.", "Olivia Willems"))
        self.assertEqual(job["parameters"], {"action": "retry-failed", "filter": filter_})
        items = list_items(api, W, job["id"])
        self.assertEqual([int(item["reference"]["id"]) for item in items], failed)
        self.assertEqual({item["reference"]["kind"] for item in items}, {"job"})
        self.assertEqual(items[0]["label"], api.job("willems", failed[0])["name"])
        claims = self.worker().claim(businesses=["willems"], max=100)
        self.assertEqual(sorted(c["job"]["id"] for c in claims), failed + later)
        self.assertEqual({item["item"] for c in claims for item in c["items"]}, {2}, "only what failed")
        for claim in claims:
            self.worker().report({"claim": claim["claim"], "finish": {}})

    def test_G4_cancel_and_delete_by_ids(self):
        api = self.user("olivia")
        jobs = api.submit("willems", *[{"type": "set-task-schedule", "name": f"Task {i}"} for i in range(12)])
        job, total = act(api, W, "cancel", ids=jobs[:10] + jobs[:3])
        self.assertEqual(total, 10, "one that is named twice counts once")
        self.assertEqual(await_job(api, W, job)["name"], "Cancel 10 jobs")
        self.assertEqual([api.job("willems", i)["state"] for i in jobs], ["cancelled"] * 10 + ["queued"] * 2)
        job, total = act(api, W, "delete", ids=jobs)
        done = await_job(api, W, job)
        self.assertEqual((done["state"], done["items_skipped"]), ("skipped", 2))
        self.assertEqual(done["message"], "10 jobs were deleted, 2 were left as they are.")
        self.assertEqual([api.get(f"{W}/jobs/{i}").status for i in jobs], [404] * 10 + [200] * 2)
        skipped = list_items(api, W, job, state="skipped")
        self.assertEqual([(item["label"], item["message"]) for item in skipped],
                         [(f"Task {i}", "This job waits in the queue. Cancel it before you delete it.")
                          for i in (10, 11)])
        self.finish(*jobs[10:])
        done = await_job(api, W, act(api, W, "delete", ids=jobs)[0])
        self.assertEqual((done["items_skipped"], done["items_total"]), (10, 12), "what is gone is named too")

    def test_G4_refusals_of_each_action(self):
        api, worker = self.user("olivia"), self.worker()
        ids = {}
        for state in ("success", "failed", "processing", "queued"):
            ids[state] = api.submit("willems", {"type": "change-task-field", "items": [{"label": "x"}]})[0]
            if state != "queued":
                claim = worker.claim(businesses=["willems"], types=["change-task-field"])[0]["claim"]
            if state in ("success", "failed"):
                worker.report({"claim": claim, "items": [{"item": 1, "state": state}], "finish": {}})
        everything = {"type": ["change-task-field"]}
        for action, refused in (
                ("delete", {"processing": "This job is running. Cancel it, and delete it when it has stopped.",
                            "queued": "This job waits in the queue. Cancel it before you delete it."}),):
            with self.subTest(action):
                job, total = act(api, W, action, filter=everything)
                self.assertEqual(total, 4)
                await_job(api, W, job)
                self.assertEqual({int(i["reference"]["id"]): i["message"] for i in list_items(api, W, job, state="skipped")},
                                 {ids[state]: text for state, text in refused.items()})
        job, total = act(api, W, "retry-all", filter=everything)
        self.assertEqual((total, await_job(api, W, job)["items_skipped"]), (2, 2))
        self.assertEqual({i["message"] for i in list_items(api, W, job)},
                         {"This job has not run yet; it waits in the queue.",
                          "This job is still running. Cancel it first."})
        job, total = act(api, W, "cancel", filter=everything)
        self.assertEqual((total, await_job(api, W, job)["items_skipped"]), (2, 0))
        self.assertEqual(api.job("willems", ids["processing"])["conditions"], ["cancelling"])
        self.assertEqual(worker.report({"claim": claim, "finish": {}})[0]["status"], 200)
        job, total = act(api, W, "cancel", filter=everything)
        self.assertEqual((total, await_job(api, W, job)["items_skipped"]), (2, 2))
        self.assertEqual({i["message"] for i in list_items(api, W, job)},
                         {"This job has finished already; there is nothing left to cancel."})

    def test_G5_only_what_may_be_seen(self):
        """A filter of Sam's that fits everything reaches nothing of others; nor does a number."""
        sam, stella, olivia = self.user("sam"), self.user("stella"), self.user("olivia")
        mine = sam.submit("harbour", *[{"type": "delete-client", "name": "Mine"}] * 3)
        other = stella.submit("harbour", *[{"type": "delete-client", "name": "Secret"}] * 3)
        automated = olivia.submit("harbour", {"type": "delete-client", "automated": True, "name": "Secret"})
        job, total = act(sam, H, "cancel", filter={})
        self.assertEqual(total, 3)
        self.assertEqual(await_job(sam, H, job)["state"], "success")
        states = {i: olivia.job("harbour", i)["state"] for i in mine + other + automated}
        self.assertEqual(states, {**dict.fromkeys(mine, "cancelled"), **dict.fromkeys(other + automated, "queued")})
        job, total = act(sam, H, "cancel", ids=other + automated + [10 ** 15])
        await_job(sam, H, job)
        items = list_items(sam, H, job)
        self.assertEqual([(i["label"], i["state"], i["message"]) for i in items],
                         [(f"Job {n}", "skipped", f"There is no job {n} here.")
                          for n in sorted(other + automated) + [10 ** 15]])
        self.assert_problem(stella.get(f"{H}/jobs/{job}"), 404)
        self.assert_problem(sam.post(H + "/jobs/actions", {"action": "cancel", "filter": {"q": "Secret"}}), 409,
                            "No job matches")
        self.worker().work_off("harbour")

    def test_words_relations_and_times(self):
        api = self.user("olivia")
        wanted = api.submit("riverside", *[
            {"type": "mail-class", "name": f"Zebra {i}",
             "references": [{"kind": "relation", "id": "zoo", "label": "Zoo"}]} for i in range(15)])
        api.submit("riverside", *[{"type": "mail-class", "name": f"Lion {i}"} for i in range(15)])
        for filter_ in ({"q": "zebra"}, {"relation": "zoo"}, {"q": "zebra", "relation": "zoo", "state": ["queued"]}):
            job, total = act(api, R, "retry-all", filter=filter_)
            await_job(api, R, job)
            self.assertEqual((total, [int(i["reference"]["id"]) for i in list_items(api, R, job)]),
                             (15, wanted), filter_)
        at = api.job("riverside", wanted[0])["created_at"]
        self.assert_problem(api.post(R + "/jobs/actions", {"action": "cancel", "filter": {"q": "zebra", "until": at}}), 409)
        self.worker().work_off("riverside")

    def test_what_is_refused_at_once(self):
        api = self.user("olivia")
        for body, field in (({}, "action"), ({"action": "explode", "filter": {}}, "action"),
                            ({"action": "delete"}, "ids"), ({"action": "delete", "ids": []}, "ids"),
                            ({"action": "delete", "ids": [1], "filter": {}}, "filter"),
                            ({"action": "delete", "ids": [0]}, "ids[0]"), ({"action": "delete", "ids": ["1"]}, "ids[0]"),
                            ({"action": "delete", "filter": {"colour": "red"}}, "filter.colour"),
                            ({"action": "delete", "filter": {"state": []}}, "filter.state"),
                            ({"action": "delete", "filter": {}, "force": True}, "force")):
            self.assert_problem(api.post(W + "/jobs/actions", body), 400, field=field)
        self.assert_problem(api.post(W + "/jobs/actions", {"action": "delete", "ids": list(range(1, 10002))}), 413)
        viewer = self.user("victor")
        for action, word in (("retry-failed", "retry"), ("retry-all", "retry"), ("cancel", "cancel"), ("delete", "delete")):
            self.assert_problem(viewer.post(W + "/jobs/actions", {"action": action, "filter": {}}), 403, word)

    def test_of_the_server_only(self):
        api, worker = self.user("olivia"), self.worker()
        waits = api.submit("willems", {"type": "send-statements", "run_at": "2099-01-01T00:00:00Z"})
        for kind in ("bulk-retry", "bulk-cancel", "bulk-delete"):
            self.assert_problem(api.post(W + "/jobs", {"type": kind}), 400, "can't be submitted")
            self.assert_problem(api.put(f"{W}/types/{kind}", {"name": "Mine"}), 400)
        job, _ = act(api, W, "retry-all", ids=waits)
        self.assertEqual(worker.claim(types=["bulk-retry", "bulk-cancel", "bulk-delete"]), [])
        self.assertEqual(await_job(api, W, job)["state"], "skipped")
        self.assert_problem(api.post(f"{W}/jobs/{job}/retry", {"items": "all"}), 409, "acted upon other jobs")
        self.assert_problem(api.post(f"{W}/jobs/{job}/copy", {"items": "all"}), 409, "acted upon other jobs")
        await_job(api, W, act(api, W, "cancel", ids=waits)[0])

    def test_G6_pause(self):
        """What waits is held back, what runs stops, and both go on when they are resumed."""
        api = self.user("olivia")
        self.worker().work_off("riverside")
        jobs = fill(api, "riverside", LARGE, "cancel-classes")
        job, total = act(api, R, "cancel", ids=jobs[:LARGE // 2])
        large, _ = act(api, R, "cancel", filter={"type": ["cancel-classes"]})
        await_job(api, R, large, lambda job: job["items_done"] > 0)
        self.assertEqual(api.post(R + "/pauses", {"types": ["bulk-cancel"]}).status, 201)
        held = await_job(api, R, large, lambda job: job["state"] == "queued")
        self.assertEqual(held["conditions"], ["paused"])
        waits, _ = act(api, R, "cancel", ids=jobs[:1])
        self.assertEqual(api.job("riverside", waits)["conditions"], ["paused"])
        self.assertEqual(api.job("riverside", large)["items_done"], held["items_done"])
        self.assertEqual(api.delete(R + "/pauses").status, 200)
        for each in (job, large, waits):
            self.assertIn(await_job(api, R, each)["state"], ("success", "skipped"))
        self.assertEqual(api.get(R + "/jobs/summary", type="cancel-classes").json["by_state"]["cancelled"], LARGE)

    def test_G4_cancelled_in_the_middle(self):
        api = self.user("olivia")
        jobs = fill(api, "heritage", LARGE, "check-fixity")
        base = "/v1/businesses/heritage"
        job, total = act(api, base, "cancel", filter={"type": ["check-fixity"]})
        self.assertEqual(total, len(jobs))
        await_job(api, base, job, lambda job: job["items_done"] > 0)
        self.assertEqual(api.post(f"{base}/jobs/{job}/cancel").status, 200)
        done = await_job(api, base, job)
        self.assertEqual(done["state"], "cancelled")
        cancelled = api.get(base + "/jobs/summary", type="check-fixity").json["by_state"]["cancelled"]
        succeeded = api.get(f"{base}/jobs/{job}/items", limit=1).json["counts"]
        self.assertEqual((succeeded["success"], succeeded["pending"]), (cancelled, 0))
        self.assertTrue(0 < cancelled < total)
        self.assertEqual(done["message"], f"{cancelled} jobs were cancelled, {total - cancelled} were left as they are.")

    def test_C1_G5_right_taken_away_in_the_middle(self):
        owner, sam = self.user("olivia"), self.user("sam")
        jobs = fill(sam, "willems", LARGE, "send-statements")
        job, _ = act(sam, W, "cancel", ids=jobs[:LARGE // 2])
        other, _ = act(sam, W, "cancel", filter={"type": ["send-statements"]})
        await_job(owner, W, job, lambda job: job["items_done"] > 0)
        answer = owner.patch(f"{W}/members/{sam.user}", {"role": "viewer"})
        self.assertEqual(answer.status, 200, answer.text)
        try:
            done = await_job(owner, W, job)
            self.assertEqual(done["state"], "failed")
            self.assertEqual(done["message"], "Sam Visser may not cancel jobs in this business any more.")
            self.assertEqual(await_job(owner, W, other)["state"], "failed")
            first, second = (owner.get(f"{W}/jobs/{i}/items", state="failed", limit=1).json for i in (job, other))
            self.assertEqual(first["items"][0]["message"], "Not done: " + done["message"])
            states = owner.get(W + "/jobs/summary", type="send-statements").json["by_state"]
            self.assertGreater(states["queued"], 0)
            self.assertEqual(states["cancelled"], first["counts"]["success"] + second["counts"]["success"])
        finally:
            owner.patch(f"{W}/members/{sam.user}", {"role": "staff"})
        await_job(owner, W, act(owner, W, "cancel", filter={"type": ["send-statements"], "state": ["queued"]})[0])


class Items(ServerTest):
    def make(self, api, *states):
        job = api.submit("willems", {"type": "send-invoices", "name": "November", "entity": "relations",
                                     "parameters": {"period": "2026-11"}, "priority": 4,
                                     "references": [{"kind": "task", "id": "t1", "label": "Task 1"}],
                                     "items": [{"label": f"Item {i + 1}", "parameters": {"n": i + 1},
                                                "reference": {"kind": "relation", "id": f"r{i + 1}"}}
                                               for i in range(len(states))]})[0]
        claim = self.worker().claim(businesses=["willems"])[0]
        self.assertEqual(claim["job"]["id"], job)
        self.worker().report({"claim": claim["claim"], "finish": {}, "items": [
            {"item": i + 1, "state": state, "message": state} for i, state in enumerate(states)]})
        return job

    def test_G3_retry_of_named_items(self):
        api = self.user("olivia")
        job = self.make(api, "success", "failed", "skipped", "failed", "success")
        self.assert_problem(api.post(f"{W}/jobs/{job}/retry", {"items": [6]}), 400, "no item 6", field="items")
        for wrong in ([], [0], ["2"], [2.5]):
            self.assert_problem(api.post(f"{W}/jobs/{job}/retry", {"items": wrong}), 400)
        answer = api.post(f"{W}/jobs/{job}/retry", {"items": [4, 1]})
        self.assertEqual((answer.status, answer.json["state"], answer.json["items_done"]), (200, "queued", 3))
        claim = self.worker().claim(businesses=["willems"])[0]
        self.assertEqual([item["item"] for item in claim["items"]], [1, 4])
        self.assert_problem(api.post(f"{W}/jobs/{job}/retry", {"items": [2]}), 409, "still running")
        self.worker().report({"claim": claim["claim"], "finish": {}, "items": [
            {"item": 1, "state": "success"}, {"item": 4, "state": "success"}]})
        self.assertEqual([item["state"] for item in list_items(api, W, job)],
                         ["success", "failed", "skipped", "success", "success"])
        self.assertEqual(api.job("willems", job)["state"], "failed")
        self.assert_problem(self.user("victor").post(f"{W}/jobs/{job}/retry", {"items": [2]}), 403, "retry")

    def test_G12_run_again_with_changes(self):
        api, ines = self.user("olivia"), self.user("ines")
        job = self.make(api, "success", "failed", "skipped")
        answer = ines.post(f"{W}/jobs/{job}/copy", {"items": "all"})
        self.assertEqual(answer.status, 201, answer.text)
        old, new = api.job("willems", job), answer.json
        self.assertNotEqual(new["id"], job)
        for member in ("name", "type", "entity", "parameters", "priority", "references", "items_total"):
            self.assertEqual(new[member], old[member], member)
        self.assertEqual((new["state"], new["items_done"], new["attempt"]), ("queued", 0, 0))
        self.assertEqual(new["created_by"]["id"], ines.user)
        same = ("item", "label", "reference")
        self.assertEqual([[item.get(m) for m in same] for item in list_items(api, W, new["id"])],
                         [[item.get(m) for m in same] for item in list_items(api, W, job)])
        claim = self.worker().claim(businesses=["willems"])[0]
        self.assertEqual([item["parameters"] for item in claim["items"]], [{"n": 1}, {"n": 2}, {"n": 3}])
        self.worker().report({"claim": claim["claim"], "finish": {}})

        changes = {"items": "failed", "name": "Again", "parameters": {"period": "2026-12"}, "priority": -1,
                   "run_at": "2099-01-01T00:00:00Z"}
        new = api.post(f"{W}/jobs/{job}/copy", changes).json
        self.assertEqual((new["name"], new["parameters"], new["priority"], new["conditions"], new["items_total"]),
                         ("Again", {"period": "2026-12"}, -1, ["scheduled"], 1))
        self.assertEqual(list_items(api, W, new["id"])[0]["label"], "Item 2")
        self.assertEqual(api.job("willems", job)["parameters"], {"period": "2026-11"}, "the old one stays")
        actions = api.get(f"{W}/jobs/{new['id']}/history").json["actions"]
        self.assertIn(("copy", f"Copied from job {job}"), [(a["action"], a["detail"]) for a in actions])
        api.post(f"{W}/jobs/{new['id']}/cancel")

    def test_G12_what_can_not_be_run_again(self):
        api = self.user("olivia")
        job = self.make(api, "success")
        self.assert_problem(api.post(f"{W}/jobs/{job}/copy", {"items": "failed"}), 409, "Nothing in this job failed")
        self.assert_problem(self.user("victor").post(f"{W}/jobs/{job}/copy", {"items": "all"}), 403, "submit")
        self.assert_problem(self.user("sam").post(f"{W}/jobs/{job}/copy", {"items": "all"}), 404)
        self.assert_problem(api.post(f"{W}/jobs/10000000/copy", {"items": "all"}), 404)
        for body, field in (({}, "items"), ({"items": [1]}, "items"), ({"items": "all", "state": "success"}, "state"),
                            ({"items": "all", "parameters": []}, "parameters"), ({"items": "all", "priority": 101}, "priority")):
            self.assert_problem(api.post(f"{W}/jobs/{job}/copy", body), 400, field=field)

    def test_G12_100000_items(self):
        api = self.user("olivia")
        job = api.submit("riverside", {"type": "mail-class", "items": [{"label": f"Item {i}"} for i in range(100000)]})[0]
        start = time.monotonic()
        new = api.post(f"{R}/jobs/{job}/copy", {"items": "all"}).json
        print(f"# copied 100,000 items in {time.monotonic() - start:.2f} s", flush=True)
        self.assertEqual(new["items_total"], 100000)
        self.assertEqual(api.get(f"{R}/jobs/{new['id']}/items", offset=99999).json["items"][0]["label"], "Item 99999")

    def test_C7_G12_undo_of_a_cancel_keeps_the_time(self):
        api = self.user("olivia")
        job = api.submit("willems", {"type": "send-invoices", "items": [{"label": "x"}], "run_at": "2099-01-01T00:00:00Z"})[0]
        api.post(f"{W}/jobs/{job}/cancel")
        answer = api.post(f"{W}/jobs/{job}/retry", {"items": "failed"}).json
        self.assertEqual((answer["state"], answer["conditions"], answer["run_at"]),
                         ("queued", ["scheduled"], "2099-01-01T00:00:00.000Z"))
        api.post(f"{W}/jobs/{job}/cancel")

    def test_E5_delete_only_what_has_ended(self):
        api, worker = self.user("olivia"), self.worker()
        job = api.submit("willems", {"type": "send-invoices"})[0]
        self.assert_problem(api.delete(f"{W}/jobs/{job}"), 409, "Cancel it before you delete it")
        claim = worker.claim(businesses=["willems"])[0]["claim"]
        self.assert_problem(api.delete(f"{W}/jobs/{job}"), 409, "running")
        api.post(f"{W}/jobs/{job}/cancel")
        self.assert_problem(api.delete(f"{W}/jobs/{job}"), 409, "running")
        worker.report({"claim": claim, "finish": {}})
        self.assertEqual(api.job("willems", job)["state"], "cancelled")
        self.assertEqual(api.delete(f"{W}/jobs/{job}").status, 204)
        job = api.submit("willems", {"type": "send-invoices"})[0]
        worker.work_off("willems")
        self.assertEqual(api.delete(f"{W}/jobs/{job}").status, 204)

    def test_D8_clear_leaves_what_is_active(self):
        api, worker = self.user("olivia"), self.worker()
        done = fill(api, "heritage", 700, "check-fixity")
        self.assertEqual(set(worker.work_off("heritage")), set(done))
        active = api.submit("heritage", *[{"type": "check-fixity"}] * 2,
                            {"type": "check-fixity", "run_at": "2099-01-01T00:00:00Z"})
        running = worker.claim(businesses=["heritage"])[0]["job"]["id"]
        cancelled = api.submit("heritage", {"type": "check-fixity"})[0]
        base = "/v1/businesses/heritage"
        api.post(f"{base}/jobs/{cancelled}/cancel")
        self.assertEqual(api.post(base + "/jobs/clear").json, {"cleared": 701})
        self.assertEqual(sorted(j["id"] for j in api.get(base + "/jobs").json["jobs"]), active)
        self.assertIn(running, active)


class Crash(ServerTest):
    def test_G4_G7_once_across_kill(self):
        """The server is killed in the middle: after the start each job is retried once, none left out."""
        api, worker = self.user("olivia"), self.worker()
        jobs = fill(api, "willems", LARGE, "send-invoices")
        worker.work_off("willems")
        job, total = act(api, W, "retry-all", filter={"type": ["send-invoices"], "state": ["success"]})
        self.assertEqual(total, len(jobs))
        await_job(api, W, job, lambda job: job["items_done"] > 0)
        self.server.kill()
        done_before = len(count_acts(self.server, "retry"))
        self.assertTrue(0 < done_before < total, done_before)
        self.server.start()
        done = await_job(api, W, job)
        self.assertEqual((done["state"], done["items_done"], done["attempt"]), ("success", total, 2))
        self.assertEqual(count_acts(self.server, "retry"), dict.fromkeys(jobs, 1))
        self.assertEqual(api.get(W + "/jobs/summary", type="send-invoices").json["by_state"]["queued"], total)
        for target in jobs[::LARGE // 10]:
            actions = [a["action"] for a in api.get(f"{W}/jobs/{target}/history").json["actions"]]
            self.assertEqual(actions.count("retry"), 1)
        history = api.get(f"{W}/jobs/{job}/history").json
        self.assertEqual([a["outcome"] for a in history["attempts"]], ["lapsed", "finished"])

    def test_orderly_restart(self):
        """Handed back when the server stops, so that it goes on at once."""
        api = self.user("olivia")
        jobs = fill(api, "harbour", LARGE, "upload-products")
        job, total = act(api, H, "cancel", filter={"type": ["upload-products"]})
        await_job(api, H, job, lambda job: job["items_done"] > 0)
        self.server.stop()
        self.server.start()
        done = await_job(api, H, job)
        self.assertEqual((done["items_done"], done["state"]), (total, "success"))
        self.assertEqual(count_acts(self.server, "cancel"), dict.fromkeys(jobs, 1))
        history = api.get(f"{H}/jobs/{job}/history").json
        self.assertEqual([a["outcome"] for a in history["attempts"]], ["released", "finished"])


class Many(ServerTest):
    COUNT = int(os.environ.get("BATCHWORK_BULK_JOBS", 5 * LARGE // 2))

    def test_G4_many_jobs(self):
        """In bounded memory, while others hardly wait, and with other people's small ones in between."""
        api = self.user("olivia")
        fill(api, "willems", self.COUNT, "send-invoices")
        small = self.user("sam").submit("harbour", *[{"type": "delete-client"}] * 3)
        before = get_memory(self.server)
        start = time.monotonic()
        job, total = act(api, W, "cancel", filter={"type": ["send-invoices"]})
        asked = time.monotonic() - start
        self.assertEqual(total, self.COUNT)
        waits, over, most = [], threading.Event(), before

        def use():
            other = self.server.sign_in("ines")
            while not over.is_set():
                began = time.monotonic()
                made = other.submit("riverside", {"type": "mail-class"})[0]
                waits.append(time.monotonic() - began)
                began = time.monotonic()
                other.get(W + "/jobs", limit=50)
                other.job("riverside", made)
                waits.append(time.monotonic() - began)

        thread = threading.Thread(target=use)
        thread.start()
        try:
            await_job(self.user("sam"), H, act(self.user("sam"), H, "cancel", ids=small)[0])
            in_between = api.job("willems", job)["items_done"]
            deadline = time.monotonic() + 10 * PATIENCE
            while (done := api.job("willems", job))["state"] not in FINISHED:
                self.assertLess(time.monotonic(), deadline)
                most = max(most, get_memory(self.server))
        finally:
            over.set()
            thread.join()
        took = time.monotonic() - start
        waits.sort()
        p99, growth = waits[len(waits) * 99 // 100], most - before
        print(f"# {total} jobs cancelled in {took:.1f} s ({total / took:.0f}/s), asked for in {1000 * asked:.0f} ms; "
              f"memory grew by {growth:.0f} MiB from {before:.0f}; {len(waits)} other requests: median "
              f"{1000 * waits[len(waits) // 2]:.1f} ms, p99 {1000 * p99:.0f} ms, longest {1000 * waits[-1]:.0f} ms", flush=True)
        self.assertEqual((done["state"], done["items_done"]), ("success", total))
        self.assertLess(in_between, total, "a small one does not wait for a large one")
        # A sanitizer keeps what is freed.
        self.assertLess(growth, 96 if PATIENCE <= 20 else 512)
        self.assertLess(p99, PATIENCE / 8)
        self.assertEqual(api.get(W + "/jobs/summary", type="send-invoices").json["by_state"]["cancelled"], total)
