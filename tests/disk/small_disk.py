# SPDX-License-Identifier: GPL-3.0-or-later
"""A disk of a few megabytes that can be filled and emptied: a file system in a mount namespace of the test's
own, so that nobody else sees it and it goes with the test."""

import errno
import os
import shutil
import subprocess
import tempfile

PAGE = 4096


def run(*command):
    subprocess.run(command, check=True, capture_output=True, text=True)


def enter_own_mounts():
    """What this process mounts from now on is its own and its children's. Raises OSError where that isn't allowed."""
    if os.geteuid() != 0:
        user, group = os.getuid(), os.getgid()
        os.unshare(os.CLONE_NEWUSER | os.CLONE_NEWNS)
        for file, text in [("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")]:
            with open(f"/proc/self/{file}", "w", encoding="ascii") as to:
                to.write(text)
    else:
        os.unshare(os.CLONE_NEWNS)
    run("mount", "--make-rprivate", "/")


class Disk:
    """A disk, mounted at its path. What it doesn't hold for others is room, or ballast."""

    kinds = {"tmpfs": True, "ext4": shutil.which("mkfs.ext4") is not None}

    def __init__(self, megabytes, kind="tmpfs"):
        self.folder = tempfile.mkdtemp(prefix="bw-disk-")
        self.path = os.path.join(self.folder, "disk")
        os.mkdir(self.path)
        if kind == "tmpfs":
            run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", self.path)
        else:
            image = os.path.join(self.folder, "image")
            with open(image, "wb") as file:
                file.truncate(megabytes << 20)
            run("mkfs.ext4", "-q", "-m", "0", image)
            run("mount", "-o", "loop", image, self.path)
        self.ballast = os.path.join(self.path, "ballast")

    def count_room(self):
        state = os.statvfs(self.path)
        return state.f_bavail * state.f_frsize

    def leave(self, size):
        """Fills the disk but for so many bytes, or empties it until there are so many."""
        more = (self.count_room() - size) // PAGE
        with open(self.ballast, "ab", buffering=0) as file:
            if more < 0:
                file.truncate(max(0, file.tell() + more * PAGE))
            try:
                for _ in range(more):
                    file.write(bytes(PAGE))
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise

    def empty(self):
        os.remove(self.ballast)

    def remove(self):
        run("umount", "--lazy", self.path)
        shutil.rmtree(self.folder)
