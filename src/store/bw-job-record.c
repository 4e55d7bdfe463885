/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-job-record.h"

#include "bw-error.h"

/**
 * bw_job_record_read:
 * @self: (out): a record
 * @rows: rows, at a row that has BW_JOB_RECORD_COLUMNS
 * @first_column: where they begin
 *
 * Reads a record.
 */
void
bw_job_record_read (BwJobRecord *self, BwRows *rows, guint first_column)
{
  guint c = first_column;
  gint64 pending;

  *self = (BwJobRecord) { .business = bw_rows_int (rows, c) };
  self->id = bw_rows_int (rows, c + 1);
  self->type = bw_rows_int (rows, c + 2);
  self->owner = bw_rows_int (rows, c + 3);
  self->automated = bw_rows_int (rows, c + 4) != 0;
  self->state = (BwJobState) bw_rows_int (rows, c + 5);
  self->cancelling = bw_rows_int (rows, c + 6) != 0;
  pending = bw_rows_int (rows, c + 7);
  for (guint i = BW_ITEM_STATE_SUCCESS; i < BW_N_ITEM_STATES; i++)
    {
      self->items.in_state[i] = bw_rows_int (rows, c + 7 + i);
      pending -= self->items.in_state[i];
    }
  self->items.in_state[BW_ITEM_STATE_PENDING] = pending;
  self->progress = bw_rows_double (rows, c + 12);
  self->created_at = bw_rows_int (rows, c + 13);
  self->priority = bw_rows_int (rows, c + 14);
  self->attempt = bw_rows_int (rows, c + 15);
  self->max_attempts = bw_rows_int (rows, c + 16);
  self->errors_left = bw_rows_int (rows, c + 17);
  self->lapses = bw_rows_int (rows, c + 18);
  self->result_upload = bw_rows_int (rows, c + 19);
  self->log_size = bw_rows_int (rows, c + 20);
  self->claim = bw_rows_int (rows, c + 21);
  self->started_at = bw_rows_time (rows, c + 22);
  self->run_at = bw_rows_time (rows, c + 23);
  self->queued_at = bw_rows_time (rows, c + 24);
}

/**
 * bw_job_record_load:
 * @self: (out): a record
 * @db: a connection
 * @business: a business
 * @job: one of its jobs
 * @error: (out) (optional): what went wrong
 *
 * Returns: whether the job is there and was read
 */
gboolean
bw_job_record_load (BwJobRecord *self, BwDb *db, gint64 business, gint64 job, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows = bw_db_query (
      db, error, "SELECT " BW_JOB_RECORD_COLUMNS " FROM job j WHERE j.business = $1 AND j.id = $2",
      "ii", business, job);

  if (rows == NULL)
    return FALSE;
  if (bw_rows_next (rows, &local))
    {
      bw_job_record_read (self, rows, 0);
      return TRUE;
    }
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  else
    bw_set_error (error, BW_ERROR_NOT_FOUND, "There is no job %" G_GINT64_FORMAT " here.", job);
  return FALSE;
}

/**
 * bw_job_record_load_for:
 * @self: (out): a record
 * @db: a connection
 * @viewer: who wants to do something with the job
 * @job: a job
 * @needed: the permission that it takes
 * @error: (out) (optional): what went wrong
 *
 * Reads a job for an action: one that the viewer may not see is not found, one that it may see but
 * not act upon is forbidden.
 *
 * Returns: whether the job was read and may be acted upon
 */
gboolean
bw_job_record_load_for (BwJobRecord *self,
                        BwDb *db,
                        const BwViewer *viewer,
                        gint64 job,
                        BwPermissions needed,
                        GError **error)
{
  if (!bw_job_record_load (self, db, viewer->business, job, error))
    return FALSE;
  if (bw_viewer_may_see (viewer, self->owner, self->automated))
    return bw_viewer_need (viewer, needed, error);
  bw_set_error (error, BW_ERROR_NOT_FOUND, "There is no job %" G_GINT64_FORMAT " here.", job);
  return FALSE;
}

/**
 * bw_job_record_clear:
 * @self: a record
 *
 * Frees what the record holds.
 */
void
bw_job_record_clear (BwJobRecord *self)
{
  if (self->log != NULL)
    g_string_free (g_steal_pointer (&self->log), TRUE);
}

/**
 * bw_job_record_get_key:
 * @self: a record
 * @state: a state
 *
 * Returns: what the job is counted by in @state
 */
BwCounterKey
bw_job_record_get_key (const BwJobRecord *self, BwJobState state)
{
  return (BwCounterKey) { self->type, self->owner, self->automated, state };
}

/**
 * bw_job_record_set_state:
 * @self: a record
 * @tx: the write that changes it
 * @state: the job's new state
 *
 * Changes the state in the record and in the counters; the row is the caller's to write.
 */
void
bw_job_record_set_state (BwJobRecord *self, BwTx *tx, BwJobState state)
{
  const BwCounterKey before = bw_job_record_get_key (self, self->state);
  const BwCounterKey after = bw_job_record_get_key (self, state);

  if (state == self->state)
    return;
  bw_tx_count (tx, self->business, self->created_at, &before, -1);
  bw_tx_count (tx, self->business, self->created_at, &after, 1);
  self->state = state;
}
