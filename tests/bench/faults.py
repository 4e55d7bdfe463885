# SPDX-License-Identifier: GPL-3.0-or-later
"""The long run of the rounds with kills (tests/faults): FAULTS_ROUNDS of them on each of FAULTS_ENGINES.

Eight rounds are done to one office, then another begins, each with a seed of its own: "7/12" is the
twelfth office of seed 7. A round that fails is kept in a file and told with its seed;
FAULTS_SEED=7/12 does that office again, tests/faults/rounds.py FILE judges what was kept again.
Behind them come FAULTS_WORKER_RUNS runs with real workers that are killed and stopped.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter

from common import number, program, table

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROUNDS_OF_AN_OFFICE = 8


class LongRun:
    def __init__(self, engine, rounds, seed):
        self.engine, self.wanted, self.seed = engine, rounds, seed
        self.rounds, self.exchanges, self.violations = 0, 0, 0
        self.kills, self.starts = Counter(), []

    def do(self):
        first, _, only = self.seed.partition("/")
        office = int(only or 0)
        told = time.monotonic()
        while self.rounds < self.wanted:
            with tempfile.TemporaryDirectory(prefix="bench-", dir=os.environ.get("BENCH_DIR", os.getcwd())) as folder:
                self.do_office(f"{first}/{office}", folder)
            office += 1
            if only:
                break
            if time.monotonic() > told + 60:
                told = time.monotonic()
                print(f"{self.engine.name}: {self.rounds} rounds, {self.violations} violations", file=sys.stderr, flush=True)

    def do_office(self, seed, folder):
        from rounds import Rounds, Violation  # pylint: disable=import-outside-toplevel
        rounds = Rounds(folder, seed, self.engine)
        try:
            while rounds.number < ROUNDS_OF_AN_OFFICE and self.rounds < self.wanted:
                self.rounds += 1
                rounds.run()
            rounds.close()
        except Violation as violation:
            self.tell(rounds, seed, str(violation))
        except AssertionError as error:
            self.tell(rounds, seed, f"{error}\n{rounds.office.get_log()}")
        finally:
            rounds.abandon()
            self.exchanges += len(rounds.office.history.entries)
            self.kills += rounds.killed
            self.starts += rounds.office.starts

    def tell(self, rounds, seed, what):
        self.violations += 1
        path = os.path.abspath(f"faults-{self.engine.name}-{seed.replace('/', '-')}.json")
        rounds.keep(path)
        print(f"{self.engine.name}, seed {seed}, round {rounds.number}, kept in {path}:\n{what}", flush=True)


def run_workers(seed):
    """Real workers; returns how many runs failed."""
    runs, wrong = int(os.environ.get("FAULTS_WORKER_RUNS", "20")), 0
    command = [sys.executable, "-B", os.path.join(TESTS, "faults", "workers-test.py"), program("batchworkd"),
               program("batchwork-worker")]
    for number_ in range(runs):
        done = subprocess.run(command, env={**os.environ, "FAULTS_SEED": f"{seed}/{number_}"}, stdout=subprocess.PIPE,
                              text=True, check=False)
        if done.returncode != 0:
            wrong += 1
            print(done.stdout, flush=True)
    table("Real workers, killed and stopped", ["", "runs", "violations"], [["", runs, wrong]])
    return wrong


def bench_faults():
    """Work, kills, and what the checker finds."""
    sys.path[:0] = [os.path.join(TESTS, "faults"), TESTS]
    from engines import DISK, ENGINES  # pylint: disable=import-outside-toplevel
    rows, wrong = [], 0
    for name in os.environ.get("FAULTS_ENGINES", " ".join(ENGINES)).split():
        begun = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="bench-", dir=DISK) as folder:
            engine = ENGINES[name](folder)
            run = LongRun(engine, int(os.environ.get("FAULTS_ROUNDS", "1000")), os.environ.get("FAULTS_SEED", "1"))
            try:
                run.do()
            finally:
                engine.end()
        wrong += run.violations
        rows.append([engine.name, run.rounds, number(run.exchanges), sum(run.kills.values()), run.violations,
                     f"{statistics.median(run.starts):.2f}", f"{max(run.starts):.2f}",
                     number(time.monotonic() - begun)])
        table(f"Kills by point, {engine.name}", ["", "kills"], [[point, n] for point, n in run.kills.most_common()])
    table("Rounds of work with kills", ["", "rounds", "exchanges", "kills", "violations", "back after s, median",
                                        "longest", "seconds"], rows)
    wrong += run_workers(os.environ.get("FAULTS_SEED", "1"))
    if wrong:
        sys.exit(1)
