/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-store-private.h"

#include "bw-error.h"
#include "bw-finish-sums.h"
#include "bw-pause-read.h"
#include "bw-read.h"
#include "bw-store-views.h"
#include "bw-tally.h"
#include "bw-visibility.h"
#include "bw-worker-list.h"

#define SQL_TYPES "SELECT id, type, name FROM job_type WHERE business = $1 ORDER BY id"
#define SQL_REVISION "SELECT revision FROM business WHERE id = $1"
/* Each is a count of its own partial index. */
#define SQL_SCHEDULED                                                                              \
  "SELECT type, owner, automated, COUNT(*) FROM job"                                               \
  " WHERE business = $1 AND state = 0 AND due = 0 GROUP BY type, owner, automated"
#define SQL_STALLED                                                                                \
  "SELECT type, owner, automated, COUNT(*) FROM job"                                               \
  " WHERE business = $1 AND stalled = 1 GROUP BY type, owner, automated"
/* The oldest of one priority is the first there in the index that claims use. */
#define SQL_OLDEST                                                                                 \
  "SELECT priority, id, created_at FROM job WHERE business = $1 AND type = $2 AND owner = $3"      \
  " AND state = 0 AND due = 1 AND priority < $4 AND (automated = $5 OR $5 < 0)"                    \
  " ORDER BY priority DESC, id LIMIT 1"

/** One type on its way. */
typedef struct
{
  gint64 number;
  BwQueueInfo *info;
  gint64 oldest; /* id; G_MAXINT64: none is queued */
  BwFinishSums hour;
  BwFinishSums day;
} Queue;

typedef struct
{
  BwDb *db;
  const BwViewer *viewer;
  GPtrArray *queues; /* of Queue, in the order of their numbers */
} Queues;

static void
queue_free (gpointer data)
{
  Queue *queue = data;

  bw_queue_info_unref (queue->info);
  g_free (queue);
}

