# SPDX-License-Identifier: GPL-3.0-or-later
"""Today's server on stores of every schema that was released, with clients that don't wait for it."""

import shutil
import socket
import subprocess
import tempfile
import threading
import time
import types
import unittest
from pathlib import Path

import old_stores
from programs import DAEMON, harness, store, start_refused, tap

from stores import POSTGRESQL, find_damage, make_store, psql, read_store, remove_store  # pylint: disable=wrong-import-order

JOBS = 4000
AWAY = (ConnectionError, TimeoutError, OSError)


def find_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


class Client(threading.Thread):
    """Does one thing again and again, whether there is a server or not."""

    def __init__(self, port, token, name):
        super().__init__()
        self.api = harness.Api(types.SimpleNamespace(host="127.0.0.1", port=port, tls=None), token)
        self.act, self.name = getattr(self, name), name
        self.stopping, self.answered = threading.Event(), threading.Event()
        self.count, self.done, self.problem = 0, [], None

    def submit(self):
        self.count += 1
        answer = self.api.post("/v1/businesses/willems/jobs",
                               {"type": "send-invoices", "idempotency_key": f"{self.ident} {self.count}"})
        assert answer.status in (201, 503), answer.text
        self.done += [job["id"] for job in answer.json.get("jobs", [])]

    def work(self):
        for claim in self.api.claim(worker="late", max=5):
            items = [{"item": item["item"], "state": "success"} for item in claim["items"]]
            report = self.api.report({"claim": claim["claim"], "items": items, "finish": {}})
            self.done += [claim["job"]["id"]] if report[0]["status"] == 200 else []

    def look(self):
        answer = self.api.get("/v1/businesses/willems/jobs?limit=50&sort=-finished_at")
        assert answer.status == 200 and answer.json["total"] >= JOBS, answer.text
        answer = self.api.get("/v1/businesses/willems/jobs?q=november&limit=10")
        assert answer.status == 200 and len(answer.json["jobs"]) == 10, answer.text

    def run(self):
        while not self.stopping.is_set():
            try:
                self.act()
                self.answered.set()
            except AWAY:
                self.stopping.wait(0.01)
            except BaseException as error:  # pylint: disable=broad-except
                self.problem = error
                self.answered.set()
                break
        self.api.close()

    def end(self):
        self.stopping.set()
        self.join()
        if self.problem:
            raise self.problem
        return self.done


