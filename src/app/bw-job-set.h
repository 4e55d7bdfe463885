/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-job-list.h"
#include "bw-row-selection.h"

G_BEGIN_DECLS

/**
 * BwJobSet:
 *
 * The jobs that an action is for: those named, or all that match a filter; and how many of them are
 * in each state, as far as that is known.
 */
typedef struct
{
  BwBusiness *business;
  GArray *ids;        /* of gint64; NULL: all that match */
  BwFilter *filter;   /* of the list that they were chosen from */
  BwSummary summary;
} BwJobSet;

BwJobSet  *bw_job_set_new   (BwRowSelection *selection);
void       bw_job_set_free  (BwJobSet *self);
DexFuture *bw_job_set_count_again (BwJobSet *self); /* TRUE */
gint64     bw_job_set_count (const BwJobSet *self, BwJobStates states);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwJobSet, bw_job_set_free)

G_END_DECLS
