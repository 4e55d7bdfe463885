/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-store-private.h"

#include "bw-action.h"
#include "bw-error.h"
#include "bw-job-end.h"
#include "bw-job-remove.h"

typedef struct
{
  const BwViewer *viewer;
  gint64 job;
  gboolean all_items;
} ActionData;

static gboolean
refuse (GError **error, const char *why)
{
  bw_set_error (error, BW_ERROR_CONFLICT, "%s", why);
  return FALSE;
}

static gboolean
can_retry (const BwJobRecord *job, gboolean all_items, GError **error)
{
  if (!bw_job_state_is_finished (job->state))
    return refuse (error, job->state == BW_JOB_STATE_QUEUED
                              ? "This job has not run yet; it waits in the queue."
                              : "This job is still running. Cancel it first.");
  if (all_items)
    return TRUE;
  if (job->state == BW_JOB_STATE_SUCCESS)
    return refuse (error, "Nothing in this job failed. Retry all of its items instead.");
  if (job->state == BW_JOB_STATE_SKIPPED)
    return refuse (
        error, "None of this job's items failed; some were left out on purpose. Retry all of its "
               "items instead.");
  return TRUE;
}

/* What failed or was cancelled is pending again; or everything. */
static gboolean
reset_items (BwJobRecord *job, BwTx *tx, gboolean all_items, GError **error)
{
  static const char *const failed =
      "UPDATE item SET state = 0, message = NULL, attempt = 0, updated_at = NULL"
      " WHERE business = $1 AND job = $2 AND state IN (2, 4)";
  static const char *const all =
      "UPDATE item SET state = 0, message = NULL, attempt = 0, updated_at = NULL"
      " WHERE business = $1 AND job = $2 AND state <> 0";
  gint64 total = bw_item_counts_total (&job->items);

  if (total == 0)
    return TRUE;
  if (!bw_db_exec (bw_tx_db (tx), error, all_items ? all : failed, "ii", job->business, job->id))
    return FALSE;
  for (guint state = BW_ITEM_STATE_SUCCESS; state < BW_N_ITEM_STATES; state++)
    if (all_items || state == BW_ITEM_STATE_FAILED || state == BW_ITEM_STATE_CANCELLED)
      {
        job->items.in_state[BW_ITEM_STATE_PENDING] += job->items.in_state[state];
        job->items.in_state[state] = 0;
      }
  return TRUE;
}

static gboolean
write_retry (BwJobRecord *job, BwTx *tx, const BwViewer *viewer, gint64 revision, GError **error)
{
  gint64 total = bw_item_counts_total (&job->items);
  double progress = total > 0 ? (double) bw_item_counts_done (&job->items) / (double) total : 0;

  bw_job_record_set_state (job, tx, BW_JOB_STATE_QUEUED);
  bw_tx_work_ready (tx, job->business);
  bw_job_record_logf (job, bw_tx_now (tx), "Retried by %s", viewer->user_name);
  return bw_job_record_write_log (job, bw_tx_db (tx), error)
         && bw_db_exec (
             bw_tx_db (tx), error,
             "UPDATE job SET state = 0, due = 1, run_at = NULL, cancelling = 0, stalled = 0,"
             " items_success = $3, items_failed = $4, items_skipped = $5, items_cancelled = $6,"
             " progress = $7, message = NULL, started_at = NULL, finished_at = $8, updated_at = $9,"
             " updated_by = $10, errors_left = max_attempts - 1, lapses = 0, log_size = $11,"
             " revision = $12 WHERE business = $1 AND id = $2",
             "iiiiiiditsii", job->business, job->id, job->items.in_state[BW_ITEM_STATE_SUCCESS],
             job->items.in_state[BW_ITEM_STATE_FAILED], job->items.in_state[BW_ITEM_STATE_SKIPPED],
             job->items.in_state[BW_ITEM_STATE_CANCELLED], progress, BW_NOT_FINISHED,
             bw_tx_now (tx), viewer->user_name, job->log_size, revision);
}

static gboolean
retry (BwTx *tx, gpointer user_data, GError **error)
{
  const ActionData *data = user_data;
  g_auto (BwJobRecord) job = { 0 };
  gint64 revision;

  if (!bw_job_record_load_for (&job, bw_tx_db (tx), data->viewer, data->job, BW_PERMISSION_RETRY,
                               error)
      || !can_retry (&job, data->all_items, error)
      || !reset_items (&job, tx, data->all_items, error))
    return FALSE;
  revision = bw_tx_next_revision (tx, job.business, error);
  return revision != 0 && write_retry (&job, tx, data->viewer, revision, error)
         && bw_action_add (tx, data->viewer, revision, "retry", job.id,
                           data->all_items ? "All items" : "Failed items", error);
}

