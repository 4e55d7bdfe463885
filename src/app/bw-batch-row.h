/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-job.h"
#include "bw-live-rows.h"

G_BEGIN_DECLS

#define BW_TYPE_BATCH_ROW (bw_batch_row_get_type ())

/**
 * BwBatchRow:
 *
 * A batch: its name and state, how far it is, how fast it goes and when it will be done.
 */
G_DECLARE_FINAL_TYPE (BwBatchRow, bw_batch_row, BW, BATCH_ROW, GtkListBoxRow)

GtkWidget *bw_batch_row_new     (BwLiveRow *row);
BwJob     *bw_batch_row_get_job (BwBatchRow *self);

G_END_DECLS
