# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules about claims, reports, logs and result files."""

from history import can_have_happened, end_of

# From when a clock was read until it was compared.
TOLERANCE = 0.05


def claims(model, look):
    """A job has one claim that stands; what a later claim or its end has superseded says nothing more."""
    for number, answers in model.claim_answers.items():
        if len(answers) > 1:
            yield "claim-twice", f"claim {number} was handed out {len(answers)} times"
    for job, held in list(model.claims.items()):
        for one, next_one in zip(held, held[1:]):
            if next_one["attempt"] <= one["attempt"] and one["claim"] != next_one["claim"]:
                yield "claim-twice", f"job {job}: claim {next_one['claim']} is attempt {next_one['attempt']} again"
            yield from overlap(model, one, next_one)
        for i, one in enumerate(held):
            yield from superseded(model, one, held[i + 1:])
        yield from handed_out_again(model, job, held)


def overlap(model, one, next_one):
    renewed = [one["sent"]] + [e["sent"] for e in model.under[one["claim"]] if model.accepted(e)]
    ended = any(can_have_happened(e) and e.get("finish") is not None and e["sent"] < next_one["answered"]
                for e in model.under[one["claim"]])
    if not ended and max(renewed) + one["lease"] - TOLERANCE > next_one["answered"]:
        yield "claim-twice", f"claim {next_one['claim']} was handed out while claim {one['claim']} of its job stood"


def superseded(model, one, later):
    gone = min([claim["answered"] for claim in later if claim["claim"] != one["claim"]], default=float("inf"))
    until = one["answered"] + one["lease"]
    for entry in model.under[one["claim"]]:
        if model.accepted(entry):
            if entry["sent"] > gone:
                yield "stale-accepted", f"a report under claim {one['claim']} was taken after it was superseded"
            elif entry["sent"] > until + TOLERANCE:
                yield "stale-accepted", f"a report under claim {one['claim']} was taken after its lease"
            if entry.get("finish") is not None:
                gone = min(gone, entry["answered"])
        if not model.rejected(entry):
            until = max(until, entry["answered"] + one["lease"])


def handed_out_again(model, job, held):
    """What is finished is not handed out again, unless somebody asked for it."""
    done = {}
    resets = model.possible(job, "retry")
    entries = sorted((e for e in model.by_job[job]["report"] if model.accepted(e)), key=lambda e: e["answered"])
    for claim in held:
        while entries and entries[0]["answered"] < claim["sent"]:
            entry = entries.pop(0)
            done.update({int(item): entry for item in entry["items"]})
        for item in claim["items"]:
            before = done.get(item)
            if before and not any(since < claim["answered"] and until > before["sent"] for since, until in resets):
                yield "item-twice", f"item {item} of job {job} was done, and is to be done again under {claim['claim']}"


def results(model, look):
    """An item is as an accepted report says, and stays so; a refused report left no trace."""
    for number, detail in look.details.items():
        for item, (state, message, _) in detail["items"].items():
            if message in model.reports:
                yield from told(model, number, item, state, model.reports[message])
        resets = model.possible(number, "retry")
        for entry in model.by_job[number]["report"]:
            if model.accepted(entry) and not any(until > entry["sent"] for _, until in resets):
                yield from stands(model, number, entry, detail["items"])
        yield from ended(model, number, detail["attempts"])


def told(model, job, item, state, reports):
    first = reports[0]
    items = {int(number): told_state for number, told_state in first["items"].items()}
    if first["job"] != job or items.get(item) != state:
        yield "result-wrong", f"item {item} of job {job} is {state}, as no report said"
    elif all(model.rejected(entry) for entry in reports):
        yield "stale-accepted", f"item {item} of job {job} is as a refused report said"


def stands(model, job, entry, items):
    for number in entry["items"]:
        state, message, _ = items[int(number)]
        by = model.reports.get(message)
        if state == "pending" or by is None or by[0]["sent"] > entry["answered"]:
            yield "result-lost", f"item {number} of job {job} was reported by {entry['tag']} and is {state}, {message}"


def ended(model, job, attempts):
    outcomes = {attempt["attempt"]: attempt["outcome"] for attempt in attempts}
    for claim in model.claims[job]:
        finished = any(model.accepted(e) and e.get("finish") is not None for e in model.under[claim["claim"]])
        if finished and outcomes.get(claim["attempt"]) in (None, "running"):
            yield "result-lost", f"attempt {claim['attempt']} of job {job} was finished and is not"
        if claim["attempt"] not in outcomes:
            yield "claim-lost", f"attempt {claim['attempt']} of job {job} was begun and is not in its history"


def logs(model, look):
    """Each line is there as often as it was taken, in order."""
    for number, detail in look.details.items():
        log, last = detail["log"], {}
        for tag in dict.fromkeys(entry["tag"] for entry in model.by_job[number]["report"]):
            entries = model.reports[tag]
            least = sum(model.accepted(entry) for entry in entries)
            most = sum(not model.rejected(entry) for entry in entries)
            for line in entries[0]["lines"]:
                count = log.count(line)
                if count < least:
                    yield "log-lost", f"{line} of job {number} was taken {least} times and is there {count} times"
                if count > most:
                    yield "log-forged", f"{line} of job {number} is there {count} times, and was taken {most} times"
                place, claim = log.find(line), entries[0]["claim"]
                if count == 1 and least == 1:
                    if place < last.get(claim, -1):
                        yield "log-order", f"{line} of job {number} stands before what was said before it"
                    last[claim] = place


def files(model, look):
    """The result is the last file that was taken whole."""
    for number, detail in look.details.items():
        entries = model.by_job[number]["put"]
        done = [entry for entry in entries if entry["outcome"] == "done"]
        begun = max((entry["sent"] for entry in done), default=None)
        last = {entry["digest"] for entry in entries
                if can_have_happened(entry) and (begun is None or end_of(entry) >= begun)}
        if (detail["result"] or done) and detail["result"] not in last:
            yield "file-lost", f"the result of job {number} is not the last that was taken"


WORK_RULES = [claims, results, logs, files]
