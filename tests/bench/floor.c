/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The limit that the engine sets: a bare loop over SQLite with the store's durability (WAL,
 * synchronous=FULL) and nothing else, no HTTP, no JSON, one table without indexes.
 *
 *   floor insert BATCH SECONDS FILE    rows a second, BATCH to a commit
 *   floor finish BATCH SECONDS FILE    rows taken and finished a second, BATCH to a commit: two updates
 *                                      and two commits a batch, as claim and report are two answers
 */

#include <stdlib.h>
#include <string.h>

#include <glib.h>
#include <sqlite3.h>

static void
must (sqlite3 *db, int result)
{
  if (result != SQLITE_OK && result != SQLITE_DONE && result != SQLITE_ROW)
    g_error ("SQLite: %s", sqlite3_errmsg (db));
}

static sqlite3_stmt *
prepare (sqlite3 *db, const char *sql)
{
  sqlite3_stmt *statement = NULL;

  must (db, sqlite3_prepare_v2 (db, sql, -1, &statement, NULL));
  return statement;
}

static void
step (sqlite3 *db, sqlite3_stmt *statement)
{
  must (db, sqlite3_step (statement));
  must (db, sqlite3_reset (statement));
}

static void
insert_batch (sqlite3 *db, sqlite3_stmt *insert, int batch)
{
  static sqlite3_int64 last;

  must (db, sqlite3_exec (db, "BEGIN IMMEDIATE", NULL, NULL, NULL));
  for (int i = 0; i < batch; i++)
    {
      sqlite3_bind_int64 (insert, 1, ++last);
      sqlite3_bind_text (insert, 2, "Invoices of November", -1, SQLITE_STATIC);
      sqlite3_bind_text (insert, 3, "{\"period\":\"2026-11\",\"copies\":1}", -1, SQLITE_STATIC);
      sqlite3_bind_int64 (insert, 4, g_get_real_time ());
      step (db, insert);
    }
  must (db, sqlite3_exec (db, "COMMIT", NULL, NULL, NULL));
}

static void
update_batch (sqlite3 *db, sqlite3_stmt *update, sqlite3_int64 first, int batch, int state)
{
  must (db, sqlite3_exec (db, "BEGIN IMMEDIATE", NULL, NULL, NULL));
  for (int i = 0; i < batch; i++)
    {
      sqlite3_bind_int64 (update, 1, first + i);
      sqlite3_bind_int64 (update, 2, state);
      sqlite3_bind_int64 (update, 3, g_get_real_time ());
      step (db, update);
    }
  must (db, sqlite3_exec (db, "COMMIT", NULL, NULL, NULL));
}

static gint64
run (sqlite3 *db, gboolean finish, int batch, double seconds, double *took)
{
  sqlite3_stmt *insert = prepare (db, "INSERT INTO job VALUES ($1, $2, $3, 0, $4)");
  sqlite3_stmt *update = prepare (db, "UPDATE job SET state = $2, at = $3 WHERE id = $1");
  gint64 n_prepared = finish ? 2000000 : 0;
  gint64 rows = 0;
  gint64 begin;

  for (gint64 i = 0; i < n_prepared; i += 10000)
    insert_batch (db, insert, 10000);

  begin = g_get_monotonic_time ();
  while (g_get_monotonic_time () - begin < seconds * G_USEC_PER_SEC && (!finish || rows + batch <= n_prepared))
    {
      if (finish)
        {
          update_batch (db, update, rows + 1, batch, 1);
          update_batch (db, update, rows + 1, batch, 2);
        }
      else
        insert_batch (db, insert, batch);
      rows += batch;
    }
  *took = (double) (g_get_monotonic_time () - begin) / G_USEC_PER_SEC;
  sqlite3_finalize (insert);
  sqlite3_finalize (update);
  return rows;
}

int
main (int argc, char **argv)
{
  sqlite3 *db = NULL;
  double took;
  gint64 rows;

  if (argc != 5)
    g_error ("Usage: floor insert|finish BATCH SECONDS FILE");
  must (db, sqlite3_open (argv[4], &db));
  must (db, sqlite3_exec (db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;"
                              "CREATE TABLE job (id INTEGER PRIMARY KEY, name TEXT, parameters TEXT, state INTEGER, at INTEGER)",
                          NULL, NULL, NULL));
  rows = run (db, g_str_equal (argv[1], "finish"), atoi (argv[2]), g_ascii_strtod (argv[3], NULL), &took);
  g_print ("{\"jobs\": %" G_GINT64_FORMAT ", \"seconds\": %.3f}\n", rows, took);
  sqlite3_close (db);
  return 0;
}
