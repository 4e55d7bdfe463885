/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-job-remove.h"

#include "bw-search.h"

static const char *const statements[] = {
  "DELETE FROM item WHERE business = $1 AND job = $2",
  "DELETE FROM job_relation WHERE business = $1 AND job = $2",
  "DELETE FROM attempt WHERE business = $1 AND job = $2",
  "DELETE FROM log_chunk WHERE business = $1 AND job = $2",
  "DELETE FROM result_chunk WHERE business = $1 AND job = $2",
  "DELETE FROM idempotency_key WHERE business = $1 AND idempotency_key ="
  " (SELECT idempotency_key FROM job_submission WHERE business = $1 AND job = $2)",
  "DELETE FROM job_submission WHERE business = $1 AND job = $2",
  "DELETE FROM bulk WHERE business = $1 AND job = $2",
  "DELETE FROM bulk_target WHERE business = $1 AND job = $2",
  "DELETE FROM job WHERE business = $1 AND id = $2",
};

/**
 * bw_job_remove:
 * @job: a finished job
 * @tx: the write that removes it
 * @error: (out) (optional): what went wrong
 *
 * Removes a job with all that belongs to it but the record of who acted upon it, and leaves word of
 * it for those who follow the changes.
 *
 * Returns: the revision that it made; 0 on an error
 */
gint64
bw_job_remove (const BwJobRecord *job, BwTx *tx, GError **error)
{
  const BwCounterKey key = bw_job_record_get_key (job, job->state);
  BwDb *db = bw_tx_db (tx);
  gint64 revision = bw_tx_next_revision (tx, job->business, error);

  if (revision == 0 || !bw_search_remove (tx, job->id, error))
    return 0;
  for (guint i = 0; i < G_N_ELEMENTS (statements); i++)
    if (!bw_db_exec (db, error, statements[i], "ii", job->business, job->id))
      return 0;
  if (!bw_db_exec (db, error,
                   "INSERT INTO deleted (business, revision, job, owner, automated, deleted_at)"
                   " VALUES ($1, $2, $3, $4, $5, $6)",
                   "iiiiit", job->business, revision, job->id, job->owner, (gint64) job->automated,
                   bw_tx_now (tx)))
    return 0;
  bw_tx_count (tx, job->business, job->created_at, &key, -1);
  return revision;
}
