/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-store-private.h"

#include "bw-job-row.h"
#include "bw-plan.h"
#include "bw-read.h"
#include "bw-store-views.h"
#include "bw-tally.h"
#include "bw-visibility.h"

#define SQL_RUNNING                                                                                \
  "SELECT j.id, j.owner, j.automated, c.claimed_at, c.items_done FROM claim c CROSS JOIN job j"    \
  " WHERE c.business = $1 AND j.business = c.business AND j.id = c.job AND j.items >= 2"           \
  " ORDER BY c.claimed_at, c.id"
#define SQL_ENDED                                                                                  \
  "SELECT id FROM job WHERE business = $1 AND state >= 2 AND finished_at >= $2"                    \
  " AND " BW_VISIBLE_SQL ("owner", "automated", "$4", "$5", "$6")                                  \
  " ORDER BY finished_at DESC, id DESC LIMIT $3"

/* So many waiting jobs, and jobs that ended, are looked at for those with items. */
#define MAX_LOOKED_AT 2000
/* A pace is known after this long. */
#define MIN_ELAPSED (2 * BW_TIME_SECOND)

/** Where a run began. */
typedef struct
{
  BwTime claimed_at;
  gint64 items_done;
} Run;

typedef struct
{
  BwDb *db;
  const BwViewer *viewer;
  BwTime now;
  guint limit;
  GArray *ids;
  GHashTable *runs; /* of Run, by id */
  GPtrArray *batches;
} Batches;

static void
batches_clear (Batches *self)
{
  g_array_unref (self->ids);
  g_hash_table_unref (self->runs);
  g_clear_pointer (&self->batches, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Batches, batches_clear)

static gboolean
is_seen (const Batches *self, BwRows *rows)
{
  return bw_viewer_may_see (self->viewer, bw_rows_int (rows, 1), bw_rows_int (rows, 2) != 0);
}

static gboolean
find_running (Batches *self, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows = bw_db_query (self->db, error, SQL_RUNNING, "i", self->viewer->business);

  if (rows == NULL)
    return FALSE;
  while (self->ids->len < self->limit && bw_rows_next (rows, &local))
    {
      const Run run = { bw_rows_int (rows, 3), bw_rows_int (rows, 4) };
      gint64 id = bw_rows_int (rows, 0);

      if (!is_seen (self, rows))
        continue;
      g_array_append_val (self->ids, id);
      g_hash_table_insert (self->runs, g_memdup2 (&id, sizeof id), g_memdup2 (&run, sizeof run));
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

/* The plan knows from the counters where the waiting jobs are. */
static gboolean
find_waiting (Batches *self, BwCube *cube, GError **error)
{
  const BwSlice slice = { .end = G_MAXINT64, .limit = MAX_LOOKED_AT };
  g_autoptr (BwFilter) filter = bw_filter_new ();
  g_autoptr (BwScope) scope = NULL;
  g_autoptr (BwTally) tally = NULL;

  filter->states = 1u << BW_JOB_STATE_QUEUED;
  scope = bw_scope_new (self->db, self->viewer, filter, error);
  if (scope == NULL)
    return FALSE;
  tally = bw_tally_new (self->db, cube, scope, BW_COUNT_BOUND, error);
  return tally != NULL
         && bw_plan_slice (tally, self->db, bw_tally_get_selection (tally), &slice, self->ids,
                           error);
}

static gboolean
find_ended (Batches *self, GError **error)
{
  g_autoptr (GError) local = NULL;
  const BwVisibility visibility = bw_visibility_get (self->viewer);
  g_autoptr (BwRows) rows
      = bw_db_query (self->db, error, SQL_ENDED, "itiiii", self->viewer->business,
                     self->now - BW_TIME_HOUR, (gint64) MAX_LOOKED_AT, visibility.everything,
                     visibility.own, visibility.automation);

  if (rows == NULL)
    return FALSE;
  while (bw_rows_next (rows, &local))
    {
      gint64 id = bw_rows_int (rows, 0);

      g_array_append_val (self->ids, id);
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

static void
set_pace (BwBatch *batch, gint64 done, gint64 elapsed)
{
  if (done > 0 && elapsed >= MIN_ELAPSED)
    batch->items_per_minute = (double) done * (double) BW_TIME_MINUTE / (double) elapsed;
}

static BwBatch *
make_batch (const Batches *self, BwJob *job)
{
  BwBatch *batch = bw_batch_new (bw_job_ref (job));
  gint64 done = bw_item_counts_done (&job->items);
  gint64 pending = job->items.in_state[BW_ITEM_STATE_PENDING];
  const Run *run = g_hash_table_lookup (self->runs, &job->id);

  if (run != NULL)
    {
      set_pace (batch, done - run->items_done, self->now - run->claimed_at);
      if (batch->items_per_minute > 0 && (job->conditions & BW_CONDITION_PAUSED) == 0)
        batch->remaining_ms =
            (gint64) ((double) pending / batch->items_per_minute * (double) BW_TIME_MINUTE);
    }
  else if (bw_job_is_finished (job) && job->started_at != BW_TIME_NONE)
    set_pace (batch, done, job->finished_at - job->started_at);
  return batch;
}

/* Takes those of several items, as many as there is room for. */
static gboolean
add_batches (Batches *self, GError **error)
{
  g_autoptr (BwJobReader) reader = bw_job_reader_new (self->db, self->viewer->business, error);

  if (reader == NULL)
    return FALSE;
  for (guint i = 0; i < self->ids->len && self->batches->len < self->limit; i += 32)
    {
      g_autoptr (GPtrArray) jobs =
          bw_job_reader_fetch (reader, self->db, &g_array_index (self->ids, gint64, i),
                               MIN (self->ids->len - i, 32), error);

      if (jobs == NULL)
        return FALSE;
      for (guint j = 0; j < jobs->len && self->batches->len < self->limit; j++)
        {
          BwJob *job = g_ptr_array_index (jobs, j);

          if (bw_item_counts_total (&job->items) >= 2)
            g_ptr_array_add (self->batches, make_batch (self, job));
        }
    }
  g_array_set_size (self->ids, 0);
  return TRUE;
}

/**
 * bw_store_list_batches:
 * @self: a store
 * @viewer: who asks
 * @limit: how many at most
 * @error: (out) (optional): what went wrong
 *
 * Lists jobs with at least two items: those that run, longest first; those that wait, oldest first;
 * those that ended within the hour, latest first. Of those that wait or ended, 2,000 are looked at.
 *
 * Returns: (transfer full) (nullable) (element-type BwBatch): the batches
 */
GPtrArray *
bw_store_list_batches (BwStore *self, const BwViewer *viewer, guint limit, GError **error)
{
  g_auto (BwReader) reader = bw_reader_begin (self, error);
  g_auto (Batches) batches = {
    .db = reader.db,
    .viewer = viewer,
    .now = bw_store_now (self),
    .limit = limit,
    .ids = g_array_new (FALSE, FALSE, sizeof (gint64)),
    .runs = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free),
    .batches = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_batch_unref),
  };

  if (reader.db == NULL || !find_running (&batches, error) || !add_batches (&batches, error))
    return NULL;
  if (batches.batches->len < limit
      && (!find_waiting (&batches, bw_store_get_cube (self), error)
          || !add_batches (&batches, error)))
    return NULL;
  if (batches.batches->len < limit
      && (!find_ended (&batches, error) || !add_batches (&batches, error)))
    return NULL;
  return g_steal_pointer (&batches.batches);
}
