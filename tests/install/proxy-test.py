#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two servers on one PostgreSQL database behind nginx as shipped, with real certificates: proxy-test.py WORKER UNIT [NAME…]

The servers run in what their systemd unit leaves them, unless UNIT is "none"."""

import collections
import http.client
import itertools
import json
import os
import random
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import warnings

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
DATA = os.path.join(os.path.dirname(TESTS), "data")
WORKER, UNIT = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
sys.path[:0] = [HERE, TESTS, os.path.join(TESTS, "server")]

import tap  # pylint: disable=wrong-import-position
from harness import PASSWORD, PATIENCE, Api, Server  # pylint: disable=wrong-import-position
from nginx import Nginx  # pylint: disable=wrong-import-position
from postgresql import PostgreSQL  # pylint: disable=wrong-import-position

SANDBOX = [sys.executable, "-B", os.path.join(HERE, "sandbox.py")]
OFFICE = "/v1/businesses/heritage"
ARCHIVE = 'attachment; filename="archive.zip"'


def sign_in(nginx, login="olivia"):
    api = Api(nginx)
    answer = api.post("/v1/sessions", {"user": login, "password": PASSWORD})
    assert answer.status == 201, answer.text
    api.token = answer.json["token"]
    return api


class Office(unittest.TestCase):
    """Tests that share two servers, and the proxy before them."""

    @classmethod
    def setUpClass(cls):
        cls.nodes = []
        database = cls.enterClassContext(PostgreSQL(tcp=True))
        database.create_database("office")
        for _ in range(2):
            folder = tempfile.mkdtemp(prefix="bw-node-")
            cls.addClassCleanup(shutil.rmtree, folder)
            node = Server("--behind-proxy", store=database.uri("office", tcp=True), folder=folder,
                          wrap=[*SANDBOX, UNIT, folder] if os.path.exists(UNIT) else [])
            cls.nodes.append(node)
            cls.addClassCleanup(node.end)
        cls.nginx = Nginx(*(node.port for node in cls.nodes))
        cls.addClassCleanup(cls.nginx.end)
        cls.olivia = sign_in(cls.nginx)
        with open(os.path.join(cls.nodes[0].folder, "worker.token"), encoding="utf-8") as file:
            cls.worker = Api(cls.nginx, file.read().strip())

    def submit(self, *names, kind="export-archive"):
        return self.olivia.submit("heritage", *({"type": kind, "name": name} for name in names))

    def claim(self, job):
        for claim in self.worker.claim(businesses=["heritage"], max=100):
            if claim["job"]["id"] == job:
                return claim["claim"]
        raise AssertionError(f"job {job} was not given out")

    def request_counts(self):
        """How many requests each node has had, by the proxy's log."""
        nodes = re.findall(r" 127\.0\.0\.1:(\d+)$", self.nginx.read_log("access"), re.M)
        return collections.Counter(map(int, nodes))


