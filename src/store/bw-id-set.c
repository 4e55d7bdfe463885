/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-id-set.h"

#include "bw-plan.h"

/* 64 MiB; ids are given out by the whole store, so a business's may lie far apart. */
#define MAX_BITS (G_GINT64_CONSTANT (1) << 29)

static BwSelection *
select_others (const BwTally *tally, const BwSelection *selection, BwJobStates states)
{
  BwSelection *others = bw_selection_new (tally);

  for (guint kind = 0; kind < bw_tally_get_n_kinds (tally); kind++)
    if ((states & (1u << bw_tally_get_key (tally, kind)->state)) && !selection->has[kind]
        && (bw_tally_count (tally, kind) > 0 || !bw_tally_is_exact (tally)))
      bw_selection_add (others, tally, kind);
  return others;
}

static void
narrow (BwIdSet *self, GArray *ids)
{
  gint64 lowest = self->end;
  gint64 highest = self->first - 1;

  for (guint i = 0; i < ids->len; i++)
    {
      lowest = MIN (lowest, g_array_index (ids, gint64, i));
      highest = MAX (highest, g_array_index (ids, gint64, i));
    }
  self->first = lowest;
  self->end = MAX (highest + 1, lowest);
}

static double
cost_of (const BwSelection *selection)
{
  return (double) selection->kinds->len * BW_ID_SET_COST_RANGE
         + (double) selection->total * BW_ID_SET_COST_ID;
}

/**
 * bw_id_set_guess_cost:
 * @tally: what was counted
 * @db: the connection that it was made with, in the same transaction
 * @selection: the kinds that the set is of
 * @states: the states that the ids asked about can have
 * @cost: (out): how many microseconds it takes to read the set; %G_MAXDOUBLE where the ids lie too
 * far apart for one
 * @error: return location
 *
 * Returns: %FALSE on an error
 */
gboolean
bw_id_set_guess_cost (const BwTally *tally,
                      BwDb *db,
                      const BwSelection *selection,
                      BwJobStates states,
                      double *cost,
                      GError **error)
{
  g_autoptr (BwSelection) others = select_others (tally, selection, states);
  gint64 first;
  gint64 end;

  if (!bw_plan_get_ids (tally, db, &first, &end, error))
    return FALSE;
  *cost = end - first > MAX_BITS ? G_MAXDOUBLE : MIN (cost_of (selection), cost_of (others));
  return TRUE;
}

/**
 * bw_id_set_read:
 * @self: (out caller-allocates): the set; cleared by bw_id_set_clear() even after an error
 * @tally: what was counted
 * @db: the connection that it was made with, in the same transaction
 * @selection: the kinds that the set is of
 * @states: the states that the ids asked about can have
 * @error: return location
 *
 * Reads the set, or what isn't in it where that is quicker. Ask bw_id_set_guess_cost() before.
 *
 * Returns: %FALSE on an error
 */
gboolean
bw_id_set_read (BwIdSet *self,
                const BwTally *tally,
                BwDb *db,
                const BwSelection *selection,
                BwJobStates states,
                GError **error)
{
  const BwScope *scope = bw_tally_get_scope (tally);
  g_autoptr (BwSelection) others = select_others (tally, selection, states);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  self->bits = NULL;
  self->of_others = cost_of (others) < cost_of (selection);
  if (!bw_plan_get_ids (tally, db, &self->first, &self->end, error)
      || !bw_plan_gather (tally, db, self->of_others ? others : selection, scope->first, scope->end,
                          ids, error))
    return FALSE;

  if (!self->of_others)
    narrow (self, ids);
  g_return_val_if_fail (self->end - self->first <= MAX_BITS, FALSE);
  self->bits = g_malloc0 ((gsize) (self->end - self->first) / 8 + 1);
  for (guint i = 0; i < ids->len; i++)
    {
      gint64 bit = g_array_index (ids, gint64, i) - self->first;

      self->bits[bit >> 3] |= (guint8) (1u << (bit & 7));
    }
  return TRUE;
}

/**
 * bw_id_set_clear:
 * @self: a set
 *
 * Frees what it holds.
 */
void
bw_id_set_clear (BwIdSet *self)
{
  g_clear_pointer (&self->bits, g_free);
}
