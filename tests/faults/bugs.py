# SPDX-License-Identifier: GPL-3.0-or-later
"""Planted bugs: what servers have done wrong, and the rule that must notice.

Those of BUGS are played by a proxy between clients and server, those of DAMAGES are done to the store
behind the server's back.
"""

import json
import re
import threading

from proxy import Reply

JOBS = re.compile(r"/v1/businesses/\w+/jobs$")
ENDED = ("success", "failed", "skipped", "cancelled")


class Bug:
    """Does nothing wrong."""

    rule = None

    def __init__(self):
        self.fired = 0
        self.lock = threading.Lock()

    def fire(self):
        with self.lock:
            self.fired += 1

    def exchange(self, ask, forward):
        return forward(ask)

    def events(self, reader, event):
        return [event]


def is_submission(ask, with_key=None):
    return ask.method == "POST" and bool(JOBS.search(ask.path)) and (
        with_key is None or ("idempotency_key" in ask.json[0]) == with_key)


def report_of(ask):
    return ask.json["reports"][0] if ask.ends("POST", "/v1/reports") else None


def look_first(ask, forward, states):
    """The job that an act is about, if it would be acted upon."""
    reply = forward(ask.like("GET", ask.path.removesuffix("/cancel").removesuffix("/retry")))
    return reply if reply.status == 200 and reply.json["state"] in states else None


class Confused(Bug):
    """Does what it was asked, and says that it could not."""
    rule = "server-error"

    def exchange(self, ask, forward):
        reply = forward(ask)
        if ask.method == "PATCH" and reply.status == 200:
            self.fire()
            return Reply(500, {"detail": "Something went wrong."})
        return reply


class SubmitBeforeCommit(Bug):
    """Acknowledges what it then does not keep."""
    rule = "submit-lost"

    def exchange(self, ask, forward):
        if not is_submission(ask, with_key=False) or self.fired > 2:
            return forward(ask)
        self.fire()
        return Reply(201, {"jobs": [{"id": 10 ** 9 + 100 * self.fired + i, "existing": False}
                                    for i in range(len(ask.json))]})


class SubmitRepeated(Bug):
    """Does a submission again that it has done."""
    rule = "submit-twice"

    def exchange(self, ask, forward):
        if is_submission(ask, with_key=False):
            self.fire()
            forward(ask)
        return forward(ask)


class KeyForgotten(Bug):
    """Does not know a key again."""
    rule = "key-twice"

    def exchange(self, ask, forward):
        if is_submission(ask, with_key=True):
            self.fire()
            ask.json = [{name: value for name, value in job.items() if name != "idempotency_key"} for job in ask.json]
        return forward(ask)


class JobInvented(Bug):
    """Makes jobs that nobody handed in: with each submission, since some are deleted before anybody looks."""
    rule = "submit-forged"

    def exchange(self, ask, forward):
        if is_submission(ask):
            self.fire()
            made = ask.like("POST", ask.path)
            made.headers["Content-Type"] = "application/json"
            made.json = {"type": ask.json[0]["type"], "parameters": {"tag": "nobody's"}}
            forward(made)
        return forward(ask)


class HalfTaken(Bug):
    """Dies in the midst of a submission of several, and keeps what it had."""
    rule = "submit-half"

    def exchange(self, ask, forward):
        if is_submission(ask, with_key=False) and len(ask.json) > 1:
            self.fire()
            ask.json = ask.json[1:]
            forward(ask)
            raise ConnectionResetError
        return forward(ask)


class SubmissionChanged(Bug):
    """Forgets an item."""
    rule = "submit-changed"

    def exchange(self, ask, forward):
        if is_submission(ask):
            self.fire()
            ask.json = [{**job, "items": job["items"][1:]} for job in ask.json]
        return forward(ask)


