/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-store-private.h"

#include "bw-error.h"
#include "bw-job-end.h"
#include "bw-tx-private.h"

#define FIRST_BACK_OFF (30 * BW_TIME_SECOND)
#define LONGEST_BACK_OFF BW_TIME_HOUR

typedef struct
{
  gint64 account;
  GPtrArray *reports;
  GPtrArray *results;
} ReportData;

static gboolean
apply_item (BwJobRecord *job,
            BwTx *tx,
            const BwItemResult *result,
            guint report,
            guint index,
            GError **error)
{
  g_autofree char *field = NULL;
  gint64 n;

  if (result->item < 1 || result->item > bw_item_counts_total (&job->items))
    {
      field = g_strdup_printf ("reports[%u].items[%u].item", report, index);
      bw_set_error_field (error, BW_ERROR_INVALID, field,
                          "Job %" G_GINT64_FORMAT " has no item %" G_GINT64_FORMAT
                          ": its items are numbered from 1 to %" G_GINT64_FORMAT ".",
                          job->id, result->item, bw_item_counts_total (&job->items));
      return FALSE;
    }
  /* A finished item stays finished: what is said of it again is passed over. */
  n = bw_db_exec_count (bw_tx_db (tx), error,
                        "UPDATE item SET state = $4, message = $5, attempt = $6, updated_at = $7"
                        " WHERE business = $1 AND job = $2 AND item = $3 AND state = 0",
                        "iiiisit", job->business, job->id, result->item, (gint64) result->state,
                        result->message, job->attempt, bw_tx_now (tx));
  if (n < 0)
    return FALSE;
  job->items.in_state[BW_ITEM_STATE_PENDING] -= n;
  job->items.in_state[result->state] += n;
  return TRUE;
}

/* What a report says before its end, if it ends the attempt at all. */
static gboolean
apply_news (BwJobRecord *job, BwTx *tx, const BwReport *report, guint index, GError **error)
{
  gint64 total = bw_item_counts_total (&job->items);
  BwTime now = bw_tx_now (tx);

  for (guint i = 0; report->items != NULL && i < report->items->len; i++)
    if (!apply_item (job, tx, g_ptr_array_index (report->items, i), index, i, error))
      return FALSE;
  if (total > 0)
    job->progress = (double) bw_item_counts_done (&job->items) / (double) total;
  else if (report->progress >= 0)
    job->progress = MIN (report->progress, 1);
  for (gsize i = 0; report->log != NULL && report->log[i] != NULL; i++)
    bw_job_record_log (job, now, report->log[i]);
  return TRUE;
}

static gboolean
has_news (const BwReport *report)
{
  return (report->items != NULL && report->items->len > 0)
         || (report->log != NULL && report->log[0] != NULL) || report->progress >= 0
         || report->message != NULL;
}

static gboolean
write_news (BwStanding *standing, BwTx *tx, const BwReport *report, GError **error)
{
  BwJobRecord *job = &standing->job;
  BwDb *db = bw_tx_db (tx);
  gint64 revision = bw_tx_next_revision (tx, job->business, error);

  return revision != 0 && bw_job_record_write_log (job, db, error)
         && bw_db_exec (
             db, error,
             "UPDATE job SET stalled = 0, items_success = $3, items_failed = $4, items_skipped = "
             "$5,"
             " items_cancelled = $6, progress = $7, message = COALESCE($8, message), updated_at = "
             "$9,"
             " updated_by = $10, log_size = $11, revision = $12 WHERE business = $1 AND id = $2",
             "iiiiiidstsii", job->business, job->id, job->items.in_state[BW_ITEM_STATE_SUCCESS],
             job->items.in_state[BW_ITEM_STATE_FAILED], job->items.in_state[BW_ITEM_STATE_SKIPPED],
             job->items.in_state[BW_ITEM_STATE_CANCELLED], job->progress, report->message,
             bw_tx_now (tx), standing->worker, job->log_size, revision);
}

