# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes in may be anything: malformed, too large, too slow."""

import json
import socket
import time

from harness import PATIENCE, ServerTest, send_raw

CONFIG = """
[limits]
header-timeout=1
body-timeout=1
body-size=1048576
"""


class Http(ServerTest):
    def raw(self, *lines, body=b""):
        return send_raw(self.server, "\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    def assert_raw(self, answer, status, word=b""):
        self.assertTrue(answer.startswith(b"HTTP/1.1 %d" % status), answer[:300])
        self.assertIn(word, answer)
        # What follows in the same connection is not taken for another request.
        self.assertEqual(answer.count(b"HTTP/1.1 %d" % status), 1, answer)
        self.assertNotIn(b"HTTP/1.1 200", answer)

    def test_two_lengths(self):
        answer = self.raw("POST /v1/sessions HTTP/1.1", "Host: x", "Content-Type: application/json",
                          "Content-Length: 2", "Content-Length: 40", body=b"{}GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        self.assert_raw(answer, 400, b"ambiguous")

    def test_two_hosts(self):
        self.assert_raw(self.raw("GET /healthz HTTP/1.1", "Host: x", "Host: y"), 400, b"ambiguous")

    def test_length_and_encoding(self):
        answer = self.raw("POST /v1/sessions HTTP/1.1", "Host: x", "Content-Length: 4",
                          "Transfer-Encoding: chunked",
                          body=b"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        self.assert_raw(answer, 400)

    def test_two_encodings(self):
        answer = self.raw("POST /v1/sessions HTTP/1.1", "Host: x", "Transfer-Encoding: chunked",
                          "Transfer-Encoding: identity", body=b"0\r\n\r\n")
        self.assert_raw(answer, 400)

    def test_bad_lengths(self):
        for length in ("-1", "+2", "2x", "99999999999999999999", "0x10", ""):
            answer = self.raw("POST /v1/sessions HTTP/1.1", "Host: x", f"Content-Length: {length}",
                              body=b"{}")
            self.assertRegex(answer, rb"^HTTP/1.1 4(00|13)")

    def test_no_host(self):
        self.assert_raw(self.raw("GET /healthz HTTP/1.1"), 400)

    def test_not_http(self):
        for data in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n", b"GET /healthz\nHost: x\r\n\r\n",
                     b"\r\n" * 2000, b"\0" * 2000):
            self.assertNotIn(b" 200 ", send_raw(self.server, data, shut=True))

    def test_encoded_slash_and_nul(self):
        api = self.user("olivia")
        for path in ("/v1%2fme", "/v1/me%00", "/v1/businesses/willems/jobs/..%2F..%2Fme", "/v1/%zz",
                     "/v1/me?q=%00", "/v1/%ff%fe", "/v1/businesses/willems%5cx/jobs"):
            self.assert_problem(api.get(path), 400, "address")

    def test_dots_are_no_folders(self):
        self.assert_problem(self.user("olivia").get("/v1/businesses/../me"), 404)

    def test_unknown_addresses(self):
        api = self.user("olivia")
        for path in ("/", "/v1", "/v1/", "/v1/me/", "/v2/me", "/v1/businesses/willems/nothing",
                     "//healthz", "/v1/businesses//jobs", "/v1/businesses/willems/jobs/1/items/2"):
            self.assert_problem(api.get(path), 404)

    def test_other_methods(self):
        api = self.user("olivia")
        answer = api.request("PUT", "/v1/businesses/willems/jobs/1", b"{}")
        self.assert_problem(answer, 405, "GET, PATCH, DELETE")
        self.assertEqual(answer.headers["allow"], "GET, PATCH, DELETE")
        self.assertEqual(api.request("OPTIONS", "/v1/me").headers["allow"], "GET")
        self.assert_problem(api.request("BREW", "/v1/me"), 405)

    def test_head(self):
        api = self.user("olivia")
        answer = api.request("HEAD", "/v1/me")
        self.assertEqual((answer.status, answer.body), (200, b""))
        self.assertEqual(int(answer.headers["content-length"]), len(api.get("/v1/me").body))

    def test_large_header(self):
        answer = self.user("olivia").request("GET", "/v1/me", headers={"X-Much": "x" * 17000})
        self.assert_problem(answer, 431, "16384")
        answer = self.raw("GET /v1/me HTTP/1.1", "Host: x", "X-Much: " + "x" * 100000)
        self.assertRegex(answer, rb"^HTTP/1.1 431|^$")
        answer = self.raw("GET /v1/me?" + "x" * 100000 + " HTTP/1.1", "Host: x")
        self.assertRegex(answer, rb"^HTTP/1.1 41[34]|^HTTP/1.1 431|^$")

    def test_large_body(self):
        api = self.user("olivia")
        self.assert_problem(api.post("/v1/businesses/willems/jobs", b" " * 1048577), 413, "1048576")
        self.assertEqual(api.get("/v1/me").status, 200, "the connection goes on")

    def test_large_body_of_unknown_length(self):
        self.assert_raw(self.send_chunked(b" " * 65536, 17), 413, b"1048576")

    def send_chunked(self, part, count):
        chunk = b"%x\r\n%s\r\n" % (len(part), part)
        return self.raw("POST /v1/businesses/willems/jobs HTTP/1.1", "Host: x", "Connection: close",
                        "Content-Type: application/json", "Transfer-Encoding: chunked",
                        f"Authorization: Bearer {self.user('olivia').token}",
                        body=chunk * count + b"0\r\n\r\n")

    def test_body_where_none_is_taken(self):
        api = self.user("olivia")
        self.assertEqual(api.request("GET", "/v1/me", b"{}").status, 200)
        self.assert_problem(api.request("GET", "/v1/me", b"x" * 70000), 413, "65536")

    def test_chunked_body(self):
        body = json.dumps({"type": "send-invoices"}).encode()
        answer = self.send_chunked(body, 1)
        self.assertTrue(answer.startswith(b"HTTP/1.1 201"), answer)

    def test_expect_continue(self):
        """A refused body is not sent at all by a client that asks first."""
        with socket.create_connection((self.server.host, self.server.port), timeout=PATIENCE) as client:
            client.sendall(b"POST /v1/businesses/willems/jobs HTTP/1.1\r\nHost: x\r\n"
                           b"Content-Type: application/json\r\nContent-Length: 9999999\r\n"
                           b"Expect: 100-continue\r\n\r\n")
            self.assertTrue(client.recv(100).startswith(b"HTTP/1.1 413"))

    def test_slow_header(self):
        begun = time.monotonic()
        with socket.create_connection((self.server.host, self.server.port), timeout=PATIENCE) as client:
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
            answer = client.recv(1000)
        self.assertTrue(answer.startswith(b"HTTP/1.1 408"), answer)
        self.assertLess(time.monotonic() - begun, PATIENCE)

    def test_slow_body(self):
        with socket.create_connection((self.server.host, self.server.port), timeout=PATIENCE) as client:
            client.sendall(b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                           b"Content-Length: 100\r\n\r\n{")
            answer = client.recv(1000)
        self.assertTrue(answer.startswith(b"HTTP/1.1 408"), answer)
        head, _, body = answer.partition(b"\r\n\r\n")
        self.assertIn(b"Content-Length: %d" % len(body), head)
        self.assertEqual(json.loads(body)["status"], 408)

    def test_client_leaves_in_the_middle(self):
        for data in (b"GET /hea", b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\n",
                     b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                     b"Content-Length: 100\r\n\r\n{"):
            send_raw(self.server, data, shut=True)
        self.assertEqual(self.user("olivia").get("/v1/me").status, 200)

    def test_pipelined(self):
        one = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
        answer = send_raw(self.server, (one + b"\r\n") * 9 + one + b"Connection: close\r\n\r\n")
        self.assertEqual(answer.count(b"HTTP/1.1 200 OK"), 10)

    def test_not_json(self):
        api = self.user("olivia")
        path = "/v1/businesses/willems/jobs"
        for kind in ("text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""):
            self.assert_problem(api.request("POST", path, b"{}", {"Content-Type": kind}), 415)
        answer = api.request("POST", path, json.dumps({"type": "send-invoices"}),
                             {"Content-Type": "Application/JSON; charset=utf-8"})
        self.assertEqual(answer.status, 201)

    def test_broken_json(self):
        api = self.user("olivia")
        for body in (b"", b"{", b"[1,", b"{'type':1}", b"nul", b"{}{}", b"\xff\xfe", b'"\xed\xa0\x80"',
                     b'{"type":"a","type":"b"}', b"[" * 1000 + b"]" * 1000, b'{"a":' * 1000 + b"1" + b"}" * 1000,
                     b'{"type":"send-invoices","name":"\\u0000"}', b"5", b'"x"', b"null"):
            answer = api.post("/v1/businesses/willems/jobs", body)
            self.assert_problem(answer, 400)

    def test_unknown_parameters(self):
        api = self.user("olivia")
        path = "/v1/businesses/willems"
        for query in ("/jobs?nothing=1", "/jobs?limit=0", "/jobs?limit=1001", "/jobs?limit=x",
                      "/jobs?offset=-1", "/jobs?state=lost", "/jobs?created_by=olivia", "/jobs?from=today",
                      "/jobs?sort=shoe-size", "/jobs?after=rubbish", "/jobs?offset=1&after=x",
                      "/jobs?condition=bored", "/jobs/summary?limit=5", "/users?x=1", "/events?since=x",
                      "/events?until=5", "/relations?limit=0"):
            self.assert_problem(api.get(path + query), 400)


Http.options = {"config": CONFIG}