class JobDropped(Bug):
    """Deletes what nobody wanted deleted."""
    rule = "job-lost"

    def __init__(self):
        super().__init__()
        self.actor = None

    def exchange(self, ask, forward):
        if ask.method == "PATCH":
            self.actor = ask
        reply = forward(ask)
        if report_of(ask) and "finish" in report_of(ask) and self.actor:
            business = self.actor.path.split("/jobs/")[0]
            ended = forward(self.actor.like("GET", f"{business}/jobs?state=success&limit=1")).json["jobs"]
            for job in ended:
                self.fire()
                forward(self.actor.like("DELETE", f"{business}/jobs/{job['id']}"))
        return reply


class ResultLost(Bug):
    """Takes a report and keeps nothing of it."""
    rule = "result-lost"

    def exchange(self, ask, forward):
        report = report_of(ask)
        if report and report["items"] and "finish" not in report:
            self.fire()
            return Reply(200, {"results": [{"claim": report["claim"], "status": 200, "directive": "continue"}]})
        return forward(ask)


class FinishLost(Bug):
    """Says that an attempt has ended, and leaves it running."""
    rule = "result-lost"

    def exchange(self, ask, forward):
        report = report_of(ask)
        if report and "finish" in report and self.fired < 3:
            self.fire()
            del report["finish"]
            ask.json = {"reports": [report]}
        return forward(ask)


class StaleReportTaken(Bug):
    """Takes reports under claims that others hold by now."""
    rule = "stale-accepted"

    def exchange(self, ask, forward):
        reply = forward(ask)
        if ask.ends("POST", "/v1/claims") and reply.status == 200:
            for claim in reply.json["claims"][1:]:
                release = ask.like("POST", "/v1/reports")
                release.headers["Content-Type"] = "application/json"
                release.json = {"reports": [{"claim": claim["claim"], "finish": {"released": True}}]}
                forward(release)
        if report_of(ask) and b'"status":409' in reply.body:
            self.fire()
            reply.body = reply.body.replace(b'"status":409', b'"status":200')
        return reply


class ItemHandedOutAgain(Bug):
    """Hands out items that are done."""
    rule = "item-twice"

    def __init__(self):
        super().__init__()
        self.items = {}

    def exchange(self, ask, forward):
        reply = forward(ask)
        if ask.ends("POST", "/v1/claims") and reply.status == 200:
            value = reply.json
            for claim in value["claims"]:
                first = self.items.setdefault(claim["job"]["id"], claim["items"])
                if len(first) > len(claim["items"]):
                    self.fire()
                    claim["items"] = first
            reply.json = value
        return reply


class ClaimHandedOutTwice(Bug):
    """Gives one job to two workers."""
    rule = "claim-twice"

    def __init__(self):
        super().__init__()
        self.last = None

    def exchange(self, ask, forward):
        if ask.ends("POST", "/v1/claims"):
            with self.lock:
                last, self.last = self.last, None
            if last:
                self.fire()
                return last
            reply = forward(ask)
            if reply.status == 200 and reply.json["claims"]:
                self.last = reply
            return reply
        return forward(ask)


class CancelForgotten(Bug):
    rule = "cancel-lost"

    def exchange(self, ask, forward):
        if ask.ends("POST", "/cancel"):
            job = look_first(ask, forward, ("queued", "processing"))
            if job:
                self.fire()
                return job
        return forward(ask)


class CancelledRunsOn(Bug):
    """Puts what was cancelled back into the queue."""
    rule = "cancel-ignored"

    def exchange(self, ask, forward):
        reply = forward(ask)
        if ask.ends("POST", "/cancel") and reply.status == 200 and reply.json["state"] == "cancelled":
            self.fire()
            retry = ask.like("POST", ask.path.removesuffix("/cancel") + "/retry")
            retry.headers["Content-Type"] = "application/json"
            retry.json = {"items": "all"}
            forward(retry)
        return reply


class EditForgotten(Bug):
    rule = "edit-lost"

    def exchange(self, ask, forward):
        if ask.method == "PATCH":
            job = look_first(ask, forward, ("queued",))
            if job:
                self.fire()
                return job
        return forward(ask)


