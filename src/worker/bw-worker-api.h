/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-connection.h"
#include "bw-job-kind.h"
#include "bw-report.h"

G_BEGIN_DECLS

/* What a worker asks of a server. All of them are to be called in a fiber, and wait there. */

GPtrArray *bw_worker_api_await_claims  (BwConnection *connection, const BwClaimRequest *request, GError **error);
GPtrArray *bw_worker_api_await_results (BwConnection *connection, GPtrArray *reports, GError **error);
gboolean   bw_worker_api_await_type    (BwConnection *connection, const char *business, const BwJobKind *kind, GError **error);
gboolean   bw_worker_api_await_upload  (BwConnection *connection, gint64 claim, const char *path, GError **error);

G_END_DECLS
