# SPDX-License-Identifier: GPL-3.0-or-later
"""batchworkctl as scripts and people use it, against a real server."""

import csv
import importlib.util
import json
import os
import pty
import re
import signal
import subprocess
import sys
import tempfile
import termios
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "server")]

import tap  # noqa: E402  pylint: disable=wrong-import-position

CTL, DAEMON, WORKER = map(os.path.abspath, sys.argv[1:4])
os.environ["PATH"] = os.pathsep.join([os.path.dirname(CTL), os.path.dirname(DAEMON), os.environ["PATH"]])
os.environ["BATCHWORKD"] = DAEMON


def load_server_harness():
    spec = importlib.util.spec_from_file_location("server_harness", HERE.parent / "server" / "harness.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


harness = load_server_harness()
OK, FAILED, USAGE, NOT_FOUND, REFUSED, CONFLICT, UNREACHABLE, JOB_FAILED, JOB_CANCELLED = 0, 1, 2, 3, 4, 5, 6, 10, 11


class CtlTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = harness.Server()

    @classmethod
    def tearDownClass(cls):
        cls.server.end()

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "password").write_text(harness.PASSWORD + "\n", encoding="utf-8")
        self.environment = {**os.environ, "HOME": folder.name, "XDG_CONFIG_HOME": folder.name + "/config",
                            "XDG_STATE_HOME": folder.name + "/state", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        for name in ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY"):
            self.environment.pop(name, None)

    def ctl(self, *words, status=OK, text=None):
        done = subprocess.run([CTL, *map(str, words)], env=self.environment, input=text, text=True,
                              capture_output=True, timeout=60, check=False, cwd=self.folder,
                              **({} if text is not None else {"stdin": subprocess.DEVNULL}))
        self.assertEqual(done.returncode, status, f"{words}: {done.stdout}{done.stderr}")
        self.said = done.stderr
        return done.stdout

    def lines(self, *words, **arguments):
        return [json.loads(line) for line in self.ctl(*words, "--json", **arguments).splitlines()]

    def sign_in(self, user="olivia", business="willems"):
        self.ctl("login", self.server.url, "--user", user, "--password-file", "password")
        self.ctl("use", business)

    def submit(self, *words):
        return self.lines("submit", *(() if "--type" in words else ("--type", "send-invoices")), *words)[0]["id"]

    # Signing in

    def test_sign_in_is_kept_for_the_user_alone(self):
        self.sign_in()
        self.assertIn("Olivia Willems (olivia)", self.ctl("whoami"))
        kept = [path for path in self.folder.rglob("*") if path.is_file() and b"bw_" in path.read_bytes()]
        self.assertEqual([path.stat().st_mode & 0o777 for path in kept], [0o600])
        self.ctl("logout")
        self.assertEqual([path for path in kept if path.exists()], [])
        self.ctl("list", status=REFUSED)
        self.assertIn("batchworkctl login", self.said)

    def test_token_from_environment_and_file(self):
        self.sign_in()
        token = self.ctl("add-token", "Books", "--role", "viewer").strip()
        self.ctl("logout")
        (self.folder / "token").write_text(token + "\n", encoding="utf-8")
        words = ("--server", self.server.url, "--business", "willems")
        self.ctl("list", *words, "--token-file", "token")
        self.environment["BATCHWORK_TOKEN"] = token
        self.ctl("list", *words)
        self.ctl("clear", "--yes", *words, status=REFUSED)

    def test_wrong_password(self):
        (self.folder / "password").write_text("wrong", encoding="utf-8")
        self.ctl("login", self.server.url, "--user", "victor", "--password-file", "password", status=REFUSED)

    def test_server_away(self):
        self.environment["BATCHWORK_TOKEN"] = "bw_" + "x" * 43
        self.ctl("list", "--server", "http://127.0.0.1:9", status=UNREACHABLE)

    def test_business_must_be_clear(self):
        self.ctl("login", self.server.url, "--user", "olivia", "--password-file", "password")
        self.ctl("list", status=FAILED)
        self.assertRegex(self.said, "--business.*harbour.*willems")
        self.ctl("list", "--business", "nowhere", status=NOT_FOUND)

    # Looking and acting

    def test_G14_a_job_from_beginning_to_end(self):
        self.sign_in()
        job = self.submit("--name", "By hand", "--item", "Bakery", "--item", "Butcher", "--parameters", '{"month": 11}')
        self.assertIn("By hand", self.ctl("list"))
        self.assertEqual(json.loads(self.ctl("show", job, "--parameters")), {"month": 11})
        shown = json.loads(self.ctl("show", job, "--json"))
        self.assertEqual((shown["name"], shown["state"]), ("By hand", "queued"))
        self.ctl("edit", job, "--name", "By foot", "--priority", "5")
        self.assertIn("By foot", self.ctl("show", f"#{job}"))
        worker = self.server.worker()
        claim = worker.claim(worker="w", types=["send-invoices"], max=1)[0]
        worker.report({"claim": claim["claim"], "log": ["Two bills"],
                       "items": [{"item": 1, "state": "success"},
                                 {"item": 2, "state": "failed", "message": "No address"}], "finish": {}})
        self.ctl("wait", job, status=JOB_FAILED)
        self.assertIn("2 items, 1 failed", self.ctl("list", "--state", "failed", "-n", 1))
        self.assertEqual([item["message"] for item in self.lines("items", job, "--state", "failed")], ["No address"])
        self.assertIn("Two bills", self.ctl("log", job))
        self.assertIn("attempt 1", self.ctl("history", job))
        self.ctl("result", job, status=NOT_FOUND)
        self.ctl("edit", job, "--name", "Late", status=CONFLICT)
        self.ctl("retry", job)
        self.ctl("cancel", job)
        self.ctl("wait", job, status=JOB_CANCELLED)
        copy = self.lines("copy", job, "--name", "Again", "--only-failed")[0]["id"]
        self.ctl("delete", copy, status=CONFLICT)
        self.ctl("delete", job)
        self.ctl("show", job, status=NOT_FOUND)

    def test_result_is_saved_under_its_own_name_in_this_folder(self):
        self.sign_in()
        job = self.submit("--type", "print-bills")
        worker = self.server.worker()
        claim = worker.claim(worker="w", types=["print-bills"], max=1)[0]["claim"]
        worker.request("PUT", f"/v1/claims/{claim}/result", b"all the bills",
                       {"Content-Disposition": 'attachment; filename="bills.txt"', "Content-Type": "text/plain"})
        worker.report({"claim": claim, "finish": {}})
        self.ctl("result", job)
        self.assertEqual((self.folder / "bills.txt").read_text(encoding="utf-8"), "all the bills")

    def test_submit_from_a_file_and_once_only(self):
        self.sign_in()
        text = json.dumps([{"type": "send-invoices", "name": f"Run {n}", "idempotency_key": f"ctl-{n}"} for n in range(3)])
        first = self.lines("submit", text=text)
        (self.folder / "jobs.json").write_text(text, encoding="utf-8")
        again = self.lines("submit", "jobs.json")
        self.assertEqual([job["id"] for job in first], [job["id"] for job in again])
        self.assertEqual({job["existing"] for job in again}, {True})
        self.ctl("submit", text='[{"type": 3}]', status=FAILED)

    def test_G4_acting_on_all_that_match(self):
        self.sign_in(business="harbour")
        for number in range(5):
            self.submit("--name", f"Many {number}", "--type", "upload-products")
        self.ctl("cancel", "--search", "Many", status=USAGE)
        self.assertIn("Cancel 5 jobs?", self.said)
        self.ctl("cancel", "--search", "Many", "--yes")
        self.assertEqual(len(self.lines("list", "--search", "Many", "--state", "cancelled")), 5)
        self.ctl("cancel", "1", "--search", "Many", status=USAGE)
        self.ctl("delete", "--search", "nothing of the kind", "--yes", status=NOT_FOUND)

    def test_refusals_are_all_said(self):
        self.sign_in(business="heritage")
        first, second = self.submit(), self.submit()
        self.ctl("cancel", first)
        self.ctl("cancel", first, second, "999999999", status=CONFLICT)
        self.assertIn("999999999", self.said)
        self.assertEqual(json.loads(self.ctl("show", second, "--json"))["state"], "cancelled")

    def test_list_all_as_lines(self):
        self.sign_in(business="riverside")
        text = json.dumps([{"type": "mail-class", "name": f"Class {n}"} for n in range(1200)])
        self.ctl("submit", text=text)
        jobs = self.lines("list", "--all", "--type", "mail-class", "--by", "olivia")
        self.assertGreaterEqual(len(jobs), 1200)
        self.assertEqual(len({job["id"] for job in jobs}), len(jobs))
        self.assertEqual(len(self.lines("list", "-n", 7)), 7)
        self.assertEqual(len(self.lines("list", "--until", "2020-01-01")), 0)
        self.ctl("list", "--from", "yesterday", status=USAGE)

    def test_watch_prints_what_happens(self):
        self.sign_in()
        # Streams of the test before may be closing yet; the one that is waited for is this test's.
        self.server.await_metric("batchwork_event_streams", 0)
        with subprocess.Popen([CTL, "watch", "--json", "--type", "send-reminders"], env=self.environment,
                              stdout=subprocess.PIPE, text=True) as watch:
            self.addCleanup(watch.kill)
            self.server.await_metric("batchwork_event_streams", 1)
            job = self.lines("submit", "--type", "send-reminders", "--name", "Seen")[0]["id"]
            event = json.loads(watch.stdout.readline())
            self.assertEqual((event["event"], event["data"]["job"]["id"]), ("job", job))
            watch.terminate()

    # Pauses, exports, views

    def test_pausing(self):
        self.sign_in()
        self.submit()
        self.ctl("pause", "--type", "send-invoices", "--user", "olivia", "--reason", "month end")
        text = self.ctl("pauses")
        self.assertEqual(text.count("month end"), 2)
        self.ctl("resume", status=USAGE)
        self.ctl("resume", "--all")
        self.assertIn("Nothing is paused", self.ctl("pauses"))

    def test_G8_export(self):
        self.sign_in()
        self.submit("--name", "=1+1")
        self.ctl("export", "jobs.csv", "--search", "1", "--columns", "name,status")
        self.ctl("export", "other.csv", "--columns", "colour", status=FAILED)
        self.assertIn("updated-by", self.said)
        with open(self.folder / "jobs.csv", encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        self.assertIn("'=1+1", [row[0] for row in rows])
        self.ctl("export", "jobs.xlsx")
        self.assertEqual((self.folder / "jobs.xlsx").read_bytes()[:2], b"PK")
        self.ctl("export", "jobs.doc", status=USAGE)
        job = self.submit("--item", "Bakery")
        self.ctl("export-items", job, "items.csv")
        self.assertIn("Bakery", (self.folder / "items.csv").read_text(encoding="utf-8-sig"))

    def test_views(self):
        self.sign_in()
        self.submit("--item", "One", "--item", "Two")
        for command in ("queues", "batches", "workers", "insights", "audit", "summary"):
            self.ctl(command)
            for line in self.ctl(command, "--json").splitlines():
                json.loads(line)
        self.assertIn("Send invoices", self.ctl("queues"))

    # Administering

    def test_members_roles_and_tokens(self):
        self.sign_in()
        role = self.ctl("add-role", "Bookkeeper", "-p", "view-all", "-p", "retry").strip()
        self.ctl("add-member", "nina", "--name", "Nina Peeters", "--role", role, "--password-file", "password")
        self.assertRegex(self.ctl("members"), r"nina +Nina Peeters +Bookkeeper")
        self.ctl("remove-role", role, status=CONFLICT)
        self.ctl("change-member", "nina", "--role", "viewer", "--add", "pause")
        self.assertRegex(self.ctl("members"), r"nina .*Viewer.* pause")
        self.ctl("remove-member", "nina")
        self.ctl("change-role", role, "--name", "Clerk")
        self.ctl("remove-role", role)
        self.ctl("add-role", "Odd", "-p", "fly", status=USAGE)
        self.assertIn("view-own", self.said)
        token = self.ctl("add-token", "Machine", "--worker").strip()
        number = next(t["id"] for t in json.loads(self.ctl("tokens", "--json"))["tokens"] if t["name"] == "Machine")
        self.assertNotEqual(self.ctl("renew-token", number).strip(), token)
        self.ctl("remove-token", number)

    def test_E3_settings(self):
        self.sign_in(business="riverside")
        self.ctl("settings", "--retention", "60", "--link", "student=https://school.example/{id}")
        text = self.ctl("settings")
        self.assertIn("60 days", text)
        self.assertIn("https://school.example/{id}", text)

    def test_C10_mail(self):
        (self.folder / "mail.password").write_text("secret\n", encoding="utf-8")
        server = harness.Server(config="[server]\n[mail]\nserver=smtp://127.0.0.1:9\nfrom=batchwork@office.example\n"
                                       f"user=batchwork\npassword-file={self.folder}/mail.password\n")
        self.addCleanup(server.end)
        self.ctl("login", server.url, "--user", "olivia", "--password-file", "password")
        self.ctl("use", "willems")
        self.assertRegex(self.ctl("mail"), r"Mail:? +off")
        self.ctl("mail", "--on", status=FAILED)
        self.assertIn("not an e-mail address", self.said)
        text = self.ctl("mail", "--on", "--address", "olivia@office.example", "--jobs", "all", "--only-failures",
                        "--language", "nl")
        for words in ("on", "olivia@office.example", "all that you may see", "only when something went wrong", "nl"):
            self.assertIn(words, text)
        self.ctl("mail", "--successes-too", "--jobs", "own")
        self.assertEqual(self.lines("mail"), [{"available": True, "enabled": True, "address": "olivia@office.example",
                                               "jobs": "own", "only_failures": False, "language": "nl"}])
        self.ctl("mail", "--off")
        self.assertFalse(server.sign_in("olivia").get("/v1/businesses/willems/mail").json["enabled"])
        for words in (["--on", "--off"], ["--jobs", "some"], ["--only-failures", "--successes-too"]):
            self.ctl("mail", *words, status=USAGE)

    def test_C10_a_server_without_mail_says_so(self):
        self.sign_in()
        self.assertIn("its administrator has set up no mail", self.ctl("mail"))
        self.ctl("mail", "--on", "--address", "olivia@office.example", status=CONFLICT)

    # For people and their shells

    def test_passwords_are_not_echoed(self):
        pid, terminal = pty.fork()
        if pid == 0:
            os.execve(CTL, [CTL, "login", self.server.url, "--user", "olivia"], self.environment)
        shown = b""
        while b"Password:" not in shown:
            shown += os.read(terminal, 1000)
        os.write(terminal, harness.PASSWORD.encode() + b"\n")
        try:
            while part := os.read(terminal, 1000):
                shown += part
        except OSError:
            pass
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), OK)
        self.assertNotIn(harness.PASSWORD.encode(), shown)

    def test_interrupted_password_prompt_leaves_the_terminal_as_it_was(self):
        leader, follower = pty.openpty()
        before = termios.tcgetattr(follower)
        with subprocess.Popen([CTL, "login", self.server.url, "--user", "olivia"], env=self.environment, stdin=follower,
                              stdout=follower, stderr=follower, start_new_session=True) as process:
            shown = b""
            while b"Password:" not in shown:
                shown += os.read(leader, 1000)
            self.assertFalse(termios.tcgetattr(follower)[3] & termios.ECHO)
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(30), -signal.SIGINT)
        self.assertEqual(termios.tcgetattr(follower), before)
        os.close(leader)
        os.close(follower)

    def test_control_characters_do_not_reach_the_terminal(self):
        self.sign_in()
        job = self.submit("--type", "ring-bells", "--item", "Bell")
        worker = self.server.worker()
        claim = worker.claim(worker="w", types=["ring-bells"], max=1)[0]["claim"]
        worker.report({"claim": claim, "items": [{"item": 1, "state": "failed", "message": "Red \u001b[31m alert"}],
                       "message": "Loud \u0007", "finish": {}})
        for command in ("items", "show"):
            text = self.ctl(command, job)
            self.assertNotRegex(text, "[\u001b\u0007]")
        self.assertIn("alert", self.ctl("items", job))

    def test_completion_in_bash(self):
        script = (f". /usr/share/bash-completion/bash_completion; . '{ROOT}/data/completions/batchworkctl'; "
                  "COMP_LINE='batchworkctl {0}'; COMP_WORDS=(batchworkctl {0}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); "
                  "COMP_POINT=${{#COMP_LINE}}; _batchworkctl; printf '%s\\n' \"${{COMPREPLY[@]}}\"")
        for begun, expected in (("ca", "cancel"), ("list --sta", "--state"), ("list --state fai", "failed"),
                                ("add-role x --permission view-au", "view-audit"), ("mail --jobs a", "all")):
            done = subprocess.run(["bash", "-c", script.replace("{0}", begun).replace("{{", "{").replace("}}", "}")],
                                  env=self.environment, text=True, capture_output=True, check=True)
            self.assertIn(expected, done.stdout.split(), done.stderr)

    def test_F8_manual_page_tells_every_command_and_option(self):
        page = (ROOT / "data" / "man" / "batchworkctl.1").read_text(encoding="utf-8").replace("\\-", "-")
        commands = self.ctl("--complete", "").split()
        self.assertGreater(len(commands), 30)
        for command in commands:
            self.assertRegex(page, rf"(?m)^\.(B|BR|RB|BI|SS|TP)? ?\"?{command}\b", command)
            for option in self.ctl("--complete", command, "--").split():
                self.assertIn(option, page, f"{command} {option}")

    def test_usage(self):
        self.assertIn("Signing in:", self.ctl(status=USAGE))
        self.ctl("fly", status=USAGE)
        self.ctl("show", status=USAGE)
        self.ctl("list", "--no-such-option", status=USAGE)
        self.assertTrue(re.search(r"\d+\.\d+", self.ctl("--version")))


if __name__ == "__main__":
    tap.main("/ctl", sys.argv[4:])
