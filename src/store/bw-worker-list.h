/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-db.h"
#include "bw-worker-info.h"

G_BEGIN_DECLS

GPtrArray *bw_worker_list_read      (BwDb *db, gint64 business, GError **error); /* of BwWorkerInfo */
gboolean   bw_worker_list_is_silent (const BwWorkerInfo *worker, BwTime now);

G_END_DECLS
