/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-views-upkeep.h"

#include "bw-read.h"
#include "bw-store-private.h"

/* Where these figures are of a coarser time, jobs of it have long been removed (90 days by
 * default). */
#define QUARTERS_KEPT (92 * BW_TIME_DAY)
#define HOURS_KEPT (400 * BW_TIME_DAY)
/* Quarters to a write: others get their turn in between. */
#define SLICE BW_QUARTERS_PER_DAY
#define MAX_SLICES 50

/* Long enough to see on a Monday which workers were lost since the Friday a week before. */
#define WORKERS_KEPT (10 * BW_TIME_DAY)
#define WORKER_HOURS_KEPT 24
#define MAX_WORKERS 10000

/** What is summed up into what. */
typedef struct
{
  BwNumber number;     /* keeps the quarter up to which it is done */
  const char *setting; /* its name */
  gint64 kept;
  gint64 length; /* in quarters, of what it is summed up to */
} Rolling;

typedef struct
{
  const Rolling *rolling;
  gint64 from;
  gint64 until;
} Slice;

static const Rolling rollings[] = {
  { BW_NUMBER_FINISH_HOURS, "finish_hours", QUARTERS_KEPT, BW_QUARTERS_PER_HOUR },
  { BW_NUMBER_FINISH_DAYS, "finish_days", HOURS_KEPT, BW_QUARTERS_PER_DAY },
};

/* Adds what lies within a length to its first quarter, and drops it where it was. */
static gboolean
roll_spans (BwDb *db, const Slice *slice, GError **error)
{
  gint64 length = slice->rolling->length;

  return bw_db_exec (
             db, error,
             "INSERT INTO finish (business, span, type, owner, automated, state, bucket, n, items,"
             " items_failed, run_ms, wait_ms)"
             " SELECT business, span - span % $3, type, owner, automated, state, bucket, SUM(n),"
             " SUM(items), SUM(items_failed), SUM(run_ms), SUM(wait_ms) FROM finish"
             " WHERE business IN (SELECT id FROM business) AND span >= $1 AND span < $2"
             " AND span % $3 <> 0 GROUP BY 1, 2, 3, 4, 5, 6, 7"
             " ON CONFLICT (business, span, type, owner, automated, state, bucket) DO UPDATE SET"
             " n = finish.n + excluded.n, items = finish.items + excluded.items,"
             " items_failed = finish.items_failed + excluded.items_failed,"
             " run_ms = finish.run_ms + excluded.run_ms, wait_ms = finish.wait_ms + "
             "excluded.wait_ms",
             "iii", slice->from, slice->until, length)
         && bw_db_exec (db, error,
                        "DELETE FROM finish WHERE business IN (SELECT id FROM business)"
                        " AND span >= $1 AND span < $2 AND span % $3 <> 0",
                        "iii", slice->from, slice->until, length);
}

/* The hours that changed get a revision that no commit gives, so that readers read them again. */
static gboolean
mark_hours (BwDb *db, const Slice *slice, GError **error)
{
  gint64 first = slice->from / BW_QUARTERS_PER_HOUR;
  gint64 end = slice->until / BW_QUARTERS_PER_HOUR;
  gint64 length = slice->rolling->length / BW_QUARTERS_PER_HOUR;

  return bw_db_exec (db, error,
                     "INSERT INTO finish_hour (business, hour, revision)"
                     " SELECT business, hour - hour % $3, -$3 FROM finish_hour"
                     " WHERE business IN (SELECT id FROM business) AND hour >= $1 AND hour < $2"
                     " GROUP BY 1, 2 ON CONFLICT (business, hour) DO UPDATE"
                     " SET revision = excluded.revision",
                     "iii", first, end, length)
         && bw_db_exec (db, error,
                        "DELETE FROM finish_hour WHERE business IN (SELECT id FROM business)"
                        " AND hour >= $1 AND hour < $2 AND hour % $3 <> 0",
                        "iii", first, end, length);
}

static gboolean
roll_slice (BwTx *tx, gpointer data, GError **error)
{
  const Slice *slice = data;
  BwDb *db = bw_tx_db (tx);

  if (!roll_spans (db, slice, error) || !mark_hours (db, slice, error))
    return FALSE;
  bw_tx_set_number (tx, slice->rolling->number, slice->until);
  return TRUE;
}

