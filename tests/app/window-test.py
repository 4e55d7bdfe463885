# SPDX-License-Identifier: GPL-3.0-or-later
"""The main window, as a user sees and drives it, against a real server."""

import datetime
import subprocess
import unittest

import harness
from harness import Application, Server, press, wait, write


def submission(name, kind="send-invoices", items=1, relation=None, **more):
    reference = {"kind": "relation", "id": relation, "label": relation} if relation else None
    entries = [{"label": f"Item {i + 1}", **({"reference": reference} if reference else {})} for i in range(items)]
    return {"type": kind, "name": name, "entity": "relations", "items": entries, **more}


class WindowTest(unittest.TestCase):
    """Tests that share a server. Each opens windows of its own."""

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

    def open(self, **options):
        application = Application(self.server, **options)
        self.addCleanup(application.kill)
        return application

    @classmethod
    def begin(cls, business):
        """Has a worker take the next job. Returns its claim."""
        claims = cls.worker.claim(businesses=[business], max=1, lease_s=600)
        assert len(claims) == 1
        return claims[0]

    @classmethod
    def finish(cls, claim, *states):
        items = [{"item": item["item"], "state": state, "message": "It went wrong" if state == "failed" else None}
                 for item, state in zip(claim["items"], states)]
        results = cls.worker.report({"claim": claim["claim"], "items": items, "finish": {}})
        assert results[0]["status"] == 200

    @classmethod
    def submit(cls, business, *submissions, api=None):
        return (api or cls.owner).submit(business, *submissions)


