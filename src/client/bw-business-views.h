/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-audit.h"
#include "bw-batch.h"
#include "bw-business.h"
#include "bw-insights.h"
#include "bw-queue-info.h"
#include "bw-worker-info.h"

G_BEGIN_DECLS

/*
 * The views over a business's jobs: queues, batches, workers, insights and the audit log. Each
 * returns a future of the type named, whose elements are counted by reference; all reject with an
 * error that says what was tried.
 */
DexFuture *bw_business_list_queues  (BwBusiness *self);                     /* GPtrArray of BwQueueInfo */
DexFuture *bw_business_get_queue    (BwBusiness *self, const char *type);   /* BwQueueInfo */
DexFuture *bw_business_list_batches (BwBusiness *self, guint limit);        /* GPtrArray of BwBatch */
DexFuture *bw_business_list_workers (BwBusiness *self);                     /* GPtrArray of BwWorkerInfo */
DexFuture *bw_business_get_insights (BwBusiness *self, const BwInsightsQuery *query); /* BwInsights */
DexFuture *bw_business_list_audit   (BwBusiness *self, const BwAuditFilter *filter,
                                     guint limit, const char *after);       /* BwAuditPage */
DexFuture *bw_business_list_audit_actions (BwBusiness *self);               /* GStrv: those recorded so far */

G_END_DECLS
