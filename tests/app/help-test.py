# SPDX-License-Identifier: GPL-3.0-or-later
"""Help: which page opens with what is on screen, and that what the pages say is so, against a real server."""

import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path
from xml.etree import ElementTree

import harness
from harness import Application, Server, press, wait

TOP = Path(harness.HERE).parent.parent
PAGES = TOP / "help" / "C"
MALLARD = "{http://projectmallard.org/1.0/}"
DESKTOP_FILE = """[Desktop Entry]
Type=Application
Name=Help
Exec=sh -c 'echo "$1" >>"{}"' sh %u
MimeType=x-scheme-handler/help;
"""


def page_ids():
    return {path.stem for path in PAGES.glob("*.page")}


def mapping():
    """What bw-help.c says: the page of each type of widget."""
    return dict(re.findall(r'\{ "(Bw\w+)", "([\w-]+)" \}', (TOP / "src/app/bw-help.c").read_text(encoding="utf-8")))


class PagesTest(unittest.TestCase):
    """What is true of the pages without a program."""

    maxDiff = None

    def check(self, *words):
        done = subprocess.run(["yelp-check", *words, str(PAGES)], capture_output=True, text=True, check=False)
        self.assertEqual((words, done.stdout, done.stderr), (words, "", ""))

    def test_F8_pages_are_valid_and_every_link_leads_somewhere(self):
        for check in ("validate", "links", "ids", "orphans", "media"):
            self.check(check)

    def test_F8_every_page_is_installed_and_linked_from_the_index(self):
        listed = (TOP / "help" / "meson.build").read_text(encoding="utf-8")
        self.assertEqual(set(re.findall(r"'([\w-]+)\.page'", listed)), page_ids())
        self.assertEqual(set(re.findall(r"'(figures/[\w-]+\.png)'", listed)),
                         {f"figures/{path.name}" for path in (PAGES / "figures").glob("*")})
        index = ElementTree.parse(PAGES / "index.page")
        sections = {f"index#{section.get('id')}" for section in index.iter(MALLARD + "section")}
        for page in page_ids() - {"index"}:
            links = ElementTree.parse(PAGES / f"{page}.page").find(MALLARD + "info").findall(MALLARD + "link")
            guides = {link.get("xref") for link in links if link.get("type") == "guide"}
            self.assertTrue(guides & sections, f"{page} is in no section of the index: {guides}")

    def test_F8_every_page_that_the_program_opens_is_there(self):
        sources = {path.name: path.read_text(encoding="utf-8") for path in (TOP / "src/app").glob("*.c")}
        asked = set(mapping().values())
        for text in sources.values():
            asked |= set(re.findall(r'bw_help_set_page \(.*?, "([\w-]+)"\)', text))
        asked |= set(re.findall(r'\{ "job\.[a-z-]+", "([a-z-]+)",', sources["bw-job-question.c"]))
        self.assertGreater(len(asked), 15)
        self.assertEqual(asked - page_ids(), set())

    def test_F8_every_control_that_a_page_names_is_in_the_program(self):
        sources = list((TOP / "src").glob("*/*.c")) + list((TOP / "src").glob("*/*.blp"))
        words = {"Settings"}  # the desktop's own
        for path in sources:
            for text in re.findall(r'_ ?\(("(?:[^"\\]|\\.)*"(?:\s*"(?:[^"\\]|\\.)*")*)', path.read_text(encoding="utf-8")):
                words.add("".join(re.findall(r'"((?:[^"\\]|\\.)*)"', text)).replace("_", ""))
        named = {}
        for page in sorted(page_ids()):
            for gui in ElementTree.parse(PAGES / f"{page}.page").iter(MALLARD + "gui"):
                named.setdefault(" ".join("".join(gui.itertext()).split()), page)
        self.assertEqual({text: page for text, page in named.items() if text not in words}, {})

    def test_F8_every_widget_with_a_page_is_there_and_every_dialog_has_one(self):
        text = "".join(path.read_text(encoding="utf-8") for path in (TOP / "src/app").glob("*.c"))
        types = set(re.findall(r"^G_DEFINE_FINAL_TYPE \((Bw\w+)", text, re.M))
        self.assertEqual(set(mapping()) - types, set())
        dialogs = set(re.findall(r"^G_DEFINE_FINAL_TYPE \((Bw\w+), \w+, (?:ADW_TYPE_(?:PREFERENCES_)?DIALOG|BW_TYPE_FORM_DIALOG)\)", text, re.M))
        views = {"Bw" + name.title().replace("_", "") + "View" for name in re.findall(r"bw_(\w+)_view_get_type \}", text)}
        self.assertGreater(len(dialogs), 8)
        self.assertGreater(len(views), 6)
        self.assertEqual((dialogs | views) - set(mapping()), set())


