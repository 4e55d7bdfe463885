# SPDX-License-Identifier: GPL-3.0-or-later
"""Where offices keep their jobs, and what of that can be killed."""

import os
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(os.path.dirname(HERE), "server"), os.path.dirname(HERE)]

from postgresql import PostgreSQL, join_uris  # noqa: E402  pylint: disable=wrong-import-position
from stores import SQLITE  # noqa: E402  pylint: disable=wrong-import-position

# Not /tmp, which may be memory; and the user "postgres" must be able to get there.
DISK = "/var/tmp"


class Engine:
    """Makes stores, each a copy of a demo office in which everybody has signed in."""

    nodes = 1             # servers on one store
    has_process = False   # of its own, which can be killed

    def __init__(self, folder):
        self.folder, self.tokens = folder, None

    def kill_and_start(self):
        """Ends the engine's own process at one blow; returns what that was when there is one again."""

    def end(self):
        """Ends the engine's own process for good."""


class Sqlite(Engine):
    name = "SQLite"

    def make(self, folder):
        store = os.path.join(folder, "store.db")
        if self.tokens:
            shutil.copy(os.path.join(self.folder, "template.db"), store)
        return SQLITE + store

    def keep(self, store):
        shutil.copy(store.removeprefix(SQLITE), os.path.join(self.folder, "template.db"))

    def copy(self, store, folder):
        """A copy of a store that no server has open."""
        return SQLITE + shutil.copy(store.removeprefix(SQLITE), folder)

    def drop(self, store):
        """A file goes with its folder."""


class PostgreSql(Engine):
    """One PostgreSQL, which syncs as installations do, and two servers on each of its databases."""

    name = "PostgreSQL"
    nodes = 2
    has_process = True

    def __init__(self, folder):
        super().__init__(folder)
        self.server = PostgreSQL(durable=True, parent=DISK)
        self.server.make()
        self.made = 0

    def make(self, folder):
        self.made += 1
        return self.server.create_database(f"office{self.made}", "template" if self.tokens else "template1")

    def keep(self, store):
        self.server.create_database("template", store.rpartition("/")[2])

    def drop(self, store):
        self.server.drop_database(store.rpartition("/")[2])

    def kill_and_start(self):
        self.server.crash_and_restart()
        return "database"

    def end(self):
        self.server.remove()


class Failover(Engine):
    """Each office has a PostgreSQL of its own and a standby, which takes over when that is killed."""

    name = "PostgreSQL with a standby"
    nodes = 2
    has_process = True

    def __init__(self, folder):
        super().__init__(folder)
        self.server, self.standby, self.first = None, None, None

    def make(self, folder):
        self.end()
        self.tokens = None
        self.server = PostgreSQL(durable=True, parent=DISK)
        self.server.make()
        self.standby = self.server.add_standby()
        self.server.wait_for_standby()
        self.server.create_database("office")
        return join_uris(self.server.uri("office"), self.standby.uri("office"))

    def keep(self, store):
        """Each is made anew."""

    def drop(self, store):
        """It goes with its servers."""

    def kill_and_start(self):
        if self.standby:
            self.server.kill()
            self.standby.promote()
            self.first, self.server, self.standby = self.server, self.standby, None
            return "database, standby took over"
        self.server.crash_and_restart()
        return "database"

    def end(self):
        for server in (self.standby, self.server, self.first):
            if server:
                server.remove()
        self.server, self.standby, self.first = None, None, None


ENGINES = {"sqlite": Sqlite, "postgresql": PostgreSql, "failover": Failover}
