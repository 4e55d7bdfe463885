# SPDX-License-Identifier: GPL-3.0-or-later
"""A PostgreSQL server of a test's own, in a folder that goes when the test ends, however it ends.

with PostgreSQL() as postgresql: postgresql.create_database("office"); postgresql.uri("office")
"""

import glob
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

# Limits for what should never happen, no times to wait.
PATIENCE = float(os.environ.get("BATCHWORK_TEST_PATIENCE", "20")) * 3
TRIES = 5

SETTINGS = {
    "shared_buffers": "32MB",
    "max_connections": "400",
    "max_wal_size": "512MB",
    "wal_keep_size": "64MB",
    "log_line_prefix": "%m [%p] %d ",
}
# What a crash of the machine would lose. A crash of PostgreSQL alone loses nothing.
NOT_DURABLE = {"fsync": "off", "full_page_writes": "off"}


def find_programs():
    """The folder of the newest PostgreSQL's programs."""
    folders = glob.glob("/usr/lib/postgresql/*/bin/postgres")
    if not folders:
        raise FileNotFoundError("There is no PostgreSQL in /usr/lib/postgresql")
    return os.path.dirname(max(folders, key=lambda path: int(path.split("/")[4])))


PROGRAMS = find_programs()


def as_owner(*command):
    """PostgreSQL refuses to run as root, so it runs as the user that its package makes."""
    if os.geteuid() != 0:
        return list(command)
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]


