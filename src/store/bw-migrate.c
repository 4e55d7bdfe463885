/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-migrate.h"

#include <gio/gio.h>
#include <string.h>

#include "bw-driver.h"
#include "bw-error.h"
#include "bw-migrations.h"
#include "bw-read.h"

#define FOLDER "/io/github/batchwork/store/migrations"
#define SIDE_BY_SIDE "\n-- Side by side: "

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GStrv
list_files (void)
{
  g_autoptr (GError) error = NULL;
  GStrv names = g_resource_enumerate_children (bw_migrations_get_resource (), FOLDER,
                                               G_RESOURCE_LOOKUP_FLAGS_NONE, &error);

  if (names == NULL)
    g_error ("The migrations are missing from the program: %s", error->message);
  qsort (names, g_strv_length (names), sizeof (char *), compare_names);
  return names;
}

static guint
get_number (const char *file)
{
  return (guint) g_ascii_strtoull (file, NULL, 10);
}

/* NNNN-name.sql is for all engines, NNNN-name.ENGINE.sql for one. */
static gboolean
is_for_engine (const char *file, const char *engine)
{
  g_auto (GStrv) parts = g_strsplit (file, ".", -1);

  return g_strv_length (parts) == 2 || g_str_equal (parts[1], engine);
}

static const char *
find_word (const BwDriver *driver, const char *name, gsize length)
{
  for (const BwDriverWord *word = driver->words; word->name != NULL; word++)
    if (strlen (word->name) == length && memcmp (word->name, name, length) == 0)
      return word->text;
  return NULL;
}

static gboolean
is_word (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_islower (text[i]))
      return FALSE;
  return length > 0;
}

static char *
load_script (const BwDriver *driver, const char *file)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_path ("/", FOLDER, file, NULL);
  g_autoptr (GBytes) bytes = g_resource_lookup_data (bw_migrations_get_resource (), path,
                                                     G_RESOURCE_LOOKUP_FLAGS_NONE, &error);
  GString *script = g_string_new (NULL);
  const char *at;
  const char *end;

  if (bytes == NULL)
    g_error ("The migration %s is missing from the program: %s", file, error->message);
  /* GResource puts a NUL behind each file. */
  at = g_bytes_get_data (bytes, NULL);
  for (; *at != '\0'; at++)
    {
      const char *word = NULL;

      end = *at == '@' ? strchr (at + 1, '@') : NULL;
      if (end != NULL && is_word (at + 1, (gsize) (end - at - 1)))
        {
          word = find_word (driver, at + 1, (gsize) (end - at - 1));
          if (word == NULL)
            g_warning ("%s: the engine %s has no word for “%.*s”", file, driver->name,
                       (int) (end - at - 1), at + 1);
        }
      if (word == NULL)
        {
          g_string_append_c (script, *at);
          continue;
        }
      g_string_append (script, word);
      at = end;
    }
  return g_string_free (script, FALSE);
}

/** What a store says of its schema: its number, and the oldest one whose programs may write to it.
 */
typedef struct
{
  gint64 version; /* 0: there is none yet */
  gint64 oldest;
} Schema;

static gboolean
read_schema (BwDb *db, Schema *schema, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows = NULL;
  gboolean has_settings;

  *schema = (Schema) { 0 };
  if (!bw_db_has_table (db, "setting", &has_settings, error))
    return FALSE;
  if (!has_settings)
    return TRUE;
  rows = bw_db_query (
      db, error, "SELECT name, value FROM setting WHERE name IN ('schema', 'schema_oldest')", "");
  if (rows == NULL)
    return FALSE;
  while (bw_rows_next (rows, &local))
    if (g_str_equal (bw_rows_text (rows, 0), "schema"))
      schema->version = bw_rows_int (rows, 1);
    else
      schema->oldest = bw_rows_int (rows, 1);
  if (schema->oldest == 0)
    schema->oldest = schema->version;
  return bw_read_finish (g_steal_pointer (&local), error);
}

