/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-tally-private.h"

#include "bw-read.h"
#include "bw-span.h"

static void
add_part (BwTally *self, BwPartKind kind, gint64 from, gint64 until)
{
  if (from < until)
    self->parts[self->n_parts++] = (BwPart) { kind, from, until };
}

static void
split_quarters (BwTally *self, gint64 from, gint64 until)
{
  gint64 first_day = (from + BW_QUARTERS_PER_DAY - 1) / BW_QUARTERS_PER_DAY;
  gint64 end_day = until / BW_QUARTERS_PER_DAY;

  if (first_day > end_day)
    {
      add_part (self, BW_PART_QUARTERS, from, until);
      return;
    }
  add_part (self, BW_PART_QUARTERS, from, first_day * BW_QUARTERS_PER_DAY);
  add_part (self, BW_PART_DAYS, first_day, end_day);
  add_part (self, BW_PART_QUARTERS, end_day * BW_QUARTERS_PER_DAY, until);
}

static gboolean
split_time (BwTally *self, BwDb *db, GError **error)
{
  const BwScope *scope = self->scope;
  BwTime from = MAX (scope->from, 0);
  BwTime until = scope->until != BW_TIME_NONE ? scope->until : BW_END_OF_TIME;
  gint64 first_quarter = from / BW_SPAN_QUARTER + (from % BW_SPAN_QUARTER != 0 ? 1 : 0);
  gint64 end_quarter = until / BW_SPAN_QUARTER;
  gint64 id;

  if (scope->is_empty)
    return TRUE;
  if (first_quarter > end_quarter)
    {
      add_part (self, BW_PART_ROWS, scope->first, scope->end);
      return TRUE;
    }
  if (from % BW_SPAN_QUARTER != 0)
    {
      if (!bw_span_first_job (db, scope->business, first_quarter * BW_SPAN_QUARTER, &id, error))
        return FALSE;
      add_part (self, BW_PART_ROWS, scope->first, id);
    }
  split_quarters (self, first_quarter, end_quarter);
  if (until % BW_SPAN_QUARTER != 0)
    {
      if (!bw_span_first_job (db, scope->business, end_quarter * BW_SPAN_QUARTER, &id, error))
        return FALSE;
      add_part (self, BW_PART_ROWS, id, scope->end);
    }
  return TRUE;
}