class Proxy(Office):
    def test_nginx_accepts_it_without_a_word(self):
        result = self.nginx.check()
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertNotIn("[warn]", result.stderr)

    def shake_hands(self, context, **name):
        with socket.create_connection((self.nginx.host, self.nginx.port), timeout=PATIENCE) as plain:
            with context.wrap_socket(plain, server_hostname=name.get("name", "jobs.example.com")) as connection:
                return connection.version(), connection.selected_alpn_protocol(), connection.cipher()[0]

    def test_F2_tls(self):
        context = ssl.create_default_context(cafile=self.nginx.authority)
        context.set_alpn_protocols(["h2", "http/1.1"])
        self.assertEqual(self.shake_hands(context)[:2], ("TLSv1.3", "h2"))
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        version, _, cipher = self.shake_hands(context)
        self.assertEqual(version, "TLSv1.2")
        self.assertRegex(cipher, "^ECDHE-.*(GCM|POLY1305)")
        with self.assertRaises(ssl.SSLCertVerificationError):
            self.shake_hands(ssl.create_default_context(cafile=self.nginx.authority), name="other.example.com")
        with self.assertRaises(ssl.SSLCertVerificationError):
            self.shake_hands(ssl.create_default_context())
        old = ssl.create_default_context(cafile=self.nginx.authority)
        old.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
            old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
        with self.assertRaises((ssl.SSLError, ConnectionError)):
            self.shake_hands(old)
        self.assertIn("max-age", self.olivia.get("/healthz").headers["strict-transport-security"])

    def test_both_servers_work(self):
        """What one has taken in, the other one shows."""
        jobs = [self.submit(f"By either {number}")[0] for number in range(20)]
        for _ in range(2):
            listed = self.olivia.get(OFFICE + "/jobs", q="either", limit=50).json
            self.assertEqual({job["id"] for job in listed["jobs"]}, set(jobs))
        counts = self.request_counts()
        for node in self.nodes:
            self.assertGreater(counts[node.port], 0)

    def test_events_come_at_once(self):
        """To streams on either server; an event that waited in a buffer would not come at all."""
        streams = [self.olivia.events("heritage") for _ in range(4)]
        for number in range(3):
            job = self.submit(f"Told {number}")[0]
            for stream in streams:
                stream.until(lambda event, job=job: event[1] == "job" and event[2]["job"]["id"] == job)
        for stream in streams:
            stream.close()

    def test_result_files(self):
        """Larger than any other body may be, and never on the proxy's disk."""
        said = len(self.nginx.read_log("error"))
        job = self.submit("Large")[0]
        claim = self.claim(job)
        data = random.Random(1).randbytes(20_000_000)
        answer = self.worker.put(f"/v1/claims/{claim}/result", data, Content_Disposition=ARCHIVE,
                                 Content_Type="application/octet-stream")
        self.assertEqual(answer.status, 204, answer.text)
        self.worker.report({"claim": claim, "finish": {}})
        path = f"{OFFICE}/jobs/{job}/result"
        self.assertEqual(self.olivia.get(path).body, data)
        part = self.olivia.request("GET", path, headers={"Range": "bytes=19999990-"})
        self.assertEqual((part.status, part.body), (206, data[-10:]))
        self.assertNotIn("buffered to a temporary file", self.nginx.read_log("error")[said:])

    def test_a_body_over_the_bound(self):
        answer = self.olivia.post(OFFICE + "/jobs", b"[" + b" " * 16_777_216)
        self.assertEqual((answer.status, answer.json["title"]), (413, "Content Too Large"))
        answer = self.olivia.post(OFFICE + "/jobs", b"[" + b" " * 16_777_213 + b"]")
        self.assertEqual(answer.status, 400, "as large as may be: the server's own answer")

    def test_the_clients_address(self):
        """That which the proxy sees, whatever the client says it is."""
        connection = http.client.HTTPSConnection(self.nginx.host, self.nginx.port, timeout=PATIENCE,
                                                 context=self.nginx.tls, source_address=("127.0.0.77", 0))
        connection.request("POST", "/v1/sessions", b'{"user": "olivia", "password": "wrong"}',
                           {"Content-Type": "application/json", "X-Forwarded-For": "192.0.2.1"})
        self.assertEqual(connection.getresponse().status, 401)
        connection.close()
        logs = "".join(node.get_log() for node in self.nodes)
        self.assertIn("A sign-in from 127.0.0.77 failed", logs)
        self.assertNotIn("192.0.2.1", logs)

    def test_figures_are_not_for_everybody(self):
        self.assertEqual(Api(self.nginx).get("/metrics").status, 401)

    def test_worker_over_http_2(self):
        """A real worker, which trusts the office's authority: it waits for work, and sends a file."""
        folder = tempfile.mkdtemp(prefix="bw-worker-")
        demo = os.path.join(folder, "demo")
        shutil.copytree(os.path.join(DATA, "demo"), demo, ignore=lambda _, names: [
            name for name in names if name.endswith(".job") and name != "export-archive.job"])
        job = self.submit("By a worker")[0]
        result = subprocess.run(
            [WORKER, "--once", "--config", os.path.join(demo, "worker.conf"), "--server", self.nginx.url,
             "--ca-file", self.nginx.authority, "--key-file", os.path.join(self.nodes[0].folder, "worker.token")],
            env={**os.environ, "BATCHWORK_DEMO_DIR": folder, "HOME": folder}, capture_output=True, text=True,
            check=False, timeout=PATIENCE * 3)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(self.olivia.job("heritage", job)["state"], "success", result.stderr)
        shutil.rmtree(folder)


