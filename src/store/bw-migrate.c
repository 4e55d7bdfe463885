/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-migrate.h"

#include <gio/gio.h>
#include <string.h>

#include "bw-driver.h"
#include "bw-error.h"
#include "bw-migrations.h"

#define FOLDER "/io/github/batchwork/store/migrations"

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

static gboolean
get_version (BwDb *db, gint64 *version, GError **error)
{
  gboolean has_settings;

  *version = 0;
  if (!bw_db_has_table (db, "setting", &has_settings, error))
    return FALSE;
  return !has_settings
         || bw_db_get_int (db, version, error, "SELECT value FROM setting WHERE name = 'schema'",
                           "");
}

static gboolean
run_number (BwDb *db, const char *const *files, guint number, GError **error)
{
  const BwDriver *driver = bw_db_get_driver (db);

  for (gsize i = 0; files[i] != NULL; i++)
    {
      g_autofree char *script = NULL;

      if (get_number (files[i]) != number || !is_for_engine (files[i], driver->name))
        continue;
      script = load_script (driver, files[i]);
      if (!bw_db_script (db, script, error))
        {
          g_prefix_error (error, "The migration %s failed and was taken back. ", files[i]);
          return FALSE;
        }
    }
  return bw_db_exec (db, error,
                     "INSERT INTO setting (name, value) VALUES ('schema', $1)"
                     " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                     "i", (gint64) number);
}

static gboolean
refuse_newer (gint64 version, guint newest, const char *uri, GError **error)
{
  if (version <= newest)
    return FALSE;
  bw_set_error (error, BW_ERROR_CONFLICT,
                "The store “%s” was made by a newer version of Batchwork: its schema is number "
                "%" G_GINT64_FORMAT ", this program knows up to %u. Nothing was changed; update "
                "Batchwork, or open another store.",
                uri, version, newest);
  return TRUE;
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
 * bw_migrate:
 * @db: a connection for writing
 * @uri: the store's address, for messages
 * @error: (out) (optional): what went wrong
 *
 * Brings the store to the newest schema, one numbered migration after the other, each in a
 * transaction of its own. The number is read inside of the transaction, so that programs which
 * start at the same time do not run a migration twice. A store with a newer schema than this
 * program knows is refused.
 *
 * Returns: whether the store has the newest schema
 */
gboolean
bw_migrate (BwDb *db, const char *uri, GError **error)
{
  g_auto (GStrv) files = list_files ();
  guint newest = bw_migrate_get_newest ();
  gint64 version;

  if (!get_version (db, &version, error) || refuse_newer (version, newest, uri, error))
    return FALSE;
  while (version < newest)
    {
      if (!bw_db_begin (db, error))
        return FALSE;
      if (!get_version (db, &version, error) || refuse_newer (version, newest, uri, error)
          || (version < newest
              && !run_number (db, (const char *const *) files, (guint) version + 1, error)))
        {
          bw_db_rollback (db);
          return FALSE;
        }
      if (!bw_db_commit (db, error))
        return FALSE;
      version++;
    }
  return TRUE;
}
