/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-clock.h"
#include "bw-db.h"
#include "bw-error.h"

#include "scratch.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

typedef struct
{
  char *folder;
  char *uri;
  BwDb *db;
} DbTest;

static void
set_up (DbTest *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  test->folder = g_dir_make_tmp ("batchwork-XXXXXX", &error);
  g_assert_no_error (error);
  test->uri = scratch_make (test->folder, "test");
  test->db = bw_db_open (test->uri, BW_DB_WRITE, &error);
  g_assert_no_error (error);
  g_assert_true (bw_db_script (
      test->db,
      scratch_is_postgresql ()
          ? "CREATE TABLE a (i BIGINT, d DOUBLE PRECISION, s TEXT, b BYTEA, t BIGINT);"
          : "CREATE TABLE a (i INTEGER, d REAL, s TEXT, b BLOB, t INTEGER);",
      &error));
  g_assert_no_error (error);
}

static void
tear_down (DbTest *test, gconstpointer data)
{
  bw_db_close (test->db);
  scratch_remove (test->uri);
  if (!scratch_is_postgresql ())
    g_assert_cmpint (g_unlink (strchr (test->uri, ':') + 1), ==, 0);
  g_assert_cmpint (g_rmdir (test->folder), ==, 0);
  g_free (test->folder);
  g_free (test->uri);
}

static void
test_values (DbTest *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static ("\0\1\2", 3);
  g_autoptr (GBytes) nothing = g_bytes_new_static (NULL, 0);
  g_autoptr (BwRows) rows = NULL;
  gsize length;

  g_assert_true (bw_db_begin (test->db, &error));
  /* Parameters in another order than their numbers, and one that stands twice. */
  g_assert_true (bw_db_exec (test->db, &error,
                             "INSERT INTO a (t, b, s, d, i) VALUES ($5, $4, $3, $2, $1)", "idsbt",
                             G_MININT64, 0.5, "naïve", bytes, (BwTime) 7));
  g_assert_true (bw_db_exec (test->db, &error,
                             "INSERT INTO a (i, d, s, b, t) VALUES ($1, $1, $2, $3, $4)", "isbt",
                             (gint64) 3, NULL, NULL, BW_TIME_NONE));
  g_assert_cmpint (bw_db_exec_count (test->db, &error, "UPDATE a SET b = $1 WHERE i = $2", "bi",
                                     nothing, (gint64) 3),
                   ==, 1);
  g_assert_true (bw_db_commit (test->db, &error));
  g_assert_no_error (error);

  rows = bw_db_query (test->db, &error, "SELECT i, d, s, b, t FROM a ORDER BY i", "");
  g_assert_true (bw_rows_next (rows, &error));
  g_assert_cmpint (bw_rows_int (rows, 0), ==, G_MININT64);
  g_assert_cmpfloat (bw_rows_double (rows, 1), ==, 0.5);
  g_assert_cmpstr (bw_rows_text (rows, 2), ==, "naïve");
  g_assert_cmpmem (bw_rows_blob (rows, 3, &length), 3, "\0\1\2", 3);
  g_assert_cmpuint (length, ==, 3);
  g_assert_cmpint (bw_rows_time (rows, 4), ==, 7);
  g_assert_true (bw_rows_next (rows, &error));
  g_assert_cmpfloat (bw_rows_double (rows, 1), ==, 3);
  g_assert_null (bw_rows_text (rows, 2));
  g_assert_false (bw_rows_is_null (rows, 3));
  g_assert_cmpint (bw_rows_time (rows, 4), ==, BW_TIME_NONE);
  g_assert_false (bw_rows_next (rows, &error));
  g_assert_no_error (error);
}

