#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The systemd units as installed: units-test.py UNIT-OF-THE-SERVER UNIT-OF-THE-WORKER SERVER WORKER

How exposed they are; and that server and worker do all of their work inside of what the units leave them,
started by the socket and answering to systemd."""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
DATA = os.path.join(os.path.dirname(TESTS), "data")
SERVER_UNIT, WORKER_UNIT, SERVER, WORKER = map(os.path.abspath, sys.argv[1:5])
sys.path[:0] = [HERE, TESTS, os.path.join(TESTS, "server")]

import tap  # pylint: disable=wrong-import-position
from harness import PATIENCE, Api, Server  # pylint: disable=wrong-import-position
from unit import read_unit  # pylint: disable=wrong-import-position

SOCKET_UNIT = os.path.join(DATA, "batchworkd.socket")
SANDBOX = [sys.executable, "-B", os.path.join(HERE, "sandbox.py")]
MOST_EXPOSED = 1.2


def analyze(*arguments):
    return subprocess.run(["systemd-analyze", "--no-pager", *arguments], capture_output=True, text=True, check=False)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


class Notices:
    """What a service says to systemd."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind("")  # the kernel chooses an abstract name
        self.socket.settimeout(PATIENCE)
        self.address = "@" + self.socket.getsockname()[1:].decode()

    def await_word(self, word):
        while word not in self.socket.recv(4096).decode().splitlines():
            pass


