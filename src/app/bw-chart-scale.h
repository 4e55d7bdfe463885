/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** What the values of a chart are. */
typedef enum
{
  BW_CHART_COUNT,           /* whole numbers */
  BW_CHART_PERCENT,         /* 0 to 100 */
  BW_CHART_DURATION,        /* milliseconds */
} BwChartUnit;

/** An axis from 0 in round steps. */
typedef struct
{
  double step;
  guint n_steps;            /* at least 1 */
} BwChartScale;

BwChartScale bw_chart_scale_get    (BwChartUnit unit, double max, guint max_steps);
double       bw_chart_scale_top    (const BwChartScale *self);
char        *bw_chart_format_value (BwChartUnit unit, double value);
char        *bw_chart_format_tick  (BwChartUnit unit, double value);

G_END_DECLS
