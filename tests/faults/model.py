# SPDX-License-Identifier: GPL-3.0-or-later
"""The history of one business put in order, and what can be said of it for certain.

Nothing here asks a server. What may have happened counts as possible from when it was sent until it
was answered, and for ever if it never was.
"""

from collections import defaultdict

from history import can_have_happened, end_of

NEVER = float("inf")
# Within how many seconds readers are told, over a kill and a busy machine.
SOON = 10
BULK_ACTIONS = {"retry-failed": "retry", "retry-all": "retry", "cancel": "cancel", "delete": "delete"}


class Model:
    def __init__(self, history, business, until=NEVER):
        """What was told until a moment: readers go on reading."""
        self.entries = [e for e in history.entries if e["business"] == business]
        self.events = {name: [event for event in told if event["at"] < until]
                       for name, told in history.events.items() if f"/{business}/" in name}
        self.by_kind = defaultdict(list)
        self.by_job = defaultdict(lambda: defaultdict(list))
        for entry in self.entries:
            self.by_kind[entry["kind"]].append(entry)
            if entry.get("job") is not None and entry["kind"] != "bulk":
                self.by_job[entry["job"]][entry["kind"]].append(entry)
        self._order_claims()
        self._order_reports()
        self._order_bulk()
        self._gather_ids()

    def _order_claims(self):
        self.claims = defaultdict(list)   # by job, in the order of their numbers
        self.claim_answers = defaultdict(list)
        for entry in self.by_kind["claim"]:
            for claim in entry.get("claims", []):
                self.claim_answers[claim["claim"]].append(entry)
                self.claims[claim["job"]].append({**claim, "sent": entry["sent"], "answered": entry["answered"],
                                                  "lease": entry["lease"]})
        for claims in self.claims.values():
            claims.sort(key=lambda claim: claim["claim"])

    def _order_reports(self):
        self.reports = defaultdict(list)   # by tag: the times it was sent
        self.under = defaultdict(list)     # by claim: reports and files
        for entry in self.by_kind["report"]:
            self.reports[entry["tag"]].append(entry)
            self.under[entry["claim"]].append(entry)
        for entry in self.by_kind["put"]:
            self.under[entry["claim"]].append(entry)
        for entries in self.under.values():
            entries.sort(key=lambda entry: entry["sent"])

    def _order_bulk(self):
        """What bulk actions may have done to single jobs, at any time after they were sent."""
        self.bulk = defaultdict(list)   # by job: (action, since)
        for entry in self.by_kind["bulk"]:
            if can_have_happened(entry):
                for job in entry["jobs"]:
                    self.bulk[job].append((BULK_ACTIONS[entry["action"]], entry["sent"]))

    def _gather_ids(self):
        """Every number under which a submission was ever met: answers, events, claims."""
        self.ids = defaultdict(set)
        self.deleted_events = {}   # when readers were first told
        for entry in self.by_kind["submit"]:
            for made, job in zip(entry["made"], entry.get("jobs", [])):
                self.ids[made["tag"]].add(job["id"])
        for told in self.events.values():
            for event in told:
                if event["kind"] == "job":
                    self.ids[event["name"]].add(event["job"])
                elif event["kind"] == "deleted":
                    self.deleted_events.setdefault(event["job"], event["at"])
        for claims in self.claims.values():
            for claim in claims:
                if claim["tag"]:
                    self.ids[claim["tag"]].add(claim["job"])

    def possible(self, job, *kinds):
        """When acts of these kinds may have happened to a job: (from, until)."""
        spans = [(entry["sent"], end_of(entry)) for kind in kinds for entry in self.by_job[job][kind]
                 if can_have_happened(entry)]
        spans += [(since, NEVER) for action, since in self.bulk.get(job, ()) if action in kinds]
        # All that had ended, which was many; readers were told which, and soon.
        if "delete" in kinds and job in self.deleted_events:
            told = self.deleted_events[job]
            spans += [(entry["sent"], end_of(entry)) for entry in self.by_kind["clear"]
                      if can_have_happened(entry) and entry["sent"] < told < entry["answered"] + SOON]
        return spans

    def may_follow(self, job, moment, *kinds):
        """Whether one of these acts may have happened after a moment."""
        return any(until > moment for _, until in self.possible(job, *kinds))

    def may_be_deleted(self, job):
        return bool(self.possible(job, "delete"))

    def accepted(self, report):
        return report["outcome"] == "done" and report.get("accepted", True)

    def rejected(self, report):
        return report["outcome"] in ("refused", "unsent") or not report.get("accepted", True)
