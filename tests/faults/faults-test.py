#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rounds with kills in a short, seeded run; and the checker's own test: planted bugs, each to be caught."""

import os
import re
import sys
import tempfile
import unittest
from copy import deepcopy

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]

from engines import DISK, PostgreSql, Sqlite  # noqa: E402  pylint: disable=wrong-import-position
from bugs import BUGS, DAMAGES  # noqa: E402  pylint: disable=wrong-import-position
from judge import judge  # noqa: E402  pylint: disable=wrong-import-position
from harness import Server  # noqa: E402  pylint: disable=wrong-import-position
from look import Look  # noqa: E402  pylint: disable=wrong-import-position
from office import LIBRARY, check_store  # noqa: E402  pylint: disable=wrong-import-position
from points import POINTS, Points  # noqa: E402  pylint: disable=wrong-import-position
from rounds import Rounds  # noqa: E402  pylint: disable=wrong-import-position
from stores import POSTGRESQL, change_store, read_store  # noqa: E402  pylint: disable=wrong-import-position
import tap  # noqa: E402  pylint: disable=wrong-import-position

SEED = os.environ.get("FAULTS_SEED", "4")
ROUNDS = 4 if POSTGRESQL else 6


class FaultsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory(prefix="bw-faults-", dir=DISK)
        cls.engine = (PostgreSql if POSTGRESQL else Sqlite)(cls.scratch.name)

    @classmethod
    def tearDownClass(cls):
        cls.engine.end()
        cls.scratch.cleanup()

    def make_rounds(self, **options):
        folder = tempfile.mkdtemp(dir=self.scratch.name)
        rounds = Rounds(folder, SEED, self.engine, **options)
        self.addCleanup(rounds.abandon)
        return rounds


class Kills(FaultsTest):
    def test_rounds_lose_nothing(self):
        rounds = self.make_rounds(seconds=0.6)
        for _ in range(ROUNDS):
            rounds.run()
        rounds.close()
        self.assertGreaterEqual(sum(rounds.killed.values()), ROUNDS, rounds.killed)
        if os.path.exists(LIBRARY) and not POSTGRESQL:
            self.assertTrue(set(rounds.killed) & set(POINTS), f"no named point was met: {rounds.killed}")
        print(f"# seed {SEED}: {len(rounds.office.history.entries)} exchanges, killed {dict(rounds.killed)}")


    @unittest.skipIf(POSTGRESQL or not os.path.exists(LIBRARY), "points of SQLite's migrations")
    def test_killed_while_it_migrates(self):
        """At each script of a new store's making; the next start goes on from there."""
        for count in range(1, 100):
            folder = tempfile.mkdtemp(dir=self.scratch.name)
            points = Points(folder)
            points.arm("migrating", count)
            store = "sqlite:" + os.path.join(folder, "store.db")
            options = {"folder": folder, "store": store, "environment": points.environment(LIBRARY)}
            try:
                server = Server(**options)
            except AssertionError:
                self.assertEqual(points.killed(), "migrating")
                server = Server(**options)
            server.stop()
            self.assertEqual(check_store(store), "")
            if points.killed() == "none":
                break
        self.assertGreater(count, 5)


@unittest.skipIf(POSTGRESQL, "what the checker sees does not depend on the engine")
class Planted(FaultsTest):
    """A checker that sees nothing proves nothing."""

    def catch(self, bug):
        rounds = self.make_rounds(seconds=0.25, bug=bug, businesses=["willems"])
        # More of it, when there was no occasion.
        for _ in range(8):
            rounds.work(kill=False)
            rules = {rule for rule, _ in rounds.judge()}
            if bug.rule in rules:
                break
        self.assertGreater(bug.fired, 0, "there was no occasion")
        self.assertIn(bug.rule, rules)

    def test_each_rule_has_a_bug(self):
        rules = set()
        for name in ("judge", "judge_work", "judge_events"):
            with open(os.path.join(HERE, name + ".py"), encoding="utf-8") as file:
                rules |= set(re.findall(r'yield "([a-z-]+)"', file.read()))
        self.assertGreater(len(rules), 25)
        self.assertEqual(rules - {bug.rule for bug in BUGS} - {rule for rule, _, _ in DAMAGES.values()}, set())

    def test_damages_of_a_store_are_seen(self):
        rounds = self.make_rounds(seconds=0.4, businesses=["willems"])
        rounds.work(kill=False)
        self.assertEqual(rounds.judge(), [], "nothing is planted yet")
        rounds.stop()
        for name, (rule, which, statements) in DAMAGES.items():
            with self.subTest(name):
                self.assertIn(rule, self.damage(rounds, rule, which, statements), f"{name} was not seen")

    def damage(self, rounds, rule, which, statements):
        """Does it to a copy of the store; returns the rules that were broken."""
        office = rounds.office
        sound = office.store
        found = read_store(sound, which + " LIMIT 1")
        self.assertTrue(found, "there is nothing to damage")
        (business, job), = found
        with tempfile.TemporaryDirectory(dir=self.scratch.name) as folder:
            node, = office.nodes
            node.server.store = self.engine.copy(sound, folder)
            for statement in statements:
                change_store(node.server.store, statement.format(business=business, job=job))
            if rule == "count-off":
                self.assertIn("contradicts itself", check_store(node.server.store))
            node.start()
            looks = deepcopy_looks(rounds.looks)
            for look in looks:
                look.read({job})
            office.stop()
            node.server.store = sound
        return {rule for rule, _ in judge(office.history, looks)}


def deepcopy_looks(looks):
    copies = []
    for look in looks:
        copies.append(Look.from_json(deepcopy(look.to_json())))
        copies[-1].office = look.office
    return copies


def add_bug(bug):
    words = "".join("_" + letter.lower() if letter.isupper() else letter for letter in bug.__name__)
    setattr(Planted, "test_planted" + words, lambda self: self.catch(bug()))


for each in BUGS:
    add_bug(each)

if __name__ == "__main__":
    tap.main("/faults", sys.argv[1:])
