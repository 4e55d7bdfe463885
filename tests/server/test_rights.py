# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing is seen or changed that should not be: every operation, every role, two businesses."""

import re
import threading
import unittest

from harness import CONTRACT, PATIENCE
from rights_office import PASSWORD, Office
from stores import read_store
from rights_table import (ACTORS, B, BUSINESSES, BY_THEMSELVES, LINES, NOBODY, PEOPLE, PROGRAMS, kind_of,
                          may_see, rights)

OPERATIONS = [operation for operation in CONTRACT.operations if operation in LINES]


class OfficeTest(unittest.TestCase):
    """Tests that share one office."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.office = Office()

    @classmethod
    def tearDownClass(cls):
        cls.office.end()

    def assert_shows_no_more(self, actor, answer, what):
        """Not a word of what the actor may not see, be it in the answer or in its header."""
        text = answer.text + str(answer.headers)
        for word in self.office.hidden_words(actor):
            self.assertIsNone(re.search(re.escape(word) + r"\b(?!-)", text), f"{what} shows {word}: {text}")

    def assert_problem(self, answer, status, *words, field=None):
        self.assertEqual(answer.status, status, answer.text)
        for word in words:
            self.assertIn(word, answer.json["detail"])
        if field is not None:
            self.assertEqual(answer.json.get("field"), field)

    def await_job(self, api, business, job):
        """Waits until a job is finished; returns it."""
        events = api.events(business, since=0)
        found = events.until(lambda e: e[1] == "job" and e[2]["job"]["id"] == job
                             and e[2]["job"]["finished_at"] is not None)[-1][2]["job"]
        events.close()
        return found


class Table(OfficeTest):
    """The tests of this class are made below, one an operation."""

    def test_D11_every_operation_is_in_the_table(self):
        missing = [f"{method} {path}" for method, path in CONTRACT.operations
                   if (method, path) not in LINES and (method, path) not in BY_THEMSELVES]
        self.assertEqual(missing, [], "give each a line in rights_table.py")
        self.assertEqual(set(LINES) & BY_THEMSELVES, set())

    def try_one(self, operation, actor, business, target, sees):
        """One request; target: the job that it is tried on, or None."""
        (method, template), line, office = operation, LINES[operation], self.office
        thing = line.make(office, actor, business, target) if line.make else target
        body = line.body(office, actor, business, target) if callable(line.body) else line.body
        if body is None and method in ("POST", "PUT", "PATCH"):
            body = {}
        path = re.sub(r"\{(?!business)\w+\}", str(thing), template).format(business=business) + line.query
        before = [office.revision(name) for name in BUSINESSES]
        answer = office.api(actor).request(method, path, body)
        expected = line.expect(actor, business, sees)
        what = f"{actor}: {method} {path} {body}"
        self.assertEqual(answer.status, expected, f"{what}: {answer.text}")
        self.assert_shows_no_more(actor, answer, what)
        if expected >= 400:
            self.assertEqual([office.revision(name) for name in BUSINESSES], before,
                             f"{what} was refused, and changed something")
        elif line.check:
            line.check(self, office, actor, business, answer)
        if line.blind and expected < 400:
            self.check_bulk(actor, business, answer.json["job"]["id"])
            self.assertEqual(target in [job["id"] for job in office.all_jobs(business)], not sees, what)

    def check_bulk(self, actor, business, bulk):
        """What a job that acts on others tells of those that its owner does not see: their number."""
        api = self.office.api(actor)
        self.await_job(api, business, bulk)
        for part in ("", "/items", "/log", "/history"):
            self.assert_shows_no_more(actor, api.get(f"/v1/businesses/{business}/jobs/{bulk}{part}"), part)

    def try_all(self, operation):
        line, office = LINES[operation], self.office
        for business in BUSINESSES:
            for actor in ACTORS:
                if not line.on:
                    self.try_one(operation, actor, business, None, True)
                    continue
                for _, job, owner, automated in office.targets(business, actor, line.on):
                    self.try_one(operation, actor, business, job,
                                 may_see(actor, business, owner, automated))
                if rights(actor, business) is not None:
                    # A number of the other business: there is none such here, for nobody.
                    other = "harbour" if business == "willems" else "willems"
                    self.try_elsewhere(operation, actor, business, office.all_jobs(other)[0]["id"])

    def try_elsewhere(self, operation, actor, business, job):
        (method, template), line, office = operation, LINES[operation], self.office
        body = line.body(office, actor, business, job) if callable(line.body) else line.body
        if body is None and method in ("POST", "PUT", "PATCH"):
            body = {}
        path = template.replace("{id}", str(job)).format(business=business)
        others = [name for name in BUSINESSES if not line.blind or name != business]
        before = [office.revision(name) for name in others]
        answer = office.api(actor).request(method, path, body)
        self.assertEqual(answer.status, line.expect(actor, business, False), f"{actor}: {method} {path}")
        self.assert_shows_no_more(actor, answer, path)
        self.assertEqual([office.revision(name) for name in others], before)
        if line.blind and answer.status < 400:
            self.check_bulk(actor, business, answer.json["job"]["id"])


def add_tests():
    for operation in OPERATIONS:
        method, path = operation
        _, definition = CONTRACT.resolve("/paths/" + path.replace("/", "~1") + "/" + method.lower())
        name = "test_A4_C1_D11_E2_G5_" + definition["operationId"]

        def test(self, operation=operation):
            self.try_all(operation)

        test.__name__ = name
        setattr(Table, name, test)


add_tests()


class Outside(OfficeTest):
    """Operations that are inside no business."""

    def test_D11_nobody(self):
        api = self.office.api(NOBODY)
        for method, path in (("GET", "/v1/me"), ("PUT", "/v1/me/password"), ("POST", "/v1/claims"),
                             ("POST", "/v1/reports"), ("PUT", "/v1/claims/1/result"),
                             ("DELETE", "/v1/sessions/current"), ("GET", "/v1/businesses/willems/events")):
            answer = api.request(method, path, {} if method != "GET" else None)
            self.assert_problem(answer, 401)
        for path in ("/healthz", "/v1/openapi.yaml"):
            self.assertEqual(api.get(path).status, 200)

    def test_D11_me(self):
        for actor in ACTORS:
            if actor == NOBODY:
                continue
            me = self.office.api(actor).get("/v1/me").json
            found = {b["id"]: set(b["permissions"]) for b in me["businesses"]}
            expected = {b: rights(actor, b) for b in BUSINESSES if rights(actor, b) is not None}
            self.assertEqual(found, expected, actor)
            roles = {b["id"]: b["role"] for b in me["businesses"]}
            where = PEOPLE.get(actor) or PROGRAMS[actor][1]
            self.assertEqual(roles, {b: role for b, (role, _) in where.items()})
        me = self.office.api("nadia").get("/v1/me").json
        self.assertEqual(me["businesses"][0]["role_name"], "Night auditor")

    def test_D11_claims(self):
        """Work is for a business's workers, and for who manages it."""
        office = self.office
        for business in BUSINESSES:
            for actor in ACTORS:
                may = rights(actor, business)
                expected = (401 if actor == NOBODY else 404 if may is None
                            else 200 if "manage" in may or kind_of(actor) == "worker" else 403)
                office.job(business, BUSINESSES[business], state="queued")
                answer = office.api(actor).post("/v1/claims", {"worker": "w", "businesses": [business]})
                self.assertEqual(answer.status, expected, f"{actor} in {business}: {answer.text}")
                if expected != 200:
                    self.assert_shows_no_more(actor, answer, "claims")
                for claim in answer.json.get("claims", []):
                    office.api(actor).report({"claim": claim["claim"], "finish": {}})

    def test_D11_claims_of_others(self):
        """A claim is its worker's alone: others can neither report under it nor send a file."""
        office = self.office
        job = office.job("willems", "olivia", state="queued")
        office.api("worker-willems").work_off("willems", types=["archive-export"])
        claim = [c for c in office.api("worker-willems").claim(businesses=["willems"], max=100)
                 if c["job"]["id"] == job][0]
        before = office.revision("willems")
        for actor in [actor for actor in ACTORS if actor != NOBODY]:
            api = office.api(actor)
            answer = api.post("/v1/reports", {"reports": [
                {"claim": claim["claim"], "items": [{"item": 1, "state": "failed"}], "finish": {}}]})
            self.assertEqual(answer.json["results"][0]["status"], 409, actor)
            answer = api.put(f"/v1/claims/{claim['claim']}/result", b"x",
                             Content_Disposition='attachment; filename="x"')
            self.assertIn(answer.status, (404, 409), actor)
        self.assertEqual(office.revision("willems"), before)
        self.assertEqual(office.api("worker-willems").report(
            {"claim": claim["claim"], "items": [{"item": 1, "state": "success"}], "finish": {}})[0]["status"], 200)


