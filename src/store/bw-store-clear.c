/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-store-private.h"

#include "bw-action.h"
#include "bw-job-remove.h"
#include "bw-read.h"

/* Jobs to a write: others get their turn in between. */
#define SLICE 500

/** A place in the order in which jobs finished. */
typedef struct
{
  BwTime finished_at;
  gint64 id;
} Place;

typedef struct
{
  BwJobRecord job;
  Place place;
} Finished;

typedef struct
{
  const BwViewer *viewer;
  BwTime until; /* what finishes later stays */
  Place after;
  Place end;        /* (out): where the slice ended */
  gint64 n_seen;    /* (out) */
  gint64 n_cleared; /* (out) */
} ClearData;

static gboolean
read_slice (BwDb *db, const ClearData *data, GArray *jobs, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows =
      bw_db_query (db, error,
                   "SELECT " BW_JOB_RECORD_COLUMNS ", j.finished_at FROM job j"
                   " WHERE j.business = $1 AND j.state >= 2 AND j.finished_at <= $2"
                   " AND (j.finished_at, j.id) > ($3, $4) ORDER BY j.finished_at, j.id LIMIT $5",
                   "iiiii", data->viewer->business, data->until, data->after.finished_at,
                   data->after.id, (gint64) SLICE);

  if (rows == NULL)
    return FALSE;
  while (bw_rows_next (rows, &local))
    {
      Finished finished;

      bw_job_record_read (&finished.job, rows, 0);
      finished.place = (Place) { bw_rows_int (rows, BW_JOB_RECORD_N_COLUMNS), finished.job.id };
      g_array_append_val (jobs, finished);
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

static gboolean
clear_slice (BwTx *tx, gpointer user_data, GError **error)
{
  ClearData *data = user_data;
  g_autoptr (GArray) jobs = g_array_new (FALSE, FALSE, sizeof (Finished));

  data->n_cleared = 0;
  if (!read_slice (bw_tx_db (tx), data, jobs, error))
    return FALSE;
  data->n_seen = jobs->len;
  for (guint i = 0; i < jobs->len; i++)
    {
      const Finished *finished = &g_array_index (jobs, Finished, i);

      data->end = finished->place;
      if (!bw_viewer_may_see (data->viewer, finished->job.owner, finished->job.automated))
        continue;
      if (bw_job_remove (&finished->job, tx, error) == 0)
        return FALSE;
      data->n_cleared++;
    }
  return TRUE;
}

static gboolean
record_clear (BwTx *tx, gpointer user_data, GError **error)
{
  const ClearData *data = user_data;
  gint64 revision = bw_tx_next_revision (tx, data->viewer->business, error);
  g_autofree char *detail = g_strdup_printf ("%" G_GINT64_FORMAT " finished jobs", data->n_cleared);

  return revision != 0 && bw_action_add (tx, data->viewer, revision, "clear", 0, detail, error);
}

/**
 * bw_store_clear:
 * @self: a store
 * @viewer: who asks
 * @error: (out) (optional): what went wrong; what was deleted before stays deleted
 *
 * Deletes all finished jobs that @viewer may see, some hundred to a write.
 *
 * Returns: how many; -1 on an error
 */
gint64
bw_store_clear (BwStore *self, const BwViewer *viewer, GError **error)
{
  ClearData data = { .viewer = viewer, .until = bw_store_now (self), .after = { G_MININT64, 0 } };
  gint64 n_cleared = 0;

  if (!bw_viewer_need (viewer, BW_PERMISSION_DELETE, error))
    return -1;
  do
    {
      if (!bw_store_write (self, clear_slice, &data, error))
        return -1;
      n_cleared += data.n_cleared;
      data.after = data.end;
    }
  while (data.n_seen == SLICE);

  data.n_cleared = n_cleared;
  if (n_cleared > 0 && !bw_store_write (self, record_clear, &data, error))
    return -1;
  return n_cleared;
}
