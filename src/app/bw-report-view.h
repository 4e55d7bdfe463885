/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-live-view.h"

G_BEGIN_DECLS

#define BW_TYPE_REPORT_VIEW (bw_report_view_get_type ())

/**
 * BwReportView:
 *
 * What became of the jobs of a period, by type or by user, with totals; to be printed, or exported
 * as a table.
 */
G_DECLARE_FINAL_TYPE (BwReportView, bw_report_view, BW, REPORT_VIEW, BwLiveView)

G_END_DECLS
