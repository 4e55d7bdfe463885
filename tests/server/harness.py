# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts a real batchworkd on a store of its own, and speaks to it."""

import http.client
import json
import os
import re
import select
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.parse

from contract import Contract
from stores import make_store, remove_store

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
BATCHWORKD = os.environ.get("BATCHWORKD", "batchworkd")
PASSWORD = "batchwork-demo"
CONTRACT = Contract(os.path.join(TOP, "data", "openapi.yaml"))
# Slower under sanitizers; a limit for what should never happen, not a time to wait.
PATIENCE = float(os.environ.get("BATCHWORK_TEST_PATIENCE", "20"))


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body
        kind = headers.get("content-type", "")
        self.json = json.loads(body) if "json" in kind and body else None

    @property
    def text(self):
        return self.body.decode(errors="replace")


class Api:
    """One client: a connection that is kept, and a token."""

    def __init__(self, server, token=None):
        self.server, self.token, self.connection, self.user = server, token, None, None

    def connect(self):
        if self.server.tls:
            return http.client.HTTPSConnection(self.server.host, self.server.port, timeout=PATIENCE,
                                               context=self.server.tls)
        return http.client.HTTPConnection(self.server.host, self.server.port, timeout=PATIENCE)

    def request(self, method, path, body=None, headers=None):
        headers = dict(headers or {})
        if self.token:
            headers.setdefault("Authorization", "Bearer " + self.token)
        if body is not None and not isinstance(body, (bytes, str)) and not hasattr(body, "read"):
            body = json.dumps(body).encode()
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
        for attempt in (1, 2):
            if self.connection is None:
                self.connection = self.connect()
                attempt = 2
            try:
                self.connection.request(method, path, body, headers)
                response = self.connection.getresponse()
                data = response.read()
                break
            except (http.client.RemoteDisconnected, ConnectionError):
                self.close()
                # A connection that was kept may have been closed meanwhile.
                if attempt == 2:
                    raise
        answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, data)
        CONTRACT.check(method, path, answer.status, answer.headers.get("content-type", ""), data,
                       answer.json)
        return answer

    def close(self):
        if self.connection:
            self.connection.close()
            self.connection = None

    def get(self, path, **query):
        if query:
            path += "?" + urllib.parse.urlencode(query, doseq=True)
        return self.request("GET", path)

    def post(self, path, body=None, **headers):
        return self.request("POST", path, {} if body is None else body, headers)

    def put(self, path, body, **headers):
        return self.request("PUT", path, body, {k.replace("_", "-"): v for k, v in headers.items()})

    def patch(self, path, body):
        return self.request("PATCH", path, body)

    def delete(self, path):
        return self.request("DELETE", path)

    def submit(self, business, *submissions):
        answer = self.post(f"/v1/businesses/{business}/jobs", list(submissions))
        assert answer.status == 201, answer.text
        return [job["id"] for job in answer.json["jobs"]]

    def job(self, business, job):
        answer = self.get(f"/v1/businesses/{business}/jobs/{job}")
        assert answer.status == 200, answer.text
        return answer.json

    def events(self, business, since=None, last=None):
        return Events(self, business, since, last)

    # What workers do:

    def claim(self, **arguments):
        arguments.setdefault("worker", "test")
        answer = self.post("/v1/claims", arguments)
        assert answer.status == 200, answer.text
        return answer.json["claims"]

    def report(self, *reports):
        answer = self.post("/v1/reports", {"reports": list(reports)})
        assert answer.status == 200, answer.text
        return answer.json["results"]

    def work_off(self, business, state="success", **arguments):
        """Does all that waits in a business, with the same end for each item."""
        done = []
        while claims := self.claim(businesses=[business], max=100, **arguments):
            for claim in claims:
                items = [{"item": item["item"], "state": state} for item in claim["items"]]
                self.report({"claim": claim["claim"], "items": items, "finish": {}})
                done.append(claim["job"]["id"])
        return done


class Events:
    """An open event stream. Iterating gives (id, kind, data)."""

    def __init__(self, api, business, since=None, last=None):
        self.connection = api.connect()
        path = f"/v1/businesses/{business}/events"
        if since is not None:
            path += f"?since={since}"
        headers = {"Authorization": "Bearer " + api.token}
        if last is not None:
            headers["Last-Event-ID"] = str(last)
        self.connection.request("GET", path, headers=headers)
        self.response = self.connection.getresponse()
        self.socket = self.connection.sock
        kind = self.response.headers["content-type"]
        if self.response.status != 200:
            raise AssertionError(self.response.read())
        CONTRACT.check("GET", path, 200, kind, b"", None)
        self.hello = [self.response.readline(), self.response.readline(), self.response.readline()]

    def next(self, timeout=PATIENCE):
        """The next event; None at the stream's end."""
        if self.connection.sock:
            self.connection.sock.settimeout(timeout)
        fields = {}
        deadline = time.monotonic() + timeout
        while True:
            line = self.response.readline()
            if line == b"":
                return None
            # Pings come all the time.
            assert time.monotonic() < deadline, "no event came"
            line = line.decode().rstrip("\n")
            if line == "" and fields:
                return int(fields["id"]), fields["event"], json.loads(fields["data"])
            if line and not line.startswith(":"):
                name, _, value = line.partition(": ")
                fields[name] = value

    def until(self, wanted):
        """Reads events up to and with the first that fits; returns all."""
        events = []
        while True:
            event = self.next()
            assert event is not None, f"the stream ended after {events}"
            events.append(event)
            if wanted(event):
                return events

    def close(self):
        self.response.close()
        self.connection.close()


