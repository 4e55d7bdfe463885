/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-job-end.h"

#include "bw-error.h"
#include "bw-tx-private.h"

/**
 * bw_standing_load:
 * @self: (out): a standing claim
 * @db: the writer's connection
 * @claim: a claim's id
 * @found: (out): whether it stands
 * @error: (out) (optional): what went wrong
 *
 * Reads a claim and its job in one query. A claim that ended has no row.
 *
 * Returns: %FALSE on an error
 */
gboolean
bw_standing_load (BwStanding *self, BwDb *db, gint64 claim, gboolean *found, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows = bw_db_query (
      db, error,
      "SELECT c.id, c.account, c.lease, c.lease_until, c.claimed_at, c.attempt, c.worker,"
      " " BW_JOB_RECORD_COLUMNS " FROM claim c CROSS JOIN job j"
      " WHERE c.id = $1 AND j.business = c.business AND j.id = c.job",
      "i", claim);

  *self = (BwStanding) { 0 };
  if (rows == NULL)
    return FALSE;
  *found = bw_rows_next (rows, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (!*found)
    return TRUE;
  self->id = bw_rows_int (rows, 0);
  self->account = bw_rows_int (rows, 1);
  self->lease = bw_rows_int (rows, 2);
  self->lease_until = bw_rows_int (rows, 3);
  self->claimed_at = bw_rows_int (rows, 4);
  self->attempt = bw_rows_int (rows, 5);
  self->worker = g_strdup (bw_rows_text (rows, 6));
  bw_job_record_read (&self->job, rows, 7);
  return TRUE;
}

/**
 * bw_standing_clear:
 * @self: a standing claim
 *
 * Frees what it holds.
 */
void
bw_standing_clear (BwStanding *self)
{
  g_clear_pointer (&self->worker, g_free);
  bw_job_record_clear (&self->job);
}

/**
 * bw_job_settle_items:
 * @job: a job
 * @tx: the write that changes it
 * @state: what becomes of the items that are pending
 * @message: (nullable): why
 * @error: (out) (optional): what went wrong
 *
 * Settles all pending items at once, so that no job ends past its items. A cancelled job's progress
 * stays where it was.
 *
 * Returns: whether they were written
 */
gboolean
bw_job_settle_items (BwJobRecord *job,
                     BwTx *tx,
                     BwItemState state,
                     const char *message,
                     GError **error)
{
  gint64 n;

  if (job->items.in_state[BW_ITEM_STATE_PENDING] == 0)
    return TRUE;
  n = bw_db_exec_count (bw_tx_db (tx), error,
                        "UPDATE item SET state = $3, message = $4, attempt = $5, updated_at = $6"
                        " WHERE business = $1 AND job = $2 AND state = 0",
                        "iiisit", job->business, job->id, (gint64) state, message, job->attempt,
                        bw_tx_now (tx));
  if (n < 0)
    return FALSE;
  job->items.in_state[BW_ITEM_STATE_PENDING] -= n;
  job->items.in_state[state] += n;
  if (state != BW_ITEM_STATE_CANCELLED)
    job->progress = 1;
  return TRUE;
}

/* A job waits since it was created or retried, or since its time came. */
static gint64
get_wait (const BwJobRecord *job)
{
  BwTime since = MAX (job->created_at, job->queued_at);

  /* A later one was set when an attempt failed, to try again then. */
  if (job->run_at <= job->started_at)
    since = MAX (since, job->run_at);
  return MAX (job->started_at - since, 0);
}

static void
count_finished (const BwJobRecord *job, BwTx *tx)
{
  const BwCounterKey key = bw_job_record_get_key (job, job->state);
  BwTime now = bw_tx_now (tx);
  BwFinish finish = { .items = bw_item_counts_total (&job->items),
                      .items_failed = job->items.in_state[BW_ITEM_STATE_FAILED] };

  if (job->started_at != BW_TIME_NONE)
    {
      finish.run = MAX (now - job->started_at, 0);
      finish.wait = get_wait (job);
    }
  bw_tx_count_finished (tx, job->business, now, &key, &finish);
}

/**
 * bw_job_finish:
 * @job: a job without pending items
 * @tx: the write that changes it
 * @state: the state in which it ends
 * @end: what else is to be said
 * @error: (out) (optional): what went wrong
 *
 * Ends a job. Its log is written too.
 *
 * Returns: whether it was written
 */
gboolean
bw_job_finish (BwJobRecord *job, BwTx *tx, BwJobState state, const BwJobEnd *end, GError **error)
{
  BwDb *db = bw_tx_db (tx);
  gint64 revision = bw_tx_next_revision (tx, job->business, error);

  if (revision == 0 || !bw_job_record_write_log (job, db, error))
    return FALSE;
  if (bw_item_counts_total (&job->items) == 0 && state == BW_JOB_STATE_SUCCESS)
    job->progress = 1;
  bw_job_record_set_state (job, tx, state);
  count_finished (job, tx);
  job->claim = 0;
  return bw_db_exec (
      db, error,
      "UPDATE job SET state = $3, cancelling = 0, stalled = 0, due = 1,"
      " items_success = $4, items_failed = $5, items_skipped = $6, items_cancelled = $7,"
      " progress = $8, message = COALESCE($9, message), finished_at = $10,"
      " updated_at = $10, updated_by = $11, log_size = $12, claim = 0, revision = $13"
      " WHERE business = $1 AND id = $2",
      "iiiiiiidstsii", job->business, job->id, (gint64) state,
      job->items.in_state[BW_ITEM_STATE_SUCCESS], job->items.in_state[BW_ITEM_STATE_FAILED],
      job->items.in_state[BW_ITEM_STATE_SKIPPED], job->items.in_state[BW_ITEM_STATE_CANCELLED],
      job->progress, end->message, bw_tx_now (tx), end->actor, job->log_size, revision);
}

/**
 * bw_job_requeue:
 * @job: a job that was being processed
 * @tx: the write that changes it
 * @end: what else is to be said, and when it may run again
 * @error: (out) (optional): what went wrong
 *
 * Puts a job back into the queue, with its finished items as they are and with errors_left and
 * lapses as the record has them. Its log is written too.
 *
 * Returns: whether it was written
 */
gboolean
bw_job_requeue (BwJobRecord *job, BwTx *tx, const BwJobEnd *end, GError **error)
{
  BwDb *db = bw_tx_db (tx);
  gint64 revision = bw_tx_next_revision (tx, job->business, error);

  if (revision == 0 || !bw_job_record_write_log (job, db, error))
    return FALSE;
  bw_job_record_set_state (job, tx, BW_JOB_STATE_QUEUED);
  job->claim = 0;
  if (!end->later)
    bw_tx_work_ready (tx, job->business);
  return bw_db_exec (
      db, error,
      "UPDATE job SET state = 0, due = $3, run_at = COALESCE($4, run_at), stalled = 0,"
      " items_success = $5, items_failed = $6, items_skipped = $7, items_cancelled = $8,"
      " progress = $9, message = COALESCE($10, message), errors_left = $11, lapses = $12,"
      " updated_at = $13, updated_by = $14, log_size = $15, claim = 0, revision = $16"
      " WHERE business = $1 AND id = $2",
      "iiitiiiidsiitsii", job->business, job->id, (gint64) !end->later,
      end->later ? end->run_at : BW_TIME_NONE, job->items.in_state[BW_ITEM_STATE_SUCCESS],
      job->items.in_state[BW_ITEM_STATE_FAILED], job->items.in_state[BW_ITEM_STATE_SKIPPED],
      job->items.in_state[BW_ITEM_STATE_CANCELLED], job->progress, end->message, job->errors_left,
      job->lapses, bw_tx_now (tx), end->actor, job->log_size, revision);
}

/* One that was cancelled or handed back says nothing of how well the worker does. */
static void
count_attempt (const BwStanding *self, BwTx *tx, BwOutcome outcome)
{
  const BwWorkerKey key = { self->job.business, self->account, self->worker };
  gboolean has_failed =
      outcome != BW_OUTCOME_FINISHED || self->job.items.in_state[BW_ITEM_STATE_FAILED] > 0;

  if (self->account != 0 && outcome != BW_OUTCOME_CANCELLED && outcome != BW_OUTCOME_RELEASED)
    bw_workers_count (bw_tx_workers (tx), &key, has_failed);
}

/**
 * bw_standing_end:
 * @self: a standing claim
 * @tx: the write that ends it
 * @outcome: how the attempt ended
 * @why: (nullable): the error
 * @error: (out) (optional): what went wrong
 *
 * Ends a claim: from now on reports under it are refused. The attempt goes into the job's history
 * and log; the job itself is the caller's to finish or queue again.
 *
 * Returns: whether it was written
 */
gboolean
bw_standing_end (BwStanding *self, BwTx *tx, BwOutcome outcome, const char *why, GError **error)
{
  static const char *const words[] = {
    [BW_OUTCOME_RUNNING] = "runs",
    [BW_OUTCOME_FINISHED] = "finished",
    [BW_OUTCOME_FAILED] = "failed",
    [BW_OUTCOME_LAPSED] = "was lost",
    [BW_OUTCOME_CANCELLED] = "was cancelled",
    [BW_OUTCOME_RELEASED] = "was handed back",
  };
  BwTime now = bw_tx_now (tx);

  count_attempt (self, tx, outcome);
  bw_job_record_logf (&self->job, now, "Attempt %" G_GINT64_FORMAT " %s%s%s", self->attempt,
                      words[outcome], why != NULL ? ": " : "", why != NULL ? why : "");
  return bw_db_exec (bw_tx_db (tx), error,
                     "INSERT INTO attempt (business, job, attempt, worker, started_at, ended_at, "
                     "outcome, error)"
                     " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                     "iiisttis", self->job.business, self->job.id, self->attempt, self->worker,
                     self->claimed_at, now, (gint64) outcome, why)
         && bw_db_exec (bw_tx_db (tx), error, "DELETE FROM claim WHERE id = $1", "i", self->id);
}
