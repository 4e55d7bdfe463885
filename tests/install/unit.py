# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads systemd units, and what their system call filters let through."""

import functools
import os
import re
import subprocess


def read_unit(path, section="Service"):
    """A section's settings: name to the list of values, in order. An empty value clears those before."""
    found, here = {}, None
    with open(path, encoding="utf-8") as file:
        text = file.read().replace("\\\n", " ")
    for line in text.splitlines():
        if match := re.fullmatch(r"\[(.+)\]", line):
            here = match.group(1)
        elif here == section and (match := re.fullmatch(r"(\w+)=(.*)", line)):
            name, value = match.groups()
            found[name] = found.get(name, []) + [value] if value else []
    return found


@functools.cache
def groups():
    """systemd's groups of system calls, by name; a group may hold others."""
    quiet = {name: value for name, value in os.environ.items() if name != "NOTIFY_SOCKET"}
    listed = subprocess.run(["systemd-analyze", "syscall-filter", "--no-pager"], check=True, capture_output=True,
                            text=True, env=quiet).stdout
    found, here = {}, None
    for line in listed.splitlines():
        if line.startswith("@"):
            here = found.setdefault(line.strip(), [])
        elif here is not None and (match := re.fullmatch(r" +(@?\w[\w-]*)", line)):
            here.append(match.group(1))
    return found


def calls_of(name):
    """The system calls of a group, with those of the groups in it; or the one call."""
    return set().union(*map(calls_of, groups()[name])) if name.startswith("@") else {name}


def allowed_calls(settings):
    """What SystemCallFilter= leaves: a list that begins with what is allowed, less what ~ takes away."""
    allowed = set(calls_of("@default"))
    for value in settings["SystemCallFilter"]:
        names = set().union(*map(calls_of, value.removeprefix("~").split()))
        allowed = allowed - names if value.startswith("~") else allowed | names
    return allowed


@functools.cache
def call_numbers():
    """The numbers of this machine's system calls, as the C library's headers have them."""
    listed = subprocess.run(["cc", "-E", "-dM", "-include", "asm/unistd.h", "-x", "c", "/dev/null"], check=True,
                            capture_output=True, text=True).stdout
    return {name: int(number) for name, number in re.findall(r"^#define __NR_(\w+) (\d+)$", listed, re.M)}
