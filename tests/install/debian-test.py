#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The packaging agrees with the project it packages: debian-test.py SOURCES BUILD VERSION

Cheap; package-test.py builds and installs the packages."""

import json
import re
import subprocess
import sys
import unittest
from pathlib import Path, PurePath

sys.path.append(str(Path(__file__).resolve().parent.parent))

import tap  # pylint: disable=wrong-import-position

SOURCES, BUILD, VERSION = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
DEBIAN = SOURCES / "debian"


def installed_files():
    """What "meson install" puts where, as with the prefix that packages have."""
    listed = json.loads(subprocess.run(["meson", "introspect", "--installed", BUILD], check=True,
                                       capture_output=True, text=True).stdout)
    return {re.sub(r"^(/usr(/local)?/etc|/etc)/", "etc/", re.sub(r"^/usr/local/(?!etc/)", "usr/", path)).lstrip("/")
            for path in listed.values()}


def packaged():
    """The lines of the packages' lists, and whose they are."""
    return [(path.stem, PurePath(line)) for path in sorted(DEBIAN.glob("*.install"))
            for line in path.read_text(encoding="utf-8").split()]


def paragraphs():
    return [dict(re.findall(r"^([\w-]+):((?:.*\n(?: .*\n)*))", text + "\n", re.M))
            for text in (DEBIAN / "control").read_text(encoding="utf-8").split("\n\n")]


class Debian(unittest.TestCase):
    def test_every_file_is_in_one_package(self):
        for name in installed_files():
            owners = [package for package, listed in packaged() if listed in (PurePath(name), *PurePath(name).parents)]
            self.assertEqual(len(owners), 1, f"{name}: {owners}")

    def test_every_line_has_files(self):
        installed = [PurePath(name) for name in installed_files()]
        for package, listed in packaged():
            self.assertTrue(any(listed in (name, *name.parents) for name in installed), f"{package}: {listed}")

    def test_version(self):
        latest = (DEBIAN / "changelog").read_text(encoding="utf-8").split("\n", 1)[0]
        self.assertEqual(re.fullmatch(r"batchwork \((.*)\) \w+; urgency=\w+", latest).group(1), VERSION)

    def test_what_builds_it_is_what_dev_installs(self):
        text = (SOURCES / "build-aux/packages.txt").read_text(encoding="utf-8")
        listed = set(re.sub(r"#.*", "", text).split())
        listed |= {"libglib2.0-dev"}  # GTK's depends on it
        wanted = [re.match(r"[a-z0-9.+-]+", name.strip()).group() for name in
                  paragraphs()[0]["Build-Depends"].split(",") if name.strip()]
        wanted = [name.replace("debhelper-compat", "debhelper") for name in wanted]
        self.assertEqual(set(wanted) - listed, set())

    def test_each_package_is_described(self):
        described = {paragraph["Package"].strip() for paragraph in paragraphs()[1:]}
        self.assertEqual(described, {path.stem for path in DEBIAN.glob("*.install")})


del sys.argv[1:]
tap.main("/install/debian")