def run(program, *arguments, **options):
    """Runs one of PostgreSQL's programs; returns what it prints."""
    done = subprocess.run(as_owner(os.path.join(PROGRAMS, program), *arguments), text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{program} failed: {done.stderr}{done.stdout}")
    return done.stdout


def wait_until_gone(pids, patience):
    """Waits for the end of processes, whosever children they are; returns those that go on."""
    watched = {}
    for pid in pids:
        try:
            watched[os.pidfd_open(pid)] = pid
        except ProcessLookupError:
            pass
    deadline = time.monotonic() + patience
    left = dict(watched)
    while left:
        ended, _, _ = select.select(list(left), [], [], max(0, deadline - time.monotonic()))
        if not ended:
            break
        for descriptor in ended:
            del left[descriptor]
    for descriptor in watched:
        os.close(descriptor)
    return list(left.values())


def kill_with_children(pid):
    """Ends a postmaster and all it started at one blow, as the kernel does when memory is short."""
    try:
        os.kill(pid, signal.SIGSTOP)  # so that it starts no more of them
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            pids = [pid, *map(int, file.read().split())]
    except (ProcessLookupError, FileNotFoundError):
        return
    for each in pids:
        try:
            os.kill(each, signal.SIGKILL)
        except ProcessLookupError:
            pass
    wait_until_gone(pids[1:], PATIENCE)


class Folder:
    """A folder that is removed, with the servers in it ended, when this process is gone."""

    def __init__(self, parent=None):
        self.path = tempfile.mkdtemp(prefix="bw-postgresql-", dir=parent)
        if os.geteuid() == 0:
            shutil.chown(self.path, "postgres", "postgres")
        self.guard = subprocess.Popen([sys.executable, "-B", os.path.abspath(__file__), "--guard", self.path],
                                      stdin=subprocess.PIPE, start_new_session=True)

    def remove(self):
        self.guard.stdin.close()
        self.guard.wait()


def guard(path):
    """Waits for the end of whoever made the folder, however it comes."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.stdin.buffer.read()
    for file in glob.glob(os.path.join(path, "*", "data", "postmaster.pid")):
        try:
            with open(file, encoding="ascii") as lines:
                pid = int(lines.readline())
            # The number may be another's by now.
            if os.path.samefile(f"/proc/{pid}/cwd", os.path.dirname(file)):
                kill_with_children(pid)
                wait_until_gone([pid], PATIENCE)
        except (OSError, ValueError):
            pass
    shutil.rmtree(path, ignore_errors=True)


class PostgreSQL:
    """A server. Clients come through its socket, or by TCP on the loopback if that is asked for.

    @settings are PostgreSQL's own; @durable: it syncs as installations do, so its folder should be on
    a disk, in @parent.
    """

    def __init__(self, settings=None, *, durable=False, tcp=False, folder=None, parent=None, locale="C.UTF-8"):
        self.own_folder = folder is None
        self.folder = folder or Folder(parent)
        self.data = os.path.join(tempfile.mkdtemp(dir=self.folder.path), "data")
        self.log = self.data + ".log"
        self.tcp, self.durable, self.locale = tcp, durable, locale
        self.settings = {**SETTINGS, **({} if durable else NOT_DURABLE), **(settings or {})}
        self.process, self.port = None, 5432
        if os.geteuid() == 0:
            shutil.chown(os.path.dirname(self.data), "postgres", "postgres")

    def __enter__(self):
        self.make()
        return self

    def __exit__(self, *exception):
        self.remove()

    def make(self):
        """Makes the cluster with the role "batchwork", which may make databases, and starts it."""
        run("initdb", "--no-sync", "--no-instructions", "--auth=trust", "--username=postgres",
            "--encoding=UTF8", "--locale=" + self.locale,
            *(["--locale-provider=builtin"] if self.locale == "C.UTF-8" else []), "-D", self.data)
        self.start()
        self.sql("CREATE ROLE batchwork LOGIN CREATEDB")

    def start(self):
        """Returns when it accepts connections, and has replayed what a crash left."""
        for attempt in range(TRIES):
            if self.tcp and (self.process is None or attempt):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", 0))
                    self.port = probe.getsockname()[1]
            if self._start():
                return
            # Somebody took the port meanwhile.
            if not self.tcp or "Address already in use" not in self.get_log():
                break
        raise RuntimeError(f"PostgreSQL did not start: {self.get_log()}")

    def _start(self):
        settings = {"listen_addresses": "127.0.0.1" if self.tcp else "", **self.settings, "port": self.port,
                    "unix_socket_directories": os.path.dirname(self.data)}
        command = [os.path.join(PROGRAMS, "postgres"), "-D", self.data]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        address = os.path.join(os.path.dirname(self.data), "notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ready, open(self.log, "ab") as log:
            ready.bind(address)
            os.chmod(address, 0o777)
            self.process = subprocess.Popen(as_owner(*command), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env={**os.environ, "NOTIFY_SOCKET": address})
            end = os.pidfd_open(self.process.pid)
            try:
                good = self._await_ready(ready, end)
            finally:
                os.close(end)
                os.unlink(address)
        if not good:
            self.process.kill()
            self.process.wait()
        return good

    @staticmethod
    def _await_ready(ready, end):
        """PostgreSQL tells systemd, here us, when it is ready: sd_notify(3)."""
        while True:
            said, _, _ = select.select([ready, end], [], [], PATIENCE)
            if ready not in said:
                return False
            if b"READY=1" in ready.recv(4096):
                return True

    def uri(self, database=None, *, user="batchwork", tcp=False):
        """The address of a database; without one, what "/" and a database's name may be put behind."""
        host = "127.0.0.1" if tcp else urllib.parse.quote(os.path.dirname(self.data), safe="")
        return f"postgresql://{user}@{host}:{self.port}" + ("" if database is None else "/" + database)

    def sql(self, sql, database="postgres", *, user="postgres"):
        """Runs statements; returns the rows as text, columns divided by "|"."""
        return run("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", self.uri(database, user=user),
                   input=sql).rstrip("\n")

    def create_database(self, name, template="template1"):
        """Makes a database that belongs to "batchwork"; returns its address."""
        self.sql(f'CREATE DATABASE "{name}" OWNER batchwork TEMPLATE "{template}"')
        return self.uri(name)

    def drop_database(self, name):
        """Whoever is in it is thrown out."""
        self.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def get_log(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def stop(self, number=signal.SIGINT):
        """Ends it in order: SIGTERM waits for clients, SIGINT sends them away, SIGQUIT drops them."""
        self.process.send_signal(number)
        self.process.wait(PATIENCE)

    def kill(self):
        """Ends the server and all of its processes with SIGKILL."""
        kill_with_children(self.process.pid)
        self.process.wait()

    def crash_and_restart(self):
        self.kill()
        self.start()

    def restart(self):
        self.stop()
        self.start()

    def freeze(self):
        """Stops all of its processes, as a machine that hangs; thaw() lets them go on."""
        self._signal_all(signal.SIGSTOP)

    def thaw(self):
        self._signal_all(signal.SIGCONT)

    def _signal_all(self, number):
        pid = self.process.pid
        if number == signal.SIGSTOP:
            os.kill(pid, number)
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            children = list(map(int, file.read().split()))
        for each in [*children, pid]:
            try:
                os.kill(each, number)
            except ProcessLookupError:
                pass

    def add_standby(self):
        """Returns a running server that follows this one; wait_for_standby() makes commits wait for it."""
        standby = PostgreSQL(self.settings, durable=self.durable, tcp=self.tcp, folder=self.folder)
        run("pg_basebackup", "--no-sync", "--checkpoint=fast", "--wal-method=stream", "--write-recovery-conf",
            "-d", self.uri(user="postgres"), "-D", standby.data)
        if not self.tcp:
            standby.port = self.port + 1
        standby.start()
        return standby

    def wait_for_standby(self, wait=True):
        """Whether a commit is answered only when a standby has it too, so that a failover loses nothing."""
        name = "*" if wait else ""
        self.sql(f"ALTER SYSTEM SET synchronous_standby_names = '{name}'")
        self.sql("SELECT pg_reload_conf()")

    def promote(self):
        """Makes a standby the one that takes writes; returns when it does."""
        assert self.sql(f"SELECT pg_promote(true, {int(PATIENCE)})") == "t", self.get_log()

    def remove(self):
        """Ends it; the one who owns the folder removes that too."""
        if self.is_running():
            self.kill()
        if self.own_folder:
            self.folder.remove()


def join_uris(*uris):
    """One address for several servers of one database; libpq takes the one that takes writes."""
    parts = [re.match(r"postgresql://(\w+)@([^/]*)(/.*)?$", uri).groups() for uri in uris]
    user, _, database = parts[0]
    hosts = ",".join(host for _, host, _ in parts)
    return f"postgresql://{user}@{hosts}{database or ''}?target_session_attrs=read-write"


if __name__ == "__main__":
    assert sys.argv[1] == "--guard"
    guard(sys.argv[2])
