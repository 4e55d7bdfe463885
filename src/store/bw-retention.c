/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-retention.h"

#include "bw-action.h"
#include "bw-job-remove.h"
#include "bw-read.h"
#include "bw-store-private.h"

/* Jobs to a write, and writes to a call, so that neither others nor lost workers have to wait. */
#define SLICE 200
#define MAX_SLICES 50

#define CANCELLED_KEPT (10 * BW_TIME_MINUTE)
/* Who is away for longer than this has to read the list anew. */
#define DELETIONS_KEPT (7 * BW_TIME_DAY)
#define ACTIONS_KEPT (366 * BW_TIME_DAY)

typedef struct
{
  gint64 id;
  gint64 retention_days;
} Business;

typedef struct
{
  const Business *business; /* NULL: cancelled jobs of all */
  gint64 n_removed;         /* (out) */
} Removal;

static GArray *
list_businesses (BwStore *store, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_auto (BwReader) reader = bw_reader_begin (store, error);
  g_autoptr (GArray) businesses = g_array_new (FALSE, FALSE, sizeof (Business));
  g_autoptr (BwRows) rows = NULL;

  if (reader.db == NULL)
    return NULL;
  rows = bw_db_query (reader.db, error, "SELECT id, retention_days FROM business", "");
  if (rows == NULL)
    return NULL;
  while (bw_rows_next (rows, &local))
    {
      const Business business = { bw_rows_int (rows, 0), bw_rows_int (rows, 1) };

      g_array_append_val (businesses, business);
    }
  return bw_read_finish (g_steal_pointer (&local), error) ? g_steal_pointer (&businesses) : NULL;
}

static BwRows *
query_old_jobs (BwTx *tx, const Business *business, GError **error)
{
  if (business == NULL)
    return bw_db_query (bw_tx_db (tx), error,
                        "SELECT " BW_JOB_RECORD_COLUMNS " FROM job j"
                        " WHERE j.state = 5 AND j.finished_at < $1 ORDER BY j.finished_at LIMIT $2",
                        "ti", bw_tx_now (tx) - CANCELLED_KEPT, (gint64) SLICE);
  return bw_db_query (bw_tx_db (tx), error,
                      "SELECT " BW_JOB_RECORD_COLUMNS " FROM job j"
                      " WHERE j.business = $1 AND j.state >= 2 AND j.finished_at < $2"
                      " ORDER BY j.finished_at LIMIT $3",
                      "iti", business->id, bw_tx_now (tx) - business->retention_days * BW_TIME_DAY,
                      (gint64) SLICE);
}

static gboolean
remove_slice (BwTx *tx, gpointer user_data, GError **error)
{
  Removal *removal = user_data;
  g_autoptr (GError) local = NULL;
  g_autoptr (GArray) jobs = g_array_new (FALSE, FALSE, sizeof (BwJobRecord));
  g_autoptr (BwRows) rows = query_old_jobs (tx, removal->business, error);

  if (rows == NULL)
    return FALSE;
  while (bw_rows_next (rows, &local))
    {
      BwJobRecord job;

      bw_job_record_read (&job, rows, 0);
      g_array_append_val (jobs, job);
    }
  if (local != NULL)
    return bw_read_finish (g_steal_pointer (&local), error);
  for (guint i = 0; i < jobs->len; i++)
    if (bw_job_remove (&g_array_index (jobs, BwJobRecord, i), tx, error) == 0)
      return FALSE;
  removal->n_removed = jobs->len;
  return TRUE;
}

static gboolean
forget_deletions (BwTx *tx, const Business *business, GError **error)
{
  BwDb *db = bw_tx_db (tx);
  gint64 newest = 0;

  if (!bw_db_get_int (
          db, &newest, error,
          "SELECT MAX(revision) FROM (SELECT revision, deleted_at FROM deleted WHERE business = $1"
          " ORDER BY revision LIMIT $3) AS oldest WHERE deleted_at < $2",
          "iti", business->id, bw_tx_now (tx) - DELETIONS_KEPT, (gint64) SLICE))
    return FALSE;
  return newest == 0
         || (bw_db_exec (db, error, "DELETE FROM deleted WHERE business = $1 AND revision <= $2",
                         "ii", business->id, newest)
             && bw_db_exec (db, error, "UPDATE business SET oldest_revision = $2 WHERE id = $1",
                            "ii", business->id, newest));
}