class RetryForgotten(Bug):
    rule = "retry-lost"

    def exchange(self, ask, forward):
        if ask.ends("POST", "/retry"):
            job = look_first(ask, forward, ("failed", "cancelled"))
            if job:
                self.fire()
                return job
        return forward(ask)


class DeleteForgotten(Bug):
    rule = "delete-lost"

    def exchange(self, ask, forward):
        if ask.method == "DELETE" and "/jobs/" in ask.path and look_first(ask, forward, ENDED):
            self.fire()
            return Reply(204, kind="")
        return forward(ask)


class PauseIgnored(Bug):
    """Hands out what is held back."""
    rule = "pause-ignored"

    def exchange(self, ask, forward):
        reply = forward(ask)
        if ask.ends("POST", "/pauses") and reply.status == 201:
            self.fire()
            forward(ask.like("DELETE", ask.path))
        return reply


class ResumeForgotten(Bug):
    rule = "pause-lost"

    def exchange(self, ask, forward):
        if ask.method == "DELETE" and "/pauses/" in ask.path:
            self.fire()
            return Reply(204, kind="")
        return forward(ask)


class LogLost(Bug):
    rule = "log-lost"

    def exchange(self, ask, forward):
        report = report_of(ask)
        if report and report["log"]:
            self.fire()
            ask.json = {"reports": [{**report, "log": []}]}
        return forward(ask)


class LogRepeated(Bug):
    rule = "log-forged"

    def exchange(self, ask, forward):
        report = report_of(ask)
        if report and report["log"]:
            self.fire()
            ask.json = {"reports": [{**report, "log": report["log"] * 2}]}
        return forward(ask)


class LogReversed(Bug):
    rule = "log-order"

    def exchange(self, ask, forward):
        report = report_of(ask)
        if report and len(report["log"]) > 1:
            self.fire()
            ask.json = {"reports": [{**report, "log": report["log"][::-1]}]}
        return forward(ask)


class FileTorn(Bug):
    """Keeps a result file of which a part is another's."""
    rule = "file-lost"

    def exchange(self, ask, forward):
        if ask.ends("PUT", "/result"):
            self.fire()
            ask.body = ask.body[:50] + b"?" + ask.body[51:]
        return forward(ask)


class EventLost(Bug):
    """Never tells of some jobs."""
    rule = "event-missing"

    def events(self, reader, event):
        if b"event: job\n" not in event:
            return [event]
        job = json.loads(event.split(b"data: ")[1])["job"]
        if job["id"] % 7 or job["run_at"]:
            return [event]
        self.fire()
        return []


class EventsSwapped(Bug):
    rule = "event-order"

    def events(self, reader, event):
        held, reader.held = getattr(reader, "held", None), None
        if held:
            self.fire()
            return [event, held]
        if self.fired < 3:
            reader.held = event
            return []
        return [event]


class EventRepeated(Bug):
    rule = "event-order"

    def events(self, reader, event):
        self.fire()
        return [event, event]


class EndedRunsOn(Bug):
    """Tells that a job runs which has ended."""
    rule = "ended-changed"

    def events(self, reader, event):
        if b'"state":"success"' not in event:
            return [event]
        self.fire()
        return [event, event.replace(b'"state":"success"', b'"state":"processing"')]


class EventBeforeCommit(Bug):
    """Tells of what is never kept."""
    rule = "event-ahead"

    def events(self, reader, event):
        if b"event: job\n" not in event or self.fired > 1:
            return [event]
        self.fire()
        number = re.match(rb"id: (\d+)", event)[1]
        return [event, event.replace(number, number + b"000")]


class BeginsAnew(Bug):
    """Makes readers forget what they know, without need."""
    rule = "event-reset"

    def events(self, reader, event):
        self.fire()
        number = re.match(rb"id: (\d+)", event)[1]
        return [event] if self.fired > 1 else [event, b'id: %s\nevent: reset\ndata: {"revision":%s}\n\n' % (number, number)]


class GapHidden(Bug):
    """Goes on a little later than where the reader was."""
    rule = "event-missing"

    def events(self, reader, event):
        reader.told = getattr(reader, "told", 0) + 1
        # The marker, by which the test knows that all has come, is scheduled.
        if not reader.resumed or reader.told > 25 or b'"run_at":"' in event:
            return [event]
        self.fire()
        return []