static void
test_value_array (DbTest *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BwRows) rows = NULL;
  GValue values[3] = { G_VALUE_INIT, G_VALUE_INIT, G_VALUE_INIT };

  g_value_init (&values[0], G_TYPE_INT64);
  g_value_set_int64 (&values[0], 5);
  g_value_init (&values[1], G_TYPE_STRING);
  g_value_set_static_string (&values[1], "x");
  g_value_init (&values[2], G_TYPE_BOOLEAN);
  g_value_set_boolean (&values[2], TRUE);
  rows = bw_db_query_values (test->db, &error, "SELECT $3, $2, $1", values, 3);
  g_assert_true (bw_rows_next (rows, &error));
  g_assert_cmpint (bw_rows_int (rows, 0), ==, 1);
  g_assert_cmpstr (bw_rows_text (rows, 1), ==, "x");
  g_assert_cmpint (bw_rows_int (rows, 2), ==, 5);
}

/* The same address with another text, and the same statement within itself. */
static void
test_statements (DbTest *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BwRows) outer = NULL;
  char sql[32] = "SELECT 1";
  gint64 value = 0;
  int n = 0;

  g_assert_true (bw_db_get_int (test->db, &value, &error, sql, ""));
  g_assert_cmpint (value, ==, 1);
  g_strlcpy (sql, "SELECT 2", sizeof sql);
  g_assert_true (bw_db_get_int (test->db, &value, &error, sql, ""));
  g_assert_cmpint (value, ==, 2);

  g_strlcpy (sql, "VALUES (1), (2), (3)", sizeof sql);
  outer = bw_db_query (test->db, &error, sql, "");
  while (bw_rows_next (outer, &error))
    {
      g_autoptr (BwRows) inner = bw_db_query (test->db, &error, sql, "");

      while (bw_rows_next (inner, &error))
        n++;
    }
  g_assert_no_error (error);
  g_assert_cmpint (n, ==, 9);

  for (int i = 0; i < 1000; i++)
    {
      g_autofree char *text = g_strdup_printf ("SELECT %d", i);

      g_assert_true (bw_db_get_int (test->db, &value, &error, text, ""));
      g_assert_cmpint (value, ==, i);
    }
}

static void
test_savepoint (DbTest *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 n = 0;

  g_assert_true (bw_db_begin (test->db, &error));
  g_assert_true (bw_db_exec (test->db, &error, "INSERT INTO a (i) VALUES (1)", ""));
  g_assert_true (bw_db_savepoint (test->db, &error));
  g_assert_true (bw_db_exec (test->db, &error, "INSERT INTO a (i) VALUES (2)", ""));
  bw_db_rollback_to (test->db);
  g_assert_true (bw_db_savepoint (test->db, &error));
  g_assert_true (bw_db_exec (test->db, &error, "INSERT INTO a (i) VALUES (3)", ""));
  g_assert_true (bw_db_release (test->db, &error));
  g_assert_true (bw_db_commit (test->db, &error));
  g_assert_false (bw_db_in_transaction (test->db));
  g_assert_true (bw_db_get_int (test->db, &n, &error, "SELECT SUM(i) FROM a", ""));
  g_assert_cmpint (n, ==, 4);
}

/* A reader sees one moment, and can't write. */
static void
test_reader (DbTest *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BwDb) reader = bw_db_open (test->uri, BW_DB_READ, &error);
  gint64 n = -1;

  g_assert_no_error (error);
  g_assert_true (bw_db_begin (reader, &error));
  g_assert_true (bw_db_get_int (reader, &n, &error, "SELECT COUNT(*) FROM a", ""));
  g_assert_true (bw_db_begin (test->db, &error));
  g_assert_true (bw_db_exec (test->db, &error, "INSERT INTO a (i) VALUES (1)", ""));
  g_assert_true (bw_db_commit (test->db, &error));
  g_assert_true (bw_db_get_int (reader, &n, &error, "SELECT COUNT(*) FROM a", ""));
  g_assert_cmpint (n, ==, 0);
  bw_db_rollback (reader);
  g_assert_true (bw_db_begin (reader, &error));
  g_assert_true (bw_db_get_int (reader, &n, &error, "SELECT COUNT(*) FROM a", ""));
  g_assert_cmpint (n, ==, 1);
  g_assert_false (bw_db_exec (reader, &error, "INSERT INTO a (i) VALUES (1)", "")
                  && bw_db_commit (reader, &error));
  bw_db_rollback (reader);
  g_assert_nonnull (error);
}

