/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-quick-job.h"

G_BEGIN_DECLS

/** How many rows the quick tool has at most. */
#define BW_QUICK_JOBS_MAX 10

#define BW_TYPE_QUICK_JOBS (bw_quick_jobs_get_type ())

/**
 * BwQuickJobs:
 *
 * What the quick tool lists: a GListModel of BwQuickJob, of several businesses together: what runs,
 * then what was done last. Live while it exists. Property (read only, notifies):
 *   loaded       gboolean            every business was heard of
 */
G_DECLARE_FINAL_TYPE (BwQuickJobs, bw_quick_jobs, BW, QUICK_JOBS, GObject)

BwQuickJobs *bw_quick_jobs_new        (GPtrArray *businesses);
GListModel  *bw_quick_jobs_get_model  (BwQuickJobs *self);
gboolean     bw_quick_jobs_get_loaded (BwQuickJobs *self);

G_END_DECLS
