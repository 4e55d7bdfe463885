# SPDX-License-Identifier: GPL-3.0-or-later
"""Those who use an office while it breaks: who hands in, who works, who acts, who watches.

Each goes by random numbers of its own and puts all it does and is told into the history. What died
with a connection is repeated where a careful program would: submissions with their key, reports.
"""

import hashlib
import http.client
import json
import random
import socket
import threading
import time

from history import digest

TYPES = {
    "willems": ["send-invoices", "send-statements", "set-task-schedule", "change-task-field"],
    "harbour": ["upload-products", "delete-client"],
}
ITEM_STATES = ["success"] * 7 + ["failed", "skipped", "failed"]
# Leases of workers that come back in time, and of those that are lost.
LEASES = [2, 5, 30, 30]
# Jobs that wait, at most: a store that grows is only slower to look through.
BACKLOG = 20
# For what should come at once.
PATIENCE = 20


class Client(threading.Thread):
    """One connection, and what it was used for."""

    is_patient = False   # whether it waits for a server when it is to stop

    def __init__(self, office, name, token, business, seed):
        super().__init__(name=name, daemon=True)
        self.office, self.token, self.business = office, token, business
        self.random = random.Random(f"{seed}/{name}")
        self.connection, self.failure = None, None
        self.stopping = threading.Event()
        self.made = 0

    def run(self):
        try:
            while not self.stopping.is_set():
                self.step()
            self.finish()
        except Exception as error:  # told to who joins
            self.failure = error
        finally:
            self.drop()

    def finish(self):
        """What is left to do when it is to stop."""

    def join(self, timeout=None):
        super().join(timeout)
        if self.failure:
            raise self.failure
        assert not self.is_alive(), f"{self.name} does not end"

    def drop(self):
        if self.connection:
            self.connection.close()
            self.connection = None

    def _connect(self):
        address = None
        while address is None:
            if self.stopping.is_set() and not self.is_patient:
                raise ConnectionRefusedError
            address = self.office.pick(self.random, 0.1)
        connection = http.client.HTTPConnection(*address, timeout=PATIENCE)
        connection.connect()
        return connection

    def ask(self, kind, method, path, body=None, headers=None, **facts):
        """One exchange, put into the history; never repeated by itself."""
        entry = self.office.history.begin(self.name, kind, self.business, **facts)
        headers = {"Authorization": "Bearer " + self.token, **(headers or {})}
        if body is not None and not isinstance(body, bytes):
            headers["Content-Type"] = "application/json"
            body = json.dumps(body).encode()
        entry["sent"] = time.monotonic()
        try:
            self.connection = self.connection or self._connect()
        except OSError:
            entry["outcome"] = "unsent"
            self.stopping.wait(0.002)
            return entry, None
        try:
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
            data = response.read()
            entry["answered"] = time.monotonic()
            entry["status"] = response.status
            value = json.loads(data) if data and "json" in response.headers.get("Content-Type", "") else None
        except (OSError, http.client.HTTPException, ValueError):
            entry["answered"] = time.monotonic()
            self.drop()
            return entry, None
        if response.status < 300:
            entry["outcome"] = "done"
            return entry, value
        entry["detail"] = (value or {}).get("detail")
        if response.status < 500 or response.status == 507:
            entry["outcome"] = "refused"
        else:
            self.stopping.wait(0.02)  # it is in trouble
        return entry, value

    def path(self, rest):
        return f"/v1/businesses/{self.business}/{rest}"

    def next_tag(self):
        self.made += 1
        return f"{self.name}.{self.made}"


class Submitter(Client):
    """Hands in jobs, one or some at a time, and repeats those with a key when it knows no better."""

    def make(self, tag, with_key):
        job = {"type": self.random.choice(TYPES[self.business]), "name": tag,
               "priority": self.random.choice([0, 0, 0, 5, -5]),
               "automated": self.random.random() < 0.1,
               "parameters": {"tag": tag},
               "items": [{"label": f"{tag}#{i + 1}"} for i in range(self.random.choice([0, 1, 2, 3, 6]))]}
        if with_key:
            job["idempotency_key"] = "key " + tag
        if self.random.random() < 0.1:
            soon = time.time() + self.random.choice([0.2, 3600])
            job["run_at"] = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(soon)) + f".{int(soon % 1 * 1000):03}Z"
        return job

    def send(self, jobs):
        facts = [{"tag": job["name"], "key": job.get("idempotency_key"), "type": job["type"],
                  "items": len(job["items"]), "automated": job["automated"], "priority": job["priority"]}
                 for job in jobs]
        entry, value = self.ask("submit", "POST", self.path("jobs"), jobs, made=facts)
        if entry["outcome"] == "done":
            entry["jobs"] = value["jobs"]
            self.office.history.know(self.business, [job["id"] for job in value["jobs"]])
        return entry

    def step(self):
        if self.office.history.backlog(self.business) > BACKLOG:
            self.stopping.wait(0.003)
            return
        with_key = self.random.random() < 0.5
        count = self.random.choice([1, 1, 1, 1, 4, 12])
        tags = [self.next_tag() for _ in range(count)]
        jobs = [self.make(tag, with_key) for tag in tags]
        entry = self.send(jobs)
        while with_key and entry["outcome"] in ("unknown", "unsent") and not self.stopping.is_set():
            entry = self.send(jobs)
        if with_key and self.random.random() < 0.15:
            self.send(jobs)


