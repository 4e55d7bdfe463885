/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-store-private.h"

#include "bw-account.h"
#include "bw-actor.h"
#include "bw-error.h"
#include "bw-read.h"
#include "bw-submission.h"
#include "bw-viewer.h"

typedef struct
{
  const BwViewer *viewer;
  const BwSettings *changes;
  gboolean set_references;
} Change;

static gboolean
read_references (BwSettings *settings, BwDb *db, gint64 business, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows = bw_db_query (
      db, error, "SELECT kind, template FROM reference_url WHERE business = $1 ORDER BY kind", "i",
      business);

  while (rows != NULL && bw_rows_next (rows, &local))
    bw_settings_add_reference (settings, bw_rows_text (rows, 0), bw_rows_text (rows, 1));
  return rows != NULL && bw_read_finish (g_steal_pointer (&local), error);
}

static BwSettings *
read_settings (BwDb *db, gint64 business, GError **error)
{
  g_autoptr (BwSettings) settings = bw_settings_new ();
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows = bw_db_query (
      db, error, "SELECT name, retention_days FROM business WHERE id = $1", "i", business);

  if (rows == NULL)
    return NULL;
  if (bw_rows_next (rows, &local))
    {
      settings->name = g_strdup (bw_rows_text (rows, 0));
      settings->retention_days = (int) bw_rows_int (rows, 1);
    }
  return bw_read_finish (g_steal_pointer (&local), error)
                 && read_references (settings, db, business, error)
             ? g_steal_pointer (&settings)
             : NULL;
}

static gboolean
write_name (const Change *change,
            BwTx *tx,
            const BwSettings *before,
            GString *detail,
            GError **error)
{
  const char *name = change->changes->name;

  if (name == NULL || g_strcmp0 (name, before->name) == 0)
    return TRUE;
  /* Everybody's list of businesses has it. */
  bw_tx_rights_changed (tx);
  g_string_append_printf (detail, "name: %s → %s; ", before->name, name);
  return bw_check_line (name, "name", BW_MAX_NAME, error)
         && bw_db_exec (bw_tx_db (tx), error, "UPDATE business SET name = $2 WHERE id = $1", "is",
                        change->viewer->business, name);
}

static gboolean
write_retention (const Change *change,
                 BwTx *tx,
                 const BwSettings *before,
                 GString *detail,
                 GError **error)
{
  int days = change->changes->retention_days;

  if (days == 0 || days == before->retention_days)
    return TRUE;
  g_string_append_printf (detail, "finished jobs are kept for: %d → %d days; ",
                          before->retention_days, days);
  return bw_db_exec (bw_tx_db (tx), error, "UPDATE business SET retention_days = $2 WHERE id = $1",
                     "ii", change->viewer->business, (gint64) days);
}

static gboolean
write_references (const Change *change, BwTx *tx, GString *detail, GError **error)
{
  GPtrArray *references = change->changes->references;
  gint64 business = change->viewer->business;
  BwDb *db = bw_tx_db (tx);

  if (!change->set_references)
    return TRUE;
  g_string_append (detail, "references: ");
  if (!bw_db_exec (db, error, "DELETE FROM reference_url WHERE business = $1", "i", business))
    return FALSE;
  for (guint i = 0; i < references->len; i++)
    {
      const BwReferenceUrl *reference = g_ptr_array_index (references, i);

      g_string_append_printf (detail, "%s%s", i > 0 ? ", " : "", reference->kind);
      if (!bw_db_exec (db, error,
                       "INSERT INTO reference_url (business, kind, template) VALUES ($1, $2, $3)",
                       "iss", business, reference->kind, reference->url))
        return FALSE;
    }
  g_string_append (detail, references->len > 0 ? "; " : "none; ");
  return TRUE;
}

static gboolean
edit_settings (BwTx *tx, gpointer data, GError **error)
{
  const Change *change = data;
  g_autoptr (GString) detail = g_string_new (NULL);
  g_autoptr (BwSettings) before = NULL;
  BwActor actor;

  if (!bw_actor_load (&actor, tx, change->viewer, error))
    return FALSE;
  before = read_settings (bw_tx_db (tx), change->viewer->business, error);
  if (before == NULL || !write_name (change, tx, before, detail, error)
      || !write_retention (change, tx, before, detail, error)
      || !write_references (change, tx, detail, error))
    return FALSE;
  if (detail->len == 0)
    return TRUE;
  g_string_truncate (detail, detail->len - 2);
  return bw_actor_record (&actor, tx, "settings-change", detail->str, error);
}

/**
 * bw_store_get_settings:
 * @self: a store
 * @viewer: who asks, with the permission "manage"
 * @error: (out) (optional): what went wrong
 *
 * Returns: (transfer full) (nullable): what the viewer's business has set
 */
BwSettings *
bw_store_get_settings (BwStore *self, const BwViewer *viewer, GError **error)
{
  g_auto (BwReader) reader = { 0 };

  if (!bw_viewer_need (viewer, BW_PERMISSION_MANAGE, error))
    return NULL;
  reader = bw_reader_begin (self, error);
  return reader.db != NULL ? read_settings (reader.db, viewer->business, error) : NULL;
}

/**
 * bw_store_edit_settings:
 * @self: a store
 * @viewer: who asks
 * @changes: what is to change: a name of %NULL and 0 days stay as they are
 * @set_references: whether the references of @changes take the place of those that there are
 * @error: (out) (optional): why not
 *
 * Changes a business's settings.
 *
 * Returns: (transfer full) (nullable): the settings, as they are now
 */
BwSettings *
bw_store_edit_settings (BwStore *self,
                        const BwViewer *viewer,
                        const BwSettings *changes,
                        gboolean set_references,
                        GError **error)
{
  Change change = { viewer, changes, set_references };

  return bw_store_write (self, edit_settings, &change, error)
             ? bw_store_get_settings (self, viewer, error)
             : NULL;
}
