/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-summary.h"

G_BEGIN_DECLS

#define BW_TYPE_SUMMARY_STRIP (bw_summary_strip_get_type ())

/**
 * BwSummaryStrip:
 *
 * Four figures beside each other: how many jobs there are in all, and how many are active,
 * completed and failed.
 */
G_DECLARE_FINAL_TYPE (BwSummaryStrip, bw_summary_strip, BW, SUMMARY_STRIP, AdwBin)

GtkWidget *bw_summary_strip_new         (void);
void       bw_summary_strip_set_summary (BwSummaryStrip *self, const BwSummary *summary);

G_END_DECLS
