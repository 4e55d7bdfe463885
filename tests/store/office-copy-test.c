/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Copies of stores. Where PostgreSQL is under test the way is from there to SQLite and back, else
 * from SQLite to SQLite.
 */
#include "store-test.h"

#include <gio/gio.h>
#include <string.h>

#include "bw-migrate.h"
#include "bw-migrations.h"
#include "bw-office-schema.h"
#include "bw-office-copy.h"
#include "random-acts.h"
#include "scratch.h"

#define MIGRATIONS "/io/github/batchwork/store/migrations/"

/* What the store's own check looks into, and what makes its index of words. These tables are filled
 * by acting. */
static const char *const filled[] = { "action",      "business", "claim", "counter", "finish",
                                      "finish_hour", "item",     "job",   "setting", NULL };

static char *
make_file_uri (StoreTest *test, const char *name)
{
  return g_strdup_printf ("sqlite:%s/%s.db", test->folder, name);
}

static GPtrArray *
load_tables (const char *uri)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BwDb) db = bw_db_open (uri, BW_DB_READ, &error);
  GPtrArray *tables;

  g_assert_no_error (error);
  bw_db_begin (db, &error);
  tables = bw_tables_load (db, &error);
  g_assert_no_error (error);
  bw_db_rollback (db);
  return tables;
}

static void
change_on (BwDb *db, const char *sql)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (bw_db_begin (db, &error));
  bw_db_exec (db, &error, sql, "");
  g_assert_no_error (error);
  bw_db_commit (db, &error);
  g_assert_no_error (error);
}

static void
change (const char *uri, const char *sql)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BwDb) db = bw_db_open (uri, BW_DB_WRITE, &error);

  g_assert_no_error (error);
  change_on (db, sql);
}

static void
assert_same (const char *from, const char *to)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) counts = bw_office_compare (from, to, FALSE, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (counts);
}

static void
assert_different (const char *from, const char *to, const char *table, const char *what)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *quoted = g_strdup_printf ("“%s”", table);

  g_assert_null (bw_office_compare (from, to, FALSE, NULL, NULL, &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_CONFLICT);
  if (strstr (error->message, quoted) == NULL || strstr (error->message, what) == NULL)
    g_error ("This should name %s and say %s: %s", table, what, error->message);
}

static void
copy (const char *from, const char *to)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) counts = bw_office_copy (from, to, FALSE, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (counts);
}

static void
assert_refused (const char *from, const char *to, BwErrorCode code, const char *word)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (bw_office_copy (from, to, FALSE, NULL, NULL, &error));
  g_assert_error (error, BW_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, word));
}

