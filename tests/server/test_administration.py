# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of administration: nobody becomes more than somebody who may have it says."""

import subprocess

from harness import BATCHWORKD, in_parallel
from rights_office import PASSWORD
from test_rights import OfficeTest

W = "/v1/businesses/willems/"
NEW = "another horse battery"


class Rules(OfficeTest):
    def member(self, name):
        return f"{W}members/{self.office.ids[name]}"

    def setUp(self):
        self.olivia, self.adam = self.office.api("olivia"), self.office.api("adam")

    def test_D11_nobody_grants_what_they_do_not_have(self):
        self.olivia.post(W + "roles", {"name": "Clerk", "permissions": ["view-own", "submit", "manage"]})
        self.office.join("willems", "thea", "clerk")
        clerk = self.office.api("thea")
        more = {"name": "X", "kind": "worker", "added": ["view-all"]}
        for answer in (clerk.post(W + "members", {"login": "nora", "role": "viewer"}),
                       clerk.post(W + "members", {"login": "nora", "role": "clerk", "added": ["pause"]}),
                       clerk.post(W + "tokens", more),
                       clerk.post(W + "roles", {"name": "Boss", "permissions": ["view-all"]}),
                       clerk.patch(W + "roles/clerk", {"permissions": ["view-all", "manage"]}),
                       clerk.patch(self.member("thea"), {"role": "administrator"}),
                       clerk.patch(self.member("thea"), {"added": ["view-all"]}),
                       clerk.patch(self.member("sam"), {"password": NEW}),
                       clerk.patch(self.member("adam"), {"name": "Madam"})):
            self.assert_problem(answer, 403)
        self.assertEqual(set(clerk.get("/v1/me").json["businesses"][0]["permissions"]),
                         {"view-own", "submit", "manage"})
        self.assert_problem(clerk.get(f"{W}jobs/{self.office.job('willems', 'stella')}"), 404)
        # Within what the clerk has, it works.
        answer = clerk.post(W + "members", {"login": "nora", "role": "clerk"})
        self.assertEqual((answer.status, answer.json["role_name"]), (201, "Clerk"))
        self.assertEqual(clerk.delete(self.member("nora")).status, 204)
        self.office.leave("willems", "thea")

    def test_only_an_owner_makes_an_owner(self):
        for answer in (self.adam.patch(self.member("adam"), {"role": "owner"}),
                       self.adam.post(W + "members", {"login": "nora", "role": "owner"}),
                       self.adam.post(W + "tokens", {"name": "X", "kind": "application", "role": "owner"}),
                       self.adam.patch(self.member("olivia"), {"role": "staff"}),
                       self.adam.patch(self.member("olivia"), {"added": []}),
                       self.adam.patch(self.member("olivia"), {"password": NEW}),
                       self.adam.delete(self.member("olivia"))):
            self.assert_problem(answer, 403, "owner")
        self.assertEqual(self.olivia.patch(self.member("adam"), {"role": "owner"}).json["role"], "owner")
        self.assertEqual(self.olivia.patch(self.member("adam"), {"role": "administrator"}).status, 200)

    def test_the_last_owner_stays(self):
        self.assert_problem(self.olivia.delete(self.member("olivia")), 409, "last owner")
        self.assert_problem(self.olivia.patch(self.member("olivia"), {"role": "viewer"}), 409, "last owner")
        # Two owners who remove each other at the same time: one stays.
        self.assertEqual(self.olivia.patch(self.member("adam"), {"role": "owner"}).status, 200)
        answers = in_parallel([lambda: self.olivia.patch(self.member("adam"), {"role": "administrator"}),
                               lambda: self.adam.patch(self.member("olivia"), {"role": "administrator"})])
        self.assertEqual(sorted(answer.status for answer in answers), [200, 403])
        members = {m["user"]["login"]: m["role"] for m in self.adam.get(W + "members").json["members"]}
        self.assertEqual(sorted((members["olivia"], members["adam"])), ["administrator", "owner"])
        if members["adam"] == "owner":
            self.adam.patch(self.member("olivia"), {"role": "owner"})
            self.olivia.patch(self.member("adam"), {"role": "administrator"})

    def test_whose_password_may_be_set(self):
        self.assert_problem(self.olivia.patch(self.member("dora"), {"password": NEW}), 403, "businesses")
        self.assert_problem(self.olivia.patch(self.member("dora"), {"name": "Dora the Other"}), 403)
        self.assert_problem(self.olivia.patch(self.member("olivia"), {"password": NEW}), 409, field="password")
        self.assert_problem(self.olivia.patch(self.member("ledger"), {"password": NEW}), 409, "token")
        self.assert_problem(self.olivia.patch(self.member("victor"), {"password": "short"}), 400,
                            field="password")
        victor = self.office.server.sign_in("victor", PASSWORD)
        events = victor.events("willems")
        self.assertEqual(self.adam.patch(self.member("victor"), {"password": NEW}).status, 200)
        self.assert_problem(victor.get("/v1/me"), 401)
        self.assertEqual(events.until(lambda e: e[1] == "rights")[-1][1], "rights")
        self.assertIsNone(events.next())
        self.office.server.sign_in("victor", NEW)
        victor.close()

    def test_adding_who_is_there(self):
        self.assert_problem(self.olivia.post(W + "members", {"login": "mallory", "role": "staff"}), 400,
                            "name and a password", field="name")
        self.assert_problem(self.olivia.post(W + "members", {"login": "nora", "role": "staff", "name": "N",
                                                            "password": NEW}), 409, field="login")
        self.office.server.sign_in("nora", PASSWORD)
        self.assert_problem(self.olivia.post(W + "members", {"login": "sam", "role": "staff"}), 409)
        self.assert_problem(self.olivia.post(W + "members", {"login": "nora", "role": "boss"}), 400,
                            field="role")
        self.assert_problem(self.olivia.post(W + "members", {"login": "nora", "role": "staff",
                                                            "added": ["fly"]}), 400, "fly", field="added")
        self.assert_problem(self.olivia.post(W + "members", {"login": "worker-harbour", "role": "staff"}),
                            409, "token")

    def test_C1_roles(self):
        answer = self.olivia.post(W + "roles", {"name": "Nachtploeg", "permissions": ["view-all", "retry"]})
        self.assertEqual(answer.json, {"id": "nachtploeg", "name": "Nachtploeg", "builtin": False,
                                       "permissions": ["view-all", "retry"], "members": 0})
        self.assert_problem(self.olivia.post(W + "roles", {"name": "Nachtploeg", "permissions": []}), 409,
                            field="name")
        self.office.join("willems", "thea", "nachtploeg")
        self.assert_problem(self.olivia.delete(W + "roles/nachtploeg"), 409, "1 of")
        for role in ("owner", "staff"):
            self.assert_problem(self.olivia.delete(W + "roles/" + role), 409, "comes with Batchwork")
            self.assert_problem(self.olivia.patch(W + "roles/" + role, {"permissions": []}), 409)
        # A role of one business is none in another.
        self.assert_problem(self.office.api("nora").patch("/v1/businesses/harbour/roles/nachtploeg",
                                                          {"name": "X"}), 404)
        roles = {role["id"]: role for role in self.olivia.get(W + "roles").json["roles"]}
        self.assertEqual((roles["nachtploeg"]["members"], roles["owner"]["builtin"]), (1, True))
        self.office.leave("willems", "thea")
        self.assertEqual(self.olivia.delete(W + "roles/nachtploeg").status, 204)

    def test_settings(self):
        before = self.olivia.get(W + "settings").json
        self.assertEqual((before["name"], before["references"]), ("Willems Accountants", {}))
        new = {"name": "Willems & Co", "retention_days": 30,
               "references": {"relation": "https://office.example/{id}"}}
        self.assertEqual(self.olivia.patch(W + "settings", new).json, new)
        self.assertEqual(self.olivia.patch(W + "settings", {}).json, new)
        job = self.olivia.submit("willems", {"type": "send-invoices",
                                             "references": [{"kind": "relation", "id": "R 7"}]})[0]
        self.assertEqual(self.olivia.job("willems", job)["references"][0]["url"], "https://office.example/R%207")
        for wrong, field in (({"retention_days": 0}, "retention_days"), ({"name": ""}, "name"),
                             ({"references": {"x": "javascript:{id}"}}, "references.x"), ({"more": 1}, "more")):
            self.assert_problem(self.olivia.patch(W + "settings", wrong), 400, field=field)
        self.olivia.patch(W + "settings", before)

    def test_own_password(self):
        server, path = self.office.server, "/v1/me/password"
        mine, other = (server.sign_in("ines", PASSWORD) for _ in range(2))
        events, going_on = other.events("willems"), mine.events("willems")
        self.assert_problem(mine.put(path, {"old": "wrong", "new": NEW}), 403, field="old")
        self.assert_problem(mine.put(path, {"old": PASSWORD, "new": "short"}), 400, field="new")
        self.assert_problem(self.office.api("ledger").put(path, {"old": "", "new": NEW}), 409, "token")
        self.assertEqual(mine.put(path, {"old": PASSWORD, "new": NEW}).status, 204)
        self.assertEqual(mine.get("/v1/me").status, 200)
        self.assert_problem(other.get("/v1/me"), 401)
        self.assertEqual(events.next()[1], "rights")
        self.assertIsNone(events.next())
        job = mine.submit("willems", {"type": "send-invoices"})[0]
        self.assertEqual(going_on.next()[2]["job"]["id"], job, "one's own stream goes on, and is told nothing")
        going_on.close()
        self.assert_problem(server.api().post("/v1/sessions", {"user": "ines", "password": PASSWORD}), 401)
        server.sign_in("ines", NEW)
        # With a token alone, nobody finds out the password by trying.
        statuses = [mine.put(path, {"old": "wrong", "new": NEW}).status for _ in range(8)]
        self.assertEqual((statuses[0], statuses[-1]), (403, 429))
        for api in (mine, other):
            api.close()


