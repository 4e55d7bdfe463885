# SPDX-License-Identifier: GPL-3.0-or-later
"""Every language of po/LINGUAS is complete and right, and reaches whatever is translated from it."""

import configparser
import gettext
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOP, BUILD = Path(sys.argv[1]), Path(sys.argv[2])
PO = TOP / "po"
sys.path.append(str(TOP / "tests"))
import tap  # noqa: E402  pylint: disable=wrong-import-position

# As Meson calls it for GLib's programs.
KEYWORDS = ("_", "N_", "C_:1c,2", "NC_:1c,2", "g_dngettext:2,3", "g_dpgettext2:2c,3")
# What the mail says in the words of the application: a key of its texts, and the text there
SAME_IN_MAIL = {"number": "Job number", "items": "Items", "items-failed": "Failed", "items-skipped": "Skipped",
                "message": "Message", "finished": "Done"}


def words_of(path):
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


LANGUAGES = words_of(PO / "LINGUAS")


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, **options)


def catalogue(language):
    with (BUILD / "po" / language / "LC_MESSAGES" / "batchwork.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def levels(text):
    """The labels of the menus in a blueprint, by the menu or submenu that shows them together."""
    found, open_menus = {}, []
    depth = 0
    for line in text.splitlines():
        if re.match(r"\s*(menu \w+|submenu) \{", line):
            open_menus.append((depth, len(found)))
            found[len(found)] = []
        label = re.search(r'label: _\("(.*)"\)', line)
        if label and open_menus:
            # A submenu's own label stands among its neighbours.
            own = len(open_menus) > 1 and depth == open_menus[-1][0] + 1
            found[open_menus[-2 if own else -1][1]].append(label[1])
        depth += line.count("{") - line.count("}")
        if open_menus and depth == open_menus[-1][0]:
            open_menus.pop()
    return [labels for labels in found.values() if labels]


class TranslationsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.pot = Path(cls.folder.name) / "batchwork.pot"
        cls.extraction = run("xgettext", "--from-code=UTF-8", "--add-comments", f"--directory={TOP}",
                             f"--files-from={PO / 'POTFILES'}", *(f"--keyword={word}" for word in KEYWORDS),
                             "--flag=g_strdup_printf:1:c-format", "--flag=g_print:1:c-format",
                             "--flag=g_printerr:1:c-format", "--flag=g_string_append_printf:2:c-format",
                             "--flag=N_:1:pass-c-format", "--flag=g_dngettext:2:pass-c-format",
                             f"--output={cls.pot}", env={**os.environ, "LC_ALL": "C.UTF-8"})

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_F8_texts_can_be_taken_from_the_sources(self):
        self.assertEqual(self.extraction.returncode, 0, self.extraction.stderr)
        # A macro in the middle of a text cuts it there: what is looked up later is never found.
        self.assertNotIn("not a valid C format string", self.extraction.stderr)

    def test_F8_there_is_a_language(self):
        self.assertIn("nl", LANGUAGES)
        self.assertEqual(LANGUAGES, sorted(LANGUAGES))

    def test_F8_each_language_is_complete(self):
        for language in LANGUAGES:
            answer = run("msgcmp", str(PO / f"{language}.po"), str(self.pot))
            self.assertEqual(answer.returncode, 0, answer.stderr)
            text = (PO / f"{language}.po").read_text(encoding="utf-8")
            self.assertNotRegex(text, "(?m)^#, .*fuzzy")
            self.assertNotRegex(text, "(?m)^#~", f"{language}.po keeps texts that are gone")

    def test_F8_each_language_keeps_placeholders_and_mnemonics(self):
        for language in LANGUAGES:
            answer = run("msgfmt", "--check", "--check-accelerators=_", "--output-file=/dev/null",
                         str(PO / f"{language}.po"))
            self.assertEqual((answer.returncode, answer.stderr), (0, ""))

    def test_F8_mnemonics_of_a_menu_differ(self):
        menus = [labels for path in sorted((TOP / "src" / "app").glob("*.blp"))
                 for labels in levels(path.read_text(encoding="utf-8"))]
        self.assertGreater(max(map(len, menus)), 10)
        for language in [None, *LANGUAGES]:
            translate = catalogue(language).gettext if language else str
            for labels in menus:
                words = [translate(label) for label in labels]
                keys = [found[1].lower() for word in words if (found := re.search(r"_(\w)", word))]
                self.assertEqual(len(keys), len(set(keys)), f"{language}: {words}")

    def test_F8_mail_uses_the_same_words(self):
        texts = configparser.RawConfigParser(delimiters="=", interpolation=None)
        texts.read(TOP / "data" / "mail" / "texts.ini", encoding="utf-8")
        for language in LANGUAGES:
            translate = catalogue(language).gettext
            for key, text in SAME_IN_MAIL.items():
                self.assertEqual(texts["body"][f"{key}[{language}]"], translate(text))
            for text in ("Preferences", "Email"):
                self.assertIn(translate(text), texts["body"][f"why[{language}]"])

    def test_F8_desktop_file_and_description_are_translated(self):
        for language in LANGUAGES:
            translate = catalogue(language).gettext
            desktop, = (path.read_text(encoding="utf-8") for path in (BUILD / "data").glob("*.desktop"))
            self.assertIn(f"\nComment[{language}]={translate('Follow and manage the jobs that your office runs')}\n",
                          desktop)
            description, = (path.read_text(encoding="utf-8") for path in (BUILD / "data").glob("*.metainfo.xml"))
            self.assertIn(f'xml:lang="{language}">{translate("See at a glance what runs, what is done and what failed")}<', description)

    def test_F8_programs_answer_in_the_language(self):
        environment = {**os.environ, "LC_ALL": "nl_NL.UTF-8", "BATCHWORK_LOCALE_PATH": str(BUILD / "po")}
        environment.pop("LANGUAGE", None)
        for part, program, words in (("ctl", "batchworkctl", "Gebruik: batchworkctl [OPTIE…] OPDRACHT"),
                                     ("worker", "batchwork-worker", "Stoppen als er geen werk meer is")):
            answer = run(str(BUILD / "src" / part / program), "--help", env=environment)
            self.assertEqual(answer.returncode, 0, answer.stderr)
            self.assertIn(words, answer.stdout)


del sys.argv[1:]
tap.main("/project/translations")