/* Which tables the migrations make, found in their texts. */
static void
scan_script (GHashTable *tables, const char *script)
{
  g_autoptr (GRegex) regex = g_regex_new ("(CREATE|DROP) TABLE (\\w+)", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  for (g_regex_match (regex, script, 0, &match); g_match_info_matches (match);
       g_match_info_next (match, NULL))
    {
      g_autofree char *verb = g_match_info_fetch (match, 1);
      g_autofree char *table = g_match_info_fetch (match, 2);

      if (g_str_equal (verb, "DROP"))
        g_hash_table_remove (tables, table);
      else
        g_hash_table_add (tables, g_steal_pointer (&table));
    }
}

static GHashTable *
scan_migrations (void)
{
  GHashTable *tables = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_auto (GStrv) files =
      g_resource_enumerate_children (bw_migrations_get_resource (), MIGRATIONS, 0, NULL);

  for (guint i = 0; files[i] != NULL; i++)
    {
      g_autofree char *path = g_strconcat (MIGRATIONS, files[i], NULL);
      g_autoptr (GBytes) bytes =
          g_resource_lookup_data (bw_migrations_get_resource (), path, 0, NULL);

      scan_script (tables, g_bytes_get_data (bytes, NULL));
    }
  g_hash_table_remove (tables, "job_text");
  g_hash_table_remove (tables, "action_text");
  return tables;
}

static void
test_every_table (StoreTest *test, gconstpointer data)
{
  g_autoptr (GHashTable) expected = scan_migrations ();
  g_autoptr (GPtrArray) tables = load_tables (test->uri);

  g_assert_cmpuint (g_hash_table_size (expected), >, 30);
  for (guint i = 0; i < tables->len; i++)
    {
      const BwTable *table = g_ptr_array_index (tables, i);

      if (!g_hash_table_remove (expected, table->name))
        g_error ("No migration makes %s", table->name);
      g_assert_cmpuint (table->key->len, >, 0);
    }
  g_assert_cmpuint (g_hash_table_size (expected), ==, 0);
}

static void
append_value (GString *sql, const BwColumn *column, guint n)
{
  switch (column->kind)
    {
    case BW_COLUMN_INT:
      g_string_append_printf (sql, "%" G_GINT64_FORMAT, G_MAXINT64 - n);
      break;
    case BW_COLUMN_DOUBLE:
      g_string_append (sql, "0.1 + 0.2");
      break;
    case BW_COLUMN_TEXT:
      g_string_append_printf (sql, "'Ünï 😀 \\ \"%u\"\n\t%% ''ﬁ'''", n);
      break;
    case BW_COLUMN_BYTES:
    default:
      g_string_append (sql, scratch_is_postgresql () ? "'\\x0001ff5c00'" : "x'0001ff5c00'");
    }
}

/* Adds rows with values that are easily lost to every table that the store's check does not look
 * into. */
static void
add_odd_rows (StoreTest *test)
{
  g_autoptr (GPtrArray) tables = load_tables (test->uri);

  for (guint i = 0; i < tables->len; i++)
    {
      const BwTable *table = g_ptr_array_index (tables, i);
      g_autoptr (GString) sql = g_string_new (NULL);

      if (g_strv_contains (filled, table->name))
        continue;
      g_string_printf (sql, "INSERT INTO %s (", table->name);
      for (guint k = 0; k < table->columns->len; k++)
        g_string_append_printf (sql, "%s%s", k > 0 ? ", " : "", bw_table_column (table, k)->name);
      g_string_append (sql, ") VALUES (");
      for (guint k = 0; k < table->columns->len; k++)
        {
          g_string_append (sql, k > 0 ? ", " : "");
          append_value (sql, bw_table_column (table, k), k);
        }
      g_string_append (sql, ")");
      change (test->uri, sql->str);
    }
  change (test->uri, "UPDATE job SET progress = 0.1 + 0.2, message = 'Ünï 😀' WHERE id % 3 = 0");
  change (test->uri, "UPDATE job SET progress = 5e-324 WHERE id % 7 = 0");
}

/* An office with a past and a present. The store is closed then. */
static void
fill (StoreTest *test, guint n)
{
  g_autoptr (GArray) claims = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GRand) rand = g_rand_new_with_seed ((guint32) g_test_rand_int ());

  for (guint i = 0; i < n; i++)
    random_act (test, claims, rand);
  store_test_submit (test, &test->sam, "send-invoices", 3);
  store_test_submit (test, &test->sam, "send-invoices", 1);
  store_test_claim_one (test);
  store_test_check (test);
  g_clear_pointer (&test->store, bw_store_close);
}

/* Works on in a copy as if nothing had happened. */
static void
work_on (StoreTest *test, const char *uri)
{
  g_autoptr (GArray) claims = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  StoreTest after = *test;
  gint64 revision;
  gint64 newest;
  gint64 job;

  after.uri = (char *) uri;
  store_test_reopen (&after);
  revision = store_test_ask (&after, "SELECT revision FROM business WHERE id = 1");
  newest = store_test_ask (&after, "SELECT value FROM setting WHERE name = 'last_job'");
  job = store_test_submit (&after, &after.sam, "send-invoices", 2);
  g_assert_cmpint (job, ==, newest + 1);
  g_assert_cmpint (store_test_ask (&after, "SELECT revision FROM business WHERE id = 1"), ==,
                   revision + 1);
  for (guint i = 0; i < 100; i++)
    random_act (&after, claims, rand);
  store_test_check (&after);
  bw_store_close (after.store);
}

