/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-counters.h"

#include "bw-read.h"

/* Counters this old are no longer hot: one that comes to nought is removed. */
#define COLD_AFTER (2 * BW_TIME_DAY)

typedef struct
{
  gint64 business;
  gint64 quarter;
  BwCounterKey key;
} Cell;

/** One difference of the running write. */
typedef struct
{
  Cell cell;
  gint64 difference;
  BwCounted counted;
  int priority;
} Entry;

typedef struct
{
  Cell cell; /* in the days' table, quarter is a day */
  gint64 difference;
} Sum;

typedef struct
{
  gint64 business;
  gint64 day;
} Day;

struct _BwCounters
{
  GArray *entries;      /* of Entry: the running write's */
  GHashTable *quarters; /* of Sum */
  GHashTable *days;     /* of Sum */
  GHashTable *touched;  /* of Day */
};

static guint
cell_hash (gconstpointer data)
{
  const Cell *cell = data;
  guint64 hash = (guint64) cell->business;

  hash = hash * 31 + (guint64) cell->quarter;
  hash = hash * 31 + (guint64) cell->key.type;
  hash = hash * 1009 + (guint64) cell->key.owner;
  hash = hash * 16 + (guint64) cell->key.state * 2 + (cell->key.automated ? 1 : 0);
  return (guint) (hash ^ (hash >> 32));
}

static gboolean
cell_equal (gconstpointer a, gconstpointer b)
{
  const Cell *one = a;
  const Cell *other = b;

  return one->business == other->business && one->quarter == other->quarter
         && one->key.type == other->key.type && one->key.owner == other->key.owner
         && one->key.automated == other->key.automated && one->key.state == other->key.state;
}

static guint
day_hash (gconstpointer data)
{
  const Day *day = data;

  return (guint) (day->business * 100003 + day->day);
}

static gboolean
day_equal (gconstpointer a, gconstpointer b)
{
  const Day *one = a;
  const Day *other = b;

  return one->business == other->business && one->day == other->day;
}

static gint64
floor_divide (gint64 value, gint64 by)
{
  return value / by - (value % by < 0 ? 1 : 0);
}

static void
add_sum (GHashTable *sums, const Cell *cell, gint64 difference)
{
  Sum *sum = g_hash_table_lookup (sums, cell);

  if (sum == NULL)
    {
      sum = g_new0 (Sum, 1);
      sum->cell = *cell;
      g_hash_table_add (sums, sum);
    }
  sum->difference += difference;
}

static void
tell_queue (const Entry *entry, BwQueue *queue)
{
  const Cell *cell = &entry->cell;
  gint64 type = cell->key.type;
  gint64 owner = cell->key.owner;

  if (cell->key.state == BW_JOB_STATE_PROCESSING)
    bw_queue_count (queue, cell->business, type, owner, 0, entry->difference);
  if (cell->key.state != BW_JOB_STATE_QUEUED)
    return;
  if (entry->difference != 0)
    bw_queue_count (queue, cell->business, type, owner, entry->difference, 0);
  if (entry->counted == BW_COUNTED)
    bw_queue_forget (queue, cell->business, type, owner);
  else if (entry->counted == BW_COUNTED_ADDED)
    bw_queue_added (queue, cell->business, type, owner, entry->priority);
}

static gboolean
write_sum (BwDb *db, int level, const Sum *sum, gboolean is_cold, GError **error)
{
  const Cell *cell = &sum->cell;
  const BwCounterKey *key = &cell->key;

  if (sum->difference == 0)
    return TRUE;
  if (!bw_db_exec (db, error,
                   "INSERT INTO counter (business, level, span, type, owner, automated, state, n)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
                   " ON CONFLICT (business, level, span, type, owner, automated, state)"
                   " DO UPDATE SET n = counter.n + excluded.n",
                   "iiiiiiii", cell->business, (gint64) level, cell->quarter, key->type, key->owner,
                   (gint64) key->automated, (gint64) key->state, sum->difference))
    return FALSE;
  if (!is_cold || sum->difference > 0)
    return TRUE;
  return bw_db_exec (db, error,
                     "DELETE FROM counter WHERE business = $1 AND level = $2 AND span = $3"
                     " AND type = $4 AND owner = $5 AND automated = $6 AND state = $7 AND n = 0",
                     "iiiiiii", cell->business, (gint64) level, cell->quarter, key->type,
                     key->owner, (gint64) key->automated, (gint64) key->state);
}

static gboolean
write_sums (BwDb *db, int level, GHashTable *sums, gint64 cold_before, GError **error)
{
  GHashTableIter iter;
  gpointer sum;

  g_hash_table_iter_init (&iter, sums);
  while (g_hash_table_iter_next (&iter, &sum, NULL))
    if (!write_sum (db, level, sum, ((Sum *) sum)->cell.quarter < cold_before, error))
      return FALSE;
  return TRUE;
}

/**
 * bw_counters_new:
 *
 * Returns: (transfer full): no differences
 */
