# SPDX-License-Identifier: GPL-3.0-or-later
"""An office with all kinds of people, for test_rights.py."""

import itertools
import os
import subprocess
import tempfile

from harness import BATCHWORKD, Server
from stores import make_store
from rights_table import BUSINESSES, NOBODY, OTHERS, PEOPLE, PROGRAMS, ROLES, may_see, rights

PASSWORD = "correct horse battery"


def run(store, *arguments):
    """A command of batchworkd on a store."""
    return subprocess.run(
        [BATCHWORKD, *arguments, "--store", store],
        input=PASSWORD + "\n", capture_output=True, text=True, check=True).stdout


class Office:
    """Two businesses, made with the command line and the API alone."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="bw-server-")
        self.numbers = itertools.count(1)
        self.apis, self.ids, self.shared = {}, {}, {}
        self.store = make_store(self.folder)
        self.fill_store()
        self.server = Server(demo=False, folder=self.folder, store=self.store)
        self.server.own_folder = self.server.own_store = True
        self.make_people()

    def fill_store(self):
        run(self.store, "init", "--business", "willems", "--business-name", "Willems Accountants",
            "--owner", "olivia", "--owner-name", "Olivia", "--password-file", "-")
        # Somebody must be there to own the second business, and then leaves the first one.
        run(self.store, "add-user", "--user", "nora", "--name", "Nora", "--business", "willems",
            "--password-file", "-")
        run(self.store, "add-business", "--business", "harbour", "--business-name", "Harbour Warehouse",
            "--owner", "nora")
        for business in BUSINESSES:
            self.apis["worker-" + business] = run(
                self.store, "add-worker", "--name", f"worker-{business}", "--business", business).strip()

    def make_people(self):
        for name, token in list(self.apis.items()):
            self.apis[name] = self.server.api(token)
        for name in BUSINESSES.values():
            self.sign_in(name)
        self.leave("willems", "nora")
        answer = self.api("olivia").post("/v1/businesses/willems/roles", {
            "name": "Night auditor", "permissions": sorted(ROLES["night-auditor"])})
        assert answer.json["id"] == "night-auditor", answer.text
        for name in (*PEOPLE, "thea"):
            for business, (role, added) in PEOPLE.get(name, {"willems": ("staff", ())}).items():
                if name not in BUSINESSES.values():
                    self.join(business, name, role, added)
            if name not in self.apis:
                self.sign_in(name)
        self.leave("willems", "thea")
        for name, (kind, memberships) in PROGRAMS.items():
            for business, (role, added) in memberships.items():
                answer = self.api(BUSINESSES[business]).post(f"/v1/businesses/{business}/tokens", {
                    "name": name, "kind": kind, "role": role, "added": list(added)})
                assert answer.status == 201, answer.text
                self.apis[name], self.ids[name] = self.server.api(answer.json["token"]), answer.json["id"]
        for business, owner in BUSINESSES.items():
            # What can be paused without holding anything back.
            self.api(owner).put(f"/v1/businesses/{business}/types/archive-export", {"name": "Export"})
            self.job(business, owner)

    def end(self):
        for api in self.apis.values():
            api.close()
        self.server.end()

    def api(self, name):
        if name == NOBODY and name not in self.apis:
            self.apis[name] = self.server.api()
        return self.apis[name]

    def sign_in(self, name):
        self.apis[name] = self.server.sign_in(name, PASSWORD)
        self.ids[name] = self.apis[name].user

    def next(self):
        return next(self.numbers)

    # Who belongs where

    def join(self, business, name, role, added=()):
        owner = self.api(BUSINESSES[business])
        path = f"/v1/businesses/{business}/members"
        new = {} if name in self.ids else {"name": name.title(), "password": PASSWORD}
        answer = owner.post(path, {"login": name, "role": role, "added": list(added), **new})
        if answer.status == 409:
            answer = owner.patch(f"{path}/{self.ids[name]}", {"role": role, "added": list(added)})
        assert answer.status in (200, 201), answer.text
        self.ids[name] = answer.json["user"]["id"]

    def leave(self, business, name):
        answer = self.api(BUSINESSES[business]).delete(
            f"/v1/businesses/{business}/members/{self.ids[name]}")
        assert answer.status in (204, 404), answer.text

    # Jobs. All that there is to read of one has its marker in it, and no other job's.

    def job(self, business, owner, automated=False, state="failed"):
        marker = "marker-automated-" + business if automated else f"marker-{owner}"
        item = {"label": marker, "reference": {"kind": "relation", "id": marker, "label": marker},
                "parameters": {"word": marker}}
        job = self.api(owner).submit(business, {
            "type": "send-invoices", "name": marker, "entity": marker, "automated": automated,
            "parameters": {"word": marker}, "items": [item],
            "references": [{"kind": "client", "id": marker, "label": marker}]})[0]
        if state == "failed":
            self.fail(business, job, marker)
        return job

    def fail(self, business, job, marker):
        """A worker does all that waits; this job with a file, a log and an error."""
        worker = self.api("worker-" + business)
        while claims := worker.claim(businesses=[business], max=100):
            for claim in claims:
                mine = claim["job"]["id"] == job
                report = {"claim": claim["claim"], "finish": {}, "items": [
                    {"item": item["item"], "state": "failed", "message": marker if mine else "No"}
                    for item in claim["items"]]}
                if mine:
                    answer = worker.put(f"/v1/claims/{claim['claim']}/result", marker.encode(),
                                        Content_Disposition=f'attachment; filename="{marker}.txt"')
                    assert answer.status == 204, answer.text
                    report.update(log=[marker], message=marker)
                worker.report(report)

    def targets(self, business, actor, state):
        """Jobs to try an operation on: (what, id, owner, automated). Made anew each time for a member,
        who may change them; who is none has to do with the same ones."""
        may = rights(actor, business)
        if may is None and (business, state) in self.shared:
            return self.shared[business, state]
        owner = BUSINESSES[business]
        jobs = [("other's", self.job(business, OTHERS[business], state=state), OTHERS[business], False),
                ("automated", self.job(business, owner, True, state), owner, True)]
        if may is not None and "submit" in may:
            jobs.append(("own", self.job(business, actor, state=state), actor, False))
        if may is None:
            self.shared[business, state] = jobs
        return jobs

    def all_jobs(self, business):
        answer = self.api(BUSINESSES[business]).get(f"/v1/businesses/{business}/jobs", limit=1000)
        assert answer.json["total"] <= 1000
        return answer.json["jobs"]

    def visible(self, actor, business):
        return [job for job in self.all_jobs(business)
                if may_see(actor, business, self.owner_of(job), job["automated"])]

    def owner_of(self, job):
        """Automated ones are shown as System's; who handed them in is in the store alone."""
        return self.name_of(job["created_by"]["id"])

    def name_of(self, number):
        return next((name for name, found in self.ids.items() if found == number), None)

    def count_visible(self, actor, business):
        return len(self.visible(actor, business))

    def owners_visible(self, actor, business):
        return {self.owner_of(job) for job in self.visible(actor, business)} - {None}

    def hidden_words(self, actor):
        """The markers of all that an actor may not see, wherever it is."""
        words = set()
        for business in BUSINESSES:
            for owner in (*PEOPLE, *PROGRAMS):
                if not may_see(actor, business, owner, False) and self.only_here(owner, business):
                    words.add(f"marker-{owner}")
            if not may_see(actor, business, None, True):
                words.add("marker-automated-" + business)
        return words

    @staticmethod
    def only_here(owner, business):
        """Dora has jobs in both businesses, with the same words: her word proves nothing."""
        memberships = PEOPLE.get(owner) or PROGRAMS[owner][1]
        return list(memberships) == [business]

    def revision(self, business):
        return self.api(BUSINESSES[business]).get(f"/v1/businesses/{business}/jobs", limit=1).json["revision"]
