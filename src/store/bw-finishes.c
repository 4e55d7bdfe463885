/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-finishes.h"

#include "bw-histogram.h"
#include "bw-read.h"

/** The figures of jobs alike that ended in the same quarter of an hour. */
typedef struct
{
  gint64 business;
  gint64 quarter;
  BwCounterKey key;
  guint bucket;
  gint64 n;
  BwFinish sums;
} Entry;

typedef struct
{
  gint64 business;
  gint64 hour;
} Hour;

struct _BwFinishes
{
  GArray *entries;     /* of Entry: the running write's */
  GHashTable *kept;    /* of Entry */
  GHashTable *touched; /* of Hour */
};

static guint
entry_hash (gconstpointer data)
{
  const Entry *entry = data;
  guint64 hash = (guint64) entry->business;

  hash = hash * 31 + (guint64) entry->quarter;
  hash = hash * 31 + (guint64) entry->key.type;
  hash = hash * 1009 + (guint64) entry->key.owner;
  hash = hash * 16 + (guint64) entry->key.state * 2 + (entry->key.automated ? 1 : 0);
  hash = hash * 331 + entry->bucket;
  return (guint) (hash ^ (hash >> 32));
}

static gboolean
entry_equal (gconstpointer a, gconstpointer b)
{
  const Entry *one = a;
  const Entry *other = b;

  return one->business == other->business && one->quarter == other->quarter
         && one->key.type == other->key.type && one->key.owner == other->key.owner
         && one->key.automated == other->key.automated && one->key.state == other->key.state
         && one->bucket == other->bucket;
}

static guint
hour_hash (gconstpointer data)
{
  const Hour *hour = data;

  return (guint) (hour->business * 100003 + hour->hour);
}

static gboolean
hour_equal (gconstpointer a, gconstpointer b)
{
  const Hour *one = a;
  const Hour *other = b;

  return one->business == other->business && one->hour == other->hour;
}

static void
add_up (Entry *sum, const Entry *entry)
{
  sum->n += entry->n;
  sum->sums.items += entry->sums.items;
  sum->sums.items_failed += entry->sums.items_failed;
  sum->sums.run += entry->sums.run;
  sum->sums.wait += entry->sums.wait;
}

static gboolean
write_entry (BwDb *db, const Entry *entry, GError **error)
{
  return bw_db_exec (
      db, error,
      "INSERT INTO finish (business, span, type, owner, automated, state, bucket, n, items,"
      " items_failed, run_ms, wait_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
      " ON CONFLICT (business, span, type, owner, automated, state, bucket) DO UPDATE SET"
      " n = finish.n + excluded.n, items = finish.items + excluded.items,"
      " items_failed = finish.items_failed + excluded.items_failed,"
      " run_ms = finish.run_ms + excluded.run_ms, wait_ms = finish.wait_ms + excluded.wait_ms",
      "iiiiiiiiiiii", entry->business, entry->quarter, entry->key.type, entry->key.owner,
      (gint64) entry->key.automated, (gint64) entry->key.state, (gint64) entry->bucket, entry->n,
      entry->sums.items, entry->sums.items_failed, entry->sums.run, entry->sums.wait);
}

static gboolean
mark_hour (BwDb *db, const Hour *hour, BwRevisionFunc get_revision, gpointer data, GError **error)
{
  return bw_db_exec (db, error,
                     "INSERT INTO finish_hour (business, hour, revision) VALUES ($1, $2, $3)"
                     " ON CONFLICT (business, hour) DO UPDATE SET revision = excluded.revision",
                     "iii", hour->business, hour->hour, get_revision (hour->business, data));
}

/**
 * bw_finishes_new:
 *
 * Returns: (transfer full): nothing that ended
 */
BwFinishes *
bw_finishes_new (void)
{
  BwFinishes *self = g_new0 (BwFinishes, 1);

  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  self->kept = g_hash_table_new_full (entry_hash, entry_equal, g_free, NULL);
  self->touched = g_hash_table_new_full (hour_hash, hour_equal, g_free, NULL);
  return self;
}

/**
 * bw_finishes_free:
 * @self: (transfer full): what ended
 *
 * Frees it.
 */
void
bw_finishes_free (BwFinishes *self)
{
  g_array_unref (self->entries);
  g_hash_table_unref (self->kept);
  g_hash_table_unref (self->touched);
  g_free (self);
}

/**
 * bw_finishes_add:
 * @self: what ended
 * @business: a job's business
 * @at: when the job ended
 * @key: what it is counted by, with the state in which it ended
 * @finish: its figures
 *
 * Counts a job that ended in the running write.
 */
void
bw_finishes_add (BwFinishes *self,
                 gint64 business,
                 BwTime at,
                 const BwCounterKey *key,
                 const BwFinish *finish)
{
  const Entry entry = {
    .business = business,
    .quarter = at / BW_SPAN_QUARTER,
    .key = *key,
    .bucket = bw_histogram_find_bucket (finish->run),
    .n = 1,
    .sums = *finish,
  };

  g_array_append_val (self->entries, entry);
}

/**
 * bw_finishes_keep:
 * @self: what ended
 *
 * Keeps what ended in the running write.
 */
void
bw_finishes_keep (BwFinishes *self)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      const Entry *entry = &g_array_index (self->entries, Entry, i);
      const Hour hour = { entry->business, entry->quarter / BW_QUARTERS_PER_HOUR };
      Entry *sum = g_hash_table_lookup (self->kept, entry);

      if (sum != NULL)
        add_up (sum, entry);
      else
        g_hash_table_add (self->kept, g_memdup2 (entry, sizeof *entry));
      if (!g_hash_table_contains (self->touched, &hour))
        g_hash_table_add (self->touched, g_memdup2 (&hour, sizeof hour));
    }
  g_array_set_size (self->entries, 0);
}

/**
 * bw_finishes_undo:
 * @self: what ended
 *
 * Drops what ended in the running write.
 */
void
bw_finishes_undo (BwFinishes *self)
{
  g_array_set_size (self->entries, 0);
}

/**
 * bw_finishes_lose:
 * @self: what ended
 *
 * Drops everything: the commit failed, or was made.
 */
void
bw_finishes_lose (BwFinishes *self)
{
  bw_finishes_undo (self);
  g_hash_table_remove_all (self->kept);
  g_hash_table_remove_all (self->touched);
}

/**
 * bw_finishes_flush:
 * @self: what ended
 * @db: the writer's connection, in the transaction that it belongs to
 * @get_revision: tells a business's newest revision, which marks the hours that changed
 * @data: what to give it
 * @error: (out) (optional): what went wrong
 *
 * Writes what was kept, each key once, and drops it.
 *
 * Returns: whether it was written
 */
gboolean
bw_finishes_flush (BwFinishes *self,
                   BwDb *db,
                   BwRevisionFunc get_revision,
                   gpointer data,
                   GError **error)
{
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, self->kept);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    if (!write_entry (db, item, error))
      return FALSE;
  g_hash_table_iter_init (&iter, self->touched);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    if (!mark_hour (db, item, get_revision, data, error))
      return FALSE;
  bw_finishes_lose (self);
  return TRUE;
}
