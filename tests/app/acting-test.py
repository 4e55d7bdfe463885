# SPDX-License-Identifier: GPL-3.0-or-later
"""What users do to jobs, one or many, as they see and drive it, against a real server."""

import datetime
import re
import unittest

import harness
from harness import Application, Server, Widget, press, wait, write

BUSINESS = "/v1/businesses/"


def submission(name, kind="send-invoices", items=1, **more):
    entries = [{"label": f"{name} {i + 1}"} for i in range(items)]
    return {"type": kind, "name": name, "entity": "invoices", "items": entries, **more}


class ActingTest(unittest.TestCase):
    """Tests that share a server. Each has a business of its own or begins with an empty one."""

    business = "willems"

    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.owner = cls.server.sign_in("olivia")
        cls.worker = cls.server.worker()

    @classmethod
    def tearDownClass(cls):
        for api in (cls.owner, cls.worker):
            api.close()
        cls.server.end()

    def setUp(self):
        """Nothing is left of the test before."""
        for job in self.owner.get(BUSINESS + self.business + "/jobs", state=["queued", "processing"], limit=1000).json["jobs"]:
            self.owner.post(f"{BUSINESS}{self.business}/jobs/{job['id']}/cancel")
        self.worker.work_off(self.business)
        self.owner.post(BUSINESS + self.business + "/jobs/clear")

    def open(self, user="olivia", **options):
        application = Application(self.server, user=user, business=self.business, **options)
        self.addCleanup(application.kill)
        return application

    def submit(self, *submissions):
        return self.owner.submit(self.business, *submissions)

    def job(self, job):
        return self.owner.job(self.business, job)

    def states(self, *jobs):
        return [self.job(job)["state"] for job in jobs]

    def begin(self, job):
        claim, = self.worker.claim(businesses=[self.business], max=1, lease_s=600)
        self.assertEqual(claim["job"]["id"], job)
        return claim

    def end(self, claim, states):
        """Each letter is an item's: s, f or k for left out."""
        names = {"s": "success", "f": "failed", "k": "skipped"}
        items = [{"item": i, "state": names[letter], **({"message": "550 Refused"} if letter == "f" else {})}
                 for i, letter in enumerate(states, 1) if letter in names]
        result, = self.worker.report({"claim": claim["claim"], "items": items, "finish": {}})
        self.assertEqual(result["status"], 200)

    def finished(self, name, states="s", **more):
        job, = self.submit(submission(name, items=len(states), **more))
        self.end(self.begin(job), states)
        return job

    # What is seen

    @staticmethod
    def wait_said(window, words):
        """A toast, a heading, a line: wherever it stands."""
        wait(lambda: any(re.search(words, widget.name) for widget in window.walk()),
             lambda: f"“{words}” among {window.labels()}")

    def answer(self, window, heading, button):
        answer = window.wait_for("button", f"^{button}$")
        self.wait_said(window, heading)
        answer.activate()
        wait(lambda: is_gone(answer), "the question to go")

    def click(self, application, name, modifier=None):
        if modifier:
            harness.xdotool("keydown", modifier)
        try:
            application.row_widget(name).click()
        finally:
            if modifier:
                harness.xdotool("keyup", modifier)

    @staticmethod
    def selected(application):
        return [row.name for row in application.row_widgets() if row.has("selected")]

    def wait_selected(self, application, *names):
        wait(lambda: self.selected(application) == list(names),
             lambda: f"{names} to be selected, but there is {self.selected(application)}")

    @staticmethod
    def wait_all_gone(window, words):
        wait(lambda: not any(re.search(words, widget.name) for widget in window.walk()), f"“{words}” to go")

    @staticmethod
    def menu(application, name):
        """Opens the menu of a row. Its entries have no names of their own, so they go by their places."""
        application.row_widget(name).click(button=3)
        return wait(lambda: (items := application.menu_items()) and len(items) > 2 and items, "the row's menu")


