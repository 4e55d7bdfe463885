/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-office-private.h"

#include "bw-driver.h"
#include "bw-error.h"
#include "bw-migrate.h"
#include "bw-read.h"

static gboolean
refuse_used (const BwOfficeCopy *self, GError **error)
{
  bw_set_error (
      error, BW_ERROR_CONFLICT,
      "The store “%s” is not empty. Nothing was changed; name one that is not there yet, or "
      "is empty.",
      self->to_name);
  return FALSE;
}

/* Settings do not count: a server that was started and stopped leaves some. */
static gboolean
check_empty (BwOfficeCopy *self, GPtrArray *tables, GError **error)
{
  for (guint i = 0; i < tables->len; i++)
    {
      const BwTable *table = g_ptr_array_index (tables, i);
      g_autofree char *sql = g_strdup_printf ("SELECT 1 FROM %s LIMIT 1", table->name);
      gint64 has = 0;

      if (g_str_equal (table->name, "setting"))
        continue;
      if (!bw_db_get_int (self->to, &has, error, sql, ""))
        return FALSE;
      if (has != 0)
        return refuse_used (self, error);
    }
  return TRUE;
}

/**
 * bw_office_run_listed:
 * @db: a connection in a transaction
 * @query: a query for statements
 * @error: (out) (optional): what went wrong
 *
 * Runs the statements that the database gives.
 *
 * Returns: whether all succeeded
 */
gboolean
bw_office_run_listed (BwDb *db, const char *query, GError **error)
{
  g_autoptr (GString) script = g_string_new (NULL);
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows = bw_db_query (db, error, query, "");

  if (rows == NULL)
    return FALSE;
  while (bw_rows_next (rows, &local))
    g_string_append_printf (script, "%s;", bw_rows_text (rows, 0));
  g_clear_pointer (&rows, bw_rows_free);
  return bw_read_finish (g_steal_pointer (&local), error) && bw_db_script (db, script->str, error);
}

/* Nothing may be there but a store without an office. */
static gboolean
check_vacant (BwOfficeCopy *self, gint64 version, GError **error)
{
  g_autoptr (GPtrArray) tables = bw_tables_load (self->to, error);

  if (tables == NULL)
    return FALSE;
  if (version == 0 && tables->len > 0)
    return refuse_used (self, error);
  return check_empty (self, tables, error);
}

/* What an interrupted copy left is thrown away. */
static gboolean
clean (BwOfficeCopy *self, GError **error)
{
  gint64 version;

  if (!bw_office_begin (self->to, error) || !bw_office_check_unused (self->to, self->to_name, error)
      || !bw_migrate_get_version (self->to, &version, error))
    return FALSE;
  if (bw_migrate_is_unfinished (version)
          ? !bw_office_run_listed (self->to, bw_db_get_driver (self->to)->list_drops, error)
          : !check_vacant (self, version, error))
    return FALSE;
  return bw_db_commit (self->to, error);
}

static gboolean
mark_unfinished (BwOfficeCopy *self, GError **error)
{
  return bw_office_begin (self->to, error) && check_vacant (self, bw_migrate_get_newest (), error)
         && bw_db_exec (self->to, error, "UPDATE setting SET value = $1 WHERE name = 'schema'", "i",
                        (gint64) BW_MIGRATE_UNFINISHED + bw_migrate_get_newest ())
         && bw_db_commit (self->to, error);
}

/**
 * bw_office_prepare:
 * @self: a copy
 * @error: (out) (optional): what went wrong
 *
 * Opens the target, makes its tables, and marks it as a copy that is not finished, which no server
 * opens.
 *
 * Returns: whether rows can be written
 */
gboolean
bw_office_prepare (BwOfficeCopy *self, GError **error)
{
  self->to = bw_db_open (self->to_uri, BW_DB_WRITE, error);
  return self->to != NULL && clean (self, error) && bw_migrate (self->to, self->to_uri, error)
         && mark_unfinished (self, error);
}
