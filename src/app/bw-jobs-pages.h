/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-job-table.h"

G_BEGIN_DECLS

#define BW_TYPE_JOBS_PAGES (bw_jobs_pages_get_type ())

/**
 * BwJobsPages:
 *
 * The list of jobs, or what is there instead: that it is being loaded, that there is nothing to
 * show, or what went wrong.
 */
G_DECLARE_FINAL_TYPE (BwJobsPages, bw_jobs_pages, BW, JOBS_PAGES, AdwBin)

BwJobTable *bw_jobs_pages_get_table  (BwJobsPages *self);
void        bw_jobs_pages_set_filter (BwJobsPages *self, BwListFilter *filter);
void        bw_jobs_pages_set_list   (BwJobsPages *self, BwJobList *list);

G_END_DECLS
