# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules about event streams: all that changed, in order, and nothing that did not."""

ENDED = ("success", "failed", "skipped", "cancelled")


def order(model, look):
    """The revisions that a reader is told only grow, over all the streams it had."""
    for reader, told in model.events.items():
        last = 0
        for event in told:
            if event["kind"] in ("reset", "rights"):
                yield "event-reset", f"{reader} was told to begin anew at {event['id']}"
            if event["id"] <= max(last, event["after"]) and event["kind"] != "rights":
                yield "event-order", f"{reader} was told {event['id']} after {max(last, event['after'])}"
            if event["revision"] != event["id"] or event.get("own", event["id"]) != event["id"]:
                yield "event-order", f"{reader}: event {event['id']} tells of revision {event['revision']}"
            if event["id"] > look.revision:
                yield "event-ahead", f"{reader} was told {event['id']}, the store knows {look.revision}"
            last = max(last, event["id"])


def agreement(model, look):
    """A revision of a job is the same to all who are told, and to who looks."""
    known = {(job["id"], job["revision"]): job["told"] for job in look.jobs.values()}
    for reader, told in model.events.items():
        for event in told:
            if event["kind"] == "job" and known.setdefault((event["job"], event["own"]), event["told"]) != event["told"]:
                yield "event-differs", f"{reader}: revision {event['own']} of job {event['job']} is told differently"


def last_states(model, look):
    """Whoever followed all events knows what the list says."""
    for reader, told in model.events.items():
        view, until = {}, 0
        for event in told:
            until = max(until, event["id"])
            if event["kind"] == "job":
                view[event["job"]] = event
            elif event["kind"] == "deleted":
                view.pop(event["job"], None)
        for number, job in look.jobs.items():
            if job["revision"] > until:
                continue
            event = view.get(number)
            if event is None or event["own"] < job["revision"]:
                yield "event-missing", f"{reader} does not know revision {job['revision']} of job {number}"
            elif event["own"] > job["revision"]:
                yield "event-ahead", f"{reader} was told {event['own']} of job {number}, which is {job['revision']}"
        for number in view.keys() - look.jobs.keys():
            if model.may_be_deleted(number) or number in model.deleted_events:
                yield "deletion-untold", f"{reader} still knows job {number}, which is gone"
            else:
                yield "job-lost", f"{reader} was told of job {number}, which nobody deleted and which is gone"


def lives(model, look):
    """A job that ended runs again only if somebody asked; one that was deleted never comes back."""
    for reader, told in model.events.items():
        before, gone = {}, set()
        for event in told:
            number = event.get("job")
            if event["kind"] == "deleted":
                gone.add(number)
            if event["kind"] != "job":
                continue
            if number in gone:
                yield "delete-lost", f"{reader} was told of job {number} after its deletion"
            was = before.get(number)
            if was and was["state"] in ENDED and event["state"] not in ENDED and not any(
                    since < event["at"] for since, _ in model.possible(number, "retry")):
                yield "ended-changed", f"job {number} was {was['state']} and became {event['state']} by itself"
            before[number] = event


EVENT_RULES = [order, agreement, last_states, lives]
