# SPDX-License-Identifier: GPL-3.0-or-later
"""An office whose server, workers and clients are hosts on different wires."""

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
import unittest
from pathlib import Path
from types import SimpleNamespace

import harness
from harness import Server, make_tls_context
from network import Host, Wire, find_obstacle
from worker_harness import PREAMBLE, Worker, wait_until

OBSTACLE = find_obstacle()
PORT = 8420
PASSWORD = "correct horse battery"
W = "/v1/businesses/willems"

# Does an item when it is let, and says so.
STEPS = """
note("pids", os.getpid())
for item in items:
    wait_for(f"go-{item['item']}")
    note("effects", item["item"])
    say(item=item["item"], state="success")
"""


class Stopwatch:
    """Tells how long things took, and what may not take longer."""

    def __init__(self):
        self.begun = time.monotonic()

    def tell(self, what, limit):
        took = time.monotonic() - self.begun
        print(f"# {took:5.2f} s: {what}", flush=True)
        assert took < limit, f"{took:.2f} s: {what}"


def make_certificate(folder, *addresses):
    certificate, key = os.path.join(folder, "server.pem"), os.path.join(folder, "server.key")
    names = ",".join(f"IP:{address}" for address in addresses)
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", "/CN=Batchwork test", "-addext", "subjectAltName=" + names, "-keyout", key,
                    "-out", certificate], check=True, stderr=subprocess.DEVNULL)
    return certificate, key


@unittest.skipIf(OBSTACLE, OBSTACLE)
class OfficeTest(unittest.TestCase):
    """The test itself is at a client. Nothing is on the loopback, so a server needs TLS."""

    worker_program = None

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="bw-partition-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.hosts, self.workers, self.servers = [], [], []
        self.client = self.add_host("client")
        here = contextlib.ExitStack()
        here.enter_context(self.client.inside())
        self.addCleanup(here.close)

    def add_host(self, name):
        host = Host(name, f"10.213.0.{len(self.hosts) + 1}")
        self.hosts.append(host)
        self.addCleanup(host.close)
        return host

    def join(self, one, other):
        wire = Wire(one, other)
        self.addCleanup(wire.close)
        return wire

    def administer(self, *arguments):
        done = subprocess.run([harness.BATCHWORKD, *arguments], input=PASSWORD + "\n", text=True, check=False,
                              capture_output=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def make_store(self, store):
        """A business, its owner and a worker's token."""
        (self.folder / "password").write_text(PASSWORD + "\n")
        self.administer("init", "--store", store, "--business", "willems", "--business-name", "Willems", "--owner",
                        "olivia", "--owner-name", "Olivia", "--password-file", str(self.folder / "password"))
        said = self.administer("add-worker", "--store", store, "--name", "worker", "--business", "willems")
        self.token_file = self.folder / "worker.token"
        self.token_file.write_text(said.split()[0] + "\n")

    def start_server(self, host, store, config=None):
        folder = self.folder / host.name
        folder.mkdir()
        certificate, key = make_certificate(folder, host.address)
        with host.inside():
            server = Server("--certificate", certificate, "--key", key, demo=False, folder=str(folder), store=store,
                            listen=f"{host.address}:{PORT}", config=config)
        server.host, server.tls, server.certificate = host.address, make_tls_context(certificate), certificate
        self.addCleanup(server.end)
        return server

    def sign_in(self, server):
        api = server.sign_in("olivia", PASSWORD)
        self.addCleanup(api.close)
        return api

    def worker_api(self, server):
        api = server.api(self.token_file.read_text().strip())
        self.addCleanup(api.close)
        return api

    def start_worker(self, host, server, script=STEPS, lease="2s", **keys):
        """A worker for the type "steps". Returns it; its directory has what its command notes."""
        folder = self.folder / host.name
        folder.mkdir()
        keys = {"Type": "steps", "Name": "Steps", "Exec": "./steps", "Businesses": "willems",
                "Environment": f"TEST_DIR={folder}", **keys}
        (folder / "steps").write_text("#!/usr/bin/env -S python3 -B\n" + PREAMBLE + script)
        (folder / "steps").chmod(0o755)
        (folder / "steps.job").write_text("[Job Type]\n" + "".join(f"{k}={v}\n" for k, v in keys.items()))
        with host.inside():
            worker = Worker(self.worker_program, SimpleNamespace(directory=folder), (), {
                "server": f"https://{server.host}:{PORT}", "ca-file": server.certificate, "key-file": self.token_file,
                "jobs": folder, "name": host.name, "lease": lease, "poll": "2s", "stop-timeout": "0s",
                "kill-after": "1s"})
        worker.folder = folder
        self.workers.append(worker)
        self.addCleanup(self.end_worker, worker)
        worker.await_log("Working for")
        return worker

    @staticmethod
    def end_worker(worker):
        if worker.process.poll() is None:
            worker.process.kill()
        worker.wait()

    def logs(self):
        texts = [f"Worker's log:\n{worker.read_log()}" for worker in self.workers]
        return "\n".join(texts + [f"Server's log:\n{server.get_log()[-3000:]}" for server in self.servers])

    @staticmethod
    def states(api, job):
        return [item["state"] for item in api.get(f"{W}/jobs/{job}/items").json["items"]]

    def await_states(self, api, job, *states):
        wait_until(lambda: self.states(api, job)[:len(states)] == list(states), f"items {states} of job {job}")