class Server:
    """A batchworkd process."""

    def __init__(self, *arguments, demo=True, config=None, folder=None, store=None, wrap=(), listen=None,
                 environment=None, pass_fds=()):
        self.own_folder, self.own_store = folder is None, store is None
        self.folder = folder or tempfile.mkdtemp(prefix="bw-server-")
        self.store = store or make_store(self.folder)
        self.arguments = list(arguments) + (["--demo"] if demo else [])
        if config:
            path = os.path.join(self.folder, "batchworkd.conf")
            with open(path, "w", encoding="utf-8") as file:
                file.write(config)
            self.arguments += ["--config", path]
        self.wrap, self.listen, self.environment = list(wrap), listen, environment
        self.pass_fds = pass_fds
        self.process, self.tls, self.host, self.port = None, None, "127.0.0.1", 0
        self.start()

    def start(self):
        # The same port after a restart, so that clients come back.
        listen = self.listen or f"127.0.0.1:{self.port}"
        self.log = open(os.path.join(self.folder, "log"), "ab")
        self.process = subprocess.Popen(
            self.wrap + [BATCHWORKD, "--listen", listen, "--store", self.store] + self.arguments,
            stdout=subprocess.PIPE, stderr=self.log, pass_fds=self.pass_fds, cwd=self.folder,
            env={**os.environ, **(self.environment or {})})
        readable, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        line = self.process.stdout.readline().decode() if readable else ""
        match = re.match(r"Listening on (https?)://(.*):(\d+)$", line)
        if not match:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"The server did not start: {line}{self.get_log()}")
        self.scheme, self.port = match.group(1), int(match.group(3))
        self.url = line.split()[-1]

    def get_log(self):
        with open(os.path.join(self.folder, "log"), encoding="utf-8", errors="replace") as file:
            return file.read()

    def api(self, token=None):
        return Api(self, token)

    def sign_in(self, login, password=PASSWORD):
        api = self.api()
        answer = api.post("/v1/sessions", {"user": login, "password": password})
        assert answer.status == 201, answer.text
        api.token, api.user = answer.json["token"], answer.json["user"]["id"]
        return api

    def worker(self):
        with open(os.path.join(self.folder, "worker.token"), encoding="utf-8") as file:
            return self.api(file.read().strip())

    def metric(self, name):
        for line in self.api().get("/metrics").text.splitlines():
            if line.startswith(name + " "):
                return float(line.split()[1])
        raise AssertionError(f"There is no figure {name}")

    def await_metric(self, name, value):
        """Waits until a figure of the server's is as it should be."""
        deadline = time.monotonic() + PATIENCE
        while self.metric(name) != value:
            assert time.monotonic() < deadline, f"{name} is {self.metric(name)}, not {value}"

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.wait()

    def wait(self):
        status = self.process.wait(PATIENCE)
        self.process.stdout.close()
        self.log.close()
        return status

    def kill(self):
        self.process.kill()
        self.wait()

    def end(self):
        if self.process.poll() is None:
            self.stop()
            log = self.get_log()
            assert self.process.returncode == 0, f"ended with {self.process.returncode}:\n{log}"
            assert "CRITICAL" not in log and "ERROR: " not in log, log
        if self.own_store:
            remove_store(self.store)
        if self.own_folder:
            shutil.rmtree(self.folder, ignore_errors=True)


class ServerTest(unittest.TestCase):
    """Tests that share one demo server."""

    options = {}

    @classmethod
    def setUpClass(cls):
        cls.server = Server(**cls.options)
        cls.users = {}

    @classmethod
    def tearDownClass(cls):
        for api in cls.users.values():
            api.close()
        cls.server.end()

    @classmethod
    def user(cls, login):
        if login not in cls.users:
            cls.users[login] = cls.server.sign_in(login)
        return cls.users[login]

    @classmethod
    def worker(cls):
        if "worker" not in cls.users:
            cls.users["worker"] = cls.server.worker()
        return cls.users["worker"]

    def assert_problem(self, answer, status, *words, field=None):
        self.assertEqual(answer.status, status, answer.text)
        for word in words:
            self.assertIn(word, answer.json["detail"])
        if field is not None:
            self.assertEqual(answer.json.get("field"), field)


def in_parallel(functions):
    """Runs functions at the same time; returns what they return, or raises what one raises."""
    results = [None] * len(functions)

    def run(index):
        try:
            results[index] = (True, functions[index]())
        except BaseException as error:  # pylint: disable=broad-except
            results[index] = (False, error)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(functions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for good, value in results:
        if not good:
            raise value
    return [value for _, value in results]


def make_certificate(folder):
    certificate, key = os.path.join(folder, "server.pem"), os.path.join(folder, "server.key")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", key, "-out",
                    certificate], check=True, stderr=subprocess.DEVNULL)
    return certificate, key


def send_raw(server, data, shut=False):
    """Sends bytes as they are; returns all that comes back until the connection ends."""
    with socket.create_connection((server.host, server.port), timeout=PATIENCE) as connection:
        try:
            connection.sendall(data)
            if shut:
                connection.shutdown(socket.SHUT_WR)
        except ConnectionError:
            pass
        received = b""
        try:
            while part := connection.recv(65536):
                received += part
        except ConnectionError:
            pass
        return received


def make_tls_context(certificate):
    return ssl.create_default_context(cafile=certificate)
