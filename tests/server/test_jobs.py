# SPDX-License-Identifier: GPL-3.0-or-later
"""Handing jobs in, finding them again, and acting on them."""

from harness import ServerTest

W = "/v1/businesses/willems"
H = "/v1/businesses/heritage"
R = "/v1/businesses/riverside"


def make(count=3, **more):
    return {"type": "send-invoices", "entity": "relations",
            "items": [{"label": f"Relation {i}", "reference": {"kind": "relation", "id": f"r{i}"}}
                      for i in range(1, count + 1)], **more}


class Submitting(ServerTest):
    def test_one(self):
        api = self.user("olivia")
        answer = api.post(W + "/jobs", make(name="November", parameters={"month": 11},
                                            references=[{"kind": "task", "id": "t9", "label": "Task 9"}]))
        self.assertEqual(answer.status, 201)
        job = api.job("willems", answer.json["jobs"][0]["id"])
        self.assertEqual((job["name"], job["type_name"], job["state"]), ("November", "Send invoices", "queued"))
        self.assertEqual((job["items_total"], job["entity"], job["progress"]), (3, "relations", 0))
        self.assertEqual(job["parameters"], {"month": 11})
        self.assertEqual(job["created_by"]["name"], "Olivia Willems")
        self.assertEqual(job["references"], [{"kind": "task", "id": "t9", "label": "Task 9",
                                              "url": "https://office.example/tasks/t9"}])

    def test_many(self):
        api = self.user("olivia")
        ids = api.submit("willems", *[make(0, name=f"Job {i}") for i in range(100)])
        self.assertEqual(ids, sorted(set(ids)))
        self.assertEqual(api.job("willems", ids[42])["name"], "Job 42")

    def test_all_or_none(self):
        api = self.user("olivia")
        before = api.get(W + "/jobs/summary").json["total"]
        answer = api.post(W + "/jobs", [make(0), {"type": "send-invoices", "items": [{"label": ""}]}])
        self.assert_problem(answer, 400)
        self.assertIn("[1]", answer.json["field"])
        self.assertEqual(api.get(W + "/jobs/summary").json["total"], before)

    def test_idempotency_key(self):
        api = self.user("olivia")
        first = api.post(W + "/jobs", make(1, idempotency_key="n-1")).json["jobs"][0]
        again = api.post(W + "/jobs", make(2, idempotency_key="n-1")).json["jobs"][0]
        self.assertEqual((first["existing"], again["existing"], again["id"]), (False, True, first["id"]))
        other = api.post(H + "/jobs", {"type": "export-archive", "idempotency_key": "n-1"}).json["jobs"][0]
        self.assertFalse(other["existing"], "a key is of one business")

    def test_wrong_values(self):
        api = self.user("olivia")
        for body, field in (({}, "type"), ({"type": 7}, "type"), ({"type": "Send Invoices"}, "type"),
                            ({"type": "a" * 65}, "type"), (make(priority=101), "priority"),
                            (make(priority="high"), "priority"), (make(name="x" * 501), "name"),
                            (make(name="two\nlines"), "name"), (make(name="bell\a"), "name"),
                            (make(run_at="tomorrow"), "run_at"), (make(parameters=[]), "parameters"),
                            (make(colour="red"), "colour"), (make(items="all"), "items"),
                            (make(automated=1), "automated"), (make(idempotency_key="k" * 201), "idempotency_key"),
                            (make(priority=2 ** 70), "priority")):
            answer = api.post(W + "/jobs", body)
            self.assertIn(answer.status, (400, 413), answer.text)
            self.assertIn(field, answer.json.get("field", "") + answer.json["detail"], body)

    def test_bounds_are_named(self):
        api = self.user("olivia")
        answer = api.post(W + "/jobs", [{"type": "send-invoices"}] * 10001)
        self.assert_problem(answer, 413)
        self.assertIn("10000", answer.json["detail"].replace(",", "").replace(" ", ""))
        answer = api.post(W + "/jobs", make(parameters={"x": "y" * 300000}))
        self.assert_problem(answer, 413)

    def test_unknown_business(self):
        self.assert_problem(self.user("olivia").post("/v1/businesses/nowhere/jobs", make()), 404, "nowhere")

    def test_strange_names(self):
        api = self.user("olivia")
        for name in ("حساب شهر نوفمبر ‏١٢٣", "x" * 500, "é" * 500, "\u202e\u200frtl", "<b>&amp;\"'</b>",
                     "🧾 invoices", "e\u0301"):
            job = api.submit("willems", make(1, name=name))[0]
            self.assertEqual(api.job("willems", job)["name"], name)

    def test_E2_automated(self):
        job = self.user("olivia").submit("willems", make(1, automated=True))[0]
        self.assertTrue(self.user("olivia").job("willems", job)["automated"])
        self.assertEqual(self.user("olivia").job("willems", job)["created_by"], {"id": 0, "name": "System"})

    def test_scheduled(self):
        job = self.user("olivia").submit("willems", make(1, run_at="2099-01-01T00:00:00Z"))[0]
        job = self.user("olivia").job("willems", job)
        self.assertEqual((job["conditions"], job["run_at"]), (["scheduled"], "2099-01-01T00:00:00.000Z"))