static gboolean
renew (BwStanding *standing, BwTx *tx, GError **error)
{
  return bw_db_exec (bw_tx_db (tx), error, "UPDATE claim SET lease_until = $2 WHERE id = $1", "it",
                     standing->id, bw_tx_now (tx) + standing->lease);
}

/* 30 s after the first error, then twice as long each time, an hour at most. */
static gint64
get_back_off (const BwJobRecord *job)
{
  gint64 n_errors = job->max_attempts - job->errors_left;
  gint64 back_off = FIRST_BACK_OFF;

  for (gint64 i = 1; i < n_errors && back_off < LONGEST_BACK_OFF; i++)
    back_off *= 2;
  return MIN (back_off, LONGEST_BACK_OFF);
}

static gboolean
end_cancelled (BwStanding *standing, BwTx *tx, const BwReport *report, GError **error)
{
  BwJobRecord *job = &standing->job;
  const BwJobEnd end = { .message = report->message, .actor = standing->worker };

  return bw_job_settle_items (job, tx, BW_ITEM_STATE_CANCELLED, NULL, error)
         && bw_standing_end (standing, tx, BW_OUTCOME_CANCELLED, report->error, error)
         && bw_job_finish (job, tx, bw_job_state_derive (&job->items, FALSE, TRUE), &end, error);
}

static gboolean
end_released (BwStanding *standing, BwTx *tx, const BwReport *report, GError **error)
{
  const BwJobEnd end = { .message = report->message, .actor = standing->worker };

  return bw_standing_end (standing, tx, BW_OUTCOME_RELEASED, report->error, error)
         && bw_job_requeue (&standing->job, tx, &end, error);
}

static gboolean
end_to_try_again (BwStanding *standing, BwTx *tx, const BwReport *report, GError **error)
{
  BwJobRecord *job = &standing->job;
  gint64 back_off = get_back_off (job);
  const BwJobEnd end = {
    .message = report->error,
    .actor = standing->worker,
    .later = TRUE,
    .run_at = bw_tx_now (tx) + back_off,
  };

  job->errors_left--;
  if (!bw_standing_end (standing, tx, BW_OUTCOME_FAILED, report->error, error))
    return FALSE;
  bw_job_record_logf (job, bw_tx_now (tx), "To be tried again in %" G_GINT64_FORMAT " s",
                      back_off / BW_TIME_SECOND);
  return bw_job_requeue (job, tx, &end, error);
}

static gboolean
end_failed (BwStanding *standing, BwTx *tx, const BwReport *report, GError **error)
{
  BwJobRecord *job = &standing->job;
  const BwJobEnd end = { .message = report->error, .actor = standing->worker };
  g_autofree char *why = g_strconcat ("Not done: ", report->error, NULL);

  return bw_job_settle_items (job, tx, BW_ITEM_STATE_FAILED, why, error)
         && bw_standing_end (standing, tx, BW_OUTCOME_FAILED, report->error, error)
         && bw_job_finish (job, tx, bw_job_state_derive (&job->items, TRUE, FALSE), &end, error);
}

static gboolean
end_finished (BwStanding *standing, BwTx *tx, const BwReport *report, GError **error)
{
  BwJobRecord *job = &standing->job;
  const BwJobEnd end = { .message = report->message, .actor = standing->worker };

  return bw_job_settle_items (job, tx, BW_ITEM_STATE_FAILED,
                              "The worker finished without saying what became of this.", error)
         && bw_standing_end (standing, tx, BW_OUTCOME_FINISHED, NULL, error)
         && bw_job_finish (job, tx, bw_job_state_derive (&job->items, FALSE, FALSE), &end, error);
}

static gboolean
end_attempt (BwStanding *standing, BwTx *tx, const BwReport *report, GError **error)
{
  const BwJobRecord *job = &standing->job;
  gboolean is_left =
      bw_item_counts_total (&job->items) == 0 || job->items.in_state[BW_ITEM_STATE_PENDING] > 0;

  if (job->cancelling)
    return end_cancelled (standing, tx, report, error);
  if (report->released)
    return end_released (standing, tx, report, error);
  if (report->error == NULL)
    return end_finished (standing, tx, report, error);
  if (job->errors_left > 0 && is_left)
    return end_to_try_again (standing, tx, report, error);
  return end_failed (standing, tx, report, error);
}

