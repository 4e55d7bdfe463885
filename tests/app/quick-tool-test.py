# SPDX-License-Identifier: GPL-3.0-or-later
"""The quick tool in the header: what runs and what was done, and what can be done to it, against a real server."""

import unittest

import harness
from harness import Application, Server, press, wait


class QuickToolTest(unittest.TestCase):
    """Each test has a business, or jobs, of its own."""

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
        application.window.wait_for("radio button", "^Completed$")
        return application

    def submit(self, business, name, items=1, api=None):
        job, = (api or self.owner).submit(business, {
            "type": "send-invoices", "name": name, "entity": "relations",
            "items": [{"label": f"Relation {i + 1}"} for i in range(items)]})
        return job

    def begin(self, business, name, items=1, api=None):
        self.submit(business, name, items, api)
        claim, = self.worker.claim(businesses=[business], max=1, lease_s=600)
        return claim

    def finish(self, claim, state="success"):
        items = [{"item": item["item"], "state": state} for item in claim["items"]]
        result, = self.worker.report({"claim": claim["claim"], "items": items, "finish": {}})
        self.assertEqual(result["status"], 200)

    @staticmethod
    def pop_up(application):
        press("ctrl+j")
        return application.window.wait_for("list", "^Running and Recent Jobs$")

    @staticmethod
    def rows(tool):
        return [(row.name, row.description) for row in tool.find_all("list item")]

    def test_E1_says_so_where_there_is_nothing(self):
        application = self.open(business="heritage")
        press("ctrl+j")
        application.window.wait_for("label", "^There are no jobs, neither running nor done")
        press("Escape")
        application.quit()

    def test_E1_lists_what_runs_and_what_was_done(self):
        application = self.open(business="harbour")
        self.finish(self.begin("harbour", "Done before", 3))
        claim = self.begin("harbour", "Running", 4)
        self.worker.report({"claim": claim["claim"], "items": [{"item": 1, "state": "success"}]})
        tool = self.pop_up(application)
        wait(lambda: [name for name, _ in self.rows(tool)] == ["Running", "Done before"], lambda: str(self.rows(tool)))
        wait(lambda: self.rows(tool)[0][1] == "Processing · 1 of 4", lambda: str(self.rows(tool)))
        self.assertRegex(self.rows(tool)[1][1], "^Success · 3 relations · Just now$")
        self.finish(claim, "failed")
        wait(lambda: self.rows(tool)[0] == ("Running", "Failed · 4 relations · 3 failed · Just now"),
             lambda: str(self.rows(tool)))
        tool.wait_for("button", "^Retry Failed Items…: Running$")
        row = tool.wait_for("list item", "^Done before$")
        application.press_until("Down", lambda: row.has("focused"))
        press("Return")
        application.window_named("^Done before$")
        application.quit()

    def test_E1_has_some_ten_rows_and_leads_to_the_overview(self):
        for count in range(14):
            self.submit("riverside", f"Mailing {count + 1}")
        application = self.open(business="riverside")
        tool = self.pop_up(application)
        wait(lambda: len(self.rows(tool)) == 10, lambda: str(self.rows(tool)))
        application.window.wait_for("button", "^All Jobs$").activate()
        application.window.wait_gone("list", "^Running and Recent Jobs$")
        application.quit()

    def test_E6_E7_cancel_asks_and_offers_to_delete(self):
        job = self.submit("willems", "By mistake")
        application = self.open()
        tool = self.pop_up(application)
        tool.wait_for("button", "^Cancel Job…: By mistake$").activate()
        application.window.wait_for("button", "^Keep Running$").activate()
        application.window.wait_gone("button", "^Keep Running$")
        self.assertEqual(self.owner.job("willems", job)["state"], "queued")

        tool = self.pop_up(application)
        tool.wait_for("button", "^Cancel Job…: By mistake$").activate()
        application.window.wait_for("button", "^Cancel Job$").activate()
        wait(lambda: self.owner.job("willems", job)["state"] == "cancelled", "the job to be cancelled")
        tool = self.pop_up(application)
        tool.wait_for("button", "^Delete Job…: By mistake$").activate()
        application.window.wait_for("button", "^Delete$").activate()
        wait(lambda: self.owner.get(f"/v1/businesses/willems/jobs/{job}").status == 404, "the job to be deleted")
        application.quit()

    def test_E2_offers_only_what_there_is_a_right_to(self):
        self.finish(self.begin("willems", "Not his", 1))
        application = self.open(user="victor")
        tool = self.pop_up(application)
        row = tool.wait_for("list item", "^Not his$")
        self.assertEqual(list(row.find_all("button")), [])
        press("Escape")
        application.quit()


if __name__ == "__main__":
    harness.main("quick-tool")