class Streams(OfficeTest):
    def read_until_pauses(self, events):
        """The events up to the news that pauses changed, which everybody is told."""
        return events.until(lambda e: e[1] == "pauses")

    def tell_all(self, business):
        owner = self.office.api(BUSINESSES[business])
        owner.delete(f"/v1/businesses/{business}/pauses")
        owner.post(f"/v1/businesses/{business}/pauses", {"types": ["archive-export"]})

    def test_A4_C1_E2_G5_streamEvents(self):
        """Live and from the past alike, each is told of what they may see, deletions included."""
        office = self.office
        for business in BUSINESSES:
            members = [a for a in ACTORS if a != NOBODY and rights(a, business) is not None]
            for actor in ACTORS:
                if actor not in members:
                    self.assert_problem(office.api(actor).get(f"/v1/businesses/{business}/events"),
                                        401 if actor == NOBODY else 404)
            since = office.revision(business)
            live = {actor: office.api(actor).events(business) for actor in members}
            jobs = office.targets(business, "olivia" if business == "willems" else "dora", "failed")
            gone = jobs[0][1]
            office.api(BUSINESSES[business]).delete(f"/v1/businesses/{business}/jobs/{gone}")
            self.tell_all(business)
            for actor in members:
                past = office.api(actor).events(business, since=since)
                expected = {job for _, job, owner, automated in jobs
                            if may_see(actor, business, owner, automated)}
                for events in (live[actor], past):
                    seen = self.read_until_pauses(events)
                    ids = {e[2]["job"]["id"] if e[1] == "job" else e[2]["id"] for e in seen
                           if e[1] in ("job", "deleted")}
                    self.assertEqual(ids, expected, f"{actor} in {business}")
                    self.assertEqual(gone in expected, any(e[1] == "deleted" for e in seen), actor)
                    self.assertNotIn("rights", [e[1] for e in seen])
                    events.close()

    def test_A4_G5_a_right_taken_away_mid_stream(self):
        """While jobs of others come all the time, their news stops with the right to see them."""
        office = self.office
        office.join("willems", "thea", "viewer")
        thea, stop = office.api("thea"), threading.Event()
        events = thea.events("willems")

        def submit():
            api = office.server.api(office.api("stella").token)
            while not stop.is_set():
                api.submit("willems", *[{"type": "send-invoices", "name": "marker-stella"}] * 3)
            api.close()

        thread = threading.Thread(target=submit)
        thread.start()
        try:
            before = events.until(lambda e: e[1] == "job")
            office.join("willems", "thea", "staff")
            # From the moment that the change is answered, requests see nothing either.
            self.assertEqual(thea.get("/v1/businesses/willems/jobs").json["total"], 0)
            self.assertEqual(thea.get("/v1/businesses/willems/jobs/summary").json["total"], 0)
            late = thea.events("willems", since=0)
            before += events.until(lambda e: e[1] == "rights")
            count = office.revision("willems")
            while office.revision("willems") < count + 200:
                pass
        finally:
            stop.set()
            thread.join()
        self.tell_all("willems")
        self.assertEqual([e[1] for e in self.read_until_pauses(events)], ["pauses"])
        self.assertEqual({e[1] for e in self.read_until_pauses(late)} - {"pauses"}, set())
        self.assertIn("job", [e[1] for e in before])
        events.close()
        late.close()
        office.leave("willems", "thea")

    def test_E2_an_added_permission_comes_and_goes_at_once(self):
        office = self.office
        office.join("willems", "thea", "staff")
        thea = office.api("thea")
        events = thea.events("willems")
        job = office.job("willems", "olivia", True)
        path = f"/v1/businesses/willems/jobs/{job}"
        self.assertEqual(thea.get(path).status, 404)
        office.join("willems", "thea", "staff", ["view-automated"])
        self.assertEqual(thea.get(path).status, 200)
        self.assertEqual(events.next()[1], "rights")
        other = office.job("willems", "olivia", True)
        events.until(lambda e: e[1] == "job" and e[2]["job"]["id"] == other)
        office.join("willems", "thea", "staff")
        self.assertEqual(thea.get(path).status, 404)
        self.assertEqual(events.until(lambda e: e[1] == "rights")[-1][1], "rights")
        events.close()
        office.leave("willems", "thea")

    def test_C1_a_role_changes_for_all_who_have_it(self):
        office, roles = self.office, "/v1/businesses/willems/roles"
        role = office.api("olivia").post(roles, {"name": "Watch", "permissions": ["view-all"]}).json["id"]
        office.join("willems", "thea", role)
        thea = office.api("thea")
        job = office.job("willems", "stella")
        retry = f"/v1/businesses/willems/jobs/{job}/retry"
        events = thea.events("willems")
        self.assert_problem(thea.post(retry, {"items": "all"}), 403, "retry")
        office.api("olivia").patch(f"{roles}/{role}", {"permissions": ["view-all", "retry"]})
        self.assertEqual(thea.post(retry, {"items": "all"}).status, 200)
        events.until(lambda e: e[1] == "rights")
        office.api("olivia").patch(f"{roles}/{role}", {"permissions": []})
        events.until(lambda e: e[1] == "rights")
        self.assertIsNone(events.next(), "without a right to see anything, the stream ends")
        self.assert_problem(thea.get(f"/v1/businesses/willems/jobs/{job}"), 403)
        self.assertEqual(thea.get("/v1/me").json["businesses"][0]["permissions"], [])
        office.leave("willems", "thea")

    def test_D11_who_is_removed_is_out_at_once(self):
        office = self.office
        office.join("willems", "thea", "administrator")
        thea = office.api("thea")
        events = thea.events("willems")
        office.leave("willems", "thea")
        self.assert_problem(thea.get("/v1/businesses/willems/jobs"), 404)
        self.assertEqual(thea.get("/v1/me").json["businesses"], [])
        self.assertEqual(events.next()[1], "rights")
        self.assertIsNone(events.next())

    def test_new_names_are_told(self):
        office, settings = self.office, "/v1/businesses/harbour/settings"
        events = office.api("dora").events("harbour")
        office.api("nora").patch(settings, {"name": "Harbour & Sons"})
        self.assertEqual(events.next()[1], "rights")
        names = {b["id"]: b["name"] for b in office.api("dora").get("/v1/me").json["businesses"]}
        self.assertEqual(names["harbour"], "Harbour & Sons")
        events.close()


