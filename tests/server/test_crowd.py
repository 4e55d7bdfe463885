# SPDX-License-Identifier: GPL-3.0-or-later
"""A crowd of slow and hostile clients; ./dev bench slow has the large one, with figures."""

import resource
import socket
import time
import unittest

from harness import PATIENCE, Server

W = "/v1/businesses/willems"
CROWD = 800
# Far less than the crowd could take; with the caches of threads that had nothing to do before.
ROOM = 64 * 1024 * 1024
CONFIG = "[limits]\nheader-timeout=3\nbody-timeout=3\n"


class Crowd(unittest.TestCase):
    def setUp(self):
        resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
        self.server = Server(config=CONFIG)
        self.olivia = self.server.sign_in("olivia")
        self.olivia.submit("willems", *[{"type": "send-invoices", "name": "x" * 400}] * 1000)
        self.crowd = []

    def tearDown(self):
        for client in self.crowd:
            client.close()
        self.olivia.close()
        self.server.end()

    def memory(self):
        with open(f"/proc/{self.server.process.pid}/smaps_rollup", encoding="ascii") as file:
            return 1024 * sum(int(line.split()[1]) for line in file if line.startswith("Private_"))

    def come(self, request, count=CROWD):
        for _ in range(count):
            client = socket.socket()
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            client.settimeout(PATIENCE)
            client.connect((self.server.host, self.server.port))
            client.sendall(request.replace("TOKEN", self.olivia.token).encode())
            self.crowd.append(client)

    def check_healthy(self, grown_from):
        times = []
        for i in range(50):
            begun = time.monotonic()
            self.assertEqual(self.olivia.get("/v1/me").status, 200)
            if i % 5 == 0:
                self.olivia.submit("willems", {"type": "send-invoices"})
            times.append(time.monotonic() - begun)
        self.assertLess(sorted(times)[-2], 2, "nobody waits for the crowd")
        self.assertLess(self.memory() - grown_from, ROOM)

    def test_slow_headers_and_bodies_are_ended_and_told(self):
        before = self.memory()
        self.come("GET /v1/me HTTP/1.1\r\nHost: x\r\nX: ")
        self.come(f"POST {W}/jobs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer TOKEN\r\n"
                  "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n[")
        self.check_healthy(before)
        for client in self.crowd:
            self.assertTrue(client.recv(1000).startswith(b"HTTP/1.1 408"))
        self.server.await_metric("batchwork_connections", 2)

    def test_answers_that_are_never_read(self):
        """What they take in all is bounded: 500 of more than half a megabyte, by cutting off the oldest."""
        before = self.memory()
        self.come(f"GET {W}/jobs?limit=1000 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer TOKEN\r\n\r\n", 500)
        deadline = time.monotonic() + PATIENCE
        while self.server.metric("batchwork_connections") > 250:
            self.assertLess(time.monotonic(), deadline, "the oldest are cut off")
        self.check_healthy(before + ROOM)

    def test_event_streams_that_are_never_read(self):
        before = self.memory()
        self.come(f"GET {W}/events?since=0 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer TOKEN\r\n\r\n")
        self.server.await_metric("batchwork_event_streams", CROWD)
        for _ in range(5):
            self.olivia.submit("willems", *[{"type": "send-invoices", "name": "y" * 400}] * 100)
        self.check_healthy(before)
