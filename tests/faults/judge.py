# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides from what clients were told and what the store holds whether anything was lost or made up.

Each rule has a name; a violation is (rule, what is wrong). Only what is certain counts.
"""

from history import can_have_happened, end_of
from judge_events import EVENT_RULES
from judge_work import WORK_RULES
from model import Model

ENDED = ("success", "failed", "skipped", "cancelled")


def submissions(model, look):
    """Acknowledged is there; with a key once, without one once a sending; all of one sending or nothing."""
    here = {}
    for number, detail in look.details.items():
        tag = (detail["parameters"] or {}).get("tag")
        here.setdefault(tag, set()).add(number)
    tags = set()
    for entry in model.by_kind["submit"]:
        found = [here.get(made["tag"], set()) for made in entry["made"]]
        tags |= {made["tag"] for made in entry["made"]}
        for made, job in zip(entry["made"], entry.get("jobs", [])):
            if job["id"] not in look.jobs and not model.may_be_deleted(job["id"]):
                yield "submit-lost", f"job {job['id']} of {made['tag']} was acknowledged and is not there"
            elif job["id"] in look.jobs and job["id"] not in here.get(made["tag"], ()):
                yield "submit-lost", f"job {job['id']} is not what {made['tag']} handed in"
        if entry["outcome"] in ("refused", "unsent") and any(found) and not entry["made"][0]["key"]:
            yield "submit-forged", f"{entry['made'][0]['tag']} was not taken, and is there"
        if any(found) and not all(found) and not any(
                model.may_be_deleted(job) for made in entry["made"] for job in model.ids[made["tag"]]):
            yield "submit-half", f"of {len(found)} jobs handed in together some are missing"
        for made, jobs in zip(entry["made"], found):
            yield from once(model, made, jobs | model.ids[made["tag"]])
            for job in jobs & set(look.jobs):
                yield from as_handed_in(model, made, look.jobs[job])
    for tag, jobs in here.items():
        for job in jobs:
            if tag not in tags and not look.jobs[job]["type"].startswith("bulk-") and tag != "marker":
                yield "submit-forged", f"nobody handed in job {job}"


def once(model, made, jobs):
    if len(jobs) < 2:
        return
    if not made["key"]:
        yield "submit-twice", f"{made['tag']} was sent once and made jobs {sorted(jobs)}"
    elif not any(model.may_be_deleted(job) for job in jobs):
        yield "key-twice", f"one key made jobs {sorted(jobs)}"


def as_handed_in(model, made, job):
    names = {made["tag"]} | {e["change"]["name"] for e in model.by_job[job["id"]]["edit"] if can_have_happened(e)}
    told = (job["type"], job["items_total"], job["automated"])
    if told != (made["type"], made["items"], made["automated"]) or job["name"] not in names:
        yield "submit-changed", f"job {job['id']} is not as {made['tag']} was handed in"


def states(model, look):
    """A job's state follows from its items and what was done to it."""
    for number, detail in look.details.items():
        job, counts = look.jobs[number], detail["counts"]
        held = [state for state, _, _ in detail["items"].values()]
        if any(counts[state] != held.count(state) for state in counts) or job["items_total"] != len(held) \
                or (job["items_failed"], job["items_skipped"]) != (counts["failed"], counts["skipped"]):
            yield "state-wrong", f"job {number} counts its items wrongly: {counts}"
        yield from derived(model, job, counts, detail["attempts"])


def derived(model, job, counts, attempts):
    number, state = job["id"], job["state"]
    last = attempts[-1]["outcome"] if attempts else None
    if state in ENDED and counts["pending"] > 0:
        yield "state-wrong", f"job {number} ended as {state} with {counts['pending']} items to do"
    if state == "success" and (counts["failed"] or counts["skipped"]):
        yield "state-wrong", f"job {number} is a success with failed or skipped items"
    if state == "skipped" and (counts["failed"] or not counts["skipped"]):
        yield "state-wrong", f"job {number} is skipped with {counts}"
    if state == "failed" and not counts["failed"] and last not in ("failed", "lapsed"):
        yield "state-wrong", f"job {number} failed though nothing in it did"
    if state == "cancelled" and not model.possible(number, "cancel") \
            and (job["items_total"] == 0 or counts["cancelled"] < job["items_total"]):
        yield "state-wrong", f"nobody cancelled job {number}"
    if (last == "running") != (state == "processing"):
        yield "state-wrong", f"job {number} is {state} and its last attempt is {last}"


def actions(model, look):
    """What was acknowledged was done, and stays until something else was done."""
    for number, acts in list(model.by_job.items()):
        job = look.jobs.get(number)
        for entry in acts["delete"]:
            if entry["outcome"] == "done" and job is not None:
                yield "delete-lost", f"job {number} was deleted and is there"
        if job is None:
            if any(acts.values()) and not model.may_be_deleted(number):
                yield "job-lost", f"job {number} was acted upon and is not there"
            continue
        yield from cancels(model, acts["cancel"], job)
        yield from retries(model, acts["retry"], job)
        yield from edits(acts["edit"], job)
    for entry in model.by_kind["bulk"]:
        job = entry.get("job")
        if job is not None and job not in look.jobs and not model.may_be_deleted(job):
            yield "job-lost", f"job {job}, which was to {entry['action']} {entry['jobs']}, is not there"


def cancels(model, entries, job):
    for entry in entries:
        if entry["outcome"] != "done" or model.may_follow(job["id"], entry["sent"], "retry"):
            continue
        if any(claim["sent"] > entry["answered"] for claim in model.claims[job["id"]]):
            yield "cancel-ignored", f"job {job['id']} was handed out after it was cancelled"
        if job["state"] != "cancelled" and not (job["state"] == "processing" and "cancelling" in job["conditions"]):
            yield "cancel-lost", f"job {job['id']} was cancelled and is {job['state']}"


