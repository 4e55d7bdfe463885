/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-cursor.h"
#include "bw-tally.h"

G_BEGIN_DECLS

/*
 * Jobs that the counters can't find: by relation, by words, or by a condition that isn't a matter of
 * kind. Their ids come in order from an index of their own, and are gone through.
 */

/** One job found: its place in the list's order, and its state. */
typedef struct
{
  BwCursor place;
  BwCounterKey key;
} BwListed;

typedef struct
{
  gint64 first;             /* first <= id < end */
  gint64 end;
  gboolean descending;
  gint64 offset;            /* how many to pass over */
  gint64 limit;
  gint64 enough;            /* with so many found, it may end where it takes long */
  gboolean with_rows;       /* whether keys, numbers and texts are needed; ids alone may be cheaper */
  BwSortKey sort;           /* which key goes into the place */
} BwListingSlice;

GArray *bw_listing_gather (BwDb *db, const BwTally *tally, const BwListingSlice *slice, gboolean *is_complete, GError **error);

G_END_DECLS
