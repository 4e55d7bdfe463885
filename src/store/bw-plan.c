/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-plan.h"

#include "bw-read.h"

/*
 * Every filter by type, creator and state is a set of kinds, each of which is one range of the
 * index job_kind in the order of ids. A slice of them all is found by one of three ways, whichever
 * the counters say is cheapest:
 *
 * - where everything matches, straight from the primary key;
 * - by merging: the first jobs of each kind's range, those with the most jobs first; as soon as
 *   enough are found, the worst of them bounds what is asked of the further ranges;
 * - by scanning the primary key and dropping what doesn't match, where there are many kinds and the
 *   days where the scan would go are full of them.
 */
#define COST_RANGE 10.0  /* microseconds to ask one range, measured */
#define COST_SCANNED 0.3 /* and to look at one row of the primary key */

/* Up to here it's cheaper to step over the jobs than to find the place by the counters. */
#define MAX_OFFSET_STEPPED 300

#define RANGE "WHERE business = $1 AND id >= $2 AND id < $3 "
#define SQL_ALL_UP "SELECT id FROM job " RANGE "ORDER BY id LIMIT $4 OFFSET $5"
#define SQL_ALL_DOWN "SELECT id FROM job " RANGE "ORDER BY id DESC LIMIT $4 OFFSET $5"
#define SQL_SCAN_UP "SELECT type, owner, automated, state, id FROM job " RANGE "ORDER BY id"
#define SQL_SCAN_DOWN "SELECT type, owner, automated, state, id FROM job " RANGE "ORDER BY id DESC"

#define SQL_TIME "SELECT created_at FROM job WHERE business = $1 AND id >= $2 ORDER BY id LIMIT 1"
#define SQL_LOWEST "SELECT id FROM job " RANGE "ORDER BY id LIMIT 1"
#define SQL_HIGHEST "SELECT id + 1 FROM job " RANGE "ORDER BY id DESC LIMIT 1"

#define KIND                                                                                       \
  "SELECT id FROM job WHERE business = $1 AND type = $2 AND owner = $3 AND automated = $4 "        \
  "AND state = $5 AND id >= $6 AND id < $7 "
#define SQL_KIND_UP KIND "ORDER BY id LIMIT $8"
#define SQL_KIND_DOWN KIND "ORDER BY id DESC LIMIT $8"

