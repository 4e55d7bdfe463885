/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-job-list.h"

G_BEGIN_DECLS

#define BW_TYPE_JOBS_VIEW (bw_jobs_view_get_type ())

/**
 * BwJobsView:
 *
 * The overview of a business's jobs: figures, filters and the list.
 *
 * Properties:
 *   business      BwBusiness         whose jobs are shown; NULL for none
 *   layout        BwJobLayout        how much room there is; set by the window's breakpoints
 */
G_DECLARE_FINAL_TYPE (BwJobsView, bw_jobs_view, BW, JOBS_VIEW, AdwBin)

void          bw_jobs_view_set_business (BwJobsView *self, BwBusiness *business);
BwBusiness   *bw_jobs_view_get_business (BwJobsView *self);
BwJobList    *bw_jobs_view_get_list     (BwJobsView *self);
GActionGroup *bw_jobs_view_get_actions  (BwJobsView *self);
gboolean      bw_jobs_view_is_filled    (BwJobsView *self);
void          bw_jobs_view_refresh      (BwJobsView *self);
void          bw_jobs_view_focus_search (BwJobsView *self);

G_END_DECLS
