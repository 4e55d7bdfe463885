/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-tally.h"

G_BEGIN_DECLS

/**
 * BwIdSet:
 *
 * Which jobs of a scope are of some kinds, as a bit for each id: read once from the index of kinds, it
 * tells for any number of ids without a look at their rows.
 */
typedef struct
{
  guint8 *bits;
  gint64 first;             /* all that are in the set: first <= id < end */
  gint64 end;
  gboolean of_others;       /* the bits are those that are not in the set: there are fewer */
} BwIdSet;

/* Microseconds to ask one range of the index of kinds, and to read one id of it: measured. */
#define BW_ID_SET_COST_RANGE 10.0
#define BW_ID_SET_COST_ID 0.2

gboolean bw_id_set_guess_cost (const BwTally *tally, BwDb *db, const BwSelection *selection, BwJobStates states, double *cost, GError **error);
gboolean bw_id_set_read       (BwIdSet *self, const BwTally *tally, BwDb *db, const BwSelection *selection, BwJobStates states, GError **error);
void     bw_id_set_clear      (BwIdSet *self);

static inline gboolean
bw_id_set_has (const BwIdSet *self, gint64 id)
{
  gint64 bit = id - self->first;

  if (id < self->first || id >= self->end)
    return FALSE;
  return ((self->bits[bit >> 3] >> (bit & 7)) & 1) != (self->of_others ? 1 : 0);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BwIdSet, bw_id_set_clear)

G_END_DECLS