class OverviewTest(WindowTest):
    """Filters, order and columns, on six jobs, one in each state."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        adam = cls.server.sign_in("adam")
        cls.submit("willems", submission("Alpha invoices", items=3, relation="Bakery Jansen"))
        cls.finish(cls.begin("willems"), "success", "success", "success")
        cls.submit("willems", submission("Beta statements", "send-statements", 4, "Cafe Noir"), api=adam)
        cls.finish(cls.begin("willems"), "success", "failed", "success", "success")
        cls.submit("willems", submission("Gamma schedule", "set-task-schedule", 2))
        cls.finish(cls.begin("willems"), "success", "skipped")
        job, = cls.submit("willems", submission("Delta fields", "change-task-field", 6))
        cls.owner.post(f"/v1/businesses/willems/jobs/{job}/cancel")
        cls.submit("willems", submission("Epsilon invoices", items=5))
        cls.claim = cls.begin("willems")
        cls.worker.report({"claim": cls.claim["claim"], "items": [{"item": 1, "state": "success"},
                                                                  {"item": 2, "state": "success"}]})
        cls.submit("willems", submission("Zeta invoices", items=1), api=adam)
        adam.close()
        cls.newest_first = ["Zeta invoices", "Epsilon invoices", "Delta fields", "Gamma schedule", "Beta statements",
                            "Alpha invoices"]

    def open(self, **options):
        application = super().open(**options)
        application.wait_names(*self.newest_first)
        return application

    def test_A2_newest_first(self):
        application = self.open()
        application.quit()

    def test_A6_columns(self):
        application = self.open()
        self.assertEqual([words for words, _ in application.titles()],
                         ["Name", "Type", "Items", "State", "Created By", "Created", "Done", ""])
        row = application.row("Beta statements")
        self.assertEqual(row["Type"], "Send statements")
        self.assertEqual(row["Items"], "4 relations · 1 failed")
        self.assertEqual(row["Created By"], "Adam de Boer")
        self.assertRegex(row["Created"], "^(Just now|[0-9]+ minutes? ago)$")
        self.assertRegex(row["Done"], "^(Just now|[0-9]+ minutes? ago)$")
        self.assertEqual(application.row("Epsilon invoices")["Done"], "")
        self.assertEqual(application.row("Gamma schedule")["Items"], "2 relations · 1 skipped")
        application.quit()

    def test_A8_states_in_words(self):
        application = self.open()
        states = {row["Name"]: row["State"] for row in application.rows()}
        self.assertEqual(states.pop("Epsilon invoices").split()[0], "Processing")
        self.assertEqual(states, {"Alpha invoices": "Success", "Beta statements": "Failed",
                                  "Gamma schedule": "Skipped", "Delta fields": "Cancelled",
                                  "Zeta invoices": "Initiated"})
        row = application.row_widget("Epsilon invoices")
        self.assertRegex(row.description, "Processing, 2 of 5, created by Olivia Willems")
        application.quit()

    def test_D1_counts(self):
        application = self.open()
        application.wait_figures(6, 2, 2, 1)
        application.choose("Created By", "Adam de Boer")
        application.wait_figures(2, 1, 0, 1)
        application.window.wait_for("radio button", "^Failed$").activate()
        application.wait_names("Beta statements")
        application.wait_figures(2, 1, 0, 1)
        application.quit()

    def test_D2_pills(self):
        application = self.open()
        expected = {"Active": ["Zeta invoices", "Epsilon invoices"], "Completed": ["Gamma schedule", "Alpha invoices"],
                    "Failed": ["Beta statements"], "All": self.newest_first}
        for pill, names in expected.items():
            application.window.wait_for("radio button", f"^{pill}$").activate()
            application.wait_names(*names)
        for key, pill in enumerate(("All", "Active", "Completed", "Failed"), 1):
            press(f"alt+{key}")
            application.wait_names(*expected[pill])
        application.quit()

    def test_A7_sort_by_title(self):
        application = self.open()
        in_order = sorted(self.newest_first)
        orders = {
            "Name": in_order,
            "Items": ["Zeta invoices", "Gamma schedule", "Alpha invoices", "Beta statements", "Epsilon invoices",
                      "Delta fields"],
            "Created": self.newest_first[::-1],
        }
        for title, names in orders.items():
            self.title(application, title).click()
            application.wait_names(*names)
            self.title(application, title).click()
            application.wait_names(*names[::-1])
        for title in ("Type", "State", "Created By", "Done"):
            self.title(application, title).click()
            first = wait(lambda title=title: self.sorted_by(application, title), f"order by {title}")
            self.title(application, title).click()
            wait(lambda title=title, first=first: self.sorted_by(application, title, True) and
                 application.names() != first, f"the other order by {title}")
        application.quit()

    @staticmethod
    def title(application, name):
        return next(title for words, title in application.titles() if words == name)

    @staticmethod
    def sorted_by(application, title, descending=False):
        """The names, once the list is in order of a column; states are in the order of their lives."""
        lives = ["Initiated", "Processing", "Success", "Failed", "Skipped", "Cancelled"]
        rows = application.rows()
        if any(title not in row for row in rows):
            return None
        values = [row[title] for row in rows]
        if title == "State":
            values = [lives.index(value.split()[0]) for value in values]
        elif title == "Done":
            # What is done has a time, what is not has none: they are not mixed.
            values = [value != "" for value in values]
            descending = values[0]
        if len(values) == 6 and values == sorted(values, reverse=descending):
            return [row["Name"] for row in rows]
        return None

    def test_A7_filter_in_title(self):
        application = self.open()
        # All States, then the states in the order of their lives
        failed, skipped = 4, 5
        application.button("^Filter by State$").activate()
        items = wait(lambda: len(items := application.menu_items()) == 7 and items, "the menu of states")
        self.assertFalse(items[failed].has("checked"))
        items[failed].activate()
        application.wait_names("Beta statements")
        wait(lambda: not application.menu_items(), "the menu to close")
        application.button("^Filter by State$").activate()
        items = wait(lambda: len(items := application.menu_items()) == 7 and items, "the menu of states")
        self.assertTrue(items[failed].has("checked"))
        items[skipped].activate()
        application.wait_names("Gamma schedule", "Beta statements")
        application.quit()

    def test_A5_type_status_and_reset(self):
        application = self.open()
        self.assertIsNone(application.window.find("button", "^Reset Filters$"))
        application.choose("Type", "Send invoices")
        application.wait_names("Zeta invoices", "Epsilon invoices", "Alpha invoices")
        application.choose("Status", "Success", "Processing")
        application.wait_names("Epsilon invoices", "Alpha invoices")
        application.choose("Type", "Change task field")
        application.wait_names("Epsilon invoices", "Alpha invoices")
        application.window.wait_for("button", "^Reset Filters$").activate()
        application.wait_names(*self.newest_first)
        application.window.wait_gone("button", "^Reset Filters$")
        application.quit()

    def test_A5_created_by_several(self):
        application = self.open()
        application.search_choice("Created By", "ada", "Adam de Boer")
        application.wait_names("Zeta invoices", "Beta statements")
        application.choose("Created By", "Olivia Willems")
        application.wait_names(*self.newest_first)
        self.assertIn("Adam de Boer, Olivia Willems", application.button("^Created By: ").name)
        application.quit()

    def test_A5_relation(self):
        application = self.open()
        application.search_choice("Relation", "cafe", "Cafe Noir", role="radio button")
        application.wait_names("Beta statements")
        application.quit()

    def test_A5_search_by_keyboard(self):
        application = self.open()
        press("ctrl+f")
        entry = application.window.wait_for("entry", "^Search jobs$", focused=True)
        write("gamma")
        application.wait_names("Gamma schedule")
        press("Escape")
        application.wait_names(*self.newest_first)
        self.assertEqual(entry.text, "")
        application.quit()

    def test_A5_period(self):
        application = self.open()
        today = datetime.date.today()
        application.choose_one("Period", "Yesterday")
        application.window.wait_for("label", "^No Job Matches These Filters$")
        yesterday = (today - datetime.timedelta(days=1)).strftime("%d/%m/%Y")
        self.assertEqual(application.window.wait_for("text", "^From$").text, yesterday)
        self.assertEqual(application.window.wait_for("text", "^Until$").text, yesterday)
        application.choose_one("Period", "This month")
        application.wait_names(*self.newest_first)
        self.assertEqual(application.window.wait_for("text", "^From$").text, today.strftime("01/%m/%Y"))
        application.quit()

    def test_F7_typed_date(self):
        application = self.open()
        tomorrow = datetime.date.today() + datetime.timedelta(days=1)
        entry = application.window.wait_for("text", "^From$")
        entry.click()
        write(tomorrow.strftime("%d/%m/%Y"))
        press("Return")
        application.window.wait_for("label", "^No Job Matches These Filters$")
        press("ctrl+a")
        write(datetime.date.today().isoformat())
        press("Return")
        application.wait_names(*self.newest_first)
        self.assertEqual(entry.text, datetime.date.today().strftime("%d/%m/%Y"))
        application.quit()

    def test_F7_wrong_date(self):
        application = self.open()
        entry = application.window.wait_for("text", "^Until$")
        entry.click()
        write("31/31")
        press("Return")
        application.window.wait_for("label", "^Not a date. Write it as in ")
        self.assertTrue(entry.has("invalid_entry"))
        self.assertEqual(application.names(), self.newest_first)
        press("Escape")
        application.window.wait_gone("label", "^Not a date")
        self.assertEqual(entry.text, "")
        application.quit()

    def test_F7_calendar_by_keyboard(self):
        application = self.open()
        entry = application.window.wait_for("text", "^Until$")
        entry.click()
        press("Down")
        wait(lambda: not entry.has("focused"), "the calendar")
        application.window.wait_for("button", "^No Date$")
        press("Down", "Up", "Left", "space")
        application.window.wait_gone("button", "^No Date$")
        yesterday = datetime.date.today() - datetime.timedelta(days=1)
        wait(lambda: entry.text == yesterday.strftime("%d/%m/%Y"), lambda: f"yesterday, but there is {entry.text}")
        application.window.wait_for("label", "^No Job Matches These Filters$")
        application.quit()

    def test_filter_survives_restart(self):
        first = self.open()
        first.choose("Type", "Send invoices")
        press("alt+2")
        first.wait_names("Zeta invoices", "Epsilon invoices")
        self.title(first, "Name").click()
        first.wait_names("Epsilon invoices", "Zeta invoices")
        first.own_folder = False
        first.quit()
        again = WindowTest.open(self, folder=first.folder)
        again.wait_names("Epsilon invoices", "Zeta invoices")
        self.assertEqual(again.button("^Type: ").name, "Type: Send invoices")
        self.assertTrue(again.window.wait_for("radio button", "^Active$").has("checked"))
        again.own_folder = True
        again.quit()

    def test_A9_open_a_job(self):
        application = self.open()
        application.row_widget("Beta statements").click(times=2)
        application.window_named("^Beta statements$")
        press("ctrl+w")
        wait(lambda: len(list(application.root.children())) == 1, "the window to close")
        application.row_widget("Alpha invoices").find("button", "^Show Details$").activate()
        application.window_named("^Alpha invoices$")
        press("ctrl+w")
        wait(lambda: len(list(application.root.children())) == 1, "the window to close")
        application.quit()

    def test_menu_of_a_row(self):
        application = self.open()
        application.row_widget("Beta statements").click(button=3)
        # Open, Retry Failed, Retry All, Run Again, Delete, Cancel, Edit, Export, Copy Number
        items = wait(lambda: len(items := application.menu_items()) == 9 and items, "the row's menu")
        self.assertEqual([item.has("sensitive") for item in items],
                         [True, True, True, True, True, False, False, True, True])
        press("Escape")
        wait(lambda: not application.menu_items(), "the menu to close")
        application.row_widget("Epsilon invoices").click()
        press("shift+F10")
        items = wait(lambda: len(items := application.menu_items()) == 9 and items, "the row's menu")
        self.assertEqual([item.has("sensitive") for item in items],
                         [True, False, False, False, False, True, False, True, True])
        press("Escape")
        wait(lambda: not application.menu_items(), "the menu to close")
        application.quit()

    def test_menu_without_rights(self):
        application = self.open(user="victor")
        application.row_widget("Beta statements").click(button=3)
        # Open, Export, Copy Number: nothing that this user may not do
        wait(lambda: len(application.menu_items()) == 3, "the row's menu")
        press("Escape")
        wait(lambda: not application.menu_items(), "the menu to close")
        application.quit()

    def test_narrow(self):
        application = self.open(width=400, height=700)
        self.assertEqual([words for words, _ in application.titles()], ["Name", "State"])
        self.assertRegex(application.row("Beta statements")["Name"], "4 relations · 1 failed")
        self.assertIsNone(application.window.find("text", "^From$"))
        application.button("^Filters$").activate()
        application.window.wait_for("text", "^From$")
        application.choose("Type", "Send invoices")
        press("Escape")
        application.window.wait_gone("text", "^From$")
        application.wait_names("Zeta invoices", "Epsilon invoices", "Alpha invoices")
        application.quit()


class LiveTest(WindowTest):
    """What happens while the window is open."""

    def picture(self, widget):
        x, y, width, height = widget.box()
        return subprocess.run(["import", "-window", "root", "-crop", f"{width}x{height}+{x}+{y}", "rgb:-"],
                              check=True, capture_output=True).stdout

    def test_A1_server_button_turns(self):
        application = self.open(business="harbour")
        button = application.window.wait_for("button", "^Server$")
        application.window.wait_for("label", "^No Jobs to Show$")
        self.assertFalse(button.has("busy"))
        still = self.picture(button)

        self.submit("harbour", submission("Products", "upload-products", 2))
        wait(lambda: button.has("busy"), "the button to say that it is busy")
        self.assertEqual(button.description, "1 job is running")
        first = wait(lambda: (seen := self.picture(button)) != still and seen, "the arrow")
        wait(lambda: self.picture(button) != first, "the arrow to turn")

        self.finish(self.begin("harbour"), "success", "success")
        wait(lambda: not button.has("busy"), "the button to rest")
        self.assertEqual(button.description, "No jobs are running")
        wait(lambda: self.picture(button) == still, "the arrow to go")
        application.quit()

    def test_A1_server_button_rests_while_a_job_waits_for_its_time(self):
        later, = self.submit("riverside", submission("Next century", "mail-class", 2, run_at="2099-01-01T08:00:00Z"))
        application = self.open(business="riverside")
        application.wait_names("Next century")
        button = application.window.wait_for("button", "^Server$")
        now, = self.submit("riverside", submission("Now", "cancel-classes", 1))
        wait(lambda: button.description == "1 job is running", lambda: button.description)
        self.finish(self.begin("riverside"), "success")
        wait(lambda: button.description == "No jobs are running" and not button.has("busy"),
             lambda: button.description)
        application.quit()
        # Other tests have this business to themselves.
        self.owner.post(f"/v1/businesses/riverside/jobs/{later}/cancel")
        for job in (later, now):
            self.assertEqual(self.owner.delete(f"/v1/businesses/riverside/jobs/{job}").status, 204)

    def test_A1_connection(self):
        application = self.open(business="riverside")
        application.button("^Server$").activate()
        application.window.wait_for("label", "^Connected$")
        application.window.wait_for("label", "^" + self.server.url)
        application.window.wait_for("label", "^Adam de Boer$")
        press("Escape")
        application.window.wait_gone("label", "^Connected$")
        application.quit()

    def test_A2_G1_updates_by_itself(self):
        application = self.open(business="heritage")
        application.window.wait_for("label", "^No Jobs to Show$")
        self.submit("heritage", submission("First export", "export-archive", 4))
        application.wait_names("First export")
        self.assertEqual(application.row("First export")["State"], "Initiated")
        job, = self.submit("heritage", submission("Second export", "export-archive"))
        application.wait_names("Second export", "First export")
        application.wait_figures(2, 2, 0, 0)

        claim = self.begin("heritage")
        application.wait_cell("First export", "State", "Processing.*0 of 4.*")
        self.worker.report({"claim": claim["claim"], "items": [{"item": 1, "state": "success"}]})
        application.wait_cell("First export", "State", "Processing.*1 of 4.*")
        self.finish(claim, "success", "success", "failed", "success")
        application.wait_cell("First export", "State", "Failed")
        application.wait_cell("First export", "Items", "4 relations · 1 failed")
        application.wait_figures(2, 1, 0, 1)

        self.owner.post(f"/v1/businesses/heritage/jobs/{job}/cancel")
        application.wait_cell("Second export", "State", "Cancelled")
        self.owner.delete(f"/v1/businesses/heritage/jobs/{job}")
        application.wait_names("First export")
        application.quit()

    def test_B1_another_business(self):
        self.submit("harbour", submission("Harbour job", "delete-client"))
        self.submit("riverside", submission("Riverside job", "mail-class"))
        application = self.open(business="harbour")
        wait(lambda: "Harbour job" in application.names(), "the job of the first business")
        application.button("^Harbour Warehouse$").activate()
        businesses = wait(lambda: len(items := application.menu_items()) == 4 and items, "the businesses")
        businesses[2].activate()  # Harbour, Heritage, Riverside, Willems
        wait(lambda: "Riverside job" in application.names(), "the job of the other business")
        self.assertNotIn("Harbour job", application.names())
        application.quit()

    def test_keeps_its_place(self):
        self.submit("riverside", *[submission(f"Job {i:02}", "mail-class") for i in range(60)])
        application = self.open(business="riverside")
        wait(lambda: "Job 59" in application.names(), "the newest job")
        application.row_widget("Job 58").click()
        for _ in range(2):
            before = application.names_in_sight()
            press("Page_Down")
            wait(lambda before=before: application.names_in_sight() != before, "the list to scroll")
        before = application.names_in_sight()
        self.assertNotIn("Job 59", before)
        self.submit("riverside", *[submission(f"New job {i}", "mail-class") for i in range(3)])
        application.window.wait_for("button", "^3 new jobs$")
        self.assertEqual(application.names_in_sight(), before)
        application.window.find("button", "^3 new jobs$").activate()
        wait(lambda: application.names_in_sight()[:1] == ["New job 2"], "the new jobs")
        application.window.wait_gone("button", "new jobs")
        self.submit("riverside", submission("Seen at once", "mail-class"))
        wait(lambda: application.names_in_sight()[:1] == ["Seen at once"], "a job that arrives while the top is in sight")
        application.quit()

    def test_names_of_all_kinds(self):
        long_name = "A job with a very long name " * 17 + "and its end is here!"
        long_name = long_name[:500]
        other = "إرسال الفواتير إلى جميع العملاء"
        markup = "<b>Sale</b> & \u202eback\u202c \u0301\u200d"
        for name in (long_name, other, markup):
            self.submit("willems", submission(name))
        application = self.open(width=800, height=600)
        wait(lambda: {long_name, other, markup} <= set(application.names()), "the names as they are")
        _, _, width, _ = application.row_widget(long_name).box()
        self.assertLessEqual(width, 800)
        application.quit()


class AwayTest(WindowTest):
    """The server goes and comes back."""

    def test_G15_away_and_back(self):
        self.submit("willems", submission("Before"))
        application = self.open()
        application.wait_names("Before")
        self.server.kill()
        application.window.wait_for("label", "can’t be reached. Showing what was known at [0-9:]+")
        self.assertEqual(application.names(), ["Before"])
        self.assertEqual(application.window.wait_for("button", "^Server$").description, "Not connected")
        application.window.wait_for("button", "^Try Again$").activate()
        self.assertEqual(application.names(), ["Before"])
        self.server.start()
        self.owner.close()
        application.window.wait_gone("label", "can’t be reached")
        self.submit("willems", submission("After"))
        application.wait_names("After", "Before")
        application.quit()


class EmptyTest(WindowTest):
    """Nothing to show."""

    def test_B8_empty_list(self):
        application = self.open()
        application.window.wait_for("label", "^No Jobs to Show$")
        application.wait_figures(0, 0, 0, 0)
        press("ctrl+f")
        write("nothing")
        application.window.wait_for("label", "^No Job Matches These Filters$")
        buttons = list(application.window.find_all("button", "^Reset Filters$"))
        buttons[-1].activate()
        application.window.wait_for("label", "^No Jobs to Show$")
        application.quit()


if __name__ == "__main__":
    harness.main("window")
