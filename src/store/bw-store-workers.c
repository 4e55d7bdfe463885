/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-store-private.h"

#include "bw-read.h"
#include "bw-store-views.h"
#include "bw-viewer.h"
#include "bw-worker-list.h"

#define SQL_CLAIMS                                                                                 \
  "SELECT c.account, c.worker, j.id, j.name, t.name, j.progress, c.claimed_at"                     \
  " FROM claim c CROSS JOIN job j LEFT JOIN job_type t ON t.business = j.business AND t.id = "     \
  "j.type"                                                                                         \
  " WHERE c.business = $1 AND j.business = c.business AND j.id = c.job ORDER BY c.claimed_at, "    \
  "c.id"
#define SQL_HOURS                                                                                  \
  "SELECT account, name, SUM(finished), SUM(failed) FROM worker_hour"                              \
  " WHERE business = $1 AND hour > $2 GROUP BY account, name"

/* Workers are found by whose they are and what they are called. */
static char *
make_key (gint64 account, const char *name)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT " %s", account, name);
}

static BwWorkerInfo *
find (GHashTable *index, BwRows *rows)
{
  g_autofree char *key = make_key (bw_rows_int (rows, 0), bw_rows_text (rows, 1));

  return g_hash_table_lookup (index, key);
}

static void
add_job (BwWorkerInfo *worker, BwRows *rows)
{
  BwWorkerJob *job;

  worker->state = BW_WORKER_STATE_BUSY;
  if (worker->jobs->len == BW_WORKER_MAX_JOBS)
    return;
  job = g_new0 (BwWorkerJob, 1);
  job->id = bw_rows_int (rows, 2);
  job->name = g_strdup (bw_rows_text (rows, 3));
  job->type_name = g_strdup (bw_rows_text (rows, 4));
  job->progress = bw_rows_double (rows, 5);
  job->claimed_at = bw_rows_int (rows, 6);
  g_ptr_array_add (worker->jobs, job);
}

static gboolean
add_jobs (GHashTable *index, BwDb *db, gint64 business, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows = bw_db_query (db, error, SQL_CLAIMS, "i", business);

  if (rows == NULL)
    return FALSE;
  while (bw_rows_next (rows, &local))
    {
      BwWorkerInfo *worker = find (index, rows);

      if (worker != NULL)
        add_job (worker, rows);
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

static gboolean
add_figures (GHashTable *index, BwDb *db, gint64 business, BwTime now, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows =
      bw_db_query (db, error, SQL_HOURS, "ii", business, now / BW_TIME_HOUR - 24);

  if (rows == NULL)
    return FALSE;
  while (bw_rows_next (rows, &local))
    {
      BwWorkerInfo *worker = find (index, rows);

      if (worker == NULL)
        continue;
      worker->finished_day = bw_rows_int (rows, 2);
      worker->failed_day = bw_rows_int (rows, 3);
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

/**
 * bw_store_list_workers:
 * @self: a store
 * @viewer: who asks; needs to see all jobs
 * @error: (out) (optional): what went wrong
 *
 * Tells who works for the business: those that were heard of within ten days.
 *
 * Returns: (transfer full) (nullable) (element-type BwWorkerInfo): the workers, those heard of last
 * first
 */
GPtrArray *
bw_store_list_workers (BwStore *self, const BwViewer *viewer, GError **error)
{
  g_auto (BwReader) reader = { NULL, NULL };
  g_autoptr (GHashTable) index = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) workers = NULL;
  BwTime now = bw_store_now (self);

  if (!bw_viewer_need (viewer, BW_PERMISSION_VIEW_ALL, error))
    return NULL;
  reader = bw_reader_begin (self, error);
  workers = reader.db != NULL ? bw_worker_list_read (reader.db, viewer->business, error) : NULL;
  if (workers == NULL)
    return NULL;
  for (guint i = 0; i < workers->len; i++)
    {
      BwWorkerInfo *worker = g_ptr_array_index (workers, i);

      worker->state =
          bw_worker_list_is_silent (worker, now) ? BW_WORKER_STATE_SILENT : BW_WORKER_STATE_IDLE;
      g_hash_table_insert (index, make_key (worker->account_id, worker->name), worker);
    }
  if (!add_jobs (index, reader.db, viewer->business, error)
      || !add_figures (index, reader.db, viewer->business, now, error))
    return NULL;
  return g_steal_pointer (&workers);
}
