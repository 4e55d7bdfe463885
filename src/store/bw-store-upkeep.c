/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-store-private.h"

#include "bw-error.h"
#include "bw-job-end.h"
#include "bw-read.h"
#include "bw-retention.h"
#include "bw-types.h"
#include "bw-views-upkeep.h"

/* Jobs to a write: others get their turn in between. */
#define SLICE 500
#define MAX_LAPSES 10

/** A job, or a claim's id, that upkeep found to be looked after. */
typedef struct
{
  gint64 business;
  gint64 id;
} Found;

typedef struct
{
  GArray *found;
  gint64 n_changed; /* (out) */
} Slice;

static gboolean
find (BwStore *store, const char *sql, BwTime now, GArray *found, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_auto (BwReader) reader = bw_reader_begin (store, error);
  g_autoptr (BwRows) rows = NULL;

  g_array_set_size (found, 0);
  if (reader.db == NULL)
    return FALSE;
  rows = bw_db_query (reader.db, error, sql, "ti", now, (gint64) SLICE);
  if (rows == NULL)
    return FALSE;
  while (bw_rows_next (rows, &local))
    {
      const Found one = { bw_rows_int (rows, 0), bw_rows_int (rows, 1) };

      g_array_append_val (found, one);
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

/*
 * Looks for what is to be done with a reader, which holds nobody up, and does it in writes of a
 * slice each, which look again, since it may have changed meanwhile.
 */
static gboolean
tend_slices (BwStore *store, const char *sql, BwWriteFunc func, gint64 *n_changed, GError **error)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (Found));
  Slice slice = { found, 0 };

  do
    {
      if (!find (store, sql, bw_store_now (store), found, error))
        return FALSE;
      if (found->len > 0 && !bw_store_write (store, func, &slice, error))
        return FALSE;
      if (found->len > 0)
        *n_changed += slice.n_changed;
    }
  while (found->len == SLICE && slice.n_changed > 0);
  return TRUE;
}

static gboolean
end_lapsed (BwStanding *standing, BwTx *tx, GError **error)
{
  BwJobRecord *job = &standing->job;
  g_autofree char *why = g_strdup_printf ("Nothing was heard from %s for %" G_GINT64_FORMAT " s.",
                                          standing->worker, standing->lease / BW_TIME_SECOND);
  g_autofree char *lost =
      g_strdup_printf ("Workers were lost %d times while they did this job.", MAX_LAPSES);
  const BwJobEnd end = { .actor = "System" };
  const BwJobEnd given_up = { .actor = "System", .message = lost };

  if (job->cancelling)
    return bw_job_settle_items (job, tx, BW_ITEM_STATE_CANCELLED, NULL, error)
           && bw_standing_end (standing, tx, BW_OUTCOME_CANCELLED, why, error)
           && bw_job_finish (job, tx, bw_job_state_derive (&job->items, FALSE, TRUE), &end, error);
  if (!bw_standing_end (standing, tx, BW_OUTCOME_LAPSED, why, error))
    return FALSE;
  job->lapses++;
  if (job->lapses < MAX_LAPSES)
    return bw_job_requeue (job, tx, &end, error);
  return bw_job_settle_items (job, tx, BW_ITEM_STATE_FAILED, "Not done: the workers were lost.",
                              error)
         && bw_job_finish (job, tx, bw_job_state_derive (&job->items, TRUE, FALSE), &given_up,
                           error);
}

static gboolean
tend_lapsed (BwTx *tx, gpointer user_data, GError **error)
{
  Slice *slice = user_data;

  slice->n_changed = 0;
  for (guint i = 0; i < slice->found->len; i++)
    {
      g_auto (BwStanding) standing = { 0 };
      gboolean stands;

      if (!bw_standing_load (&standing, bw_tx_db (tx), g_array_index (slice->found, Found, i).id,
                             &stands, error))
        return FALSE;
      if (!stands || standing.lease_until >= bw_tx_now (tx))
        continue;
      if (!end_lapsed (&standing, tx, error))
        return FALSE;
      slice->n_changed++;
    }
  return TRUE;
}

static gboolean
make_due (const Found *found, BwTx *tx, gint64 *n_changed, GError **error)
{
  BwJobRecord job;
  gint64 n = 0;
  gint64 revision;

  if (!bw_db_get_int (bw_tx_db (tx), &n, error,
                      "SELECT 1 FROM job WHERE business = $1 AND id = $2 AND state = 0 AND due = 0"
                      " AND run_at <= $3",
                      "iit", found->business, found->id, bw_tx_now (tx)))
    return FALSE;
  if (n == 0)
    return TRUE;
  if (!bw_job_record_load (&job, bw_tx_db (tx), found->business, found->id, error))
    return FALSE;
  bw_tx_queue_changed (tx, job.business, job.type, job.owner);
  bw_tx_work_ready (tx, job.business);
  revision = bw_tx_next_revision (tx, job.business, error);
  (*n_changed)++;
  return revision != 0
         && bw_db_exec (bw_tx_db (tx), error,
                        "UPDATE job SET due = 1, revision = $3 WHERE business = $1 AND id = $2",
                        "iii", job.business, job.id, revision);
}

static gboolean
tend_due (BwTx *tx, gpointer user_data, GError **error)
{
  Slice *slice = user_data;

  slice->n_changed = 0;
  for (guint i = 0; i < slice->found->len; i++)
    if (!make_due (&g_array_index (slice->found, Found, i), tx, &slice->n_changed, error))
      return FALSE;
  return TRUE;
}