class SelectionTest(ActingTest):
    """Several rows at once."""

    def setUp(self):
        super().setUp()
        self.jobs = self.submit(*[submission(f"Job {i}") for i in range(1, 7)])

    def open(self, **options):
        application = super().open(**options)
        application.wait_names(*[f"Job {i}" for i in range(6, 0, -1)])
        return application

    def test_G4_selection_by_mouse_and_keyboard(self):
        application = self.open()
        self.click(application, "Job 5")
        self.wait_selected(application, "Job 5")
        self.assertIsNone(application.window.find("label", "selected$"))
        self.click(application, "Job 2", "ctrl")
        self.wait_selected(application, "Job 5", "Job 2")
        application.window.wait_for("label", "^2 selected$")
        self.click(application, "Job 4")
        self.click(application, "Job 2", "shift")
        self.wait_selected(application, "Job 4", "Job 3", "Job 2")
        application.window.wait_for("button", "^Select All 6 That Match$").activate()
        application.window.wait_for("label", "^6 selected$")
        self.click(application, "Job 1", "ctrl")
        self.wait_selected(application, *[f"Job {i}" for i in range(6, 1, -1)])
        press("Escape")
        self.wait_selected(application)
        application.window.wait_gone("label", "selected$")
        self.click(application, "Job 6")
        press("ctrl+a")
        application.window.wait_for("label", "^6 selected$")
        self.assertIsNone(application.window.find("button", "^Select All"))
        application.quit()

    def test_G4_selection_stays_with_its_jobs(self):
        application = self.open()
        self.click(application, "Job 5")
        self.click(application, "Job 2", "ctrl")
        self.submit(submission("New one"), submission("New two"))
        application.wait_names("New two", "New one", *[f"Job {i}" for i in range(6, 0, -1)])
        self.wait_selected(application, "Job 5", "Job 2")
        self.owner.post(f"{BUSINESS}{self.business}/jobs/{self.jobs[3]}/cancel")
        self.owner.delete(f"{BUSINESS}{self.business}/jobs/{self.jobs[3]}")
        wait(lambda: "Job 4" not in application.names(), "a job to go")
        self.wait_selected(application, "Job 5", "Job 2")
        press("alt+4")
        application.window.wait_for("label", "^No Job Matches These Filters$")
        application.window.wait_gone("label", "selected$")
        press("alt+1")
        wait(lambda: "Job 2" in application.names(), "the jobs")
        self.wait_selected(application)
        application.quit()

    def test_G4_range_over_rows_that_are_not_loaded(self):
        self.submit(*[submission(f"Row {i}", items=0) for i in range(1500)])
        application = super().open()
        wait(lambda: "Row 1499" in application.names(), "the newest row")
        self.click(application, "Row 1499")
        press("shift+End")
        application.window.wait_for("label", "^1,506 selected$")
        application.quit()


