# SPDX-License-Identifier: GPL-3.0-or-later
"""What the people of an office do in the window to find their jobs: search, order, saved filters."""

import unittest

import harness
from harness import Application, Server, press, wait, write

NEWEST_FIRST = ["Zinc catalogue", "Yearly statements", "Stella's keywords", "Sam's invoices", "Adam's statements",
                "Olivia's invoices"]


def submission(name, kind="send-invoices", items=1, **more):
    return {"type": kind, "name": name, "items": [{"label": f"Item {i}"} for i in range(items)], **more}


class OfficeTest(unittest.TestCase):
    """Six jobs of four people, of several types; one failed, one scheduled."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.users = {name: cls.server.sign_in(name) for name in ("olivia", "adam", "sam", "stella")}
        cls.worker = cls.server.worker()
        cls.submit("olivia", submission("Olivia's invoices"))
        claim, = cls.worker.claim(businesses=["willems"], max=1)
        cls.worker.report({"claim": claim["claim"], "items": [{"item": 1, "state": "failed", "message": "No address"}],
                           "finish": {}})
        cls.submit("adam", submission("Adam's statements", "send-statements"))
        cls.submit("sam", submission("Sam's invoices"))
        cls.submit("stella", submission("Stella's keywords", "change-task-field"))
        cls.submit("adam", submission("Yearly statements", "send-statements", run_at="2999-01-01T00:00:00.000Z"))
        cls.submit("olivia", submission("Zinc catalogue", "set-task-schedule"))

    @classmethod
    def tearDownClass(cls):
        for api in (*cls.users.values(), cls.worker):
            api.close()
        cls.server.end()

    @classmethod
    def submit(cls, user, *submissions):
        return cls.users[user].submit("willems", *submissions)

    def open(self, names=None, **options):
        application = Application(self.server, **options)
        self.addCleanup(application.kill)
        application.wait_names(*(names or NEWEST_FIRST))
        return application

    def test_B5_by_user_name_and_by_type(self):
        application = self.open()
        application.search_choice("Created By", "stel", next(
            user["name"] for user in self.users["olivia"].get("/v1/businesses/willems/users").json["users"]
            if user["name"].startswith("Stella")))
        application.wait_names("Stella's keywords")
        application.window.wait_for("button", "^Reset Filters$").activate()
        application.wait_names(*NEWEST_FIRST)
        application.search_choice("Type", "statem", "Send statements")
        application.wait_names("Yearly statements", "Adam's statements")
        application.quit()

    @staticmethod
    def sort_by(application, title):
        next(widget for words, widget in application.titles() if words == title).click()

    def test_B6_created_user_and_type_both_ways(self):
        application = self.open(width=1590)
        self.sort_by(application, "Created")
        application.wait_names(*NEWEST_FIRST[::-1])
        for title in ("Created By", "Type"):
            orders = []
            for _ in range(2):
                before = application.names()
                self.sort_by(application, title)
                wait(lambda before=before: application.names() != before, f"another order by {title}")
                orders.append([row[title] for row in application.rows()])
            self.assertIn(sorted(orders[0]), orders)
            self.assertEqual(orders[0], orders[1][::-1])
        application.quit()

    def test_B7_user_type_and_created(self):
        application = self.open(width=1590)
        self.assertLessEqual({"Created By", "Type", "Created"}, {words for words, _ in application.titles()})
        row = application.row("Sam's invoices")
        self.assertRegex(row["Created By"], "^Sam ")
        self.assertEqual(row["Type"], "Send invoices")
        self.assertRegex(row["Created"], "^(Just now|[0-9]+ minutes? ago)$")
        application.quit()

    def test_C2_states_of_a_job_without_items(self):
        owner = self.users["olivia"]
        job, = owner.submit("harbour", {"type": "delete-client", "name": "Delete a client"})
        application = self.open(["Delete a client"], business="harbour")
        self.assertEqual(application.row("Delete a client")["State"], "Initiated")
        self.assertEqual(application.row("Delete a client")["Items"], "")
        claim, = self.worker.claim(businesses=["harbour"], max=1)
        application.wait_cell("Delete a client", "State", "Processing.*")
        self.worker.report({"claim": claim["claim"], "finish": {"error": "The client has goods"}})
        application.wait_cell("Delete a client", "State", "Failed")
        owner.post(f"/v1/businesses/harbour/jobs/{job}/retry", {"items": "all"})
        application.wait_cell("Delete a client", "State", "Initiated")
        claim, = self.worker.claim(businesses=["harbour"], max=1)
        self.worker.report({"claim": claim["claim"], "finish": {}})
        application.wait_cell("Delete a client", "State", "Success")
        application.quit()

    def test_D3_newest_first_or_by_name(self):
        application = self.open()
        self.sort_by(application, "Name")
        application.wait_names(*sorted(NEWEST_FIRST))
        self.sort_by(application, "Created")
        wait(lambda: application.names() in (NEWEST_FIRST, NEWEST_FIRST[::-1]), "the order of creation")
        application.quit()

    def test_C4_conditions_beside_states(self):
        application = self.open()
        application.choose("Status", "Scheduled")
        application.wait_names("Yearly statements")
        self.assertEqual(application.button("^Status: ").name, "Status: Scheduled")
        application.choose("Status", "Failed")
        application.window.wait_for("label", "^No Job Matches These Filters$")
        application.choose("Status", "Scheduled")
        application.wait_names("Olivia's invoices")
        application.quit()

    # Saved filters

    @staticmethod
    def save(application, name):
        press("ctrl+s")
        dialog = application.window.wait_for("alert", "^Save Filter")
        wait(lambda: dialog.find("text", "Name", focused=True), "the focus on the name")
        press("ctrl+a")
        write(name)
        wait(lambda: dialog.find("text", "Name").text == name, f"“{name}” as the name")
        press("Return")
        application.window.wait_gone("alert", "^Save Filter")

    @staticmethod
    def manage(application, count):
        """Opens the dialog of saved filters, by its place in the menu: after them, and after saving."""
        application.button("^Saved Filters$").activate()
        items = wait(lambda: len(items := application.menu_items()) == count + 2 and items, "the menu")
        items[-1].activate()
        return application.window.wait_for("dialog", "^Saved Filters$")

    def test_G11_saved_filters(self):
        application = self.open()
        application.choose("Type", "Send statements")
        application.wait_names("Yearly statements", "Adam's statements")
        self.save(application, "Statements")
        application.window.wait_for("button", "^Reset Filters$").activate()
        application.wait_names(*NEWEST_FIRST)
        press("alt+4")
        application.wait_names("Olivia's invoices")
        self.save(application, "What failed")
        press("ctrl+1")
        application.wait_names("Yearly statements", "Adam's statements")
        press("ctrl+2")
        application.wait_names("Olivia's invoices")

        dialog = self.manage(application, 2)
        self.assertTrue(dialog.find("label", "^Send statements$") and dialog.find("label", "^Failed$"))
        dialog.wait_for("button", "^Delete: Statements$").activate()
        wait(lambda: not dialog.find("button", "^Delete: Statements$"), "it to be gone")
        dialog.wait_for("button", "^Undo$").activate()
        dialog.wait_for("button", "^Rename: Statements$").activate()
        question = application.window.wait_for("alert", "^Rename Filter")
        wait(lambda: question.find("text", "Name", focused=True), "the focus on the name")
        press("ctrl+a")
        write("What failed")
        wait(lambda: "Another filter has this name." in question.labels(), "that the name is taken")
        self.assertFalse(question.find("button", "^Save$").has("sensitive"))
        press("ctrl+a")
        write("Post")
        wait(lambda: question.find("button", "^Save$").has("sensitive"), "the button")
        press("Return")
        dialog.wait_for("button", "^Use at Start: Post$|^Rename: Post$")
        dialog.wait_for("toggle button", "^Use at Start: Post$").activate()
        dialog.wait_for("toggle button", "^Use at Start: Post$", pressed=True)
        press("Escape")
        application.window.wait_gone("dialog", "^Saved Filters$")
        self.assertEqual(application.names(), ["Olivia's invoices"])
        application.own_folder = False
        application.quit()

        again = self.open(["Yearly statements", "Adam's statements"], folder=application.folder)
        press("ctrl+2")
        again.wait_names("Olivia's invoices")
        again.own_folder = True
        again.quit()

    def test_D6_off_refresh_once_and_on(self):
        self.users["olivia"].submit("riverside", submission("First class", "mail-class"))
        application = self.open(["First class"], business="riverside")

        def switch():
            press("F10")
            items = wait(lambda: len(items := application.menu_items()) > 5 and items, "the main menu")
            items[1].activate()
            wait(lambda: not application.menu_items(), "the menu to close")
        switch()
        self.users["olivia"].submit("riverside", submission("Second class", "mail-class"))
        button = application.window.wait_for("button", "^Server$")
        wait(lambda: "2 jobs" in button.description, "the news to be here")
        self.assertEqual(application.names(), ["First class"])
        press("F5")
        application.wait_names("Second class", "First class")
        self.users["olivia"].submit("riverside", submission("Third class", "mail-class"))
        wait(lambda: "3 jobs" in button.description, "the news to be here")
        self.assertEqual(application.names(), ["Second class", "First class"])
        switch()
        application.wait_names("Third class", "Second class", "First class")
        self.users["olivia"].submit("riverside", submission("Fourth class", "mail-class"))
        application.wait_names("Fourth class", "Third class", "Second class", "First class")
        application.quit()


if __name__ == "__main__":
    harness.main("office")