static void
queues_clear (Queues *self)
{
  g_clear_pointer (&self->queues, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Queues, queues_clear)

/* Types have numbers from 1 on without gaps, but for those that are not asked for. */
static Queue *
find_queue (const Queues *self, gint64 number)
{
  if (number >= 1 && number <= self->queues->len)
    {
      Queue *queue = g_ptr_array_index (self->queues, number - 1);

      if (queue->number == number)
        return queue;
    }
  for (guint i = 0; i < self->queues->len; i++)
    if (((Queue *) g_ptr_array_index (self->queues, i))->number == number)
      return g_ptr_array_index (self->queues, i);
  return NULL;
}

static gboolean
read_types (Queues *self, const char *only, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows = bw_db_query (self->db, error, SQL_TYPES, "i", self->viewer->business);

  if (rows == NULL)
    return FALSE;
  while (bw_rows_next (rows, &local))
    {
      Queue *queue;

      if (only != NULL && !g_str_equal (only, bw_rows_text (rows, 1)))
        continue;
      queue = g_new0 (Queue, 1);
      queue->number = bw_rows_int (rows, 0);
      queue->info = bw_queue_info_new ();
      queue->info->type = g_strdup (bw_rows_text (rows, 1));
      queue->info->type_name = g_strdup (bw_rows_text (rows, 2));
      queue->oldest = G_MAXINT64;
      g_ptr_array_add (self->queues, queue);
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

static gboolean
count_some (Queues *self, const char *sql, gboolean stalled, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows = bw_db_query (self->db, error, sql, "i", self->viewer->business);

  if (rows == NULL)
    return FALSE;
  while (bw_rows_next (rows, &local))
    {
      Queue *queue = find_queue (self, bw_rows_int (rows, 0));

      if (queue == NULL
          || !bw_viewer_may_see (self->viewer, bw_rows_int (rows, 1), bw_rows_int (rows, 2) != 0))
        continue;
      if (stalled)
        queue->info->stalled += bw_rows_int (rows, 3);
      else
        queue->info->scheduled += bw_rows_int (rows, 3);
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

/* The oldest of a kind: of each priority the first, from the highest on. */
static gboolean
find_oldest (Queues *self, Queue *queue, const BwCounterKey *key, GError **error)
{
  /* The index does not tell automated jobs apart; who sees all of an owner's need not either. */
  gint64 automated = bw_viewer_may_see (self->viewer, key->owner, FALSE) ? -1 : key->automated;
  gint64 below = G_MAXINT64;
  gboolean found;

  do
    {
      g_autoptr (GError) local = NULL;
      g_autoptr (BwRows) rows =
          bw_db_query (self->db, error, SQL_OLDEST, "iiiii", self->viewer->business, key->type,
                       key->owner, below, automated);

      if (rows == NULL)
        return FALSE;
      found = bw_rows_next (rows, &local);
      if (found)
        {
          below = bw_rows_int (rows, 0);
          if (bw_rows_int (rows, 1) < queue->oldest)
            {
              queue->oldest = bw_rows_int (rows, 1);
              queue->info->oldest_queued_at = bw_rows_int (rows, 2);
            }
        }
      if (!bw_read_finish (g_steal_pointer (&local), error))
        return FALSE;
    }
  while (found);
  return TRUE;
}

static gboolean
count_active (Queues *self, BwStore *store, GError **error)
{
  g_autoptr (BwFilter) filter = bw_filter_new ();
  g_autoptr (BwScope) scope = NULL;
  g_autoptr (BwTally) tally = NULL;
  const BwSelection *selection;

  filter->states = BW_JOB_STATES_ACTIVE;
  scope = bw_scope_new (self->db, self->viewer, filter, error);
  if (scope == NULL)
    return FALSE;
  tally = bw_tally_new (self->db, bw_store_get_cube (store), scope, BW_COUNT_BOUND, error);
  if (tally == NULL)
    return FALSE;
  selection = bw_tally_get_selection (tally);
  for (guint i = 0; i < selection->kinds->len; i++)
    {
      guint kind = g_array_index (selection->kinds, guint, i);
      const BwCounterKey *key = bw_tally_get_key (tally, kind);
      Queue *queue = find_queue (self, key->type);

      if (queue == NULL)
        continue;
      if (key->state == BW_JOB_STATE_PROCESSING)
        queue->info->processing += bw_tally_count (tally, kind);
      else
        queue->info->queued += bw_tally_count (tally, kind);
      if (key->state == BW_JOB_STATE_QUEUED && !find_oldest (self, queue, key, error))
        return FALSE;
    }
  return TRUE;
}

static void
set_pauses (Queues *self, GPtrArray *pauses)
{
  for (guint i = 0; i < self->queues->len; i++)
    {
      BwQueueInfo *info = ((Queue *) g_ptr_array_index (self->queues, i))->info;

      for (guint j = 0; j < pauses->len; j++)
        {
          const BwPause *pause = g_ptr_array_index (pauses, j);
          gboolean is_own = g_strcmp0 (pause->type, info->type) == 0;

          if (!is_own && (!pause->all || info->paused != NULL))
            continue;
          g_clear_pointer (&info->paused, bw_pause_free);
          info->paused = bw_pause_copy (pause);
          if (is_own)
            break;
        }
    }
}

static void
add_cell (Queue *queue, const BwFinishCell *cell, gint64 first)
{
  gint64 at = cell->quarter - first;

  bw_finish_sums_add (&queue->day, cell);
  if (at >= BW_QUARTERS_PER_DAY - BW_QUARTERS_PER_HOUR)
    bw_finish_sums_add (&queue->hour, cell);
  if (queue->info->quarters != NULL && cell->state != BW_JOB_STATE_CANCELLED)
    {
      BwQueueQuarter *quarter = &g_array_index (queue->info->quarters, BwQueueQuarter, at);

      quarter->finished += cell->n;
      quarter->failed += cell->state == BW_JOB_STATE_FAILED ? cell->n : 0;
    }
}

static void
set_figures (Queue *queue)
{
  BwQueueInfo *info = queue->info;
  BwInsightsFigures figures;

  bw_finish_sums_get_figures (&queue->day, &figures);
  info->finished_day = figures.finished;
  info->failed_day = figures.failed;
  info->average_ms = figures.run_ms;
  bw_finish_sums_get_figures (&queue->hour, &figures);
  info->finished_hour = figures.finished;
  info->failed_hour = figures.failed;
  /* The counters have both together. */
  info->queued = MAX (info->queued - info->scheduled, 0);
}

static gboolean
sum_up_day (Queues *self, BwStore *store, GError **error)
{
  gint64 end = bw_store_now (store) / BW_SPAN_QUARTER + 1;
  gint64 first = end - BW_QUARTERS_PER_DAY;
  const BwVisibility visibility = bw_visibility_get (self->viewer);
  g_autoptr (GPtrArray) hours = bw_finish_cube_read (
      bw_store_get_finish_cube (store), self->db, self->viewer->business,
      first / BW_QUARTERS_PER_HOUR, (end - 1) / BW_QUARTERS_PER_HOUR + 1, error);

  if (hours == NULL)
    return FALSE;
  for (guint i = 0; i < hours->len; i++)
    {
      const BwFinishHour *hour = g_ptr_array_index (hours, i);

      for (guint j = 0; j < hour->n_cells; j++)
        {
          const BwFinishCell *cell = &hour->cells[j];
          Queue *queue = find_queue (self, cell->type);

          if (queue != NULL && cell->quarter >= first && cell->quarter < end
              && bw_finish_cell_is_seen (cell, &visibility))
            add_cell (queue, cell, first);
        }
    }
  for (guint i = 0; i < self->queues->len; i++)
    set_figures (g_ptr_array_index (self->queues, i));
  return TRUE;
}

static gboolean
count_workers (Queues *self, BwStore *store, GError **error)
{
  g_autoptr (GPtrArray) workers = bw_worker_list_read (self->db, self->viewer->business, error);
  BwTime now = bw_store_now (store);

  if (workers == NULL)
    return FALSE;
  for (guint i = 0; i < workers->len; i++)
    {
      BwWorkerInfo *worker = g_ptr_array_index (workers, i);

      if (bw_worker_list_is_silent (worker, now))
        continue;
      for (guint j = 0; j < self->queues->len; j++)
        {
          BwQueueInfo *info = ((Queue *) g_ptr_array_index (self->queues, j))->info;

          if (worker->types[0] == NULL
              || g_strv_contains ((const char *const *) worker->types, info->type))
            info->workers++;
        }
    }
  return TRUE;
}

static gboolean
fill (Queues *self, BwStore *store, GError **error)
{
  g_autoptr (GPtrArray) pauses = bw_pauses_read (self->db, self->viewer->business, error);

  if (pauses == NULL)
    return FALSE;
  set_pauses (self, pauses);
  return count_active (self, store, error) && count_some (self, SQL_SCHEDULED, FALSE, error)
         && count_some (self, SQL_STALLED, TRUE, error) && sum_up_day (self, store, error)
         && count_workers (self, store, error);
}

static gboolean
has_anything (const BwQueueInfo *info)
{
  return info->queued + info->scheduled + info->processing + info->finished_day > 0;
}

/**
 * bw_store_list_queues:
 * @self: a store
 * @viewer: who asks
 * @revision: (out): the business's, at the moment that is shown
 * @error: (out) (optional): what went wrong
 *
 * Tells what waits and runs, by type. Who neither sees all jobs nor may submit any is told only of
 * types of jobs that are seen.
 *
 * Returns: (transfer full) (nullable) (element-type BwQueueInfo): the queues, in the order in which
 * the types were made
 */
GPtrArray *
bw_store_list_queues (BwStore *self, const BwViewer *viewer, gint64 *revision, GError **error)
{
  g_auto (BwReader) reader = bw_reader_begin (self, error);
  g_auto (Queues) queues = { reader.db, viewer, g_ptr_array_new_with_free_func (queue_free) };
  g_autoptr (GPtrArray) infos =
      g_ptr_array_new_with_free_func ((GDestroyNotify) bw_queue_info_unref);
  gboolean all = (viewer->permissions & (BW_PERMISSION_VIEW_ALL | BW_PERMISSION_SUBMIT)) != 0;

  *revision = 0;
  if (reader.db == NULL
      || !bw_db_get_int (reader.db, revision, error, SQL_REVISION, "i", viewer->business)
      || !read_types (&queues, NULL, error) || !fill (&queues, self, error))
    return NULL;
  for (guint i = 0; i < queues.queues->len; i++)
    {
      BwQueueInfo *info = ((Queue *) g_ptr_array_index (queues.queues, i))->info;

      if (all || has_anything (info))
        g_ptr_array_add (infos, bw_queue_info_ref (info));
    }
  return g_steal_pointer (&infos);
}

static GArray *
make_quarters (BwTime now)
{
  GArray *quarters = g_array_new (FALSE, FALSE, sizeof (BwQueueQuarter));

  for (gint64 i = BW_QUARTERS_PER_DAY - 1; i >= 0; i--)
    {
      const BwQueueQuarter quarter = { (now / BW_SPAN_QUARTER - i) * BW_SPAN_QUARTER, 0, 0 };

      g_array_append_val (quarters, quarter);
    }
  return quarters;
}

/**
 * bw_store_get_queue:
 * @self: a store
 * @viewer: who asks
 * @type: a job type
 * @error: (out) (optional): what went wrong
 *
 * Tells what waits and runs of one type, with how many jobs ended in each quarter of an hour of the
 * last day.
 *
 * Returns: (transfer full) (nullable): the queue; %BW_ERROR_NOT_FOUND if there is no such type, for
 * the viewer at least
 */
BwQueueInfo *
bw_store_get_queue (BwStore *self, const BwViewer *viewer, const char *type, GError **error)
{
  g_auto (BwReader) reader = bw_reader_begin (self, error);
  g_auto (Queues) queues = { reader.db, viewer, g_ptr_array_new_with_free_func (queue_free) };
  gboolean all = (viewer->permissions & (BW_PERMISSION_VIEW_ALL | BW_PERMISSION_SUBMIT)) != 0;
  Queue *queue;

  if (reader.db == NULL || !read_types (&queues, type, error))
    return NULL;
  queue = queues.queues->len > 0 ? g_ptr_array_index (queues.queues, 0) : NULL;
  if (queue != NULL)
    {
      queue->info->quarters = make_quarters (bw_store_now (self));
      if (!fill (&queues, self, error))
        return NULL;
    }
  if (queue == NULL || (!all && !has_anything (queue->info)))
    {
      bw_set_error (error, BW_ERROR_NOT_FOUND, "There is no job type “%s” here.", type);
      return NULL;
    }
  return bw_queue_info_ref (queue->info);
}