static gboolean
find_directive (const BwJobRecord *job, BwTx *tx, BwDirective *directive, GError **error)
{
  gboolean paused = FALSE;

  *directive = BW_DIRECTIVE_CANCEL;
  if (job->cancelling)
    return TRUE;
  if (!bw_pauses_match (bw_tx_pauses (tx), bw_tx_db (tx), job->business, job->type, job->owner,
                        &paused, error))
    return FALSE;
  *directive = paused ? BW_DIRECTIVE_PAUSE : BW_DIRECTIVE_CONTINUE;
  return TRUE;
}

/**
 * bw_standing_report:
 * @standing: a standing claim
 * @tx: a write
 * @report: what is said under it
 * @index: the report's place among those that came together, for errors
 * @directive: (out): what is to be done next; not set when the report ends the claim
 * @error: (out) (optional): what went wrong
 *
 * Takes in one report: renews the claim's lease, or ends the claim.
 *
 * Returns: whether it was written
 */
gboolean
bw_standing_report (BwStanding *standing,
                    BwTx *tx,
                    const BwReport *report,
                    guint index,
                    BwDirective *directive,
                    GError **error)
{
  if (!apply_news (&standing->job, tx, report, index, error))
    return FALSE;
  if (report->finish)
    return end_attempt (standing, tx, report, error);
  return (!has_news (report) || write_news (standing, tx, report, error))
         && renew (standing, tx, error) && find_directive (&standing->job, tx, directive, error);
}

static void
note_worker (const BwStanding *standing, BwTx *tx)
{
  const BwWorkerKey key = { standing->job.business, standing->account, standing->worker };

  bw_workers_saw (bw_tx_workers (tx), &key, bw_tx_now (tx));
}

static gboolean
report_one (BwTx *tx, const ReportData *data, guint index, GError **error)
{
  const BwReport *report = g_ptr_array_index (data->reports, index);
  g_auto (BwStanding) standing = { 0 };
  BwDirective directive = BW_DIRECTIVE_CONTINUE;
  gboolean stands;

  if (!bw_standing_load (&standing, bw_tx_db (tx), report->claim, &stands, error))
    return FALSE;
  stands = stands && standing.account == data->account && standing.lease_until >= bw_tx_now (tx);
  if (stands)
    note_worker (&standing, tx);
  if (stands && !bw_standing_report (&standing, tx, report, index, &directive, error))
    return FALSE;
  g_ptr_array_add (data->results, bw_report_result_new (report->claim, stands ? 200 : 409,
                                                        stands ? directive : BW_DIRECTIVE_CANCEL));
  return TRUE;
}

static gboolean
report_all (BwTx *tx, gpointer user_data, GError **error)
{
  ReportData *data = user_data;

  g_ptr_array_set_size (data->results, 0);
  for (guint i = 0; i < data->reports->len; i++)
    if (!report_one (tx, data, i, error))
      return FALSE;
  return TRUE;
}

/**
 * bw_store_report:
 * @self: a store
 * @account: whose token the worker has
 * @reports: (element-type BwReport): what it says of its claims
 * @error: (out) (optional): what went wrong; nothing of any report is kept then
 *
 * Takes what a worker did. A report under a claim that has lapsed, was superseded or belongs to
 * another account changes nothing and is answered with status 409. An item that is finished stays
 * as it is, whatever is said of it again. A report renews the claim's lease, or ends the claim.
 *
 * Returns: (transfer full) (nullable) (element-type BwReportResult): an answer for each, in order
 */
GPtrArray *
bw_store_report (BwStore *self, gint64 account, GPtrArray *reports, GError **error)
{
  g_autoptr (GPtrArray) results = g_ptr_array_new_full (reports->len, g_free);
  ReportData data = { account, reports, results };

  return bw_store_write (self, report_all, &data, error) ? g_steal_pointer (&results) : NULL;
}