static void
test_round_trip (StoreTest *test, gconstpointer data)
{
  g_autofree char *between = make_file_uri (test, "between");
  g_autofree char *back = scratch_make (test->folder, "back");
  g_autofree char *schema = NULL;
  g_autofree char *schema_back = NULL;

  fill (test, 600);
  add_odd_rows (test);
  copy (test->uri, between);
  assert_same (test->uri, between);
  copy (between, back);
  assert_same (test->uri, back);
  schema = scratch_read_schema (test->uri);
  schema_back = scratch_read_schema (back);
  g_assert_cmpstr (schema, ==, schema_back);
  work_on (test, back);
  scratch_remove (back);
}

static void
append_other_value (GString *sql, const BwColumn *column)
{
  const char *name = column->name;

  switch (column->kind)
    {
    case BW_COLUMN_INT:
      g_string_append_printf (
          sql, "CASE WHEN %s > 1000000000 THEN %s - 1000 ELSE COALESCE(%s, 0) + 1000 END", name,
          name, name);
      break;
    case BW_COLUMN_DOUBLE: /* the next one */
      g_string_append_printf (
          sql, "CASE WHEN %s < 1e-300 THEN 1e-323 ELSE %s * (1 + 2.220446049250313e-16) END", name,
          name);
      break;
    case BW_COLUMN_TEXT:
      g_string_append_printf (sql, "COALESCE(%s, '') || ' '", name);
      break;
    case BW_COLUMN_BYTES:
    default:
      g_string_append (sql, scratch_is_postgresql () ? "'\\x0001ff5c0001'" : "x'0001ff5c0001'");
    }
}

/* Changes one column of the table's last row. */
static void
plant (BwDb *db, const BwTable *table, const BwColumn *column)
{
  g_autoptr (GString) sql = g_string_new (NULL);
  g_autoptr (GString) key = g_string_new (NULL);
  g_autoptr (GString) downwards = g_string_new (NULL);

  for (guint i = 0; i < table->key->len; i++)
    {
      g_string_append_printf (key, "%s%s", i > 0 ? ", " : "", bw_table_key (table, i)->name);
      g_string_append_printf (downwards, "%s%s DESC", i > 0 ? ", " : "",
                              bw_table_key (table, i)->name);
    }
  g_string_printf (sql, "UPDATE %s SET %s = ", table->name, column->name);
  append_other_value (sql, column);
  g_string_append_printf (sql, " WHERE (%s) = (SELECT %s FROM %s ORDER BY %s LIMIT 1)", key->str,
                          key->str, table->name, downwards->str);
  change_on (db, sql->str);
}

/* What was planted before lies behind what is planted now, so that this is what is found. With
 * PostgreSQL, which takes its time, every fourth column is tried. */
static void
try_columns (const char *from, const char *to, BwDb *db, const BwTable *table, gboolean of_key)
{
  guint step = scratch_is_postgresql () ? 4 : 1;

  for (guint k = table->columns->len; k-- > 0;)
    {
      const BwColumn *column = bw_table_column (table, k);

      if ((column->key > 0) != of_key || k % step != 0)
        continue;
      plant (db, table, column);
      /* A row with another key is another row. */
      assert_different (from, to, table->name, of_key ? "second store" : column->name);
    }
}

/* A change of one column of one row, whichever it is, is found and named. */
static void
test_planted (StoreTest *test, gconstpointer data)
{
  g_autofree char *target = scratch_make (test->folder, "target");
  g_autoptr (GPtrArray) tables = load_tables (test->uri);
  g_autoptr (GError) error = NULL;
  g_autoptr (BwDb) db = NULL;

  fill (test, 300);
  add_odd_rows (test);
  copy (test->uri, target);
  db = bw_db_open (target, BW_DB_WRITE, &error);
  g_assert_no_error (error);
  for (guint i = tables->len; i-- > 0;)
    {
      const BwTable *table = g_ptr_array_index (tables, i);

      /* What a store says of its own schema is tried by other tests. */
      if (g_str_equal (table->name, "setting"))
        continue;
      try_columns (test->uri, target, db, table, FALSE);
      try_columns (test->uri, target, db, table, TRUE);
    }
  g_clear_pointer (&db, bw_db_close);
  scratch_remove (target);
}