class BulkTest(ActingTest):
    """What is done to several jobs."""

    business = "harbour"

    def setUp(self):
        super().setUp()
        self.done = [self.finished("Done well"), self.finished("Done badly", "sf")]
        self.waiting = self.submit(*[submission(f"Waiting {i}") for i in range(3)])

    def open(self, **options):
        application = super().open(**options)
        application.wait_names("Waiting 2", "Waiting 1", "Waiting 0", "Done badly", "Done well")
        application.row_widget("Waiting 2").click()
        press("ctrl+a")
        application.window.wait_for("label", "^5 selected$")
        return application

    def bulk_job(self, kind):
        jobs = self.owner.get(BUSINESS + self.business + "/jobs", type=kind).json["jobs"]
        self.assertEqual(len(jobs), 1)
        return jobs[0]

    def items(self, job):
        answer = self.owner.get(f"{BUSINESS}{self.business}/jobs/{job}/items")
        return {item["label"]: (item["state"], item["message"]) for item in answer.json["items"]}

    def test_G4_cancel_all_that_match(self):
        application = self.open()
        application.window.wait_for("button", "^Cancel…$").activate()
        self.wait_said(application.window, "2 of the 5 are already done and stay as they are.")
        self.answer(application.window, "^Cancel 3 Jobs\\?$", "Keep Running")
        self.assertEqual(self.states(*self.waiting), ["queued"] * 3)
        application.window.wait_for("button", "^Cancel…$").activate()
        self.answer(application.window, "^Cancel 3 Jobs\\?$", "Cancel Jobs")
        self.wait_said(application.window, "^3 jobs were cancelled. 2 stay as they are.$")
        self.assertEqual(self.states(*self.waiting), ["cancelled"] * 3)
        items = self.items(self.bulk_job("bulk-cancel")["id"])
        self.assertEqual(items["Waiting 1"][0], "success")
        self.assertEqual(items["Done well"][0], "skipped")
        self.assertIn("finished", items["Done well"][1])
        application.quit()

    def test_G4_details_name_every_refusal(self):
        application = self.open()
        press("Delete")
        self.wait_said(application.window, "3 of the 5 are still active and stay as they are.")
        self.answer(application.window, "^Delete 2 Jobs\\?$", "Delete")
        self.wait_said(application.window, "^2 jobs were deleted. 3 stay as they are.$")
        application.window.wait_for("button", "^Details$").activate()
        window = application.window_named("^Delete 5 jobs$")
        for name in ("Waiting 0", "Waiting 1", "Waiting 2"):
            window.wait_for("table cell", f"^{name}")
        self.wait_said(window, "waits in the queue")
        # What acts on many can't be done again from here.
        button = window.wait_for("toggle button", "^Job Menu$")
        button.activate()
        around = Widget(button.accessible.get_parent())
        items = wait(lambda: (items := list(around.find_all("menu item"))) and len(items) > 6 and items, "the menu")
        self.assertFalse(items[1].has("sensitive"))
        press("Escape")
        application.quit()

    def test_C7_G4_retry_what_failed(self):
        application = self.open()
        application.window.wait_for("button", "^Retry Failed…$").activate()
        self.wait_said(application.window, "4 of the 5 have nothing that failed and stay as they are.")
        self.answer(application.window, "^Retry What Failed in 1 Job\\?$", "Retry")
        self.wait_said(application.window, "^1 job waits to be done again. 4 stay as they are.$")
        self.assertEqual(self.states(*self.done), ["success", "queued"])
        press("Escape")
        application.quit()

    def test_G4_narrow(self):
        application = super().open(width=400, height=700)
        wait(lambda: "Waiting 2" in [name.split("\n")[0] for name in application.names()], "the jobs")
        application.row_widget("Waiting 2").click()
        press("ctrl+a")
        application.window.wait_for("label", "^5 selected$")
        self.assertIsNone(application.window.find("button", "^Cancel…$"))
        application.button("^Act$").activate()
        items = wait(lambda: len(items := application.menu_items()) == 5 and items, "the menu")
        items[3].activate()
        self.answer(application.window, "^Cancel 3 Jobs\\?$", "Cancel Jobs")
        wait(lambda: self.states(*self.waiting) == ["cancelled"] * 3, "the jobs to be cancelled")
        application.quit()


