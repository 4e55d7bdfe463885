# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages of jobs and items to take away: who may, what is in them, what is put on record."""

from harness import ServerTest
from stores import read_store

W = "/v1/businesses/willems"


def make(name, count=0):
    return {"type": "send-invoices", "name": name,
            "items": [{"label": f"Relation {i}"} for i in range(1, count + 1)]}


class Exporting(ServerTest):
    def read_audit(self):
        return read_store(self.server.store,
                          "SELECT actor, job, detail FROM action WHERE action = 'export' ORDER BY id")

    def export_all(self, api, limit, **wanted):
        jobs, after = [], {}
        while True:
            answer = api.post(W + "/jobs/export", {"filter": wanted, "limit": limit, **after})
            self.assertEqual(answer.status, 200, answer.text)
            jobs += answer.json["jobs"]
            if answer.json["next"] is None:
                return jobs, answer.json
            after = {"after": answer.json["next"]}

    def test_G8_pages_hold_each_job_once_in_the_list_s_order(self):
        api = self.user("olivia")
        api.submit("willems", *[make(f"Page {i % 7:02}") for i in range(250)])
        for sort in ("-created_at", "created_at", "name", "-type", "created_by", "state"):
            jobs, last = self.export_all(api, 60, sort=sort, type=["send-invoices"])
            listed = api.get(W + "/jobs", limit=1000, sort=sort, type="send-invoices").json
            self.assertEqual([job["id"] for job in jobs], [job["id"] for job in listed["jobs"]], sort)
            self.assertEqual((last["total"], last["total_is_exact"]), (listed["total"], True))
        self.assertEqual(jobs[0], next(job for job in listed["jobs"] if job["id"] == jobs[0]["id"]))

    def test_G8_picked_jobs_come_as_picked(self):
        api = self.user("olivia")
        a, b, c = api.submit("willems", make("a"), make("b"), make("c"))
        answer = api.post(W + "/jobs/export", {"ids": [b, 999999999, c, a]})
        self.assertEqual([job["id"] for job in answer.json["jobs"]], [b, c, a])
        self.assertEqual((answer.json["total"], answer.json["next"]), (3, None))

    def take_export_from(self, login):
        """A user who may see everything and take nothing away."""
        owner, user = self.user("olivia"), self.server.sign_in(login)
        role = owner.post(W + "/roles", {"name": f"Reader {login}", "permissions": ["view-own", "view-all"]})
        self.assertEqual(role.status, 201, role.text)
        answer = owner.patch(f"{W}/members/{user.user}", {"role": role.json["id"]})
        self.assertEqual(answer.status, 200, answer.text)
        return user

    def test_G5_only_what_one_may_see(self):
        olivia, reader = self.user("olivia"), self.take_export_from("victor")
        hers, = olivia.submit("willems", make("Hers"))
        for answer in (reader.post(W + "/jobs/export", {"ids": [hers]}),
                       reader.post(W + "/jobs/export", {"filter": {}}),
                       reader.post(f"{W}/jobs/{hers}/items/export")):
            self.assert_problem(answer, 403)
            self.assertIn("export", answer.json["detail"])
        sam = self.user("sam")
        his, = sam.submit("willems", make("His"))
        for answer in (sam.post(W + "/jobs/export", {"ids": [hers, his]}),
                       sam.post(W + "/jobs/export", {"filter": {}})):
            self.assertEqual({job["created_by"]["name"] for job in answer.json["jobs"]}, {self.name_of(sam)})
            self.assertEqual(answer.json["total"], len(answer.json["jobs"]))
        self.assert_problem(sam.post(f"{W}/jobs/{hers}/items/export"), 404)
        self.assert_problem(olivia.post(f"{W}/jobs/99999999/items/export"), 404)

    def name_of(self, api):
        return api.get("/v1/me").json["user"]["name"]

    def test_G8_items_page_by_page(self):
        api = self.user("olivia")
        job, = api.submit("willems", make("Items", 25))
        items, after = [], 0
        while after is not None:
            answer = api.post(f"{W}/jobs/{job}/items/export", {"limit": 10, "after": after})
            self.assertEqual(answer.json["total"], 25)
            items += answer.json["items"]
            after = answer.json["next"]
        self.assertEqual([item["item"] for item in items], list(range(1, 26)))
        answer = api.post(f"{W}/jobs/{job}/items/export", {"q": "Relation 25", "state": ["pending"]})
        self.assertEqual([item["item"] for item in answer.json["items"]], [25])
        self.assertEqual(api.post(f"{W}/jobs/{job}/items/export", {"state": ["failed"]}).json["items"], [])

    def test_G9_an_export_is_on_record_once(self):
        api = self.user("adam")
        job, = api.submit("willems", make("Recorded", 3), )
        api.submit("willems", *[make("More") for _ in range(4)])
        before = len(self.read_audit())
        jobs, _ = self.export_all(api, 2, state=["queued"])
        api.post(W + "/jobs/export", {"ids": [job]})
        api.post(f"{W}/jobs/{job}/items/export", {"state": ["pending"]})
        entries = self.read_audit()[before:]
        self.assertEqual([(actor, about) for actor, about, _ in entries],
                         [(self.name_of(api), 0), (self.name_of(api), 0), (self.name_of(api), job)])
        self.assertEqual([detail for *_, detail in entries],
                         [f"{len(jobs)} jobs: state=queued", "1 jobs: picked from a list",
                          "3 items, state=pending"])
        self.assert_problem(api.post(W + "/jobs/export", {"filter": {"state": ["lost"]}}), 400)
        self.assertEqual(len(self.read_audit()), before + 3, "what is refused is not on record")

    def test_wrong_values(self):
        api = self.user("olivia")
        for body, field in (({}, "filter"), ({"ids": [1], "filter": {}}, "ids"), ({"ids": [0]}, "ids[0]"),
                            ({"ids": [1], "after": "x"}, "ids"), ({"filter": {"colour": 1}}, "filter.colour"),
                            ({"filter": {"state": []}}, "filter.state"), ({"filter": {}, "limit": 10001}, "limit"),
                            ({"filter": {}, "limit": 0}, "limit"), ({"filter": {}, "all": True}, "all")):
            answer = api.post(W + "/jobs/export", body)
            self.assert_problem(answer, 400)
            self.assertEqual(answer.json["field"], field, body)
        self.assert_problem(api.post(W + "/jobs/export", {"filter": {}, "after": "nonsense"}), 400)
        self.assert_problem(api.post(W + "/jobs/export", {"ids": list(range(1, 10002))}), 413)
