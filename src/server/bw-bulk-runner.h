/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-store.h"

G_BEGIN_DECLS

/** A thread that does the jobs which act on other jobs. */
typedef struct _BwBulkRunner BwBulkRunner;

BwBulkRunner *bw_bulk_runner_new        (BwStore *store);
void          bw_bulk_runner_free       (BwBulkRunner *self);
void          bw_bulk_runner_work_ready (BwBulkRunner *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwBulkRunner, bw_bulk_runner_free)

G_END_DECLS