static void
test_errors (DbTest *test, gconstpointer data)
{
  g_autoptr (GError) syntax = NULL;
  g_autoptr (GError) scheme = NULL;
  g_autoptr (GError) missing = NULL;
  g_autoptr (GError) no_file = NULL;

  /* At the latest when it is to be committed. */
  g_assert_true (bw_db_begin (test->db, NULL));
  g_assert_false (bw_db_exec (test->db, &syntax, "INSERT INTO nowhere VALUES (1)", "")
                  && bw_db_commit (test->db, &syntax));
  bw_db_rollback (test->db);
  g_assert_error (syntax, BW_ERROR, BW_ERROR_INTERNAL);
  g_assert_nonnull (strstr (syntax->message, "INSERT INTO nowhere"));
  g_assert_null (bw_db_open ("mysql:a", BW_DB_WRITE, &scheme));
  g_assert_error (scheme, BW_ERROR, BW_ERROR_INVALID);
  g_assert_null (bw_db_open ("sqlite:/nonexistent/folder/a.db", BW_DB_WRITE, &missing));
  g_assert_error (missing, BW_ERROR, BW_ERROR_UNAVAILABLE);
  g_assert_nonnull (strstr (missing->message, "/nonexistent/folder/a.db"));
  g_assert_null (bw_db_open ("sqlite::memory:", BW_DB_WRITE, &no_file));
  g_assert_error (no_file, BW_ERROR, BW_ERROR_INVALID);
}

static void
test_private_file (DbTest *test, gconstpointer data)
{
  struct stat info;

  if (scratch_is_postgresql ())
    {
      g_test_skip ("A database of PostgreSQL is no file of ours");
      return;
    }
  g_assert_cmpint (stat (strchr (test->uri, ':') + 1, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
}

static gint64 wall;
static gint64 elapsed;

static gint64
get_wall (gpointer data)
{
  return wall;
}

static gint64
get_elapsed (gpointer data)
{
  return elapsed;
}

static void
test_clock (void)
{
  const BwClockSource source = { get_wall, get_elapsed, NULL };
  g_autoptr (BwClock) clock = bw_clock_new ();

  wall = 1000000;
  elapsed = 500;
  bw_clock_set_source (clock, &source);
  g_assert_cmpint (bw_clock_now (clock), ==, 1000000);
  wall += 10;
  elapsed += 10;
  g_assert_cmpint (bw_clock_now (clock), ==, 1000010);
  /* Set back: goes on as before. Set forward: follows. A little ahead: that is no setting. */
  wall -= 3600000;
  elapsed += 5;
  g_assert_cmpint (bw_clock_now (clock), ==, 1000015);
  wall = 2000000;
  g_assert_cmpint (bw_clock_now (clock), ==, 2000000);
  wall += 1500;
  elapsed += 1;
  g_assert_cmpint (bw_clock_now (clock), ==, 2000001);
}

#define db_test_add(path, func) g_test_add (path, DbTest, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  db_test_add ("/store/db/values", test_values);
  db_test_add ("/store/db/value-array", test_value_array);
  db_test_add ("/store/db/statements", test_statements);
  db_test_add ("/store/db/savepoint", test_savepoint);
  db_test_add ("/store/db/reader-sees-one-moment", test_reader);
  db_test_add ("/store/db/errors", test_errors);
  db_test_add ("/store/db/file-is-private", test_private_file);
  g_test_add_func ("/store/clock/never-goes-back", test_clock);
  return g_test_run ();
}
