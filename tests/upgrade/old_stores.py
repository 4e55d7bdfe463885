# SPDX-License-Identifier: GPL-3.0-or-later
"""SQLite stores as versions of Batchwork left them that are long gone.

They grow from the archived store of the first schema: by rows, by the migrations up to the schema wanted, and by rows
of what that schema brought.
"""

import gzip
import hashlib
import re
import sqlite3
from contextlib import closing

from programs import TOP

MIGRATIONS = TOP / "src" / "store" / "migrations"
WORDS = {"bytes": "BLOB", "clustered": "WITHOUT ROWID", "text": "TEXT"}
OWNER, WORKER = "bw_" + "o" * 43, "bw_" + "w" * 43
FIRST = 1000
# The archived job that is finished, so many times more; each with its items and an entry in the audit log.
GROW = """
CREATE TEMP TABLE n AS WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {jobs}) SELECT n FROM n;
CREATE TEMP TABLE old AS SELECT * FROM job WHERE id = 1;
UPDATE business SET retention_days = 3650, revision = 5000;
INSERT INTO job SELECT {columns} FROM n, old;
INSERT INTO item SELECT business, {first} + n, item, state, label, message, ref_kind, ref_id, ref_label, parameters,
  attempt, updated_at FROM n, item WHERE job = 1;
INSERT INTO job_submission SELECT business, {first} + n, parameters, NULL FROM n, job_submission WHERE job = 1;
INSERT INTO attempt SELECT business, {first} + n, attempt, worker, started_at, ended_at, outcome, error
  FROM n, attempt WHERE job = 1;
INSERT INTO action (business, id, at, account, actor, action, job)
  SELECT business, 5000 + {jobs} + n, created_at + 1, owner, 'Sam', 'retry', {first} + n FROM n, old;
UPDATE business SET revision = 5000 + 2 * {jobs} WHERE id = 1;
UPDATE day SET revision = 5000 + 2 * {jobs} WHERE business = 1;
UPDATE setting SET value = {first} + {jobs} WHERE name = 'last_job';
DELETE FROM counter;
INSERT INTO counter SELECT business, 1, created_at / 86400000, type, owner, automated, state, COUNT(*) FROM job
  GROUP BY 1, 3, 4, 5, 6, 7;
INSERT INTO counter SELECT business, 2, created_at / 900000, type, owner, automated, state, COUNT(*) FROM job
  GROUP BY 1, 3, 4, 5, 6, 7;
INSERT OR IGNORE INTO membership SELECT business, 4, role, 0 FROM membership WHERE account = 2;
"""
BROUGHT = {
    2: "INSERT INTO role VALUES (1, 100, 'night-shift', 'Night shift', 1); UPDATE membership SET last_seen_at = 1;",
    3: f"INSERT INTO bulk VALUES (1, {FIRST + 1}, 1, 2);",
    4: "INSERT INTO worker VALUES (1, 4, 'desk', '*', 1); INSERT INTO worker_hour VALUES (1, 4, 'desk', 500000, 3, 1);",
    5: "INSERT INTO mail_wish VALUES (1, 2, 0, 'sam@example.com', 0, 1, 'nl', 1); INSERT INTO mail_mark VALUES (1, 7);",
}
# What neither clients nor the server's upkeep change afterwards.
LASTING = ("account", "reference_url", "job_type", "job_submission", "idempotency_key", "relation", "job_relation",
           "attempt", "action", "result_chunk", "pause", "span", "role", "bulk", "worker_hour", "mail_wish")
FINISHED = {"job": "SELECT {} FROM job WHERE state IN (2, 3, 4)",
            "item": "SELECT {} FROM item WHERE job IN (SELECT id FROM job WHERE state IN (2, 3, 4))",
            "log_chunk": "SELECT {} FROM log_chunk WHERE job IN (SELECT id FROM job WHERE state IN (2, 3, 4))"}


def newest():
    return max(int(path.name[:4]) for path in MIGRATIONS.glob("*.sql"))


def migrate(db, number):
    """Runs one migration, as a program of its time did."""
    for path in sorted(MIGRATIONS.glob(f"{number:04}-*.sql")):
        if path.name.count(".") == 1 or ".sqlite." in path.name:
            text = path.read_text(encoding="utf-8")
            db.executescript(re.sub("@([a-z]+)@", lambda match: WORDS[match[1]], text))
    db.execute("UPDATE setting SET value = ? WHERE name = 'schema'", (number,))


def make(path, schema, jobs):
    """A store of that schema with that many jobs more than the archived ones."""
    archive = TOP / "tests" / "store" / "data" / "schema-1.db.gz"
    path.write_bytes(gzip.decompress(archive.read_bytes()))
    with closing(sqlite3.connect(path)) as db, db:
        names = [name for (name,) in db.execute("SELECT name FROM pragma_table_info('job')")]
        other = {"id": f"{FIRST} + n", "revision": "5000 + n", "finished_at": "created_at + n"}
        db.executescript(GROW.format(columns=", ".join(other.get(name, name) for name in names), jobs=jobs, first=FIRST))
        for token, account in ((OWNER, 1), (WORKER, 4)):
            db.execute("INSERT INTO session VALUES (?, ?, 0, NULL)", (hashlib.sha256(token.encode()).digest(), account))
        for number in range(2, schema + 1):
            migrate(db, number)
            db.executescript(BROUGHT[number])
    return f"sqlite:{path}"


def read_lasting(path, columns=None):
    """The rows that must still be there afterwards, in the columns given or in all there are."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        present = {name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        columns = columns or {table: [name for (name,) in db.execute(f"SELECT name FROM pragma_table_info('{table}')")]
                              for table in (*LASTING, *FINISHED) if table in present}
        rows = {table: set(db.execute(FINISHED.get(table, f"SELECT {{}} FROM {table}").format(", ".join(names))))
                for table, names in columns.items()}
    return columns, rows


def get_schema(path):
    with closing(sqlite3.connect(path)) as db:
        return db.execute("SELECT value FROM setting WHERE name = 'schema'").fetchone()[0]