static gboolean
cancel_queued (BwJobRecord *job, BwTx *tx, const BwViewer *viewer, gint64 revision, GError **error)
{
  const BwJobEnd end = { .actor = viewer->user_name };

  bw_job_record_logf (job, bw_tx_now (tx), "Cancelled by %s", viewer->user_name);
  return bw_job_settle_items (job, tx, BW_ITEM_STATE_CANCELLED, NULL, error)
         && bw_job_finish (job, tx, bw_job_state_derive (&job->items, FALSE, TRUE), &end, error);
}

static gboolean
cancel_processing (BwJobRecord *job,
                   BwTx *tx,
                   const BwViewer *viewer,
                   gint64 revision,
                   GError **error)
{
  bw_job_record_logf (job, bw_tx_now (tx), "%s asked to cancel", viewer->user_name);
  return bw_job_record_write_log (job, bw_tx_db (tx), error)
         && bw_db_exec (
             bw_tx_db (tx), error,
             "UPDATE job SET cancelling = 1, updated_at = $3, updated_by = $4, log_size = $5,"
             " revision = $6 WHERE business = $1 AND id = $2",
             "iitsii", job->business, job->id, bw_tx_now (tx), viewer->user_name, job->log_size,
             revision);
}

static gboolean
cancel (BwTx *tx, gpointer user_data, GError **error)
{
  const ActionData *data = user_data;
  g_auto (BwJobRecord) job = { 0 };
  gint64 revision;

  if (!bw_job_record_load_for (&job, bw_tx_db (tx), data->viewer, data->job, BW_PERMISSION_CANCEL,
                               error))
    return FALSE;
  if (bw_job_state_is_finished (job.state))
    return refuse (error, "This job has finished already; there is nothing left to cancel.");
  if (job.cancelling)
    return TRUE;
  revision = bw_tx_next_revision (tx, job.business, error);
  return revision != 0 && bw_action_add (tx, data->viewer, revision, "cancel", job.id, NULL, error)
         && (job.state == BW_JOB_STATE_QUEUED
                 ? cancel_queued (&job, tx, data->viewer, revision, error)
                 : cancel_processing (&job, tx, data->viewer, revision, error));
}

static gboolean delete (BwTx *tx, gpointer user_data, GError **error)
{
  const ActionData *data = user_data;
  g_auto (BwJobRecord) job = { 0 };
  gint64 revision;

  if (!bw_job_record_load_for (&job, bw_tx_db (tx), data->viewer, data->job, BW_PERMISSION_DELETE,
                               error))
    return FALSE;
  if (!bw_job_state_is_finished (job.state))
    return refuse (error,
                   job.state == BW_JOB_STATE_QUEUED
                       ? "This job waits in the queue. Cancel it before you delete it."
                       : "This job is running. Cancel it, and delete it when it has stopped.");
  revision = bw_job_remove (&job, tx, error);
  return revision != 0 && bw_action_add (tx, data->viewer, revision, "delete", job.id, NULL, error);
}

/**
 * bw_store_retry:
 * @self: a store
 * @viewer: who asks
 * @job: a finished job
 * @all_items: whether all items are done again; else those that failed or were cancelled
 * @error: (out) (optional): why not
 *
 * Queues a job again.
 *
 * Returns: whether it was written
 */
gboolean
bw_store_retry (BwStore *self,
                const BwViewer *viewer,
                gint64 job,
                gboolean all_items,
                GError **error)
{
  ActionData data = { viewer, job, all_items };

  return bw_store_write (self, retry, &data, error);
}

/**
 * bw_store_cancel:
 * @self: a store
 * @viewer: who asks
 * @job: a job that is not finished
 * @error: (out) (optional): why not
 *
 * Cancels a job: one in the queue at once, a running one when its worker obeys or is lost. That it
 * is being cancelled already is no error.
 *
 * Returns: whether it was written
 */
gboolean
bw_store_cancel (BwStore *self, const BwViewer *viewer, gint64 job, GError **error)
{
  ActionData data = { viewer, job, FALSE };

  return bw_store_write (self, cancel, &data, error);
}

/**
 * bw_store_delete:
 * @self: a store
 * @viewer: who asks
 * @job: a finished job
 * @error: (out) (optional): why not
 *
 * Deletes a job with all that belongs to it.
 *
 * Returns: whether it was written
 */
gboolean
bw_store_delete (BwStore *self, const BwViewer *viewer, gint64 job, GError **error)
{
  ActionData data = { viewer, job, FALSE };

  return bw_store_write (self, delete, &data, error);
}