class ExamplesTest(unittest.TestCase):
    """What the pages for administrators tell to type, typed."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.owner = cls.server.sign_in("olivia")

    @classmethod
    def tearDownClass(cls):
        cls.owner.close()
        cls.server.end()

    @staticmethod
    def examples(page, section=None):
        """The code of a page, or of one of its sections."""
        tree = ElementTree.parse(PAGES / f"{page}.page").getroot()
        if section:
            tree = next(part for part in tree.iter(MALLARD + "section") if part.get("id") == section)
        return ["".join(code.itertext()) for code in tree.iter(MALLARD + "code") if code.get("mime")]

    def run_shell(self, script, **environment):
        done = subprocess.run(["bash", "-eu", "-c", script], capture_output=True, text=True, check=False,
                              env={**os.environ, **environment})
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        return done.stdout

    def token(self, kind, **more):
        reply = self.owner.post("/v1/businesses/willems/tokens", {"name": f"{kind} of {self.id().rsplit('.', 1)[-1]}", "kind": kind, **more})
        self.assertEqual(reply.status, 201)
        return reply.json["token"]

    def test_F8_requests_of_a_business_application_work(self):
        environment = {"server": self.server.url, "business": "willems", "token": self.token("application", role="staff"),
                       "worker_token": self.token("worker")}
        submit, = self.examples("connect-application", "submit")
        self.assertEqual(self.run_shell(submit, **environment), '{"jobs":[{"id":1,"existing":false}]}')
        self.assertEqual(self.run_shell(submit, **environment), '{"jobs":[{"id":1,"existing":true}]}')
        work, = self.examples("connect-application", "work")
        self.assertIn('"claim":1,', self.run_shell(work, **environment))
        ask, = self.examples("connect-application", "ask")
        self.assertIn('"message":"There is no address"', self.run_shell(ask, **environment))
        job = self.owner.job("willems", 1)
        self.assertEqual((job["state"], job["items_failed"]), ("failed", 1))

    def test_F8_backup_is_a_sound_store(self):
        script, = self.examples("back-up")
        with tempfile.TemporaryDirectory() as folder:
            self.run_shell(script.replace("/var/lib/batchwork/batchwork.db", self.server.store.removeprefix("sqlite:"))
                           .replace("/var/backups", folder))
            copy, = Path(folder).iterdir()
            self.assertEqual(copy.stat().st_mode & 0o777, 0o600)
            restored = Server(demo=False, store=f"sqlite:{copy}")
            self.addCleanup(restored.end)
            owner = restored.sign_in("olivia")
            self.addCleanup(owner.close)
            self.assertEqual(len(owner.get("/v1/me").json["businesses"]), 4)

    def test_F8_the_job_type_works(self):
        key_file, script, trial = ("".join(code.itertext())
                                   for code in ElementTree.parse(PAGES / "write-job-type.page").iter(MALLARD + "code")
                                   if "\n" in "".join(code.itertext()) or "echo" in "".join(code.itertext()))
        token = self.token("worker")
        with tempfile.TemporaryDirectory() as folder:
            for name, text in (("write-greetings.job", key_file), ("write-greetings", script), ("token", token)):
                (Path(folder) / name).write_text(text.lstrip("\n"), encoding="utf-8")
            (Path(folder) / "write-greetings").chmod(0o755)
            self.assertIn('{"item": 1, "state": "success"}', self.run_shell(f"cd {folder}; {trial}"))
            job, = self.owner.submit("willems", {"type": "write-greetings", "name": "Greet", "items": [{"label": "Ann"}, {"label": "Bo"}]})
            subprocess.run([os.environ["BATCHWORK_WORKER"], "--once", "--jobs", folder, "--server", self.server.url,
                            "--key-file", f"{folder}/token"], check=True, capture_output=True, timeout=harness.PATIENCE)
        self.assertEqual(self.owner.job("willems", job)["state"], "success")
        self.assertEqual(self.owner.get(f"/v1/businesses/willems/jobs/{job}/result").text, "Hello, Ann!\nHello, Bo!\n")


class ContextTest(unittest.TestCase):
    """The help key, with what a desktop has to open help replaced by what notes the address."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.owner = cls.server.sign_in("olivia")
        cls.opened = Path(os.environ["HOME"]) / "opened"
        data = Path(os.environ["HOME"]) / ".local" / "share" / "applications"
        data.mkdir(parents=True)
        (data / "fake-help.desktop").write_text(DESKTOP_FILE.format(cls.opened), encoding="utf-8")
        (data / "mimeapps.list").write_text("[Default Applications]\nx-scheme-handler/help=fake-help.desktop\n", encoding="utf-8")

    @classmethod
    def tearDownClass(cls):
        cls.owner.close()
        cls.server.end()

    def open(self, **options):
        application = Application(self.server, **{"user": "olivia", **options})
        self.addCleanup(application.kill)
        return application

    def expect(self, page):
        """Presses the help key. The page is what comes out of it, not what was there before."""
        self.opened.unlink(missing_ok=True)
        press("F1")
        wait(lambda: self.opened.exists() and self.opened.read_text(encoding="utf-8").endswith("\n"), f"help about {page}")
        self.assertEqual(self.opened.read_text(encoding="utf-8"), f"help:batchwork/{page}\n")

    def submit(self, name):
        job, = self.owner.submit("willems", {"type": "send-invoices", "name": name, "items": [{"label": "One"}]})
        return job

    def test_F8_each_view_has_its_page(self):
        application = self.open(width=1500)
        views = {"Jobs": "overview", "Batches": "queues", "Queues": "queues", "Workers": "queues",
                 "Insights": "insights", "Report": "insights", "Audit Log": "audit", "People": "people"}
        for view, page in views.items():
            application.window.wait_for("list item", f"^{view}$").click()
            wait(lambda name=view: application.window.find("label", f"^{name}$"), view)
            self.expect(page)
        application.quit()

    def test_F8_what_has_the_focus_decides(self):
        self.submit("An invoice")
        application = self.open(width=1500)
        application.row_widget("An invoice").click()
        self.expect("overview")
        press("ctrl+l")
        filters = application.window.wait_for("grouping", "^Filters$")
        wait(lambda: filters.find(focused=True), "the focus on a filter")
        self.expect("find-job")
        press("ctrl+j")
        application.window.wait_for(name="^Running and Recent Jobs$")
        self.expect("background")
        press("Escape")
        application.window.wait_gone(name="^Running and Recent Jobs$")
        application.quit()

    def test_F8_dialogs_and_questions_have_theirs(self):
        job = self.submit("Another invoice")
        application = self.open(width=1500)
        application.row_widget("Another invoice").click()
        for keys, page in (("ctrl+e", "edit-job"), ("ctrl+shift+p", "pause"), ("ctrl+question", "keyboard"),
                           ("ctrl+shift+Delete", "delete"), ("ctrl+shift+e", "run-again"), ("Delete", "delete")):
            if page == "delete":
                self.owner.post(f"/v1/businesses/willems/jobs/{job}/cancel")
                application.wait_cell("Another invoice", "State", "Cancelled.*")
            press(keys)
            wait(lambda: self.dialog(application), keys)
            self.expect(page)
            press("Escape")
            wait(lambda: not self.dialog(application), f"{keys} to close")
        application.quit()

    @staticmethod
    def dialog(application):
        return application.window.find("dialog") or application.window.find("alert")

    def test_F8_a_job_window_has_its_page(self):
        self.submit("A third invoice")
        application = self.open(width=1500)
        application.row_widget("A third invoice").click(times=2)
        application.window_named("^A third invoice").wait_for(name="^Items$")
        wait(lambda: application.window_named("^A third invoice").has("active"), "the job's window in front")
        self.expect("job-details")
        application.quit()

    def test_F8_without_a_help_viewer_it_says_so(self):
        application = self.open(environment={"XDG_DATA_HOME": "/nonexistent"})
        wait(lambda: application.window.find("label", "^There are no jobs") or application.table(), "the jobs")
        press("F1")
        application.window.wait_for(name="Help Can’t Be Opened")
        press("Escape")
        application.quit()


if __name__ == "__main__":
    harness.main("help")
