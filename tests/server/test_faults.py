# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad days: killed, stopped, no room on the disk, more to do than there are hands."""

import json
import os
import random
import re
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
import unittest

from harness import PATIENCE, Server, in_parallel
from stores import POSTGRESQL, find_damage

W = "/v1/businesses/willems"


class Faults(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.olivia = self.server.sign_in("olivia")

    def tearDown(self):
        self.server.end()

    def check_store(self):
        """What the engine itself says of the store, once the server has closed it."""
        self.assertEqual(find_damage(self.server.store), [])

    def test_killed_loses_nothing_acknowledged(self):
        """kill -9 in the middle of submits, reports and actions; what was answered is there."""
        rounds = random.Random(7)
        for _ in range(3):
            submitted, finished, lock = {}, set(), threading.Lock()

            def submit(seed, submitted=submitted, lock=lock):
                api, count = self.server.api(self.olivia.token), 0
                try:
                    while True:
                        key = f"{seed}-{time.monotonic_ns()}-{count}"
                        job = api.submit("willems", {"type": "send-invoices", "idempotency_key": key,
                                                     "items": [{"label": "a"}]})[0]
                        with lock:
                            submitted[job] = key
                        count += 1
                except (OSError, ConnectionError, AssertionError, json.JSONDecodeError):
                    api.close()
                except Exception as error:  # http.client's own
                    if "http.client" not in type(error).__module__:
                        raise

            def work(finished=finished, lock=lock):
                worker = self.server.worker()
                try:
                    while True:
                        for claim in worker.claim(businesses=["willems"], max=5, wait_s=1):
                            items = [{"item": i["item"], "state": "success"} for i in claim["items"]]
                            result = worker.report({"claim": claim["claim"], "items": items, "finish": {}})
                            if result[0]["status"] == 200:
                                with lock:
                                    finished.add(claim["job"]["id"])
                except (OSError, ConnectionError, AssertionError, json.JSONDecodeError):
                    worker.close()
                except Exception as error:
                    if "http.client" not in type(error).__module__:
                        raise

            def kill():
                deadline = time.monotonic() + PATIENCE
                while len(finished) < 40 and time.monotonic() < deadline:
                    time.sleep(0.01)
                time.sleep(rounds.random() / 20)
                self.server.kill()

            in_parallel([lambda: submit(1), lambda: submit(2), work, kill])
            self.assertGreaterEqual(len(finished), 40)
            self.server.start()
            for job, key in submitted.items():
                self.assertEqual(self.olivia.job("willems", job)["type"], "send-invoices")
                again = self.olivia.post(W + "/jobs", {"type": "send-invoices", "idempotency_key": key}).json
                self.assertEqual(again["jobs"], [{"id": job, "existing": True}])
            for job in finished:
                self.assertEqual(self.olivia.job("willems", job)["state"], "success")
            listed = self.olivia.get(W + "/jobs", limit=1).json["total"]
            self.assertEqual(self.olivia.get(W + "/jobs/summary").json["total"], listed)
        self.server.stop()
        self.check_store()
        self.server.start()

    def test_stops_gracefully(self):
        """Answers under way are finished, waiting claims get none, and leases are kept."""
        job = self.olivia.submit("willems", {"type": "send-invoices", "items": [{"label": "a"}]})[0]
        worker = self.server.worker()
        claim = worker.claim(businesses=["willems"], lease_s=600)[0]
        waiting, result = self.server.worker(), []
        thread = threading.Thread(target=lambda: result.append(waiting.claim(businesses=["willems"], wait_s=60)))
        thread.start()
        self.server.await_metric("batchwork_waiting_claims", 1)
        events = self.olivia.events("willems")
        half = socket.create_connection((self.server.host, self.server.port), timeout=PATIENCE)
        half.sendall(b"GET /v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + self.olivia.token.encode())
        self.server.await_metric("batchwork_event_streams", 1)
        begun = time.monotonic()
        self.server.process.send_signal(signal.SIGTERM)
        self.assertIsNone(events.next())
        thread.join(PATIENCE)
        self.assertEqual(result, [[]])
        half.sendall(b"\r\n\r\n")
        answer = half.recv(1000)
        self.assertTrue(answer.startswith(b"HTTP/1.1 200"), answer)
        self.assertIn(b"Connection: close", answer)
        half.close()
        self.assertEqual(self.server.wait(), 0)
        self.assertLess(time.monotonic() - begun, 9, "it waited for nobody")
        self.server.start()
        self.assertEqual(worker.report({"claim": claim["claim"], "items": [{"item": 1, "state": "success"}],
                                        "finish": {}})[0]["status"], 200)
        self.assertEqual(self.olivia.job("willems", job)["state"], "success")
        self.check_after_stop()

    def check_after_stop(self):
        self.server.stop()
        self.check_store()
        self.server.start()

    def test_second_signal_stops_at_once(self):
        half = socket.create_connection((self.server.host, self.server.port), timeout=PATIENCE)
        half.sendall(b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                     b"Content-Length: 100\r\n\r\n{")
        self.server.await_metric("batchwork_connections", 3)
        self.server.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        while "Stopping" not in self.server.get_log() and time.monotonic() < deadline:
            time.sleep(0.01)
        begun = time.monotonic()
        self.server.process.send_signal(signal.SIGTERM)
        self.assertEqual(self.server.wait(), -signal.SIGTERM)
        self.assertLess(time.monotonic() - begun, 5)
        half.close()
        self.server.start()

    def set_largest_file(self, size):
        resource.prlimit(self.server.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    @unittest.skipIf(POSTGRESQL, "The disk that fills is PostgreSQL's: see tests/disk")
    def test_full_disk(self):
        """507 and nothing changed; reading goes on; what was answered is kept; then room again."""
        path = self.server.store.removeprefix("sqlite:")
        kept = self.olivia.submit("willems", *[{"type": "send-invoices", "name": f"k{i}"} for i in range(50)])
        largest = max(os.path.getsize(path + end) for end in ("", "-wal"))
        self.set_largest_file(largest + 200_000)
        full = None
        for _ in range(500):
            answer = self.olivia.post(W + "/jobs", [{"type": "send-invoices", "name": "x" * 400}] * 20)
            if answer.status != 201:
                full = answer
                break
            kept += [job["id"] for job in answer.json["jobs"]]
        self.assertIsNotNone(full, "the disk never filled")
        self.assertEqual(full.status, 507, full.text)
        self.assertIn("disk", full.json["detail"])
        for _ in range(3):
            total = self.olivia.get(W + "/jobs").json["total"]
            self.assertEqual(total, len(kept), "reads go on, and nothing half is there")
            self.assertEqual(self.olivia.get(W + "/jobs/summary").json["total"], total)
            self.assertEqual(self.olivia.job("willems", kept[-1])["id"], kept[-1])
            self.assertEqual(self.server.api().get("/healthz").status, 200)
        self.set_largest_file(resource.RLIM_INFINITY)
        begun = time.monotonic()
        while self.olivia.post(W + "/jobs", {"type": "send-invoices"}).status != 201:
            self.assertLess(time.monotonic() - begun, 5, "work did not resume")
        self.assertLess(time.monotonic() - begun, 2)
        self.server.kill()
        self.server.start()
        self.assertEqual(self.olivia.get(W + "/jobs").json["total"], len(kept) + 1)
        self.server.stop()
        self.check_store()
        self.server.start()

    @unittest.skipIf(POSTGRESQL, "The disk that fills is PostgreSQL's: see tests/disk")
    def test_full_disk_while_a_file_comes(self):
        self.olivia.submit("heritage", {"type": "export-archive"})
        worker = self.server.worker()
        claim = worker.claim(businesses=["heritage"])[0]["claim"]
        path = self.server.store.removeprefix("sqlite:")
        self.set_largest_file(max(os.path.getsize(path + end) for end in ("", "-wal")) + 1_000_000)
        put = lambda: worker.put(f"/v1/claims/{claim}/result", b"z" * 5_000_000,
                                 Content_Disposition='attachment; filename="z"')
        self.assertEqual(put().status, 507)
        self.set_largest_file(resource.RLIM_INFINITY)
        self.assertEqual(put().status, 204)

    def test_clock_set_back(self):
        """An hour back: leases are neither lost nor endless, and sessions go on."""
        if subprocess.run(["which", "faketime"], capture_output=True, check=False).returncode != 0:
            self.skipTest("faketime is not here")
        rc = os.path.join(self.server.folder, "clock")
        library = next((os.path.join(folder, "libfaketime.so.1")
                        for folder, _, files in os.walk("/usr/lib") if "libfaketime.so.1" in files
                        and "x86_64" in folder or "aarch64" in folder and "libfaketime.so.1" in files), None)
        if library is None or os.environ.get("BATCHWORK_TEST_PATIENCE"):
            self.skipTest("faketime does not go with a sanitizer")
        with open(rc, "w", encoding="ascii") as file:
            file.write("+0")
        self.server.stop()
        self.server.environment = {"LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": rc, "FAKETIME_NO_CACHE": "1",
                                   "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        self.server.start()
        job = self.olivia.submit("willems", {"type": "send-invoices", "items": [{"label": "a"}]})[0]
        worker = self.server.worker()
        claim = worker.claim(businesses=["willems"], lease_s=2)[0]
        with open(rc, "w", encoding="ascii") as file:
            file.write("-3600")
        self.assertEqual(worker.report({"claim": claim["claim"]})[0]["status"], 200)
        again = worker.claim(businesses=["willems"], wait_s=20)
        self.assertEqual([c["job"]["id"] for c in again], [job], "the lease lapsed in its own time")
        self.assertEqual(worker.report({"claim": claim["claim"]})[0]["status"], 409)
        self.assertEqual(self.olivia.get("/v1/me").status, 200)
        events = [e["revision"] for e in self.olivia.get(W + "/jobs").json["jobs"]]
        self.assertEqual(len(events), 1)

    def test_many_at_once(self):
        """More connections than threads: each gets its own answers."""
        def run(number):
            api = self.server.api(self.olivia.token)
            for i in range(10):
                name = f"{number}-{i}"
                job = api.submit("harbour", {"type": "delete-client", "name": name})[0]
                if api.job("harbour", job)["name"] != name:
                    raise AssertionError(name)
            api.close()
        in_parallel([lambda n=n: run(n) for n in range(100)])
        self.assertEqual(self.olivia.get("/v1/businesses/harbour/jobs").json["total"], 1000)

    def test_slow_clients_hold_nobody_up(self):
        sockets = []
        for _ in range(300):
            client = socket.create_connection((self.server.host, self.server.port), timeout=PATIENCE)
            client.sendall(b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                           b"Content-Length: 1000\r\n\r\n{")
            sockets.append(client)
        begun = time.monotonic()
        for _ in range(50):
            self.assertEqual(self.olivia.get("/v1/me").status, 200)
        self.assertLess(time.monotonic() - begun, 5)
        for client in sockets:
            client.close()


# What systemd does between fork and exec.
PASS_SOCKET = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execvp(sys.argv[2], sys.argv[2:])
"""


class Operations(unittest.TestCase):
    def test_G14_metrics(self):
        server = Server()
        olivia = server.sign_in("olivia")
        olivia.submit("willems", {"type": "send-invoices"}, {"type": "send-invoices"})
        olivia.get(W + "/jobs/77")
        text = olivia.get("/metrics").text
        self.assertIn('batchwork_requests_total{method="POST",route="/v1/businesses/{business}/jobs",status="201"} 1', text)
        self.assertIn('status="404"} 1', text)
        self.assertIn('batchwork_jobs{business="willems",state="queued"} 2', text)
        self.assertIn('batchwork_jobs{business="harbour",state="queued"} 0', text)
        for line in text.splitlines():
            self.assertRegex(line, r'^(# (HELP|TYPE) [a-z_]+ .*|[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? [0-9.e+-]+)$')
        buckets = [int(n) for n in re.findall(
            r'request_seconds_bucket\{method="POST",route="/v1/businesses/\{business\}/jobs",le="[^"]*"\} (\d+)', text)]
        self.assertEqual(buckets, sorted(buckets))
        self.assertEqual(buckets[-1], 1)
        server.end()

    def test_G14_openapi_is_served(self):
        server = Server()
        answer = server.api().get("/v1/openapi.yaml")
        with open(os.path.join(os.path.dirname(__file__), "../../data/openapi.yaml"), "rb") as file:
            self.assertEqual(answer.body, file.read())
        server.end()

    def test_socket_activation_and_notify(self):
        """As systemd starts it: a socket passed, readiness and stopping told."""
        folder = os.environ.get("TMPDIR", "/tmp")
        path = os.path.join(folder, f"bw-notify-{os.getpid()}")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify, \
                socket.create_server(("127.0.0.1", 0)) as listening:
            notify.bind(path)
            notify.settimeout(PATIENCE)
            port = listening.getsockname()[1]
            wrap = [sys.executable, "-c", PASS_SOCKET, str(listening.fileno())]
            server = Server(wrap=wrap, environment={"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "60000000"},
                            pass_fds=[listening.fileno()])
            self.assertEqual(server.port, port)
            told = []
            while "READY=1" not in told:
                told.append(notify.recv(1000).decode())
            self.assertEqual(server.api().get("/healthz").status, 200)
            while "WATCHDOG=1" not in told:
                told.append(notify.recv(1000).decode())
            server.end()
            while "STOPPING=1" not in told:
                told.append(notify.recv(1000).decode())
        os.remove(path)
