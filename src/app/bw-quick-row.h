/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-quick-job.h"

G_BEGIN_DECLS

#define BW_TYPE_QUICK_ROW (bw_quick_row_get_type ())

/**
 * BwQuickRow:
 *
 * A job in the quick tool, with what can be done to it. Signal:
 *   act (char *)     one of bw_job_action_names was chosen
 */
G_DECLARE_FINAL_TYPE (BwQuickRow, bw_quick_row, BW, QUICK_ROW, GtkListBoxRow)

GtkWidget  *bw_quick_row_new     (BwQuickJob *job, gboolean names_business);
BwQuickJob *bw_quick_row_get_job (BwQuickRow *self);

G_END_DECLS
