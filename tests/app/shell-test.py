# SPDX-License-Identifier: GPL-3.0-or-later
"""Tray, notifications and background in a real GNOME Shell, with and without a tray, against a real server."""

import json
import os
import unittest

import harness
from harness import Server, wait
from shell_harness import APP_ID, ShellApplication, ShellDesktop

PICTURES = os.environ.get("BATCHWORK_TEST_PICTURES")


class ShellTest(unittest.TestCase):
    """Tests that share a desktop and a server. Each starts the application anew, signed in by the keyring."""

    tray = True

    @classmethod
    def setUpClass(cls):
        cls.desktop = ShellDesktop.only
        cls.desktop.set_tray(cls.tray)
        cls.server = Server()
        cls.owner = cls.desktop.keep_sign_in(cls.server, "olivia")
        cls.worker = cls.server.worker()

    @classmethod
    def tearDownClass(cls):
        for api in (cls.owner, cls.worker):
            api.close()
        cls.server.end()

    def setUp(self):
        self.running = []
        self.addCleanup(self.clean)

    def clean(self):
        for application in self.running:
            application.kill()
        # What a test that failed left to do would be in the way of the next.
        self.worker.work_off("willems")
        wait(lambda: not self.desktop.has_name(APP_ID) and not self.desktop.has_icon(), "the application to end")
        self.desktop.clear_notifications()

    def start(self, arguments=("--background",)):
        """In the background, and following the jobs of all four businesses."""
        before = self.count_event_requests()
        application = ShellApplication(self.desktop, *arguments)
        self.running.append(application)
        wait(lambda: self.count_event_requests() >= before + 4, "the application to follow the jobs")
        return application

    def count_event_requests(self):
        lines = self.server.api().get("/metrics").text.splitlines()
        return sum(float(line.split()[-1]) for line in lines
                   if line.startswith("batchwork_requests_total") and "/events" in line)

    def start_with_window(self):
        application = self.start()
        application.activate()
        application.wait_focus("^Batchwork$")
        return application

    def begin(self, name, items=1, api=None, **more):
        """Submits a job and has a worker take it. Returns its claim."""
        entries = [{"label": f"Relation {i + 1}"} for i in range(items)]
        (api or self.owner).submit("willems", {"type": "send-invoices", "name": name, "entity": "relations",
                                               "items": entries, **more})
        claim, = self.worker.claim(businesses=["willems"], max=1, lease_s=600)
        return claim

    @staticmethod
    def report_of(claim, failed=0, finish=True):
        items = [{"item": item["item"], "state": "failed" if i < failed else "success",
                  "message": "There is no address" if i < failed else None} for i, item in enumerate(claim["items"])]
        return {"claim": claim["claim"], "items": items, **({"finish": {}} if finish else {})}

    def finish(self, *claims, failed=0):
        results = self.worker.report(*(self.report_of(claim, failed) for claim in claims))
        self.assertEqual({result["status"] for result in results}, {200})

    def do(self, name, **more):
        self.finish(self.begin(name), **more)

    def picture(self, name):
        if PICTURES:
            self.desktop.picture(os.path.join(PICTURES, name + ".png"))


