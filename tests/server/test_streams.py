# SPDX-License-Identifier: GPL-3.0-or-later
"""Many event streams: who leaves is gone, who stalls costs the others nothing, bounds hold."""

import os
import resource
import shutil
import socket
import tempfile
import time
import unittest

from harness import PATIENCE, Server, ServerTest, make_certificate, make_tls_context

W = "/v1/businesses/willems"
JOB = {"type": "send-invoices"}


class Streams(ServerTest):
    def test_reader_who_leaves_is_gone_at_once(self):
        olivia = self.user("olivia")
        streams = [olivia.events("harbour") for _ in range(20)]
        self.server.await_metric("batchwork_event_streams", 20)
        begun = time.monotonic()
        for stream in streams:
            stream.close()
        self.server.await_metric("batchwork_event_streams", 0)
        self.assertLess(time.monotonic() - begun, 10, "before a ping would find out")

    def test_answer_is_whole_http(self):
        with socket.create_connection((self.server.host, self.server.port), timeout=PATIENCE) as client:
            client.sendall(f"GET {W}/events HTTP/1.0\r\nHost: x\r\nAuthorization: Bearer "
                           f"{self.user('olivia').token}\r\n\r\n".encode())
            text = b""
            while b"hello" not in text:
                text += client.recv(10000)
        head = text.partition(b"\r\n\r\n")[0].decode().split("\r\n")
        self.assertEqual(head[0], "HTTP/1.1 200 OK")
        fields = dict(line.split(": ") for line in head[1:])
        self.assertRegex(fields.pop("Date"), r"^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} GMT$")
        self.assertEqual(fields, {"Content-Type": "text/event-stream", "Connection": "close",
                                  "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
                                  "X-Accel-Buffering": "no"})

    def test_stalled_reader_costs_the_others_nothing(self):
        """One never reads while 3,000 events pass; another hears of each in order, and so does the first in the end."""
        olivia = self.user("olivia")
        stalled, reader = olivia.events("willems"), olivia.events("willems")
        jobs = []
        for _ in range(30):
            jobs += olivia.submit("willems", *[{**JOB, "name": "x" * 400}] * 100)
        for stream in (reader, stalled):
            heard = [data["job"]["id"] for _, _, data in stream.until(lambda event: event[2]["job"]["id"] == jobs[-1])]
            self.assertEqual(heard, jobs)
            stream.close()


class Bounds(unittest.TestCase):
    def test_events_over_tls(self):
        folder = tempfile.mkdtemp(prefix="bw-streams-")
        certificate, key = make_certificate(folder)
        server = Server("--certificate", certificate, "--key", key)
        server.tls = make_tls_context(certificate)
        olivia = server.sign_in("olivia")
        events = [olivia.events("willems") for _ in range(5)]
        jobs = [olivia.submit("willems", JOB)[0] for _ in range(20)]
        for stream in events:
            self.assertEqual([d["job"]["id"] for _, _, d in stream.until(lambda e: e[2]["job"]["id"] == jobs[-1])], jobs)
        server.stop()
        for stream in events:
            self.assertIsNone(stream.next())
        shutil.rmtree(folder)
        server.end()

    def test_descriptors_run_out(self):
        """With few of them, those who are connected go on, nobody spins, and others come in when there is room."""
        server = Server(wrap=["prlimit", "--nofile=300:300"])
        self.assertIn("may open 300 files", server.get_log())
        olivia = server.sign_in("olivia")
        crowd = []
        for _ in range(400):
            client = socket.create_connection((server.host, server.port), timeout=PATIENCE)
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            crowd.append(client)
        late = socket.create_connection((server.host, server.port), timeout=PATIENCE)
        late.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        self.assertEqual(resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE), (300, 300))
        self.assertLess(len(os.listdir(f"/proc/{server.process.pid}/fd")), 290)
        for _ in range(20):
            self.assertEqual(olivia.get("/v1/me").status, 200)
            olivia.submit("willems", JOB)
        used = self.processor_time(server)
        time.sleep(0.5)
        self.assertLess(self.processor_time(server) - used, 0.25, "it waits without turning round and round")
        for client in crowd:
            client.close()
        self.assertTrue(late.recv(1000).startswith(b"HTTP/1.1 200"))
        late.close()
        server.end()

    def processor_time(self, server):
        with open(f"/proc/{server.process.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def test_too_few_descriptors_are_refused(self):
        with self.assertRaisesRegex(AssertionError, "ulimit"):
            Server(wrap=["prlimit", "--nofile=100:100"])
