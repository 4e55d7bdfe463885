/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-job-list.h"
#include "bw-paged-list-private.h"

G_BEGIN_DECLS

struct _BwJobList
{
  BwPagedList parent_instance;

  BwFilter *filter;
  gint64 newest; /* the largest id heard of */

  BwSummary *summary;
  DexCancellable *summary_request;
  gboolean summary_outdated;
  guint summary_source;
  gint64 summary_at;
};

/* bw-job-list-summary.c */
void bw_job_list_ask_for_summary (BwJobList *self);
void bw_job_list_cancel_summary  (BwJobList *self);

G_END_DECLS
