/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "bw-chart-data.h"

G_BEGIN_DECLS

#define BW_TYPE_CHART (bw_chart_get_type ())

/**
 * BwChart:
 *
 * Bars or lines over time. The pointer and the arrow keys move a cursor from span to span; its
 * values are said to a screen reader.
 *
 * Properties:
 *   data          BwChartData (boxed)   what it shows
 *   cursor        int                   the span looked at; -1 for none
 */
G_DECLARE_FINAL_TYPE (BwChart, bw_chart, BW, CHART, GtkWidget)

GtkWidget   *bw_chart_new        (void);
void         bw_chart_set_data   (BwChart *self, BwChartData *data);
BwChartData *bw_chart_get_data   (BwChart *self);
int          bw_chart_get_cursor (BwChart *self);
void         bw_chart_set_height (BwChart *self, int height);

G_END_DECLS