def retries(model, entries, job):
    done = [entry for entry in entries if entry["outcome"] == "done"]
    if not done:
        return
    last = max(done, key=lambda entry: entry["sent"])
    if model.may_follow(job["id"], last["sent"], "cancel") \
            or any(claim["answered"] > last["sent"] for claim in model.claims[job["id"]]):
        return
    if job["state"] not in ("queued", "processing"):
        yield "retry-lost", f"job {job['id']} was to run again and is {job['state']}"


def edits(entries, job):
    done = [entry for entry in entries if entry["outcome"] == "done"]
    if not done:
        return
    begun = max(entry["sent"] for entry in done)
    last = [entry["change"] for entry in entries if can_have_happened(entry) and end_of(entry) >= begun]
    if not any((job["name"], job["priority"]) == (change["name"], change["priority"]) for change in last):
        yield "edit-lost", f"job {job['id']} is not as it was last edited"


def pauses(model, look):
    """A pause stands until it is lifted, and nothing that it holds back is handed out meanwhile."""
    orders = sorted(model.by_kind["pause"] + model.by_kind["resume"], key=lambda entry: entry["sent"])
    state, since = {}, {}
    for entry in orders:
        kind = entry["type"]
        if entry["outcome"] in ("refused", "unsent") and entry["kind"] == "pause":
            continue
        if entry["outcome"] == "unsent":
            continue
        if entry["kind"] == "resume" and state.get(kind):
            yield from handed_out(model, kind, since[kind], entry["sent"])
        known = entry["outcome"] != "unknown"
        was = state.get(kind)
        state[kind] = (entry["kind"] == "pause") if known else None
        if state[kind] and not was:
            since[kind] = entry["answered"]
    standing = {pause["type"] for pause in look.pauses}
    for kind, paused in state.items():
        if paused:
            yield from handed_out(model, kind, since[kind], float("inf"))
        if paused is not None and paused != (kind in standing):
            yield "pause-lost", f"{kind} was {'paused' if paused else 'resumed'} and is not"


def handed_out(model, kind, since, until):
    for claims in model.claims.values():
        for claim in claims:
            if claim["type"] == kind and since < claim["sent"] and claim["answered"] < until:
                yield "pause-ignored", f"job {claim['job']} was handed out while {kind} was paused"


def counts(model, look):
    """Counts are what is in the list."""
    jobs = list(look.jobs.values())
    for what, summary, some in [("all", look.summary, jobs)] + [
            (kind, summary, [job for job in jobs if job["type"] == kind]) for kind, summary in look.summaries.items()]:
        told = {"total": summary["total"], **summary["by_state"]}
        real = {"total": len(some), **{state: sum(job["state"] == state for job in some)
                                       for state in summary["by_state"]}}
        if told != real:
            yield "count-off", f"{what}: counted {told}, in the list {real}"
    if look.list_total != len(jobs):
        yield "count-off", f"the list says {look.list_total} and has {len(jobs)}"


def audit(model, look):
    """Each act is in the log as often as it was done."""
    if look.audit_total is not None and look.audit_total != len(look.audit):
        yield "audit-lost", f"{len(look.audit)} entries were read, of {look.audit_total}"
    written = {}
    for action, job, _ in look.audit.values():
        written[action, job] = written.get((action, job), 0) + 1
    for number, acts in list(model.by_job.items()):
        for kind in ("retry", "delete", "edit"):
            yield from written_down(model, kind, number, acts[kind], written.get((kind, number), 0))
        if any(entry["outcome"] == "done" for entry in acts["cancel"]) and not written.get(("cancel", number)):
            yield "audit-lost", f"that job {number} was cancelled is not in the audit log"
    for kind in ("pause", "resume"):
        done = sum(entry["outcome"] == "done" for entry in model.by_kind[kind])
        maybe = sum(can_have_happened(entry) for entry in model.by_kind[kind])
        if not done <= written.get((kind, None), 0) <= maybe:
            yield "audit-lost", f"{done} to {maybe} of {kind} were done, {written.get((kind, None), 0)} are written down"


def written_down(model, kind, number, entries, count):
    done = sum(entry["outcome"] == "done" for entry in entries)
    maybe = sum(can_have_happened(entry) for entry in entries) + sum(
        action == kind for action, _ in model.bulk.get(number, ()))
    if not done <= count <= maybe:
        yield "audit-lost", f"{kind} of job {number} was done {done} to {maybe} times, and written down {count} times"


def revisions(model, look):
    """Revisions never go back."""
    if sorted(look.revisions) != look.revisions:
        yield "revision-back", f"revisions went {look.revisions}"
    for job in look.jobs.values():
        if job["revision"] > look.revision:
            yield "revision-back", f"job {job['id']} has revision {job['revision']}, the list {look.revision}"


def answers(model, look):
    """Whatever breaks, it is answered as what it is."""
    for entry in model.entries:
        if entry["status"] and entry["status"] >= 500 and entry["status"] not in (503, 507):
            yield "server-error", f"{entry['kind']} was answered {entry['status']}: {entry['detail']}"


RULES = [answers, submissions, states, actions, pauses, counts, audit, revisions, *WORK_RULES, *EVENT_RULES]


def judge(history, looks):
    """All violations, each once."""
    found = []
    for look in looks:
        model = Model(history, look.business, look.begun)
        for rule in RULES:
            found += [(name, f"{look.business}: {text}") for name, text in rule(model, look)]
    return list(dict.fromkeys(found))
