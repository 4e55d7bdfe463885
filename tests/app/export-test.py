# SPDX-License-Identifier: GPL-3.0-or-later
"""The export dialog, as a user sees and drives it, against a real server."""

import csv
import os
import unittest

from harness import Application, Desktop, Server, main, press, wait, write

W = "/v1/businesses/willems"


class Exporting(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.owner = cls.server.sign_in("olivia")
        cls.owner.submit("willems", *[{"type": "send-invoices", "name": f"Job {i}", "items": [{"label": "=1+1"}] * 2}
                                      for i in range(1, 31)],
                         {"type": "send-statements", "name": "The other"})

    @classmethod
    def tearDownClass(cls):
        cls.server.end()

    def start(self, **options):
        application = Application(self.server, user=options.pop("user", "olivia"), **options)
        self.addCleanup(application.kill)
        wait(lambda: application.table(), "the list")
        return application

    def open_dialog(self, application, title="Export Jobs", window=None):
        window = window or application.window
        press("F10")
        wait(application.menu_items, "the menu")
        press("x")
        return window.wait_for("dialog", f"^{title}$")

    def toggle(self, application, dialog, group, role, *names):
        """Goes to a list by Tab, down it, and takes these of its choices."""
        application.press_until("Tab", lambda: Desktop.focus and Desktop.focus.name == group)
        for name in names:
            application.press_until("Down", lambda: Desktop.focus and Desktop.focus.name == name)  # pylint: disable=W0640
            box = dialog.find(role, f"^{name}$")
            before = box.has("checked")
            press("space")
            wait(lambda: box.has("checked") != before, f"“{name}” to change")  # pylint: disable=W0640

    def save(self, application, dialog, target):
        dialog.wait_for("button", "^Export…$").activate()
        chooser = application.window_named("^Save Export$")
        name = chooser.wait_for("text", focused=True)
        proposed = name.text
        press("ctrl+a")
        write(target)
        wait(lambda: name.text == target, "the name")
        press("Return")
        return proposed

    def read(self, path):
        with open(path, encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))

    def test_D9_F6_all_jobs_as_csv(self):
        application = self.start()
        dialog = self.open_dialog(application)
        wait(lambda: "31 jobs" in dialog.labels(), lambda: f"the count: {dialog.labels()}")
        target = os.path.join(application.folder, "all.csv")
        self.assertEqual(self.save(application, dialog, target), "jobs-export.csv")
        dialog.wait_for(name="^31 Rows Exported$")
        rows = self.read(target)
        self.assertEqual(rows[0], ["Name", "Status", "User", "Created", "Completed"])
        self.assertEqual([row[0] for row in rows[1:]], ["The other"] + [f"Job {i}" for i in range(30, 0, -1)])
        self.assertTrue(dialog.find("button", "^Open$") and dialog.find("button", "^Show in Files$"))
        press("Escape")
        application.window.wait_gone("dialog", "^Export Jobs$")
        application.quit()

    def test_A11_items_from_the_window_of_their_job(self):
        job = self.owner.get(W + "/jobs", q="Job 7").json["jobs"][0]
        application = self.start(arguments=("--job", str(job["id"])))
        window = application.window_named("^Job 7$")
        window.wait_for("heading", "^Job 7$")
        window.wait_for("toggle button", "^Job Menu$").activate()
        items = wait(lambda: [item for item in window.walk() if item.role == "menu item" and item.has("showing")],
                     "the menu")
        items[-4].activate()  # before "Copy Job Number", "Refresh" and "Help"
        dialog = window.wait_for("dialog", "^Export Items$")
        wait(lambda: "2 items" in dialog.labels(), lambda: f"the count: {dialog.labels()}")
        target = os.path.join(application.folder, "items.csv")
        self.assertEqual(self.save(application, dialog, target), "Job 7 items.csv")
        dialog.wait_for(name="^2 Rows Exported$")
        self.assertEqual([row[:5] for row in self.read(target)],
                         [["Number", "Item", "Status", "Message", "Reference"], ["1", "'=1+1", "Pending", "", ""],
                          ["2", "'=1+1", "Pending", "", ""]])

    def test_F6_G8_columns_and_format_are_remembered(self):
        application = self.start()
        dialog = self.open_dialog(application)
        self.toggle(application, dialog, "CSV", "radio button", "Excel")
        self.toggle(application, dialog, "Name", "check box", "Name", "Status", "User", "Created", "Completed")
        wait(lambda: dialog.find("button", "^Export…$") and not dialog.find("button", "^Export…$").has("sensitive"),
             "nothing to export")
        self.assertIn("Choose at least one column.", dialog.labels())
        self.toggle(application, dialog, "Completed", "check box", "Number", "Items")
        target = os.path.join(application.folder, "chosen.xlsx")
        self.assertEqual(self.save(application, dialog, target), "jobs-export.xlsx")
        dialog.wait_for(name="^31 Rows Exported$")
        with open(target, "rb") as file:
            self.assertEqual(file.read(2), b"PK")
        press("Escape")
        application.window.wait_gone("dialog", "^Export Jobs$")
        dialog = self.open_dialog(application)
        chosen = lambda: {box.name for box in dialog.find_all("check box") if box.has("checked")}  # noqa: E731
        wait(lambda: chosen() == {"Number", "Items"}, lambda: f"the choice: {chosen()}")
        self.assertTrue(dialog.find("radio button", "^Excel$").has("checked"))
        dialog.find("button", "^Usual Columns$").activate()
        wait(lambda: chosen() == {"Name", "Status", "User", "Created", "Completed"}, lambda: f"the usual: {chosen()}")
        press("Escape")
        application.quit()

    def test_F6_a_failure_is_said_and_can_be_tried_again(self):
        application = self.start()
        dialog = self.open_dialog(application)
        self.server.kill()
        self.addCleanup(lambda: self.server.process.poll() is None or self.server.start())
        target = os.path.join(application.folder, "failed.csv")
        self.save(application, dialog, target)
        dialog.wait_for(name="^Nothing Was Exported$")
        self.assertTrue(any("Could not export the jobs of" in label for label in dialog.labels()), dialog.labels())
        self.assertEqual([name for name in os.listdir(application.folder) if "failed" in name or "part" in name], [])
        self.server.start()
        dialog.wait_for("button", "^Try Again$").activate()
        self.save(application, dialog, target)
        dialog.wait_for(name="^31 Rows Exported$")
        self.assertEqual(len(self.read(target)), 32)
        press("Escape")
        application.quit()

    def test_C1_F6_who_may_not_export_is_not_offered_it(self):
        role = self.owner.post(W + "/roles", {"name": "Looks only", "permissions": ["view-own", "view-all"]}).json["id"]
        victor = self.server.sign_in("victor")
        self.assertEqual(self.owner.patch(f"{W}/members/{victor.user}", {"role": role}).status, 200)
        application = self.start(user="victor")
        press("F10")
        without = len(wait(application.menu_items, "the menu"))
        press("Escape")
        application.quit()
        application = self.start()
        press("F10")
        self.assertGreater(len(wait(application.menu_items, "the menu")), without)
        press("Escape")
        wait(lambda: not application.menu_items(), "the menu to close")
        application.quit()


if __name__ == "__main__":
    main("export")
