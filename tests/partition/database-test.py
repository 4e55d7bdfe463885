#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two nodes and their PostgreSQL on wires of their own: database-test.py BATCHWORKD BATCHWORK-WORKER [NAME…]"""

import os
import sys
import threading
import time

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [os.path.join(TESTS, "partition"), os.path.join(TESTS, "server"), os.path.join(TESTS, "worker"), TESTS]
os.environ["BATCHWORKD"], WORKER = map(os.path.abspath, sys.argv[1:3])
NAMES = sys.argv[3:]

import tap  # noqa: E402  pylint: disable=wrong-import-position
from office import OfficeTest, Stopwatch, W  # noqa: E402  pylint: disable=wrong-import-position
from postgresql import PostgreSQL  # noqa: E402  pylint: disable=wrong-import-position
from worker_harness import wait_until  # noqa: E402  pylint: disable=wrong-import-position

# A database that doesn't answer is given up after about ten seconds, and looked for anew for five.
NOTICED = 25


class Database(OfficeTest):
    worker_program = WORKER

    def setUp(self):
        super().setUp()
        host = self.database_host = self.add_host("database")
        with host.inside():
            self.database = PostgreSQL({"listen_addresses": "*"})
            self.database.make()
            self.addCleanup(self.database.remove)
            with open(os.path.join(self.database.data, "pg_hba.conf"), "a", encoding="ascii") as file:
                file.write("host all all 10.213.0.0/24 trust\n")
            self.database.sql("SELECT pg_reload_conf()")
            self.database.create_database("office")
        store = f"postgresql://batchwork@{host.address}:{self.database.port}/office"
        self.wires, self.apis, nodes = [], [], []
        for number in (0, 1):
            node = self.add_host(f"node{number}")
            self.wires.append(self.join(node, host))
            nodes.append(node)
            self.join(self.client, node)
            if number == 0:
                with node.inside():
                    self.make_store(store)
        for node in nodes:
            server = self.start_server(node, store)
            self.servers.append(server)
            self.apis.append(self.sign_in(server))
        self.addCleanup(self.wires[0].heal)

    def submit(self, number, name):
        return self.apis[number].post(W + "/jobs", {"type": "send-invoices", "name": name})

    def await_good(self, number, name):
        wait_until(lambda: self.submit(number, name).status == 201, f"node {number} takes jobs", 60)

    @staticmethod
    def follow(api, stream, revision, last):
        """Reads events up to the one of a job. A node that can't read what changed ends its streams, and who
        follows comes back with the last that it knows of."""
        events = []
        while not events or events[-1][2].get("job", {}).get("name") != last:
            event = stream.next()
            if event is None:
                stream.close()
                stream = api.events("willems", last=events[-1][0] if events else revision)
            else:
                events.append(event)
        stream.close()
        return events

    def test_node_cut_off(self):
        """It says so in bounded time and catches up; the other goes on, and its streams miss nothing."""
        revision = self.apis[0].get(W + "/jobs").json["revision"]
        streams = [api.events("willems", since=revision) for api in self.apis]
        self.assertEqual(self.submit(0, "before").status, 201)
        self.wires[0].cut()
        watch = Stopwatch()
        answers = []
        asking = [threading.Thread(target=lambda ask=ask: answers.append(ask())) for ask in (
            lambda: self.servers[0].api(self.apis[0].token).get(W + "/jobs"),
            lambda: self.servers[0].api(self.apis[0].token).post(W + "/jobs", {"type": "send-invoices"}))]
        for thread in asking:
            thread.start()
        self.assertEqual(self.submit(1, "meanwhile").status, 201)
        watch.tell("until the other node's next write is answered", NOTICED)
        for thread in asking:
            thread.join()
        watch.tell("until a node that can't reach the database says so", NOTICED)
        for answer in answers:
            self.assertEqual(answer.status, 503, answer.text)
            self.assertIn("The database can't be reached", answer.json["detail"])
        self.assertEqual(self.servers[0].api().get("/healthz").status, 503)
        for number in range(20):
            self.assertEqual(self.submit(1, f"meanwhile {number}").status, 201)
        self.wires[0].heal()
        watch = Stopwatch()
        self.await_good(0, "after")
        watch.tell("from the wire's being whole until the node takes jobs again", 10)
        for api, stream in zip(self.apis, streams):
            seen = self.follow(api, stream, revision, "after")
            self.assertEqual([revision for revision, _, _ in seen], sorted({revision for revision, _, _ in seen}))
            names = [data["job"]["name"] for _, _, data in seen if "job" in data]
            self.assertEqual([name for name in names if name.startswith("meanwhile ")],
                             [f"meanwhile {number}" for number in range(20)])
        watch.tell("until both nodes' streams have told everything", 15)

    def test_writers_cut_off_in_the_middle(self):
        """Whatever a node was at when it was cut off, the other's writes wait for a bounded time only."""
        is_over, kept = threading.Event(), []

        def write():
            api = self.servers[0].api(self.apis[0].token)
            while not is_over.is_set():
                answer = api.post(W + "/jobs", [{"type": "send-invoices", "items": [{"label": "x"}] * 100}] * 20)
                if answer.status == 201:
                    kept.extend(job["id"] for job in answer.json["jobs"])
            api.close()

        writers = [threading.Thread(target=write) for _ in range(3)]
        for thread in writers:
            thread.start()
        wait_until(lambda: len(kept) > 100, "some jobs")
        self.wires[0].cut()
        watch = Stopwatch()
        self.await_good(1, "other")
        watch.tell("until the other node's write is answered", 2 * NOTICED)
        is_over.set()
        for thread in writers:
            thread.join()
        watch.tell("until every writer at the node has its answer", 4 * NOTICED)
        self.wires[0].heal()
        watch = Stopwatch()
        self.await_good(0, "own")
        watch.tell("from the wire's being whole until the node takes jobs again", 10)
        for job in kept:
            self.assertEqual(self.apis[1].job("willems", job)["items_total"], 100)
        # One more batch may have been kept without its answer.
        total = self.apis[1].get(W + "/jobs").json["total"]
        self.assertLessEqual(len(kept) + 2, total)
        self.assertEqual(self.apis[0].get(W + "/jobs/summary").json["total"], total)

    def test_slow_database(self):
        """100 ms there and back: slow, and all of it right."""
        for wire in self.wires:
            wire.slow_down(0.05)
        watch = Stopwatch()
        self.assertEqual(self.submit(0, "slow").status, 201)
        watch.tell("for a submit with 100 ms to the database", 5)
        watch = Stopwatch()
        self.assertEqual(self.apis[1].get(W + "/jobs").json["total"], 1)
        watch.tell("for a list with 100 ms to the database", 5)


if __name__ == "__main__":
    tap.main("/partition/database", NAMES)
