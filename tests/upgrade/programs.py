# SPDX-License-Identifier: GPL-3.0-or-later
"""The programs under test, and what speaks to them."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parent.parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "server")]

import tap  # noqa: E402  pylint: disable=wrong-import-position,unused-import

DAEMON, CTL = map(os.path.abspath, sys.argv[1:3])
del sys.argv[1:3]
os.environ["BATCHWORKD"] = DAEMON
os.environ["PATH"] = os.pathsep.join([os.path.dirname(DAEMON), os.environ["PATH"]])


def load_harness():
    spec = importlib.util.spec_from_file_location("server_harness", HERE.parent / "server" / "harness.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


harness = load_harness()


def store(*words, status=0):
    """Runs “batchworkctl store”, which hands over to the server's program; returns what it says."""
    done = subprocess.run([CTL, "store", *words], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          stdin=subprocess.DEVNULL, timeout=harness.PATIENCE * 6, check=False)
    assert done.returncode == status, f"{words} ended with {done.returncode}: {done.stdout}"
    return done.stdout


def start_refused(uri, word):
    """A server that must not start there."""
    done = subprocess.run([DAEMON, "--listen", "127.0.0.1:0", "--store", uri], text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=harness.PATIENCE * 3)
    assert done.returncode == 1 and word in done.stderr, f"{done.returncode}: {done.stdout}{done.stderr}"