class Worker(Client):
    """Claims, reports, finishes; some get lost, some come back too late, some repeat what they said."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.late = []

    def step(self):
        self.report_late()
        lease = self.random.choice(LEASES)
        asked = {"worker": self.name, "businesses": [self.business], "max": self.random.choice([1, 1, 3, 6]),
                 "lease_s": lease, "wait_s": 0.1}
        if self.random.random() < 0.4:
            asked["types"] = self.random.sample(TYPES[self.business], 1)
        entry, value = self.ask("claim", "POST", "/v1/claims", asked, lease=lease, types=asked.get("types"))
        if entry["outcome"] != "done":
            return
        entry["claims"] = [{"claim": c["claim"], "job": c["job"]["id"], "attempt": c["job"]["attempt"],
                            "type": c["job"]["type"], "tag": (c["job"]["parameters"] or {}).get("tag"),
                            "items": [item["item"] for item in c["items"]]} for c in value["claims"]]
        self.office.history.count_claims(self.business, len(entry["claims"]))
        for claim in entry["claims"]:
            chance = self.random.random()
            if chance < 0.02:
                continue  # lost with all it holds
            if chance < 0.05:
                self.late.append(claim)
                continue
            self.work(claim)

    def work(self, claim):
        items = list(claim["items"])
        self.random.shuffle(items)
        while len(items) > 2 and self.random.random() < 0.6:
            some, items = items[:2], items[2:]
            directive = self.say(claim, some)
            if directive is None:
                return
            if directive == "cancel":
                items = []
            if self.random.random() < 0.1:
                self.say(claim, some)  # again, otherwise: what is finished stays
        if self.random.random() < 0.08:
            self.put(claim)
        chance = self.random.random()
        finish = {} if chance < 0.85 else {"error": "It went wrong"} if chance < 0.93 else {"released": True}
        self.say(claim, items, finish)

    def say(self, claim, items, finish=None):
        """Reports, and repeats it until it is answered; returns the directive, None when refused."""
        tag = self.next_tag()
        states = {item: self.random.choice(ITEM_STATES) for item in items}
        lines = [f"<{tag}/{i}>" for i in range(self.random.choice([0, 1, 2]))]
        report = {"claim": claim["claim"], "log": lines,
                  "items": [{"item": item, "state": state, "message": tag} for item, state in states.items()]}
        if finish is not None:
            report["finish"] = finish
        while True:
            entry, value = self.ask("report", "POST", "/v1/reports", {"reports": [report]}, tag=tag,
                                    claim=claim["claim"], job=claim["job"], items=states, lines=lines, finish=finish)
            if entry["outcome"] == "done":
                entry["accepted"] = value["results"][0]["status"] == 200
                return value["results"][0]["directive"] if entry["accepted"] else None
            if entry["outcome"] == "refused" or self.stopping.is_set():
                return None

    def put(self, claim):
        data = self.random.randbytes(self.random.choice([100, 70_000, 300_000]))
        name = self.next_tag().replace("/", " ")
        self.ask("put", "PUT", f"/v1/claims/{claim['claim']}/result", data,
                 {"Content-Type": "application/octet-stream", "Content-Disposition": f'attachment; filename="{name}"'},
                 claim=claim["claim"], job=claim["job"], digest=hashlib.md5(data).hexdigest())

    def report_late(self):
        if len(self.late) > 3:
            claim = self.late.pop(0)
            self.say(claim, claim["items"], {})


class Actor(Client):
    """Cancels, retries, edits, deletes; alone in a business in ordering pauses."""

    is_patient = True

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.paused = None

    def step(self):
        jobs = self.office.history.known(self.business)
        if not jobs:
            self.stopping.wait(0.005)
            return
        job = self.random.choice(jobs)
        act = self.random.choices([self.cancel, self.retry, self.edit, self.delete, self.pause, self.resume,
                                   self.bulk, self.clear], [8, 8, 10, 8, 1, 3, 1, 0.05])[0]
        act(job)

    def finish(self):
        self.resume(None)

    def cancel(self, job):
        self.ask("cancel", "POST", self.path(f"jobs/{job}/cancel"), {}, job=job)

    def retry(self, job):
        items = self.random.choice(["failed", "all", [1]])
        self.ask("retry", "POST", self.path(f"jobs/{job}/retry"), {"items": items}, job=job, items=items)

    def edit(self, job):
        change = {"name": self.next_tag(), "priority": self.random.randint(-9, 9)}
        self.ask("edit", "PATCH", self.path(f"jobs/{job}"), change, job=job, change=change)

    def delete(self, job):
        self.ask("delete", "DELETE", self.path(f"jobs/{job}"), job=job)

    def bulk(self, _):
        action = self.random.choice(["retry-failed", "cancel", "delete"])
        jobs = self.random.sample(self.office.history.known(self.business)[-30:], 1)
        entry, value = self.ask("bulk", "POST", self.path("jobs/actions"), {"action": action, "ids": jobs},
                                action=action, jobs=jobs)
        if entry["outcome"] == "done":
            entry["job"] = value["job"]["id"]

    def clear(self, _):
        self.ask("clear", "POST", self.path("jobs/clear"), {})

    def insist(self, *arguments, **facts):
        """Says it until the answer is known, so that there is no doubt when what was paused."""
        deadline = time.monotonic() + PATIENCE
        while True:
            entry, value = self.ask(*arguments, **facts)
            if entry["outcome"] in ("done", "refused"):
                return value
            assert time.monotonic() < deadline, f"no answer to {arguments}"

    def pause(self, _):
        if self.paused:
            return
        kind = self.random.choice(TYPES[self.business][:2])
        value = self.insist("pause", "POST", self.path("pauses"), {"types": [kind], "reason": self.next_tag()},
                            type=kind)
        self.paused = (kind, next(pause["id"] for pause in value["pauses"] if pause["type"] == kind))

    def resume(self, _):
        if self.paused:
            kind, number = self.paused
            self.insist("resume", "DELETE", self.path(f"pauses/{number}"), type=kind, pause=number)
            self.paused = None


class Reader(Client):
    """Follows every change; comes and goes, and resumes where it was."""

    def __init__(self, office, name, token, business, seed, since):
        super().__init__(office, name, token, business, seed)
        self.last, self.since = since, since
        self.told = self.office.history.events.setdefault(name, [])
        self.view, self.socket = {}, None
        self.news = threading.Condition()

    def stop(self):
        """Ends the wait for news, too."""
        self.stopping.set()
        if self.socket:
            try:
                self.socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def step(self):
        try:
            self.connection = self._connect()
        except OSError:
            return
        self.socket = self.connection.sock
        try:
            self.read()
        except (OSError, http.client.HTTPException, ValueError):
            pass
        self.drop()

    def read(self):
        path = self.path("events") + (f"?since={self.since}" if self.last == self.since else "")
        headers = {"Authorization": "Bearer " + self.token}
        if self.last != self.since:
            headers["Last-Event-ID"] = str(self.last)
        self.connection.request("GET", path, headers=headers)
        response = self.connection.getresponse()
        if response.status != 200:
            response.read()
            return
        left, fields = self.random.choice([5, 50, 500]), {}
        while left and not self.stopping.is_set():
            line = response.readline()
            if line == b"":
                return
            line = line.decode().rstrip("\n")
            if line == "" and "data" in fields:
                self.take(int(fields["id"]), fields["event"], json.loads(fields["data"]))
                fields, left = {}, left - 1
            elif not line.startswith(":"):
                name, _, value = line.partition(": ")
                fields[name] = value

    def take(self, number, kind, data):
        event = {"id": number, "kind": kind, "after": self.last, "at": time.monotonic(), "revision": data["revision"]}
        if kind == "job":
            job = data["job"]
            event |= {"job": job["id"], "own": job["revision"], "state": job["state"], "name": job["name"],
                      "type": job["type"], "told": digest(job)}
        elif kind == "deleted":
            event["job"] = data["id"]
        with self.news:
            self.told.append(event)
            if kind == "job":
                self.view[event["job"]] = event
            elif kind == "deleted":
                self.view.pop(event["job"], None)
            self.last = number
            self.news.notify_all()

    def until(self, condition, what):
        """Waits until what it knows fits."""
        with self.news:
            assert self.news.wait_for(lambda: condition(self) or self.failure, PATIENCE), \
                f"{self.name} in vain waited for {what}, with all up to {self.last}"