/* Rows that are missing or too many, NULL for something, and a setting. */
static void
test_rows_missing (StoreTest *test, gconstpointer data)
{
  g_autofree char *target = scratch_make (test->folder, "target");
  const struct
  {
    const char *spoil;
    const char *table;
    const char *what;
    const char *mend;
  } cases[] = {
    { "UPDATE account SET password_hash = '' WHERE id = 1", "account", "password_hash",
      "UPDATE account SET password_hash = NULL WHERE id = 1" },
    { "INSERT INTO day (business, day, revision) VALUES (0, 0, 0)", "day", "second store only",
      "DELETE FROM day WHERE business = 0" },
    { "UPDATE setting SET value = value + 1 WHERE name = 'last_job'", "setting", "value",
      "UPDATE setting SET value = value - 1 WHERE name = 'last_job'" },
    { "DELETE FROM item WHERE item = 3 AND business = 1", "item", "missing from the second store",
      NULL },
  };

  fill (test, 50);
  copy (test->uri, target);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      change (target, cases[i].spoil);
      assert_different (test->uri, target, cases[i].table, cases[i].what);
      if (cases[i].mend == NULL)
        continue;
      change (target, cases[i].mend);
      assert_same (test->uri, target);
    }
  scratch_remove (target);
}

static void
test_refused (StoreTest *test, gconstpointer data)
{
  g_autofree char *target = scratch_make (test->folder, "target");
  g_autofree char *nowhere = make_file_uri (test, "nowhere");
  g_autofree char *older = g_strdup_printf ("UPDATE setting SET value = %u WHERE name = 'schema'",
                                            bw_migrate_get_newest () - 1);
  g_autofree char *back = g_strdup_printf ("UPDATE setting SET value = %u WHERE name = 'schema'",
                                           bw_migrate_get_newest ());

  fill (test, 20);
  assert_refused (test->uri, test->uri, BW_ERROR_INVALID, "itself");
  assert_refused (nowhere, target, BW_ERROR_UNAVAILABLE, "nowhere");
  change (test->uri, older);
  assert_refused (test->uri, target, BW_ERROR_CONFLICT, "Start its batchworkd");
  change (test->uri, "UPDATE setting SET value = 999 WHERE name = 'schema'");
  assert_refused (test->uri, target, BW_ERROR_CONFLICT, "Update Batchwork");
  change (test->uri, "UPDATE setting SET value = 1000005 WHERE name = 'schema'");
  assert_refused (test->uri, target, BW_ERROR_CONFLICT, "not finished");
  change (test->uri, back);
  copy (test->uri, target);
  assert_refused (test->uri, target, BW_ERROR_CONFLICT, "not empty");
  assert_same (test->uri, target);
  scratch_remove (target);
}

/* What is read twice is not the same: a row was changed behind the copier's back. */
static void
spoil (BwOfficeStage stage, const char *table, gint64 done, gint64 total, gpointer user_data)
{
  if (stage == BW_OFFICE_WORDS && g_strcmp0 (table, "action") == 0)
    change (user_data, "UPDATE account SET name = 'Other' WHERE id = 2");
}

