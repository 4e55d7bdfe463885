/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-listing.h"

#include "bw-id-set.h"
#include "bw-plan.h"
#include "bw-read.h"
#include "bw-text-index.h"

#define SQL_RELATION_UP                                                                            \
  "SELECT job FROM job_relation WHERE business = $1 AND relation = $2 AND job >= $3 AND job < $4 " \
  "ORDER BY job"
#define SQL_RELATION_DOWN SQL_RELATION_UP " DESC"

/* The plus leads to the index of jobs that wait for their time, of which there are few. */
#define SQL_SCHEDULED                                                                              \
  "SELECT id FROM job WHERE state = 0 AND due = 0 AND +business = $1 AND +id >= $2 AND +id < $3"

/* $2 tells whether names are needed, $3 the relation that is to be checked, or NULL. */
#define BATCH 32
#define SQL_ROWS_UP                                                                                \
  "SELECT j.type, j.owner, j.automated, j.state, j.id, j.due, j.stalled, j.cancelling, j.items, "  \
  "j.finished_at, CASE WHEN $2 = 1 THEN j.name_key END FROM job j "                                \
  "WHERE j.business = $1 AND ($3 IS NULL OR EXISTS (SELECT 1 FROM job_relation r "                 \
  "WHERE r.business = j.business AND r.relation = $3 AND r.job = j.id)) "                          \
  "AND j.id IN ($4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, "   \
  "$21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35) ORDER BY j.id"
#define SQL_ROWS_DOWN SQL_ROWS_UP " DESC"

/* What a row costs that is looked up by its id, in microseconds; and a set that is always worth it.
 */
#define COST_ROW 2.6
#define COST_SMALL_SET 1200.0

/* Counting ends after so many, however few of them match. */
#define MAX_EXAMINED 50000

typedef struct
{
  BwDb *db;
  const BwTally *tally;
  const BwScope *scope;
  const BwListingSlice *slice;

  /* The ids to go through, in order: rows, or an array that was made beforehand. */
  BwRows *stream;     /* NULL once it has ended */
  GArray *candidates; /* of gint64 */
  guint n_taken;
  gint64 n_examined;

  /* The jobs of the kinds that match, once it is worth it. */
  BwIdSet set;
  double cost_of_set;

  gint64 offset; /* still to be passed over */
  GArray *found; /* of BwListed */
} Gathering;

