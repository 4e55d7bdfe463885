/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-audit.h"
#include "bw-batch.h"
#include "bw-insights.h"
#include "bw-queue-info.h"
#include "bw-store.h"
#include "bw-worker-info.h"

G_BEGIN_DECLS

/* What is shown beside the lists. Like everything else it takes a viewer, and what that viewer may
 * not see is in none of the figures. */

/* bw-store-queues.c */
GPtrArray   *bw_store_list_queues  (BwStore *self, const BwViewer *viewer, gint64 *revision, GError **error); /* of BwQueueInfo */
BwQueueInfo *bw_store_get_queue    (BwStore *self, const BwViewer *viewer, const char *type, GError **error);

/* bw-store-batches.c, bw-store-workers.c */
GPtrArray   *bw_store_list_batches (BwStore *self, const BwViewer *viewer, guint limit, GError **error); /* of BwBatch */
GPtrArray   *bw_store_list_workers (BwStore *self, const BwViewer *viewer, GError **error); /* of BwWorkerInfo */

/* bw-store-insights.c */
BwInsights  *bw_store_get_insights (BwStore *self, const BwViewer *viewer, const BwInsightsQuery *query, GError **error);

/* bw-store-audit.c */
BwAuditPage *bw_store_list_audit   (BwStore *self, const BwViewer *viewer, const BwAuditFilter *filter, guint limit, const char *after, GError **error);
GPtrArray   *bw_store_list_audit_actions (BwStore *self, const BwViewer *viewer, GError **error); /* of char * */

G_END_DECLS
