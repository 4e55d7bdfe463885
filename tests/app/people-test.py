# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may do what: administered in the window, and felt at once by who has the window open."""

import re
import unittest

import harness
from harness import Application, PASSWORD, Server, press, wait, write

WILLEMS = "/v1/businesses/willems"


class PeopleTest(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.end)
        self.owner = self.server.sign_in("olivia")
        self.addCleanup(self.owner.close)

    def open(self, user="olivia", width=1400, **options):
        application = Application(self.server, user=user, width=width, **options)
        self.addCleanup(application.kill)
        wait(application.figures, "the jobs")
        return application

    def go_to_people(self, application, page=None):
        if not application.window.find("list item", "^People$"):
            application.window.wait_for("toggle button", "^Views").activate()
        application.window.wait_for("list item", "^People$").click()
        if page:
            application.window.wait_for("page tab", f"^{page}$").activate()

    def members(self):
        return {member["user"]["login"]: member for member in self.owner.get(WILLEMS + "/members").json["members"]}

    def change(self, login, **change):
        answer = self.owner.patch(f"{WILLEMS}/members/{self.members()[login]['user']['id']}", change)
        self.assertEqual(answer.status, 200, answer.text)

    @staticmethod
    def views(application):
        views = application.window.find("list", "^Views$")
        return [item.name for item in views.find_all("list item")] if views else []

    @staticmethod
    def row(application, pattern):
        return application.window.wait_for("list item", pattern)

    # Administering

    def test_A4_roles_are_called_by_their_names(self):
        application = self.open()
        self.go_to_people(application)
        self.row(application, "^Adam")
        for words in ("Administrator", "Invoice User", "Owner", "Staff", "Viewer"):
            application.wait_words(f"^{words}$")
        self.go_to_people(application, "Roles")
        self.row(application, "^Full User$")
        application.wait_words("See all jobs")
        application.quit()

    def test_D11_a_person_is_added_changed_and_removed(self):
        application = self.open()
        self.go_to_people(application)
        self.row(application, "^Adam")
        application.press_button("Add Person…")
        application.fill_row("User Name", "nora")
        application.fill_row("Full Name", "Nora Nieuw")
        save = application.window.wait_for("button", "^Save$")
        self.assertFalse(save.has("sensitive"), "a name without a password makes nobody")
        application.fill_row("Password", "correct-horse-battery")
        application.press_button("Save")
        self.row(application, "^Nora Nieuw$")
        self.assertEqual(self.members()["nora"]["role"], "staff")
        self.server.sign_in("nora", "correct-horse-battery").close()

        application.window.wait_gone("button", "^Save$")
        self.row(application, "^Nora Nieuw$").click()
        application.choose_row("Role", "Viewer")
        application.switch_row("Pause and resume")
        application.press_button("Save")
        wait(lambda: self.members()["nora"]["role"] == "viewer", "the role")
        self.assertEqual(self.members()["nora"]["added"], ["pause"])
        application.wait_words("also: Pause and resume")

        application.window.wait_gone("button", "^Save$")
        self.row(application, "^Nora Nieuw$").click()
        application.press_row("Remove From the Business")
        application.wait_words("^Remove Nora Nieuw\\?$")
        application.wait_words("loses all access to Willems Accountants at once")
        self.assertIn("nora", self.members())
        application.press_button("Remove")
        application.window.wait_gone("list item", "^Nora Nieuw$")
        self.assertNotIn("nora", self.members())
        application.quit()

    def test_D11_what_the_server_refuses_is_said_and_nothing_typed_is_lost(self):
        application = self.open()
        self.go_to_people(application)
        self.row(application, "^Adam")
        application.press_button("Add Person…")
        application.fill_row("User Name", "nobody-known")
        application.press_button("Save")
        application.wait_words("Could not|name")
        self.assertEqual(application.window.wait_for("text", "^User Name$").text, "nobody-known")
        press("Escape")
        application.window.wait_gone("button", "^Save$")
        application.quit()

    def test_C1_a_role_of_the_business_s_own(self):
        application = self.open()
        self.go_to_people(application, "Roles")
        self.row(application, "^Owner$")
        application.press_button("Add Role…")
        application.fill_row("Name", "Night shift")
        application.switch_row("See all jobs")
        application.press_button("Save")
        self.row(application, "^Night shift$")
        role = next(role for role in self.owner.get(WILLEMS + "/roles").json["roles"] if role["name"] == "Night shift")
        self.assertEqual(sorted(role["permissions"]), ["view-all", "view-own"], "to view, not to retry")
        application.window.wait_gone("button", "^Save$")
        self.go_to_people(application, "People")
        self.row(application, "^Sam").click()
        application.choose_row("Role", "Night shift")
        application.press_button("Save")
        application.window.wait_gone("button", "^Save$")
        self.assertEqual(self.members()["sam"]["role"], role["id"])
        self.go_to_people(application, "Roles")
        self.row(application, "^Night shift$").click()
        application.wait_words("Somebody has this role")
        self.assertFalse(application.window.wait_for("button", "^Remove This Role$").has("sensitive"))
        press("Escape")
        application.window.wait_gone("button", "^Save$")
        self.change("sam", role="staff")
        self.row(application, "^Night shift$")
        press("F5")
        self.row(application, "^Night shift$").click()
        application.press_row("Remove This Role")
        application.press_button("Remove")
        application.window.wait_gone("list item", "^Night shift$")
        application.quit()

    def test_D11_a_token_is_shown_once_renewed_and_ended(self):
        application = self.open()
        self.go_to_people(application, "Programs")
        self.row(application, "^Demo worker$")
        application.press_button("Let a Program In…")
        application.fill_row("Name of the Program", "Ledger")
        application.press_button("Make Token")
        token = self.read_token(application)
        self.assertEqual(self.server.api(token).get("/v1/me").status, 200)
        application.press_button("Done")
        application.window.wait_gone("button", "^Done$")
        self.row(application, "^Ledger$").click()
        application.wait_words("takes the place of the old one")
        self.assertNotIn(token, application.window.labels())
        application.press_row("New Token")
        application.press_button("Make New Token")
        renewed = self.read_token(application)
        self.assertNotEqual(renewed, token)
        self.assertEqual(self.server.api(token).get("/v1/me").status, 401)
        self.assertEqual(self.server.api(renewed).get("/v1/me").status, 200)
        application.press_button("Done")
        application.window.wait_gone("button", "^Done$")
        self.row(application, "^Ledger$").click()
        application.press_row("Shut This Program Out")
        application.press_button("Shut Out")
        application.window.wait_gone("list item", "^Ledger$")
        self.assertEqual(self.server.api(renewed).get("/v1/me").status, 401)
        application.quit()

    @staticmethod
    def read_token(application):
        return wait(lambda: next((words for words in application.window.labels() if words.startswith("bw_")), None), "a token")

    def test_E3_retention_and_links(self):
        application = self.open()
        self.go_to_people(application, "Business")
        days = application.window.wait_for("spin button", "^Keep Finished Jobs")
        days.click(times=2)
        press("ctrl+a")
        write("60")
        press("Return")
        wait(lambda: self.owner.get(WILLEMS + "/settings").json["retention_days"] == 60, "60 days")
        application.press_button("Add Link…")
        application.fill_row("Kind, Such As “invoice”", "parcel")
        application.fill_row("Address With {id} in It", "https://post.example/")
        self.assertFalse(application.window.wait_for("button", "^Save$").has("sensitive"))
        application.fill_row("Address With {id} in It", "https://post.example/{id}")
        application.press_button("Save")
        self.row(application, "^parcel$")
        self.assertIn("https://post.example/{id}", self.owner.get(WILLEMS + "/settings").text)
        application.quit()

    # Views by right

    def test_D11_views_without_the_right_are_not_offered(self):
        offered = {"olivia": {"Workers", "Audit Log", "People"}, "victor": {"Workers"}, "sam": set()}
        for user, more in offered.items():
            application = self.open(user)
            wait(lambda: "Jobs" in self.views(application), "the views")
            self.assertEqual({"Workers", "Audit Log", "People"} & set(self.views(application)), more, user)
            application.quit()

    def test_D11_the_sidebar_comes_and_goes_by_F9_and_its_state_is_kept(self):
        keyfile = {"GSETTINGS_BACKEND": "keyfile"}
        first = self.open(environment=keyfile)
        self.assertIn("People", self.views(first))
        press("F9")
        wait(lambda: not self.views(first), "the sidebar to go")
        press("F9")
        wait(lambda: self.views(first), "the sidebar to come")
        press("F9")
        wait(lambda: not self.views(first), "the sidebar to go")
        folder, first.own_folder = first.folder, False
        first.quit()
        second = self.open(environment=keyfile, folder=folder)
        self.assertEqual(self.views(second), [])
        second.own_folder = True
        second.quit()

    def test_E2_a_right_taken_away_takes_its_view_with_it(self):
        application = self.open("adam")
        self.go_to_people(application)
        self.row(application, "^Sam")
        self.change("adam", role="viewer")
        application.wait_words("^Your rights in Willems Accountants were changed\\. You may do less than before\\.$")
        wait(application.figures, "the jobs")
        wait(lambda: "People" not in self.views(application), "People to go from the views")
        self.assertNotIn("Audit Log", self.views(application))
        application.quit()

    def test_C1_an_action_disappears_with_its_right(self):
        sam = self.server.sign_in("sam")
        self.addCleanup(sam.close)
        sam.submit("willems", {"type": "send-invoices", "name": "Bills", "items": [{"label": "Bakery"}]})
        worker = self.server.worker()
        self.addCleanup(worker.close)
        claim, = worker.claim(businesses=["willems"], max=1)
        worker.report({"claim": claim["claim"], "items": [{"item": 1, "state": "failed", "message": "No address"}],
                       "finish": {}})
        application = self.open("sam")
        application.wait_names("Bills")
        before = self.count_actions(application, "Bills")
        self.change("sam", role="viewer")
        application.wait_words("Your rights in Willems Accountants were changed\\.")
        wait(lambda: self.count_actions(application, "Bills") <= before - 3, "retry, delete and copy to go")
        self.change("sam", role="staff")
        wait(lambda: self.count_actions(application, "Bills") == before, "them to come back")
        application.quit()

    @staticmethod
    def count_actions(application, name):
        """How many entries the menu of a row has: they have no names of their own."""
        application.row_widget(name).click(3)
        n = len(wait(application.menu_items, "the menu"))
        press("Escape")
        wait(lambda: not application.menu_items(), "the menu to close")
        return n

    def test_D11_losing_the_membership_says_so(self):
        application = self.open("sam")
        answer = self.owner.delete(f"{WILLEMS}/members/{self.members()['sam']['user']['id']}")
        self.assertEqual(answer.status, 204, answer.text)
        wait(lambda: any("Willems Accountants" in words and "no longer a member" in words
                         for words in application.window.labels()), "the sentence")
        wait(lambda: not application.window.find(None, "^Willems Accountants$"), "the business to go")
        application.quit()


if __name__ == "__main__":
    harness.main("people")
