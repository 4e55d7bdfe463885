#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a program as a systemd unit would confine it: sandbox.py UNIT STATE-DIRECTORY PROGRAM ARGUMENT…

What a unit forbids is enforced by the kernel here too, as far as that goes without systemd: system calls,
address families, namespaces, memory that is written and executed, capabilities; files are read-only but for
the state directory, which has TMPDIR in it, and of /proc only processes are there. A system call that the unit
would answer with an error ends the program here (SIGSYS), so that none goes unnoticed.

The program has this process's number, as socket activation needs.
"""

import ctypes
import errno
import os
import platform
import stat
import struct
import sys

from unit import allowed_calls, call_numbers, read_unit

LIBC = ctypes.CDLL(None, use_errno=True)
# linux/prctl.h
PR_SET_SECCOMP, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_SET_MDWE = 22, 24, 38, 65
# linux/mount.h
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 4096, 16384, 1 << 18
MOUNT_ATTR_RDONLY, AT_RECURSIVE = 1, 0x8000
# linux/seccomp.h, linux/filter.h and linux/audit.h
ALLOW, KILL, FAIL = 0x7FFF0000, 0x80000000, 0x00050000
LOAD, IF_EQUAL, IF_AT_LEAST, IF_ANY_OF, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
LINE = "HBBI"
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16
AUDIT_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
FAMILIES = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10, "AF_NETLINK": 16}
ALL_NAMESPACES = 0x7E020080
DYNAMIC_USER = 61500  # one of those that systemd takes


def check(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def prctl(*arguments):
    check(LIBC.prctl(*(ctypes.c_ulong(each) for each in (*arguments, 0, 0, 0)[:5])))


def mount(source, target, kind=None, flags=0):
    texts = (text.encode() if text else None for text in (source, target, kind))
    check(LIBC.mount(*texts, ctypes.c_ulong(flags), None))


def set_read_only(path, on):
    attributes = struct.pack("QQQQ", MOUNT_ATTR_RDONLY * on, MOUNT_ATTR_RDONLY * (not on), 0, 0)
    mount_setattr = call_numbers()["mount_setattr"]
    check(LIBC.syscall(mount_setattr, -1, path.encode(), AT_RECURSIVE * on, attributes, len(attributes)))


def hide_all_but_processes():
    for entry in os.scandir("/proc"):
        if entry.is_symlink() or entry.name.isdigit():
            continue
        if stat.S_ISDIR(entry.stat().st_mode):
            mount("none", entry.path, "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV)
        else:
            mount("/dev/null", entry.path, flags=MS_BIND)


def confine_files(settings, state):
    maps = [f"{DYNAMIC_USER} {own} 1" for own in (os.getuid(), os.getgid())]
    os.unshare(os.CLONE_NEWUSER | os.CLONE_NEWNS | os.CLONE_NEWIPC)
    for name, text in zip(("setgroups", "uid_map", "gid_map"), ("deny", *maps)):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(text)
    mount("none", "/", flags=MS_REC | MS_PRIVATE)
    mount(state, state, flags=MS_BIND | MS_REC)
    if settings.get("ProcSubset") == ["pid"]:
        hide_all_but_processes()
    if settings.get("ProtectSystem") == ["strict"]:
        set_read_only("/", True)
        set_read_only(state, False)
    os.chdir(os.getcwd())  # which may be in the state directory's new mount


def drop_capabilities(settings):
    if settings.get("CapabilityBoundingSet") != []:
        raise ValueError("This unit keeps capabilities, which can't be had here")
    for number in range(64):
        if LIBC.prctl(PR_CAPBSET_DROP, number, 0, 0, 0) < 0:
            if number < 38:  # CAP_AUDIT_READ and all before it are known to any kernel
                check(-1)
            break


def make_filter(settings):
    """A program for the kernel: each line an operation, two jumps and a value."""
    numbers = call_numbers()
    lines = [(LOAD, 0, 0, ARCHITECTURE), (IF_EQUAL, 1, 0, AUDIT_ARCHITECTURES[platform.machine()]),
             (RETURN, 0, 0, KILL), (LOAD, 0, 0, NUMBER)]

    def judge(name, *judgement):
        lines.extend([(IF_EQUAL, 0, len(judgement), numbers[name]), *judgement])

    if families := " ".join(settings.get("RestrictAddressFamilies", [])).split():
        known = [line for each in families
                 for line in ((IF_EQUAL, 0, 1, FAMILIES[each]), (RETURN, 0, 0, ALLOW))]
        judge("socket", (LOAD, 0, 0, FIRST_ARGUMENT), *known, (RETURN, 0, 0, FAIL | errno.EAFNOSUPPORT))
    if settings.get("RestrictNamespaces") == ["yes"]:
        judge("unshare", (RETURN, 0, 0, KILL))
        judge("setns", (RETURN, 0, 0, KILL))
        judge("clone3", (RETURN, 0, 0, FAIL | errno.ENOSYS))  # its flags are out of a filter's sight
        judge("clone", (LOAD, 0, 0, FIRST_ARGUMENT), (IF_ANY_OF, 0, 1, ALL_NAMESPACES), (RETURN, 0, 0, KILL),
              (RETURN, 0, 0, ALLOW))
    for name in sorted(allowed_calls(settings) & set(numbers)):
        judge(name, (RETURN, 0, 0, ALLOW))
    lines.append((RETURN, 0, 0, KILL))
    return b"".join(struct.pack(LINE, *line) for line in lines)


def confine_calls(program):
    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("lines", ctypes.c_char_p)]

    filter_program = Program(len(program) // struct.calcsize(LINE), program)
    prctl(PR_SET_SECCOMP, 2, ctypes.addressof(filter_program))


def main(unit, state, *command):
    settings = read_unit(unit)
    program = make_filter(settings)
    os.environ["HOME"] = state
    os.environ["TMPDIR"] = os.path.join(state, "tmp")
    os.makedirs(os.environ["TMPDIR"], exist_ok=True)
    call_numbers()
    confine_files(settings, os.path.realpath(state))
    drop_capabilities(settings)
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    if settings.get("MemoryDenyWriteExecute") == ["yes"]:
        prctl(PR_SET_MDWE, 1)
    os.umask(int(settings["UMask"][-1], 8))
    confine_calls(program)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(*sys.argv[1:])