class OneTest(ActingTest):
    """What is done to one job, from its row."""

    business = "heritage"
    # The places in the menu of a row
    RETRY_FAILED, RETRY_ALL, COPY, DELETE, CANCEL, EDIT = range(1, 7)

    def test_E6_E7_cancel_from_the_row_and_delete(self):
        job, = self.submit(submission("To cancel"))
        application = self.open()
        self.menu(application, "To cancel")[self.CANCEL].activate()
        self.answer(application.window, "^Cancel This Job\\?$", "Cancel Job")
        application.wait_cell("To cancel", "State", "Cancelled")
        self.wait_said(application.window, "^Cancelled[.]$")
        application.window.wait_for("button", "^Undo$")
        application.window.wait_for("button", "^Delete…$").activate()
        self.answer(application.window, "^Delete This Job\\?$", "Delete")
        wait(lambda: self.owner.get(f"{BUSINESS}{self.business}/jobs/{job}").status == 404, "the job to go")
        application.quit()

    def test_G11_cancel_undone(self):
        later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=2)
        run_at = later.strftime("%Y-%m-%dT%H:%M:00.000Z")
        job, = self.submit(submission("To come back", run_at=run_at))
        application = self.open()
        self.menu(application, "To come back")[self.CANCEL].activate()
        self.answer(application.window, "^Cancel This Job\\?$", "Cancel Job")
        application.wait_cell("To come back", "State", "Cancelled")
        application.window.wait_for("button", "^Undo$").activate()
        self.wait_said(application.window, "^The job waits again, as before.$")
        self.assertEqual(self.job(job)["state"], "queued")
        self.assertEqual(self.job(job)["run_at"], run_at)
        self.assertEqual(self.worker.claim(businesses=[self.business], max=1), [])
        application.quit()

    def test_D7_E5_delete_by_keyboard(self):
        job = self.finished("Done")
        active, = self.submit(submission("Active"))
        application = self.open()
        application.row_widget("Active").click()
        press("Delete")
        items = self.menu(application, "Active")
        self.assertFalse(items[self.DELETE].has("sensitive"))
        press("Escape")
        wait(lambda: not application.menu_items(), "the menu to close")
        application.row_widget("Done").click()
        press("Delete")
        self.answer(application.window, "^Delete This Job\\?$", "Delete")
        application.wait_names("Active")
        self.assertEqual(self.owner.get(f"{BUSINESS}{self.business}/jobs/{job}").status, 404)
        self.assertEqual(self.states(active), ["queued"])
        application.quit()

    def test_D8_clear(self):
        application = self.open()
        self.submit(submission("Active"))
        application.wait_names("Active")
        n_without = self.count_main_menu(application)
        for name in ("First", "Second"):
            job, = self.submit(submission(name, "export-archive"))
            claim, = self.worker.claim(businesses=[self.business], types=["export-archive"], max=1)
            self.assertEqual(claim["job"]["id"], job)
            self.end(claim, "s")
        application.wait_cell("Second", "State", "Success")
        application.wait_cell("First", "State", "Success")
        # Offered whatever the filter hides
        press("alt+4")
        application.window.wait_for("label", "^No Job Matches These Filters$")
        wait(lambda: self.count_main_menu(application) == n_without + 1, "the entry to clear")
        press("alt+1")
        application.row_widget("Active").click()
        press("ctrl+shift+Delete")
        self.answer(application.window, "^Clear 2 Finished Jobs\\?$", "Clear")
        self.wait_said(application.window, "^2 finished jobs were cleared.$")
        application.wait_names("Active")
        wait(lambda: self.count_main_menu(application) == n_without, "the entry to go")
        application.quit()

    @staticmethod
    def count_main_menu(application):
        button = application.button("^Main Menu$")
        button.activate()
        around = Widget(button.accessible.get_parent())
        seen = []

        def is_settled():
            seen.append(len([item for item in around.find_all() if item.role.endswith("menu item")]))
            return seen[-1] > 3 and len(seen) > 2 and seen[-1] == seen[-2]

        wait(is_settled, "the main menu")
        press("Escape")
        wait(lambda: not button.has("checked"), "the menu to close")
        return seen[-1]


