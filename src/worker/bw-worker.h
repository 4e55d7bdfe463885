/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-worker-config.h"

#include <libdex.h>

G_BEGIN_DECLS

#define BW_TYPE_WORKER (bw_worker_get_type ())
G_DECLARE_FINAL_TYPE (BwWorker, bw_worker, BW, WORKER, GObject)

BwWorker  *bw_worker_new  (const BwWorkerConfig *config, GError **error);
DexFuture *bw_worker_run  (BwWorker *self);
void       bw_worker_stop (BwWorker *self);

G_END_DECLS