class Bulk(OfficeTest):
    def test_E2_G5_clear_removes_what_one_sees(self):
        office, path = self.office, "/v1/businesses/willems/jobs/clear"
        for actor in [a for a in ACTORS if "delete" in (rights(a, "willems") or ())]:
            jobs = office.targets("willems", actor, "failed")
            visible = {job["id"] for job in office.visible(actor, "willems") if job["finished_at"]}
            hidden = {job["id"] for job in office.all_jobs("willems")} - visible
            self.assertEqual(office.api(actor).post(path).json["cleared"], len(visible), actor)
            self.assertEqual({job["id"] for job in office.all_jobs("willems")}, hidden)
            self.assertTrue({job for _, job, owner, automated in jobs
                             if not may_see(actor, "willems", owner, automated)} <= hidden)

    @unittest.skipUnless(("POST", B + "jobs/actions") in CONTRACT.operations, "no actions on many jobs")
    def test_E2_G5_an_action_on_everything_is_on_what_one_sees(self):
        office, path = self.office, "/v1/businesses/willems/jobs/actions"
        for actor in [a for a in ACTORS if "delete" in (rights(a, "willems") or ())]:
            office.targets("willems", actor, "failed")
            visible = {job["id"] for job in office.visible(actor, "willems") if job["state"] == "failed"}
            hidden = {job["id"] for job in office.all_jobs("willems")} - visible
            answer = office.api(actor).post(path, {"action": "delete", "filter": {"state": ["failed"]}})
            self.assertEqual((answer.status, answer.json.get("total")), (201, len(visible)), actor)
            bulk = self.await_job(office.api(actor), "willems", answer.json["job"]["id"])
            self.assertEqual(bulk["items_total"], len(visible), actor)
            self.assertEqual({job["id"] for job in office.all_jobs("willems")} - {bulk["id"]}, hidden, actor)
            items = office.api(actor).get(f"/v1/businesses/willems/jobs/{bulk['id']}/items", limit=1000)
            self.assert_shows_no_more(actor, items, "the bulk job")


