/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-store-private.h"

#include "bw-action.h"
#include "bw-bulk-job.h"
#include "bw-error.h"
#include "bw-job-act.h"
#include "bw-job-end.h"
#include "bw-job-remove.h"
#include "bw-read.h"

typedef struct
{
  const BwViewer *viewer;
  gint64 job;
  BwRetry retry;
} ActionData;

static gboolean
refuse (GError **error, const char *why)
{
  bw_set_error (error, BW_ERROR_CONFLICT, "%s", why);
  return FALSE;
}

/* A list names items that there are, all of them finished as the job is. */
static gboolean
check_items (const BwJobRecord *job, const BwRetry *retry, GError **error)
{
  gint64 total = bw_item_counts_total (&job->items);

  for (gsize i = 0; i < retry->n_items; i++)
    if (retry->items[i] < 1 || retry->items[i] > total)
      {
        bw_set_error_field (error, BW_ERROR_INVALID, "items",
                            "items: there is no item %" G_GINT64_FORMAT " in this job, which has %"
                            G_GINT64_FORMAT ".",
                            retry->items[i], total);
        return FALSE;
      }
  return TRUE;
}

static gboolean
can_retry (const BwJobRecord *job, BwTx *tx, const BwRetry *retry, GError **error)
{
  if (!bw_job_state_is_finished (job->state))
    return refuse (error, job->state == BW_JOB_STATE_QUEUED
                              ? "This job has not run yet; it waits in the queue."
                              : "This job is still running. Cancel it first.");
  if (!bw_bulk_check_not (job, tx, error))
    return FALSE;
  if (retry->items != NULL)
    return check_items (job, retry, error);
  if (retry->all)
    return TRUE;
  if (job->state == BW_JOB_STATE_SUCCESS)
    return refuse (error, "Nothing in this job failed. Retry all of its items instead.");
  if (job->state == BW_JOB_STATE_SKIPPED)
    return refuse (
        error, "None of this job's items failed; some were left out on purpose. Retry all of its "
               "items instead.");
  return TRUE;
}

/* Takes one item back to pending. One that is named twice is so already. */
static gboolean
reset_item (BwJobRecord *job, BwTx *tx, gint64 item, GError **error)
{
  gint64 state = BW_ITEM_STATE_PENDING;

  if (!bw_db_get_int (bw_tx_db (tx), &state, error,
                      "SELECT state FROM item WHERE business = $1 AND job = $2 AND item = $3",
                      "iii", job->business, job->id, item))
    return FALSE;
  if (state == BW_ITEM_STATE_PENDING)
    return TRUE;
  job->items.in_state[state]--;
  job->items.in_state[BW_ITEM_STATE_PENDING]++;
  return bw_db_exec (bw_tx_db (tx), error,
                     "UPDATE item SET state = 0, message = NULL, attempt = 0, updated_at = NULL"
                     " WHERE business = $1 AND job = $2 AND item = $3",
                     "iii", job->business, job->id, item);
}

/* What failed or was cancelled is pending again; or everything; or what is named. */
static gboolean
reset_items (BwJobRecord *job, BwTx *tx, const BwRetry *retry, GError **error)
{
  static const char *const failed =
      "UPDATE item SET state = 0, message = NULL, attempt = 0, updated_at = NULL"
      " WHERE business = $1 AND job = $2 AND state IN (2, 4)";
  static const char *const all =
      "UPDATE item SET state = 0, message = NULL, attempt = 0, updated_at = NULL"
      " WHERE business = $1 AND job = $2 AND state <> 0";
  gint64 total = bw_item_counts_total (&job->items);

  for (gsize i = 0; i < retry->n_items; i++)
    if (!reset_item (job, tx, retry->items[i], error))
      return FALSE;
  if (total == 0 || retry->items != NULL)
    return TRUE;
  if (!bw_db_exec (bw_tx_db (tx), error, retry->all ? all : failed, "ii", job->business, job->id))
    return FALSE;
  for (guint state = BW_ITEM_STATE_SUCCESS; state < BW_N_ITEM_STATES; state++)
    if (retry->all || state == BW_ITEM_STATE_FAILED || state == BW_ITEM_STATE_CANCELLED)
      {
        job->items.in_state[BW_ITEM_STATE_PENDING] += job->items.in_state[state];
        job->items.in_state[state] = 0;
      }
  return TRUE;
}

