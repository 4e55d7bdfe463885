# SPDX-License-Identifier: GPL-3.0-or-later
"""The window of a job, as a user sees and drives it, against a real server."""

import os
import re
import sqlite3
import time
import unittest

import gi
from gi.repository import GLib

import harness
from harness import Application, Server, press, wait, write

RETRY_FAILED, RETRY_ALL, COPY, DELETE, CANCEL, EDIT, DOWNLOAD = range(7)
REFUSAL = "550 The mail server refused the address"


def submission(name, items=3, kind="send-invoices", **more):
    entries = [{"label": f"Invoice {i}", "reference": {"kind": "relation", "id": str(i), "label": f"Relation {i}"}}
               for i in range(1, items + 1)]
    return {"type": kind, "name": name, "entity": "invoices", "items": entries, **more}


class JobWindow:
    """The window of one job."""

    def __init__(self, application, name):
        self.application = application
        self.menu_button = None
        self.window = application.window_named("^" + re.escape(name) + "$")
        self.window.wait_for("heading", "^" + re.escape(name) + "$")

    def wait_state(self, state):
        wait(lambda: self.window.find("grouping", f"^{state}$"), f"the state {state}")

    def facts(self):
        """What stands below each caption of the summary."""
        captions = ["Type", "Created by", "Created", "Not before", "Started", "Done", "Took", "Last update",
                    "Last updated by", "Attempt", "Job number", "Result", "Relation", "User", "Warehouse"]
        labels = self.window.labels()
        return {label: labels[i + 1] for i, label in enumerate(labels[:-1]) if label in captions}

    def wait_fact(self, caption, value):
        wait(lambda: re.search(value, self.facts().get(caption, "")), lambda: f"{value} as {caption}: {self.facts()}")

    def open(self, page):
        wait(lambda: next((tab for tab in self.window.walk() if tab.role in ("page tab", "radio button")
                           and tab.name == page), None), f"the page {page}").activate()

    def rows(self):
        """The items on screen, as lists of what stands in each cell."""
        table = self.window.find("tree table", "^Items$")
        rows = list(table.find_all("table row"))[1:] if table else []
        # One that is being filled has no cells yet.
        return [cells for row in rows if len(cells := [cell.name for cell in row.children()]) == 4]

    def wait_rows(self, *names):
        wait(lambda: [row[1].split(" Relation")[0] for row in self.rows()] == list(names),
             lambda: f"{names}, but there is {self.rows()}")

    def search(self, field, words):
        entry = self.window.wait_for("entry", f"^{field}$")
        entry.click()
        wait(lambda: entry.has("focused") or entry.find(focused=True), f"the focus on {field}")
        press("ctrl+a", "Delete")
        if words:
            write(words)

    def menu(self):
        """Opens the menu. Its entries have no names of their own, so they go by their places."""
        if self.menu_button is None:
            self.menu_button = self.window.wait_for("toggle button", "^Job Menu$")
        self.menu_button.activate()
        around = harness.Widget(self.menu_button.accessible.get_parent())
        return wait(lambda: (items := list(around.find_all("menu item"))) and len(items) >= 7 and items, "the menu")

    def do(self, number):
        item = self.menu()[number]
        assert item.has("sensitive")
        item.activate()

    def can(self, number):
        result = self.menu()[number].has("sensitive")
        press("Escape")
        wait(lambda: not self.menu_button.has("checked"), "the menu to close")
        return result

    def answer(self, heading, button):
        answer = self.window.wait_for("button", f"^{button}$")
        assert heading in self.window.labels() or self.window.find("heading", heading), heading
        answer.activate()
        wait(lambda: is_gone(answer), "the question to go")

    def wait_said(self, words):
        """A toast, a banner, a line: wherever it stands."""
        wait(lambda: any(re.search(words, widget.name) for widget in self.window.walk()),
             lambda: f"“{words}” among {self.window.labels()}")


