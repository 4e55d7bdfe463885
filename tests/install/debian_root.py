# SPDX-License-Identifier: GPL-3.0-or-later
"""A minimal Debian system in a folder, made with this system's own apt and dpkg; needs root.

It has what every Debian system has, and apt. Nothing runs in it but what is asked for: no services."""

import glob
import os
import re
import shutil
import subprocess

# Packages that ./dev has downloaded are taken from here.
DOWNLOADED = os.path.join(os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache")), "batchwork", "debs")
QUIET = {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8", "DPKG_MAINTSCRIPT_DEBUG": "",
         "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}
# Written by dpkg, apt, ldconfig and the like for themselves, whatever is installed.
NOBODYS = re.compile(r"/(var/(lib/(dpkg|apt|systemd/deb-systemd-helper-.*)|cache|log)|proc|dev|sys|tmp|run|repository)(/|$)"
                     r"|/etc/ld\.so\.cache$")


def call(*command, **options):
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                            **options)
    if result.returncode != 0:
        raise AssertionError(f"{' '.join(command)}: {result.returncode}\n{result.stdout[-5000:]}")
    return result.stdout


class DebianRoot:
    def __init__(self, folder):
        self.folder = folder
        self.archives = os.path.join(folder, "var/cache/apt/archives")
        for path in ("var/lib/dpkg", "var/lib/apt/lists/partial", "var/cache/apt/archives/partial", "etc/apt",
                     "proc", "dev", "repository"):
            os.makedirs(os.path.join(folder, path))
        open(os.path.join(folder, "var/lib/dpkg/status"), "wb").close()
        for deb in glob.glob(DOWNLOADED + "/*.deb"):
            try:
                os.link(deb, os.path.join(self.archives, os.path.basename(deb)))
            except OSError:  # on another disk
                shutil.copy(deb, self.archives)
        self.make()

    def path(self, name):
        return os.path.join(self.folder, name.lstrip("/"))

    def outer_apt(self, *arguments):
        """apt-get of this system, for the one in the making."""
        return call("apt-get", "-y", "-q", "-o", f"Dir::State={self.path('var/lib/apt')}", "-o",
                    f"Dir::State::status={self.path('var/lib/dpkg/status')}", "-o",
                    f"Dir::Cache={self.path('var/cache/apt')}", "-o", "APT::Sandbox::User=root", "-o",
                    "APT::Install-Recommends=false", *arguments)

    def make(self):
        self.outer_apt("update")
        planned = self.outer_apt("--simulate", "install", "?essential", "apt")
        self.outer_apt("--download-only", "install", "?essential", "apt")
        names = re.findall(r"^Inst (\S+) \((\S+)", planned, re.M)
        debs = [glob.glob(f"{self.archives}/{name}_{version.replace(':', '%3a')}_*.deb")[0] for name, version in names]
        for deb in debs:
            with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", deb], stdout=subprocess.PIPE) as unpacked:
                call("tar", "-x", "-C", self.folder, stdin=unpacked.stdout)
        for path in ("proc", "dev"):
            call("mount", "--rbind", f"/{path}", self.path(path))
        with open(self.path("usr/sbin/policy-rc.d"), "w", encoding="ascii") as file:
            file.write("#!/bin/sh\nexit 101\n")
        os.chmod(self.path("usr/sbin/policy-rc.d"), 0o755)
        self.run("dpkg", "--force-depends", "--install", *(deb.removeprefix(self.folder) for deb in debs))
        for path in glob.glob("/etc/apt/sources.list*") + ["/etc/resolv.conf"]:
            (shutil.copytree if os.path.isdir(path) else shutil.copy)(
                path, self.path(path), **({"dirs_exist_ok": True} if os.path.isdir(path) else {}))
        with open(self.path("etc/apt/sources.list.d/batchwork.list"), "w", encoding="ascii") as file:
            file.write("deb [trusted=yes] file:/repository ./\n")

    def run(self, *command, **options):
        return call("chroot", self.folder, *command, env=QUIET, **options)

    def apt(self, *arguments):
        return self.run("apt-get", "-y", "-q", "-o", "APT::Sandbox::User=root", "-o",
                        "APT::Install-Recommends=false", *arguments)

    def offer(self, debs):
        """Has apt find these packages, and no earlier ones."""
        for old in glob.glob(self.path("repository/*")):
            os.remove(old)
        for deb in debs:
            shutil.copy(deb, self.path("repository"))
        listed = subprocess.run(["dpkg-scanpackages", "--multiversion", "."], cwd=self.path("repository"), check=True,
                                capture_output=True, text=True).stdout
        with open(self.path("repository/Packages"), "w", encoding="utf-8") as file:
            file.write(listed)
        self.apt("update")

    def list_files(self):
        found = set()
        for folder, folders, files in os.walk(self.folder):
            here = folder.removeprefix(self.folder)
            folders[:] = [name for name in folders if not NOBODYS.match(f"{here}/{name}")]
            found.update(f"{here}/{name}" for name in folders + files if not NOBODYS.match(f"{here}/{name}"))
        return found

    def end(self):
        for path in ("dev", "proc"):
            call("umount", "--recursive", "--lazy", self.path(path))
        shutil.rmtree(self.folder)
