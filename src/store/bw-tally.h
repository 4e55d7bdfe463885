/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-cube.h"
#include "bw-scope.h"

G_BEGIN_DECLS

/**
 * BwTally:
 *
 * How many jobs of each kind there are within a scope's time, from the counters. It is both the
 * answer to "how many match" and what plans are made from: which kinds a filter leaves, how many jobs
 * each has, and where in time they lie.
 */
typedef struct _BwTally BwTally;

/** Some of the kinds that match: all of them, or one group of a sorted list. */
typedef struct
{
  GArray *kinds;            /* of guint: numbers of kinds, those with the most jobs first */
  guint8 *has;              /* by number of kind */
  gint64 total;             /* jobs of these kinds within the scope's time */
} BwSelection;

BwTally *bw_tally_new          (BwDb *db, BwCube *cube, const BwScope *scope, gint64 bound, GError **error);
void     bw_tally_free         (BwTally *self);
gint64   bw_tally_get_total    (const BwTally *self);
gint64   bw_tally_get_all      (const BwTally *self);
gboolean bw_tally_is_exact     (const BwTally *self);
gint64   bw_tally_count        (const BwTally *self, guint kind);
gint64   bw_tally_count_everything (const BwTally *self, BwJobStates states);
guint    bw_tally_get_n_kinds  (const BwTally *self);
const BwCounterKey *bw_tally_get_key (const BwTally *self, guint kind);
int      bw_tally_find         (const BwTally *self, const BwCounterKey *key);
const BwScope      *bw_tally_get_scope (const BwTally *self);
const BwSelection  *bw_tally_get_selection (const BwTally *self);
gboolean bw_tally_locate       (const BwTally *self, BwDb *db, const BwSelection *selection, gboolean descending, gint64 *offset, gint64 *first, gint64 *end, GError **error);
double   bw_tally_guess_scan   (const BwTally *self, const BwSelection *selection, gboolean descending, BwTime from, gint64 needed);

BwSelection *bw_selection_new  (const BwTally *tally);
void         bw_selection_free (BwSelection *self);
void         bw_selection_add  (BwSelection *self, const BwTally *tally, guint kind);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwTally, bw_tally_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwSelection, bw_selection_free)

G_END_DECLS
