/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "bw-business.h"
#include "bw-paged-list.h"

G_BEGIN_DECLS

/*
 * A row of a BwJobList. Properties:
 *   job          BwJob (boxed)       NULL until it is loaded; notifies when it is and at each change
 */
#define BW_TYPE_JOB_ENTRY (bw_job_entry_get_type ())
G_DECLARE_FINAL_TYPE (BwJobEntry, bw_job_entry, BW, JOB_ENTRY, BwPagedEntry)

BwJob *bw_job_entry_get_job (BwJobEntry *self);

/*
 * A GListModel of BwJobEntry: all jobs of a business that match a filter, in its order, loaded by
 * pages as rows are looked at, and live.
 * Properties (all notify):
 *   business      BwBusiness         construct only
 *   filter        BwFilter (boxed)
 *   summary       BwSummary (boxed)  read only: the same filter without its states; NULL at first
 *   total-is-exact gboolean          read only: FALSE: n-items stopped at a bound
 *   is-live       gboolean           read only: events arrive as they happen
 *   loading, loaded, error, stale    see BwPagedList
 */
#define BW_TYPE_JOB_LIST (bw_job_list_get_type ())
G_DECLARE_FINAL_TYPE (BwJobList, bw_job_list, BW, JOB_LIST, BwPagedList)

BwJobList       *bw_job_list_new         (BwBusiness *business, const BwFilter *filter);
BwBusiness      *bw_job_list_get_business (BwJobList *self);
const BwFilter  *bw_job_list_get_filter  (BwJobList *self);
void             bw_job_list_set_filter  (BwJobList *self, const BwFilter *filter);
void             bw_job_list_refresh     (BwJobList *self);
const BwSummary *bw_job_list_get_summary (BwJobList *self);
gboolean         bw_job_list_get_is_live (BwJobList *self);
void             bw_job_list_set_following (BwJobList *self, gboolean following);
void             bw_job_list_seed        (BwJobList *self, GPtrArray *jobs, const BwSummary *summary);
gboolean         bw_job_list_find        (BwJobList *self, gint64 job, guint *position);

G_END_DECLS