class NotificationTest(ShellTest):
    """Nothing here needs the tray, so these tests show at once that nothing fails without."""

    tray = False

    def test_F4_tells_of_a_job_that_is_done_and_a_click_opens_it(self):
        application = self.start()
        claim = self.begin("March invoices", 120)
        self.finish(claim, failed=3)
        text = self.desktop.wait_notification("March invoices is done, with failures")
        self.assertEqual(text, "120 relations · 3 failed · Willems Accountants")
        self.desktop.wait_banner("March invoices is done, with failures")
        self.picture("notification")
        self.desktop.click(self.desktop.banner())
        application.wait_window("^March invoices$").wait_for("label", "^120 relations · 3 failed$")
        application.wait_focus("^March invoices$")
        self.desktop.wait_no_notification()
        application.quit()

    def test_F4_failed_items_are_retried_from_the_notification(self):
        application = self.start()
        self.finish(self.begin("Reminders", 2), failed=1)
        self.desktop.wait_banner("Reminders is done, with failures")
        self.desktop.ask("(Main.messageTray._expandBanner(false), true)")
        button = ("(find => find(Main.messageTray._banner))(function find(actor) { return actor.label === "
                  "'Retry Failed Items…' ? actor : actor.get_children().map(find).find(found => found); })")
        self.desktop.click(button)
        window = application.wait_window("^Reminders$")
        window.wait_for(name="^Retry What Failed\\?$")
        window.wait_for("button", "^Retry$").activate()
        claim, = wait(lambda: self.worker.claim(businesses=["willems"], max=1), "the retry")
        self.assertEqual([item["label"] for item in claim["items"]], ["Relation 1"])
        self.finish(claim)
        application.quit()

    def test_F4_a_burst_is_summed_up_in_one(self):
        application = self.start()
        claims = [self.begin(f"Statements {i + 1}") for i in range(14)]
        results = self.worker.report(*(self.report_of(claim, 1 if i < 2 else 0) for i, claim in enumerate(claims)))
        self.assertEqual({result["status"] for result in results}, {200})
        text = self.desktop.wait_notification("14 jobs are done, 2 failed")
        self.assertRegex(text, r"^Statements \d+, Statements \d+ and 12 more$")
        self.assertEqual(len(self.desktop.notifications()), 1)
        self.desktop.wait_banner("14 jobs are done, 2 failed")
        self.picture("burst")
        self.desktop.click(self.desktop.banner())
        application.wait_focus("^Batchwork$")
        self.desktop.wait_no_notification()
        application.quit()

    def test_F4_jobs_done_one_after_another_become_one_notification(self):
        application = self.start()
        for count in range(3):
            self.do(f"Single {count + 1}")
            self.desktop.wait_notification(f"Single {count + 1} is done")
        self.assertEqual(len(self.desktop.notifications()), 3)
        self.do("Single 4")
        self.desktop.wait_notification("4 jobs are done")
        self.assertEqual(len(self.desktop.notifications()), 1)
        self.do("Single 5")
        self.desktop.wait_notification("5 jobs are done")
        self.assertEqual(len(self.desktop.notifications()), 1)
        application.quit()

    def test_F4_the_closed_window_is_told_of_too(self):
        self.desktop.set("background-explained", "true")
        application = self.start_with_window()
        application.close_window("^Batchwork$")
        self.do("After hours")
        self.desktop.wait_notification("After hours is done")
        application.quit()

    def test_F4_nothing_is_told_twice_and_nothing_is_missed_over_a_restart(self):
        application = self.start()
        self.do("Before")
        self.desktop.wait_notification("Before is done")
        application.quit()
        self.desktop.clear_notifications()
        self.do("Meanwhile")
        application = self.start()
        self.desktop.wait_notification("Meanwhile is done")
        self.assertEqual(len(self.desktop.notifications()), 1)
        application.quit()

    def test_F4_nothing_is_told_twice_and_nothing_is_missed_over_a_lost_connection(self):
        application = self.start()
        self.do("First")
        self.desktop.wait_notification("First is done")
        self.desktop.clear_notifications()
        claim = self.begin("Second")
        self.server.stop()
        self.server.start()
        self.finish(claim)
        self.desktop.wait_notification("Second is done")
        self.assertEqual(len(self.desktop.notifications()), 1)
        application.quit()

    def test_F4_nothing_is_told_of_the_job_that_is_looked_at(self):
        application = self.start()
        claim = self.begin("Looked at")
        application.do("open-job", harness.GLib.Variant("(sx)", ("willems", claim["job"]["id"])))
        window = application.wait_window("^Looked at$")
        application.wait_focus("^Looked at$")
        self.finish(claim)
        window.wait_for("label", "^Success$")
        self.do("Marker")
        self.desktop.wait_notification("Marker is done")
        self.assertEqual(len(self.desktop.notifications()), 1)
        application.quit()

    def test_F4_what_was_seen_is_withdrawn(self):
        application = self.start()
        claim = self.begin("Opened")
        self.finish(claim)
        self.do("Listed")
        self.desktop.wait_notification("Opened is done")
        self.desktop.wait_notification("Listed is done")
        application.do("open-job", harness.GLib.Variant("(sx)", ("willems", claim["job"]["id"])))
        application.wait_focus("^Opened$")
        self.desktop.wait_no_notification("Opened is done")
        self.assertEqual([title for title, _ in self.desktop.notifications()], ["Listed is done"])
        application.activate()
        application.wait_focus("^Batchwork$")
        self.desktop.wait_no_notification()
        application.quit()

    def test_F4_only_what_is_wanted_is_told(self):
        adam = self.server.sign_in("adam")
        self.addCleanup(adam.close)
        self.desktop.set("notify-done", "false")
        self.addCleanup(self.desktop.set, "notify-done", "true")
        application = self.start()
        self.do("Done quietly")
        self.finish(self.begin("Of another", api=adam), failed=1)
        self.do("Marker", failed=1)
        self.desktop.wait_notification("Marker failed")
        self.assertEqual(len(self.desktop.notifications()), 1)
        application.quit()
        self.desktop.clear_notifications()

        self.desktop.set("notify-others", "true")
        self.addCleanup(self.desktop.set, "notify-others", "false")
        application = self.start()
        self.finish(self.begin("Of somebody else", api=adam), failed=1)
        text = self.desktop.wait_notification("Of somebody else failed")
        self.assertIn("Willems Accountants, by Adam de Boer", text)
        application.quit()

    def test_F4_C8_a_job_that_may_be_stuck(self):
        kind = {"name": "Stuck", "max_attempts": 1, "stalled_after_s": 1, "makes_result": False}
        path = "/v1/businesses/willems/types/stuck"
        self.assertLess(self.owner.put(path, json.dumps(kind)).status, 300)
        application = self.start()
        claim = self.begin("Archive", type="stuck")
        self.desktop.wait_notification("Archive may be stuck")
        self.worker.report({"claim": claim["claim"], "log": ["It goes on"]})
        self.desktop.wait_no_notification("Archive may be stuck")
        self.finish(claim)
        self.desktop.wait_notification("Archive is done")
        application.quit()

    def test_F4_a_click_starts_what_has_ended(self):
        application = self.start()
        self.do("Kept")
        self.desktop.wait_notification("Kept is done")
        application.quit()
        self.desktop.ask("(notifications()[0].activate(), true)")
        self.desktop.wait_for("!!global.display.focus_window && global.display.focus_window.title === 'Kept'",
                              "the job's window")
        self.desktop.call(APP_ID, "/io/github/batchwork/Batchwork", "org.freedesktop.Application", "ActivateAction",
                          "(sava{sv})", "quit", [], {})

    def test_F4_goes_on_in_the_background_and_says_so_once(self):
        self.desktop.set("background-explained", "false")
        application = self.start_with_window()
        application.close_window("^Batchwork$")
        text = self.desktop.wait_notification("Batchwork goes on in the background")
        self.assertEqual(text, "It tells you when jobs are done.")
        application.activate()
        application.wait_focus("^Batchwork$")
        self.desktop.wait_no_notification()
        application.close_window("^Batchwork$")
        self.do("Marker")
        self.desktop.wait_notification("Marker is done")
        # The shell may have one of its own, that a window is ready.
        self.assertNotIn("Batchwork goes on in the background", dict(self.desktop.notifications()))
        application.quit()

    def test_F4_the_background_can_be_switched_off(self):
        self.desktop.set("background-explained", "false")
        self.addCleanup(self.desktop.set, "run-in-background", "true")
        application = self.start_with_window()
        application.close_window("^Batchwork$")
        self.desktop.wait_banner("Batchwork goes on in the background")
        application.do("leave-background")
        application.wait_end()
        application = self.start(arguments=())
        application.wait_focus("^Batchwork$")
        application.close_window("^Batchwork$")
        application.wait_end()

    def test_F3_without_a_tray_the_header_spins_alone(self):
        application = self.start_with_window()
        self.assertFalse(self.desktop.has_name("org.kde.StatusNotifierWatcher"))
        window = application.root().find("frame")
        button = window.wait_for("button", "^Server$")
        self.assertFalse(button.has("busy"))
        claim = self.begin("Spinning")
        wait(lambda: button.has("busy") and button.description == "1 job is running",
             lambda: f"the spinner: {button.description}")
        self.finish(claim)
        wait(lambda: not button.has("busy"), "the spinner to rest")
        application.quit()


