/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-live-view.h"

G_BEGIN_DECLS

#define BW_TYPE_INSIGHTS_VIEW (bw_insights_view_get_type ())

/**
 * BwInsightsView:
 *
 * How many jobs ended, how many of them failed and how long they took, over time, as charts.
 */
G_DECLARE_FINAL_TYPE (BwInsightsView, bw_insights_view, BW, INSIGHTS_VIEW, BwLiveView)

G_END_DECLS
