# SPDX-License-Identifier: GPL-3.0-or-later
"""What a store holds once it is quiet, read through the API as any client would."""

import hashlib
import time

from history import digest


class Look:
    """One business as it was found. Details are read of jobs that changed since the look before."""

    def __init__(self, office, business):
        self.office, self.business = office, business
        self.revision, self.begun = 0, 0.0
        self.jobs, self.details, self.audit, self.audit_total = {}, {}, {}, None
        self.list_total, self.summary, self.summaries, self.pauses = 0, {}, {}, []
        self.revisions = []   # of all looks

    def get(self, rest, user="olivia"):
        return self.office.ask("GET", f"/v1/businesses/{self.business}/{rest}", user=user)

    def read(self, touched):
        """Reads until nothing changed meanwhile: leases lapse by themselves."""
        for _ in range(30):
            self.begun = time.monotonic()
            self._read_lists()
            for job in self.jobs:
                if job in touched or self._is_old(job):
                    self._read_details(job)
            for job in set(self.details) - set(self.jobs):
                del self.details[job]
            self._read_audit()
            if self.get("jobs?limit=1")["revision"] == self.revision:
                self.revisions.append(self.revision)
                return
        raise AssertionError(f"{self.business} never comes to rest")

    def _is_old(self, job):
        return job not in self.details or self.details[job]["revision"] != self.jobs[job]["revision"]

    def _read_lists(self):
        jobs, after = [], ""
        while after is not None:
            page = self.get("jobs?limit=1000" + (f"&after={after}" if after else ""))
            jobs += page["jobs"]
            after = page["next"]
        self.revision, self.list_total = page["revision"], page["total"]
        self.jobs = {job["id"]: {**job, "told": digest(job)} for job in jobs}
        self.summary = self.get("jobs/summary")
        self.summaries = {kind: self.get(f"jobs/summary?type={kind}") for kind in {job["type"] for job in jobs}}
        self.pauses = self.get("pauses")["pauses"]

    def _read_details(self, number):
        job = self.get(f"jobs/{number}")
        if job is None:
            return
        items = self.get(f"jobs/{number}/items?limit=10000")
        result = self.get(f"jobs/{number}/result") if job["result"] else None
        self.details[number] = {
            "revision": job["revision"],
            "parameters": job["parameters"],
            "items": {item["item"]: [item["state"], item["message"], item["attempt"]] for item in items["items"]},
            "counts": items["counts"],
            "log": self.get(f"jobs/{number}/log").decode(),
            "attempts": self.get(f"jobs/{number}/history")["attempts"],
            "result": hashlib.md5(result).hexdigest() if result is not None else None,
        }

    def _read_audit(self):
        """What is new, and how much there is in all: what was there before must not go."""
        known, after = max(self.audit, default=0), ""
        while after is not None:
            page = self.get("audit?limit=1000" + (f"&after={after}" if after else ""))
            for entry in page["entries"]:
                self.audit[entry["id"]] = [entry["action"], entry["job"], entry["actor"]]
            after = page["next"] if min((e["id"] for e in page["entries"]), default=0) > known else None
        self.audit_total = page["total"] if page["total_is_exact"] else None

    def to_json(self):
        return {key: getattr(self, key) for key in
                ("business", "revision", "begun", "jobs", "details", "audit", "audit_total", "list_total", "summary",
                 "summaries", "pauses", "revisions")}

    @classmethod
    def from_json(cls, value):
        self = cls(None, value["business"])
        for key, each in value.items():
            if key in ("jobs", "details", "audit"):
                each = {int(number): held for number, held in each.items()}
            setattr(self, key, each)
        for detail in self.details.values():
            detail["items"] = {int(number): held for number, held in detail["items"].items()}
        return self