static gboolean
count_rows (BwTally *self, BwDb *db, const BwPart *part, GError **error)
{
  g_autoptr (BwRows) rows = NULL;
  g_autoptr (GError) local = NULL;
  gint64 n = 0;

  rows = bw_db_query (db, error, BW_TALLY_SQL_ROWS, "iiii", self->scope->business, part->from,
                      part->until, self->bound == G_MAXINT64 ? G_MAXINT64 : self->bound + 1);
  if (rows == NULL)
    return FALSE;
  for (; bw_rows_next (rows, &local); n++)
    {
      int kind = bw_tally_read_kind (self, rows);

      if (n == self->bound)
        self->is_exact = FALSE;
      else if (kind >= 0)
        self->counts[kind]++;
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

static void
count_days (BwTally *self, gint64 from, gint64 until)
{
  for (guint i = 0; i < self->view->days->len; i++)
    {
      const BwCubeDay *day = bw_tally_get_day (self, i);

      if (day->day < from || day->day >= until)
        continue;
      for (guint j = 0; j < day->n_cells; j++)
        self->counts[day->cells[j].key] += day->cells[j].n;
    }
}

/**
 * bw_tally_find_day:
 * @self: a tally
 * @number: a day since 1970
 *
 * Returns: (transfer none) (nullable): the day's counters; %NULL if no job was created on it
 */
const BwCubeDay *
bw_tally_find_day (const BwTally *self, gint64 number)
{
  for (guint i = 0; i < self->view->days->len; i++)
    if (bw_tally_get_day (self, i)->day == number)
      return bw_tally_get_day (self, i);
  return NULL;
}

/* The quarters are all of one day. */
static gboolean
count_quarters (BwTally *self, BwDb *db, gint64 from, gint64 until, gint64 sign, GError **error)
{
  gint64 first = from / BW_QUARTERS_PER_DAY * BW_QUARTERS_PER_DAY;
  const BwCubeDay *day = bw_tally_find_day (self, from / BW_QUARTERS_PER_DAY);
  g_autoptr (BwCubeQuarters) quarters = NULL;

  if (day == NULL)
    return TRUE;
  quarters = bw_cube_read_quarters (self->cube, db, self->view, day, error);
  if (quarters == NULL)
    return FALSE;
  for (guint i = quarters->starts[from - first]; i < quarters->starts[until - first]; i++)
    self->counts[quarters->cells[i].key] += sign * quarters->cells[i].n;
  return TRUE;
}

/* Most of a day is the day without the rest of it. */
static gboolean
count_part_of_day (BwTally *self, BwDb *db, const BwPart *part, GError **error)
{
  gint64 day = part->from / BW_QUARTERS_PER_DAY;
  gint64 day_from = day * BW_QUARTERS_PER_DAY;
  gint64 day_until = day_from + BW_QUARTERS_PER_DAY;

  if (part->until - part->from <= BW_QUARTERS_PER_DAY / 2)
    return count_quarters (self, db, part->from, part->until, 1, error);

  count_days (self, day, day + 1);
  return (part->from == day_from || count_quarters (self, db, day_from, part->from, -1, error))
         && (part->until == day_until
             || count_quarters (self, db, part->until, day_until, -1, error));
}

static gboolean
count_parts (BwTally *self, BwDb *db, GError **error)
{
  for (guint i = 0; i < self->n_parts; i++)
    {
      const BwPart *part = &self->parts[i];

      if (part->kind == BW_PART_DAYS)
        count_days (self, part->from, part->until);
      else if (part->kind == BW_PART_QUARTERS && !count_part_of_day (self, db, part, error))
        return FALSE;
      else if (part->kind == BW_PART_ROWS && !count_rows (self, db, part, error))
        return FALSE;
    }
  return TRUE;
}

static int
compare_counts (gconstpointer a, gconstpointer b, gpointer data)
{
  const BwTally *self = data;
  gint64 one = self->counts[*(const guint *) a];
  gint64 other = self->counts[*(const guint *) b];

  return (one < other) - (one > other);
}

/* Where counting stopped at the bound, kinds that were not met may still be there. */
static void
select_kinds (BwTally *self)
{
  self->selection = bw_selection_new (self);
  for (guint kind = 0; kind < self->view->keys->len; kind++)
    {
      self->all += self->counts[kind];
      if ((self->counts[kind] > 0 || !self->is_exact)
          && bw_scope_matches (self->scope, bw_tally_get_key (self, kind)))
        bw_selection_add (self->selection, self, kind);
    }
  g_array_sort_with_data (self->selection->kinds, compare_counts, self);
}

/**
 * bw_tally_new:
 * @db: a connection within a read transaction
 * @cube: the store's day counters
 * @scope: what is asked for; must outlive the tally. Relation, words and conditions other than
 * paused are not counted by
 * @bound: how many jobs may be counted one by one, where the scope's time cuts through a quarter of
 * an hour; %BW_COUNT_BOUND, or %G_MAXINT64 for exact counts at any cost
 * @error: return location
 *
 * Counts.
 *
 * Returns: (transfer full) (nullable): the counts, good for the transaction that @db is in
 */
BwTally *
bw_tally_new (BwDb *db, BwCube *cube, const BwScope *scope, gint64 bound, GError **error)
{
  g_autoptr (BwTally) self = g_new0 (BwTally, 1);

  self->scope = scope;
  self->bound = bound;
  self->cube = cube;
  self->is_exact = TRUE;
  self->view = bw_cube_read (cube, db, scope->business, error);
  if (self->view == NULL)
    return NULL;

  self->counts = g_new0 (gint64, self->view->keys->len + 1);
  if (!split_time (self, db, error) || !count_parts (self, db, error))
    return NULL;
  select_kinds (self);
  return g_steal_pointer (&self);
}

/**
 * bw_tally_free:
 * @self: a tally
 *
 * Frees it.
 */
void
bw_tally_free (BwTally *self)
{
  g_clear_pointer (&self->selection, bw_selection_free);
  g_clear_pointer (&self->view, bw_cube_view_free);
  g_free (self->counts);
  g_free (self);
}

/**
 * bw_tally_get_total:
 * @self: a tally
 *
 * Returns: how many jobs match
 */
gint64
bw_tally_get_total (const BwTally *self)
{
  return self->selection->total;
}

/**
 * bw_tally_get_all:
 * @self: a tally
 *
 * Returns: how many jobs there are within the scope's time, of any kind
 */
gint64
bw_tally_get_all (const BwTally *self)
{
  return self->all;
}

/**
 * bw_tally_is_exact:
 * @self: a tally
 *
 * Returns: %FALSE if a time that doesn't fall on a quarter of an hour cut through more jobs than
 * are counted one by one
 */
gboolean
bw_tally_is_exact (const BwTally *self)
{
  return self->is_exact;
}

/**
 * bw_tally_count:
 * @self: a tally
 * @kind: a kind's number
 *
 * Returns: how many jobs of that kind there are within the scope's time
 */
gint64
bw_tally_count (const BwTally *self, guint kind)
{
  return self->counts[kind];
}

/**
 * bw_tally_count_everything:
 * @self: a tally
 * @states: which states
 *
 * Returns: how many jobs the business has in these states, whenever they were created
 */
gint64
bw_tally_count_everything (const BwTally *self, BwJobStates states)
{
  gint64 n = 0;

  for (guint i = 0; i < self->view->days->len; i++)
    {
      const BwCubeDay *day = bw_tally_get_day (self, i);

      for (guint j = 0; j < day->n_cells; j++)
        if (states & (1u << bw_tally_get_key (self, day->cells[j].key)->state))
          n += day->cells[j].n;
    }
  return n;
}

/**
 * bw_tally_get_n_kinds:
 * @self: a tally
 *
 * Returns: how many kinds have a number; some may have no jobs within the scope's time
 */
guint
bw_tally_get_n_kinds (const BwTally *self)
{
  return self->view->keys->len;
}

/**
 * bw_tally_get_key:
 * @self: a tally
 * @kind: a kind's number
 *
 * Returns: (transfer none): the kind
 */
const BwCounterKey *
bw_tally_get_key (const BwTally *self, guint kind)
{
  return &g_array_index (self->view->keys, BwCounterKey, kind);
}

/**
 * bw_tally_find:
 * @self: a tally
 * @key: a kind
 *
 * Returns: the kind's number, or -1 if there is no such job
 */
int
bw_tally_find (const BwTally *self, const BwCounterKey *key)
{
  return bw_cube_view_find (self->view, key);
}

/**
 * bw_tally_get_scope:
 * @self: a tally
 *
 * Returns: (transfer none): what was counted
 */
const BwScope *
bw_tally_get_scope (const BwTally *self)
{
  return self->scope;
}

/**
 * bw_tally_get_selection:
 * @self: a tally
 *
 * Returns: (transfer none): all kinds that match
 */
const BwSelection *
bw_tally_get_selection (const BwTally *self)
{
  return self->selection;
}

/**
 * bw_selection_new:
 * @tally: what to select from
 *
 * Returns: (transfer full): a selection of no kinds
 */
BwSelection *
bw_selection_new (const BwTally *tally)
{
  BwSelection *self = g_new0 (BwSelection, 1);

  self->kinds = g_array_new (FALSE, FALSE, sizeof (guint));
  self->has = g_new0 (guint8, tally->view->keys->len + 1);
  return self;
}

/**
 * bw_selection_free:
 * @self: a selection
 *
 * Frees it.
 */
void
bw_selection_free (BwSelection *self)
{
  g_array_unref (self->kinds);
  g_free (self->has);
  g_free (self);
}

/**
 * bw_selection_add:
 * @self: a selection
 * @tally: what it was made for
 * @kind: a kind's number, not yet in @self
 *
 * Adds a kind.
 */
void
bw_selection_add (BwSelection *self, const BwTally *tally, guint kind)
{
  g_array_append_val (self->kinds, kind);
  self->has[kind] = TRUE;
  self->total += tally->counts[kind];
}
