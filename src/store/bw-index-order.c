/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-index-order.h"

#include <string.h>

#include "bw-id-set.h"
#include "bw-read.h"

/*
 * The sorts by name, items and end have an index each. Those by name and items are the key and the
 * id, nothing else, so that a change of state doesn't touch them; that by end, which begins with a
 * job's end, has its kind as well. What doesn't match is dropped in one of these ways, whichever
 * the counters say is cheapest:
 *
 * - nothing has to be dropped;
 * - the row of each entry is looked up, where most entries match;
 * - the ids that match are read from job_kind into a set of bits, and the entries are checked
 *   against it;
 * - the index isn't used: all that match are read with their keys and sorted, where few match.
 *
 * How far a scan has to go is guessed from the average density. That may be far off, as types and
 * names go together: the guess is tripled, and looking up rows ends where the set would have been
 * better.
 */
#define COST_ENTRY 0.1     /* microseconds to step over one entry within the database, measured */
#define COST_CHECKED 0.2   /* to read one entry */
#define COST_LOOKED_UP 2.0 /* to read one entry and its row */
#define COST_RANGE 10.0     /* to ask one range of job_kind */
#define COST_KIND 0.35     /* to read one entry that has its kind */
#define DISTRUST 3.0
#define MIN_PATIENCE 2000

/* The plus keeps the range of ids from being taken for the better way in. */
#define RANGE "FROM job WHERE business = $1 AND +id >= $2 AND +id < $3 "
#define WAYS(columns, key, condition)                                                              \
  {                                                                                                \
    { "SELECT " columns " " RANGE condition "ORDER BY " key ", id LIMIT $4 OFFSET $5",             \
      "SELECT " columns " " RANGE condition "AND (" key ", id) > ($6, $7) "                        \
      "ORDER BY " key ", id LIMIT $4 OFFSET $5" },                                                 \
    { "SELECT " columns " " RANGE condition "ORDER BY " key " DESC, id DESC LIMIT $4 OFFSET $5",   \
      "SELECT " columns " " RANGE condition "AND (" key ", id) < ($6, $7) "                        \
      "ORDER BY " key " DESC, id DESC LIMIT $4 OFFSET $5" },                                       \
  }
#define ORDERS(columns)                                                                            \
  {                                                                                                \
    [BW_WITHIN_NAME] = WAYS (columns, "name_key", ""),                                             \
    [BW_WITHIN_ITEMS] = WAYS (columns, "items", ""),                                               \
    [BW_WITHIN_END] = WAYS (columns, "finished_at", "AND state >= 2 "),                            \
  }

/* By order, direction (up, down) and start (the beginning, a cursor). */
typedef const char *const Statements[BW_WITHIN_END + 1][2][2];
static Statements sql_ids = ORDERS ("id");
static Statements sql_kinds = ORDERS ("type, owner, automated, state, id");

/* The range comes from job_kind, and then the rows by their ids; else the rows would be scanned. */
#define KIND                                                                                       \
  "FROM (SELECT id FROM job WHERE business = $1 AND type = $2 AND owner = $3 AND automated = $4 "  \
  "AND state = $5 AND id >= $6 AND id < $7) k CROSS JOIN job j WHERE j.business = $1 AND j.id = "  \
  "k.id"
static const char *const sql_keys[] = {
  [BW_WITHIN_NAME] = "SELECT j.id, j.name_key " KIND,
  [BW_WITHIN_ITEMS] = "SELECT j.id, j.items " KIND,
  [BW_WITHIN_END] = "SELECT j.id, j.finished_at " KIND,
};

typedef struct
{
  const BwTally *tally;
  BwDb *db;
  const BwSelection *selection;
  BwIndexSlice slice;
} Query;

static BwRows *
query_index (const Query *self, Statements statements, gint64 offset, gint64 limit, GError **error)
{
  const BwScope *scope = bw_tally_get_scope (self->tally);
  const BwCursor *after = self->slice.after;
  const char *sql =
      statements[self->slice.within][self->slice.descending ? 1 : 0][after != NULL ? 1 : 0];

  if (after == NULL)
    return bw_db_stream (self->db, error, sql, "iiiii", scope->business, scope->first, scope->end,
                        limit, offset);
  if (self->slice.within == BW_WITHIN_NAME)
    return bw_db_stream (self->db, error, sql, "iiiiisi", scope->business, scope->first, scope->end,
                        limit, offset, after->text, after->id);
  return bw_db_stream (self->db, error, sql, "iiiiiii", scope->business, scope->first, scope->end,
                      limit, offset, after->number, after->id);
}

