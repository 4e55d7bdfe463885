# SPDX-License-Identifier: GPL-3.0-or-later
"""The views of a business beside its jobs, as a user sees and drives them, against a real server."""

import csv
import os
import re
import unittest

import harness
from harness import Application, Server, press, wait, write


def submission(name, kind="send-invoices", items=1):
    return {"type": kind, "name": name, "entity": "relations",
            "items": [{"label": f"Item {i + 1}"} for i in range(items)]}


class ViewsTest(unittest.TestCase):
    """Tests that each have a server of their own: figures are of everything that happened there."""

    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.end)
        self.owner = self.server.sign_in("olivia")
        self.addCleanup(self.owner.close)
        self.worker = self.server.worker()
        self.addCleanup(self.worker.close)

    def open(self, view, **options):
        application = Application(self.server, **{"user": "olivia", **options})
        self.addCleanup(application.kill)
        wait(lambda: application.table() or application.window.find("label", "^No Jobs to Show$"), "the jobs")
        self.go_to(application, view)
        return application

    @staticmethod
    def go_to(application, view):
        """Chooses a view in the sidebar; where there is no room for it, it is asked for first."""
        if not application.window.find("list item", f"^{view}$"):
            application.window.wait_for("toggle button", "^Views").activate()
        application.window.wait_for("list item", f"^{view}$").click()

    def submit(self, *submissions, api=None):
        return (api or self.owner).submit("willems", *submissions)

    def begin(self, **arguments):
        claim, = self.worker.claim(businesses=["willems"], max=1, lease_s=600, **arguments)
        return claim

    def report(self, claim, *states, finish=True):
        items = [{"item": item["item"], "state": state, "message": "It went wrong" if state == "failed" else None}
                 for item, state in zip(claim["items"], states)]
        result, = self.worker.report({"claim": claim["claim"], "items": items, **({"finish": {}} if finish else {})})
        self.assertEqual(result["status"], 200)

    def do_all(self, *ends):
        """Has a worker do jobs, each with a way to end for each of its items."""
        for states in ends:
            self.report(self.begin(), *states)

    @staticmethod
    def rows(application, table):
        """The rows of a table of figures, by their names: what a screen reader says of each."""
        found = application.window.find("tree table", f"^{table}$")
        rows = found and next((child for child in found.children() if child.role == "list"), None)
        return [(row.name, dict(part.split(": ", 1) for part in row.description.split(", ") if ": " in part))
                for row in (rows.children() if rows else []) if row.has("showing")]

    def wait_row(self, application, table, name, **figures):
        wanted = {key.replace("_", " "): str(value) for key, value in figures.items()}

        def there():
            return next((row for key, row in self.rows(application, table)
                         if key == name and wanted.items() <= row.items()), None)

        return wait(there, lambda: f"{name} with {wanted}, but there is {self.rows(application, table)}")

    @staticmethod
    def row_widget(application, table, name):
        def there():
            found = application.window.find("tree table", f"^{table}$")
            rows = next(child for child in found.children() if child.role == "list")
            return next((row for row in rows.children() if row.name == name and row.has("showing")), None)

        return wait(there, f"the row {name}")

    @staticmethod
    def wait_figure(application, name, value):
        application.window.wait_for("grouping", f"^{re.escape(name)}: {re.escape(str(value))}$")


    @staticmethod
    def export(application, title):
        """Exports what a view shows, as it stands. Returns the rows of the file."""
        application.window.wait_for("button", "^Export…$").activate()
        dialog = application.window.wait_for("dialog", f"^{title}$")
        dialog.wait_for("button", "^Export…$").activate()
        chooser = application.window_named("^Save Export$")
        name = chooser.wait_for("text", focused=True)
        target = os.path.join(application.folder, "export.csv")
        press("ctrl+a")
        write(target)
        wait(lambda: name.text == target, "the name")
        press("Return")
        dialog.wait_for(name="Rows? Exported$")
        with open(target, encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))