class CommandLine(OfficeTest):
    def run_command(self, *arguments, good=True):
        result = subprocess.run([BATCHWORKD, *arguments, "--store", self.office.server.store], text=True,
                                input=NEW + "\n", capture_output=True, check=False)
        self.assertEqual(result.returncode, 0 if good else 1, result.stderr)
        return result

    def test_D11_users_and_passwords_on_the_command_line(self):
        office = self.office
        office.api("olivia").post(W + "roles", {"name": "Day shift", "permissions": ["view-all"]})
        office.server.stop()
        # Held by none of the businesses but one: then nothing is made at all.
        result = self.run_command("add-user", "--user", "gus", "--name", "Gus", "--business", "willems",
                                  "--business", "harbour", "--role", "day-shift", "--password-file", "-",
                                  good=False)
        self.assertIn("There is no role “day-shift”. There are: owner", result.stderr)
        self.run_command("add-user", "--user", "gus", "--name", "Gus", "--business", "willems", "--role",
                         "day-shift", "--password-file", "-")
        self.run_command("set-password", "--user", "olivia", "--password-file", "-")
        self.assertIn("no user", self.run_command("set-password", "--user", "press", "--password-file", "-",
                                                  good=False).stderr)
        office.server.start()
        me = office.server.sign_in("gus", NEW).get("/v1/me").json
        self.assertEqual([(b["role_name"], b["permissions"]) for b in me["businesses"]],
                         [("Day shift", ["view-all"])])
        self.assert_problem(office.api("olivia").get("/v1/me"), 401, "signed in no longer")
        olivia = office.server.sign_in("olivia", NEW)
        audit = olivia.get(W + "audit", limit=2)
        self.assertEqual([(e["actor"], e["action"], e["detail"]) for e in audit.json["entries"]],
                         [("Command line", "password-set", "Olivia"),
                          ("Command line", "member-add", "Gus (gus): Day shift")])