class EditTest(ActingTest):
    """Editing before the start, and running again with changes."""

    business = "riverside"

    @staticmethod
    def fill(window, role, name, text):
        entry = window.wait_for(role, name)
        wait(lambda: entry.box()[2] > 0, "the field to be laid out")
        entry.click()
        wait(lambda: entry.has("focused"), "the focus")
        press("ctrl+a")
        write(text)
        wait(lambda: entry.text == text, lambda: f"“{text}”, but there is “{entry.text}”")
        return entry

    def test_G12_G11_edit_and_undo(self):
        job, = self.submit(submission("Before", parameters={"period": "2026-10"}))
        application = self.open()
        application.row_widget("Before").click()
        press("ctrl+e")
        save = application.window.wait_for("button", "^Save$")
        self.fill(application.window, "text", "^Name$", "After")
        editor = application.window.wait_for(name="^Parameters as JSON$")
        self.fill(application.window, editor.role, "^Parameters as JSON$", '{"period": "2026-11"')
        application.window.wait_for("label", "^Not valid JSON: line 1")
        wait(lambda: not save.has("sensitive"), "saving to be impossible")
        press("ctrl+End")
        write("}")
        wait(lambda: save.has("sensitive"), "saving to be possible")
        save.activate()
        application.wait_names("After")
        self.assertEqual(self.job(job)["parameters"], {"period": "2026-11"})
        self.wait_said(application.window, "^The job was changed.$")
        application.window.wait_for("button", "^Undo$").activate()
        application.wait_names("Before")
        self.wait_said(application.window, "^The job is as it was.$")
        self.assertEqual(self.job(job)["parameters"], {"period": "2026-10"})
        application.quit()

    def test_G12_priority(self):
        job, = self.submit(submission("Urgent"))
        application = self.open()
        application.row_widget("Urgent").click()
        press("ctrl+e")
        save = application.window.wait_for("button", "^Save$")
        field = application.window.wait_for("spin button", "^Priority$")
        harness.Atspi.Value.set_current_value(field.accessible, 2)
        wait(lambda: save.has("sensitive"), "saving to be possible")
        save.activate()
        self.wait_said(application.window, "^The job was changed.$")
        self.assertEqual(self.job(job)["priority"], 2)
        application.quit()

    def test_G12_start_later(self):
        job, = self.submit(submission("Later"))
        application = self.open()
        application.row_widget("Later").click()
        press("ctrl+e")
        save = application.window.wait_for("button", "^Save$")
        dialog = application.window.wait_for("dialog", "^Edit Job$")
        wait(lambda: next((widget for widget in dialog.walk() if widget.role in ("switch", "check box")), None),
             "the switch").activate()
        day = datetime.date.today() + datetime.timedelta(days=3)
        entry = application.window.wait_for("text", "^Not Before$")
        entry.click()
        press("ctrl+a")
        write("1/1/2020")
        press("Tab")
        self.wait_said(application.window, "^This time has passed.$")
        self.assertFalse(save.has("sensitive"))
        entry.click()
        press("ctrl+a")
        write(day.strftime("%d/%m/%Y"))
        press("Tab")
        self.fill(application.window, "text", "^Time$", "25:00")
        self.wait_said(application.window, "^Not a time.")
        self.fill(application.window, "text", "^Time$", "6:30")
        wait(lambda: save.has("sensitive"), "saving to be possible")
        press("ctrl+Return")
        wait(lambda: self.job(job)["run_at"], "the start to be set")
        start = datetime.datetime.fromisoformat(self.job(job)["run_at"]).astimezone()
        self.assertEqual(start.strftime("%Y-%m-%d %H:%M"), f"{day.isoformat()} 06:30")
        application.quit()

    def test_G12_started_meanwhile(self):
        job, = self.submit(submission("Too late"))
        application = self.open()
        application.row_widget("Too late").click()
        press("ctrl+e")
        save = application.window.wait_for("button", "^Save$")
        entry = self.fill(application.window, "text", "^Name$", "What I typed")
        self.begin(job)
        save.activate()
        self.wait_said(application.window, "started already and can't be changed")
        self.assertEqual(entry.text, "What I typed")
        self.assertEqual(self.job(job)["name"], "Too late")
        application.window.wait_for("button", "^Cancel$").activate()
        application.window.wait_gone("button", "^Save$")
        items = self.menu(application, "Too late")
        self.assertFalse(items[OneTest.EDIT].has("sensitive"))
        press("Escape")
        application.quit()

    def test_G12_run_again_with_changes(self):
        job = self.finished("Original", "sfs", parameters={"copies": 1})
        application = self.open()
        self.menu(application, "Original")[OneTest.COPY].activate()
        run = application.window.wait_for("button", "^Run$")
        self.fill(application.window, "text", "^Name$", "Once more")
        editor = application.window.wait_for(name="^Parameters as JSON$")
        self.fill(application.window, editor.role, "^Parameters as JSON$", '{"copies": 2}')
        wait(lambda: run.has("sensitive"), "running to be possible")
        run.activate()
        application.wait_names("Once more", "Original")
        self.wait_said(application.window, "^A new job was made.$")
        self.assertEqual(self.states(job), ["failed"])
        claim, = self.worker.claim(businesses=[self.business], max=1)
        self.assertEqual(claim["job"]["parameters"], {"copies": 2})
        self.assertEqual([item["label"] for item in claim["items"]], ["Original 1", "Original 2", "Original 3"])
        application.window.wait_for("button", "^Show$").activate()
        application.window_named("^Once more$")
        application.quit()