static gboolean
forget_actions (BwTx *tx, const Business *business, GError **error)
{
  gint64 last = 0;

  if (!bw_db_get_int (bw_tx_db (tx), &last, error,
                      "SELECT MAX(id) FROM (SELECT id, at FROM action WHERE business = $1"
                      " ORDER BY id LIMIT $3) AS oldest WHERE at < $2",
                      "iti", business->id, bw_tx_now (tx) - ACTIONS_KEPT, (gint64) SLICE))
    return FALSE;
  return last == 0 || bw_action_forget (tx, business->id, last, error);
}

static gboolean
forget_slice (BwTx *tx, gpointer user_data, GError **error)
{
  return forget_deletions (tx, user_data, error) && forget_actions (tx, user_data, error);
}

static gboolean
is_old (BwStore *store, const Removal *removal, gboolean *old, GError **error)
{
  g_auto (BwReader) reader = bw_reader_begin (store, error);
  const Business *business = removal->business;
  BwTime now = bw_store_now (store);
  gint64 first = G_MAXINT64;

  *old = FALSE;
  if (reader.db == NULL)
    return FALSE;
  if (business == NULL)
    {
      if (!bw_db_get_int (reader.db, &first, error,
                          "SELECT MIN(finished_at) FROM job WHERE state = 5", ""))
        return FALSE;
      *old = first < now - CANCELLED_KEPT;
      return TRUE;
    }
  if (!bw_db_get_int (reader.db, &first, error,
                      "SELECT finished_at FROM job WHERE business = $1 AND state >= 2"
                      " ORDER BY finished_at LIMIT 1",
                      "i", business->id))
    return FALSE;
  *old = first < now - business->retention_days * BW_TIME_DAY;
  return TRUE;
}

static gboolean
has_old_traces (BwStore *store, const Business *business, gboolean *has, GError **error)
{
  g_auto (BwReader) reader = bw_reader_begin (store, error);
  gint64 deletion = G_MAXINT64;
  gint64 action = G_MAXINT64;

  if (reader.db == NULL
      || !bw_db_get_int (
          reader.db, &deletion, error,
          "SELECT deleted_at FROM deleted WHERE business = $1 ORDER BY revision LIMIT 1", "i",
          business->id)
      || !bw_db_get_int (reader.db, &action, error,
                         "SELECT at FROM action WHERE business = $1 ORDER BY id LIMIT 1", "i",
                         business->id))
    return FALSE;
  *has = deletion < bw_store_now (store) - DELETIONS_KEPT
         || action < bw_store_now (store) - ACTIONS_KEPT;
  return TRUE;
}

static gboolean
remove_jobs (BwStore *store,
             const Business *business,
             guint *slices_left,
             BwUpkeep *upkeep,
             GError **error)
{
  Removal removal = { business, 0 };
  gboolean old;

  if (!is_old (store, &removal, &old, error))
    return FALSE;
  for (; old && *slices_left > 0; (*slices_left)--)
    {
      if (!bw_store_write (store, remove_slice, &removal, error))
        return FALSE;
      upkeep->removed += removal.n_removed;
      old = removal.n_removed == SLICE;
    }
  /* There is more: come back at once. */
  if (old)
    upkeep->next = bw_store_now (store);
  return TRUE;
}

static gboolean
forget_traces (BwStore *store, const Business *business, GError **error)
{
  gboolean has;

  return has_old_traces (store, business, &has, error)
         && (!has || bw_store_write (store, forget_slice, (gpointer) business, error));
}

/**
 * bw_retention_run:
 * @store: a store
 * @upkeep: (inout): counts what was removed; its next is set to now when there is more
 * @error: (out) (optional): what went wrong
 *
 * Removes finished jobs that are older than their business keeps them, cancelled ones ten minutes
 * after they ended, word of deletions after a week and of actions after a year.
 *
 * Returns: %FALSE on an error; what was removed before stays removed
 */
gboolean
bw_retention_run (BwStore *store, BwUpkeep *upkeep, GError **error)
{
  g_autoptr (GArray) businesses = list_businesses (store, error);
  guint slices_left = MAX_SLICES;

  if (businesses == NULL || !remove_jobs (store, NULL, &slices_left, upkeep, error))
    return FALSE;
  for (guint i = 0; i < businesses->len; i++)
    {
      const Business *business = &g_array_index (businesses, Business, i);

      if (!remove_jobs (store, business, &slices_left, upkeep, error)
          || !forget_traces (store, business, error))
        return FALSE;
    }
  return TRUE;
}