class QueuesTest(ViewsTest):
    def test_D12_queues_are_live(self):
        self.submit(submission("One"), submission("Two"), submission("Three"), submission("Four", "send-statements"))
        application = self.open("Queues")
        self.wait_row(application, "Queues", "Send invoices", Waiting=3, Processing=0)
        self.wait_row(application, "Queues", "Send statements", Waiting=1)
        claim = self.begin(types=["send-invoices"])
        self.wait_row(application, "Queues", "Send invoices", Waiting=2, Processing=1, State="Processing")
        self.report(claim, "failed")
        self.wait_row(application, "Queues", "Send invoices", Processing=0, **{"Failed_in_24_h": 1, "Done_in_24_h": 1})
        application.quit()

    def test_D12_one_queue(self):
        self.submit(submission("Mine"), submission("Yours"), submission("Other", "send-statements"))
        self.report(self.begin(types=["send-invoices"]), "success")
        application = self.open("Queues")
        self.wait_row(application, "Queues", "Send invoices", Waiting=1)
        self.row_widget(application, "Queues", "Send invoices").click(times=2)
        self.wait_figure(application, "Waiting", 1)
        self.wait_figure(application, "Done in 24 h", 1)
        wait(lambda: sorted(application.names()) == ["Mine", "Yours"], "the jobs of this queue only")
        chart = application.window.wait_for("image", "^Last 24 Hours$")
        self.assertIn("Done: 1. Failed: 0", chart.description)
        self.submit(submission("Third"))
        self.wait_figure(application, "Waiting", 2)
        wait(lambda: "Third" in application.names(), "a job that came meanwhile")
        application.window.wait_for("button", "^All Queues$").activate()
        self.wait_row(application, "Queues", "Send invoices", Waiting=2)
        application.quit()

    def test_D12_pause_a_queue(self):
        self.submit(submission("Held back"))
        application = self.open("Queues")
        self.wait_row(application, "Queues", "Send invoices", Waiting=1)
        self.row_widget(application, "Queues", "Send invoices").click(times=2)
        application.window.wait_for("button", "^Pause…$").activate()
        entry = application.window.wait_for("text", "^Reason$")
        wait(lambda: entry.has("focused"), "the focus on the reason")
        write("Month end")
        press("Return")
        application.window.wait_for("label", "Month end")
        pause, = self.owner.get("/v1/businesses/willems/pauses").json["pauses"]
        self.assertEqual((pause["type"], pause["reason"]), ("send-invoices", "Month end"))
        self.assertEqual(self.worker.claim(businesses=["willems"], max=1), [])
        application.window.wait_for("button", "^Resume$").activate()
        application.window.wait_gone("label", "Month end")
        self.assertEqual(self.owner.get("/v1/businesses/willems/pauses").json["pauses"], [])
        application.quit()

    def test_D12_pause_by_right_only(self):
        self.submit(submission("Seen"))
        application = self.open("Queues", user="victor")
        self.wait_row(application, "Queues", "Send invoices", Waiting=1)
        self.row_widget(application, "Queues", "Send invoices").click(times=2)
        self.wait_figure(application, "Waiting", 1)
        self.assertIsNone(application.window.find("button", "^Pause…$"))
        application.quit()

    def test_D12_queue_narrow(self):
        self.submit(submission("Small"))
        application = self.open("Queues", width=400, height=700)
        row = self.wait_row(application, "Queues", "Send invoices", Waiting=1)
        self.assertTrue(row)
        _, _, width, _ = application.window.find("tree table", "^Queues$").box()
        self.assertLessEqual(width, 400)
        application.quit()


class BatchesTest(ViewsTest):
    def test_D12_batches(self):
        self.submit(submission("November", items=4), submission("Single"))
        application = self.open("Batches")
        application.window.wait_for("label", "^Waiting$")
        application.window.wait_for("list item", "^November$")
        self.assertIsNone(application.window.find("list item", "^Single$"))
        claim = self.begin()
        self.report(claim, "success", "failed", finish=False)
        wait(lambda: any("2 of 4 relations · 1 failed · 2 left" in row.description
                         for row in application.window.find_all("list item", "^November$")), "how far the batch is")
        application.window.wait_for("label", "^Running$")
        self.assertIsNone(application.window.find("label", "^Waiting$"))
        self.report({**claim, "items": claim["items"][2:]}, "success", "success")
        done = wait(lambda: next((each for each in application.window.find_all("list item", "^November$")
                                  if each.description.startswith("Failed")), None), "the batch to be done")
        self.assertIn("4 relations · 1 failed", done.description)
        application.window.wait_gone("label", "^Running$")
        done.click()
        application.window_named("November")
        application.quit()

    def test_D12_no_batches(self):
        application = self.open("Batches")
        application.window.wait_for("label", "^No Batches Are Running$")
        application.quit()


class WorkersTest(ViewsTest):
    def test_D12_workers(self):
        self.submit(submission("Long work", items=2))
        claim = self.begin(worker="office-1")
        application = self.open("Workers")
        self.wait_row(application, "Workers", "office-1", State="Busy", Works_On="Long work · 0%")
        self.report(claim, "success", finish=False)
        self.wait_row(application, "Workers", "office-1", Works_On="Long work · 50%")
        self.report({**claim, "items": claim["items"][1:]}, "failed")
        self.wait_row(application, "Workers", "office-1", State="Idle", Failed_in_24_h=1)
        application.quit()

    def test_D12_workers_by_right_only(self):
        application = self.open("Queues", user="sam")
        self.assertIsNone(application.window.find("list item", "^Workers$"))
        application.quit()