class Client:
    """One that takes any answer, as long as there is one: those of the proxy are not in the contract."""

    def __init__(self, nginx, login="olivia"):
        self.nginx, self.connection, self.token = nginx, None, sign_in(nginx, login).token

    def ask(self, method, path, body=None):
        """The status and the JSON of the answer; None and None when the connection broke."""
        headers = {"Authorization": "Bearer " + self.token, "Content-Type": "application/json"}
        self.connection = self.connection or Api(self.nginx).connect()
        try:
            self.connection.request(method, path, body and json.dumps(body).encode(), headers)
            answer = self.connection.getresponse()
            return answer.status, json.loads(answer.read())
        except (http.client.HTTPException, ConnectionError):
            self.connection.close()
            self.connection = None
            return None, None


class Load:
    """Clients that submit and read until they are told to stop, and one that follows the events."""

    LAST = "The last one"
    numbers = itertools.count(1)

    def __init__(self, nginx, submitters=4, readers=2):
        self.nginx, self.stopping, self.number = nginx, threading.Event(), next(self.numbers)
        self.acknowledged, self.refused, self.read, self.reconnected = {}, 0, 0, 0
        self.seen, self.errors, self.changed = [], [], threading.Condition()
        self.since = sign_in(nginx).get(OFFICE + "/jobs", limit=1).json["revision"]
        # All are signed in before anything is broken.
        clients = [(self.submit, Client(nginx), number) for number in range(submitters)]
        clients += [(self.read_lists, Client(nginx)) for _ in range(readers)]
        self.follower = self.start(self.follow, sign_in(nginx))
        self.clients = [self.start(*client) for client in clients]

    def start(self, client, *arguments):
        def run():
            try:
                client(*arguments)
            except BaseException as error:  # pylint: disable=broad-except
                with self.changed:
                    self.errors.append(error)
                    self.changed.notify_all()

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    def submit(self, client, number):
        """A submission whose answer is lost is sent again under its key, as the contract has it."""
        count = 0
        while not self.stopping.is_set():
            key, count = f"load-{self.number}-{number}-{count}", count + 1
            submission = {"type": "export-archive", "name": key, "idempotency_key": key}
            while (answer := client.ask("POST", OFFICE + "/jobs", submission))[0] != 201:
                assert answer[0] in (None, 502, 503), answer
                self.refused += answer[0] is not None
            with self.changed:
                self.acknowledged[key] = answer[1]["jobs"][0]["id"]
                self.changed.notify_all()

    def read_lists(self, client):
        """Reading may be done twice, so nobody is ever told that a server is gone."""
        while not self.stopping.is_set():
            status, problem = client.ask("GET", OFFICE + "/jobs?limit=20")
            assert status in (None, 200), problem
            self.read += status == 200

    def follow(self, api):
        last = self.since
        while True:
            try:
                stream = api.events("heritage", last=last)
                while event := stream.next(PATIENCE * 2):
                    last, job = event[0], event[2].get("job", {})
                    self.seen.append((last, job.get("id")))
                    if job.get("name") == self.LAST:
                        return
            except (http.client.HTTPException, ConnectionError):
                pass
            self.reconnected += 1

    def await_more(self, number=25):
        """Waits until so many more submits have been acknowledged."""
        with self.changed:
            wanted = len(self.acknowledged) + number
            self.changed.wait_for(lambda: self.errors or len(self.acknowledged) >= wanted, PATIENCE * 2)
            assert not self.errors, self.errors
            assert len(self.acknowledged) >= wanted, "submits stopped getting through"

    def stop(self):
        self.stopping.set()
        for client in self.clients:
            client.join(PATIENCE)
        sign_in(self.nginx).submit("heritage", {"type": "export-archive", "name": self.LAST})
        self.follower.join(PATIENCE * 2)
        assert not self.errors, self.errors
        assert not self.follower.is_alive(), "the last job was not told of"


