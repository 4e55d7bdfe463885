/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-bulk.h"
#include "bw-business.h"

G_BEGIN_DECLS

/*
 * Acting on many jobs at once, on single items, and running a job again with changes. Each returns a
 * future of the type named; all reject with an error that says what was tried.
 */

/** An action on many jobs that the server has taken on: a job of its own. Immutable, boxed. */
typedef struct
{
  gint64 job;               /* the job that does it: follow it, cancel it, open it like any other */
  gint64 total;             /* how many jobs it acts upon */
  gboolean total_is_exact;
} BwBulkStarted;

#define BW_TYPE_BULK_STARTED (bw_bulk_started_get_type ())

GType          bw_bulk_started_get_type (void);
BwBulkStarted *bw_bulk_started_copy     (const BwBulkStarted *self);
void           bw_bulk_started_free     (BwBulkStarted *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwBulkStarted, bw_bulk_started_free)

/** What a copy of a job has otherwise. BW_JOB_COPY_INIT: nothing. */
typedef struct
{
  const char *name;         /* NULL: the same */
  const char *parameters;   /* JSON text of an object; NULL: the same */
  gboolean set_priority;
  int priority;
  BwTime run_at;            /* not before; BW_TIME_NONE: at once */
  gboolean only_failed;     /* only the items that failed or were cancelled; else all of them */
} BwJobCopy;

#define BW_JOB_COPY_INIT { .run_at = BW_TIME_NONE }

DexFuture *bw_business_act_on_ids    (BwBusiness *self, BwBulkAction action, const gint64 *ids,
                                      gsize n_ids);                                /* BwBulkStarted */
DexFuture *bw_business_act_on_filter (BwBusiness *self, BwBulkAction action,
                                      const BwFilter *filter);                     /* BwBulkStarted */
DexFuture *bw_business_retry_items   (BwBusiness *self, gint64 job, const gint64 *items,
                                      gsize n_items);                              /* BwJob */
DexFuture *bw_business_copy_job      (BwBusiness *self, gint64 job,
                                      const BwJobCopy *copy);                      /* gint64: the new job */

G_END_DECLS