static gboolean
write_number (BwDb *db, const char *name, gint64 value, GError **error)
{
  return bw_db_exec (db, error,
                     "INSERT INTO setting (name, value) VALUES ($1, $2)"
                     " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                     "si", name, value);
}

static gboolean
run_number (BwDb *db, const char *const *files, guint number, gint64 oldest, GError **error)
{
  const BwDriver *driver = bw_db_get_driver (db);
  gint64 beside = number;
  gboolean changed;

  for (gsize i = 0; files[i] != NULL; i++)
    {
      g_autofree char *script = NULL;

      if (get_number (files[i]) != number || !is_for_engine (files[i], driver->name))
        continue;
      script = load_script (driver, files[i]);
      beside = MIN (beside, bw_migrate_find_oldest (script, number));
      if (!bw_db_script (db, script, error))
        {
          g_prefix_error (error, "The migration %s failed and was taken back. ", files[i]);
          return FALSE;
        }
    }
  /* Asking marks the write for the other nodes. */
  return write_number (db, "schema", number, error)
         && write_number (db, "schema_oldest", MAX (oldest, beside), error)
         && bw_db_changed_elsewhere (db, &changed, error);
}

/**
 * bw_migrate_find_oldest:
 * @script: a migration
 * @number: the schema that it makes
 *
 * A migration that programs of an older schema can go on beside says so, in a line "-- Side by side:
 * N". One that says nothing shuts them out.
 *
 * Returns: the oldest schema whose programs may write to a store after it
 */
gint64
bw_migrate_find_oldest (const char *script, guint number)
{
  const char *found = strstr (script, SIDE_BY_SIDE);

  return found != NULL ? g_ascii_strtoll (found + strlen (SIDE_BY_SIDE), NULL, 10) : number;
}

/**
 * bw_migrate_get_newest:
 *
 * Returns: the number of the newest schema that this program knows
 */
guint
bw_migrate_get_newest (void)
{
  g_auto (GStrv) files = list_files ();
  guint n = g_strv_length (files);

  return get_number (files[n - 1]);
}

/**
 * bw_migrate_get_version:
 * @db: a connection in a transaction
 * @version: (out): the number of its store's schema; 0: there is no store
 * @error: (out) (optional): what went wrong
 *
 * Returns: whether it could be read
 */
gboolean
bw_migrate_get_version (BwDb *db, gint64 *version, GError **error)
{
  Schema schema;

  *version = 0;
  if (!read_schema (db, &schema, error))
    return FALSE;
  *version = schema.version;
  return TRUE;
}

/**
 * bw_migrate_is_unfinished:
 * @version: the number of a store's schema
 *
 * Returns: whether the store is a copy that was interrupted, or is being made
 */
gboolean
bw_migrate_is_unfinished (gint64 version)
{
  return version > BW_MIGRATE_UNFINISHED;
}

static gboolean
check (const Schema *schema, const char *uri, GError **error)
{
  if (schema->version <= bw_migrate_get_newest ())
    return TRUE;
  if (bw_migrate_is_unfinished (schema->version))
    bw_set_error (
        error, BW_ERROR_CONFLICT,
        "The store%s is a copy that is not finished. “batchworkd store copy” into it begins "
        "it anew.",
        uri);
  else if (schema->oldest > bw_migrate_get_newest ())
    bw_set_error (
        error, BW_ERROR_CONFLICT,
        "The store%s has the schema of a newer version of Batchwork: number %" G_GINT64_FORMAT
        ", which needs programs that know number %" G_GINT64_FORMAT " at least; this one knows "
        "up to %u. Nothing was changed; update Batchwork, or open another store.",
        uri, schema->version, schema->oldest, bw_migrate_get_newest ());
  else
    return TRUE;
  return FALSE;
}

/**
 * bw_migrate_check:
 * @db: a connection in a transaction
 * @error: (out) (optional): %BW_ERROR_CONFLICT if it may not, or what went wrong
 *
 * Checks whether this program may go on using a store that it opened before. A newer program may
 * have brought it to another schema meanwhile.
 *
 * Returns: whether it may
 */
gboolean
bw_migrate_check (BwDb *db, GError **error)
{
  Schema schema;

  return read_schema (db, &schema, error) && check (&schema, "", error);
}

/* Returns: %FALSE on an error; @version is the store's when it is over. */
static gboolean
step (BwDb *db, const char *const *files, const char *name, gint64 *version, GError **error)
{
  Schema schema;

  if (!bw_db_begin (db, error))
    return FALSE;
  if (!read_schema (db, &schema, error) || !check (&schema, name, error)
      || (schema.version < bw_migrate_get_newest ()
          && !run_number (db, files, (guint) schema.version + 1, schema.oldest, error)))
    {
      bw_db_rollback (db);
      return FALSE;
    }
  *version = MAX (schema.version, MIN (schema.version + 1, bw_migrate_get_newest ()));
  return bw_db_commit (db, error);
}

/**
 * bw_migrate:
 * @db: a connection for writing
 * @uri: the store's address, for messages
 * @error: (out) (optional): what went wrong
 *
 * Brings the store to the newest schema, one numbered migration after the other, each in a
 * transaction of its own. The number is read inside of the transaction, so that programs which
 * start at the same time do not run a migration twice.
 *
 * A store with a newer schema than this program knows is refused, unless its migrations say that
 * programs as old as this one can work beside newer ones: a line "-- Side by side: N" in a
 * migration's file says that programs of the schema N may go on.
 *
 * Returns: whether the store can be used
 */
gboolean
bw_migrate (BwDb *db, const char *uri, GError **error)
{
  g_auto (GStrv) files = list_files ();
  g_autofree char *shown = bw_db_get_name (uri);
  g_autofree char *name = g_strdup_printf (" “%s”", shown);
  gint64 version;

  do
    if (!step (db, (const char *const *) files, name, &version, error))
      return FALSE;
  while (version < bw_migrate_get_newest ());
  return TRUE;
}
