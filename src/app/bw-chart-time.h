/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "bw-time.h"

G_BEGIN_DECLS

/** How long the spans of a chart are. */
typedef enum
{
  BW_CHART_HOURS,
  BW_CHART_DAYS,
  BW_CHART_WEEKS,
  BW_CHART_MONTHS,
} BwChartGrain;

GArray  *bw_chart_edges_until   (BwChartGrain grain, guint n, const GDate *last, GDateWeekday week_start,
                                 GTimeZone *zone);
guint    bw_chart_label_stride  (BwChartGrain grain, guint n, guint max_labels);
gboolean bw_chart_is_labelled   (BwChartGrain grain, const BwTime *edges, guint n, guint i, guint stride,
                                 GTimeZone *zone);
char    *bw_chart_format_label  (BwChartGrain grain, BwTime start, GTimeZone *zone);
char    *bw_chart_format_span   (BwChartGrain grain, BwTime start, BwTime end, GTimeZone *zone);
char    *bw_chart_format_days   (BwTime start, BwTime end, GTimeZone *zone);

G_END_DECLS
