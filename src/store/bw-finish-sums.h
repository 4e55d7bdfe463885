/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-finish-cube.h"
#include "bw-histogram.h"
#include "bw-insights.h"
#include "bw-store.h"
#include "bw-visibility.h"

G_BEGIN_DECLS

/** Figures on the way to averages. */
typedef struct
{
  gint64 in_state[BW_N_JOB_STATES];
  gint64 items;             /* these without cancelled jobs */
  gint64 items_failed;
  gint64 run;
  gint64 wait;
  BwHistogram runs;
} BwFinishSums;

void     bw_finish_sums_add         (BwFinishSums *self, const BwFinishCell *cell);
void     bw_finish_sums_add_sums    (BwFinishSums *self, const BwFinishSums *other);
gint64   bw_finish_sums_count       (const BwFinishSums *self);
void     bw_finish_sums_get_figures (const BwFinishSums *self, BwInsightsFigures *figures);

/* bw_viewer_may_see() of a million cells. */
static inline gboolean
bw_finish_cell_is_seen (const BwFinishCell *cell, const BwVisibility *visibility)
{
  return visibility->everything == 1 || cell->owner == visibility->own
         || cell->automated == visibility->automation;
}

G_END_DECLS
