# SPDX-License-Identifier: GPL-3.0-or-later
"""The application in another language than that of its sources: Dutch, against a real server."""

import datetime
import os
import subprocess
import unittest

import harness
from harness import Application, Server, press, wait, write

# Where these tests put what was seen, for whoever wants to look at it
PICTURES = os.environ.get("BATCHWORK_TEST_PICTURES")


class LanguageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.owner = cls.server.sign_in("olivia")
        cls.worker = cls.server.worker()
        cls.job, = cls.owner.submit("willems", {
            "type": "send-invoices", "name": "Facturen", "entity": "relations",
            "items": [{"label": f"Relatie {i + 1}"} for i in range(4)]})
        claim, = cls.worker.claim(businesses=["willems"], max=1, lease_s=600)
        items = [{"item": item["item"], "state": "failed" if i else "success", "message": "Geweigerd" if i else None}
                 for i, item in enumerate(claim["items"])]
        cls.worker.report({"claim": claim["claim"], "items": items, "finish": {}})
        waiting = [{"type": "send-statements", "name": f"Overzichten {i + 1}", "items": [{"label": "Een"}]}
                   for i in range(2)]
        cls.owner.submit("willems", *waiting)
        cls.scheduled, = cls.owner.submit("heritage", {
            "type": "export-archive", "name": "In mei", "run_at": "2031-05-09T12:00:00.000Z"})

    @classmethod
    def tearDownClass(cls):
        cls.owner.close()
        cls.worker.close()
        cls.server.end()

    def open(self, **options):
        application = Application(self.server, user="olivia", environment={"LC_ALL": "nl_NL.UTF-8"}, **options)
        self.addCleanup(application.kill)
        return application

    @staticmethod
    def take_picture(name):
        if PICTURES:
            subprocess.run(["import", "-window", "root", os.path.join(PICTURES, f"nl-{name}.png")], check=True)

    def test_F8_main_window(self):
        application = self.open()
        window = application.window
        table = window.wait_for("tree table", "^Taken$")
        wait(lambda: table.find("table row", "^Facturen$"), "the row")
        header = next(child for child in table.children() if child.role == "table row")
        titles = [child.name.split(" ", 1)[0] for child in header.children() if child.has("showing")]
        for title in ("Naam", "Type", "Onderdelen", "Status", "Gemaakt", "Klaar"):
            self.assertIn(title, titles)
        for pill in ("Alle", "Actief", "Voltooid", "Mislukt"):
            window.wait_for("radio button", f"^{pill}$")
        for card in ("Totaal: 3", "Actief: 2", "Voltooid: 0", "Mislukt: 1"):
            window.wait_for("grouping", f"^{card}$")
        words = wait(lambda: (found := [widget.name for widget in table.walk()]) and
                     any("Overzichten 1" in name for name in found) and found, "the rows")
        self.assertTrue(any("3 mislukt" in name for name in words), words)
        self.assertTrue(any("In wachtrij" in name for name in words), words)
        for view in ("Taken", "Wachtrijen", "Inzichten", "Auditlogboek", "Personen"):
            window.wait_for("list item", f"^{view}$")
        self.take_picture("window")
        application.quit()

    def test_F8_job_window(self):
        application = self.open(arguments=["--job", str(self.job)])
        window = application.window_named("^Facturen$")
        window.wait_for("heading", "^Facturen$")
        wait(lambda: "3 van 4 onderdelen zijn mislukt." in [widget.name for widget in window.walk()],
             "the sentence of the failures")
        labels = window.labels()
        for caption in ("Gemaakt door", "Begonnen", "Duur", "Taaknummer"):
            self.assertIn(caption, labels)
        for page in ("Onderdelen", "Parameters", "Logboek", "Geschiedenis"):
            wait(lambda page=page: any(tab.name == page for tab in window.walk()
                                       if tab.role in ("page tab", "radio button")), page)
        window.wait_for("toggle button", "^Taakmenu$")
        self.take_picture("job")
        application.quit()

    def test_F8_dates(self):
        application = self.open(business="heritage", arguments=["--job", str(self.scheduled)])
        details = application.window_named("^In mei$")
        details.wait_for("heading", "^In mei$")
        wait(lambda: "Niet voor" in details.labels(), lambda: f"when it begins: {details.labels()}")
        labels = details.labels()
        self.assertEqual(labels[labels.index("Niet voor") + 1], "9 mei 2031")
        application.quit()

    def test_F8_typed_dates(self):
        application = self.open(business="heritage")
        entry = application.window.wait_for("text", "^Van$")
        entry.click()
        write("morgen")
        press("Return")
        application.window.wait_for("label", "^Geen taak voldoet aan deze filters$")
        tomorrow = datetime.date.today() + datetime.timedelta(days=1)
        wait(lambda: entry.text == tomorrow.strftime("%d-%m-%Y"), lambda: f"tomorrow, but there is {entry.text}")
        application.quit()

    def test_F8_window_of_a_telephone(self):
        """Dutch words are longer: nothing may make the window wider than it is asked to be."""
        application = self.open(width=400, height=800)
        window = application.window
        window.wait_for("tree table", "^Taken$")
        self.assertLessEqual(window.box()[2], 400)
        too_wide = [(widget.name, widget.box()) for widget in window.walk()
                    if widget.name and widget.role in ("label", "button", "radio button", "toggle button")
                    and widget.box()[0] + widget.box()[2] > 400 + 30]
        self.assertEqual(too_wide, [])
        self.take_picture("narrow")
        application.quit()


if __name__ == "__main__":
    harness.main("language")
