/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-business-views.h"
#include "bw-chart-data.h"

G_BEGIN_DECLS

/*
 * Insights as charts: of all jobs together, by how they ended; or by type or user, the largest
 * apart and the others as one.
 */
BwChartData *bw_insights_chart_jobs     (const BwInsights *insights, BwInsightsBy by, BwChartGrain grain);
BwChartData *bw_insights_chart_failures (const BwInsights *insights, BwInsightsBy by, BwChartGrain grain);
BwChartData *bw_insights_chart_duration (const BwInsights *insights, BwInsightsBy by, BwChartGrain grain);

void         bw_insights_figures_add    (BwInsightsFigures *self, const BwInsightsFigures *other);
void         bw_insights_figures_init   (BwInsightsFigures *self);
double       bw_insights_failure_rate   (const BwInsightsFigures *figures);

G_END_DECLS
