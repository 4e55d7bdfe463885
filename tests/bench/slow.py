# SPDX-License-Identifier: GPL-3.0-or-later
"""Thousands of hostile clients beside healthy ones: what they cost those, and the server."""

import json
import os
import statistics
import subprocess
import time

from common import ROUNDS, Server, number, program, scratch, table
from streams import get_memory

CROWD = int(os.environ.get("BENCH_CROWD", "10000"))
# Shorter than the defaults, so that a round sees the server end the slow.
HEADER_TIMEOUT, BODY_TIMEOUT = 10, 10
CONFIG = f"[limits]\nheader-timeout={HEADER_TIMEOUT}\nbody-timeout={BODY_TIMEOUT}\n"
KINDS = [
    ("nobody", None),
    ("a header, a byte a second", "header"),
    ("a body, a byte a second", "body"),
    ("answers that are never read", "answer"),
    ("event streams that are never read", "events"),
]
HEALTHY = 8


def count_descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def crowd_round(kind):
    """Healthy clients' 99th percentile before and beside the crowd, memory, descriptors, what became of it."""
    with scratch() as folder:
        config = os.path.join(folder, "batchworkd.conf")
        with open(config, "w", encoding="ascii") as file:
            file.write(CONFIG)
        server = Server(folder, None, "--config", config)
        try:
            server.load("submit", HEALTHY, 1)
            before = server.load("submit", HEALTHY, 1)
            memory = get_memory(server.process.pid)
            command = [program("bench-slow"), kind or "", "--port", str(server.port), "--token", server.token,
                       "--business", "willems", "--connections", str(CROWD)]
            crowd = kind and subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            if crowd and crowd.stdout.readline() != "open\n":
                raise SystemExit("The crowd did not come in")
            begun = time.monotonic()
            beside, grown, descriptors = [], 0, 0
            # Long enough for the first of the slow to be ended.
            while time.monotonic() - begun < HEADER_TIMEOUT + 3:
                beside.append(server.load("submit", HEALTHY, 1))
                grown = max(grown, get_memory(server.process.pid) - memory)
                descriptors = max(descriptors, count_descriptors(server.process.pid))
            result = json.loads(crowd.communicate()[0]) if crowd else {"ended": 0, "told": 0}
            after = server.ask("GET", "/v1/me")
            assert after["user"], "the listener survived"
            return [before["median_ms"], before["p99_ms"], statistics.median(r["median_ms"] for r in beside),
                    statistics.median(r["p99_ms"] for r in beside), grown / 1024, descriptors, result["ended"],
                    result["told"]]
        finally:
            server.stop()


def bench_slow():
    """Healthy clients beside 10,000 slow or hostile ones, kind by kind."""
    rows = []
    for name, kind in KINDS:
        rounds = [crowd_round(kind) for _ in range(ROUNDS)]
        median, p99, median_beside, p99_beside, grown, descriptors, ended, told = map(statistics.median, zip(*rounds))
        rows.append([name, f"{median:.1f}", f"{median_beside:.1f}", f"{p99:.1f}", f"{p99_beside:.1f}",
                     f"{p99_beside / p99:.1f}", f"{grown:.1f}", number(descriptors), number(ended), number(told)])
    table(f"{HEALTHY} healthy clients beside {number(CROWD)} of these (median of {ROUNDS} rounds; aims: 99th percentile "
          "at most doubled, 64 MiB at most)",
          ["", "median ms", "beside", "p99 ms", "beside", "ratio", "MiB more", "descriptors", "ended", "told why"], rows)