class Activated:
    """The server as systemd starts it: by the first connection to the unit's socket, in the unit's sandbox."""

    def __init__(self, folder):
        address = read_unit(SOCKET_UNIT, "Socket")["ListenStream"][0]
        self.host, self.port, self.tls = address.rpartition(":")[0], free_port(), None
        self.notices, self.folder = Notices(), folder
        config = os.path.join(DATA, "batchworkd.conf")
        self.process = subprocess.Popen(
            ["systemd-socket-activate", f"--listen={self.host}:{self.port}", "-E", "NOTIFY_SOCKET",
             *SANDBOX, SERVER_UNIT, folder, SERVER, "--config", config, "--demo",
             "--store", f"sqlite:{folder}/batchwork.db"],
            env={**os.environ, "NOTIFY_SOCKET": self.notices.address}, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        while not (line := self.process.stderr.readline()).startswith("Listening on"):
            assert line, "systemd-socket-activate did not start"

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.notices.await_word("STOPPING=1")
        output = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, "".join(output)


class Units(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="install-test-", dir=os.getcwd())

    def tearDown(self):
        shutil.rmtree(self.folder)

    def test_exposure(self):
        for unit in (SERVER_UNIT, WORKER_UNIT):
            result = analyze("security", "--offline=true", f"--threshold={MOST_EXPOSED * 10:.0f}", unit)
            self.assertEqual(result.returncode, 0, result.stdout)

    def test_exposure_would_be_noticed(self):
        """What the test above relies on: a unit that is let loose is over the threshold."""
        path = os.path.join(self.folder, "batchworkd.service")
        with open(SERVER_UNIT, encoding="utf-8") as file, open(path, "w", encoding="utf-8") as loose:
            loose.writelines(line for line in file if not line.startswith("SystemCallFilter="))
        result = analyze("security", "--offline=true", f"--threshold={MOST_EXPOSED * 10:.0f}", path)
        self.assertNotEqual(result.returncode, 0, result.stdout)

    def test_systemd_understands_every_line(self):
        copies, links = [], tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, links)
        for unit, program in ((SERVER_UNIT, SERVER), (WORKER_UNIT, WORKER), (SOCKET_UNIT, None)):
            if program is not None:  # a link, since a build's folder may have a space in its name
                os.symlink(program, os.path.join(links, os.path.basename(program)))
            copies.append(os.path.join(self.folder, os.path.basename(unit)))
            with open(unit, encoding="utf-8") as file, open(copies[-1], "w", encoding="utf-8") as copy:
                for line in file:
                    if line.startswith("ExecStart="):
                        self.assertEqual(os.path.basename(line.split()[0]), os.path.basename(program))
                        line = f"ExecStart={links}/{os.path.basename(program)} {line.partition(' ')[2]}"
                    copy.write(line)
        result = analyze("verify", "--man=no", *copies)
        self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_what_the_unit_forbids_ends_a_program(self):
        """The sandbox of these tests is one."""
        for command in (["nice", "true"], ["unshare", "--user", "true"], ["chroot", "/", "true"]):
            result = subprocess.run([*SANDBOX, SERVER_UNIT, self.folder, *command], check=False)
            self.assertEqual(result.returncode, -signal.SIGSYS, command)
        result = subprocess.run([*SANDBOX, SERVER_UNIT, self.folder, "touch", os.path.join(HERE, "x")],
                                capture_output=True, text=True, check=False)
        self.assertIn("Read-only file system", result.stderr)

    def test_server_started_by_its_socket(self):
        server = Activated(self.folder)
        self.assertIsNone(server.process.poll())
        api = Api(server)
        self.assertEqual(api.get("/healthz").status, 200)
        server.notices.await_word("READY=1")
        server.notices.await_word("WATCHDOG=1")
        self.use(server)
        status, output = server.stop()
        self.assertEqual(status, 0, output)
        self.assertNotIn("CRITICAL", output)

    def use(self, server):
        """A bit of everything that the server does with the system."""
        olivia, worker = Api(server), Api(server)
        answer = olivia.post("/v1/sessions", {"user": "olivia", "password": "batchwork-demo"})
        self.assertEqual(answer.status, 201, answer.text)
        olivia.token = answer.json["token"]
        with open(os.path.join(self.folder, "worker.token"), encoding="utf-8") as file:
            worker.token = file.read().strip()
        stream = olivia.events("heritage")
        job = olivia.submit("heritage", {"type": "export-archive", "name": "Sandboxed"})[0]
        stream.until(lambda event: event[1] == "job" and event[2]["job"]["id"] == job)
        stream.close()
        claim = next(claim for claim in worker.claim(businesses=["heritage"], max=100) if claim["job"]["id"] == job)
        data = random.Random(job).randbytes(3_000_000)
        disposition = 'attachment; filename="export.zip"'
        self.assertEqual(worker.put(f"/v1/claims/{claim['claim']}/result", data, Content_Disposition=disposition,
                                    Content_Type="application/octet-stream").status, 204)
        worker.report({"claim": claim["claim"], "finish": {}})
        path = f"/v1/businesses/heritage/jobs/{job}/result"
        self.assertEqual(olivia.get(path).body, data)
        self.assertEqual(olivia.get("/v1/businesses/heritage/jobs", q="Sandboxed").json["total"], 1)
        for view in ("jobs/summary", "audit", "workers", "queues", "users"):
            self.assertEqual(olivia.get("/v1/businesses/heritage/" + view).status, 200, view)
        bulk = olivia.post("/v1/businesses/heritage/jobs/actions", {"action": "delete", "ids": [job]})
        self.assertEqual(bulk.status, 201, bulk.text)

    def test_worker_runs_commands(self):
        """One of the demo's commands: it starts others, writes files, and sends a result."""
        server = Server()
        olivia = server.sign_in("olivia")
        job = olivia.submit("heritage", {"type": "export-archive"})[0]
        demo = os.path.join(self.folder, "demo")
        shutil.copytree(os.path.join(DATA, "demo"), demo, ignore=lambda _, names: [
            name for name in names if name.endswith(".job") and name != "export-archive.job"])
        result = subprocess.run(
            [*SANDBOX, WORKER_UNIT, self.folder, WORKER, "--once", "--config", os.path.join(demo, "worker.conf"),
             "--server", server.url, "--key-file", os.path.join(server.folder, "worker.token")],
            env={**os.environ, "BATCHWORK_DEMO_DIR": self.folder}, capture_output=True, text=True, check=False,
            timeout=PATIENCE * 3)
        self.assertEqual(result.returncode, 0, result.stderr)
        done = olivia.job("heritage", job)
        self.assertEqual(done["state"], "success", result.stderr)
        self.assertGreater(done["result"]["size"], 0)
        server.end()


del sys.argv[1:]
tap.main("/install/units")
