# SPDX-License-Identifier: GPL-3.0-or-later
"""The office under test: real batchworkds on a store of its own, killed and started again."""

import glob
import http.client
import json
import os
import shutil
import subprocess
import threading
import time

import engines  # pylint: disable=unused-import # which tells where the next are
from harness import PASSWORD, PATIENCE, Server
from history import History
from points import Points

BUSINESSES = ["willems", "harbour"]
CHECK_STORE = shutil.which("check-store") or "check-store"
LIBRARY = os.path.join(os.path.dirname(CHECK_STORE), "fault-points.so")


def check_store(store):
    """What a store says of itself when its servers have stopped; empty when all is well."""
    done = subprocess.run([CHECK_STORE, store], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stderr.strip() or f"ended with {done.returncode}"


class Node:
    """One server, and how the test itself speaks to it."""

    def __init__(self, folder, store, environment=None):
        os.makedirs(folder, exist_ok=True)
        self.points = Points(folder)
        # Under a sanitizer there are none: kills at random moments only.
        self.has_points = os.path.exists(LIBRARY) and environment is None
        if environment is None:
            environment = self.points.environment(LIBRARY) if self.has_points else {}
        self.server = Server(folder=folder, store=store, environment=environment)
        self.connection, self.is_up = None, True

    @property
    def address(self):
        return (self.server.host, self.server.port)

    def ask(self, method, path, body=None, token=None):
        """An exchange that must succeed; None where there is no such thing."""
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if token:
            headers["Authorization"] = "Bearer " + token
        self.connection = self.connection or http.client.HTTPConnection(*self.address, timeout=PATIENCE)
        self.connection.request(method, path, json.dumps(body).encode() if body is not None else None, headers)
        answer = self.connection.getresponse()
        data = answer.read()
        if answer.status == 404:
            return None
        assert answer.status < 300, f"{method} {path}: {answer.status} {data.decode()}"
        return json.loads(data) if "json" in answer.headers.get("Content-Type", "") else data

    def forget_connection(self):
        if self.connection:
            self.connection.close()
            self.connection = None

    def await_death(self, patience):
        """Waits a while for it to die at a point."""
        try:
            self.server.process.wait(patience)
        except subprocess.TimeoutExpired:
            pass

    def kill(self):
        """Returns where it died."""
        self.is_up = False
        self.forget_connection()
        died = self.points.killed()
        self.server.kill()
        self.points.disarm()
        return died

    def start(self):
        self.server.start()
        self.is_up = True

    def stop(self):
        self.is_up = False
        self.forget_connection()
        if self.server.process.poll() is None:
            self.server.stop()


class Office:
    """Its servers. Clients go to any that is there, and wait while none is."""

    def __init__(self, folder, engine, environment=None):
        self.folder, self.engine, self.environment = folder, engine, environment
        self.store = engine.make(folder)
        self.history = History()
        self.through = None   # who stands before the first server
        self.starts = []
        self.changed = threading.Condition()
        self.nodes = [self._make_node(0)]
        if engine.tokens is None:
            self._fill()
        self.tokens = engine.tokens
        self.nodes += [self._make_node(i) for i in range(1, engine.nodes)]

    def _make_node(self, number):
        return Node(os.path.join(self.folder, f"node{number}"), self.store, self.environment)

    def _fill(self):
        """Signs everybody in; the offices to come are copies."""
        node, = self.nodes
        tokens = {login: node.ask("POST", "/v1/sessions", {"user": login, "password": PASSWORD})["token"]
                  for login in ("olivia", "adam", "victor")}
        # Beside a file, or else where the server was started.
        path, = glob.glob(os.path.join(self.folder, "**", "worker.token"), recursive=True)
        with open(path, encoding="ascii") as file:
            tokens["worker"] = file.read().strip()
        node.stop()
        self.engine.keep(self.store)
        self.engine.tokens = tokens
        node.start()

    def pick(self, chance, patience):
        """The address of a server that is up; None when there is none for so long."""
        with self.changed:
            self.changed.wait_for(lambda: any(node.is_up for node in self.nodes), patience)
            up = [node.address for node in self.nodes if node.is_up]
        return (self.through or chance.choice(up)) if up else None

    def ask(self, method, path, body=None, user=None):
        """An exchange of the test's own, which must succeed; None where there is no such thing."""
        node = next(node for node in self.nodes if node.is_up)
        return node.ask(method, path, body, self.tokens[user])

    def start(self, node):
        begun = time.monotonic()
        node.start()
        with self.changed:
            self.changed.notify_all()
        self.await_work(node, begun)

    def await_work(self, node, since):
        """Waits until a server takes work again, and notes how long that took."""
        body = {"worker": "nobody", "businesses": [BUSINESSES[0]], "types": ["nothing"]}
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                node.ask("POST", "/v1/claims", body, self.tokens["worker"])
                break
            except (AssertionError, OSError, http.client.HTTPException):
                node.forget_connection()
                assert time.monotonic() < deadline, f"the server does not take work again: {node.server.get_log()}"
                time.sleep(0.01)
        self.starts.append(time.monotonic() - since)

    def get_log(self):
        return "\n".join(node.server.get_log()[-3000:] for node in self.nodes)

    def stop(self):
        """Ends the servers in order."""
        for node in self.nodes:
            node.stop()

    def end(self):
        self.stop()
        self.engine.drop(self.store)
