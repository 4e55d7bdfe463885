/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scratch.h"

#include <gio/gio.h>
#include <libpq-fe.h>
#include <string.h>
#include <unistd.h>

#include "bw-db.h"

#define SQLITE "sqlite:"

/* What a database consists of, one line each, in an order that does not depend on how it was made.
 */
#define SQLITE_SCHEMA                                                                              \
  "SELECT type || ' ' || name || ': ' || sql FROM sqlite_schema ORDER BY type, name"
#define POSTGRESQL_SCHEMA                                                                          \
  "SELECT line FROM ("                                                                             \
  "SELECT 'column ' || table_name || ' ' || column_name || ': ' || data_type || ' ' || "           \
  "is_nullable || ' ' || COALESCE(column_default, '') || ' ' || COALESCE(collation_name, '') || "  \
  "' ' || COALESCE(generation_expression, '') AS line"                                             \
  " FROM information_schema.columns WHERE table_schema = current_schema() UNION ALL "              \
  "SELECT 'index ' || indexname || ': ' || indexdef FROM pg_indexes"                               \
  " WHERE schemaname = current_schema() UNION ALL "                                                \
  "SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ': ' || "                       \
  "pg_get_constraintdef(oid) FROM pg_constraint"                                                   \
  " WHERE connamespace = current_schema()::regnamespace AND conrelid <> 0 UNION ALL "              \
  "SELECT 'function ' || proname || ': ' || prosrc FROM pg_proc"                                   \
  " WHERE pronamespace = current_schema()::regnamespace AND prolang <> 13 UNION ALL "              \
  "SELECT 'table ' || relname || ': ' || COALESCE(reloptions::text, '') FROM pg_class"             \
  " WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'S', 'v')"       \
  ") AS lines ORDER BY line COLLATE \"C\""

static const char *
get_server (void)
{
  return g_getenv ("BATCHWORK_TEST_POSTGRESQL");
}

gboolean
scratch_is_postgresql (void)
{
  return get_server () != NULL;
}

static PGconn *
connect_to (const char *uri)
{
  PGconn *connection = PQconnectdb (uri);

  if (PQstatus (connection) != CONNECTION_OK)
    g_error ("%s: %s", uri, PQerrorMessage (connection));
  return connection;
}

/* Without the driver that is under test. */
static void
run_on_server (const char *sql)
{
  static PGconn *connection;
  g_autofree char *uri = g_strconcat (get_server (), "/postgres", NULL);
  PGresult *result;

  if (connection == NULL)
    connection = connect_to (uri);
  result = PQexec (connection, sql);
  if (PQresultStatus (result) != PGRES_COMMAND_OK)
    g_error ("%s: %s", sql, PQerrorMessage (connection));
  PQclear (result);
}

static const char *
get_database (const char *uri)
{
  return strrchr (uri, '/') + 1;
}

/* Programs of one server do not get into each other's way. */
static char *
make_on_server (const char *name, const char *template)
{
  static guint n_made;
  g_autofree char *database = g_strdup_printf ("%s-%d-%u", name, getpid (),
                                               __atomic_add_fetch (&n_made, 1, __ATOMIC_SEQ_CST));
  g_autofree char *sql =
      g_strdup_printf ("CREATE DATABASE \"%s\" TEMPLATE \"%s\"", database, template);

  run_on_server (sql);
  return g_strdup_printf ("%s/%s", get_server (), database);
}

/* Where a database may be made: a path in SQLite, an empty database in PostgreSQL. */
char *
scratch_make (const char *folder, const char *name)
{
  if (scratch_is_postgresql ())
    return make_on_server (name, "template1");
  return g_strdup_printf (SQLITE "%s/%s.db", folder, name);
}

/* A copy of a database that nobody has open. */
char *
scratch_make_like (const char *folder, const char *name, const char *uri)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) from = NULL;
  g_autoptr (GFile) to = NULL;
  char *copy;

  if (scratch_is_postgresql ())
    return make_on_server (name, get_database (uri));
  copy = scratch_make (folder, name);
  from = g_file_new_for_path (uri + strlen (SQLITE));
  to = g_file_new_for_path (copy + strlen (SQLITE));
  g_file_copy (from, to, G_FILE_COPY_NONE, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  return copy;
}

/* A file goes with its folder. */
void
scratch_remove (const char *uri)
{
  g_autofree char *sql = NULL;

  if (!scratch_is_postgresql ())
    return;
  sql = g_strdup_printf ("DROP DATABASE \"%s\" WITH (FORCE)", get_database (uri));
  run_on_server (sql);
}

static void
run_program (const char *program, const char *const *arguments)
{
  g_autoptr (GStrvBuilder) command = g_strv_builder_new ();
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) words = NULL;
  int status;

  g_strv_builder_add (command, program);
  g_strv_builder_addv (command, (const char **) arguments);
  words = g_strv_builder_end (command);
  g_spawn_sync (NULL, words, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL,
                NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_spawn_check_wait_status (status, &error);
  g_assert_no_error (error);
}

/* Keeps a database that nobody has open in a file: SQLite's own, or what psql(1) makes one of
 * again. */
void
scratch_save (const char *uri, const char *path)
{
  g_autofree char *target = g_strconcat ("--file=", path, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) from = NULL;
  g_autoptr (GFile) to = NULL;

  if (scratch_is_postgresql ())
    {
      run_program ("pg_dump", (const char *[]) { "--no-owner", "--inserts", target, uri, NULL });
      return;
    }
  from = g_file_new_for_path (uri + strlen (SQLITE));
  to = g_file_new_for_path (path);
  g_file_copy (from, to, G_FILE_COPY_NONE, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
unpack (const char *path, const char *target)
{
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

/* Makes a database of a file that scratch_save() made and gzip(1) packed. */
char *
scratch_load (const char *folder, const char *name, const char *path)
{
  char *uri = scratch_make (folder, name);
  g_autofree char *script = NULL;

  if (!scratch_is_postgresql ())
    {
      unpack (path, uri + strlen (SQLITE));
      return uri;
    }
  script = g_strconcat (folder, "/", name, ".sql", NULL);
  unpack (path, script);
  run_program ("psql",
               (const char *[]) { "-Xq", "-v", "ON_ERROR_STOP=1", "-f", script, uri, NULL });
  return uri;
}

/* All that was defined in a database, as text that is the same for two that are alike. */
char *
scratch_read_schema (const char *uri)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BwDb) db = bw_db_open (uri, BW_DB_WRITE, &error);
  g_autoptr (BwRows) rows = NULL;
  g_autoptr (GString) schema = g_string_new (NULL);

  g_assert_no_error (error);
  rows = bw_db_query (db, &error, scratch_is_postgresql () ? POSTGRESQL_SCHEMA : SQLITE_SCHEMA, "");
  while (bw_rows_next (rows, &error))
    if (!bw_rows_is_null (rows, 0))
      g_string_append_printf (schema, "%s\n", bw_rows_text (rows, 0));
  g_assert_no_error (error);
  return g_strdup (schema->str);
}
