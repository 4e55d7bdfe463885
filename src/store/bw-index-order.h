/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-order.h"

G_BEGIN_DECLS

/** A slice of the jobs of some kinds in the order of an index other than the primary key. */
typedef struct
{
  BwWithin within;
  gboolean descending;
  const BwCursor *after;    /* NULL: from the beginning, or: */
  gint64 offset;
  gint64 limit;
} BwIndexSlice;

gboolean bw_index_slice (const BwTally *tally, BwDb *db, const BwSelection *selection, const BwIndexSlice *slice, GArray *ids, GError **error);

G_END_DECLS
