/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-bulk-job.h"

#include "bw-error.h"
#include "bw-read.h"
#include "bw-tx-private.h"

/**
 * bw_bulk_get_verb:
 * @action: a bulk action
 *
 * Returns: (transfer none): what it does
 */
const BwBulkVerb *
bw_bulk_get_verb (BwBulkAction action)
{
  static const BwBulkVerb verbs[BW_N_BULK_ACTIONS] = {
    [BW_BULK_RETRY_FAILED] = { BW_PERMISSION_RETRY, "retry", "retried" },
    [BW_BULK_RETRY_ALL] = { BW_PERMISSION_RETRY, "retry", "retried" },
    [BW_BULK_CANCEL] = { BW_PERMISSION_CANCEL, "cancel", "cancelled" },
    [BW_BULK_DELETE] = { BW_PERMISSION_DELETE, "delete", "deleted" },
  };

  g_return_val_if_fail ((guint) action < BW_N_BULK_ACTIONS, NULL);

  return &verbs[action];
}

/**
 * bw_bulk_check_not:
 * @job: a job
 * @tx: a write
 * @error: (out) (optional): %BW_ERROR_CONFLICT when it is one
 *
 * Refuses to run a bulk job again or to change it: it acts under the rights of who asked for it, on
 * the jobs that were counted for them then.
 *
 * Returns: whether @job is a job like any other
 */
gboolean
bw_bulk_check_not (const BwJobRecord *job, BwTx *tx, GError **error)
{
  const BwTypeRow *type =
      bw_types_get (bw_tx_types (tx), bw_tx_db (tx), job->business, job->type, error);

  if (type == NULL)
    return FALSE;
  if (bw_bulk_get_type_title (type->type) == NULL)
    return TRUE;
  bw_set_error (error, BW_ERROR_CONFLICT,
                "This job acted upon other jobs. Choose those jobs and ask for it anew instead.");
  return FALSE;
}

/* The name of a job that may be seen; its number otherwise. */
static char *
find_label (BwDb *db, const BwViewer *viewer, gint64 job, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows = bw_db_query (
      db, error, "SELECT name, owner, automated FROM job WHERE business = $1 AND id = $2", "ii",
      viewer->business, job);

  if (rows == NULL)
    return NULL;
  if (bw_rows_next (rows, &local)
      && bw_viewer_may_see (viewer, bw_rows_int (rows, 1), bw_rows_int (rows, 2) != 0))
    return g_strdup (bw_rows_text (rows, 0));
  return bw_read_finish (g_steal_pointer (&local), error)
             ? g_strdup_printf ("Job %" G_GINT64_FORMAT, job)
             : NULL;
}

/**
 * bw_bulk_add_items:
 * @tx: a write
 * @viewer: who asked for the bulk job
 * @job: the bulk job
 * @first_item: the number of the first new item
 * @ids: (element-type gint64): the jobs that become items, with their names as they are now
 * @error: (out) (optional): what went wrong
 *
 * Returns: whether they were written
 */
gboolean
bw_bulk_add_items (BwTx *tx,
                   const BwViewer *viewer,
                   gint64 job,
                   gint64 first_item,
                   const GArray *ids,
                   GError **error)
{
  BwDb *db = bw_tx_db (tx);

  for (guint i = 0; i < ids->len; i++)
    {
      gint64 target = g_array_index (ids, gint64, i);
      g_autofree char *reference = g_strdup_printf ("%" G_GINT64_FORMAT, target);
      g_autofree char *label = find_label (db, viewer, target, error);

      if (label == NULL
          || !bw_db_exec (db, error,
                          "INSERT INTO item (business, job, item, label, ref_kind, ref_id)"
                          " VALUES ($1, $2, $3, $4, 'job', $5)",
                          "iiiss", viewer->business, job, first_item + i, label, reference))
        return FALSE;
    }
  return bw_db_exec (db, error,
                     "UPDATE job SET items = items + $3 WHERE business = $1 AND id = $2", "iii",
                     viewer->business, job, (gint64) ids->len);
}