class UpgradeTest(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="bw-upgrade-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.path = self.folder / "old.db"

    def serve(self, uri, **options):
        server = harness.Server(store=uri, folder=str(self.folder), demo=False, **options)
        self.addCleanup(lambda: server.process.poll() is None and server.end())
        return server

    def check(self, uri):
        """The store's own check goes with every copy."""
        self.assertEqual(find_damage(uri), [])
        copy = self.folder / "checked.db"
        store("copy", uri, f"sqlite:{copy}")
        copy.unlink()

    def upgrade_under_load(self, schema):
        uri = old_stores.make(self.path, schema, JOBS)
        columns, before = old_stores.read_lasting(self.path)
        port = find_port()
        clients = [Client(port, old_stores.OWNER, "submit"), Client(port, old_stores.WORKER, "work"),
                   Client(port, old_stores.OWNER, "look"), Client(port, old_stores.OWNER, "submit")]
        for client in clients:
            client.start()
        began = time.monotonic()
        server = self.serve(uri, listen=f"127.0.0.1:{port}")
        for client in clients:
            self.assertTrue(client.answered.wait(harness.PATIENCE * 2), client.name)
        seconds = time.monotonic() - began
        done = {}
        for client in clients:
            done.setdefault(client.name, []).extend(client.end())
        states = dict(read_store(uri, "SELECT id, state FROM job"))
        self.assertEqual([job for job in done["submit"] if job not in states], [])
        self.assertEqual(len(set(done["submit"])), len(done["submit"]))
        self.assertEqual([job for job in done["work"] if states.get(job) != 2], [])
        server.stop()
        _, after = old_stores.read_lasting(self.path, columns)
        for table, rows in before.items():
            self.assertEqual(len(rows - after[table]), 0, table)
        self.assertEqual(old_stores.get_schema(self.path), old_stores.newest())
        self.check(uri)
        print(f"# schema {schema}, {JOBS:,} jobs: all clients answered {seconds:.2f} s after the start")

    def kill_while_upgrading(self, schema):
        uri = old_stores.make(self.path, schema, JOBS)
        columns, before = old_stores.read_lasting(self.path)
        shutil.copy(self.path, self.folder / "timed.db")
        began = time.monotonic()
        self.serve(f"sqlite:{self.folder}/timed.db").stop()
        span, seen = time.monotonic() - began, []
        for part in range(1, 7):
            process = subprocess.Popen([DAEMON, "--listen", "127.0.0.1:0", "--store", uri], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
            try:
                process.wait(span * part / 7)
            except subprocess.TimeoutExpired:
                process.kill()
            self.assertEqual(process.wait(), -9)
            self.assertEqual(find_damage(uri), [])
            seen.append(old_stores.get_schema(self.path))
        self.assertEqual(seen, sorted(seen))
        self.serve(uri).stop()
        _, after = old_stores.read_lasting(self.path, columns)
        for table, rows in before.items():
            self.assertEqual(len(rows - after[table]), 0, table)
        self.check(uri)
        print(f"# schema {schema}: killed within {span:.2f} s, left at the schemas {seen}")

    def test_several_servers_at_once(self):
        """Of a file one server comes up; of a database all do. Either way each migration runs once."""
        uri = make_store(str(self.folder)) if POSTGRESQL else old_stores.make(self.path, 1, JOBS)
        self.addCleanup(remove_store, uri)
        servers = [subprocess.Popen([DAEMON, "--listen", "127.0.0.1:0", "--store", uri], text=True,
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
        up = [server for server in servers if server.stdout.readline().startswith("Listening")]
        self.assertEqual(len(up), 4 if POSTGRESQL else 1)
        for server in servers:
            server.terminate()
            said = server.communicate()[1]
            self.assertIn("Stopping" if server in up else "in use", said)
        schema = read_store(uri, "SELECT value FROM setting WHERE name = 'schema'")
        self.assertEqual(schema, [(old_stores.newest(),)])

    def set_schema(self, uri, version, oldest):
        sql = f"UPDATE setting SET value = CASE name WHEN 'schema' THEN {version} ELSE {oldest} END WHERE name LIKE 'schema%'"
        if POSTGRESQL:
            psql(uri, sql + "; SELECT nextval('commit_number')")
            return
        with old_stores.closing(old_stores.sqlite3.connect(self.path)) as db, db:
            db.execute(sql)

    def test_newer_version_beside(self):
        """What a newer server does to the store is either no trouble to this one, or ends it."""
        uri = make_store(str(self.folder)) if POSTGRESQL else f"sqlite:{self.path}"
        self.addCleanup(remove_store, uri)
        newest = old_stores.newest()
        server = harness.Server(store=uri, folder=str(self.folder))
        olivia = server.sign_in("olivia")
        self.set_schema(uri, newest + 1, newest)
        olivia.submit("willems", {"type": "send-invoices"})
        server.stop()
        server.start()
        olivia.submit("willems", {"type": "send-invoices"})
        self.set_schema(uri, newest + 2, newest + 2)
        try:
            answer = olivia.post("/v1/businesses/willems/jobs", {"type": "send-invoices"})
            self.assertEqual(answer.status, 503, answer.text)
        except AWAY:
            pass  # it had ended already
        olivia.close()
        self.assertEqual(server.wait(), 1)
        self.assertIn("newer version of Batchwork", server.get_log())
        self.assertEqual(read_store(uri, "SELECT COUNT(*) FROM job"), [(2,)])
        start_refused(uri, "newer version")


def add(name, schema):
    def test(self):
        getattr(self, name)(schema)
    setattr(UpgradeTest, f"test_schema_{schema}_{name}", test)


# No store of PostgreSQL is older than the newest schema.
for number in () if POSTGRESQL else range(1, old_stores.newest() + 1):
    add("upgrade_under_load", number)
    if number < old_stores.newest():
        add("kill_while_upgrading", number)

tap.main("/upgrade/servers" + ("/postgresql" if POSTGRESQL else ""))