BwCounters *
bw_counters_new (void)
{
  BwCounters *self = g_new0 (BwCounters, 1);

  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  self->quarters = g_hash_table_new_full (cell_hash, cell_equal, g_free, NULL);
  self->days = g_hash_table_new_full (cell_hash, cell_equal, g_free, NULL);
  self->touched = g_hash_table_new_full (day_hash, day_equal, g_free, NULL);
  return self;
}

/**
 * bw_counters_free:
 * @self: (transfer full): differences
 *
 * Frees them.
 */
void
bw_counters_free (BwCounters *self)
{
  g_array_unref (self->entries);
  g_hash_table_unref (self->quarters);
  g_hash_table_unref (self->days);
  g_hash_table_unref (self->touched);
  g_free (self);
}

/**
 * bw_counters_add:
 * @self: differences
 * @business: a job's business
 * @created_at: when the job was created
 * @key: what it is counted by
 * @difference: how many more there are; 0 tells only that the queue may have another order
 * @counted: what it means for the queue
 * @priority: with %BW_COUNTED_ADDED, the job's priority
 *
 * Adds a difference to the running write. Those of jobs alike, one after the other, become one.
 */
void
bw_counters_add (BwCounters *self,
                 gint64 business,
                 BwTime created_at,
                 const BwCounterKey *key,
                 gint64 difference,
                 BwCounted counted,
                 int priority)
{
  const Entry entry = {
    .cell = { business, floor_divide (created_at, BW_SPAN_QUARTER), *key },
    .difference = difference,
    .counted = counted,
    .priority = priority,
  };
  guint n = self->entries->len;

  /* Claims count out of one state and into another by turns, so look two back. */
  for (guint i = n; i > 0 && i + 2 > n; i--)
    {
      Entry *last = &g_array_index (self->entries, Entry, i - 1);

      if (last->counted == counted && cell_equal (&last->cell, &entry.cell))
        {
          last->difference += difference;
          last->priority = MAX (last->priority, priority);
          return;
        }
    }
  g_array_append_val (self->entries, entry);
}

/**
 * bw_counters_keep:
 * @self: differences
 * @queue: the queue, which is told
 *
 * Keeps the running write's differences.
 */
void
bw_counters_keep (BwCounters *self, BwQueue *queue)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      const Entry *entry = &g_array_index (self->entries, Entry, i);
      const Day day = { entry->cell.business,
                        floor_divide (entry->cell.quarter, BW_QUARTERS_PER_DAY) };
      Cell of_day = entry->cell;

      tell_queue (entry, queue);
      if (entry->difference == 0)
        continue;
      of_day.quarter = day.day;
      add_sum (self->quarters, &entry->cell, entry->difference);
      add_sum (self->days, &of_day, entry->difference);
      if (!g_hash_table_contains (self->touched, &day))
        g_hash_table_add (self->touched, g_memdup2 (&day, sizeof day));
    }
  g_array_set_size (self->entries, 0);
}

/**
 * bw_counters_undo:
 * @self: differences
 *
 * Drops the running write's differences.
 */
void
bw_counters_undo (BwCounters *self)
{
  g_array_set_size (self->entries, 0);
}

/**
 * bw_counters_lose:
 * @self: differences
 *
 * Drops all differences: the commit failed, or was made.
 */
void
bw_counters_lose (BwCounters *self)
{
  bw_counters_undo (self);
  g_hash_table_remove_all (self->quarters);
  g_hash_table_remove_all (self->days);
  g_hash_table_remove_all (self->touched);
}

/**
 * bw_counters_flush:
 * @self: differences
 * @db: the writer's connection, in the transaction that they belong to
 * @now: the present moment
 * @get_revision: tells a business's newest revision, which marks the days that changed
 * @data: what to give it
 * @error: (out) (optional): what went wrong
 *
 * Writes the kept differences, each key once, and drops them.
 *
 * Returns: whether they were written
 */
gboolean
bw_counters_flush (BwCounters *self,
                   BwDb *db,
                   BwTime now,
                   BwRevisionFunc get_revision,
                   gpointer data,
                   GError **error)
{
  gint64 cold_before = now - COLD_AFTER;
  GHashTableIter iter;
  gpointer item;

  if (!write_sums (db, BW_COUNTER_DAY, self->days, floor_divide (cold_before, BW_TIME_DAY), error)
      || !write_sums (db, BW_COUNTER_QUARTER, self->quarters,
                      floor_divide (cold_before, BW_SPAN_QUARTER), error))
    return FALSE;
  g_hash_table_iter_init (&iter, self->touched);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    {
      const Day *day = item;

      if (!bw_db_exec (db, error,
                       "INSERT INTO day (business, day, revision) VALUES ($1, $2, $3)"
                       " ON CONFLICT (business, day) DO UPDATE SET revision = excluded.revision",
                       "iii", day->business, day->day, get_revision (day->business, data)))
        return FALSE;
    }
  bw_counters_lose (self);
  return TRUE;
}
