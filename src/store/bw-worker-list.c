/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-worker-list.h"

#include "bw-read.h"
#include "bw-workers.h"

#define SQL_WORKERS                                                                                \
  "SELECT w.name, w.account, a.name, w.types, w.last_seen_at FROM worker w"                        \
  " LEFT JOIN account a ON a.id = w.account WHERE w.business = $1"                                 \
  " ORDER BY w.last_seen_at DESC, w.name LIMIT $2"

/* So many are shown; nobody looks after more by eye. */
#define MAX_WORKERS 1000
/* Twice as long as a claim may wait at the server before the worker asks again. */
#define SILENT_AFTER (2 * BW_TIME_MINUTE)

/**
 * bw_worker_list_read:
 * @db: a connection within a read transaction
 * @business: whose workers
 * @error: (out) (optional): what went wrong
 *
 * Returns: (transfer full) (nullable) (element-type BwWorkerInfo): the workers that were heard of
 * last, 1,000 at most, without their jobs and figures
 */
GPtrArray *
bw_worker_list_read (BwDb *db, gint64 business, GError **error)
{
  g_autoptr (GPtrArray) workers =
      g_ptr_array_new_with_free_func ((GDestroyNotify) bw_worker_info_unref);
  g_autoptr (BwRows) rows =
      bw_db_query (db, error, SQL_WORKERS, "ii", business, (gint64) MAX_WORKERS);
  g_autoptr (GError) local = NULL;

  if (rows == NULL)
    return NULL;
  while (bw_rows_next (rows, &local))
    {
      BwWorkerInfo *worker = bw_worker_info_new ();
      const char *types = bw_rows_text (rows, 3);

      worker->name = g_strdup (bw_rows_text (rows, 0));
      worker->account_id = bw_rows_int (rows, 1);
      worker->account_name = g_strdup (bw_rows_is_null (rows, 2) ? "" : bw_rows_text (rows, 2));
      worker->types = g_strsplit (g_str_equal (types, BW_WORKER_ANY_TYPE) ? "" : types, ",", -1);
      worker->last_seen_at = bw_rows_int (rows, 4);
      g_ptr_array_add (workers, worker);
    }
  return bw_read_finish (g_steal_pointer (&local), error) ? g_steal_pointer (&workers) : NULL;
}

/**
 * bw_worker_list_is_silent:
 * @worker: a worker
 * @now: the present moment
 *
 * Returns: whether it has not been heard of for longer than a worker is ever silent
 */
gboolean
bw_worker_list_is_silent (const BwWorkerInfo *worker, BwTime now)
{
  return worker->last_seen_at < now - SILENT_AFTER;
}