class Listing(ServerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ids = cls.user("olivia").submit(
            "willems", *[make(i % 4, name=f"Batch {i:02}", type=("send-invoices", "send-statements")[i % 2])
                         for i in range(20)])
        cls.user("sam").submit("willems", make(2, name="Sam's"))
        cls.worker().work_off("willems", types=["send-statements"])

    def names(self, **query):
        answer = self.user("olivia").get(W + "/jobs", **query)
        self.assertEqual(answer.status, 200, answer.text)
        return [job["name"] for job in answer.json["jobs"]]

    def test_newest_first(self):
        self.assertEqual(self.names(limit=3), ["Sam's", "Batch 19", "Batch 18"])

    def test_D10_pages(self):
        """Pages by cursor and by offset tell the same list, each job once."""
        api = self.user("olivia")
        for sort in ("created_at", "-created_at", "name", "-name", "type", "-items", "state", "-finished_at",
                     "created_by"):
            whole = [job["id"] for job in api.get(W + "/jobs", sort=sort, limit=100).json["jobs"]]
            self.assertEqual(len(set(whole)), 21)
            seen, after = [], None
            while True:
                page = api.get(W + "/jobs", sort=sort, limit=6, **({"after": after} if after else {})).json
                self.assertEqual((page["total"], page["total_is_exact"]), (21, True))
                seen += [job["id"] for job in page["jobs"]]
                after = page["next"]
                if after is None:
                    break
            self.assertEqual(seen, whole, sort)
            by_offset = [job["id"] for offset in range(0, 21, 5)
                         for job in api.get(W + "/jobs", sort=sort, limit=5, offset=offset).json["jobs"]]
            self.assertEqual(by_offset, whole, sort)

    def test_A5_filters(self):
        everything = self.names(limit=100)
        self.assertEqual(len(self.names(type="send-statements", limit=100)), 10)
        self.assertEqual(self.names(type=["send-statements", "send-invoices"], limit=100), everything)
        self.assertEqual(self.names(created_by=self.user("sam").user), ["Sam's"])
        self.assertEqual(len(self.names(state="queued", limit=100)), 11)
        self.assertEqual(len(self.names(state=["queued", "success"], limit=100)), 21)
        self.assertEqual(self.names(relation="r3", q="Batch 03"), ["Batch 03"])
        self.assertEqual(self.names(until="2000-01-01T00:00:00Z"), [])
        self.assertEqual(self.names(**{"from": "2000-01-01T00:00:00Z", "limit": 100}), everything)
        self.assertEqual(self.names(condition="stalled"), [])

    def test_G2_counts_follow_the_filter(self):
        api = self.user("olivia")
        for query in ({}, {"type": "send-statements"}, {"state": "success"},
                      {"created_by": self.user("sam").user}, {"state": ["queued", "failed"]}):
            total = api.get(W + "/jobs", **query).json["total"]
            summary = api.get(W + "/jobs/summary", **query).json
            self.assertEqual(summary["total"], total)
            self.assertEqual(sum(summary["by_state"].values()), total)
        summary = api.get(W + "/jobs/summary").json
        self.assertEqual((summary["active"], summary["completed"], summary["failed"]), (11, 10, 0))

    def test_text(self):
        self.assertEqual(self.names(q="sam"), ["Sam's"])
        self.assertEqual(self.names(q="batch 07"), ["Batch 07"])
        self.assertEqual(self.names(q='" OR 1=1 --*)('), [])
        self.assert_problem(self.user("olivia").get(W + "/jobs", q="x" * 201), 400, "200")

    def test_suggestions(self):
        api = self.user("olivia")
        self.assertEqual({t["type"] for t in api.get(W + "/types").json["types"]},
                         {"send-invoices", "send-statements", "set-task-schedule", "change-task-field"})
        users = api.get(W + "/users").json["users"]
        self.assertEqual({u["login"] for u in users}, {"olivia", "sam"})
        self.assertEqual([u["name"] for u in api.get(W + "/users", q="vis").json["users"]], ["Sam Visser"])
        relations = api.get(W + "/relations", q="r2", limit=5).json["relations"]
        self.assertIn("r2", [r["id"] for r in relations])

    def test_types_are_set(self):
        answer = self.user("olivia").put(W + "/types/mail-reminders",
                                         {"name": "Mail reminders", "stalled_after_s": 60, "max_attempts": 2})
        self.assertEqual(answer.json, {"type": "mail-reminders", "name": "Mail reminders",
                                       "stalled_after_s": 60, "max_attempts": 2, "makes_result": False})
        self.assertEqual(self.worker().put(H + "/types/scan", {"name": "Scan"}).status, 200)
        self.assert_problem(self.user("ines").put(W + "/types/mail", {"name": "Mail"}), 403, "manage")
        self.assert_problem(self.user("olivia").put(W + "/types/Mail!", {"name": "Mail"}), 400, field="type")
        self.assert_problem(self.user("olivia").put(W + "/types/mail", {"name": ""}), 400, field="name")
        self.assert_problem(self.user("olivia").put(W + "/types/mail", {"name": "M", "stalled_after_s": 90000}),
                            400, field="stalled_after_s")


class Acting(ServerTest):
    def finish(self, job, states):
        claim = next(c for c in self.worker().claim(businesses=["willems"], max=100) if c["job"]["id"] == job)
        items = [{"item": i + 1, "state": state, "message": f"it was {state}"} for i, state in enumerate(states)]
        self.worker().report({"claim": claim["claim"], "items": items, "finish": {}})

    def test_unknown_jobs(self):
        api = self.user("olivia")
        for job in (10 ** 6, 2 ** 63 - 1, 2 ** 63, 2 ** 70, "-1", "0", "x", "1.5", "1e3", "+1", " 1", "%20"):
            self.assert_problem(api.get(f"{W}/jobs/{str(job).replace(' ', '%20')}"), 404)

    def test_C5_details(self):
        job = self.user("olivia").submit("willems", make(3, parameters={"a": [1, {"b": None}]}))[0]
        self.finish(job, ["success", "failed", "skipped"])
        api = self.user("olivia")
        detail = api.job("willems", job)
        self.assertEqual((detail["state"], detail["items_done"], detail["items_failed"], detail["progress"]),
                         ("failed", 3, 1, 1))
        self.assertGreater(detail["log_size"], 0)
        self.assertEqual(detail["stalled_after_s"], 3600)
        history = api.get(f"{W}/jobs/{job}/history").json
        self.assertEqual([a["outcome"] for a in history["attempts"]], ["finished"])
        self.assertEqual(history["actions"][0]["action"], "submit")

    def test_C3_who_changed_it_last_and_what_it_says(self):
        api = self.user("olivia")
        job = api.submit("willems", make(1))[0]
        before = api.job("willems", job)
        self.assertEqual((before["updated_by"], before["message"]), ("Olivia Willems", None))
        worker = self.worker()
        claim = worker.claim(businesses=["willems"], worker="office-1")[0]["claim"]
        worker.report({"claim": claim, "message": "Half way"})
        during = api.job("willems", job)
        self.assertEqual((during["updated_by"], during["message"], during["state"]), ("office-1", "Half way", "processing"))
        self.assertGreater(during["updated_at"], before["updated_at"])
        worker.report({"claim": claim, "finish": {"error": "The printer is on fire"}})
        self.user("adam").post(f"{W}/jobs/{job}/retry", {"items": "failed"})
        after = api.get(W + "/jobs", limit=1).json["jobs"][0]
        self.assertEqual((after["id"], after["updated_by"], after["state"]), (job, "Adam de Boer", "queued"))

    def test_A9_items(self):
        job = self.user("olivia").submit("willems", make(30))[0]
        claim = self.worker().claim(businesses=["willems"])[0]
        self.worker().report({"claim": claim["claim"], "items": [
            {"item": i, "state": "failed" if i < 4 else "success", "message": "it was failed" if i < 4 else None}
            for i in range(1, 24)]})
        api = self.user("olivia")
        page = api.get(f"{W}/jobs/{job}/items", limit=10).json
        self.assertEqual(page["counts"], {"pending": 7, "success": 20, "failed": 3, "skipped": 0, "cancelled": 0})
        self.assertEqual((page["total"], page["next"]), (30, 10))
        self.assertEqual(page["items"][0]["message"], "it was failed")
        self.assertEqual(page["items"][0]["reference"]["url"], "https://office.example/relations/r1")
        rest = api.get(f"{W}/jobs/{job}/items", after=10).json
        self.assertEqual(([i["item"] for i in rest["items"]], rest["next"]), (list(range(11, 31)), None))
        self.assertEqual(api.get(f"{W}/jobs/{job}/items", offset=28).json["items"][0]["item"], 29)
        failed = api.get(f"{W}/jobs/{job}/items", state="failed").json
        self.assertEqual([i["item"] for i in failed["items"]], [1, 2, 3])
        self.assertEqual(api.get(f"{W}/jobs/{job}/items", q="it was failed").json["total"], 3)
        self.assertEqual(api.get(f"{W}/jobs/{job}/items", relation="r17").json["total"], 1)
        self.assert_problem(api.get(f"{W}/jobs/{job}/items", state="odd"), 400, field="state")
        self.assert_problem(api.get(f"{W}/jobs/{job}/items", colour="red"), 400, field="colour")
        self.assert_problem(api.get(f"{W}/jobs/{job}/items", limit=10001), 400, field="limit")
        self.worker().report({"claim": claim["claim"], "finish": {}})

    def test_G12_edit(self):
        api = self.user("olivia")
        job = api.submit("willems", make(1, name="Old"))[0]
        answer = api.patch(f"{W}/jobs/{job}", {"name": "New", "parameters": {"x": 1}, "priority": 5,
                                               "run_at": "2099-05-05T05:05:05Z"})
        self.assertEqual(answer.status, 200, answer.text)
        self.assertEqual((answer.json["name"], answer.json["parameters"], answer.json["priority"]),
                         ("New", {"x": 1}, 5))
        self.assertEqual(answer.json["conditions"], ["scheduled"])
        answer = api.patch(f"{W}/jobs/{job}", {"run_at": None})
        self.assertEqual((answer.json["run_at"], answer.json["conditions"], answer.json["name"]), (None, [], "New"))
        self.assert_problem(api.patch(f"{W}/jobs/{job}", {"state": "success"}), 400)
        self.finish(job, ["success"])
        self.assert_problem(api.patch(f"{W}/jobs/{job}", {"priority": 1}), 409)

    def test_C7_retry(self):
        api = self.user("olivia")
        job = api.submit("willems", make(3))[0]
        self.assert_problem(api.post(f"{W}/jobs/{job}/retry", {"items": "failed"}), 409)
        self.finish(job, ["success", "failed", "success"])
        answer = api.post(f"{W}/jobs/{job}/retry", {"items": "failed"})
        self.assertEqual((answer.status, answer.json["state"]), (200, "queued"))
        claim = self.worker().claim(businesses=["willems"])[0]
        self.assertEqual([i["item"] for i in claim["items"]], [2], "only what failed is done again")
        self.worker().report({"claim": claim["claim"], "items": [{"item": 2, "state": "success"}], "finish": {}})
        self.assertEqual(api.job("willems", job)["state"], "success")
        for body in ({}, {"items": "some"}, {"items": 1}, {"items": "all", "now": True}):
            self.assert_problem(api.post(f"{W}/jobs/{job}/retry", body), 400)

    def test_E6_cancel(self):
        api = self.user("olivia")
        job = api.submit("willems", make(2))[0]
        self.assertEqual(api.post(f"{W}/jobs/{job}/cancel").json["state"], "cancelled")
        self.assert_problem(api.post(f"{W}/jobs/{job}/cancel"), 409)
        running = api.submit("willems", make(2))[0]
        claim = self.worker().claim(businesses=["willems"])[0]
        self.assertEqual(api.post(f"{W}/jobs/{running}/cancel").json["conditions"], ["cancelling"])
        self.assertEqual(self.worker().report({"claim": claim["claim"]})[0]["directive"], "cancel")
        self.worker().report({"claim": claim["claim"], "finish": {}})
        self.assertEqual(api.job("willems", running)["state"], "cancelled")

    def test_D7_delete(self):
        api = self.user("olivia")
        job = api.submit("willems", make(1))[0]
        self.assert_problem(api.delete(f"{W}/jobs/{job}"), 409)
        self.finish(job, ["success"])
        self.assertEqual(api.delete(f"{W}/jobs/{job}").status, 204)
        self.assert_problem(api.get(f"{W}/jobs/{job}"), 404)
        self.assert_problem(api.delete(f"{W}/jobs/{job}"), 404)

    def test_D8_clear(self):
        api = self.user("olivia")
        api.submit("riverside", *[{"type": "mail-class"}] * 5)
        self.worker().work_off("riverside")
        active = api.submit("riverside", {"type": "mail-class"})[0]
        self.assertEqual(api.post(R + "/jobs/clear").json, {"cleared": 5})
        self.assertEqual([j["id"] for j in api.get(R + "/jobs").json["jobs"]], [active])
        self.assertEqual(api.post(R + "/jobs/clear").json, {"cleared": 0})


class Rights(ServerTest):
    def test_C1_rights_to_act(self):
        job = self.user("olivia").submit("willems", make(1))[0]
        path = f"{W}/jobs/{job}"
        viewer = self.user("victor")
        self.assertEqual(viewer.get(path).status, 200)
        self.assert_problem(viewer.post(W + "/jobs", make()), 403, "submit")
        self.assert_problem(viewer.patch(path, {"priority": 1}), 403, "edit")
        self.assert_problem(viewer.post(path + "/retry", {"items": "all"}), 403, "retry")
        self.assert_problem(viewer.post(path + "/cancel"), 403, "cancel")
        self.assert_problem(viewer.delete(path), 403, "delete")
        self.assert_problem(viewer.post(W + "/jobs/clear"), 403, "delete")
        self.assert_problem(viewer.post(W + "/pauses", {"all": True}), 403, "pause")
        self.assert_problem(viewer.delete(W + "/pauses"), 403, "pause")
        self.assert_problem(viewer.post("/v1/claims", {"worker": "w"}), 403)

    def test_A4_G5_what_may_not_be_seen_is_not_there(self):
        """Lists, counts, suggestions, details, actions and files of others' jobs."""
        sam, stella, olivia = self.user("sam"), self.user("stella"), self.user("olivia")
        mine = sam.submit("harbour", {"type": "delete-client", "name": "Sam's own",
                                      "references": [{"kind": "relation", "id": "own", "label": "Own"}]})[0]
        other = stella.submit("harbour", {"type": "upload-products", "name": "Stella's",
                                          "references": [{"kind": "relation", "id": "secret", "label": "Secret"}]})[0]
        automated = olivia.submit("harbour", {"type": "upload-products", "automated": True})[0]
        path = "/v1/businesses/harbour"
        self.assertEqual([j["id"] for j in sam.get(path + "/jobs").json["jobs"]], [mine])
        self.assertEqual(sam.get(path + "/jobs").json["total"], 1)
        self.assertEqual(sam.get(path + "/jobs", q="Stella").json["total"], 0)
        self.assertEqual(sam.get(path + "/jobs", relation="secret").json["total"], 0)
        self.assertEqual(sam.get(path + "/jobs/summary").json["total"], 1)
        self.assertEqual([u["login"] for u in sam.get(path + "/users").json["users"]], ["sam"])
        self.assertEqual([r["id"] for r in sam.get(path + "/relations").json["relations"]], ["own"])
        for job in (other, automated):
            one = f"{path}/jobs/{job}"
            for answer in (sam.get(one), sam.get(one + "/items"), sam.get(one + "/log"),
                           sam.get(one + "/history"), sam.get(one + "/result"), sam.delete(one),
                           sam.patch(one, {"priority": 1}), sam.post(one + "/cancel"),
                           sam.post(one + "/retry", {"items": "all"})):
                self.assert_problem(answer, 404)
        self.assertEqual(len(olivia.get(path + "/jobs").json["jobs"]), 3)
        # Clearing removes what the user sees, and nothing else.
        self.worker().work_off("harbour")
        sam.post(path + "/jobs/clear")
        self.assertEqual(olivia.get(path + "/jobs").json["total"], 2)

    def test_B1_businesses_are_apart(self):
        olivia = self.user("olivia")
        job = olivia.submit("heritage", {"type": "export-archive"})[0]
        self.assert_problem(olivia.get(f"{W}/jobs/{job}"), 404)
        self.assert_problem(olivia.post(f"{W}/jobs/{job}/cancel"), 404)
        self.assertEqual(olivia.get(f"{H}/jobs/{job}").status, 200)
