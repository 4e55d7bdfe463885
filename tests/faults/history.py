# SPDX-License-Identifier: GPL-3.0-or-later
"""What clients did and were told: one entry an exchange, one list of events a reader.

An entry says what was sent and what came of it:
  done     answered with success
  refused  answered with a refusal: nothing was changed
  unsent   nobody was there
  unknown  no answer came, or one that leaves it open: it happened once or not at all
Times are seconds of the machine's monotonic clock: sent before the first byte, answered after the last.
"""

import hashlib
import json
import threading


def digest(job):
    """A job as told, without its conditions: those of a pause come and go without a revision of the job's."""
    told = {key: value for key, value in job.items() if key != "conditions"}
    return hashlib.md5(json.dumps(told, sort_keys=True).encode()).hexdigest()


class History:
    def __init__(self):
        self.lock = threading.Lock()
        self.entries = []
        self.events = {}   # by reader: what it was told, in the order in which it came
        self.jobs = {}     # by business: ids of jobs that somebody knows, for those who act on them
        self.claimed = {}  # by business: how often jobs were handed out

    def begin(self, client, kind, business, **facts):
        entry = {"client": client, "kind": kind, "business": business, "sent": None, "answered": None,
                 "outcome": "unknown", "status": None, **facts}
        with self.lock:
            entry["n"] = len(self.entries)
            self.entries.append(entry)
        return entry

    def know(self, business, jobs):
        with self.lock:
            self.jobs.setdefault(business, []).extend(jobs)

    def count_claims(self, business, count):
        with self.lock:
            self.claimed[business] = self.claimed.get(business, 0) + count

    def backlog(self, business):
        """How many jobs wait, more or less."""
        return len(self.jobs.get(business, [])) - self.claimed.get(business, 0)

    def known(self, business):
        with self.lock:
            return self.jobs.get(business, [])[-100:]

    def to_json(self):
        return {"entries": self.entries, "events": self.events}

    @classmethod
    def from_json(cls, value):
        self = cls()
        self.entries, self.events = value["entries"], value["events"]
        return self


def can_have_happened(entry):
    return entry["outcome"] in ("done", "unknown")


def end_of(entry):
    """When it had happened at the latest."""
    return entry["answered"] if entry["outcome"] == "done" else float("inf")
