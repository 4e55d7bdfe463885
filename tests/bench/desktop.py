# SPDX-License-Identifier: GPL-3.0-or-later
"""The application on a real GNOME desktop: how soon a job that is done is told of, and what it costs to have the
application in the background."""

import atexit
import functools
import os
import statistics
import sys
import time
from contextlib import contextmanager

from common import program, table

MINUTE = float(os.environ.get("BENCH_MINUTE", "60"))
JOBS = int(os.environ.get("BENCH_JOBS", "60"))


def load_harness():
    """The tests' own desktop and server."""
    os.environ["BATCHWORK"], os.environ["BATCHWORKD"] = program("batchwork"), program("batchworkd")
    sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "app"))
    import harness  # pylint: disable=import-outside-toplevel
    import shell_harness  # pylint: disable=import-outside-toplevel
    return harness, shell_harness


class Office:
    """A desktop where olivia is signed in, and a worker."""

    def __init__(self, harness, desktop):
        self.harness, self.desktop = harness, desktop
        self.server = harness.Server()
        self.owner = desktop.keep_sign_in(self.server, "olivia")
        self.worker = self.server.worker()

    def begin(self, name, items=1):
        self.owner.submit("willems", {"type": "send-invoices", "name": name,
                                      "items": [{"label": f"Relation {i + 1}"} for i in range(items)]})
        claim, = self.worker.claim(businesses=["willems"], max=1, lease_s=600)
        return claim

    def finish(self, claim):
        items = [{"item": item["item"], "state": "success"} for item in claim["items"]]
        result, = self.worker.report({"claim": claim["claim"], "items": items, "finish": {}})
        assert result["status"] == 200


@functools.cache
def get_desktop():
    """One for all benchmarks: the accessibility bus can't be changed for another in a program."""
    harness, shell_harness = load_harness()
    desktop = shell_harness.ShellDesktop()
    atexit.register(desktop.close)
    return harness, shell_harness, desktop


@contextmanager
def office(tray):
    harness, shell_harness, desktop = get_desktop()
    desktop.set_tray(tray)
    desktop.set("background-explained", "true")
    place = Office(harness, desktop)
    application = shell_harness.ShellApplication(desktop, "--background")
    place.server.await_metric("batchwork_event_streams", 4)
    yield place, application
    application.quit()
    place.server.end()


LISTEN = """(() => { globalThis.bwTimes = {};
    const follow = source => { source.notifications.forEach(note); source.connect('notification-added', (_, n) => note(n)); };
    const note = n => { globalThis.bwTimes[n.title] ??= GLib.get_real_time(); };
    Main.messageTray.getSources().forEach(follow);
    Main.messageTray.connect('source-added', (_, source) => follow(source));
    return true; })()"""


def bench_notification():
    """From the answer to a worker's last report to the notification in GNOME Shell."""
    delays = []
    with office(tray=False) as (place, application):
        place.desktop.ask(LISTEN)
        for i in range(JOBS):
            claim = place.begin(f"Job {i}")
            place.finish(claim)
            done = time.time()
            title = f"Job {i} is done"
            shown = place.harness.wait(lambda title=title: place.desktop.ask(f"globalThis.bwTimes[{title!r}] ?? 0"), title)
            delays.append(shown / 1000 - done * 1000)
            # More than three within ten seconds would be summed up: seen ones don't count.
            if i % 3 == 2:
                application.activate()
                application.wait_focus("^Batchwork$")
                application.close_window("^Batchwork$")
                place.desktop.clear_notifications()
    delays.sort()
    rank = min(len(delays) - 1, int(len(delays) * 0.99))
    table("From a finished job to its notification in GNOME Shell, milliseconds",
          ["", "jobs", "median", "p99", "longest"],
          [["window closed", len(delays), f"{statistics.median(delays):.0f}", f"{delays[rank]:.0f}",
            f"{delays[-1]:.0f}"]])


def read_cost(pid):
    """Of each thread: how often it woke up, and the processor time it used in milliseconds."""
    costs = {}
    for task in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{task}/status", encoding="ascii", errors="replace") as file:
                wakes = sum(int(line.split()[1]) for line in file if line.startswith("voluntary_ctxt_switches"))
            with open(f"/proc/{pid}/task/{task}/schedstat", encoding="ascii") as file:
                costs[task] = (wakes, int(file.read().split()[0]) / 1e6)
        except FileNotFoundError:  # it ended meanwhile
            pass
    return costs


def measure(application, each_second=None):
    """What a minute costs. What a thread of a pool did before it ended is left out."""
    before = read_cost(application.process.pid)
    end = time.monotonic() + MINUTE
    while (left := end - time.monotonic()) > 0:
        if each_second:
            each_second()
        time.sleep(min(1, left))
    after = read_cost(application.process.pid)
    wakes, used = (sum(cost[i] - before.get(task, (0, 0))[i] for task, cost in after.items()) for i in (0, 1))
    return [f"{wakes * 60 / MINUTE:.0f}", f"{used * 60 / MINUTE:.0f}", f"{used / MINUTE / 10:.2f} %"]


def bench_idle():
    """The application in the background, signed in to four businesses, over a minute."""
    rows = []
    for tray in (False, True):
        where = "with a tray" if tray else "without a tray"
        with office(tray) as (place, application):
            time.sleep(min(5, MINUTE))  # what starting up leaves to do is not idling
            rows.append([f"nothing runs, {where}", *measure(application)])
            claim = place.begin("Long job", 1000)
            rows.append([f"a job runs, {where}", *measure(application)])
            done = iter(range(1, 1000))

            def report(claim=claim, done=done, place=place):
                place.worker.report({"claim": claim["claim"], "items": [{"item": next(done), "state": "success"}]})

            rows.append([f"a job reports each second, {where}", *measure(application, report)])
            place.finish({**claim, "items": claim["items"][999:]})
    table("The application in the background, a minute", ["", "wake-ups", "CPU ms", "of a processor"], rows)