class ReportTest(ViewsTest):
    def test_D12_report(self):
        adam = self.server.sign_in("adam")
        self.addCleanup(adam.close)
        self.submit(submission("One", items=2), submission("Two"))
        self.submit(submission("Three", "send-statements"), api=adam)
        self.do_all(["success", "success"], ["failed"], ["skipped"])
        application = self.open("Report")
        row = self.wait_row(application, "Report", "Send invoices", Jobs=2, Success=1, Failed=1, Items=3)
        self.assertEqual((row["Skipped"], row["Cancelled"]), ("0", "0"))
        self.wait_row(application, "Report", "Send statements", Jobs=1, Skipped=1)
        self.wait_figure(application, "Jobs", 3)
        self.wait_figure(application, "Failed", 1)
        application.window.wait_for("radio button", "^By User$").activate()
        self.wait_row(application, "Report", "Olivia Willems", Jobs=2, Failed=1)
        self.wait_row(application, "Report", "Adam de Boer", Jobs=1, Skipped=1)
        application.choose_one("Period", "Yesterday")
        application.window.wait_for("label", "^No Job Ended in This Period$")
        self.wait_figure(application, "Jobs", 0)
        application.quit()

    def test_D12_report_says_what_it_leaves_out(self):
        for i in range(202):
            answer = self.owner.put(f"/v1/businesses/willems/types/kind-{i}",
                                    {"name": f"Kind {i}", "max_attempts": 1, "stalled_after_s": 3600,
                                     "makes_result": False})
            self.assertEqual(answer.status, 200, answer.text)
        self.submit(*[submission(f"Job {i}", f"kind-{i}") for i in range(202)])
        self.do_all(*[["success"]] * 202)
        application = self.open("Report")
        self.wait_figure(application, "Jobs", 202)
        application.window.wait_for("label", "^2 more rows are counted above, but not listed.$")
        application.quit()

    def test_D12_report_export(self):
        self.submit(submission("One", items=2), submission("Two"))
        self.do_all(["success", "failed"], ["success"])
        application = self.open("Report")
        self.wait_row(application, "Report", "Send invoices", Jobs=2)
        header, row = self.export(application, "Report")
        self.assertEqual(header[:4], ["Type", "Jobs", "Success", "Failed"])
        self.assertEqual(row[:8], ["Send invoices", "2", "1", "1", "0", "0", "3", "1"])

    def test_D12_report_is_live(self):
        application = self.open("Report")
        application.window.wait_for("label", "^No Job Ended in This Period$")
        self.submit(submission("One"))
        self.do_all(["success"])
        self.wait_row(application, "Report", "Send invoices", Jobs=1, Success=1)
        application.quit()


class InsightsTest(ViewsTest):
    def test_G10_charts_in_words_and_as_tables(self):
        self.submit(submission("One"), submission("Two"), submission("Three", "send-statements"))
        self.do_all(["success"], ["failed"], ["success"])
        application = self.open("Insights")
        chart = application.window.wait_for("image", "^Jobs Done$")
        wait(lambda: "Success: 2. Skipped: 0. Failed: 1. Cancelled: 0" in chart.description,
             lambda: f"the totals in {chart.description}")
        rate = application.window.wait_for("image", "^Failure Rate$")
        self.assertIn("Failed: 33%", rate.description)
        self.wait_figure(application, "Failure Rate", "33%")

        buttons = list(application.window.find_all("toggle button", "^Show as Table$"))
        self.assertEqual(len(buttons), 3)
        buttons[0].activate()
        rows = wait(lambda: self.rows(application, "Jobs Done"), "the table")
        self.assertEqual((rows[0][1]["Success"], rows[0][1]["Failed"]), ("2", "1"))
        self.assertEqual(rows[1][1]["Success"], "0")
        application.quit()

    def test_G10_by_type_and_period(self):
        self.submit(submission("One"), submission("Two"), submission("Three", "send-statements"))
        self.do_all(["success"], ["failed"], ["success"])
        application = self.open("Insights")
        chart = application.window.wait_for("image", "^Jobs Done$")
        application.window.wait_for("radio button", "^By Type$").activate()
        wait(lambda: "Send invoices: 2. Send statements: 1" in chart.description, lambda: chart.description)
        rate = application.window.find("image", "^Failure Rate$")
        self.assertIn("Send invoices: 50%. Send statements: 0%", rate.description)
        before = chart.description
        application.window.wait_for("radio button", "^Year$").activate()
        wait(lambda: chart.description != before, "another period")
        self.assertIn("Send invoices: 2. Send statements: 1", chart.description)
        application.quit()

    def test_G10_keyboard_cursor(self):
        self.submit(submission("One"))
        self.do_all(["success"])
        application = self.open("Insights")
        chart = application.window.wait_for("image", "^Jobs Done$")
        wait(lambda: "Success: 1" in chart.description, "the chart")
        chart.click()
        wait(lambda: chart.has("focused"), "the focus on the chart")
        press("End")
        wait(lambda: re.search(r"^\w+day, \d+ \w+ \d{4}$", "\n".join(application.window.labels()), re.M),
             "the day under the cursor")
        press("Left")
        wait(lambda: application.window.labels().count("0") >= 4, "the values of the day before")
        application.quit()

    def test_G10_is_live(self):
        application = self.open("Insights")
        self.wait_figure(application, "Jobs Done", 0)
        self.submit(submission("One"))
        self.do_all(["success"])
        self.wait_figure(application, "Jobs Done", 1)
        application.quit()


