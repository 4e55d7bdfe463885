# SPDX-License-Identifier: GPL-3.0-or-later
"""What the demo's job types share.

A job type needs none of this: it reads one JSON document from its standard input and prints one JSON
document a line. But three lines that each script would repeat are better kept in one place:

    job = office.Job()
    for item in job.items:
        job.succeed(item)

Where the files are:

    data/BUSINESS/              beside this directory: what an office has in its other systems
    $BATCHWORK_DEMO_DIR/BUSINESS/   what the jobs write (without it: the directory they run in)
"""

import contextlib
import csv
import fcntl
import json
import os
import re
import sys
import time
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data"


class Job:
    """The job as it stands on the standard input, and what is said of it on the standard output."""

    def __init__(self):
        document = json.load(sys.stdin)
        self.business = document["business"]
        self.parameters = document["job"].get("parameters") or {}
        self.items = document["items"]
        self.output = Path(os.environ.get("BATCHWORK_DEMO_DIR", ".")) / self.business

    def succeed(self, item, message=None):
        self._report(item, "success", message)

    def fail(self, item, message):
        self._report(item, "failed", message)

    def skip(self, item, message):
        self._report(item, "skipped", message)

    def _report(self, item, state, message):
        """An item is reported as soon as it is done: should this program be killed now, the job
        goes on with the next item, and no invoice goes out twice."""
        said = {"item": item["item"], "state": state}
        if message:
            said["message"] = message
        say(**said)
        self.pace()

    def pace(self):
        """Waits as long as the parameter "pace" says, in milliseconds: the demo's mail server and
        warehouse take their time, as real ones do."""
        time.sleep(self.parameters.get("pace", 0) / 1000)

    def folder(self, name):
        path = self.output / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def read(self, table):
        """The rows of a table: as the jobs have left it, or else as it came with the demo."""
        changed = self.output / table
        path = changed if changed.exists() else DATA / self.business / table
        with open(path, newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    @contextlib.contextmanager
    def change(self, table):
        """Lends the rows of a table to be changed, to one job at a time, and writes them whole."""
        path = self.output / table
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path.with_suffix(".lock"), "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            rows = self.read(table)
            columns = list(rows[0])
            yield rows
            new = path.with_suffix(".new")
            with open(new, "w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, columns, lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
            os.replace(new, path)


def say(**members):
    """Tells the worker something: {"item": …, "state": …}, {"progress": 0.4}, {"message": …} or
    {"result": "path"}. To be flushed, or the office would see nothing until the end."""
    print(json.dumps(members, ensure_ascii=False), flush=True)


def log(text):
    """A line of the job's log: whatever is printed on the standard error."""
    print(text, file=sys.stderr, flush=True)


def key(item):
    """The id of the record that an item stands for."""
    return item["reference"]["id"]


def index(rows, column="id"):
    return {row[column]: row for row in rows}


def address_problem(address):
    """Why mail can't go to an address, or None. RFC 5321 allows more than this; offices don't."""
    if not address:
        return "No e-mail address is known"
    if not re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", address):
        return f"“{address}” is not an e-mail address"
    return None
