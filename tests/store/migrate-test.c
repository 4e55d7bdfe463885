/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-test.h"

#include <string.h>

#include "bw-histogram.h"
#include "bw-migrate.h"
#include "scratch.h"

static void
test_new (StoreTest *test, gconstpointer data)
{
  g_autofree char *schema = NULL;

  g_assert_cmpint (store_test_ask (test, "SELECT value FROM setting WHERE name = 'schema'"), ==,
                   bw_migrate_get_newest ());
  schema = scratch_read_schema (test->uri);
  g_assert_nonnull (strstr (schema, scratch_is_postgresql () ? "bytea" : "BLOB"));
  g_assert_null (strchr (schema, '@'));
}

static void
test_newer (StoreTest *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&test->store, bw_store_close);
  {
    g_autoptr (BwDb) db = bw_db_open (test->uri, BW_DB_WRITE, &error);

    g_assert_true (bw_db_begin (db, &error));
    g_assert_true (
        bw_db_exec (db, &error, "UPDATE setting SET value = 999 WHERE name LIKE 'schema%'", ""));
    g_assert_true (bw_db_commit (db, &error));
  }
  g_assert_null (bw_store_open (test->uri, &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_CONFLICT);
  g_assert_nonnull (strstr (error->message, "999"));
  g_assert_nonnull (strstr (error->message, strrchr (test->uri, '/') + 1));
}

static gpointer
open_and_close (gpointer uri)
{
  g_autoptr (GError) error = NULL;
  BwStore *store = bw_store_open (uri, &error);

  g_assert_no_error (error);
  bw_store_close (store);
  return NULL;
}

/* Programs that start at the same time make one store. */
static void
test_at_once (StoreTest *test, gconstpointer data)
{
  g_autofree char *uri = scratch_make (test->folder, "new");
  g_autofree char *schema = NULL;
  g_autofree char *expected = NULL;
  GThread *threads[6];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("open", open_and_close, uri);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  schema = scratch_read_schema (uri);
  expected = scratch_read_schema (test->uri);
  g_assert_cmpstr (schema, ==, expected);
  scratch_remove (uri);
}

static char *
load (StoreTest *test, const char *archive)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "store", "data", archive, NULL);

  return scratch_load (test->folder, "old", path);
}

static void
check_administration (StoreTest *test)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) members = bw_store_list_members (test->store, &test->olivia, &error);
  g_autoptr (BwRoleInfo) role = NULL;
  const BwMember *olivia;

  g_assert_no_error (error);
  g_assert_cmpuint (members->len, ==, 3);
  olivia = g_ptr_array_index (members, 0);
  g_assert_cmpint (olivia->user_id, ==, test->olivia.user);
  g_assert_cmpstr (olivia->role, ==, "owner");
  g_assert_cmpint (olivia->last_seen_at, ==, BW_TIME_NONE);
  role =
      bw_store_add_role (test->store, &test->olivia, "Night shift", BW_PERMISSION_VIEW_ALL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (role->id, ==, "night-shift");
}

/* A store of an older schema, as store-archive.c made it, becomes one of the newest. */
static void
test_archive (StoreTest *test, gconstpointer data)
{
  StoreTest old = { .folder = test->folder, .wall = STORE_TEST_START + BW_TIME_DAY, .business = 1 };
  g_autofree char *uri = load (test, data);
  g_autofree char *schema = NULL;
  g_autofree char *expected = scratch_read_schema (test->uri);
  g_autofree char *name = NULL;
  g_autoptr (GPtrArray) claims = NULL;

  old.uri = uri;
  store_test_reopen (&old);
  schema = scratch_read_schema (uri);
  g_assert_cmpstr (schema, ==, expected);
  store_test_check (&old);

  name = store_test_ask_text (&old, "SELECT name FROM job WHERE id = 1");
  g_assert_cmpstr (name, ==, "Invoices of November");
  g_assert_cmpint (store_test_ask (&old, "SELECT COUNT(*) FROM job"), ==, 5);
  g_assert_cmpint (store_test_ask (&old, "SELECT COUNT(*) FROM job WHERE state = 2"), ==, 1);
  g_assert_cmpint (store_test_ask (&old, "SELECT COUNT(*) FROM log_chunk WHERE job = 1"), ==, 2);

  /* Who was an owner is one still, and can make use of what is new. */
  old.olivia = (BwViewer) { 1, 1, "olivia", BW_PERMISSIONS_ALL };
  g_assert_cmpint (store_test_count (&old, &old.olivia, "janssen"), ==, 1);
  check_administration (&old);

  /* Life goes on in it: the job whose worker was lost is claimed with the item that is left. */
  store_test_tend (&old, NULL);
  claims = store_test_claim (&old, 10);
  g_assert_cmpuint (claims->len, ==, 1);
  g_assert_cmpint (((BwClaim *) g_ptr_array_index (claims, 0))->job, ==, 3);
  g_assert_cmpuint (((BwClaim *) g_ptr_array_index (claims, 0))->items->len, ==, 1);
  store_test_check (&old);
  bw_store_close (old.store);
  scratch_remove (uri);
}