class AuditTest(ViewsTest):
    def act(self):
        one, two = self.submit(submission("Alpha"), submission("Beta"))
        adam = self.server.sign_in("adam")
        self.addCleanup(adam.close)
        self.assertLess(adam.post(f"/v1/businesses/willems/jobs/{one}/cancel").status, 300)
        self.assertEqual(self.owner.post("/v1/businesses/willems/pauses",
                                         {"types": ["send-invoices"], "reason": "Closing"}).status, 201)
        return one, two

    def entries(self, application):
        return [(name, row.get("What"), row.get("Job")) for name, row in self.rows(application, "Audit Log")]

    def wait_entries(self, application, *wanted):
        wait(lambda: self.entries(application) == list(wanted),
             lambda: f"{wanted}, but there is {self.entries(application)}")

    def test_G9_who_did_what(self):
        self.act()
        application = self.open("Audit Log")
        wait(lambda: ("Adam de Boer", "Cancelled the job", "Alpha") in self.entries(application),
             lambda: self.entries(application))
        self.assertEqual(self.entries(application)[0][:2], ("Olivia Willems", "Paused"))
        self.row_widget(application, "Audit Log", "Adam de Boer").click(times=2)
        application.window_named("Alpha")
        application.quit()

    def test_G9_search_and_filter(self):
        self.act()
        application = self.open("Audit Log")
        cancelled = ("Adam de Boer", "Cancelled the job", "Alpha")
        wait(lambda: cancelled in self.entries(application), "the entries")
        press("ctrl+f")
        write("closing")
        wait(lambda: [entry[1] for entry in self.entries(application)] == ["Paused"],
             lambda: f"the pause only, but there is {self.entries(application)}")
        press("ctrl+a")
        write("nothing of the kind")
        application.window.wait_for("label", "^No Entry Matches These Filters$")
        list(application.window.find_all("button", "^Reset Filters$"))[-1].activate()
        wait(lambda: cancelled in self.entries(application), "everything again")
        application.choose("Action", "Cancelled the job")
        self.wait_entries(application, cancelled)
        application.quit()

    def test_G9_is_live(self):
        _, two = self.act()
        application = self.open("Audit Log")
        wait(lambda: self.entries(application), "the entries")
        self.owner.post(f"/v1/businesses/willems/jobs/{two}/cancel")
        wait(lambda: self.entries(application)[0] == ("Olivia Willems", "Cancelled the job", "Beta"),
             lambda: f"the newest first, but there is {self.entries(application)}")
        application.quit()

    def test_G9_page_by_page(self):
        pauses = "/v1/businesses/willems/pauses"
        for i in range(65):
            made = self.owner.post(pauses, {"types": ["send-invoices"], "reason": f"Number {i}"}).json["pauses"]
            self.owner.delete(f"{pauses}/{made[0]['id']}")
        application = self.open("Audit Log")
        application.window.wait_for("label", "^130 entries$")
        self.row_widget(application, "Audit Log", "Olivia Willems").click()
        # The end moves away as the second page arrives: whoever wants to get there presses End again.
        wait(lambda: press("End") or any(re.search(r"\bNumber 0$", row.get("Details", ""))
                                         for _, row in self.rows(application, "Audit Log")),
             lambda: f"the oldest entry, but there is {self.rows(application, 'Audit Log')[-3:]}")
        application.quit()

    def test_G9_export(self):
        self.act()
        application = self.open("Audit Log")
        wait(lambda: self.entries(application), "the entries")
        header, *rows = self.export(application, "Audit Log")
        self.assertEqual(header[1:3], ["Who", "What"])
        self.assertIn(["Adam de Boer", "Cancelled the job"], [row[1:3] for row in rows])
        self.assertIn("Alpha", [row[4] for row in rows])

    def test_G9_by_right_only(self):
        application = self.open("Queues", user="sam")
        self.assertIsNone(application.window.find("list item", "^Audit Log$"))
        application.quit()


if __name__ == "__main__":
    harness.main("views")