static gboolean
append_ids (BwRows *rows, GArray *ids, GError **error)
{
  g_autoptr (GError) local = NULL;

  while (bw_rows_next (rows, &local))
    {
      gint64 id = bw_rows_int (rows, 0);

      g_array_append_val (ids, id);
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

static gboolean
slice_all (const BwTally *tally, BwDb *db, const BwSlice *slice, GArray *ids, GError **error)
{
  g_autoptr (BwRows) rows = NULL;

  rows = bw_db_query (db, error, slice->descending ? SQL_ALL_DOWN : SQL_ALL_UP, "iiiii",
                      bw_tally_get_scope (tally)->business, slice->first, slice->end, slice->limit,
                      slice->offset);
  return rows != NULL && append_ids (rows, ids, error);
}

static gboolean
slice_by_scanning (const BwTally *tally,
                   BwDb *db,
                   const BwSelection *selection,
                   const BwSlice *slice,
                   GArray *ids,
                   GError **error)
{
  g_autoptr (BwRows) rows = NULL;
  g_autoptr (GError) local = NULL;
  gint64 offset = slice->offset;
  gint64 left = slice->limit;

  rows = bw_db_stream (db, error, slice->descending ? SQL_SCAN_DOWN : SQL_SCAN_UP, "iii",
                      bw_tally_get_scope (tally)->business, slice->first, slice->end);
  if (rows == NULL)
    return FALSE;
  while (left > 0 && bw_rows_next (rows, &local))
    {
      BwCounterKey key = { bw_rows_int (rows, 0), bw_rows_int (rows, 1), bw_rows_int (rows, 2) != 0,
                           (BwJobState) bw_rows_int (rows, 3) };
      gint64 id = bw_rows_int (rows, 4);
      int kind = bw_tally_find (tally, &key);

      if (kind < 0 || !selection->has[kind] || offset-- > 0)
        continue;
      g_array_append_val (ids, id);
      left--;
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

static BwRows *
query_kind (const BwTally *tally, BwDb *db, guint kind, const BwSlice *slice, GError **error)
{
  const BwCounterKey *key = bw_tally_get_key (tally, kind);

  return bw_db_query (db, error, slice->descending ? SQL_KIND_DOWN : SQL_KIND_UP, "iiiiiiii",
                      bw_tally_get_scope (tally)->business, key->type, key->owner,
                      (gint64) (key->automated ? 1 : 0), (gint64) key->state, slice->first,
                      slice->end, slice->limit);
}

/* Merges two sorted arrays into the first and keeps the best @limit. */
static void
merge (GArray **best, GArray *fresh, GArray **spare, gboolean descending, gint64 limit)
{
  GArray *merged = *spare;
  guint i = 0;
  guint j = 0;

  g_array_set_size (merged, 0);
  while (merged->len < limit && (i < (*best)->len || j < fresh->len))
    {
      gint64 a = i < (*best)->len ? g_array_index (*best, gint64, i) : 0;
      gint64 b = j < fresh->len ? g_array_index (fresh, gint64, j) : 0;
      gboolean take_best = j == fresh->len || (i < (*best)->len && (descending ? a > b : a < b));

      g_array_append_val (merged, *(take_best ? &a : &b));
      *(take_best ? &i : &j) += 1;
    }
  *spare = *best;
  *best = merged;
}

static gboolean
slice_by_merging (const BwTally *tally,
                  BwDb *db,
                  const BwSelection *selection,
                  const BwSlice *slice,
                  GArray *ids,
                  GError **error)
{
  BwSlice wanted = { slice->first, slice->end, slice->descending, 0, slice->offset + slice->limit };
  g_autoptr (GArray) best = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) fresh = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) spare = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < selection->kinds->len; i++)
    {
      g_autoptr (BwRows) rows =
          query_kind (tally, db, g_array_index (selection->kinds, guint, i), &wanted, error);

      g_array_set_size (fresh, 0);
      if (rows == NULL || !append_ids (rows, fresh, error))
        return FALSE;
      if (fresh->len > 0)
        merge (&best, fresh, &spare, slice->descending, wanted.limit);
      if (best->len < wanted.limit)
        continue;
      if (slice->descending)
        wanted.first = g_array_index (best, gint64, best->len - 1) + 1;
      else
        wanted.end = g_array_index (best, gint64, best->len - 1);
    }
  if (best->len > slice->offset)
    g_array_append_vals (ids, &g_array_index (best, gint64, slice->offset),
                         best->len - (guint) slice->offset);
  return TRUE;
}

/* Where in time the jobs begin that a slice goes through. */
static gboolean
find_start (const BwTally *tally, BwDb *db, const BwSlice *slice, BwTime *start, GError **error)
{
  const BwScope *scope = bw_tally_get_scope (tally);

  *start = BW_TIME_NONE;
  if (slice->descending ? slice->end == scope->end : slice->first == scope->first)
    return TRUE;
  return bw_db_get_int (db, start, error, SQL_TIME, "ii", scope->business,
                        slice->descending ? slice->end : slice->first);
}

static gboolean
slice_range (const BwTally *tally,
             BwDb *db,
             const BwSelection *selection,
             const BwSlice *slice,
             GArray *ids,
             GError **error)
{
  double cost_of_merging = (double) selection->kinds->len * COST_RANGE;
  double cost_of_scanning;
  BwTime start;

  if (slice->first >= slice->end || selection->kinds->len == 0 || slice->limit <= 0)
    return TRUE;
  if (selection->total == bw_tally_get_all (tally) && bw_tally_is_exact (tally))
    return slice_all (tally, db, slice, ids, error);
  if (!find_start (tally, db, slice, &start, error))
    return FALSE;
  cost_of_scanning = COST_SCANNED
                     * bw_tally_guess_scan (tally, selection, slice->descending, start,
                                            slice->offset + slice->limit);
  if (cost_of_scanning < cost_of_merging)
    return slice_by_scanning (tally, db, selection, slice, ids, error);
  return slice_by_merging (tally, db, selection, slice, ids, error);
}

/**
 * bw_plan_slice:
 * @tally: what was counted
 * @db: the connection that it was made with, in the same transaction
 * @selection: the kinds wanted
 * @slice: which of their jobs. An offset counts from an end of the scope's whole time, so it goes
 * with the scope's own first and end only
 * @ids: (element-type gint64): where to append the jobs' ids, in the slice's order
 * @error: return location
 *
 * Finds a slice of the jobs of some kinds, in the exact order.
 *
 * Returns: %FALSE on an error
 */
gboolean
bw_plan_slice (const BwTally *tally,
               BwDb *db,
               const BwSelection *selection,
               const BwSlice *slice,
               GArray *ids,
               GError **error)
{
  BwSlice place = *slice;

  if (slice->offset <= MAX_OFFSET_STEPPED)
    return slice_range (tally, db, selection, slice, ids, error);

  if (!bw_tally_locate (tally, db, selection, slice->descending, &place.offset, &place.first,
                        &place.end, error))
    return FALSE;
  if (place.first >= place.end)
    return TRUE;
  if (slice->descending)
    place.first = slice->first;
  else
    place.end = slice->end;
  return slice_range (tally, db, selection, &place, ids, error);
}

/**
 * bw_plan_gather:
 * @tally: what was counted
 * @db: the connection that it was made with, in the same transaction
 * @selection: the kinds wanted
 * @first: the lowest id
 * @end: the id after the highest
 * @ids: (element-type gint64): where to append all of their jobs' ids, in the order of ids for each
 * kind
 * @error: return location
 *
 * Finds all jobs of some kinds.
 *
 * Returns: %FALSE on an error
 */
gboolean
bw_plan_gather (const BwTally *tally,
                BwDb *db,
                const BwSelection *selection,
                gint64 first,
                gint64 end,
                GArray *ids,
                GError **error)
{
  BwSlice slice = { first, end, FALSE, 0, G_MAXINT64 };

  for (guint i = 0; i < selection->kinds->len; i++)
    {
      g_autoptr (BwRows) rows =
          query_kind (tally, db, g_array_index (selection->kinds, guint, i), &slice, error);

      if (rows == NULL || !append_ids (rows, ids, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * bw_plan_get_ids:
 * @tally: what was counted
 * @db: the connection that it was made with, in the same transaction
 * @first: (out): the lowest id that there is within the scope's time
 * @end: (out): the id after the highest
 * @error: return location
 *
 * Tells between which ids the jobs of the scope's time lie.
 *
 * Returns: %FALSE on an error
 */
gboolean
bw_plan_get_ids (const BwTally *tally, BwDb *db, gint64 *first, gint64 *end, GError **error)
{
  const BwScope *scope = bw_tally_get_scope (tally);

  *first = scope->first;
  *end = scope->first;
  return bw_db_get_int (db, first, error, SQL_LOWEST, "iii", scope->business, scope->first,
                        scope->end)
         && bw_db_get_int (db, end, error, SQL_HIGHEST, "iii", scope->business, scope->first,
                           scope->end);
}