class Workers(OfficeTest):
    def make_worker(self, name):
        answer = self.office.api("olivia").post("/v1/businesses/willems/tokens",
                                                {"name": name, "kind": "worker"})
        self.assertEqual(answer.status, 201, answer.text)
        return answer.json["id"], self.office.server.api(answer.json["token"])

    def test_G5_a_token_taken_away_while_it_works(self):
        office = self.office
        number, worker = self.make_worker("gone")
        office.api("worker-willems").work_off("willems")
        job = office.api("sam").submit("willems", {"type": "send-invoices",
                                                   "items": [{"label": "a"}, {"label": "b"}]})[0]
        claim = worker.claim(businesses=["willems"])[0]["claim"]
        worker.report({"claim": claim, "items": [{"item": 1, "state": "success"}]})
        other = self.office.server.api(worker.token)
        office.api("olivia").delete(f"/v1/businesses/willems/tokens/{number}")
        self.assert_problem(worker.post("/v1/reports", {"reports": [{"claim": claim, "finish": {}}]}), 401)
        answer = other.put(f"/v1/claims/{claim}/result", b"x", Content_Disposition='attachment; filename="x"')
        self.assert_problem(answer, 401)
        # Another worker gets the rest, and what was done stays done.
        again = office.api("worker-willems").claim(businesses=["willems"], wait_s=min(PATIENCE, 60))[0]
        self.assertEqual((again["job"]["id"], [i["item"] for i in again["items"]]), (job, [2]))
        office.api("worker-willems").report({"claim": again["claim"], "finish": {}})
        for api in (worker, other):
            api.close()

    def test_G5_a_claim_that_waits_is_asked_again(self):
        office = self.office
        number, worker = self.make_worker("waiting")
        office.api("worker-willems").work_off("willems")
        waiting, answers = office.server.metric("batchwork_waiting_claims"), []
        thread = threading.Thread(target=lambda: answers.append(
            worker.post("/v1/claims", {"worker": "w", "businesses": ["willems"], "wait_s": 60})))
        thread.start()
        office.server.await_metric("batchwork_waiting_claims", waiting + 1)
        office.api("olivia").delete(f"/v1/businesses/willems/tokens/{number}")
        job = office.api("sam").submit("willems", {"type": "send-invoices"})[0]
        thread.join(PATIENCE)
        self.assertFalse(thread.is_alive(), "the claim was not asked again")
        self.assert_problem(answers[0], 401)
        self.assertIn(job, office.api("worker-willems").work_off("willems"))
        worker.close()

    def test_G5_who_manages_no_longer_works_no_longer(self):
        office = self.office
        office.join("willems", "thea", "administrator")
        thea = office.api("thea")
        office.api("worker-willems").work_off("willems")
        office.api("sam").submit("willems", {"type": "send-invoices"})
        claim = thea.claim(businesses=["willems"])[0]["claim"]
        office.join("willems", "thea", "full-user")
        self.assertEqual(thea.report({"claim": claim, "finish": {}})[0],
                         {"claim": claim, "status": 409, "directive": "cancel"})
        self.assert_problem(thea.post("/v1/claims", {"worker": "w", "businesses": ["willems"]}), 403)
        office.leave("willems", "thea")

    def test_renewed(self):
        number, worker = self.make_worker("renewed")
        token = self.office.api("olivia").post(f"/v1/businesses/willems/tokens/{number}/renew").json["token"]
        self.assert_problem(worker.get("/v1/me"), 401)
        self.assertEqual(self.office.server.api(token).get("/v1/me").status, 200)
        worker.close()


