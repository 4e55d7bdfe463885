#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the Debian packages, and installs, upgrades and removes them: package-test.py SOURCES [FOLDER]

FOLDER has packages that were built before, which saves the minutes of building them. Needs root, and a Debian
mirror for what ./dev has not downloaded."""

import ctypes
import glob
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE), os.path.join(os.path.dirname(HERE), "server")]

import tap  # pylint: disable=wrong-import-position
from debian_root import DebianRoot, call  # pylint: disable=wrong-import-position
from harness import Api  # pylint: disable=wrong-import-position

SOURCES = os.path.abspath(sys.argv[1])
BUILT = os.path.abspath(sys.argv[2]) if len(sys.argv) > 2 else None
PACKAGES = ["batchwork", "batchwork-common", "batchwork-server", "batchwork-worker", "batchworkctl"]
PROGRAMS = {"batchworkd": "batchwork-server", "batchwork-worker": "batchwork-worker",
            "batchworkctl": "batchworkctl", "batchwork": "batchwork"}
STORE = "/var/lib/batchwork/batchwork.db"
MS_REC_PRIVATE = 16384 | 1 << 18


def build(folder):
    """Builds from what git knows of, and what is new; returns where the packages are."""
    tree = os.path.join(folder, "batchwork")
    listed = subprocess.run(["git", "-C", SOURCES, "ls-files", "-coz", "--exclude-standard"], check=True,
                            capture_output=True).stdout.decode().split("\0")
    for name in filter(None, listed):
        if os.path.exists(os.path.join(SOURCES, name)):
            os.makedirs(os.path.dirname(os.path.join(tree, name)), exist_ok=True)
            shutil.copy2(os.path.join(SOURCES, name), os.path.join(tree, name), follow_symlinks=False)
    call("dpkg-buildpackage", "-us", "-uc", "-b", cwd=tree,
         env={**os.environ, "DEB_BUILD_OPTIONS": f"nocheck parallel={os.cpu_count()}"})
    return folder


def find(folder, package):
    found = glob.glob(os.path.join(folder, package + "_*.deb"))
    assert len(found) == 1, found
    return found[0]


def make_lower(deb, folder):
    """The same package as of a version before, with a default that changed since."""
    tree = os.path.join(folder, "lower")
    call("dpkg-deb", "-R", deb, tree)
    with open(os.path.join(tree, "DEBIAN/control"), "r+", encoding="utf-8") as file:
        version = re.search(r"^Version: (.*)$", text := file.read(), re.M).group(1)
        file.seek(0)
        file.write(text.replace(version, f"{version}~lower"))
        file.truncate()
    for conffile in glob.glob(os.path.join(tree, "etc/batchwork/*.conf")):
        with open(conffile, "a", encoding="utf-8") as file:
            file.write("# as it was before\n")
    lower = os.path.join(folder, os.path.basename(deb).replace(version, f"{version}~lower"))
    call("dpkg-deb", "-b", "--root-owner-group", tree, lower)
    shutil.rmtree(tree)
    return lower


class Packages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        os.unshare(os.CLONE_NEWNS)
        assert ctypes.CDLL(None).mount(b"none", b"/", None, MS_REC_PRIVATE, None) == 0
        cls.folder = tempfile.mkdtemp(prefix="bw-packages-", dir="/var/tmp")
        os.chmod(cls.folder, 0o755)
        cls.built = BUILT or build(cls.folder)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def test_lintian_finds_nothing(self):
        changes = glob.glob(os.path.join(self.built, "batchwork_*.changes"))
        result = subprocess.run(["lintian", "--allow-root", "--fail-on=error,warning", *changes], capture_output=True,
                                text=True, check=False)
        self.assertEqual((result.returncode, result.stdout), (0, ""), result.stderr)

    def test_each_is_what_it_says(self):
        """The server needs no desktop, and nothing needs the server."""
        for package in PACKAGES:
            fields = call("dpkg-deb", "-f", find(self.built, package))
            depends = re.search(r"^Depends: (.*)$", fields, re.M)
            depends = depends.group(1) if depends else ""
            self.assertEqual("libgtk-4-1" in depends, package == "batchwork", depends)
            self.assertNotIn("batchwork-server", depends)

    def test_installs_upgrades_and_removes(self):
        root = DebianRoot(os.path.join(self.folder, "root"))
        try:
            self.follow(root)
        finally:
            root.end()

    def follow(self, root):
        new = [find(self.built, package) for package in PACKAGES]
        root.offer(make_lower(deb, self.folder) for deb in new)
        planned = root.apt("--simulate", "install", *PACKAGES)
        needed = set(re.findall(r"^Inst (\S+)", planned, re.M)) - set(PACKAGES)
        root.apt("install", *needed)
        before = root.list_files()
        root.apt("install", *PACKAGES)
        self.check_programs(root)
        self.make_store(root)
        self.change_configuration(root)

        root.offer(new)
        root.apt("-o", "Dpkg::Options::=--force-confold", "upgrade")
        self.assertEqual(root.run("dpkg-query", "-W", "-f", "${Version}\n", *PACKAGES).count("~lower"), 0)
        self.check_programs(root)
        self.check_configuration(root)
        self.check_store(root)

        root.run("dpkg", "--remove", *PACKAGES)
        left = root.list_files() - before
        self.assertLessEqual({"/etc/batchwork/batchworkd.conf", "/etc/batchwork/batchwork-worker.conf", STORE}, left)
        self.assertEqual([name for name in left if not name.startswith(("/etc/batchwork", "/var/lib/batchwork"))], [])
        root.run("dpkg", "--purge", *PACKAGES)
        left = root.list_files()
        # What the office made is its own: the store, until somebody removes it.
        self.assertEqual({name for name in left - before if not name.startswith("/var/lib/batchwork")}, set())
        self.assertIn(STORE, left)
        self.assertEqual(before - left, set())

    def check_programs(self, root):
        for program, package in PROGRAMS.items():
            said = root.run(program, "--version")
            self.assertRegex(said, rf"{program} \d", package)
        for unit in ("batchworkd.service", "batchworkd.socket", "batchwork-worker.service"):
            self.assertTrue(os.path.exists(root.path(f"/usr/lib/systemd/system/{unit}")), unit)
            # The administrator starts them, when there is a store, and a token.
            self.assertFalse(glob.glob(root.path(f"/etc/systemd/system/*.wants/{unit}")), unit)

    def make_store(self, root):
        root.run("mkdir", "-p", "-m", "700", "/var/lib/batchwork")
        root.run("batchworkd", "init", "--config", "/etc/batchwork/batchworkd.conf", "--business", "willems",
                 "--business-name", "Willems", "--owner", "olivia", "--owner-name", "Olivia", "--password-file", "-",
                 input="a long password\n")
        with self.server(root) as api:
            self.assertEqual(len(api.submit("willems", *({"type": "send-invoices"} for _ in range(3)))), 3)

    def check_store(self, root):
        with self.server(root) as api:
            self.assertEqual(api.get("/v1/businesses/willems/jobs").json["total"], 3)

    def server(self, root):
        """The server as it is configured, in the root; gives who is signed in."""

        class Running:
            tls = None

            def __enter__(self):
                self.process = subprocess.Popen(["chroot", root.folder, "batchworkd"], stdout=subprocess.PIPE, text=True)
                line = self.process.stdout.readline()
                self.host, self.port = re.match(r"Listening on http://(.*):(\d+)$", line).groups()
                api = Api(self)
                answer = api.post("/v1/sessions", {"user": "olivia", "password": "a long password"})
                api.token = answer.json["token"]
                return api

            def __exit__(self, *_):
                self.process.send_signal(signal.SIGTERM)
                self.process.communicate(timeout=30)
                assert self.process.returncode == 0

        return Running()

    def change_configuration(self, root):
        """As an administrator does, in one of the two."""
        with open(root.path("/etc/batchwork/batchworkd.conf"), "r+", encoding="utf-8") as file:
            text = file.read().replace("#listen=127.0.0.1:8420", "listen=127.0.0.1:0")
            file.seek(0)
            file.write(text)
            file.truncate()

    def check_configuration(self, root):
        with open(root.path("/etc/batchwork/batchworkd.conf"), encoding="utf-8") as file:
            self.assertIn("\nlisten=127.0.0.1:0\n", file.read())
        with open(root.path("/etc/batchwork/batchwork-worker.conf"), encoding="utf-8") as file:
            self.assertNotIn("# as it was before", file.read())


del sys.argv[1:]
if os.geteuid() != 0:
    print("1..0 # SKIP installing packages takes root")
    sys.exit(0)
tap.main("/install/packages")
