# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the worker share: a real server on a store of its own,
and workers with job types that a test makes up."""

import json
import os
import re
import shutil
import signal
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

import tap  # noqa: E402  pylint: disable=wrong-import-position

TIMEOUT = 30


def run(group, names=()):
    """Runs the tests of the calling program, or those whose names hold one of the words given."""
    tap.main(f"/worker/{group}", names)


def wait_until(condition, what, timeout=TIMEOUT):
    """Returns the first true value of a condition that is looked at again and again."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"Waited {timeout} s in vain: {what}")
        time.sleep(0.02)


def process_state(pid):
    """The letter of /proc: R, S, T, Z, …; None when there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return None


def is_gone(pid):
    return process_state(pid) in (None, "Z")


def make_certificate(directory):
    """A certificate for 127.0.0.1 that signs itself, as (certificate, key)."""
    certificate, key = directory / "certificate.pem", directory / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=Batchwork test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )
    return certificate, key


class Server:
    """batchworkd --demo on a store in a directory."""

    def __init__(self, program, directory, tls=False):
        self.program = program
        self.directory = Path(directory)
        self.arguments = []
        self.context = None
        if tls:
            self.certificate, key = make_certificate(self.directory)
            self.arguments = ["--certificate", self.certificate, "--key", key]
            self.context = ssl.create_default_context(cafile=self.certificate)
        self.address = "127.0.0.1:0"
        self.tokens = {}
        self.start()

    def start(self):
        self.log = open(self.directory / "server.log", "a", encoding="utf-8")
        self.process = subprocess.Popen(
            [self.program, "--demo", "--listen", self.address, "--store", f"sqlite:{self.directory}/demo.db",
             *self.arguments],
            stdout=subprocess.PIPE, stderr=self.log, text=True,
        )
        line = self.process.stdout.readline()
        match = re.search(r"(https?://)(\S+)", line)
        if not match:
            raise AssertionError(f"The server did not start: {line!r}\n{self.read_log()}")
        self.url, self.address = match[0], match[2]
        self.token_file = self.directory / "worker.token"

    def read_log(self):
        return (self.directory / "server.log").read_text(encoding="utf-8", errors="replace")

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait(TIMEOUT)
        self.process.stdout.close()
        self.log.close()

    def ask(self, method, path, body=None, user="olivia", raw=False):
        headers = {}
        if user:
            headers["Authorization"] = f"Bearer {self.token(user)}"
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT, context=self.context) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()}") from error
        return text if raw else json.loads(text) if text else None

    def token(self, user):
        if user not in self.tokens:
            body = {"user": user, "password": "batchwork-demo"}
            self.tokens[user] = self.ask("POST", "/v1/sessions", body, user=None)["token"]
        return self.tokens[user]

    def change_store(self, statement, *values):
        """While the server is stopped: what no request can do, such as letting time pass."""
        with sqlite3.connect(self.directory / "demo.db") as database:
            database.execute(statement, values)
        database.close()


class Worker:
    """batchwork-worker with the job types of a directory."""

    def __init__(self, program, server, arguments, settings):
        self.directory = Path(tempfile.mkdtemp(dir=server.directory))
        config = self.directory / "worker.conf"
        config.write_text("[worker]\n" + "".join(f"{key}={value}\n" for key, value in settings.items()))
        self.log_path = self.directory / "log"
        self.scratch = self.directory / "tmp"
        self.scratch.mkdir()
        with open(self.log_path, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [program, "--config", config, *arguments],
                stdout=log, stderr=log, env={**os.environ, "TMPDIR": str(self.scratch)},
            )

    def read_log(self):
        return self.log_path.read_text(encoding="utf-8", errors="replace")

    def await_log(self, text):
        wait_until(lambda: text in self.read_log(), f"“{text}” in the worker's log")

    def wait(self):
        return self.process.wait(TIMEOUT)

    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.wait()


class WorkerTestCase(unittest.TestCase):
    """A server for all tests of a class; job types and workers for each test."""

    programs = {}
    business = "willems"
    tls = False

    @classmethod
    def setUpClass(cls):
        cls.scratch = Path(tempfile.mkdtemp(prefix="worker-test-"))
        cls.server = Server(cls.programs["batchworkd"], cls.scratch, cls.tls)
        cls.n_types = 0

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()
        shutil.rmtree(cls.scratch)

    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(dir=self.scratch))
        self.jobs = self.directory / "jobs"
        self.jobs.mkdir()
        self.workers = []

    def tearDown(self):
        for worker in self.workers:
            if worker.process.poll() is None:
                worker.process.kill()
            worker.wait()

    def logs(self):
        logs = [f"Worker's log:\n{worker.read_log()}" for worker in getattr(self, "workers", [])]
        return "\n".join([*logs, f"Server's log:\n{self.server.read_log()[-2000:]}"])

    def add_type(self, script, **keys):
        """A job type whose command is a script, run in the test's directory. Returns its name."""
        type(self).n_types += 1
        name = f"test-{self.n_types}"
        program = self.jobs / name
        if script is not None:
            if not script.startswith("#!"):
                script = "#!/usr/bin/env -S python3 -B\n" + PREAMBLE + script
            program.write_text(script)
            program.chmod(0o755)
        keys = {"Type": name, "Name": name, "Exec": f"./{name}", "Businesses": self.business, **keys}
        keys.setdefault("Environment", f"TEST_DIR={self.directory}")
        (self.jobs / f"{name}.job").write_text(
            "[Job Type]\n" + "".join(f"{key}={value}\n" for key, value in keys.items())
        )
        return name

    def start_worker(self, name="tester", arguments=(), **settings):
        """Starts a worker; settings are those of its configuration, with "_" for "-"."""
        usual = {"server": self.server.url, "key-file": self.server.token_file, "jobs": self.jobs, "stop-timeout": "0s"}
        settings = {**usual, "name": name, **{key.replace("_", "-"): value for key, value in settings.items()}}
        worker = Worker(self.programs["batchwork-worker"], self.server, arguments, settings)
        self.workers.append(worker)
        return worker

    # What the tests ask the server

    def path(self, rest=""):
        return f"/v1/businesses/{self.business}/{rest}"

    def ask(self, method, rest, body=None, **options):
        return self.server.ask(method, self.path(rest), body, **options)

    def announce(self, name):
        self.ask("PUT", f"types/{name}", {"name": name, "stalled_after_s": 60, "max_attempts": 1, "makes_result": False})

    def submit(self, name, items=0, **members):
        """Hands in a job with so many items, labelled Item 1, Item 2, …; returns its id."""
        if isinstance(items, int):
            items = [{"label": f"Item {number}"} for number in range(1, items + 1)]
        body = {"type": name, "name": name, "items": items, **members}
        if not items:
            del body["items"]
        return self.ask("POST", "jobs", body)["jobs"][0]["id"]

    def job(self, job):
        return self.ask("GET", f"jobs/{job}")

    def items(self, job):
        return self.ask("GET", f"jobs/{job}/items")["items"]

    def states(self, job):
        return [item["state"] for item in self.items(job)]

    def log(self, job):
        return self.ask("GET", f"jobs/{job}/log", raw=True).decode()

    def attempts(self, job):
        return self.ask("GET", f"jobs/{job}/history")["attempts"]

    def await_state(self, job, state):
        def reached():
            found = self.job(job)
            return found if found["state"] == state else None

        return wait_until(reached, f"job {job} in state {state}")

    def await_file(self, name):
        path = self.directory / name
        wait_until(path.exists, f"file {name}")
        return wait_until(path.read_text, f"something in file {name}")

    def pids(self, name="pids"):
        return [int(pid) for pid in self.await_file(name).split()]


# What scripts of the tests begin with.
PREAMBLE = """
import json, os, signal, subprocess, sys, time
DIRECTORY = os.environ["TEST_DIR"]
def say(**members):
    print(json.dumps(members), flush=True)
def log(text):
    print(text, file=sys.stderr, flush=True)
def note(name, text):
    with open(os.path.join(DIRECTORY, name), "a") as file:
        file.write(f"{text}\\n")
def wait_for(name):
    while not os.path.exists(os.path.join(DIRECTORY, name)):
        time.sleep(0.01)
claim = json.load(sys.stdin)
items = claim["items"]
"""