static gboolean
mark_stalled (const Found *found, BwTx *tx, gint64 *n_changed, GError **error)
{
  gint64 revision = bw_tx_next_revision (tx, found->business, error);
  gint64 n;

  if (revision == 0)
    return FALSE;
  n = bw_db_exec_count (
      bw_tx_db (tx), error,
      "UPDATE job SET stalled = 1, revision = $3 WHERE business = $1 AND id = $2 AND state = 1"
      " AND stalled = 0",
      "iii", found->business, found->id, revision);
  *n_changed += MAX (n, 0);
  return n >= 0;
}

static gboolean
tend_stalled (BwTx *tx, gpointer user_data, GError **error)
{
  Slice *slice = user_data;

  slice->n_changed = 0;
  for (guint i = 0; i < slice->found->len; i++)
    if (!mark_stalled (&g_array_index (slice->found, Found, i), tx, &slice->n_changed, error))
      return FALSE;
  return TRUE;
}

static gboolean
tend_uploads (BwTx *tx, gpointer user_data, GError **error)
{
  Slice *slice = user_data;
  BwDb *db = bw_tx_db (tx);

  slice->n_changed = slice->found->len;
  for (guint i = 0; i < slice->found->len; i++)
    {
      gint64 upload = g_array_index (slice->found, Found, i).id;

      if (!bw_db_exec (db, error,
                       "DELETE FROM result_chunk WHERE upload = $1"
                       " AND business = (SELECT business FROM upload WHERE id = $1)"
                       " AND job = (SELECT job FROM upload WHERE id = $1)",
                       "i", upload)
          || !bw_db_exec (db, error, "DELETE FROM upload WHERE id = $1", "i", upload))
        return FALSE;
    }
  return TRUE;
}

static gboolean
tend_sessions (BwTx *tx, gpointer user_data, GError **error)
{
  return bw_db_exec (bw_tx_db (tx), error, "DELETE FROM session WHERE expires_at <= $1", "t",
                     bw_tx_now (tx));
}

static gboolean
has_lapsed_sessions (BwStore *store, gboolean *has, GError **error)
{
  g_auto (BwReader) reader = bw_reader_begin (store, error);
  gint64 first = G_MAXINT64;

  if (reader.db == NULL
      || !bw_db_get_int (reader.db, &first, error, "SELECT MIN(expires_at) FROM session", ""))
    return FALSE;
  *has = first <= bw_store_now (store);
  return TRUE;
}

static gboolean
find_next (BwStore *store, BwUpkeep *upkeep, GError **error)
{
  g_auto (BwReader) reader = bw_reader_begin (store, error);
  gint64 lapse = G_MAXINT64;
  gint64 due = G_MAXINT64;
  gint64 next;

  if (reader.db == NULL
      || !bw_db_get_int (reader.db, &lapse, error, "SELECT MIN(lease_until) + 1 FROM claim", "")
      || !bw_db_get_int (reader.db, &due, error,
                         "SELECT MIN(run_at) FROM job WHERE state = 0 AND due = 0", ""))
    return FALSE;
  next = MIN (lapse, due);
  if (next != G_MAXINT64 && (upkeep->next == BW_TIME_NONE || next < upkeep->next))
    upkeep->next = next;
  return TRUE;
}

/**
 * bw_store_tend:
 * @self: a store
 * @upkeep: (out): what was done
 * @error: (out) (optional): what went wrong
 *
 * Does what time brings: takes jobs back from lost workers, lets scheduled jobs run, marks stalled
 * ones, removes what is kept no longer. To be called when @upkeep's next comes, and every minute.
 *
 * Returns: %FALSE on an error; what was done before stays done
 */
gboolean
bw_store_tend (BwStore *self, BwUpkeep *upkeep, GError **error)
{
  gint64 n_uploads = 0;
  gboolean has_sessions;

  *upkeep = (BwUpkeep) { .next = BW_TIME_NONE };
  return tend_slices (self, "SELECT business, id FROM claim WHERE lease_until < $1 LIMIT $2",
                      tend_lapsed, &upkeep->lapsed, error)
         && tend_slices (self,
                         "SELECT business, id FROM job WHERE state = 0 AND due = 0 AND run_at <= $1"
                         " ORDER BY run_at LIMIT $2",
                         tend_due, &upkeep->due, error)
         && tend_slices (
             self,
             "SELECT j.business, j.id FROM claim c CROSS JOIN job j, job_type t"
             " WHERE j.business = c.business AND j.id = c.job AND t.business = j.business"
             " AND t.id = j.type AND j.stalled = 0 AND j.updated_at + t.stalled_after < $1 LIMIT "
             "$2",
             tend_stalled, &upkeep->stalled, error)
         && tend_slices (self,
                         "SELECT u.business, u.id FROM upload u LEFT JOIN claim c ON c.id = u.claim"
                         " WHERE c.id IS NULL AND $1 > 0 LIMIT $2",
                         tend_uploads, &n_uploads, error)
         && bw_retention_run (self, upkeep, error) && bw_views_tend (self, error)
         && has_lapsed_sessions (self, &has_sessions, error)
         && (!has_sessions || bw_store_write (self, tend_sessions, NULL, error))
         && find_next (self, upkeep, error);
}
