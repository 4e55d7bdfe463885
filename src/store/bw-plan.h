/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-tally.h"

G_BEGIN_DECLS

/** A slice of the jobs of some kinds in the order of their ids, that is of creation. */
typedef struct
{
  gint64 first;             /* first <= id < end */
  gint64 end;
  gboolean descending;
  gint64 offset;
  gint64 limit;
} BwSlice;

gboolean bw_plan_slice  (const BwTally *tally, BwDb *db, const BwSelection *selection, const BwSlice *slice, GArray *ids, GError **error);
gboolean bw_plan_gather (const BwTally *tally, BwDb *db, const BwSelection *selection, gint64 first, gint64 end, GArray *ids, GError **error);
gboolean bw_plan_get_ids (const BwTally *tally, BwDb *db, gint64 *first, gint64 *end, GError **error);

G_END_DECLS
