#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo's job types, as the worker runs them but without one: demo-test.py DIRECTORY [NAME…]"""

import csv
import email
import email.policy
import json
import mailbox
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from collections import Counter
from decimal import Decimal
from pathlib import Path

from worker_harness import run


class DemoTest(unittest.TestCase):
    demo = None
    business = "willems"

    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="demo-test-"))
        self.work = self.directory / "work"
        self.work.mkdir()

    def tearDown(self):
        shutil.rmtree(self.directory)

    @property
    def output(self):
        return self.directory / self.business

    def table(self, name):
        with open(self.demo / "data" / self.business / name, newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def changed(self, name):
        with open(self.output / name, newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    @staticmethod
    def items(rows, kind, label="name"):
        return [
            {"item": number, "label": row[label], "reference": {"kind": kind, "id": row["id"], "label": row[label]}}
            for number, row in enumerate(rows, 1)
        ]

    def run_job(self, program, parameters, items=(), status=0):
        """Runs a command. Returns what it said of its items, by their references, and of the job."""
        claim = {
            "claim": 1,
            "business": self.business,
            "job": {"id": 1, "type": program, "name": program, "parameters": parameters, "attempt": 1},
            "items": list(items),
        }
        done = subprocess.run(
            [self.demo / "jobs" / program], input=json.dumps(claim), capture_output=True, text=True, cwd=self.work,
            env={**os.environ, "BATCHWORK_DEMO_DIR": str(self.directory)}, check=False,
        )
        self.assertEqual(done.returncode, status, done.stderr)
        self.log = done.stderr
        said = [json.loads(line) for line in done.stdout.splitlines()]
        keys = {item["item"]: (item.get("reference") or {}).get("id", item["item"]) for item in items}
        about_items = {keys[line["item"]]: (line["state"], line.get("message")) for line in said if "item" in line}
        self.assertEqual(len(about_items), sum("item" in line for line in said), "an item was reported twice")
        return about_items, [line for line in said if "item" not in line]

    def assert_states(self, said, **states):
        self.assertEqual(dict(Counter(state for state, _ in said.values())), states)

    def messages(self, said, state):
        return sorted(message for found, message in said.values() if found == state)


class WillemsTest(DemoTest):
    def setUp(self):
        super().setUp()
        self.relations = self.table("relations.csv")

    def test_A12_send_invoices(self):
        items = self.items(self.relations, "relation")
        said, _ = self.run_job("send-invoices", {"month": "2026-10"}, items)
        self.assert_states(said, success=139, skipped=5, failed=6)
        failures = self.messages(said, "failed")
        self.assertEqual(failures.count("No e-mail address is known"), 2)
        self.assertEqual(sum("is not an e-mail address" in message for message in failures), 2)
        self.assertEqual(sum("VAT number" in message for message in failures), 2)
        self.assertEqual(set(self.messages(said, "skipped")), {"The relation is marked “no invoices”"})
        for relation in self.relations:
            path = self.output / "outbox" / f"2026-10-{relation['id']}.txt"
            self.assertEqual(path.exists(), said[relation["id"]][0] == "success", relation["id"])

        # The sum, worked out anew for a Belgian relation, which pays VAT here.
        relation = next(r for r in self.relations if r["country"] == "BE" and said[r["id"]][0] == "success")
        text = (self.output / "outbox" / f"2026-10-{relation['id']}.txt").read_text(encoding="utf-8")
        net = Decimal(relation["hours"]) * Decimal(relation["hourly_rate"]) + Decimal(relation["fixed_fee"])
        total = (net * Decimal("1.21")).quantize(Decimal("0.01"))
        self.assertEqual(text.splitlines()[-1].split(), ["Total", "in", "EUR", str(total)])
        self.assertIn(str(total), said[relation["id"]][1])

    def test_G7_send_invoices_never_twice(self):
        items = self.items([r for r in self.relations if r["email"] and r["hours"] != "0"][:3], "relation")
        self.run_job("send-invoices", {"month": "2026-10"}, items)
        outbox = self.output / "outbox"
        before = {path.name: path.stat().st_mtime_ns for path in outbox.iterdir()}
        said, _ = self.run_job("send-invoices", {"month": "2026-10"}, items)
        self.assertEqual({path.name: path.stat().st_mtime_ns for path in outbox.iterdir()}, before)
        self.assertTrue(all("was sent before" in message for message in self.messages(said, "success")))

    def test_send_invoices_to_who_is_gone(self):
        items = self.items([{"id": "R9", "name": "Gone"}], "relation")
        said, _ = self.run_job("send-invoices", {"month": "2026-10"}, items)
        self.assertEqual(said["R9"], ("failed", "There is no such relation any more"))

    def test_send_statements(self):
        items = self.items(self.relations, "relation")
        said, _ = self.run_job("send-statements", {"date": "2026-11-21"}, items)
        self.assert_states(said, success=87, skipped=61, failed=2)
        box = mailbox.Maildir(self.output / "sent-statements", create=False)
        messages = [email.message_from_bytes(box.get_bytes(key), policy=email.policy.default) for key in box.keys()]
        self.assertEqual(len(messages), 87)
        addresses = {relation["email"]: relation for relation in self.relations}
        for message in messages:
            address = message["To"].addresses[0]
            self.assertEqual(address.display_name, addresses[address.addr_spec]["name"])
            self.assertEqual(message["Subject"], "Statement of 21 November 2026")
            self.assertTrue(message["Message-ID"] and message["Date"].datetime)
            self.assertEqual(message.defects, [])

        entries = [e for e in self.table("open-entries.csv") if e["relation"] == "R1003"]
        rest = sum(Decimal(e["amount"]) - Decimal(e["paid"]) for e in entries)
        self.assertTrue(said["R1003"][1].endswith(f"€ {rest}"), said["R1003"])

    def test_A12_set_task_schedule(self):
        items = self.items(self.relations, "relation")
        parameters = {"task": "VAT return", "every": "quarter", "first": "2026-12-20"}
        said, _ = self.run_job("set-task-schedule", parameters, items)
        self.assert_states(said, success=144, skipped=6)
        calendars = list((self.output / "schedules").glob("*.ics"))
        self.assertEqual(len(calendars), 144)
        for path in calendars:
            lines = path.read_bytes().split(b"\r\n")
            self.assertTrue(all(len(line) <= 75 for line in lines), path)
            self.assertEqual((lines[0], lines[-2]), (b"BEGIN:VCALENDAR", b"END:VCALENDAR"))
            self.assertIn(b"RRULE:FREQ=MONTHLY;INTERVAL=3", lines)

    def test_set_task_schedule_on_a_day_that_some_months_lack(self):
        parameters = {"task": "Payroll", "every": "month", "first": "2026-12-31"}
        said, _ = self.run_job("set-task-schedule", parameters, self.items(self.relations[:2], "relation"))
        self.assert_states(said, failed=2)

    def test_set_task_schedule_refuses_a_frequency(self):
        parameters = {"task": "Payroll", "every": "week", "first": "2026-12-01"}
        said, _ = self.run_job("set-task-schedule", parameters, self.items(self.relations[:2], "relation"), status=1)
        self.assertEqual(said, {})
        self.assertIn("“week” is no frequency", self.log)

    def test_A12_change_task_field(self):
        tasks = self.table("tasks.csv")
        said, _ = self.run_job("change-task-field", {"field": "assignee", "value": "Ines"}, self.items(tasks, "task", "title"))
        now = {task["id"]: task for task in self.changed("tasks.csv")}
        self.assertEqual(len(now), len(tasks))
        for task in tasks:
            if task["state"] == "closed":
                expected = "failed"
            else:
                expected = "skipped" if task["assignee"] == "Ines" else "success"
            self.assertEqual(said[task["id"]][0], expected)
            self.assertEqual(now[task["id"]]["assignee"], task["assignee"] if expected == "failed" else "Ines")

    def test_change_task_field_refuses_a_field(self):
        self.run_job("change-task-field", {"field": "state", "value": "closed"}, status=1)
        self.assertIn("choose assignee, due or priority", self.log)


class HarbourTest(DemoTest):
    business = "harbour"

    def upload(self, file):
        items = [
            {"item": number, "label": row["name"], "reference": None, "parameters": {"line": number + 1}}
            for number, row in enumerate(self.table(file), 1)
        ]
        said, _ = self.run_job("upload-products", {"file": file}, items)
        return said

    def test_C11_upload_products(self):
        said = self.upload("products-2026-11.csv")
        self.assert_states(said, success=282, failed=18)
        failures = Counter(message.split(" ")[1] for message in self.messages(said, "failed"))
        self.assertEqual(
            failures, {"EAN": 7, "price": 5, "name": 2, "article": 1, "unit": 1, "stock": 1, "currency": 1}
        )
        catalogue = json.loads((self.output / "catalogue.json").read_text(encoding="utf-8"))
        self.assertEqual(len(catalogue), 282)
        for row in catalogue.values():
            total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(row["ean"]))
            self.assertEqual(total % 10, 0)
            self.assertGreaterEqual(Decimal(row["price"]), 0)

    def test_upload_products_again(self):
        self.upload("products-2026-11.csv")
        self.assert_states(self.upload("products-2026-11.csv"), skipped=282, failed=18)
        changed = self.upload("price-change.csv")
        self.assertEqual(Counter(message for _, message in changed.values())["Changed"] > 30, True)

    def test_C11_delete_client(self):
        _, said = self.run_job("delete-client", {"client": "C307"})
        self.assertEqual(said[-1], {"message": "Atlantic Tools is deleted"})
        for table, column in (("clients.csv", "id"), ("orders.csv", "client"), ("stock.csv", "client")):
            left = [row[column] for row in self.changed(table)]
            self.assertNotIn("C307", left)
            self.assertEqual(len(left), sum(row[column] != "C307" for row in self.table(table)))
        _, said = self.run_job("delete-client", {"client": "C307"})
        self.assertEqual(said, [{"message": "C307 was deleted before"}])

    def test_delete_client_with_goods(self):
        self.run_job("delete-client", {"client": "C309"}, status=1)
        self.assertIn("Polder Parts still has 12 pieces in stock", self.log)
        self.assertFalse((self.output / "clients.csv").exists())

    def test_delete_client_with_orders(self):
        client = next(row["client"] for row in self.table("orders.csv") if row["state"] == "open")
        self.run_job("delete-client", {"client": client}, status=1)
        self.assertIn("open orders: O-", self.log)


class HeritageTest(DemoTest):
    business = "heritage"

    def test_export_archive(self):
        _, said = self.run_job("export-archive", {"collection": "Town council", "from": 1700, "to": 1800})
        self.assertEqual(said[-1]["result"], "archive-town-council.csv")
        text = (self.work / said[-1]["result"]).read_text(encoding="utf-8")
        self.assertTrue(text.startswith("\ufeffreference,"))
        rows = list(csv.DictReader(text[1:].splitlines()))
        wanted = [
            record["reference"] for record in self.table("records.csv")
            if record["collection"] == "Town council" and int(record["to_year"]) >= 1700 and int(record["from_year"]) <= 1800
        ]
        self.assertEqual([row["reference"] for row in rows], wanted)
        self.assertEqual(said[-1]["message"], f"{len(wanted)} records")

    def test_export_of_nothing(self):
        self.run_job("export-archive", {"collection": "Comics"}, status=1)
        self.assertIn("No record", self.log)

    def test_check_fixity(self):
        _, said = self.run_job("check-fixity", {}, status=1)
        self.assertEqual(said[-1], {"message": "22 of 24 files are as they were"})
        self.assertEqual(said[-2], {"progress": 1})
        self.assertEqual(self.log.splitlines()[-1], "2 of 24 files have changed or are gone")
        self.assertEqual(self.log.count(": OK\n"), 22)
        self.assertEqual(self.log.count(": FAILED\n"), 1)


class RiversideTest(DemoTest):
    business = "riverside"

    def test_E8_assign_keywords(self):
        students = self.table("students.csv")
        items = self.items(students, "student")
        said, _ = self.run_job("assign-keywords", {"keyword": "sibling"}, items)
        had = {s["id"] for s in students if "sibling" in s["keywords"].split(";")}
        self.assert_states(said, success=len(students) - len(had), skipped=len(had))
        self.assertTrue(all("sibling" in s["keywords"].split(";") for s in self.changed("students.csv")))
        said, _ = self.run_job("assign-keywords", {"keyword": "sibling", "remove": True}, items)
        self.assert_states(said, success=len(students))
        self.assertFalse(any("sibling" in s["keywords"].split(";") for s in self.changed("students.csv")))

    def test_E8_cancel_classes(self):
        classes = self.table("classes.csv")
        items = self.items(classes, "class")
        parameters = {"date": "2026-12-03", "reason": "Snow"}  # a Thursday
        said, _ = self.run_job("cancel-classes", parameters, items)
        for lesson in classes:
            if lesson["ends"] < "2026-12-03":
                expected = "failed"
            else:
                expected = "success" if lesson["day"] == "Thursday" else "skipped"
            self.assertEqual(said[lesson["id"]][0], expected)
        with open(self.output / "cancellations.csv", newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
        self.assertEqual(len(rows), Counter(state for state, _ in said.values())["success"])
        again, _ = self.run_job("cancel-classes", parameters, items)
        self.assertEqual(self.messages(again, "skipped").count("It was cancelled before"), len(rows))

    def test_E8_mail_class(self):
        students = self.table("students.csv")
        said, _ = self.run_job("mail-class", {"subject": "Next week", "text": "Bring an apron."}, self.items(students, "student"))
        self.assertEqual(Counter(state for state, _ in said.values())["skipped"], sum(s["mailings"] == "no" for s in students))
        self.assertIn("“novak@mail” is not an e-mail address", self.messages(said, "failed"))
        box = mailbox.Maildir(self.output / "sent-mail", create=False)
        self.assertEqual(len(box), Counter(state for state, _ in said.values())["success"])


if __name__ == "__main__":
    DemoTest.demo = Path(sys.argv[1]).resolve()
    run("demo", sys.argv[2:])