class TrayTest(ShellTest):
    """With GNOME's AppIndicator extension."""

    def start(self, arguments=("--background",)):
        application = super().start(arguments)
        wait(self.desktop.has_icon, "the icon")
        return application

    def icon_names(self):
        """Notes each picture of the icon that the tray is told of."""
        names = []

        def moved_cb(*_):
            names.append(self.desktop.item("IconName"))

        subscription = self.desktop.bus.signal_subscribe(None, "org.kde.StatusNotifierItem", "NewIcon",
                                                         "/StatusNotifierItem", None, 0, moved_cb)
        self.addCleanup(self.desktop.bus.signal_unsubscribe, subscription)
        return names

    def test_F3_the_icon_moves_while_jobs_run_and_rests_otherwise(self):
        application = self.start()
        names = self.icon_names()
        rest = APP_ID + "-tray-symbolic"
        self.assertEqual(self.desktop.item("IconName"), rest)
        claim = self.begin("Invoices")
        frames = {f"{APP_ID}-tray-{i + 1}-symbolic" for i in range(8)}
        wait(lambda: set(names) >= frames, lambda: f"a whole turn: {names}")
        self.assertEqual(self.desktop.item("ToolTip")[3], "1 job is running")
        shown = "icons()[0]._indicator._icon ?? icons()[0]"
        self.assertTrue(self.desktop.ask(f"!!({shown})"))
        self.finish(claim)
        wait(lambda: names[-1] == rest, "the icon to rest")
        names.clear()
        # Whatever else goes on meanwhile, the icon has nothing to say.
        application.activate()
        application.wait_focus("^Batchwork$")
        application.close_window("^Batchwork$")
        self.assertEqual(names, [])
        self.assertEqual(self.desktop.item("ToolTip")[3], "No jobs are running")
        application.quit()
        wait(lambda: not self.desktop.has_icon(), "the icon to go")

    def test_F3_a_held_back_job_moves_nothing(self):
        application = self.start()
        names = self.icon_names()
        self.owner.submit("willems", {"type": "send-invoices", "name": "Later", "run_at": "2099-01-01T00:00:00Z"})
        claim = self.begin("Now")
        wait(lambda: self.desktop.item("ToolTip")[3] == "1 job is running", "the one that runs")
        self.finish(claim)
        wait(lambda: names and names[-1] == APP_ID + "-tray-symbolic", "the icon to rest")
        self.assertEqual(self.desktop.item("ToolTip")[3], "No jobs are running")
        application.quit()

    def test_F3_the_menu_names_what_runs_and_opens_it(self):
        application = self.start()
        claim = self.begin("Summer invoices", 4)
        self.worker.report({"claim": claim["claim"], "items": [{"item": 1, "state": "success"}]})
        self.desktop.open_menu(click=True)
        wait(lambda: "Summer invoices: 1 of 4" in self.desktop.menu_labels(), lambda: str(self.desktop.menu_labels()))
        self.worker.report({"claim": claim["claim"], "items": [{"item": 2, "state": "success"}]})
        wait(lambda: "Summer invoices: 2 of 4" in self.desktop.menu_labels(), lambda: str(self.desktop.menu_labels()))
        self.picture("tray")
        self.desktop.choose("^Summer invoices")
        application.wait_focus("^Summer invoices$")
        self.finish(claim)
        self.desktop.open_menu()
        wait(lambda: not any("Summer" in label for label in self.desktop.menu_labels()), "the job to leave the menu")
        self.desktop.press("Escape")
        application.quit()

    def test_F3_the_menu_opens_and_quits(self):
        application = self.start()
        self.desktop.choose("^Open Batchwork$")
        application.wait_focus("^Batchwork$")
        self.desktop.choose("^Quit$")
        application.wait_end()

    def test_F3_the_menu_pauses_by_right(self):
        application = self.start()
        self.desktop.open_menu()
        pause = "items(icons()[0].menu).find(item => item.label && item.label.text === 'Pause All Jobs')"
        self.desktop.click(pause)
        self.desktop.click(f"items({pause}.menu).find(item => item.label.text === 'Willems Accountants')")
        application.wait_focus("^Batchwork$")
        dialog = application.root().find("frame").wait_for(name="Pause (Every|All)")
        self.assertTrue(dialog.has("showing"))
        application.quit()

        self.addCleanup(lambda: self.desktop.keep_sign_in(self.server, "olivia").close())
        self.desktop.keep_sign_in(self.server, "victor").close()
        application = self.start()
        self.desktop.open_menu()
        wait(lambda: "Quit" in self.desktop.menu_labels(), "the menu")
        self.assertFalse([label for label in self.desktop.menu_labels() if "Pause" in label])
        self.desktop.press("Escape")
        application.quit()

    def test_E1_the_quick_tool_from_the_tray_without_a_window(self):
        application = self.start()
        self.do("Done already")
        claim = self.begin("Still running", 3)
        self.desktop.choose("^Running and Recent Jobs$")
        application.wait_focus("^Running and Recent Jobs$")
        window = application.wait_window("^Running and Recent Jobs$")
        window.wait_for("list item", "^Still running$")
        names = [row.name for row in window.find_all("list item")]
        self.assertEqual(names[:2], ["Still running", "Done already"])
        self.picture("quick-window")
        self.finish(claim)
        window.wait_for("button", "^Delete Job…: Still running$")
        window.wait_for("button", "^All Jobs$").activate()
        application.wait_window("^Batchwork$")
        application.quit()

    def test_F3_the_icon_comes_back_with_the_tray(self):
        application = self.start()
        self.desktop.set_tray(False)
        self.desktop.set_tray(True)
        wait(self.desktop.has_icon, "the icon to come back")
        self.desktop.choose("^Open Batchwork$")
        application.wait_focus("^Batchwork$")
        application.quit()


if __name__ == "__main__":
    harness.main("shell", ShellDesktop)