/* Makes the store large: its first job 20,000 times, each retried once, and run for longer than the
 * one before. */
static void
enlarge (const char *uri)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BwDb) db = bw_db_open (uri, BW_DB_WRITE, &error);

  g_assert_true (bw_db_exec (
      db, &error,
      "INSERT INTO job (business, id, type, owner, state, name, created_at, started_at, finished_at,"
      " updated_at, attempt, revision)"
      " WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 20000)"
      " SELECT 1, 1000 + n, type, owner, 2, name, created_at, created_at, created_at + n * n, updated_at,"
      " 1, 1000 + n FROM n, job WHERE id = 1",
      ""));
  g_assert_true (bw_db_exec (db, &error,
                             "INSERT INTO action (business, id, at, account, actor, action, job)"
                             " SELECT 1, 1000 + id, created_at + 1, owner, 'Sam', 'retry', id FROM job"
                             " WHERE id > 1000",
                             ""));
}

/* A step whose work grows with the square of the jobs takes minutes here, and the test's time is over. */
static void
test_large (StoreTest *test, gconstpointer data)
{
  StoreTest old = { .folder = test->folder, .wall = STORE_TEST_START + BW_TIME_DAY, .business = 1 };
  g_autofree char *uri = load (test, data);

  enlarge (uri);
  old.uri = uri;
  store_test_reopen (&old);
  g_assert_cmpint (
      store_test_ask (&old, "SELECT COUNT(*) FROM job WHERE id > 1000 AND queued_at = created_at + 1"),
      ==, 20000);
  for (gint64 n = 1; n <= 20000; n += 1 + n / 3)
    {
      g_autofree char *sql
          = g_strdup_printf ("SELECT COUNT(*) FROM finish WHERE bucket = %u",
                             bw_histogram_find_bucket (n * n));

      g_assert_cmpint (store_test_ask (&old, sql), >, 0);
    }
  g_assert_cmpint (store_test_ask (&old, "SELECT SUM(n) FROM finish"), >=, 20000);
  bw_store_close (old.store);
}

static void
add_archive (const char *path, const char *archive, void (*func) (StoreTest *, gconstpointer))
{
  g_test_add (path, StoreTest, archive, store_test_set_up, func, store_test_tear_down);
}

static void
set_schema (StoreTest *test, gint64 version, gint64 oldest)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BwDb) db = bw_db_open (test->uri, BW_DB_WRITE, &error);
  gboolean changed;

  bw_db_begin (db, &error);
  g_assert_no_error (error);
  bw_db_exec (db, &error,
              "UPDATE setting SET value = CASE name WHEN 'schema' THEN $1 ELSE $2 END"
              " WHERE name IN ('schema', 'schema_oldest')",
              "ii", version, oldest);
  bw_db_changed_elsewhere (db, &changed, &error);
  bw_db_commit (db, &error);
  g_assert_no_error (error);
}

/* A newer program brings the store to a schema of its own while this one works on it. */
static void
test_side_by_side (StoreTest *test, gconstpointer data)
{
  gint64 newest = bw_migrate_get_newest ();
  g_autoptr (GError) error = NULL;
  BwStore *store;

  g_assert_cmpint (store_test_ask (test, "SELECT value FROM setting WHERE name = 'schema_oldest'"), ==,
                   newest);
  set_schema (test, newest + 1, newest);
  store_test_submit (test, &test->sam, "send-invoices", 1);
  g_assert_true (bw_store_check_schema (test->store, &error));
  store = bw_store_open (test->uri, &error);
  g_assert_no_error (error);
  bw_store_close (store);

  set_schema (test, newest + 2, newest + 1);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpint (bw_store_add_business (test->store, "late", "Late", &error), <=, 0);
      g_assert_error (error, BW_ERROR, BW_ERROR_UNAVAILABLE);
      g_clear_error (&error);
    }
  g_assert_false (bw_store_check_schema (test->store, &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_CONFLICT);
  g_clear_error (&error);
  g_assert_null (bw_store_open (test->uri, &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_CONFLICT);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM job"), ==, 1);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM business"), ==, 2);
}

static void
test_marks (void)
{
  g_assert_cmpint (bw_migrate_find_oldest ("-- Adds a table.\n-- Side by side: 5\nCREATE", 7), ==, 5);
  g_assert_cmpint (bw_migrate_find_oldest ("-- Adds a table.\nCREATE TABLE x", 7), ==, 7);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/migrate/marks-of-side-by-side", test_marks);
  store_test_add ("/store/migrate/side-by-side", test_side_by_side);
  store_test_add ("/store/migrate/new-store", test_new);
  store_test_add ("/store/migrate/newer-is-refused", test_newer);
  store_test_add ("/store/migrate/several-at-once", test_at_once);
  if (scratch_is_postgresql ())
    add_archive ("/store/migrate/archive/schema-5", "schema-5.sql.gz", test_archive);
  else
    {
      add_archive ("/store/migrate/archive/schema-1", "schema-1.db.gz", test_archive);
      add_archive ("/store/migrate/a-large-store", "schema-1.db.gz", test_large);
    }
  return g_test_run ();
}
