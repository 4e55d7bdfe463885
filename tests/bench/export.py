# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast many jobs go from a server into a file, and in how much memory."""

import json
import os
import re
import subprocess
import time

from common import Server, number, program, scratch, table

ROWS = int(os.environ.get("BENCH_EXPORT_ROWS", "1000000"))
ALL_COLUMNS = ("name,status,user,created,completed,number,type,items,succeeded,failed,skipped,message,references,"
               "started,updated,updated-by,run-at,priority,attempt,result")


def own_memory(pid):
    """Without the store's file, of which as much is mapped as the system likes to keep."""
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        return int(re.search(r"RssAnon:\s+(\d+)", file.read())[1]) / 1024


def run(*command):
    """The last line that a program says, how long it takes, and what of the machine it uses."""
    start = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        *_, last = process.stdout
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(last)
    return last, time.monotonic() - start, usage


def processor(usage):
    return usage.ru_utime + usage.ru_stime


def server_processor(server):
    with open(f"/proc/{server.process.pid}/stat", encoding="utf-8") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def export(server, kind, path, *keys):
    """A row of the table, but for its name."""
    before = server_processor(server)
    last, seconds, usage = run(program("export-tool"), "jobs", f"http://127.0.0.1:{server.port}", server.token,
                               "willems", kind, path, *keys)
    count = int(last.split()[1])
    return [number(count), f"{seconds:.1f}", number(count / seconds), f"{processor(usage):.1f}",
            f"{server_processor(server) - before:.1f}", f"{usage.ru_maxrss / 1024:.0f}",
            f"{own_memory(server.process.pid):.0f}", f"{os.path.getsize(path) / 1e6:.0f}"]


def bench_export():
    """Jobs a second from a real server into CSV and XLSX, beside a plain loop of libxlsxwriter."""
    with scratch() as folder:
        Server(folder).stop()
        subprocess.run([program("bench-fill"), f"sqlite:{folder}/bench.db", "willems", str(ROWS)], check=True,
                       stdout=subprocess.DEVNULL)
        server = Server(folder)
        rows = []
        try:
            for name, kind, keys in (("CSV, usual columns", "csv", ()),
                                     ("Excel, usual columns", "xlsx", ()),
                                     ("Excel, all 20 columns", "xlsx", (f"columns={ALL_COLUMNS}",))):
                path = f"{folder}/{len(rows)}.{kind}"
                rows.append([name, *export(server, kind, path, *keys)])
        finally:
            server.stop()
        limit = json.loads(run(program("bench-sheet"), f"{folder}/0.csv", f"{folder}/limit.xlsx")[0])
        rows.append(["libxlsxwriter alone, usual columns", number(limit["rows"]), f"{limit['seconds']:.1f}",
                     number(limit["rows"] / limit["seconds"]), f"{limit['cpu']:.1f}", "", "", "",
                     f"{os.path.getsize(f'{folder}/limit.xlsx') / 1e6:.0f}"])
    table("Export from a real server",
          ["", "jobs", "seconds", "jobs/s", "CPU s", "server's CPU s", "peak MB", "server's own MB", "file MB"], rows)
