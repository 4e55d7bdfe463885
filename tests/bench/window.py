# SPDX-License-Identifier: GPL-3.0-or-later
"""The application's windows over few and over many jobs: how soon rows are there, how evenly they
scroll, how much memory they take. On a display of their own, without a graphics card, unless
BENCH_DISPLAY=own asks for the one that is there.
"""

import http.client
import json
import os
import statistics
import subprocess
import threading
import time
from contextlib import contextmanager

from common import ROUNDS, Server, number, program, scratch, table

SIZES = [int(size) for size in os.environ.get("BENCH_SIZES", "10000,1000000").split(",")]
EVENTS = 100
PASSWORD = "batchwork-demo"


@contextmanager
def display(folder):
    """The environment of an application on an X server without a screen, drawn by the processor."""
    environment = {**os.environ, "HOME": folder, "XDG_RUNTIME_DIR": folder, "GSETTINGS_BACKEND": "memory",
                   "GTK_A11Y": "none", "GDK_DEBUG": "no-portals", "ADW_DISABLE_PORTAL": "1"}
    os.chmod(folder, 0o700)
    if os.environ.get("BENCH_DISPLAY") == "own":
        yield {**environment, "XDG_RUNTIME_DIR": os.environ["XDG_RUNTIME_DIR"]}
        return
    read, write = os.pipe()
    command = [program("Xvfb"), "-displayfd", str(write), "-screen", "0", "1400x1000x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as answer:
            environment.pop("WAYLAND_DISPLAY", None)
            yield {**environment, "DISPLAY": ":" + answer.readline().strip(), "GDK_BACKEND": "x11",
                   "GSK_RENDERER": os.environ.get("GSK_RENDERER", "cairo")}
    finally:
        server.terminate()
        server.wait()


class Office:
    """A server on a store with so many jobs, and a display to look at it."""

    def __init__(self, folder, jobs=0):
        self.folder = folder
        self.server = Server(folder)
        if jobs:
            self.server.stop()
            subprocess.run([program("bench-fill"), f"sqlite:{folder}/bench.db", "willems", str(jobs)], check=True)
            self.server = Server(folder)
            self.settle()
        with open(f"{folder}/password", "w", encoding="utf-8") as file:
            file.write(PASSWORD)

    def settle(self):
        """Jobs that are old enough to be removed are removed first."""
        before, after = None, self.revision()
        while before != after:
            threading.Event().wait(2)
            before, after = after, self.revision()

    def revision(self):
        return self.server.ask("GET", "/v1/businesses/willems/jobs?limit=1")["revision"]

    def look(self, mode, *arguments):
        command = [program("bench-window"), mode, f"http://127.0.0.1:{self.server.port}", "olivia",
                   f"{self.folder}/password", "willems", *map(str, arguments)]
        with scratch() as home, display(home) as environment:
            return json.loads(subprocess.run(command, check=True, env=environment, stdout=subprocess.PIPE,
                                             text=True).stdout)


class Events:
    """Jobs that are handed in, claimed, worked on and finished: so many changes a second, evenly."""

    def __init__(self, server, rate, n_threads=4):
        self.server, self.pause, self.over = server, n_threads / rate, threading.Event()
        self.threads = [threading.Thread(target=self.run, args=[f"bench-live-{i}"]) for i in range(n_threads)]

    def run(self, kind):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.server.token}"}
        due = time.monotonic()

        def ask(path, body):
            nonlocal due
            self.over.wait(max(0, due - time.monotonic()))
            due += self.pause
            connection.request("POST", path, json.dumps(body), headers)
            return json.loads(connection.getresponse().read())

        job = {"type": kind, "name": "Invoices of November", "items": [{"label": "A"}, {"label": "B"}]}
        while not self.over.is_set():
            ask("/v1/businesses/willems/jobs", job)
            claims = ask("/v1/claims", {"worker": kind, "types": [kind], "max": 1, "lease_s": 60})
            claim = claims["claims"][0]["claim"]
            ask("/v1/reports", {"reports": [{"claim": claim, "items": [{"item": 1, "state": "success"}]}]})
            ask("/v1/reports", {"reports": [{"claim": claim, "items": [{"item": 2, "state": "success"}], "finish": {}}]})

    def __enter__(self):
        for thread in self.threads:
            thread.start()

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()


def median(results, *keys):
    values = []
    for result in results:
        for key in keys:
            result = result[key]
        values.append(result)
    return statistics.median(values)


def milliseconds(results, key):
    return f"{median(results, key):,.0f} ms"


def memory(results, key):
    return f"{median(results, key, 'rss'):.0f} / {median(results, key, 'pss'):.0f} MiB"


def frames(results, phase, kind):
    """Medians of the rounds, but the longest frame and the late ones of all of them."""
    values = [result[phase][kind] for result in results]
    ranks = " / ".join(f"{statistics.median(value[rank] for value in values):.1f}" for rank in ("median", "p95", "p99"))
    return (f"{ranks} / {max(value['longest'] for value in values):.0f} ms, "
            f"{sum(value['over_17'] for value in values):.0f}, {sum(value['over_50'] for value in values):.0f} "
            f"of {sum(result[phase]['frames'] for result in results):.0f}")


def frame_rows(name, phase, columns):
    kinds = [("time to make a frame", "work"), ("from frame to frame", "interval"),
             ("processor time of the main thread", "main_thread")]
    return [[f"{name}: {text}", *(frames(column, phase, kind) for column in columns)] for text, kind in kinds]


