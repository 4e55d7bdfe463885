# SPDX-License-Identifier: GPL-3.0-or-later
"""The long fuzzing run: readers under libFuzzer, and the API, both with the address sanitizer."""

import os
import re
import subprocess
import sys

from common import number, table

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("FUZZ_BUILD", os.path.join(TOP, "_build", "fuzz"))
SECONDS = int(os.environ.get("FUZZ_SECONDS", "600"))
# A leak is none of a reader that ends with the process; GLib's own are many.
ENVIRONMENT = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0:abort_on_error=1", "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
               "BATCHWORK_TEST_PATIENCE": "120", "BATCHWORKD": os.path.join(BUILD, "src/server/batchworkd")}


def build():
    if not os.path.exists(os.path.join(BUILD, "build.ninja")):
        subprocess.run(["meson", "setup", BUILD, TOP, "-Db_sanitize=address,undefined", "-Db_lundef=false", "-Dlibfuzzer=true", "-Dwerror=false",
                        "-Dc_args=-fsanitize=fuzzer-no-link"], check=True, env={**os.environ, "CC": "clang"},
                       stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "--quiet", "-C", BUILD, "src/server/batchworkd", "tests/fuzz/fuzz-readers", "tests/fuzz/fuzz-libfuzzer"],
                   check=True)


def fuzz_reader(name):
    """Goes on from what earlier runs found to be worth keeping."""
    corpus = os.path.join(BUILD, "corpus", name)
    os.makedirs(corpus, exist_ok=True)
    subprocess.run([os.path.join(BUILD, "tests/fuzz/fuzz-readers"), "--write-seeds", corpus, name], check=True, env=ENVIRONMENT)
    command = [os.path.join(BUILD, "tests/fuzz/fuzz-libfuzzer"), corpus, f"-max_total_time={SECONDS}", "-max_len=4096", "-timeout=10",
               "-print_final_stats=1", f"-artifact_prefix={BUILD}/find-{name}-"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
                          env={**ENVIRONMENT, "FUZZ_TARGET": name})
    if done.returncode != 0:
        sys.exit(f"The reader {name} fails:\n{done.stdout[-8000:]}")
    runs = re.search(r"stat::number_of_executed_units: *(\d+)", done.stdout)
    edges = re.findall(r"cov: (\d+)", done.stdout)
    return [name, number(int(runs[1])), edges[-1] if edges else "", len(os.listdir(corpus))]


def bench_fuzz():
    """Readers by libFuzzer and requests by the contract, each for FUZZ_SECONDS (600)."""
    build()
    listed = subprocess.run([os.path.join(BUILD, "tests/fuzz/fuzz-readers"), "--runs", "0"], check=True, stdout=subprocess.PIPE,
                            text=True, env=ENVIRONMENT)
    rows = [fuzz_reader(name) for name in re.findall(r"/fuzz/readers/(\S+)", listed.stdout)]
    table(f"Readers under libFuzzer, address and undefined behaviour sanitizers, {SECONDS} s each: nothing found",
          ["", "inputs", "edges", "corpus"], rows)
    server = os.path.join(TOP, "tests", "server")
    done = subprocess.run([sys.executable, "-B", os.path.join(server, "api_fuzz.py"), "--seconds", str(SECONDS)], check=False,
                          env={**ENVIRONMENT, "PYTHONPATH": os.path.join(TOP, "tests")}, stdout=subprocess.PIPE, text=True)
    print(f"\nRequests by the contract, spoilt, for {SECONDS} s\n  " + "\n  ".join(done.stdout.splitlines()))
    if done.returncode != 0:
        sys.exit("The API fails; the seed above makes the same requests again.")
