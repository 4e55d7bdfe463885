# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user can set: in the window, and on the server where it is kept there."""

import os
import re
import subprocess
import tempfile
import unittest

import harness
from harness import Application, PASSWORD, Server, press, wait, write

# Nothing is sent here: what the server needs to be able to is enough.
MAIL = """[server]
[mail]
server=smtp://127.0.0.1:9
from=batchwork@office.example
user=batchwork
password-file={folder}/mail.password
"""
WISHES = "/v1/businesses/willems/mail"


class PreferencesTest(unittest.TestCase):
    def open(self, server, user="olivia", **options):
        application = Application(server, user=user, **options)
        self.addCleanup(application.kill)
        wait(application.figures, "the jobs")
        press("ctrl+comma")
        application.window.wait_for("page tab", "^General$")
        return application

    def start(self, mail=False):
        config = None
        if mail:
            folder = tempfile.TemporaryDirectory()
            self.addCleanup(folder.cleanup)
            with open(os.path.join(folder.name, "mail.password"), "w", encoding="utf-8") as file:
                file.write("secret\n")
            config = MAIL.format(folder=folder.name)
        server = Server(config=config)
        self.addCleanup(server.end)
        api = server.sign_in("olivia")
        self.addCleanup(api.close)
        return server, api

    @staticmethod
    def close(application):
        """Closes the dialog, which Quit waits for, and ends."""
        application.window.wait_for("dialog", "^Preferences$").wait_for("button", "^Close$").activate()
        application.window.wait_gone("page tab", "^General$")
        application.quit()

    @staticmethod
    def go_to(application, page):
        application.window.wait_for("page tab", f"^{page}$").activate()

    @staticmethod
    def wait_wish(api, **wanted):
        def kept():
            wish = api.get(WISHES).json
            return all(wish[name] == value for name, value in wanted.items())
        wait(kept, lambda: f"{wanted}, but there is {api.get(WISHES).json}")

    @staticmethod
    def setting(application, key):
        """What is kept for the next start."""
        path = os.path.join(application.folder, "glib-2.0", "settings", "keyfile")
        if not os.path.exists(path):
            return None
        with open(path, encoding="utf-8") as file:
            found = re.search(rf"(?m)^{key}=(.*)$", file.read())
        return found and found.group(1)

    def test_F4_what_is_told_is_set_at_once_and_kept(self):
        server, _ = self.start()
        application = self.open(server, environment={"GSETTINGS_BACKEND": "keyfile"})
        for page, row, key, value in (("General", "Update Automatically", "auto-refresh", "false"),
                                      ("General", "Go On in the Background", "run-in-background", "false"),
                                      ("Notifications", "Are Done", "notify-done", "false"),
                                      ("Notifications", "Fail", "notify-failed", "false"),
                                      ("Notifications", "May Be Stuck", "notify-stalled", "false"),
                                      ("Notifications", "Jobs of Others Too", "notify-others", "true")):
            self.go_to(application, page)
            application.switch_row(row)
            wait(lambda key=key, value=value: self.setting(application, key) == value, f"{key} = {value}")
        self.close(application)

    def test_D10_how_many_rows_are_fetched_at_once(self):
        server, api = self.start()
        api.submit("willems", *({"type": "send-invoices", "name": f"Job {i}", "items": [{"label": "Bakery"}]} for i in range(150)))
        application = self.open(server, environment={"GSETTINGS_BACKEND": "keyfile"})
        rows = application.window.wait_for("spin button", "^Rows Fetched at Once")
        for typed, kept in (("40", "40"), ("1000", "500"), ("5", "25")):
            rows.click(times=2)
            press("ctrl+a")
            write(typed)
            press("Tab")
            wait(lambda kept=kept: self.setting(application, "page-size") == kept, f"{kept} rows")
        wait(lambda: application.names(), "the rows")
        self.close(application)

    def test_C10_mail_is_asked_for_in_the_window(self):
        server, api = self.start(mail=True)
        application = self.open(server)
        self.go_to(application, "Email")
        application.switch_row("Send Email")
        application.wait_words("^Begins as soon as you give an address$")
        self.assertFalse(api.get(WISHES).json["enabled"])
        application.fill_row("Address", "olivia at home")
        press("Return")
        application.wait_words("^This is not an email address\\.$")
        application.fill_row("Address", "olivia@office.example")
        press("Return")
        self.wait_wish(api, enabled=True, address="olivia@office.example", jobs="own", only_failures=False, language="en")
        application.choose_row("Jobs", "All that I may see")
        self.wait_wish(api, jobs="all")
        application.switch_row("Only Failures")
        self.wait_wish(api, only_failures=True)
        application.choose_row("Language", "Nederlands")
        self.wait_wish(api, language="nl")
        application.choose_row("Business", "Harbour Warehouse")
        wait(lambda: application.window.wait_for("text", "^Address$").text == "", "the other business's wishes")
        self.assertFalse(api.get("/v1/businesses/harbour/mail").json["enabled"])
        application.choose_row("Business", "Willems Accountants")
        wait(lambda: application.window.wait_for("text", "^Address$").text == "olivia@office.example",
             "what is kept")
        application.switch_row("Send Email")
        self.wait_wish(api, enabled=False, address="olivia@office.example", jobs="all", language="nl")
        self.close(application)

    def test_C10_who_sees_own_jobs_only_is_not_offered_all(self):
        server, _ = self.start(mail=True)
        application = self.open(server, "sam")
        self.go_to(application, "Email")
        application.window.wait_for("check box", "^Only Failures", sensitive=True)
        self.assertIsNone(application.window.find("combo box", "^Jobs$"))
        self.close(application)

    def test_C10_a_server_without_mail_says_so(self):
        server, _ = self.start()
        application = self.open(server)
        self.go_to(application, "Email")
        application.wait_words("its administrator has set up no mail")
        self.assertFalse(application.window.wait_for("check box", "^Only Failures").has("sensitive"))
        self.close(application)

    def test_C10_without_the_server_it_says_what_is_wrong(self):
        server, api = self.start(mail=True)
        application = self.open(server)
        api.close()
        server.stop()
        self.go_to(application, "Email")
        application.switch_row("Only Failures")
        application.wait_words("^Could not ")
        dialog = application.window.wait_for("dialog", "^Preferences$")
        again = dialog.wait_for("button", "^Try Again$")
        server.start()
        again.activate()
        dialog.wait_gone("button", "^Try Again$")
        application.window.wait_for("check box", "^Only Failures", sensitive=True)
        self.close(application)

    def test_D11_password_is_changed_by_who_knows_it(self):
        server, _ = self.start()
        application = self.open(server, "sam")
        self.go_to(application, "Account")
        application.wait_words(f"^sam at {re.escape(server.url)}$")
        application.wait_words("^Staff$")
        application.press_row("Change Password…")
        change = application.window.wait_for("button", "^Change$")
        application.fill_row("Current Password", "wrong-password-here")
        application.fill_row("New Password", "correct-horse-battery")
        application.fill_row("New Password Again", "correct-house")
        application.wait_words("^The two new passwords are not the same\\.$")
        self.assertFalse(change.has("sensitive"))
        application.fill_row("New Password Again", "correct-horse-battery")
        wait(lambda: change.has("sensitive"), "Change")
        press("Return")
        application.wait_words("^Could not ")
        server.sign_in("sam").close()
        application.fill_row("Current Password", PASSWORD)
        press("Return")
        application.wait_words("^Your password was changed\\.$")
        application.window.wait_gone("button", "^Change$")
        server.sign_in("sam", "correct-horse-battery").close()
        self.assertEqual(server.api().post("/v1/sessions", {"user": "sam", "password": PASSWORD}).status, 401)
        self.close(application)

    def test_F2_signing_out_closes_what_is_about_the_account(self):
        server, _ = self.start()
        application = self.open(server)
        self.go_to(application, "Account")
        application.press_row("Sign Out")
        application.window.wait_gone("page tab", "^Account$")
        press("ctrl+comma")
        application.window.wait_for("page tab", "^General$")
        self.assertIsNone(application.window.find("page tab", "^Account$"))
        self.assertIsNone(application.window.find("page tab", "^Email$"))
        self.close(application)


if __name__ == "__main__":
    harness.main("preferences")
