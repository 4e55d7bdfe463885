# SPDX-License-Identifier: GPL-3.0-or-later
"""The manual pages say what the programs say of themselves, no more and no less."""

import os
import re
import subprocess
import sys
import unittest
from pathlib import Path

TOP, BUILD = Path(sys.argv[1]), Path(sys.argv[2])
MAN = TOP / "data" / "man"
PAGES = sorted(path for path in MAN.iterdir() if path.suffix[1:].isdigit())
sys.path.append(str(TOP / "tests"))
import tap  # noqa: E402  pylint: disable=wrong-import-position

PROGRAMS = {name: str(BUILD / "src" / part / name) for part, name in (
    ("app", "batchwork"), ("server", "batchworkd"), ("worker", "batchwork-worker"), ("ctl", "batchworkctl"))}


def ask(program, *words):
    return subprocess.run([PROGRAMS[program], *words], check=True, capture_output=True, text=True, timeout=60,
                          env={**os.environ, "LC_ALL": "C.UTF-8"}).stdout


def options(text):
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text))


def page(name):
    """A page's words, without the marks of its fonts."""
    text = re.sub(r"\\f[BIR]|\\&", "", (MAN / name).read_text(encoding="utf-8"))
    return text.replace("\\-", "-").replace("\\ ", " ")


def tagged(text):
    """What the paragraphs of a page are about: the first line of each .TP, without the macro."""
    return [re.sub(r"^\.[BI][RI]? ", "", line) for line in re.findall(r"^\.TP\n(.*)$", text, re.M)]


def section(text, heading):
    return re.search(rf"^\.SH \"?{re.escape(heading)}\"?\n(.*?)(?=^\.SH |\Z)", text, re.M | re.S).group(1)


def settings(path):
    """The settings of a configuration file, those shown as comments too, by their groups."""
    found, group = set(), None
    for line in path.read_text(encoding="utf-8").splitlines():
        if match := re.fullmatch(r"\[(.+)\]", line):
            group = match.group(1)
        elif match := re.match(r"#?([A-Za-z-]+)=", line):
            found.add((group, match.group(1)))
    return found


class ManualsTest(unittest.TestCase):
    maxDiff = None

    def test_F8_no_page_has_warnings(self):
        for path in PAGES:
            done = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", str(path)],
                                  env={**os.environ, "LC_ALL": "C.UTF-8", "MANROFFSEQ": "", "MANWIDTH": "80"},
                                  stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
            self.assertEqual((path.name, done.returncode, done.stderr), (path.name, 0, ""))

    def test_F8_every_page_is_installed(self):
        listed = re.findall(r"'(.*?)'", (MAN / "meson.build").read_text(encoding="utf-8"))
        self.assertEqual(sorted(listed), [path.name for path in PAGES])

    def test_F8_pages_named_are_there(self):
        for path in PAGES:
            for name, number in re.findall(r"^\.BR (batchwork\S*) \((\d)\)", page(path.name), re.M):
                self.assertTrue((MAN / f"{name}.{number}").exists(), f"{path.name} names {name}({number})")

    def test_F8_options_of_the_application_and_the_worker(self):
        said = options(ask("batchwork", "--help-all"))
        self.assertEqual(options(section(page("batchwork.1"), "OPTIONS")), said)
        self.assertEqual(options(section(page("batchwork-worker.1"), "OPTIONS")), options(ask("batchwork-worker", "--help")))

    def test_F8_options_and_commands_of_the_server(self):
        text, said = page("batchworkd.8"), ask("batchworkd", "--help")
        commands = re.findall(r"^  batchworkd ([a-z-]+) ", said, re.M)
        self.assertEqual(options(section(text, "OPTIONS")), options(said))
        described = section(text, "COMMANDS")
        common = options(described.split(".TP\n", 1)[0])
        parts = dict(re.findall(r"^\.TP\n\.B ([a-z-]+)\n(.*?)(?=^\.TP\n\.B [a-z]|\Z)", described, re.M | re.S))
        self.assertEqual(sorted(parts), sorted(commands))
        for command in commands:
            same = re.search(r"options are those of\n\.B[R]? (\S+)", parts[command])
            wanted = options(ask("batchworkd", command, "--help")) - {"--help"}
            self.assertEqual((command, common & wanted | options(parts[same.group(1)] if same else parts[command])),
                             (command, wanted))

    def test_G14_options_and_commands_of_the_command_line(self):
        text = page("batchworkctl.1")
        commands = set(re.findall(r"^  ([a-z][a-z-]+)", ask("batchworkctl", "--help"), re.M))
        described = {re.split(r"[ \"]", words)[0] for words in tagged(section(text, "COMMANDS")) if words[0] != "-"}
        self.assertEqual(described, commands)
        said = set().union(*(options(ask("batchworkctl", command, "--help-all")) for command in commands))
        said -= {"--help-all", "--help-jobs"}  # which only sort the help
        chosen = options("\n".join(words for words in tagged(text) if words.startswith("-")))
        self.assertEqual(chosen, said)

    def test_F8_settings_of_the_server(self):
        text = page("batchworkd.conf.5")
        described = {(group, words.split(" =")[0]) for group in re.findall(r"^\.SH \[(.*)\]$", text, re.M)
                     for words in tagged(section(text, f"[{group}]"))}
        self.assertEqual(described, settings(TOP / "data" / "batchworkd.conf"))

    def test_F8_settings_of_the_worker(self):
        described = {("worker", words.split(" =")[0]) for words in tagged(section(page("batchwork-worker.1"), "CONFIGURATION"))}
        self.assertEqual(described, settings(TOP / "data" / "batchwork-worker.conf"))

    def test_F8_keys_of_a_job_type(self):
        described = {("Job Type", words.split(" =")[0]) for words in tagged(section(page("batchwork-job.5"), "KEYS"))}
        self.assertEqual(described, settings(TOP / "data" / "demo" / "jobs" / "send-invoices.job"))


del sys.argv[1:]
tap.main("/project/manuals")
