/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-json-reader.h"
#include "bw-json-writer.h"
#include "bw-state.h"

G_BEGIN_DECLS

/** How many jobs match a filter, in all and by state. */
typedef struct
{
  gint64 in_state[BW_N_JOB_STATES];
  gboolean is_exact;        /* FALSE: each count stopped at a bound, "10,000+" */
} BwSummary;

gint64   bw_summary_total  (const BwSummary *self);
gint64   bw_summary_count  (const BwSummary *self, BwJobStates states);
void     bw_summary_write  (const BwSummary *self, BwJsonWriter *writer);
gboolean bw_summary_read   (BwSummary *self, BwJsonReader *reader);

G_END_DECLS