class Failures(Office):
    def check(self, load):
        """Nothing acknowledged is lost or there twice; events came in order and none is missing."""
        load.stop()
        listed, after = {}, None
        while after != "":
            page = self.olivia.get(OFFICE + "/jobs", limit=500, **({"after": after} if after else {})).json
            for job in page["jobs"]:
                listed.setdefault(job["name"], []).append(job["id"])
            after = page["next"] or ""
        for key, job in load.acknowledged.items():
            self.assertEqual(listed.get(key), [job])
        revisions = [revision for revision, _ in load.seen]
        self.assertEqual(revisions, sorted(revisions))
        self.assertEqual(set(load.acknowledged.values()) - {job for _, job in load.seen}, set())

    def await_requests(self, node):
        """Waits until the proxy gives a server work again."""
        before, deadline = self.request_counts()[node.port], time.monotonic() + PATIENCE
        while self.request_counts()[node.port] == before:
            assert time.monotonic() < deadline, "the proxy left a server alone that was back"
            time.sleep(0.05)

    def test_killed_servers_under_load(self):
        load = Load(self.nginx)
        for node in self.nodes:
            load.await_more()
            node.kill()
            load.await_more()
            node.start()
            self.await_requests(node)
        load.await_more()
        self.check(load)
        self.assertGreater(load.read, 0)

    def test_reload_under_load(self):
        """Old processes of nginx end, and their streams with them: clients go on where they were."""
        load = Load(self.nginx)
        load.await_more()
        self.nginx.reload()
        deadline = time.monotonic() + PATIENCE
        while not load.reconnected:
            assert time.monotonic() < deadline, "the stream outlived the reload"
            load.await_more(5)
        load.await_more()
        self.check(load)
        # A kept connection may end just as a request goes out, but no answer is ever an error.
        self.assertEqual(load.refused, 0)


class Nobody:
    """A server that takes a request and dies of it; or, without a listener, one that is not there."""

    def __init__(self, listens=True):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port, self.requests = self.socket.getsockname()[1], []
        if listens:
            threading.Thread(target=self.run, daemon=True).start()
        else:
            self.socket.close()

    def run(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            with connection:
                data = connection.recv(65536)
                self.requests.append(data.split(b" ")[0].decode())


class Repeats(unittest.TestCase):
    """What nginx does with a request when the server that got it dies."""

    def ask(self, method, path, nodes):
        nginx = Nginx(*(node.port for node in nodes))
        connection = Api(nginx).connect()
        connection.request(method, path, b"{}" if method != "GET" else None)
        answer = connection.getresponse()
        self.assertEqual((answer.status, json.loads(answer.read())["title"]), (502, "Bad Gateway"))
        connection.close()
        nginx.end()
        for node in nodes:
            node.socket.close()
        return [request for node in nodes for request in node.requests]

    def test_what_may_be_done_twice_is_tried_again(self):
        self.assertEqual(self.ask("GET", "/v1/me", [Nobody(), Nobody()]), ["GET", "GET"])

    def test_a_submit_is_not_sent_twice(self):
        self.assertEqual(self.ask("POST", OFFICE + "/jobs", [Nobody(), Nobody()]), ["POST"])

    def test_an_unsent_submit_goes_to_the_other(self):
        for nodes in ([Nobody(), Nobody(listens=False)], [Nobody(listens=False), Nobody()]):
            self.assertEqual(self.ask("POST", OFFICE + "/jobs", nodes), ["POST"])


names = sys.argv[3:]
del sys.argv[1:]
tap.main("/install/proxy", names)
