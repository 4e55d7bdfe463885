# SPDX-License-Identifier: GPL-3.0-or-later
"""Thousands of event streams beside full load: none lost, and what they cost."""

import statistics
import subprocess
import json
import os

from common import ROUNDS, SECONDS, Server, number, program, scratch, table

STREAMS = int(os.environ.get("BENCH_STREAMS", "5000"))
# These follow the business that has the load, and never read.
STALLED = 10
# Away from the business that has the load, so that each hears of one change a second.
BUSINESSES = ["harbour", "heritage", "riverside"]


def get_memory(pid):
    """The memory that is the process' own, in KiB."""
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        return sum(int(line.split()[1]) for line in file if line.startswith("Private_"))


class Streams:
    """Streams that are open; begin() has jobs submitted, and end() tells how they were heard of."""

    def __init__(self, server, count, stalled=0):
        command = [program("bench-streams"), "--port", str(server.port), "--streams", str(count),
                   "--stalled", str(stalled), "--stall-in", "willems", "--seconds", str(SECONDS)]
        for user in ("olivia", "adam", "ines"):
            token = server.ask("POST", "/v1/sessions", {"user": user, "password": "batchwork-demo"})["token"]
            command += ["--token", token]
        for business in BUSINESSES:
            command += ["--business", business]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "open\n"

    def begin(self):
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def end(self):
        result = json.loads(self.process.communicate()[0])
        if result["lost"] or result["twice"] or result["disorder"] or not result["events"]:
            raise SystemExit(f"The streams were not told the truth: {result}")
        return result


def rate(server, streams=None):
    if streams:
        streams.begin()
    load = server.load("submit", 32, 1)
    return load["jobs"] / load["seconds"], load["p99_ms"], streams.end() if streams else None


def bench_streams():
    """Requests with and without streams; memory a stream; what stalled ones cost the others."""
    rounds = []
    for _ in range(ROUNDS):
        with scratch() as folder:
            server = Server(folder)
            try:
                rate(server)
                alone, p99, _ = rate(server)
                before = get_memory(server.process.pid)
                streams = Streams(server, STREAMS)
                memory = (get_memory(server.process.pid) - before) * 1024 / STREAMS
                beside, p99_beside, heard = rate(server, streams)
                stalled = Streams(server, STREAMS, STALLED)
                _, _, heard_stalled = rate(server, stalled)
                rounds.append([alone, beside, beside / alone, p99, p99_beside, memory, heard["events"],
                               heard["median_ms"], heard["p99_ms"], heard_stalled["median_ms"],
                               heard_stalled["p99_ms"]])
            finally:
                server.stop()
    (alone, beside, ratio, p99, p99_beside, memory, events, median, late, median_stalled,
     late_stalled) = map(statistics.median, zip(*rounds))
    table(f"{number(STREAMS)} event streams beside full load (median of {ROUNDS} rounds of {SECONDS:g} s); "
          f"{number(events)} events a round, none lost, none out of order",
          ["", "without", "with", "", "aim"],
          [["single submits a second, 32 connections", number(alone), number(beside), f"{ratio:.2f}", "0.60"],
           ["99th percentile of a submit, ms", f"{p99:.1f}", f"{p99_beside:.1f}", "", ""],
           ["memory a stream, bytes", "", number(memory), "", "8,192"],
           ["from submit to event, ms, median", "", f"{median:.1f}", "", ""],
           ["from submit to event, ms, 99th percentile", "", f"{late:.1f}", "", ""],
           [f"the same beside {STALLED} stalled ones, median", "", f"{median_stalled:.1f}", f"{median_stalled / median:.2f}", ""],
           [f"the same beside {STALLED} stalled ones, 99th percentile", "", f"{late_stalled:.1f}", f"{late_stalled / late:.2f}", ""]])