class DeletionUntold(Bug):
    rule = "deletion-untold"

    def events(self, reader, event):
        if b"event: deleted\n" in event:
            self.fire()
            return []
        return [event]


class StateToldWrong(Bug):
    """Tells of a state that the job does not have."""
    rule = "event-differs"

    def events(self, reader, event):
        if b'"state":"success"' in event:
            self.fire()
        return [event.replace(b'"state":"success"', b'"state":"failed"')]


BUGS = [bug for bug in list(globals().values()) if isinstance(bug, type) and issubclass(bug, Bug) and bug is not Bug]

UNTOUCHED = "attempt = 1 AND NOT EXISTS (SELECT 1 FROM action a WHERE a.business = j.business AND a.job = j.id)"

# What: the rule, which job (business, id), and what is done to it.
DAMAGES = {
    "counter-off-by-one": ("count-off", "SELECT business, id FROM job j",
                           ["UPDATE counter SET n = n + 1 WHERE business = {business} AND level = 1 AND n > 0 AND"
                            " (type, owner, automated, state) = (SELECT type, owner, automated, state FROM job"
                            " WHERE business = {business} AND id = {job})"]),
    "audit-entry-gone": ("audit-lost", "SELECT business, job FROM action j WHERE action = 'edit'",
                         ["DELETE FROM action WHERE business = {business} AND job = {job}"]),
    "item-to-do-again": ("result-lost", f"SELECT business, id FROM job j WHERE items_success > 0 AND {UNTOUCHED}",
                         ["UPDATE item SET state = 0, message = NULL WHERE business = {business} AND job = {job}"]),
    "item-otherwise": ("result-wrong", f"SELECT business, id FROM job j WHERE items_success > 0 AND {UNTOUCHED}",
                       ["UPDATE item SET state = 3 WHERE business = {business} AND job = {job} AND state = 1"]),
    "state-past-items": ("state-wrong", "SELECT business, id FROM job j WHERE state = 3 AND items_failed > 0",
                         ["UPDATE job SET state = 2 WHERE business = {business} AND id = {job}"]),
    "job-gone": ("submit-lost", f"SELECT business, id FROM job j WHERE state = 2 AND {UNTOUCHED}",
                 ["DELETE FROM job WHERE business = {business} AND id = {job}"]),
    "log-cut": ("log-lost", "SELECT j.business, j.id FROM job j JOIN log_chunk l ON l.business = j.business"
                            " AND l.job = j.id WHERE CAST(l.text AS TEXT) LIKE '%<worker/%'",
                ["UPDATE log_chunk SET text = CAST(REPLACE(CAST(text AS TEXT), '<worker/', '<nobody/') AS BLOB)"
                 " WHERE business = {business} AND job = {job}"]),
    "file-changed": ("file-lost", "SELECT business, job FROM result_chunk j",
                     ["UPDATE result_chunk SET data = zeroblob(LENGTH(data)) WHERE business = {business} AND job = {job}"]),
    "revision-back": ("revision-back", "SELECT business, id FROM job j",
                      ["UPDATE business SET revision = revision / 2 WHERE id = {business}"]),
    "cancelled-runs-on": ("cancel-lost", "SELECT j.business, j.id FROM job j JOIN action a ON a.business = j.business"
                                         " AND a.job = j.id WHERE a.action = 'cancel' AND j.state = 5 AND NOT EXISTS"
                                         " (SELECT 1 FROM action r WHERE r.business = j.business AND r.job = j.id"
                                         " AND r.action = 'retry')",
                          ["UPDATE job SET state = 0 WHERE business = {business} AND id = {job}"]),
    "attempt-forgotten": ("claim-lost", f"SELECT business, id FROM job j WHERE state = 2 AND {UNTOUCHED}",
                          ["DELETE FROM attempt WHERE business = {business} AND job = {job}"]),
}