/* Done anew, it starts as soon as it can. One that was cancelled before its time had come, and never
 * started, waits for that time as before. */
static BwTime
find_run_at (const BwJobRecord *job, BwTx *tx, GError **error)
{
  gint64 run_at = 0;

  if (job->attempt == 0
      && !bw_db_get_int (bw_tx_db (tx), &run_at, error,
                         "SELECT COALESCE(run_at, 0) FROM job WHERE business = $1 AND id = $2",
                         "ii", job->business, job->id))
    return -1;
  return run_at > bw_tx_now (tx) ? run_at : 0;
}

static gboolean
write_retry (BwJobRecord *job, BwTx *tx, const BwViewer *viewer, gint64 revision, GError **error)
{
  gint64 total = bw_item_counts_total (&job->items);
  double progress = total > 0 ? (double) bw_item_counts_done (&job->items) / (double) total : 0;
  BwTime run_at = find_run_at (job, tx, error);

  bw_job_record_set_state (job, tx, BW_JOB_STATE_QUEUED);
  bw_tx_work_ready (tx, job->business);
  bw_job_record_logf (job, bw_tx_now (tx), "Retried by %s", viewer->user_name);
  return run_at >= 0 && bw_job_record_write_log (job, bw_tx_db (tx), error)
         && bw_db_exec (
             bw_tx_db (tx), error,
             "UPDATE job SET state = 0, due = $13, run_at = $14, queued_at = $9, cancelling = 0, stalled = 0,"
             " items_success = $3, items_failed = $4, items_skipped = $5, items_cancelled = $6,"
             " progress = $7, message = NULL, started_at = NULL, finished_at = $8, updated_at = $9,"
             " updated_by = $10, errors_left = max_attempts - 1, lapses = 0, log_size = $11,"
             " revision = $12 WHERE business = $1 AND id = $2",
             "iiiiiiditsiiit", job->business, job->id, job->items.in_state[BW_ITEM_STATE_SUCCESS],
             job->items.in_state[BW_ITEM_STATE_FAILED], job->items.in_state[BW_ITEM_STATE_SKIPPED],
             job->items.in_state[BW_ITEM_STATE_CANCELLED], progress, BW_NOT_FINISHED,
             bw_tx_now (tx), viewer->user_name, job->log_size, revision, (gint64) (run_at == 0),
             run_at > 0 ? run_at : BW_TIME_NONE);
}

static const char *
describe_retry (const BwRetry *retry, char **made)
{
  if (retry->items == NULL)
    return retry->all ? "All items" : "Failed items";
  *made = g_strdup_printf (retry->n_items == 1 ? "%" G_GSIZE_FORMAT " item chosen"
                                               : "%" G_GSIZE_FORMAT " items chosen",
                           retry->n_items);
  return *made;
}

/**
 * bw_job_retry:
 * @tx: a write
 * @viewer: who asks
 * @job: a finished job
 * @retry: what of it is to be done again
 * @error: (out) (optional): why not
 *
 * Queues a job again.
 *
 * Returns: whether it was written
 */
gboolean
bw_job_retry (BwTx *tx, const BwViewer *viewer, gint64 job, const BwRetry *retry, GError **error)
{
  g_auto (BwJobRecord) record = { 0 };
  g_autofree char *made = NULL;
  gint64 revision;

  if (!bw_job_record_load_for (&record, bw_tx_db (tx), viewer, job, BW_PERMISSION_RETRY, error)
      || !can_retry (&record, tx, retry, error) || !reset_items (&record, tx, retry, error))
    return FALSE;
  revision = bw_tx_next_revision (tx, record.business, error);
  return revision != 0 && write_retry (&record, tx, viewer, revision, error)
         && bw_action_add (tx, viewer, revision, "retry", record.id, describe_retry (retry, &made),
                           error);
}

