# SPDX-License-Identifier: GPL-3.0-or-later
"""The systems that are held side by side: Batchwork on two engines, and its peers through their own libraries.

Each has start(folder, finished), submit(), work(), stop(). What submit() and work() say is held against what
the system itself says is still to be done.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from common import Server, program

sys.path.insert(0, str(Path(__file__).parents[1]))

from postgresql import PostgreSQL  # noqa: E402

SOURCES = Path(__file__).parent / "peers"
PAYLOAD = json.dumps({"period": "2026-11", "copies": 1, "template": "standard", "language": "nl",
                      "sender": "office@willems.example", "subject": "Invoices of November 2026",
                      "note": "Payment within 30 days, please"}, separators=(",", ":"))
POSTGRESQL_SETTINGS = {"shared_buffers": "512MB", "max_wal_size": "4GB", "max_connections": "200"}
BUSINESS = "willems"


def install():
    """Installs the peers beside the build, if these versions of them aren't there yet; returns the folder."""
    folder = Path(program("bench-load")).parent / "peers"
    folder.mkdir(exist_ok=True)
    for source in SOURCES.iterdir():
        shutil.copy(source, folder)
    key = hashlib.sha256((SOURCES / "package-lock.json").read_bytes()).hexdigest()
    stamp = folder / "installed"
    if not stamp.exists() or stamp.read_text() != key:
        print("Installing the peers from the npm registry…", file=sys.stderr)
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
                       cwd=folder, check=True, stdout=sys.stderr)
        stamp.write_text(key)
    return folder


class Redis:
    """A redis-server that writes each command to its log; @fsync says when it syncs that."""

    def __init__(self, fsync):
        self.fsync = fsync

    def start(self, folder):
        address = f"{folder}/redis.sock"
        self.process = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", address, "--dir", folder, "--save", "",
             "--appendonly", "yes", "--appendfsync", self.fsync, "--maxmemory-policy", "noeviction"],
            stdout=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            if "ready to accept connections" in line.lower():
                return address
        raise SystemExit("redis-server did not start")

    def stop(self):
        self.process.terminate()
        self.process.communicate(timeout=60)


class Postgres:
    """One server for all that stand on PostgreSQL, with a new database for each visit."""

    def __init__(self, parent):
        self.server = PostgreSQL(POSTGRESQL_SETTINGS, durable=True, parent=parent)
        self.server.make()

    def start(self, _folder):
        self.server.drop_database("bench")
        address = self.server.create_database("bench")
        self.server.sql("CHECKPOINT")
        return address

    def stop(self):
        self.server.drop_database("bench")

    def remove(self):
        self.server.remove()


class System:
    """Something that keeps jobs; @engine is what starts its database, None if it has none."""

    def __init__(self, name, engine, durable=True):
        self.name, self.engine, self.durable = name, engine, durable

    @property
    def on_postgresql(self):
        return isinstance(self.engine, Postgres)

    def submit(self, **how):
        return self._checked(self.load_submit, 1, how)

    def work(self, **how):
        return self._checked(self.load_work, -1, how)

    def _checked(self, load, sign, how):
        before = self.waiting()
        result = load(**how)
        change = sign * (self.waiting() - before)
        if not result["jobs"] <= change <= result["all"]:
            raise SystemExit(f"{self.name} said {result}, but it kept {change} of them: {how}")
        return {**result, "rate": result["jobs"] / result["seconds"]}


class Batchwork(System):
    """batchworkd over HTTP."""

    def start(self, folder, finished=0):
        store = self.engine.start(folder) if self.engine else f"sqlite:{folder}/bench.db"
        self.server = Server(folder, store)
        if finished:
            self.server.stop()
            subprocess.run([program("bench-fill"), store, BUSINESS, str(finished)], check=True)
            self.server = Server(folder, store)

    def waiting(self):
        return self.server.ask("GET", f"/v1/businesses/{BUSINESS}/jobs/summary")["active"]

    def load_submit(self, concurrency, batch, warm, seconds):
        return self.server.load("submit", concurrency, batch, seconds, "--warm", str(warm), "--parameters", PAYLOAD)

    def load_work(self, concurrency, batch, warm, seconds):
        return self.server.load("work", concurrency, batch, seconds, "--warm", str(warm))

    def stop(self):
        self.server.stop()
        if self.engine:
            self.engine.stop()


class Peer(System):
    """A Node.js library, in a process of its own that takes commands."""

    def __init__(self, name, engine, module, folder, durable=True):
        super().__init__(name, engine, durable)
        self.module, self.folder = module, folder

    def start(self, folder, finished=0):
        address = self.engine.start(folder)
        [node] = self.folder.glob("node_modules/node-linux-*/bin/node")
        self.process = subprocess.Popen([node, "peer.mjs", self.module, address, PAYLOAD], cwd=self.folder,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env={**os.environ, "NODE_ENV": "production"})
        self._answer()
        if finished:
            self.ask("submit", concurrency=1, batch=1, warm=0, seconds=0.1)
            self.ask("work", concurrency=1, batch=1, warm=0, seconds=0.5)
            self.kept = self.ask("fill", jobs=finished)["jobs"]

    def ask(self, what, **how):
        self.process.stdin.write(json.dumps({"do": what, **how}) + "\n")
        self.process.stdin.flush()
        return self._answer()

    def _answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"The driver of {self.name} ended with {self.process.wait()}")
        return json.loads(line)

    def waiting(self):
        return self.ask("waiting")["jobs"]

    def load_submit(self, **how):
        return self.ask("submit", **how)

    def load_work(self, **how):
        return self.ask("work", **how)

    def stop(self):
        self.process.communicate(timeout=60)
        self.engine.stop()