/* Where rolling begins and ends: both are whole days, but for a beginning at the first row. */
static gboolean
find_range (BwStore *store, const Rolling *rolling, Slice *slice, GError **error)
{
  g_auto (BwReader) reader = bw_reader_begin (store, error);
  gint64 until = (bw_store_now (store) - rolling->kept) / BW_TIME_DAY * BW_QUARTERS_PER_DAY;
  gint64 done = 0;
  gint64 first = G_MAXINT64;

  *slice = (Slice) { rolling, until, until };
  if (reader.db == NULL
      || !bw_db_get_int (reader.db, &done, error, "SELECT value FROM setting WHERE name = $1", "s",
                         rolling->setting))
    return FALSE;
  if (done >= until)
    return TRUE;
  if (!bw_db_get_int (reader.db, &first, error,
                      "SELECT MIN((SELECT MIN(hour) FROM finish_hour h WHERE h.business = b.id"
                      " AND h.hour >= $1)) FROM business b",
                      "i", done / BW_QUARTERS_PER_HOUR))
    return FALSE;
  if (first < until / BW_QUARTERS_PER_HOUR)
    slice->from = first * BW_QUARTERS_PER_HOUR / BW_QUARTERS_PER_DAY * BW_QUARTERS_PER_DAY;
  return TRUE;
}

static gboolean
roll (BwStore *store, const Rolling *rolling, GError **error)
{
  Slice range;

  if (!find_range (store, rolling, &range, error))
    return FALSE;
  for (guint i = 0; i < MAX_SLICES && range.from < range.until; i++)
    {
      Slice slice = { rolling, range.from, MIN (range.from + SLICE, range.until) };

      if (!bw_store_write (store, roll_slice, &slice, error))
        return FALSE;
      range.from = slice.until;
    }
  return TRUE;
}

static gboolean
drop_workers (BwTx *tx, gpointer data, GError **error)
{
  BwTime before = *(BwTime *) data;
  BwDb *db = bw_tx_db (tx);

  return bw_db_exec (db, error, "DELETE FROM worker WHERE last_seen_at < $1", "i", before)
         && bw_db_exec (db, error, "DELETE FROM worker_hour WHERE hour < $1", "i",
                        bw_tx_now (tx) / BW_TIME_HOUR - WORKER_HOURS_KEPT);
}

/* The ten thousand heard of last stay, for as long as they are kept. */
static gboolean
tend_workers (BwStore *store, GError **error)
{
  BwTime before = bw_store_now (store) - WORKERS_KEPT;
  gint64 hour = bw_store_now (store) / BW_TIME_HOUR - WORKER_HOURS_KEPT;
  gint64 too_many = 0;
  gint64 oldest = G_MAXINT64;
  gint64 first = G_MAXINT64;

  {
    g_auto (BwReader) reader = bw_reader_begin (store, error);

    if (reader.db == NULL
        || !bw_db_get_int (reader.db, &oldest, error, "SELECT MIN(last_seen_at) FROM worker", "")
        || !bw_db_get_int (reader.db, &first, error, "SELECT MIN(hour) FROM worker_hour", "")
        || !bw_db_get_int (reader.db, &too_many, error,
                           "SELECT last_seen_at FROM worker ORDER BY last_seen_at DESC"
                           " LIMIT 1 OFFSET $1",
                           "i", (gint64) MAX_WORKERS))
      return FALSE;
  }
  before = MAX (before, too_many);
  return (oldest >= before && first >= hour)
         || bw_store_write (store, drop_workers, &before, error);
}

/**
 * bw_views_tend:
 * @store: a store
 * @error: (out) (optional): what went wrong
 *
 * Keeps what is kept beside the jobs bounded: sums up what ended more than 92 days ago by hour, and
 * more than 400 days ago by day; drops workers that were not heard of for ten days.
 *
 * Returns: %FALSE on an error; what was done before stays done
 */
gboolean
bw_views_tend (BwStore *store, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (rollings); i++)
    if (!roll (store, &rollings[i], error))
      return FALSE;
  return tend_workers (store, error);
}
