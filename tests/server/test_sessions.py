# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing in and out, and what a token is worth."""

import unittest

from harness import PASSWORD, Server, ServerTest
from stores import change_store


class Sessions(ServerTest):
    def test_sign_in(self):
        answer = self.server.api().post("/v1/sessions", {"user": "olivia", "password": PASSWORD})
        self.assertEqual(answer.status, 201)
        self.assertEqual(answer.json["user"]["name"], "Olivia Willems")

    def test_me(self):
        me = self.user("sam").get("/v1/me").json
        self.assertEqual(me["user"]["login"], "sam")
        self.assertEqual([b["id"] for b in me["businesses"]],
                         ["harbour", "heritage", "riverside", "willems"])
        self.assertEqual(me["businesses"][0]["role"], "staff")
        self.assertNotIn("view-all", me["businesses"][0]["permissions"])

    def test_D11_nothing_without_a_token(self):
        for method, path in (("GET", "/v1/me"), ("GET", "/v1/businesses/willems/jobs"),
                             ("GET", "/v1/businesses/willems/events"), ("POST", "/v1/claims"),
                             ("POST", "/v1/reports"), ("DELETE", "/v1/sessions/current"),
                             ("PUT", "/v1/claims/1/result")):
            answer = self.server.api().request(method, path, b"{}" if method != "GET" else None)
            self.assert_problem(answer, 401, "Sign in")
            self.assertIn("Bearer", answer.headers["www-authenticate"])

    def test_unknown_token(self):
        for token in ("bw_" + "A" * 43, "bw_short", "x" * 1000):
            self.assert_problem(self.server.api(token).get("/v1/me"), 401)

    def test_unknown_user(self):
        answer = self.server.api().post("/v1/sessions", {"user": "nobody", "password": "x"})
        self.assert_problem(answer, 401, "Wrong user name or password")

    def test_worker_has_no_password(self):
        answer = self.server.api().post("/v1/sessions", {"user": "demo-worker", "password": ""})
        self.assert_problem(answer, 401)

    def test_incomplete(self):
        api = self.server.api()
        self.assert_problem(api.post("/v1/sessions", {"user": "sam"}), 400, field="password")
        self.assert_problem(api.post("/v1/sessions", {"user": 1, "password": "x"}), 400, field="user")
        self.assert_problem(api.post("/v1/sessions", {"user": "sam", "password": "x", "pin": 1}), 400)

    def test_sign_out(self):
        api = self.server.sign_in("victor")
        other = self.server.sign_in("victor")
        self.assertEqual(api.get("/v1/me").status, 200)
        self.assertEqual(api.delete("/v1/sessions/current").status, 204)
        self.assert_problem(api.get("/v1/me"), 401, "Sign in again")
        self.assertEqual(other.get("/v1/me").status, 200)

    def test_sign_out_ends_event_streams(self):
        api = self.server.sign_in("victor")
        events = api.events("willems")
        self.assertEqual(self.server.api(api.token).delete("/v1/sessions/current").status, 204)
        self.assertEqual(events.next()[1], "rights")
        self.assertIsNone(events.next())


class Throttle(unittest.TestCase):
    def setUp(self):
        self.server = Server()

    def tearDown(self):
        self.server.end()

    def try_in(self, login, password):
        return self.server.api().post("/v1/sessions", {"user": login, "password": password})

    def test_failures_are_slowed_down(self):
        for _ in range(7):
            answer = self.try_in("ines", "wrong")
            if answer.status == 429:
                break
            self.assertEqual(answer.status, 401)
        self.assertEqual(answer.status, 429, "the seventh wrong password was not held back")
        self.assertGreaterEqual(int(answer.headers["retry-after"]), 1)
        # Held back means that even the right password is not looked at.
        self.assertEqual(self.try_in("ines", PASSWORD).status, 429)
        # Others from the same address are not.
        self.assertEqual(self.try_in("adam", PASSWORD).status, 201)


class Lapse(unittest.TestCase):
    def test_a_lapsed_session_is_none(self):
        server = Server()
        try:
            api = server.sign_in("olivia")
            self.assertEqual(api.get("/v1/me").status, 200)
            server.stop()
            change_store(server.store, "UPDATE session SET expires_at = 1000 WHERE expires_at IS NOT NULL")
            server.start()
            answer = api.get("/v1/me")
            self.assertEqual(answer.status, 401)
            self.assertIn("lapsed", answer.json["detail"])
            self.assertEqual(server.worker().get("/v1/me").status, 200, "a worker's token never lapses")
        finally:
            server.end()