def explain(result):
    renderer, backend = result["renderer"], result["display"]
    print("  Frames: median / 95th / 99th percentile / longest, number over 16.7 ms, over 50 ms, of all. "
          "Memory: resident / proportional.\n"
          f"  Drawn by {renderer} on {backend}"
          + (": by the processor, on a server without a screen." if "Cairo" in renderer else "."), flush=True)


def bench_window():
    """The list of jobs: first rows, scrolling, jumps, and the same while events arrive."""
    rounds = min(ROUNDS, 3)
    quiet, busy = {size: [] for size in SIZES}, {size: [] for size in SIZES}
    for size in SIZES:
        with scratch() as folder:
            office = Office(folder, size)
            for _ in range(rounds):
                quiet[size].append(office.look("quiet"))
            for _ in range(rounds):
                with Events(office.server, EVENTS):
                    busy[size].append(office.look("busy"))
            office.server.stop()
    still, live = list(quiet.values()), list(busy.values())
    rows = [
        ["signed in to first rows", *(milliseconds(column, "first_rows_ms") for column in still)],
        ["program started to first rows", *(milliseconds(column, "start_ms") for column in still)],
        ["jump to the middle", *(milliseconds(column, "middle_ms") for column in still)],
        ["jump to the end", *(milliseconds(column, "end_ms") for column in still)],
        *frame_rows("2,000 rows in 10 s", "smooth", still),
        *frame_rows("200 jumps across the list", "places", still),
        ["events a second", *(f"{median(column, 'events_a_second'):.0f}" for column in live)],
        *frame_rows("at the top, with events", "top", live),
        *frame_rows("2,000 rows in 10 s, with events", "smooth", live),
        ["memory with the first rows", *(memory(column, "memory_first") for column in still)],
        ["memory after 2,000 rows", *(memory(column, "memory_smooth") for column in still)],
        ["memory after 200 jumps across the list", *(memory(column, "memory_places") for column in still)],
    ]
    table(f"The list of jobs in its window (median of {rounds} runs)",
          ["", *(f"{number(size)} jobs" for size in SIZES)], rows)
    explain(still[0][0])


def make_job(server, items, log_bytes):
    """A finished job with items and a log of the given size."""
    labels = [{"label": f"Invoice {i}", "reference": {"kind": "relation", "id": f"R{i % 5000:04}"}}
              for i in range(items)]
    job = server.ask("POST", "/v1/businesses/willems/jobs",
                     {"type": "bench-large", "name": "Invoices of the year", "items": labels})["jobs"][0]["id"]
    claim = server.ask("POST", "/v1/claims",
                       {"worker": "bench", "types": ["bench-large"], "max": 1, "lease_s": 600})["claims"][0]["claim"]

    def report(**parts):
        result = server.ask("POST", "/v1/reports", {"reports": [{"claim": claim, **parts}]})["results"][0]
        assert result["status"] == 200, result

    for first in range(1, items + 1, 10000):
        report(items=[{"item": i, "state": "failed" if i % 97 == 0 else "success",
                       "message": f"Sent to the relation's address, number {i}"}
                      for i in range(first, min(first + 10000, items + 1))])
    line = "INFO mailer: invoice {:07} was handed to the mail server at mail.example, queued as 4bXq9z2"
    width = len(line.format(0)) + len("2026-11-22T02:00:00.000Z ") + 1
    for first in range(0, log_bytes // width, 10000):
        report(log=[line.format(i) for i in range(first, min(first + 10000, log_bytes // width))])
    report(finish={})
    return job


def bench_job_window():
    """The window of a job: its items and its log."""
    rounds = min(ROUNDS, 3)
    cases = [("10,000 items, 5 MB", 10000, 5_000_000), ("100,000 items, 50 MB", 100000, 50_000_000)]
    columns = []
    for _, items, log_bytes in cases:
        with scratch() as folder:
            office = Office(folder)
            job = make_job(office.server, items, log_bytes)
            columns.append([office.look("job", job) for _ in range(rounds)])
            office.server.stop()
    rows = [
        ["opened to first items", *(milliseconds(column, "items_first_ms") for column in columns)],
        ["items: jump to the middle", *(milliseconds(column, "items_middle_ms") for column in columns)],
        ["items: jump to the end", *(milliseconds(column, "items_end_ms") for column in columns)],
        *frame_rows("2,000 items in 10 s", "items_smooth", columns),
        *frame_rows("200 jumps across the items", "items_places", columns),
        ["log", *(f"{median(column, 'log_bytes') / 1e6:.1f} MB, {median(column, 'log_lines'):,.0f} lines"
                  for column in columns)],
        ["log opened to first lines", *(milliseconds(column, "log_first_ms") for column in columns)],
        ["log opened to all of it", *(milliseconds(column, "log_whole_ms") for column in columns)],
        ["log: jump to the middle", *(milliseconds(column, "log_middle_ms") for column in columns)],
        ["log: jump to the end", *(milliseconds(column, "log_end_ms") for column in columns)],
        *frame_rows("while the log loads", "log_loading", columns),
        *frame_rows("2,000 lines in 10 s", "log_smooth", columns),
        ["memory without the window", *(memory(column, "memory_before") for column in columns)],
        ["memory with the items", *(memory(column, "memory_items") for column in columns)],
        ["memory with items and log", *(memory(column, "memory_log") for column in columns)],
    ]
    table(f"The window of a job (median of {rounds} runs)", ["", *(name for name, _, _ in cases)], rows)
    explain(columns[0][0])
