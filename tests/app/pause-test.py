# SPDX-License-Identifier: GPL-3.0-or-later
"""Pausing, as a user does it in the window, down to the commands that a worker runs."""

import os
import re
import subprocess
import tempfile
import unittest

import harness
from harness import Application, Desktop, Server, press, wait, write

WORKER = os.environ.get("BATCHWORK_WORKER", "batchwork-worker")
USERS, TYPES, EVERYTHING = range(3)


def submission(name, kind="send-invoices", items=1):
    return {"type": kind, "name": name, "entity": "relations", "items": [{"label": f"Item {i}"} for i in range(items)]}


def process_state(pid):
    """The letter of /proc: R, S, T, Z, …"""
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        return file.read().rsplit(")", 1)[1].split()[0]


class Pauses:
    """The dialog of the standing pauses."""

    def __init__(self, application, by_key=True):
        self.window = application.window
        if by_key:
            press("ctrl+shift+p")
        self.dialog = self.window.wait_for("dialog", "^Pauses$")

    def start(self, kind, title):
        """Begins to pause something, from the menu of the dialog."""
        self.dialog.wait_for("toggle button", "^Pause Jobs$").activate()
        items = wait(lambda: len(items := [item for item in self.dialog.walk() if item.role.endswith("menu item")]) == 3
                     and items, "the menu of what can be paused")
        items[kind].activate()
        return self.window.wait_for("dialog", f"^{title}$")

    def rows(self):
        listing = self.dialog.find("list", "^Standing pauses$")
        return [row.labels() for row in listing.children()] if listing else []

    def wait_rows(self, *targets):
        wait(lambda: [row[0] for row in self.rows()] == list(targets), lambda: f"{targets} among {self.rows()}")
        return self.rows()

    def close(self):
        press("Escape")
        self.window.wait_gone("dialog", "^Pauses$")


def give_reason(dialog, words):
    entry = wait(lambda: next((text for text in dialog.find_all("text") if "Reason" in text.name), None), "the reason")
    entry.click()
    wait(lambda: entry.has("focused"), "the focus on the reason")
    write(words)


