/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-job-kind.h"
#include "bw-reporter.h"
#include "bw-worker-config.h"

G_BEGIN_DECLS

#define BW_TYPE_WORK (bw_work_get_type ())
G_DECLARE_FINAL_TYPE (BwWork, bw_work, BW, WORK, GObject)

/* One claimed job, from its claim to its end. */
BwWork    *bw_work_new     (const BwWorkerConfig *config, BwConnection *connection, BwReporter *reporter,
                            BwJobKind *kind, BwClaim *claim);
DexFuture *bw_work_run     (BwWork *self);
void       bw_work_release (BwWork *self);
BwJobKind *bw_work_get_kind (BwWork *self);

G_END_DECLS