class JobWindowTest(unittest.TestCase):
    """Tests that share a server and a window of the overview."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.owner = cls.server.sign_in("olivia")
        cls.worker = cls.server.worker()

    @classmethod
    def tearDownClass(cls):
        cls.owner.close()
        cls.worker.close()
        cls.server.end()

    def submit(self, *arguments, **more):
        job, = self.owner.submit("willems", submission(*arguments, **more))
        return job

    def begin(self, job):
        """Has a worker take a job, past what other tests may have left."""
        while claims := self.worker.claim(businesses=["willems"], max=1, lease_s=600):
            if claims[0]["job"]["id"] == job:
                return claims[0]["claim"]
        raise AssertionError(f"job {job} does not wait for a worker")

    def report(self, claim, states="", error=None, finish=True, **more):
        """Each letter is an item's: s, f or k for left out."""
        names = {"s": "success", "f": "failed", "k": "skipped"}
        items = [{"item": i, "state": names[letter], **({"message": REFUSAL} if letter == "f" else {})}
                 for i, letter in enumerate(states, 1) if letter in names]
        if finish:
            more["finish"] = {"error": error} if error else {}
        result, = self.worker.report({"claim": claim, "items": items, **more})
        self.assertEqual(result["status"], 200)
        return result

    def finished(self, name, states="sfs", **more):
        job = self.submit(name, len(states), **more)
        self.report(self.begin(job), states)
        return job

    def open(self, job, name, **options):
        application = Application(self.server, user="olivia", arguments=["--job", str(job)], **options)
        self.addCleanup(application.kill)
        return application, JobWindow(application, name)

    def test_F5_A9_double_click_opens_a_window_each(self):
        for name in ("First of two", "Second of two"):
            self.finished(name)
        application = Application(self.server, user="olivia")
        self.addCleanup(application.kill)
        for name in ("First of two", "Second of two"):
            application.row_widget(name).click(times=2)
            JobWindow(application, name)
            harness.xdotool("search", "--onlyvisible", "--name", "^Batchwork$", "windowraise", "%1", "windowfocus",
                            "--sync", "%1")
        self.assertEqual(len(list(application.root.children())), 3)
        application.row_widget("First of two").click(times=2)
        first = JobWindow(application, "First of two")
        wait(lambda: first.window.has("active"), "the window to come to the front again")
        self.assertEqual(len(list(application.root.children())), 3)
        application.quit()

    def test_C5_D4_summary(self):
        references = [{"kind": "relation", "id": "7", "label": "Bakkerij De Korenaar"},
                      {"kind": "user", "id": "3", "label": "Olivia Willems"}]
        job = self.finished("Summary of a job", references=references)
        application, window = self.open(job, "Summary of a job")
        window.wait_state("Failed")
        facts = window.facts()
        self.assertEqual(facts["Type"], "Send invoices")
        self.assertEqual(facts["Created by"], "Olivia Willems")
        self.assertEqual(facts["Job number"], str(job))
        self.assertEqual(facts["Relation"], "Bakkerij De Korenaar")
        for time_fact in ("Created", "Started", "Done"):
            self.assertRegex(facts[time_fact], "^(Just now|1 minute ago)$")
        self.assertIn("3 invoices · 1 failed", window.window.labels())
        window.wait_said("^1 of 3 items failed.$")
        application.quit()

    def test_A10_reference_is_a_link(self):
        job = self.finished("Linked", references=[{"kind": "relation", "id": "7", "label": "Bakkerij"}])
        folder = os.path.join(os.environ["HOME"], "links")
        os.makedirs(os.path.join(folder, "applications"), exist_ok=True)
        opened = os.path.join(folder, "opened")
        browser = os.path.join(folder, "browser")
        with open(browser, "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\necho \"$1\" >{opened}\n")
        os.chmod(browser, 0o755)
        with open(os.path.join(folder, "applications", "browser.desktop"), "w", encoding="utf-8") as file:
            file.write(f"[Desktop Entry]\nType=Application\nName=Browser\nExec={browser} %u\n"
                       "MimeType=x-scheme-handler/https;x-scheme-handler/http;\n")
        with open(os.path.join(folder, "applications", "mimeapps.list"), "w", encoding="utf-8") as file:
            file.write("[Default Applications]\nx-scheme-handler/https=browser.desktop\n"
                       "x-scheme-handler/http=browser.desktop\n")
        application, window = self.open(job, "Linked", environment={"XDG_DATA_HOME": folder})
        window.wait_fact("Relation", "^Bakkerij$")
        link = next(label for label in window.window.find_all("label", "^Bakkerij$"))
        # Boxes are told from inside of the window's shadow, which is there without a window manager too.
        x, y, width, height = link.box()
        left, top = window.window.box()[:2]
        harness.xdotool("mousemove", str(x - left + width // 2), str(y - top + height // 2), "click", "1")
        wait(lambda: os.path.exists(opened) and os.path.getsize(opened), "the link to open")
        with open(opened, encoding="utf-8") as file:
            self.assertRegex(file.read(), "^https?://.*7")
        application.quit()

    def test_A10_reference_without_an_address_is_copied(self):
        job = self.finished("Unlinked", references=[{"kind": "user", "id": "U-31", "label": "Olivia Willems"},
                                                    {"kind": "relation", "id": "7", "label": "Bakkerij"}])
        application, window = self.open(job, "Unlinked")
        window.wait_fact("User", "^Olivia Willems$")
        self.assertEqual([button.name for button in window.window.find_all("button", "^Copy “")], ["Copy “U-31”"])
        window.window.find("button", "^Copy “U-31”$").activate()
        window.wait_said("^“U-31” was copied.$")
        search = window.window.wait_for("entry", "^Search in info$")
        search.click()
        wait(lambda: search.has("focused") or search.find(focused=True), "the focus on the search")
        press("ctrl+v")
        wait(lambda: search.text == "U-31", lambda: search.text)
        application.quit()

    def test_A9_item_named_as_its_reference_is_said_once(self):
        items = [{"label": "Bakkerij", "reference": {"kind": "relation", "id": "7", "label": "Bakkerij"}}]
        job, = self.owner.submit("willems", {**submission("Named alike"), "items": items})
        application, window = self.open(job, "Named alike")
        wait(lambda: [row[1] for row in window.rows()] == ["Bakkerij"], lambda: str(window.rows()))
        application.quit()

    def test_A11_export_stands_beside_the_items(self):
        job = self.finished("To be exported")
        application, window = self.open(job, "To be exported")
        window.window.wait_for("button", "^Export…$").activate()
        window.window.wait_for("dialog", "^Export Items$")
        press("Escape")
        window.window.wait_gone("dialog", "^Export Items$")
        application.quit()

    def test_G6_badge_says_why_the_job_waits(self):
        job = self.submit("Held back")
        application, window = self.open(job, "Held back")
        window.wait_state("Initiated")
        answer = self.owner.post("/v1/businesses/willems/pauses",
                                 {"users": [], "types": ["send-invoices"], "all": False, "reason": "Month end"})
        self.assertEqual(answer.status, 201, answer.text)
        self.addCleanup(self.owner.delete, "/v1/businesses/willems/pauses")
        badge = window.window.wait_for("grouping", "^Paused$")
        wait(lambda: "Month end" in badge.description and "Olivia Willems" in badge.description,
             lambda: f"the reason: {badge.description}")
        application.quit()

    def test_A9_A11_items_searched_and_filtered(self):
        job = self.finished("Many invoices", "sfsks")
        application, window = self.open(job, "Many invoices")
        window.wait_rows(*(f"Invoice {i}" for i in range(1, 6)))
        states = [row[2] for row in window.rows()]
        self.assertEqual(states, ["Success", "Failed", "Success", "Skipped", "Success"])
        self.assertEqual(window.rows()[1][3], REFUSAL)
        window.search("Search in info", "refused")
        window.wait_rows("Invoice 2")
        window.search("Search in info", "")
        window.wait_rows(*(f"Invoice {i}" for i in range(1, 6)))
        window.search("Search relations", "Relation 4")
        window.wait_rows("Invoice 4")
        window.search("Search relations", "nobody")
        window.window.wait_for("button", "^Show All Items$").activate()
        window.wait_rows(*(f"Invoice {i}" for i in range(1, 6)))
        window.window.wait_for("combo box", r"^All \(5\)$")
        window.window.wait_for("button", "^Show Failed Items$").activate()
        window.window.wait_for("combo box", r"^Failed \(1\)$")
        window.wait_rows("Invoice 2")
        application.quit()

    def test_A9_item_with_all_of_its_message(self):
        message = "It went wrong. " * 40
        job = self.submit("Long message", 1)
        self.worker.report({"claim": self.begin(job), "items": [{"item": 1, "state": "failed", "message": message}],
                            "finish": {}})
        application, window = self.open(job, "Long message")
        window.wait_rows("Invoice 1")
        window.window.find("table cell", "^Invoice 1").click(times=2)
        window.window.wait_for("label", "^" + message.strip()[:200])
        press("Escape")
        window.window.wait_gone("button", "^Copy the Message$")
        application.quit()

    def test_C5_parameters_as_json_and_copied(self):
        job = self.finished("With parameters", "s", parameters={"period": "2026-11", "days": [7, 14], "text": "é <b>"})
        application, window = self.open(job, "With parameters")
        window.open("Parameters")
        view = window.window.wait_for(name="^Parameters as JSON$")
        wait(lambda: '"period"' in view.text, "the parameters")
        self.assertIn("é <b>", view.text)
        window.window.wait_for("button", "^Copy the Parameters$").activate()
        window.wait_said("The parameters were copied")
        self.assertEqual(paste(), view.text)
        application.quit()

    def test_C5_log_grows_as_it_is_written(self):
        job = self.submit("Talkative", 2)
        claim = self.begin(job)
        self.report(claim, log=["Opening the mail box", "Second line"], finish=False)
        application, window = self.open(job, "Talkative")
        window.open("Log")
        window.window.wait_for("label", "^Opening the mail box$")
        self.report(claim, log=["And one more"], finish=False)
        window.window.wait_for("label", "^And one more$")
        self.report(claim, "ss")
        window.wait_state("Success")
        application.quit()

    def test_G1_follows_the_job(self):
        job = self.submit("Followed", 4)
        application, window = self.open(job, "Followed")
        window.wait_state("Initiated")
        claim = self.begin(job)
        window.wait_state("Processing")
        self.report(claim, "sf", message="Half of it", finish=False)
        window.wait_said("^2 of 4$")
        window.wait_said("^Half of it$")
        window.wait_said("^1 of 4 items failed.$")
        wait(lambda: [row[2] for row in window.rows()] == ["Success", "Failed", "Pending", "Pending"], "the items")
        self.report(claim, "..ss")
        window.wait_state("Failed")
        wait(lambda: [row[2] for row in window.rows()] == ["Success", "Failed", "Success", "Success"], "the items")
        application.quit()

    def test_C9_C7_each_attempt_with_its_own_error(self):
        self.assertEqual(self.owner.put("/v1/businesses/willems/types/send-invoices",
                                        '{"name": "Send invoices", "max_attempts": 1, "stalled_after_s": 3600,'
                                        ' "makes_result": false}').status, 200)
        job = self.submit("Tried twice", 0)
        self.report(self.begin(job), error="The disk is full")
        application, window = self.open(job, "Tried twice")
        window.wait_said("^The disk is full$")
        window.do(RETRY_FAILED)
        window.answer("Retry What Failed?", "Retry")
        window.wait_said("waits to be done again")
        window.wait_state("Initiated")
        self.report(self.begin(job), error="The mail server is away")
        window.wait_state("Failed")
        window.open("History")
        window.wait_said("Attempt 1 · Failed")
        window.wait_said("Attempt 2 · Failed")
        labels = " ".join(window.window.labels())
        self.assertIn("The disk is full", labels)
        self.assertIn("The mail server is away", labels)
        self.assertRegex(labels, "Olivia Willems: Retried the job")
        application.quit()

    def test_G3_retry_names_what_it_does_again(self):
        job = self.finished("Partly failed", "sfsfs")
        application, window = self.open(job, "Partly failed")
        window.wait_state("Failed")
        window.do(RETRY_FAILED)
        window.wait_said("The other 3 stay as they are. 2 items are done again:")
        items = window.window.wait_for("list", "^Items to retry$")
        wait(lambda: items.labels() == ["Invoice 2", REFUSAL, "Invoice 4", REFUSAL], lambda: str(items.labels()))
        window.answer("Retry What Failed?", "Retry")
        window.wait_state("Initiated")
        claim, = self.worker.claim(businesses=["willems"], max=1, lease_s=600)
        self.assertEqual(claim["job"]["id"], job)
        self.assertEqual([item["item"] for item in claim["items"]], [2, 4])
        self.report(claim["claim"], ".s.s.")
        window.wait_state("Success")
        self.assertFalse(window.can(RETRY_FAILED))
        self.assertEqual(self.owner.job("willems", job)["attempt"], 2)
        application.quit()

    def test_E6_E7_cancel_asks_and_offers_to_delete(self):
        job = self.submit("To be cancelled", 2)
        application, window = self.open(job, "To be cancelled")
        window.wait_state("Initiated")
        window.do(CANCEL)
        window.answer("Cancel This Job?", "Keep Running")
        self.assertEqual(self.owner.job("willems", job)["state"], "queued")
        window.do(CANCEL)
        window.answer("Cancel This Job?", "Cancel Job")
        window.wait_state("Cancelled")
        window.wait_said("^Cancelled[.]$")
        window.window.wait_for("button", "^Delete…$").activate()
        window.answer("Delete This Job?", "Delete")
        window.wait_said("^This job was deleted")
        application.quit()

    def test_E6_cancel_of_a_running_job(self):
        job = self.submit("Running", 2)
        claim = self.begin(job)
        application, window = self.open(job, "Running")
        window.wait_state("Processing")
        window.do(CANCEL)
        window.answer("Cancel This Job?", "Cancel Job")
        window.wait_state("Cancelling")
        self.assertEqual(self.report(claim, "s", finish=False)["directive"], "cancel")
        self.report(claim)
        window.wait_state("Cancelled")
        application.quit()

    def test_D7_delete_asks_and_refuses_an_active_job(self):
        job = self.submit("To be deleted", 1)
        application, window = self.open(job, "To be deleted")
        window.wait_state("Initiated")
        self.assertFalse(window.can(DELETE))
        self.report(self.begin(job), "s")
        window.wait_state("Success")
        window.do(DELETE)
        window.answer("Delete This Job?", "Keep")
        window.do(DELETE)
        window.answer("Delete This Job?", "Delete")
        window.wait_said("^The job is deleted.")
        window.wait_said("^This job was deleted")
        self.assertEqual(self.owner.get(f"/v1/businesses/willems/jobs/{job}").status, 404)
        self.assertFalse(window.can(RETRY_ALL))
        application.quit()

    def test_C6_why_there_is_no_file(self):
        job = self.submit("Exporting", 1, "export-archive")
        self.assertEqual(self.owner.put("/v1/businesses/willems/types/export-archive",
                                        '{"name": "Export archive", "max_attempts": 1, "stalled_after_s": 3600,'
                                        ' "makes_result": true}').status, 200)
        application, window = self.open(job, "Exporting")
        window.wait_fact("Result", "^None yet: the job is not complete$")
        claim = self.begin(job)
        answer = self.worker.put(f"/v1/claims/{claim}/result", b"a,b\n1,2\n",
                                 Content_Disposition='attachment; filename="archive.csv"')
        self.assertEqual(answer.status, 204, answer.text)
        self.report(claim, "s")
        window.wait_fact("Result", "^archive.csv · 8 bytes$")
        target = os.path.join(application.folder, "saved.csv")
        window.window.wait_for("button", "^Download Result$").activate()
        dialog = application.window_named("^Save Result$")
        name = dialog.wait_for("text", focused=True)
        press("ctrl+a")
        write(target)
        wait(lambda: name.text == target, "the name")
        press("Return")
        window.wait_said("“saved.csv” was saved.")
        with open(target, encoding="utf-8") as file:
            self.assertEqual(file.read(), "a,b\n1,2\n")
        application.quit()

    def test_C6_type_makes_no_file(self):
        job = self.finished("Without a file", "s")
        application, window = self.open(job, "Without a file")
        window.wait_fact("Result", "^None: jobs of this type make no file$")
        self.assertFalse(window.can(DOWNLOAD))
        application.quit()

    def test_names_of_all_kinds(self):
        name = ("<b>" + "وظيفة طويلة " * 40 + "& more")[:500].strip()
        job, = self.owner.submit("willems", {"type": "send-invoices", "name": name, "items": [{"label": "<i>" + name}]})
        application = Application(self.server, user="olivia", arguments=["--job", str(job)])
        self.addCleanup(application.kill)
        window = JobWindow(application, name)
        wait(lambda: (rows := window.rows()) and rows[0][1] == "<i>" + name, lambda: str(window.rows()))
        application.quit()

    def test_G13_100000_items_open_at_once(self):
        job = self.submit("A great many", 100000)
        start = time.monotonic()
        application, window = self.open(job, "A great many")
        wait(lambda: len(rows := window.rows()) > 5 and rows[0][1].startswith("Invoice 1"), "the items")
        # From the start of the program, sign-in included, read by a screen reader.
        self.assertLess(time.monotonic() - start, 6)
        window.window.wait_for("combo box", r"^All \(100,000\)$")
        window.search("Search relations", "99999")
        window.wait_rows("Invoice 99999")
        self.owner.post(f"/v1/businesses/willems/jobs/{job}/cancel")
        window.wait_state("Cancelled")
        application.quit()


class AwayTest(JobWindowTest):
    """Tests that stop the server. They have one of their own."""

    def test_server_away_and_back(self):
        job = self.submit("Left alone", 2)
        claim = self.begin(job)
        application, window = self.open(job, "Left alone")
        window.wait_state("Processing")
        self.server.kill()
        window.wait_said("can’t be reached. Showing what was known at")
        self.assertEqual(len(window.rows()), 2)
        self.server.start()
        self.report(claim, "ss")
        window.wait_state("Success")
        wait(lambda: not any("can’t be reached" in label for label in window.window.labels()), "the banner to go")
        application.quit()

    def test_A4_right_taken_away(self):
        job = self.finished("No longer yours", "s")
        application = Application(self.server, user="adam", arguments=["--job", str(job)])
        self.addCleanup(application.kill)
        window = JobWindow(application, "No longer yours")
        window.wait_state("Success")
        self.server.stop()
        with sqlite3.connect(self.server.store.removeprefix("sqlite:")) as store:
            store.execute("UPDATE membership SET role = 5 WHERE account = "
                          "(SELECT id FROM account WHERE login = 'adam')")
        store.close()
        self.server.start()
        window.wait_said("You no longer have the right to see this job")
        self.assertEqual(len(window.rows()), 1)
        self.assertFalse(window.can(DELETE))
        application.quit()


def is_gone(widget):
    try:
        return not widget.has("showing")
    except GLib.Error:
        return True


def paste():
    """What the clipboard holds."""
    # At its import it looks for the display.
    gi.require_version("Gtk", "4.0")
    from gi.repository import Gdk, Gtk  # pylint: disable=import-outside-toplevel
    assert Gtk.is_initialized()
    text = []
    Gdk.Display.get_default().get_clipboard().read_text_async(
        None, lambda clipboard, result: text.append(clipboard.read_text_finish(result)))
    wait(lambda: text, "the clipboard")
    return text[0]


# The tests of JobWindowTest are not AwayTest's.
for inherited in [name for name in dir(JobWindowTest) if name.startswith("test_")]:
    if inherited not in AwayTest.__dict__:
        setattr(AwayTest, inherited, None)

if __name__ == "__main__":
    harness.main("job-window")