static gboolean
retry (BwTx *tx, gpointer user_data, GError **error)
{
  const ActionData *data = user_data;

  return bw_job_retry (tx, data->viewer, data->job, &data->retry, error);
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

/**
 * bw_job_cancel:
 * @tx: a write
 * @viewer: who asks
 * @job: a job that is not finished
 * @error: (out) (optional): why not
 *
 * Cancels a job, see bw_store_cancel().
 *
 * Returns: whether it was written
 */
gboolean
bw_job_cancel (BwTx *tx, const BwViewer *viewer, gint64 job, GError **error)
{
  g_auto (BwJobRecord) record = { 0 };
  gint64 revision;

  if (!bw_job_record_load_for (&record, bw_tx_db (tx), viewer, job, BW_PERMISSION_CANCEL, error))
    return FALSE;
  if (bw_job_state_is_finished (record.state))
    return refuse (error, "This job has finished already; there is nothing left to cancel.");
  if (record.cancelling)
    return TRUE;
  revision = bw_tx_next_revision (tx, record.business, error);
  return revision != 0 && bw_action_add (tx, viewer, revision, "cancel", record.id,
                                           record.state == BW_JOB_STATE_QUEUED
                                               ? "While it waited"
                                               : "While it ran",
                                           error)
         && (record.state == BW_JOB_STATE_QUEUED
                 ? cancel_queued (&record, tx, viewer, revision, error)
                 : cancel_processing (&record, tx, viewer, revision, error));
}

static gboolean
cancel (BwTx *tx, gpointer user_data, GError **error)
{
  const ActionData *data = user_data;

  return bw_job_cancel (tx, data->viewer, data->job, error);
}

/* What the record keeps of a job when nothing else is left of it. */
static char *
describe_deleted (const BwJobRecord *job, BwTx *tx, GError **error)
{
  g_autofree char *created_at = bw_time_to_string (job->created_at);
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows = bw_db_query (bw_tx_db (tx), error,
                                         "SELECT name FROM account WHERE id = $1", "i", job->owner);
  const char *owner = "System";

  if (rows == NULL)
    return NULL;
  if (bw_rows_next (rows, &local) && !job->automated)
    owner = bw_rows_text (rows, 0);
  if (!bw_read_finish (g_steal_pointer (&local), error))
    return NULL;
  return g_strdup_printf ("Submitted by %s on %.10s, ended as “%s”", owner, created_at,
                          bw_job_state_to_string (job->state));
}

/**
 * bw_job_delete:
 * @tx: a write
 * @viewer: who asks
 * @job: a finished job
 * @error: (out) (optional): why not
 *
 * Deletes a job with all that belongs to it.
 *
 * Returns: whether it was written
 */
gboolean
bw_job_delete (BwTx *tx, const BwViewer *viewer, gint64 job, GError **error)
{
  g_auto (BwJobRecord) record = { 0 };
  g_autofree char *detail = NULL;
  gint64 revision;

  if (!bw_job_record_load_for (&record, bw_tx_db (tx), viewer, job, BW_PERMISSION_DELETE, error))
    return FALSE;
  if (!bw_job_state_is_finished (record.state))
    return refuse (error,
                   record.state == BW_JOB_STATE_QUEUED
                       ? "This job waits in the queue. Cancel it before you delete it."
                       : "This job is running. Cancel it, and delete it when it has stopped.");
  revision = bw_tx_next_revision (tx, record.business, error);
  detail = describe_deleted (&record, tx, error);
  return revision != 0 && detail != NULL
         && bw_action_add (tx, viewer, revision, "delete", record.id, detail, error)
         && bw_job_remove (&record, tx, error) != 0;
}

static gboolean delete (BwTx *tx, gpointer user_data, GError **error)
{
  const ActionData *data = user_data;

  return bw_job_delete (tx, data->viewer, data->job, error);
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
  ActionData data = { viewer, job, { .all = all_items } };

  return bw_store_write (self, retry, &data, error);
}

/**
 * bw_store_retry_items:
 * @self: a store
 * @viewer: who asks
 * @job: a finished job
 * @items: (array length=n_items): the numbers of those of its items that are done again
 * @n_items: how many; at least one
 * @error: (out) (optional): why not; %BW_ERROR_INVALID of the field "items" when there is no such
 *   item
 *
 * Queues a job again for just some of its items, whatever became of them. The others stay as they
 * are.
 *
 * Returns: whether it was written
 */
gboolean
bw_store_retry_items (BwStore *self,
                      const BwViewer *viewer,
                      gint64 job,
                      const gint64 *items,
                      gsize n_items,
                      GError **error)
{
  ActionData data = { viewer, job, { .items = items, .n_items = n_items } };

  g_return_val_if_fail (items != NULL && n_items > 0, FALSE);

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
  ActionData data = { .viewer = viewer, .job = job };

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
  ActionData data = { .viewer = viewer, .job = job };

  return bw_store_write (self, delete, &data, error);
}
