# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the PostgreSQL servers of tests do what the tests rely upon."""

import os
import re
import signal
import subprocess
import sys
import unittest

import tap
from postgresql import PostgreSQL, join_uris, run, wait_until_gone

HERE = os.path.dirname(os.path.abspath(__file__))


class PostgreSQLTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = PostgreSQL()
        cls.server.make()

    @classmethod
    def tearDownClass(cls):
        cls.server.remove()
        assert not os.path.exists(cls.server.folder.path)

    def test_databases(self):
        uri = self.server.create_database("office")
        self.server.sql("CREATE TABLE a AS SELECT 7 AS i", "office", user="batchwork")
        self.assertEqual(run("psql", "-XAtqc", "SELECT i FROM a", uri), "7\n")
        self.server.create_database("copy", "office")
        self.assertEqual(self.server.sql("SELECT i FROM a", "copy"), "7")
        self.server.drop_database("copy")
        self.assertEqual(self.server.sql("SELECT COUNT(*) FROM pg_database WHERE datname = 'copy'"), "0")

    def test_what_was_committed_outlives_a_kill(self):
        self.server.create_database("kept")
        self.server.sql("CREATE TABLE a (i int)", "kept")
        for number in range(3):
            self.server.sql(f"INSERT INTO a VALUES ({number})", "kept")
            self.server.crash_and_restart()
        self.assertEqual(self.server.sql("SELECT COUNT(*) FROM a", "kept"), "3")

    def test_frozen_and_thawed(self):
        self.server.freeze()
        client = subprocess.Popen([*("psql", "-XAtq", "-d", self.server.uri("postgres", user="postgres"))],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        with open(f"/proc/{self.server.process.pid}/stat", encoding="ascii") as file:
            self.assertEqual(file.read().split()[2], "T")
        self.server.thaw()
        self.assertEqual(client.communicate("SELECT 5")[0], "5\n")

    def test_failover_loses_nothing(self):
        with PostgreSQL(tcp=True) as first:
            first.create_database("office")
            first.sql("CREATE TABLE a (i int)", "office", user="batchwork")
            second = first.add_standby()
            first.wait_for_standby()
            both = join_uris(first.uri("office", tcp=True), second.uri("office", tcp=True))
            run("psql", "-Xqc", "INSERT INTO a VALUES (1)", both)
            first.kill()
            second.promote()
            run("psql", "-Xqc", "INSERT INTO a VALUES (2)", both)
            self.assertEqual(run("psql", "-XAtqc", "SELECT SUM(i) FROM a", both), "3\n")
            second.remove()

    def run_wrapped(self, script):
        return subprocess.Popen([os.path.join(HERE, "with-postgresql"), "sh", "-c", script],
                                stdout=subprocess.PIPE, text=True)

    def test_wrapped_command(self):
        script = 'echo "$BATCHWORK_TEST_POSTGRESQL"; psql -XAtqc "SELECT 6 * 7" "$BATCHWORK_TEST_POSTGRESQL/postgres"; exit 3'
        command = self.run_wrapped(script)
        output, _ = command.communicate()
        self.assertEqual((command.returncode, output.splitlines()[1]), (3, "42"))
        self.assertFalse(os.path.exists(self.find_folder(output)))

    def test_nothing_is_left_when_all_is_killed(self):
        with self.run_wrapped("echo $BATCHWORK_TEST_POSTGRESQL; exec tail -f /dev/null") as command:
            folder = self.find_folder(command.stdout.readline())
            with open(self.find_pid_file(folder), encoding="ascii") as file:
                server = int(file.readline())
            with open(f"/proc/{command.pid}/task/{command.pid}/children", encoding="ascii") as file:
                children = list(map(int, file.read().split()))
            guards = [pid for pid in children if "--guard" in self.read_command(pid)]
            command.send_signal(signal.SIGKILL)
            self.assertEqual(len(guards), 1)
            self.assertEqual(wait_until_gone([server, *guards], 60), [])
            self.assertFalse(os.path.exists(folder))
            for pid in set(children) - {server, *guards}:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass

    @staticmethod
    def find_folder(output):
        quoted = re.search(r"@([^:]*):", output).group(1)
        return os.path.dirname(quoted.replace("%2F", "/"))

    @staticmethod
    def find_pid_file(folder):
        (inner,) = os.listdir(folder)
        return os.path.join(folder, inner, "data", "postmaster.pid")

    @staticmethod
    def read_command(pid):
        with open(f"/proc/{pid}/cmdline", encoding="utf-8") as file:
            return file.read()


if __name__ == "__main__":
    tap.main("/postgresql", sys.argv[1:])