class ItemsTest(ActingTest):
    """Single items of a job."""

    def test_G3_retry_of_the_items_chosen(self):
        job = self.finished("Some items", "sfsf")
        application = self.open(arguments=["--job", str(job)])
        window = application.window_named("^Some items$")
        first = window.wait_for("table cell", "^Some items 2")
        first.click()
        window.wait_for("label", "^1 selected$")
        harness.xdotool("keydown", "ctrl")
        window.wait_for("table cell", "^Some items 3").click()
        harness.xdotool("keyup", "ctrl")
        window.wait_for("label", "^2 selected$")
        window.wait_for("button", "^Retry Selected Items…$").activate()
        self.wait_said(window, "^• Some items 2\n• Some items 3$")
        self.wait_said(window, "1 of them had succeeded")
        self.answer(window, "^Retry 2 Items\\?$", "Retry")
        self.wait_said(window, "^The job waits to be done again.$")
        claim = self.begin(job)
        self.assertEqual([item["item"] for item in claim["items"]], [2, 3])
        window.wait_gone("label", "selected$")
        application.quit()


class RightsTest(ActingTest):
    """What users have no right to."""

    def test_E5_D7_no_right_no_offer(self):
        self.finished("Seen only", "f")
        application = self.open(user="victor")
        application.row_widget("Seen only").click(button=3)
        # Open, Export, Copy Number: nothing that this user may not do
        wait(lambda: len(application.menu_items()) == 3, "the row's menu")
        press("Escape")
        wait(lambda: not application.menu_items(), "the menu to close")
        press("Delete")
        application.row_widget("Seen only").click(times=2)
        window = application.window_named("^Seen only$")
        button = window.wait_for("toggle button", "^Job Menu$")
        button.activate()
        around = Widget(button.accessible.get_parent())
        # Download, Export Items, Copy Number, Refresh, Help: nothing that this user may not do
        wait(lambda: len(list(around.find_all("menu item"))) == 5, "the window's menu")
        press("Escape")
        application.quit()

    def test_E5_right_taken_away_while_open(self):
        self.submit(submission("First"), submission("Second"))
        members = self.owner.get(BUSINESS + self.business + "/members").json["members"]
        adam = next(member for member in members if member["user"]["login"] == "adam")
        application = self.open(user="adam")
        application.wait_names("Second", "First")
        application.row_widget("First").click()
        press("ctrl+a")
        application.window.wait_for("button", "^Cancel…$")
        path = f"{BUSINESS}{self.business}/members/{adam['user']['id']}"
        answer = self.owner.patch(path, {"role": "viewer"})
        self.assertEqual(answer.status, 200, answer.text)
        application.window.wait_gone("button", "^Cancel…$")
        self.owner.patch(path, {"role": adam["role"]})
        application.window.wait_for("button", "^Cancel…$")
        application.quit()


def is_gone(widget):
    try:
        return not widget.has("showing")
    except harness.GLib.Error:
        return True


if __name__ == "__main__":
    harness.main("acting")