static gboolean
slice_everything (const Query *self, GArray *ids, GError **error)
{
  g_autoptr (BwRows) rows =
      query_index (self, sql_ids, self->slice.offset, self->slice.limit, error);
  g_autoptr (GError) local = NULL;

  if (rows == NULL)
    return FALSE;
  while (bw_rows_next (rows, &local))
    {
      gint64 id = bw_rows_int (rows, 0);

      g_array_append_val (ids, id);
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

/* Gives up, with @found_all unset, after so many rows. */
static gboolean
slice_with_lookups (const Query *self,
                    gint64 patience,
                    GArray *ids,
                    gboolean *found_all,
                    GError **error)
{
  g_autoptr (BwRows) rows = query_index (self, sql_kinds, 0, G_MAXINT64, error);
  g_autoptr (GError) local = NULL;
  gint64 offset = self->slice.offset;
  gint64 left = self->slice.limit;

  if (rows == NULL)
    return FALSE;
  for (*found_all = TRUE; left > 0 && *found_all && bw_rows_next (rows, &local);
       *found_all = patience-- > 0)
    {
      BwCounterKey key = { bw_rows_int (rows, 0), bw_rows_int (rows, 1), bw_rows_int (rows, 2) != 0,
                           (BwJobState) bw_rows_int (rows, 3) };
      gint64 id = bw_rows_int (rows, 4);
      int kind = bw_tally_find (self->tally, &key);

      if (kind < 0 || !self->selection->has[kind] || offset-- > 0)
        continue;
      g_array_append_val (ids, id);
      left--;
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

static BwJobStates
get_states (const Query *self)
{
  return self->slice.within == BW_WITHIN_END ? BW_JOB_STATES_FINISHED : BW_JOB_STATES_ALL;
}

/* Jobs within the scope's time that the index has, whether they match or not. */
static gint64
count_candidates (const Query *self)
{
  gint64 n = 0;

  for (guint kind = 0; kind < bw_tally_get_n_kinds (self->tally); kind++)
    if (get_states (self) & (1u << bw_tally_get_key (self->tally, kind)->state))
      n += bw_tally_count (self->tally, kind);
  return n;
}

static gboolean
slice_with_set (const Query *self, GArray *ids, GError **error)
{
  g_auto (BwIdSet) set = { NULL, 0, 0, FALSE };
  g_autoptr (BwRows) rows = NULL;
  g_autoptr (GError) local = NULL;
  gint64 offset = self->slice.offset;
  gint64 left = self->slice.limit;

  if (!bw_id_set_read (&set, self->tally, self->db, self->selection, get_states (self), error))
    return FALSE;
  rows = query_index (self, sql_ids, 0, G_MAXINT64, error);
  if (rows == NULL)
    return FALSE;
  while (left > 0 && bw_rows_next (rows, &local))
    {
      gint64 id = bw_rows_int (rows, 0);

      if (!bw_id_set_has (&set, id) || offset-- > 0)
        continue;
      g_array_append_val (ids, id);
      left--;
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

static int
compare_places (gconstpointer a, gconstpointer b, gpointer data)
{
  const BwIndexSlice *slice = data;
  const BwCursor *one = a;
  const BwCursor *other = b;
  int order;

  if (slice->within == BW_WITHIN_NAME)
    order = strcmp (one->text, other->text);
  else
    order = (one->number > other->number) - (one->number < other->number);
  if (order == 0)
    order = (one->id > other->id) - (one->id < other->id);
  return slice->descending ? -order : order;
}

static gboolean
read_places (const Query *self, guint kind, GArray *places, GStringChunk *texts, GError **error)
{
  const BwScope *scope = bw_tally_get_scope (self->tally);
  const BwCounterKey *key = bw_tally_get_key (self->tally, kind);
  g_autoptr (BwRows) rows = NULL;
  g_autoptr (GError) local = NULL;

  rows = bw_db_query (self->db, error, sql_keys[self->slice.within], "iiiiiii", scope->business,
                      key->type, key->owner, (gint64) (key->automated ? 1 : 0), (gint64) key->state,
                      scope->first, scope->end);
  if (rows == NULL)
    return FALSE;
  while (bw_rows_next (rows, &local))
    {
      BwCursor place = { bw_rows_int (rows, 0), 0, NULL };

      if (self->slice.within == BW_WITHIN_NAME)
        place.text = g_string_chunk_insert (texts, bw_rows_text (rows, 1));
      else
        place.number = bw_rows_int (rows, 1);
      if (self->slice.after == NULL
          || compare_places (&place, self->slice.after, (gpointer) &self->slice) > 0)
        g_array_append_val (places, place);
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

static gboolean
slice_by_sorting (const Query *self, GArray *ids, GError **error)
{
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (BwCursor));
  g_autoptr (GStringChunk) texts = g_string_chunk_new (16 * 1024);

  for (guint i = 0; i < self->selection->kinds->len; i++)
    if (!read_places (self, g_array_index (self->selection->kinds, guint, i), places, texts, error))
      return FALSE;

  g_array_sort_with_data (places, compare_places, (gpointer) &self->slice);
  for (gint64 i = self->slice.offset; i < places->len && i - self->slice.offset < self->slice.limit;
       i++)
    g_array_append_val (ids, g_array_index (places, BwCursor, i).id);
  return TRUE;
}

static gboolean
choose (const Query *self, GArray *ids, GError **error)
{
  guint n_before = ids->len;
  gboolean found_all = FALSE;
  double matching = (double) MAX (self->selection->total, 1);
  double candidates = (double) count_candidates (self);
  double entries = (double) bw_tally_count_everything (self->tally, get_states (self));
  double needed = (double) (self->slice.offset + self->slice.limit) / matching;
  double scan = MIN (needed * entries * DISTRUST, entries);
  double looked_up = MIN (needed * candidates * DISTRUST, candidates);
  double cost_of_row = self->slice.within == BW_WITHIN_END ? COST_KIND : COST_LOOKED_UP;
  double cost_of_lookups = scan * COST_ENTRY + looked_up * cost_of_row;
  double cost_of_sorting =
      (double) self->selection->kinds->len * COST_RANGE + matching * COST_LOOKED_UP;
  double cost_of_set;

  if (!bw_id_set_guess_cost (self->tally, self->db, self->selection, get_states (self),
                             &cost_of_set, error))
    return FALSE;
  cost_of_set += scan * COST_CHECKED;

  if (candidates <= matching && bw_tally_is_exact (self->tally)
      && scan * COST_ENTRY <= cost_of_sorting)
    return slice_everything (self, ids, error);
  if (cost_of_sorting <= MIN (cost_of_lookups, cost_of_set))
    return slice_by_sorting (self, ids, error);
  if (cost_of_lookups <= cost_of_set)
    {
      gint64 patience = cost_of_set < G_MAXDOUBLE ? (gint64) looked_up + MIN_PATIENCE : G_MAXINT64;

      if (!slice_with_lookups (self, patience, ids, &found_all, error))
        return FALSE;
      if (found_all)
        return TRUE;
      g_array_set_size (ids, n_before);
    }
  return slice_with_set (self, ids, error);
}

static void
reverse (GArray *ids, guint from)
{
  for (guint i = from, j = ids->len; j-- > i; i++)
    {
      gint64 id = g_array_index (ids, gint64, i);

      g_array_index (ids, gint64, i) = g_array_index (ids, gint64, j);
      g_array_index (ids, gint64, j) = id;
    }
}

/**
 * bw_index_slice:
 * @tally: what was counted
 * @db: the connection that it was made with, in the same transaction
 * @selection: the kinds wanted; finished ones only, in the order of their end
 * @slice: which of their jobs, and in which order
 * @ids: (element-type gint64): where to append the jobs' ids, in the slice's order
 * @error: return location
 *
 * Finds a slice of the jobs of some kinds by name, items or end, with the id as tie-break. An
 * offset in the second half is reached from the end.
 *
 * Returns: %FALSE on an error
 */
gboolean
bw_index_slice (const BwTally *tally,
                BwDb *db,
                const BwSelection *selection,
                const BwIndexSlice *slice,
                GArray *ids,
                GError **error)
{
  Query query = { tally, db, selection, *slice };
  gint64 total = selection->total;
  guint n_before = ids->len;

  if (slice->limit <= 0 || selection->kinds->len == 0)
    return TRUE;
  if (slice->after != NULL || !bw_tally_is_exact (tally) || slice->offset <= total / 2)
    return choose (&query, ids, error);
  if (slice->offset >= total)
    return TRUE;

  query.slice.descending = !slice->descending;
  query.slice.limit = MIN (slice->limit, total - slice->offset);
  query.slice.offset = total - slice->offset - query.slice.limit;
  if (!choose (&query, ids, error))
    return FALSE;
  reverse (ids, n_before);
  return TRUE;
}
