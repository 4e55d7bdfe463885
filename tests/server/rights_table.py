# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may do what: one line for each operation of the contract, and who the people are.

A new operation needs a line here; test_rights.py says so. A line says which permission opens the
operation, what it is tried on, and with what; whether the answer shows what it should not is looked
at for all of them alike, by the words that only one kind of job contains.
"""

VIEW = ("view-own", "view-all", "view-automated")
EVERYTHING = {"view-own", "view-all", "view-automated", "submit", "edit", "retry", "cancel", "delete",
              "pause", "export", "view-audit", "manage"}

# The roles as users are told them. Not read from the server, which is what is tested.
ROLES = {
    "owner": EVERYTHING,
    "administrator": EVERYTHING,
    "full-user": EVERYTHING - {"view-audit", "manage"},
    "invoice-user": {"view-own", "view-all", "submit", "edit", "retry", "cancel", "export"},
    "viewer": {"view-own", "view-all", "view-automated", "export"},
    "staff": {"view-own", "submit", "edit", "retry", "cancel", "delete", "export"},
    # One that the business made itself.
    "night-auditor": {"view-own", "view-automated", "cancel", "export", "view-audit"},
}

# Who: in which business with which role, and what was added to it.
PEOPLE = {
    "olivia": {"willems": ("owner", ())},
    "adam": {"willems": ("administrator", ())},
    "fiona": {"willems": ("full-user", ())},
    "ines": {"willems": ("invoice-user", ())},
    "victor": {"willems": ("viewer", ())},
    "sam": {"willems": ("staff", ())},
    "stella": {"willems": ("staff", ())},
    "nadia": {"willems": ("night-auditor", ())},
    "percy": {"willems": ("staff", ("view-automated", "pause"))},
    # What somebody may do in one business is worth nothing in another.
    "dora": {"willems": ("staff", ()), "harbour": ("administrator", ())},
    "nora": {"harbour": ("owner", ())},
}
PROGRAMS = {
    "ledger": ("application", {"willems": ("staff", ())}),
    "press": ("worker", {"willems": ("staff", ())}),
}
BUSINESSES = {"willems": "olivia", "harbour": "nora"}
# Whose jobs those are that most may not see.
OTHERS = {"willems": "stella", "harbour": "nora"}
NOBODY = "nobody"
ACTORS = [name for name in (*PEOPLE, *PROGRAMS) if name != "stella"] + [NOBODY]


def rights(actor, business):
    """What an actor may do in a business; None for who does not belong to it."""
    memberships = PEOPLE.get(actor) or (PROGRAMS[actor][1] if actor in PROGRAMS else {})
    if business not in memberships:
        return None
    role, added = memberships[business]
    return ROLES[role] | set(added)


def kind_of(actor):
    return PROGRAMS[actor][0] if actor in PROGRAMS else "person"


def may_see(actor, business, owner, automated):
    may = rights(actor, business)
    return may is not None and ("view-all" in may or (automated and "view-automated" in may)
                                or (owner == actor and "view-own" in may))


class Line:
    """One operation.

    opens: permissions any one of which opens the operation at all; () for every member.
    then: the permission that is asked for once the thing itself may be seen.
    on: what it is tried on: None, or the state of a job made for it ("queued", "failed").
    body: of the request: what to send, or a function of (office, actor, business, target).
    make: makes what the path's {…} stands for, when that is no job; a function likewise.
    query: what to put behind the path.
    good: the answer to who may.
    check: a function of (test, office, actor, business, answer) for a good answer.
    blind: whether it answers alike for a job that one does not see, and then leaves that alone.
    workers: whether a worker's token may, although it has none of the permissions.
    """

    def __init__(self, opens=VIEW, then=None, on=None, body=None, make=None, query="", good=200,
                 check=None, blind=False, workers=False):
        self.opens, self.then, self.on, self.body, self.make = opens, then, on, body, make
        self.query, self.good, self.check, self.blind, self.workers = query, good, check, blind, workers

    def expect(self, actor, business, sees):
        """The status of the answer; sees: whether the actor sees the job that it is tried on."""
        may = rights(actor, business)
        if actor == NOBODY:
            return 401
        if may is None:
            return 404
        if self.workers and kind_of(actor) == "worker":
            return self.good
        if self.opens and not may & set(self.opens):
            return 403
        if self.on and not sees and not self.blind:
            return 404
        if self.then and self.then not in may:
            return 403
        return self.good


def check_total(test, office, actor, business, answer):
    """Counts are of what may be seen, and no more."""
    test.assertEqual(answer.json["total"], office.count_visible(actor, business))


def check_users(test, office, actor, business, answer):
    names = {office.name_of(user["id"]) for user in answer.json["users"] if user["id"] != 0}
    test.assertEqual(names, office.owners_visible(actor, business))


def make_pause(office, actor, business, target):
    owner = office.api(BUSINESSES[business])
    owner.delete(f"/v1/businesses/{business}/pauses")
    answer = owner.post(f"/v1/businesses/{business}/pauses", {"types": ["archive-export"]})
    return answer.json["pauses"][0]["id"]


def make_member(office, actor, business, target):
    """Thea, who can sign in, but belongs to no business unless she is made to."""
    office.join(business, "thea", "staff")
    return office.ids["thea"]


def make_no_member(office, actor, business, target):
    office.leave(business, "thea")
    return {"login": "thea", "role": "viewer"}


def make_role(office, actor, business, target):
    answer = office.api(BUSINESSES[business]).post(
        f"/v1/businesses/{business}/roles", {"name": f"Role {office.next()}", "permissions": ["view-own"]})
    return answer.json["id"]


def make_token(office, actor, business, target):
    answer = office.api(BUSINESSES[business]).post(
        f"/v1/businesses/{business}/tokens", {"name": f"Token {office.next()}", "kind": "worker"})
    return answer.json["id"]


def fresh(name, **more):
    return lambda office, actor, business, target: {name: f"Fresh {office.next()}", **more}


MANAGE = ("manage",)
B = "/v1/businesses/{business}/"
LINES = {
    ("GET", B + "jobs"): Line(query="?limit=1000", check=check_total),
    ("POST", B + "jobs"): Line(
        ("submit",), good=201, body=lambda office, actor, business, target:
        {"type": "send-invoices", "name": f"marker-{actor}"}),
    ("GET", B + "jobs/summary"): Line(check=check_total),
    ("POST", B + "jobs/actions"): Line(
        then="delete", good=201, on="failed", blind=True,
        body=lambda office, actor, business, target: {"action": "delete", "ids": [target]}),
    ("POST", B + "jobs/clear"): Line(("delete",)),
    ("POST", B + "jobs/export"): Line(("export",), body={"filter": {}}, check=check_total),
    ("GET", B + "jobs/{id}"): Line(on="failed"),
    ("PATCH", B + "jobs/{id}"): Line(then="edit", on="queued", body={"priority": 7}),
    ("DELETE", B + "jobs/{id}"): Line(then="delete", on="failed", good=204),
    ("GET", B + "jobs/{id}/items"): Line(on="failed"),
    ("POST", B + "jobs/{id}/items/export"): Line(then="export", on="failed", body={}),
    ("GET", B + "jobs/{id}/log"): Line(on="failed"),
    ("GET", B + "jobs/{id}/history"): Line(on="failed"),
    ("GET", B + "jobs/{id}/result"): Line(on="failed"),
    ("POST", B + "jobs/{id}/retry"): Line(then="retry", on="failed", body={"items": "failed"}),
    ("POST", B + "jobs/{id}/cancel"): Line(then="cancel", on="queued"),
    ("POST", B + "jobs/{id}/copy"): Line(then="submit", on="failed", body={"items": "all"}, good=201),
    ("GET", B + "pauses"): Line(),
    ("POST", B + "pauses"): Line(("pause",), body={"types": ["archive-export"]}, good=201),
    ("DELETE", B + "pauses"): Line(("pause",)),
    ("DELETE", B + "pauses/{id}"): Line(("pause",), make=make_pause, good=204),
    ("GET", B + "types"): Line(),
    ("PUT", B + "types/{type}"): Line(
        MANAGE, workers=True, make=lambda *_: "send-invoices", body={"name": "Send invoices"}),
    ("GET", B + "users"): Line(query="?limit=1000", check=check_users),
    ("GET", B + "relations"): Line(query="?limit=1000&q=marker"),
    ("GET", B + "members"): Line(MANAGE),
    ("POST", B + "members"): Line(MANAGE, body=make_no_member, good=201),
    ("PATCH", B + "members/{id}"): Line(MANAGE, make=make_member, body={"role": "viewer"}),
    ("DELETE", B + "members/{id}"): Line(MANAGE, make=make_member, good=204),
    ("GET", B + "roles"): Line(MANAGE),
    ("POST", B + "roles"): Line(MANAGE, body=fresh("name", permissions=["view-own"]), good=201),
    ("PATCH", B + "roles/{role}"): Line(MANAGE, make=make_role, body={"permissions": ["view-all"]}),
    ("DELETE", B + "roles/{role}"): Line(MANAGE, make=make_role, good=204),
    ("GET", B + "tokens"): Line(MANAGE),
    ("POST", B + "tokens"): Line(MANAGE, body=fresh("name", kind="application"), good=201),
    ("POST", B + "tokens/{id}/renew"): Line(MANAGE, make=make_token),
    ("DELETE", B + "tokens/{id}"): Line(MANAGE, make=make_token, good=204),
    ("GET", B + "settings"): Line(MANAGE),
    ("PATCH", B + "settings"): Line(
        MANAGE, body=lambda office, actor, business, target: {"retention_days": 30 + office.next() % 900}),
    ("GET", B + "queues"): Line(),
    ("GET", B + "queues/{type}"): Line(make=lambda *_: "send-invoices"),
    ("GET", B + "batches"): Line(),
    ("GET", B + "workers"): Line(("view-all",)),
    ("GET", B + "insights"): Line(query="?edge=2020-01-01T00:00:00.000Z&edge=2090-01-01T00:00:00.000Z&by=user"),
    ("GET", B + "audit/actions"): Line(("view-audit",)),
    ("GET", B + "audit"): Line(("view-audit",), query="?limit=200"),
    ("GET", B + "mail"): Line(()),
    ("PUT", B + "mail"): Line((), body={"enabled": False}),
}

# Operations that test_rights.py tries by themselves: they are inside no business, or stream.
BY_THEMSELVES = {
    ("POST", "/v1/sessions"), ("DELETE", "/v1/sessions/current"), ("GET", "/v1/me"),
    ("PUT", "/v1/me/password"), ("GET", B + "events"), ("POST", "/v1/claims"),
    ("PUT", "/v1/claims/{claim}/result"), ("POST", "/v1/reports"), ("GET", "/healthz"),
    ("GET", "/metrics"), ("GET", "/v1/openapi.yaml"),
}
