# SPDX-License-Identifier: GPL-3.0-or-later
"""Stores for tests: a file in a folder, or a database where tests/with-postgresql runs them."""

import itertools
import json
import os
import sqlite3
import sys
from contextlib import closing

sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from postgresql import run  # pylint: disable=wrong-import-position

POSTGRESQL = os.environ.get("BATCHWORK_TEST_POSTGRESQL")
SQLITE = "sqlite:"
# What PostgreSQL has for this: https://www.postgresql.org/docs/17/amcheck.html; an index that is damaged
# is an error, a table that is gives rows.
AMCHECK = """CREATE EXTENSION IF NOT EXISTS amcheck;
    DO $$ BEGIN PERFORM bt_index_check(c.oid, true, i.indisunique) FROM pg_index i
        JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
        WHERE a.amname = 'btree' AND c.relnamespace = 'public'::regnamespace; END $$;
    SELECT c.relname, v.* FROM pg_class c, verify_heapam(c.oid) v
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"""
_numbers = itertools.count(1)


def psql(uri, sql):
    return run("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", uri, input=sql)


def make_store(folder):
    """The address of a store that isn't there yet."""
    if not POSTGRESQL:
        return SQLITE + os.path.join(folder, "store.db")
    name = f"server-{os.getpid()}-{next(_numbers)}"
    psql(POSTGRESQL + "/postgres", f'CREATE DATABASE "{name}"')
    return f"{POSTGRESQL}/{name}"


def remove_store(store):
    """A file goes with its folder."""
    if not store.startswith(SQLITE):
        name = store.rpartition("/")[2]
        psql(POSTGRESQL + "/postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def read_store(store, sql):
    """The rows of a query, beside a server that runs."""
    if store.startswith(SQLITE):
        with closing(sqlite3.connect(f"file:{store.removeprefix(SQLITE)}?mode=ro", uri=True)) as db:
            return db.execute(sql).fetchall()
    lines = psql(store, f"SELECT row_to_json(rows) FROM ({sql}) AS rows").splitlines()
    return [tuple(json.loads(line).values()) for line in lines]


def change_store(store, sql):
    """Changes a store that no server has open."""
    if store.startswith(SQLITE):
        with closing(sqlite3.connect(store.removeprefix(SQLITE))) as db, db:
            db.execute(sql)
    else:
        psql(store, sql)


def find_damage(store):
    """What the engine itself says of its tables and indexes; nothing when all is well."""
    if store.startswith(SQLITE):
        with closing(sqlite3.connect(store.removeprefix(SQLITE))) as db:
            return [text for (text,) in db.execute("PRAGMA integrity_check").fetchall() if text != "ok"]
    return psql(store.replace("//batchwork@", "//postgres@"), AMCHECK).splitlines()