class Record(OfficeTest):
    def test_G9_all_administration_is_on_record(self):
        office, owner, b = self.office, self.office.api("olivia"), "/v1/businesses/willems/"
        office.join("willems", "thea", "staff")
        office.join("willems", "thea", "viewer", ["pause"])
        office.leave("willems", "thea")
        role = owner.post(b + "roles", {"name": "Brief", "permissions": ["view-own"]}).json["id"]
        owner.patch(b + "roles/" + role, {"name": "Briefer"})
        owner.delete(b + "roles/" + role)
        token = owner.post(b + "tokens", {"name": "Short", "kind": "application"}).json["id"]
        owner.post(f"{b}tokens/{token}/renew")
        owner.delete(f"{b}tokens/{token}")
        owner.patch(b + "settings", {"retention_days": 60})
        rows = read_store(office.store, "SELECT actor, action, detail FROM action WHERE business = 1"
                                        " ORDER BY id DESC LIMIT 10")
        self.assertEqual(rows[::-1], [
            ("Olivia", "member-add", "Thea (thea): Staff"),
            ("Olivia", "member-change", "Thea (thea): Staff → Viewer, also pause"),
            ("Olivia", "member-remove", "Thea (thea): Viewer, also pause"),
            ("Olivia", "role-add", "Brief: view-own"),
            ("Olivia", "role-change", "Briefer: view-own"),
            ("Olivia", "role-remove", "Briefer: view-own"),
            ("Olivia", "token-add", "Short (application): Staff"),
            ("Olivia", "token-renew", "Short (application): Staff"),
            ("Olivia", "token-remove", "Short (willems/short): Staff"),
            ("Olivia", "settings-change", "finished jobs are kept for: 90 → 60 days")])

    def test_members_and_when_they_were_last_here(self):
        office, path = self.office, "/v1/businesses/willems/members"
        office.api("victor").get("/v1/businesses/willems/jobs")
        members = {m["user"]["login"]: m for m in office.api("olivia").get(path).json["members"]}
        self.assertEqual(set(members), {login for login in PEOPLE if rights(login, "willems") is not None}
                         | {"worker-willems"} | {f"willems/{name}" for name in PROGRAMS})
        self.assertIsNotNone(members["victor"]["last_seen_at"])
        self.assertEqual(members["percy"]["added"], ["view-automated", "pause"])
        self.assertEqual(members["nadia"]["role_name"], "Night auditor")
        self.assertEqual({m["user"]["kind"] for m in members.values()}, {"person", "application", "worker"})
        tokens = {t["name"]: t for t in office.api("olivia").get("/v1/businesses/willems/tokens").json["tokens"]}
        self.assertEqual(set(tokens), {"worker-willems", "ledger", "press"})
        self.assertEqual((tokens["ledger"]["created_by"], tokens["worker-willems"]["created_by"]),
                         ("Olivia", None))
        self.assertIsNone(tokens["ledger"]["last_used_at"], "it was made, and never used")
