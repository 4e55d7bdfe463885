/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-test.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "bw-histogram.h"
#include "bw-migrate.h"

static char *
read_schema (const char *uri)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BwDb) db = bw_db_open (uri, BW_DB_WRITE, &error);
  g_autoptr (BwRows) rows = NULL;
  g_autoptr (GString) schema = g_string_new (NULL);

  g_assert_no_error (error);
  rows =
      bw_db_query (db, &error, "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name", "");
  while (bw_rows_next (rows, &error))
    g_string_append_printf (schema, "%s %s: %s\n", bw_rows_text (rows, 0), bw_rows_text (rows, 1),
                            bw_rows_text (rows, 2));
  g_assert_no_error (error);
  return g_strdup (schema->str);
}

static void
test_new (StoreTest *test, gconstpointer data)
{
  g_autofree char *schema = NULL;

  g_assert_cmpint (store_test_ask (test, "SELECT value FROM setting WHERE name = 'schema'"), ==,
                   bw_migrate_get_newest ());
  schema = read_schema (test->uri);
  g_assert_nonnull (strstr (schema, "WITHOUT ROWID"));
  g_assert_nonnull (strstr (schema, "BLOB"));
  g_assert_null (strchr (schema, '@'));
}

static void
test_newer (StoreTest *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&test->store, bw_store_close);
  {
    g_autoptr (BwDb) db = bw_db_open (test->uri, BW_DB_WRITE, &error);

    g_assert_true (
        bw_db_exec (db, &error, "UPDATE setting SET value = 999 WHERE name = 'schema'", ""));
  }
  g_assert_null (bw_store_open (test->uri, &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_CONFLICT);
  g_assert_nonnull (strstr (error->message, "999"));
  g_assert_nonnull (strstr (error->message, test->path));
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
  g_autofree char *uri = g_strconcat ("sqlite:", test->folder, "/new.db", NULL);
  g_autofree char *schema = NULL;
  g_autofree char *expected = NULL;
  GThread *threads[6];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("open", open_and_close, uri);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  schema = read_schema (uri);
  expected = read_schema (test->uri);
  g_assert_cmpstr (schema, ==, expected);
}

static void
unpack (const char *name, const char *target)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "store", "data", name, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) packed = g_file_new_for_path (path);
  g_autoptr (GFile) file = g_file_new_for_path (target);
  g_autoptr (GFileInputStream) in = g_file_read (packed, NULL, &error);
  g_autoptr (GConverter) inflate =
      G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
  g_autoptr (GInputStream) plain = NULL;
  g_autoptr (GFileOutputStream) out = NULL;

  g_assert_no_error (error);
  plain = g_converter_input_stream_new (G_INPUT_STREAM (in), inflate);
  out = g_file_create (file, G_FILE_CREATE_NONE, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_splice (G_OUTPUT_STREAM (out), plain,
                          G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE | G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET,
                          NULL, &error);
  g_assert_no_error (error);
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

/* A store of the first schema, as store-archive.c made it, becomes one of the newest. */
static void
test_archive (StoreTest *test, gconstpointer data)
{
  StoreTest old = { .folder = test->folder, .wall = STORE_TEST_START + BW_TIME_DAY, .business = 1 };
  g_autofree char *path = g_build_filename (test->folder, "old.db", NULL);
  g_autofree char *uri = g_strconcat ("sqlite:", path, NULL);
  g_autofree char *schema = NULL;
  g_autofree char *expected = read_schema (test->uri);
  g_autofree char *name = NULL;
  g_autoptr (GPtrArray) claims = NULL;

  unpack (data, path);
  old.uri = uri;
  store_test_reopen (&old);
  schema = read_schema (uri);
  g_assert_cmpstr (schema, ==, expected);
  store_test_check (&old);

  name = store_test_ask_text (&old, "SELECT name FROM job WHERE id = 1");
  g_assert_cmpstr (name, ==, "Invoices of November");
  g_assert_cmpint (store_test_ask (&old, "SELECT COUNT(*) FROM job"), ==, 5);
  g_assert_cmpint (store_test_ask (&old, "SELECT COUNT(*) FROM job WHERE state = 2"), ==, 1);
  g_assert_cmpint (store_test_ask (&old, "SELECT COUNT(*) FROM log_chunk WHERE job = 1"), ==, 2);
  g_assert_cmpint (
      store_test_ask (&old, "SELECT COUNT(*) FROM job_text WHERE job_text MATCH 'janssen'"), ==, 1);

  /* Who was an owner is one still, and can make use of what is new. */
  old.olivia = (BwViewer) { 1, 1, "olivia", BW_PERMISSIONS_ALL };
  check_administration (&old);

  /* Life goes on in it: the job whose worker was lost is claimed with the item that is left. */
  store_test_tend (&old, NULL);
  claims = store_test_claim (&old, 10);
  g_assert_cmpuint (claims->len, ==, 1);
  g_assert_cmpint (((BwClaim *) g_ptr_array_index (claims, 0))->job, ==, 3);
  g_assert_cmpuint (((BwClaim *) g_ptr_array_index (claims, 0))->items->len, ==, 1);
  store_test_check (&old);
  bw_store_close (old.store);
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
  g_autofree char *path = g_build_filename (test->folder, "old.db", NULL);
  g_autofree char *uri = g_strconcat ("sqlite:", path, NULL);

  unpack (data, path);
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

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  store_test_add ("/store/migrate/new-store", test_new);
  store_test_add ("/store/migrate/newer-is-refused", test_newer);
  store_test_add ("/store/migrate/several-at-once", test_at_once);
  g_test_add ("/store/migrate/archive/schema-1", StoreTest, "schema-1.db.gz", store_test_set_up,
              test_archive, store_test_tear_down);
  g_test_add ("/store/migrate/a-large-store", StoreTest, "schema-1.db.gz", store_test_set_up, test_large,
              store_test_tear_down);
  return g_test_run ();
}
