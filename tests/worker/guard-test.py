#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guard of one command, alone: guard-test.py BATCHWORK-GUARD [NAME…]"""

import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from worker_harness import is_gone, process_state, run, wait_until

# bw-guard-protocol.h
SIGNAL, STARTED, NOT_STARTED, ENDED = range(4)


class Guard:
    def __init__(self, *command):
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.control.settimeout(20)
        self.process = subprocess.Popen(
            [GuardTest.program, str(theirs.fileno()), *command],
            pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        )
        theirs.close()

    def hear(self):
        """The next message as (kind, value); None at the end."""
        message = self.control.recv(100)
        return struct.unpack("ii", message) if message else None

    def signal(self, number):
        self.control.send(struct.pack("ii", SIGNAL, number))

    def close(self):
        self.control.close()
        self.process.wait(20)
        self.process.stdout.close()


class GuardTest(unittest.TestCase):
    program = None

    # A child in the group, one in a session of its own, and one without a parent.
    FAMILY = """
sleep 1000 & echo $! >>"$1"
setsid sleep 1000 & echo $! >>"$1"
(setsid sh -c 'echo $$ >>"$1"; exec sleep 1000' sh "$1" &)
echo $$ >>"$1"
wait
"""

    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="guard-test-"))
        self.guards = []

    def tearDown(self):
        for guard in self.guards:
            guard.close()
        shutil.rmtree(self.directory)

    def start(self, *command):
        guard = Guard(*command)
        self.guards.append(guard)
        return guard

    def start_family(self):
        path = self.directory / "pids"
        guard = self.start("sh", "-c", self.FAMILY, "sh", path)
        kind, leader = guard.hear()
        self.assertEqual(kind, STARTED)
        wait_until(lambda: path.exists() and path.read_text().count("\n") == 4, "four processes")
        pids = [int(pid) for pid in path.read_text().split()]
        self.assertIn(leader, pids)
        return guard, leader, pids

    def test_exit_status(self):
        guard = self.start("sh", "-c", "echo out; exit 3")
        self.assertEqual(guard.hear()[0], STARTED)
        self.assertEqual(guard.process.stdout.read(), b"out\n")
        kind, status = guard.hear()
        self.assertEqual((kind, os.waitstatus_to_exitcode(status)), (ENDED, 3))
        self.assertIsNone(guard.hear())
        self.assertEqual(guard.process.wait(20), 0)

    def test_program_missing(self):
        guard = self.start("/no/such/program")
        self.assertEqual(guard.hear(), (NOT_STARTED, 2))
        self.assertIsNone(guard.hear())

    def test_signals_are_as_in_a_shell(self):
        """A command must find SIGPIPE and the mask as if it were started by hand."""
        old = signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        guard = self.start("grep", "-E", "Sig(Blk|Ign)", "/proc/self/status")
        signal.signal(signal.SIGPIPE, old)
        text = guard.process.stdout.read().decode()
        self.assertEqual([int(line.split()[1], 16) for line in text.splitlines()], [0, 0])

    def test_own_group_and_session(self):
        guard = self.start("sh", "-c", "cat /proc/$$/stat")
        _, leader = guard.hear()
        fields = guard.process.stdout.read().decode().rsplit(")", 1)[1].split()
        group, session = int(fields[2]), int(fields[3])
        self.assertEqual(group, leader)
        self.assertEqual(session, guard.process.pid)

    def test_stop_and_continue_reach_all(self):
        guard, _, pids = self.start_family()
        guard.signal(signal.SIGSTOP)
        wait_until(lambda: {process_state(pid) for pid in pids} == {"T"}, "all stopped")
        guard.signal(signal.SIGCONT)
        wait_until(lambda: "T" not in {process_state(pid) for pid in pids}, "all going on")

    def test_end_takes_all_along(self):
        guard, leader, pids = self.start_family()
        os.kill(leader, signal.SIGTERM)
        kind, status = guard.hear()
        self.assertEqual((kind, os.waitstatus_to_exitcode(status)), (ENDED, -signal.SIGTERM))
        self.assertTrue(all(is_gone(pid) for pid in pids))

    def test_worker_gone(self):
        guard, _, pids = self.start_family()
        guard.signal(signal.SIGSTOP)
        guard.control.close()
        self.assertEqual(guard.process.wait(20), 0)
        self.assertTrue(all(is_gone(pid) for pid in pids))

    def test_guard_gone(self):
        """The kernel kills the command itself; see PR_SET_PDEATHSIG."""
        guard, leader, pids = self.start_family()
        guard.process.kill()
        wait_until(lambda: is_gone(leader), "the command's end")
        self.assertIsNone(guard.hear())
        for pid in pids:
            if not is_gone(pid):
                os.kill(pid, signal.SIGKILL)

    def test_terminal_signals_pass_by(self):
        guard, _, pids = self.start_family()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            guard.process.send_signal(number)
        guard.signal(signal.SIGSTOP)
        wait_until(lambda: {process_state(pid) for pid in pids} == {"T"}, "the guard at work")

    def test_usage(self):
        for arguments in ([], ["x", "true"], ["1", "true"], ["99", "true"]):
            done = subprocess.run([self.program, *arguments], capture_output=True, check=False)
            self.assertEqual(done.returncode, 64)
            self.assertIn(b"Usage", done.stderr)


if __name__ == "__main__":
    GuardTest.program = sys.argv[1]
    run("guard", sys.argv[2:])
