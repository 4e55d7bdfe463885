/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-finish-cube.h"

#include <string.h>

#define SQL_HOURS                                                                                  \
  "SELECT hour, revision FROM finish_hour WHERE business = $1 AND hour >= $2 AND hour < $3 "       \
  "ORDER BY hour"
#define SQL_CELLS                                                                                  \
  "SELECT type, owner, automated, state, bucket, span, n, items, items_failed, run_ms, wait_ms "   \
  "FROM finish WHERE business = $1 AND span >= $2 AND span < $3 ORDER BY span"

/* So many cells of 40 bytes are kept for all businesses. */
#define MAX_CELLS 2000000

struct _BwFinishCube
{
  GMutex lock;
  GHashTable *hours; /* of BwFinishHour, by business and hour */
  gsize n_cells;
};

/** An hour as the reader's transaction sees it. */
typedef struct
{
  gint64 hour;
  gint64 revision;
} Mark;

static guint
hour_hash (gconstpointer data)
{
  const BwFinishHour *hour = data;

  return (guint) (hour->business * 1000003 + hour->hour);
}

static gboolean
hour_equal (gconstpointer a, gconstpointer b)
{
  const BwFinishHour *one = a;
  const BwFinishHour *other = b;

  return one->business == other->business && one->hour == other->hour;
}

static void
unref_hour (gpointer hour)
{
  if (hour != NULL)
    g_atomic_rc_box_release (hour);
}

static GArray *
read_marks (BwDb *db, gint64 business, gint64 from, gint64 until, GError **error)
{
  g_autoptr (GArray) marks = g_array_new (FALSE, FALSE, sizeof (Mark));
  g_autoptr (BwRows) rows = bw_db_query (db, error, SQL_HOURS, "iii", business, from, until);
  g_autoptr (GError) local = NULL;

  if (rows == NULL)
    return NULL;
  while (bw_rows_next (rows, &local))
    {
      const Mark mark = { bw_rows_int (rows, 0), bw_rows_int (rows, 1) };

      g_array_append_val (marks, mark);
    }
  return bw_read_finish (g_steal_pointer (&local), error) ? g_steal_pointer (&marks) : NULL;
}

/* Those that are not kept, or not as the marks have them, are NULL. */
static GPtrArray *
take_known (BwFinishCube *self, gint64 business, GArray *marks)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  GPtrArray *hours = g_ptr_array_new_full (marks->len, unref_hour);

  for (guint i = 0; i < marks->len; i++)
    {
      const Mark *mark = &g_array_index (marks, Mark, i);
      const BwFinishHour key = { .business = business, .hour = mark->hour };
      BwFinishHour *hour = g_hash_table_lookup (self->hours, &key);

      if (hour != NULL && hour->revision == mark->revision)
        g_ptr_array_add (hours, g_atomic_rc_box_acquire (hour));
      else
        g_ptr_array_add (hours, NULL);
    }
  return hours;
}

static BwFinishCell
read_cell (BwRows *rows)
{
  return (BwFinishCell) {
    .type = (guint32) bw_rows_int (rows, 0),
    .owner = (guint32) bw_rows_int (rows, 1),
    .automated = bw_rows_int (rows, 2) != 0,
    .state = (guint8) bw_rows_int (rows, 3),
    .bucket = (guint16) bw_rows_int (rows, 4),
    .quarter = (guint32) bw_rows_int (rows, 5),
    .n = (guint32) bw_rows_int (rows, 6),
    .items = (guint32) MIN (bw_rows_int (rows, 7), G_MAXUINT32),
    .items_failed = (guint32) MIN (bw_rows_int (rows, 8), G_MAXUINT32),
    .run = bw_rows_int (rows, 9),
    .wait = bw_rows_int (rows, 10),
  };
}

static BwFinishHour *
read_hour (BwDb *db, gint64 business, const Mark *mark, GArray *cells, GError **error)
{
  gint64 first = mark->hour * BW_QUARTERS_PER_HOUR;
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows =
      bw_db_query (db, error, SQL_CELLS, "iii", business, first, first + BW_QUARTERS_PER_HOUR);
  BwFinishHour *hour;

  if (rows == NULL)
    return NULL;
  g_array_set_size (cells, 0);
  while (bw_rows_next (rows, &local))
    {
      const BwFinishCell cell = read_cell (rows);

      g_array_append_val (cells, cell);
    }
  if (!bw_read_finish (g_steal_pointer (&local), error))
    return NULL;
  hour = g_atomic_rc_box_alloc (sizeof *hour + cells->len * sizeof (BwFinishCell));
  *hour = (BwFinishHour) { business, mark->hour, mark->revision, cells->len };
  if (cells->len > 0)
    memcpy (hour->cells, cells->data, cells->len * sizeof (BwFinishCell));
  return hour;
}

/* Of two views of an hour the older may come last; whoever wants the other reads it again. */
static void
keep_hour (BwFinishCube *self, BwFinishHour *hour)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  BwFinishHour *kept = g_hash_table_lookup (self->hours, hour);

  if (kept != NULL)
    self->n_cells -= kept->n_cells;
  if (self->n_cells + hour->n_cells > MAX_CELLS)
    {
      g_hash_table_remove_all (self->hours);
      self->n_cells = 0;
    }
  self->n_cells += hour->n_cells;
  g_hash_table_add (self->hours, g_atomic_rc_box_acquire (hour));
}

/**
 * bw_finish_cube_new:
 *
 * Returns: (transfer full): an empty cube; one serves a store, from any thread
 */
BwFinishCube *
bw_finish_cube_new (void)
{
  BwFinishCube *self = g_new0 (BwFinishCube, 1);

  g_mutex_init (&self->lock);
  self->hours = g_hash_table_new_full (hour_hash, hour_equal, unref_hour, NULL);
  return self;
}

/**
 * bw_finish_cube_free:
 * @self: (transfer full): a cube
 *
 * Forgets everything. Hours that were read stay valid.
 */
void
bw_finish_cube_free (BwFinishCube *self)
{
  g_hash_table_unref (self->hours);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/**
 * bw_finish_cube_read:
 * @self: the store's cube
 * @db: a connection within a read transaction
 * @business: whose jobs
 * @from: the first hour since 1970
 * @until: the one after the last
 * @error: (out) (optional): what went wrong
 *
 * Reads what ended, as the transaction of @db sees it.
 *
 * Returns: (transfer full) (nullable) (element-type BwFinishHour): the hours in which any job
 * ended, in order
 */
GPtrArray *
bw_finish_cube_read (BwFinishCube *self,
                     BwDb *db,
                     gint64 business,
                     gint64 from,
                     gint64 until,
                     GError **error)
{
  g_autoptr (GArray) marks = read_marks (db, business, from, until, error);
  g_autoptr (GArray) cells = g_array_new (FALSE, FALSE, sizeof (BwFinishCell));
  g_autoptr (GPtrArray) hours = NULL;

  if (marks == NULL)
    return NULL;
  hours = take_known (self, business, marks);
  for (guint i = 0; i < marks->len; i++)
    {
      BwFinishHour *hour;

      if (g_ptr_array_index (hours, i) != NULL)
        continue;
      hour = read_hour (db, business, &g_array_index (marks, Mark, i), cells, error);
      if (hour == NULL)
        return NULL;
      hours->pdata[i] = hour;
      keep_hour (self, hour);
    }
  return g_steal_pointer (&hours);
}