/* A copy that failed is no store, and can be begun anew. */
static void
test_unfinished (StoreTest *test, gconstpointer data)
{
  g_autofree char *target = scratch_make (test->folder, "target");
  g_autoptr (GError) error = NULL;
  BwStore *store;

  fill (test, 100);
  g_assert_null (bw_office_copy (test->uri, target, FALSE, spoil, target, &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_CONFLICT);
  g_clear_error (&error);
  g_assert_null (bw_store_open (target, &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_CONFLICT);
  g_assert_nonnull (strstr (error->message, "not finished"));
  g_clear_error (&error);
  copy (test->uri, target);
  store = bw_store_open (target, &error);
  g_assert_no_error (error);
  bw_store_close (store);
  scratch_remove (target);
}

static void
submit_meanwhile (BwOfficeStage stage,
                  const char *table,
                  gint64 done,
                  gint64 total,
                  gpointer user_data)
{
  StoreTest *test = user_data;

  if (done == total)
    store_test_submit (test, &test->sam, "send-invoices", 1);
}

/* The office goes on working; the copy is as it was when it was begun. */
static void
test_one_moment (StoreTest *test, gconstpointer data)
{
  g_autofree char *target = make_file_uri (test, "target");
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) counts = NULL;
  gint64 before;
  StoreTest after = *test;

  fill (test, 100);
  store_test_reopen (test);
  before = store_test_ask (test, "SELECT COUNT(*) FROM job");
  counts = bw_office_copy (test->uri, target, TRUE, submit_meanwhile, test, &error);
  g_assert_no_error (error);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM job"), >, before + 10);
  if (scratch_is_postgresql ()) /* of a file, the lock beside it tells: tests/upgrade */
    assert_refused (test->uri, target, BW_ERROR_CONFLICT, "in use");
  after.uri = target;
  after.store = NULL;
  store_test_reopen (&after);
  g_assert_cmpint (store_test_ask (&after, "SELECT COUNT(*) FROM job"), ==, before);
  bw_store_close (after.store);
}

/* SQLite keeps what PostgreSQL doesn't; it is named rather than changed. */
static void
test_zero_bytes (StoreTest *test, gconstpointer data)
{
  g_autofree char *target = scratch_make (test->folder, "target");

  if (scratch_is_postgresql ())
    {
      g_test_skip ("PostgreSQL does not take such texts");
      return;
    }
  fill (test, 10);
  change (test->uri, "UPDATE account SET name = CAST(x'410042' AS TEXT) WHERE id = 2");
  assert_refused (test->uri, target, BW_ERROR_CONFLICT, "“name” of the row id 2");
  change (test->uri, "UPDATE account SET name = CAST(x'41ff' AS TEXT) WHERE id = 2");
  assert_refused (test->uri, target, BW_ERROR_CONFLICT, "“name” of the row id 2");
  change (test->uri, "UPDATE account SET name = 'Mended' WHERE id = 2");
  copy (test->uri, target);
}

/* Messages end up in logs. */
static void
test_names (void)
{
  static const struct
  {
    const char *uri;
    const char *name;
  } cases[] = {
    { "sqlite:/var/lib/batchwork/batchwork.db", "sqlite:/var/lib/batchwork/batchwork.db" },
    { "postgresql://db.example.com/office", "postgresql://db.example.com/office" },
    { "postgresql://me@%2Frun:5432/office", "postgresql://me@%2Frun:5432/office" },
    { "postgresql://me:s3cret@a:5432,b/office?x=1", "postgresql://me:…@a:5432,b/office?x=1" },
    { "postgresql://a/office?password=s3cret&x=1", "postgresql://a/office?password=…&x=1" },
    { "postgresql://a:5432,b:5433/office?sslpassword=s3cret",
      "postgresql://a:5432,b:5433/office?sslpassword=…" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = bw_db_get_name (cases[i].uri);

      g_assert_cmpstr (name, ==, cases[i].name);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/office-copy/names-hide-passwords", test_names);
  store_test_add ("/store/office-copy/every-table", test_every_table);
  store_test_add ("/store/office-copy/round-trip", test_round_trip);
  store_test_add ("/store/office-copy/every-planted-difference", test_planted);
  store_test_add ("/store/office-copy/rows-missing-and-added", test_rows_missing);
  store_test_add ("/store/office-copy/refused", test_refused);
  store_test_add ("/store/office-copy/unfinished", test_unfinished);
  store_test_add ("/store/office-copy/one-moment", test_one_moment);
  store_test_add ("/store/office-copy/zero-bytes", test_zero_bytes);
  return g_test_run ();
}