class PauseTest(unittest.TestCase):
    """Each test has jobs of its own in one business, and leaves nothing paused."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.owner = cls.server.sign_in("olivia")
        cls.users = {"olivia": cls.owner, **{name: cls.server.sign_in(name) for name in ("adam", "sam", "stella")}}
        for name, api in cls.users.items():
            api.submit("willems", submission(f"Invoices of {name}"))
        cls.owner.submit("willems", submission("Statements", "send-statements"))

    @classmethod
    def tearDownClass(cls):
        for api in cls.users.values():
            api.close()
        cls.server.end()

    def setUp(self):
        self.owner.delete("/v1/businesses/willems/pauses")

    def open(self, **options):
        application = Application(self.server, **options)
        self.addCleanup(application.kill)
        wait(lambda: "Statements" in application.names(), "the jobs")
        return application

    def standing(self):
        return self.owner.get("/v1/businesses/willems/pauses").json["pauses"]

    def pause(self, **what):
        order = {"users": [], "types": [], "all": False, **what}
        answer = self.owner.post("/v1/businesses/willems/pauses", order)
        self.assertEqual(answer.status, 201, answer.text)

    @staticmethod
    def indicator(application, words):
        return application.window.wait_for("button", f"^{words}$")

    def wait_targets(self, *targets):
        def names():
            return sorted((pause["user"] or {}).get("name") or pause["type_name"] or "everything"
                          for pause in self.standing())
        wait(lambda: names() == sorted(targets), lambda: f"{targets}, but there is {names()}")

    def test_B3_several_users_at_once(self):
        application = self.open()
        pauses = Pauses(application)
        dialog = pauses.start(USERS, "Pause Users")
        button = dialog.wait_for("button", "^Pause$")
        self.assertFalse(button.has("sensitive"))
        boxes = wait(lambda: (found := list(dialog.find_all("check box"))) and len(found) == 4 and found, "four users")
        self.assertNotIn("System", [box.name for box in boxes])
        for words, name in (("ste", "Stella"), ("sam", "Sam")):
            write(words)
            wait(lambda name=name: len(list(dialog.find_all("check box", f"^{name}"))) == 1
                 == len(list(dialog.find_all("check box"))), f"only {name}")
            press("Return")
            wait(lambda name=name: dialog.find("check box", f"^{name}").has("checked"), f"{name} to be ticked")
        give_reason(dialog, "Month end")
        wait(lambda: button.has("sensitive"), "the button to pause")
        button.activate()
        application.window.wait_gone("dialog", "^Pause Users$")
        rows = wait(lambda: len(rows := pauses.rows()) == 2 and rows, "two pauses")
        for row in rows:
            self.assertRegex(row[0], "^(Sam|Stella) ")
            self.assertRegex(row[1], r"^Month end\nBy Adam de Boer since .*\d")
        self.assertEqual({pause["reason"] for pause in self.standing()}, {"Month end"})
        pauses.close()
        application.wait_cell("Invoices of sam", "State", "Paused")
        application.wait_cell("Invoices of stella", "State", "Paused")
        self.assertEqual(application.row("Invoices of adam")["State"], "Initiated")
        application.quit()

    def test_B3_undo(self):
        application = self.open()
        pauses = Pauses(application)
        dialog = pauses.start(USERS, "Pause Users")
        wait(lambda: len(list(dialog.find_all("check box"))) == 4, "four users")
        write("sam")
        wait(lambda: len(list(dialog.find_all("check box"))) == 1, "one user")
        press("Return")
        dialog.wait_for("button", "^Pause$", sensitive=True).activate()
        rows = wait(lambda: len(rows := pauses.rows()) == 1 and rows, "the pause")
        sam = rows[0][0]
        pauses.close()
        application.window.wait_for("button", "^Undo$").activate()
        self.wait_targets()
        application.window.wait_gone("button", "^1 pause$")

        self.pause(users=[self.users["sam"].user], reason="Audit")
        self.indicator(application, "1 pause").activate()
        pauses = Pauses(application, by_key=False)
        pauses.dialog.wait_for("button", f"^Resume {sam}$").activate()
        self.wait_targets()
        pauses.dialog.wait_for("button", "^Undo$").activate()
        self.wait_targets(sam)
        self.assertEqual(self.standing()[0]["reason"], "Audit")
        pauses.wait_rows(sam)
        pauses.close()
        application.quit()

    def test_B4_types(self):
        self.pause(types=["send-statements"], reason="Printer")
        application = self.open()
        pauses = Pauses(application)
        pauses.wait_rows("Send statements")
        dialog = pauses.start(TYPES, "Pause Types")
        standing = dialog.wait_for("check box", "^Send statements$")
        self.assertFalse(standing.has("sensitive"))
        self.assertRegex(standing.description, "^Paused already. By Olivia Willems since ")
        dialog.wait_for("check box", "^Send invoices$").click()
        dialog.wait_for("button", "^Pause$", sensitive=True).activate()
        pauses.wait_rows("Send statements", "Send invoices")
        pauses.close()
        # Whoever they are of
        for name in ("adam", "olivia", "sam"):
            application.wait_cell(f"Invoices of {name}", "State", "Paused")
        self.indicator(application, "2 pauses")
        application.quit()

    def test_B2_resume_all(self):
        self.pause(types=["send-statements"], users=[self.users["sam"].user, self.users["adam"].user], reason="Audit")
        application = self.open()
        self.indicator(application, "3 pauses").activate()
        pauses = Pauses(application, by_key=False)
        wait(lambda: len(pauses.rows()) == 3, "three pauses")
        resume = pauses.dialog.wait_for("button", "^Resume All…$")
        resume.activate()
        question = application.window.wait_for("alert", "^Resume Everything")
        self.assertTrue(any(words.startswith("3 pauses end in") for words in question.labels()), question.labels())
        question.wait_for("button", "^Cancel$").activate()
        application.window.wait_gone("alert", "^Resume Everything")
        self.assertEqual(len(self.standing()), 3)
        resume.activate()
        application.window.wait_for("alert").wait_for("button", "^Resume All$").activate()
        self.wait_targets()
        pauses.dialog.wait_for("label", "^Nothing Is Paused$")
        pauses.dialog.wait_for("button", "^Undo$").activate()
        wait(lambda: {pause["reason"] for pause in self.standing()} == {"Audit"} and len(self.standing()) == 3,
             "the pauses to be back")
        pauses.close()
        application.quit()

    def test_G6_who_when_and_why_for_everyone(self):
        """Who may only look sees what is paused, live, and is offered nothing to change it."""
        application = self.open(user="victor")
        self.assertIsNone(application.window.find("button", "pauses?$"))
        self.pause(all=True, reason="The bank is closed")
        button = self.indicator(application, "1 pause")
        self.assertRegex(button.description, r"^Paused: Everything\nBy Olivia Willems since .*\nThe bank is closed$")
        application.wait_cell("Invoices of sam", "State", "Paused")
        button.activate()
        pauses = Pauses(application, by_key=False)
        self.assertRegex(pauses.wait_rows("Everything")[0][1], "^The bank is closed\nBy Olivia Willems since ")
        self.assertIsNone(pauses.dialog.find("button", "^Resume"))
        self.assertIsNone(pauses.dialog.find("toggle button", "^Pause Jobs$"))
        self.owner.delete("/v1/businesses/willems/pauses")
        pauses.dialog.wait_for("label", "^Nothing Is Paused$")
        pauses.close()
        application.window.wait_gone("button", "^1 pause$")
        application.wait_cell("Invoices of sam", "State", "Initiated")
        application.quit()

    def test_G6_why_on_hover(self):
        self.pause(users=[self.users["sam"].user], reason="On holiday")
        application = self.open()
        application.wait_cell("Invoices of sam", "State", "Paused")
        badge = application.row_widget("Invoices of sam").find("grouping", "^Paused$")
        x, y, width, height = badge.box()
        harness.xdotool("mousemove", str(x + width // 2), str(y + height // 2))
        harness.xdotool("mousemove_relative", "1", "0")
        tooltip = wait(lambda: next((label for child in application.root.children() for label in child.walk()
                                     if "On holiday" in label.name), None), "the tooltip")
        self.assertRegex(tooltip.name, r"^Paused: Sam .*\nBy Olivia Willems since .*\nOn holiday$")
        application.quit()

    def test_G6_running_command_stops_and_goes_on(self):
        """The whole way: the window, the server, the worker, and the process that it runs."""
        folder = tempfile.mkdtemp(prefix="bw-pause-")
        self.addCleanup(subprocess.run, ["rm", "-rf", folder], check=True)
        jobs = os.path.join(folder, "jobs")
        os.mkdir(jobs)
        script, pid_file, go_on = (os.path.join(folder, name) for name in ("count", "pid", "go-on"))
        # A shell that is just making a process when that is stopped isn't stopped itself, but waits in the kernel.
        os.mkfifo(go_on)
        gate = os.open(go_on, os.O_RDWR)
        self.addCleanup(os.close, gate)
        with open(script, "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\ncat >/dev/null\necho $$ >{pid_file}.new\nmv {pid_file}.new {pid_file}\n"
                       f"read line <{go_on}\n"
                       'echo \'{"item": 1, "state": "success"}\'\n')
        os.chmod(script, 0o755)
        with open(os.path.join(jobs, "count.job"), "w", encoding="utf-8") as file:
            file.write(f"[Job Type]\nType=count-slowly\nName=Count slowly\nExec={script}\nBusinesses=willems\n")
        config = os.path.join(folder, "worker.conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write(f"[worker]\nserver={self.server.url}\nkey-file={self.server.folder}/worker.token\njobs={jobs}\n"
                       "stop-timeout=0s\n")
        with open(os.path.join(folder, "log"), "wb") as log:
            worker = subprocess.Popen([WORKER, "--config", config], stdout=log, stderr=log)
        self.addCleanup(worker.wait)
        self.addCleanup(worker.terminate)
        wait(lambda: "count-slowly" in self.owner.get("/v1/businesses/willems/types").text, "the worker's job type")
        self.owner.submit("willems", submission("Counting", "count-slowly"))
        application = self.open()
        application.wait_cell("Counting", "State", "Processing.*")
        wait(lambda: os.path.exists(pid_file), "the command")
        with open(pid_file, encoding="utf-8") as file:
            pid = int(file.read())

        pauses = Pauses(application)
        dialog = pauses.start(EVERYTHING, "Pause Everything")
        give_reason(dialog, "Fire drill")
        press("Return")
        pauses.wait_rows("Everything")
        wait(lambda: process_state(pid) == "T", "the command to stop")
        pauses.close()
        application.wait_cell("Counting", "State", "Paused.*")
        os.write(gate, b"\n")
        self.assertEqual(process_state(pid), "T")

        self.indicator(application, "1 pause").activate()
        Pauses(application, by_key=False).dialog.wait_for("button", "^Resume Everything$").activate()
        application.window.wait_for("label", "^Nothing Is Paused$")
        press("Escape")
        application.wait_cell("Counting", "State", "Success")
        application.quit()


if __name__ == "__main__":
    harness.main("pause")