static void
gathering_clear (Gathering *self)
{
  bw_id_set_clear (&self->set);
  g_clear_pointer (&self->stream, bw_rows_free);
  g_clear_pointer (&self->candidates, g_array_unref);
  g_clear_pointer (&self->found, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Gathering, gathering_clear)

static void
clear_listed (gpointer listed)
{
  bw_cursor_clear (&((BwListed *) listed)->place);
}

static gboolean
is_full (const Gathering *self)
{
  return self->found->len >= self->slice->limit;
}

/* What never changes of a job, the text index has decided already; else the kinds do. */
static gboolean
kinds_matter (const Gathering *self)
{
  if (self->candidates != NULL)
    return TRUE;
  if (self->scope->words != NULL)
    return self->scope->states != BW_JOB_STATES_ALL;
  return !bw_tally_is_exact (self->tally)
         || bw_tally_get_total (self->tally) < bw_tally_get_all (self->tally);
}

static gboolean
needs_rows (const Gathering *self)
{
  return self->slice->with_rows || self->scope->conditions != 0
         || (self->scope->words != NULL && self->scope->relation != NULL)
         || (kinds_matter (self) && self->set.bits == NULL);
}

static gboolean
read_set (Gathering *self, GError **error)
{
  return bw_id_set_read (&self->set, self->tally, self->db, bw_tally_get_selection (self->tally),
                         BW_JOB_STATES_ALL, error);
}

/* Few jobs to look among are found at once, and bound what there is to go through. */
static gboolean
prepare_set (Gathering *self, gint64 *first, gint64 *end, GError **error)
{
  self->cost_of_set = G_MAXDOUBLE;
  if (!kinds_matter (self))
    return TRUE;
  if (!bw_id_set_guess_cost (self->tally, self->db, bw_tally_get_selection (self->tally),
                             BW_JOB_STATES_ALL, &self->cost_of_set, error))
    return FALSE;
  if (self->cost_of_set > COST_SMALL_SET)
    return TRUE;
  if (!read_set (self, error))
    return FALSE;
  if (!self->set.of_others)
    {
      *first = MAX (*first, self->set.first);
      *end = MIN (*end, self->set.end);
    }
  return TRUE;
}

/* As soon as looking up rows has cost as much as the set would have, the set is read. */
static gboolean
consider_set (Gathering *self, GError **error)
{
  if (self->set.bits != NULL || self->cost_of_set == G_MAXDOUBLE
      || (double) self->n_examined * COST_ROW < self->cost_of_set)
    return TRUE;
  return read_set (self, error);
}

static guint
keep_kinds (const Gathering *self, gint64 *ids, guint n)
{
  guint n_kept = 0;

  if (self->set.bits == NULL)
    return n;
  for (guint i = 0; i < n; i++)
    if (bw_id_set_has (&self->set, ids[i]))
      ids[n_kept++] = ids[i];
  return n_kept;
}

static int
compare_up (gconstpointer a, gconstpointer b)
{
  gint64 one = *(const gint64 *) a;
  gint64 other = *(const gint64 *) b;

  return (one > other) - (one < other);
}

static int
compare_down (gconstpointer a, gconstpointer b)
{
  return compare_up (b, a);
}

static void
sort_and_unite (GArray *ids, gboolean descending)
{
  guint n = 0;

  g_array_sort (ids, descending ? compare_down : compare_up);
  for (guint i = 0; i < ids->len; i++)
    if (n == 0 || g_array_index (ids, gint64, n - 1) != g_array_index (ids, gint64, i))
      g_array_index (ids, gint64, n++) = g_array_index (ids, gint64, i);
  g_array_set_size (ids, n);
}

static BwSelection *
select_kinds (const Gathering *self, gboolean paused)
{
  const GArray *kinds = bw_tally_get_selection (self->tally)->kinds;
  BwSelection *selection = bw_selection_new (self->tally);

  for (guint i = 0; i < kinds->len; i++)
    {
      guint kind = g_array_index (kinds, guint, i);
      const BwCounterKey *key = bw_tally_get_key (self->tally, kind);
      BwConditions conditions = bw_conditions_of (&self->scope->holds, key, TRUE, FALSE, FALSE);

      if (paused ? (conditions & BW_CONDITION_PAUSED) != 0 : key->state == BW_JOB_STATE_PROCESSING)
        bw_selection_add (selection, self->tally, kind);
    }
  return selection;
}

static gboolean
add_scheduled (Gathering *self, GError **error)
{
  g_autoptr (BwRows) rows = NULL;
  g_autoptr (GError) local = NULL;

  rows = bw_db_query (self->db, error, SQL_SCHEDULED, "iii", self->scope->business,
                      self->slice->first, self->slice->end);
  if (rows == NULL)
    return FALSE;
  while (bw_rows_next (rows, &local))
    {
      gint64 id = bw_rows_int (rows, 0);

      g_array_append_val (self->candidates, id);
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

/* Paused jobs follow from their kinds; the others are few, so that all of them can be looked at. */
static gboolean
collect_candidates (Gathering *self, GError **error)
{
  const BwListingSlice *slice = self->slice;
  BwSlice paused = { slice->first, slice->end, slice->descending, 0, slice->offset + slice->limit };
  BwConditions conditions = self->scope->conditions;
  g_autoptr (BwSelection) held = select_kinds (self, TRUE);
  g_autoptr (BwSelection) processing = select_kinds (self, FALSE);

  self->candidates = g_array_new (FALSE, FALSE, sizeof (gint64));
  if ((conditions & BW_CONDITION_PAUSED)
      && !bw_plan_slice (self->tally, self->db, held, &paused, self->candidates, error))
    return FALSE;
  if ((conditions & (BW_CONDITION_STALLED | BW_CONDITION_CANCELLING))
      && !bw_plan_gather (self->tally, self->db, processing, slice->first, slice->end,
                          self->candidates, error))
    return FALSE;
  if ((conditions & BW_CONDITION_SCHEDULED) && !add_scheduled (self, error))
    return FALSE;
  sort_and_unite (self->candidates, slice->descending);
  return TRUE;
}

static gboolean
open_stream (Gathering *self, GError **error)
{
  const BwListingSlice *slice = self->slice;
  gint64 first = slice->first;
  gint64 end = slice->end;

  if (self->scope->words == NULL && self->scope->relation == NULL)
    return collect_candidates (self, error);
  if (!prepare_set (self, &first, &end, error))
    return FALSE;
  if (self->scope->words != NULL)
    self->stream = bw_text_index_find_jobs (self->db, self->scope->words, first, end,
                                            slice->descending, error);
  else
    self->stream =
        bw_db_stream (self->db, error, slice->descending ? SQL_RELATION_DOWN : SQL_RELATION_UP,
                     "isii", self->scope->business, self->scope->relation, first, end);
  return self->stream != NULL;
}

/* Sets @n to 0 at the end. */
static gboolean
next_ids (Gathering *self, gint64 ids[BATCH], guint *n, GError **error)
{
  g_autoptr (GError) local = NULL;

  *n = 0;
  if (self->candidates != NULL)
    {
      *n = MIN (self->candidates->len - self->n_taken, BATCH);
      for (guint i = 0; i < *n; i++)
        ids[i] = g_array_index (self->candidates, gint64, self->n_taken++);
      return TRUE;
    }
  while (*n < BATCH && self->stream != NULL)
    if (bw_rows_next (self->stream, &local))
      ids[(*n)++] = bw_rows_int (self->stream, 0);
    else
      g_clear_pointer (&self->stream, bw_rows_free);
  return bw_read_finish (g_steal_pointer (&local), error);
}

static BwRows *
query_rows (const Gathering *self, const gint64 *ids, guint n, GError **error)
{
  GValue values[BATCH + 3] = { G_VALUE_INIT };

  g_value_init (&values[0], G_TYPE_INT64);
  g_value_set_int64 (&values[0], self->scope->business);
  g_value_init (&values[1], G_TYPE_INT64);
  g_value_set_int64 (&values[1], self->slice->sort == BW_SORT_NAME ? 1 : 0);
  g_value_init (&values[2], G_TYPE_STRING);
  g_value_set_static_string (&values[2], self->scope->words != NULL ? self->scope->relation : NULL);
  for (guint i = 0; i < BATCH; i++)
    {
      g_value_init (&values[i + 3], G_TYPE_INT64);
      g_value_set_int64 (&values[i + 3], i < n ? ids[i] : 0);
    }
  return bw_db_query_values (self->db, error, self->slice->descending ? SQL_ROWS_DOWN : SQL_ROWS_UP,
                             values, BATCH + 3);
}

static gboolean
row_matches (const Gathering *self, BwRows *rows, const BwCounterKey *key)
{
  BwConditions conditions =
      bw_conditions_of (&self->scope->holds, key, bw_rows_int (rows, 5) != 0,
                        bw_rows_int (rows, 6) != 0, bw_rows_int (rows, 7) != 0);

  return bw_scope_matches (self->scope, key)
         && bw_scope_matches_conditions (self->scope, conditions);
}

/* The number is the sort's: a count, the end, or the group. */
static gint64
read_number (const Gathering *self, BwRows *rows, const BwCounterKey *key)
{
  switch (self->slice->sort)
    {
    case BW_SORT_ITEMS:
      return bw_rows_int (rows, 8);
    case BW_SORT_FINISHED_AT:
      return bw_rows_int (rows, 9);
    case BW_SORT_TYPE:
      return key->type;
    case BW_SORT_STATE:
      return key->state;
    case BW_SORT_CREATED_BY:
      return key->automated ? 0 : key->owner;
    case BW_SORT_CREATED_AT:
    case BW_SORT_NAME:
    default:
      return 0;
    }
}

static gboolean
take_rows (Gathering *self, const gint64 *ids, guint n, GError **error)
{
  g_autoptr (BwRows) rows = query_rows (self, ids, n, error);
  g_autoptr (GError) local = NULL;

  if (rows == NULL)
    return FALSE;
  while (!is_full (self) && bw_rows_next (rows, &local))
    {
      BwListed listed = { { bw_rows_int (rows, 4), 0, NULL },
                          { bw_rows_int (rows, 0), bw_rows_int (rows, 1),
                            bw_rows_int (rows, 2) != 0, (BwJobState) bw_rows_int (rows, 3) } };

      if (!row_matches (self, rows, &listed.key) || self->offset-- > 0)
        continue;
      listed.place.number = read_number (self, rows, &listed.key);
      listed.place.text = g_strdup (bw_rows_text (rows, 10));
      g_array_append_val (self->found, listed);
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

static void
take_ids (Gathering *self, const gint64 *ids, guint n)
{
  for (guint i = 0; i < n && !is_full (self); i++)
    {
      BwListed listed = { { ids[i], 0, NULL }, { 0 } };

      if (self->offset-- <= 0)
        g_array_append_val (self->found, listed);
    }
}

static gboolean
go_on (Gathering *self, gboolean *is_complete, GError **error)
{
  gint64 ids[BATCH];
  guint n = 0;

  *is_complete = FALSE;
  if (!next_ids (self, ids, &n, error))
    return FALSE;
  *is_complete = n == 0;
  self->n_examined += n;
  if (self->candidates == NULL && !consider_set (self, error))
    return FALSE;

  n = keep_kinds (self, ids, n);
  if (n > 0 && needs_rows (self))
    return take_rows (self, ids, n, error);
  take_ids (self, ids, n);
  return TRUE;
}

/**
 * bw_listing_gather:
 * @db: a connection within a read transaction
 * @tally: what was counted, for the kinds
 * @slice: which of the matching jobs
 * @is_complete: (out): whether these are all that match, but for the offset
 * @error: return location
 *
 * Goes through the jobs that match the tally's scope in the order of their ids.
 *
 * Returns: (transfer full) (nullable) (element-type BwListed): the jobs; without
 *   @slice.with_rows their kinds and keys may be missing
 */
GArray *
bw_listing_gather (BwDb *db,
                   const BwTally *tally,
                   const BwListingSlice *slice,
                   gboolean *is_complete,
                   GError **error)
{
  g_auto (Gathering) self = { .db = db,
                              .tally = tally,
                              .scope = bw_tally_get_scope (tally),
                              .slice = slice,
                              .offset = slice->offset };

  *is_complete = TRUE;
  self.found = g_array_new (FALSE, FALSE, sizeof (BwListed));
  g_array_set_clear_func (self.found, clear_listed);
  if (self.scope->is_empty || slice->first >= slice->end)
    return g_steal_pointer (&self.found);
  if (!open_stream (&self, error))
    return NULL;

  do
    {
      if (!go_on (&self, is_complete, error))
        return NULL;
    }
  while (!*is_complete && !is_full (&self)
         && (self.found->len < slice->enough || self.n_examined < MAX_EXAMINED));
  return g_steal_pointer (&self.found);
}
