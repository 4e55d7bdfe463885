#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rounds of work, each with a kill in its midst, and what the checker says after each.

An office lives for some rounds: its clients go on over the kills, and its readers follow every change
from its first to its last. `rounds.py FILE` judges again what a failing round has kept.
"""

import json
import random
import sys
import threading
import time
from collections import Counter

from clients import TYPES, Actor, Reader, Submitter, Worker
from history import History
from judge import judge
from look import Look
from office import BUSINESSES, Office, check_store
from points import USUAL
from proxy import Proxy


class Violation(AssertionError):
    pass


class Rounds:
    """An office and its rounds. Random numbers come from the seed, one series for each round."""

    def __init__(self, folder, seed, engine, seconds=0.8, bug=None, businesses=BUSINESSES):
        self.seed, self.seconds, self.number, self.businesses = seed, seconds, 0, businesses
        self.office = Office(folder, engine)
        self.proxy = Proxy(self.office.nodes[0].address, bug) if bug else None
        if bug:
            self.office.through = self.proxy.address
        self.looks = [Look(self.office, business) for business in businesses]
        self.readers = [Reader(self.office, f"reader/{business}/{user}", self.office.tokens[user], business, seed, 0)
                        for business in businesses for user in ("olivia", "victor")]
        for reader in self.readers:
            reader.start()
        self.killed, self.seen = Counter(), 0

    def make_clients(self):
        tokens, clients = self.office.tokens, []
        for business in self.businesses:
            count = 2 if business == "willems" else 1
            for kind, token, n in ((Submitter, "olivia", count), (Worker, "worker", count + 1), (Actor, "adam", 1)):
                for i in range(n):
                    name = f"{kind.__name__.lower()}/{business}/{i}@{self.number}"
                    clients.append(kind(self.office, name, tokens[token], business, self.seed))
        return clients

    def run(self):
        """One round: work, a kill, more work, rest, judgement."""
        self.work()
        violations = self.judge()
        if violations:
            raise Violation("\n".join(f"{rule}: {text}" for rule, text in violations))

    def work(self, kill=True):
        """A round without its judgement."""
        self.number += 1
        chance = random.Random(f"{self.seed}/{self.number}")
        clients = self.make_clients()
        for client in clients:
            client.start()
        begun = time.monotonic()
        if kill:
            self.kill(chance)
        threading.Event().wait(max(0.0, begun + self.seconds - time.monotonic()))
        for client in clients:
            client.stopping.set()
        for client in clients:
            client.join(60)
        self.rest()
        self.look()

    def kill(self, chance):
        """A server at a point or at a random moment, which starts again at once; or the database."""
        office = self.office
        threading.Event().wait(self.seconds * chance.uniform(0.1, 0.5))
        if office.engine.has_process and chance.random() < 0.5:
            self.kill_engine()
            if chance.random() < 0.7:
                return
        node = chance.choice(office.nodes)
        where = chance.choice(["at random", *(USUAL if node.has_points else [])])
        if where in USUAL:
            # Where a commit goes to another process there are fewer, and each node has a part of them.
            slower = 3 * len(office.nodes) if office.engine.has_process else 1
            node.points.arm(where, chance.randint(1, max(1, USUAL[where] // slower)))
            node.await_death(self.seconds)
        died = node.kill()
        self.killed[died if died != "none" else "at random"] += 1
        office.start(node)

    def kill_engine(self):
        """The database goes and comes back; the servers go on by themselves."""
        self.killed[self.office.engine.kill_and_start()] += 1
        begun = time.monotonic()
        for node in self.office.nodes:
            self.office.await_work(node, begun)

    def rest(self):
        """Waits until the server has done what it does by itself, and until readers know of it."""
        for business in self.businesses:
            readers = [reader for reader in self.readers if reader.business == business]
            deadline = time.monotonic() + 20
            while self.office.ask("GET", f"/v1/businesses/{business}/jobs/summary?type=bulk-retry&type=bulk-cancel"
                                         "&type=bulk-delete", user="olivia")["active"]:
                assert time.monotonic() < deadline, "bulk actions do not end"
                time.sleep(0.01)
            marker = self.office.ask("POST", f"/v1/businesses/{business}/jobs",
                                     {"type": TYPES[business][-1], "parameters": {"tag": "marker"},
                                      "run_at": "2999-01-01T00:00:00Z"}, user="olivia")["jobs"][0]["id"]
            for reader in readers:
                reader.until(lambda each: marker in each.view, f"job {marker}")

    def look(self):
        """Reads what the round has touched."""
        entries = self.office.history.entries[self.seen:]
        self.seen = len(self.office.history.entries)
        for look in self.looks:
            touched = {entry["job"] for entry in entries if entry.get("job") is not None
                       and entry["business"] == look.business}
            look.read(touched)

    def judge(self):
        return judge(self.office.history, self.looks)

    def keep(self, path):
        """Keeps all that was judged."""
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"seed": self.seed, "round": self.number, **self.office.history.to_json(),
                       "looks": [look.to_json() for look in self.looks]}, file)

    def stop(self):
        """Ends the office in order."""
        self.office.stop()
        for reader in self.readers:
            reader.stop()
        for reader in self.readers:
            reader.join(20)

    def close(self):
        """Ends the office in order; its store must agree with itself."""
        self.stop()
        problem = check_store(self.office.store)
        self.office.end()
        self.close_proxy()
        if problem:
            raise Violation(f"store-check: {problem}")

    def abandon(self):
        for reader in self.readers:
            reader.stop()
        for node in self.office.nodes:
            if node.server.process.poll() is None:
                node.kill()
        self.close_proxy()

    def close_proxy(self):
        if self.proxy:
            self.proxy.close()


def judge_again(path):
    with open(path, encoding="utf-8") as file:
        kept = json.load(file)
    print(f"Seed {kept['seed']}, round {kept['round']}")
    for rule, text in judge(History.from_json(kept), [Look.from_json(look) for look in kept["looks"]]):
        print(f"{rule}: {text}")


if __name__ == "__main__":
    judge_again(sys.argv[1])
