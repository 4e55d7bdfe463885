/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-time.h"

G_BEGIN_DECLS

#define BW_TYPE_START_ROW (bw_start_row_get_type ())

/**
 * BwStartRow:
 *
 * When a job is to start: as soon as possible, or not before a day and time.
 *
 * Signals:
 *   changed ()
 */
G_DECLARE_FINAL_TYPE (BwStartRow, bw_start_row, BW, START_ROW, AdwExpanderRow)

void     bw_start_row_set_time (BwStartRow *self, BwTime time);
gboolean bw_start_row_get_time (BwStartRow *self, BwTime *time);

G_END_DECLS
