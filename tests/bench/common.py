# SPDX-License-Identifier: GPL-3.0-or-later
"""What the benchmarks share: programs, tables, a scratch folder, a real server."""

import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "3"))


def program(name):
    found = shutil.which(name)
    if not found:
        sys.exit(f"{name} is not on the path; run the benchmarks with ./dev bench")
    return found


def table(title, head, rows):
    rows = [[str(cell) for cell in row] for row in [head, *rows]]
    widths = [max(map(len, column)) for column in zip(*rows)]
    print(f"\n{title}")
    for row in rows:
        cells = [row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        print("  " + "  ".join(cells).rstrip(), flush=True)


def number(value):
    return f"{value:,.0f}"


class Server:
    """A real batchworkd with a demo office in a scratch store, on a free port."""

    def __init__(self, folder, store=None, *arguments):
        command = [program("batchworkd"), "--demo", "--listen", "127.0.0.1:0",
                   "--store", store or f"sqlite:{folder}/bench.db", *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        match = re.search(r"http://127\.0\.0\.1:(\d+)", line)
        if not match:
            sys.exit(f"batchworkd did not start: {line!r}")
        self.port = int(match[1])
        self.token = self.ask("POST", "/v1/sessions", {"user": "olivia", "password": "batchwork-demo"})["token"]

    def ask(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Content-Type": "application/json"}
        if hasattr(self, "token"):
            headers["Authorization"] = f"Bearer {self.token}"
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = json.loads(connection.getresponse().read() or "null")
        connection.close()
        return answer

    def load(self, mode, connections, batch, seconds=SECONDS, *options):
        command = [program("bench-load"), mode, "--port", str(self.port), "--token", self.token,
                   "--business", "willems", "--connections", str(connections), "--batch", str(batch),
                   "--seconds", str(seconds), *options]
        return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


@contextmanager
def scratch():
    # Beside the build, not in /tmp: that may be memory, where an fsync costs nothing.
    with tempfile.TemporaryDirectory(prefix="bench-", dir=os.environ.get("BENCH_DIR", os.getcwd())) as folder:
        yield folder
