/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "bw-chart-data.h"

G_BEGIN_DECLS

/**
 * BwChartLayout:
 *
 * Where the parts of a chart stand in a given room, in pixels.
 */
typedef struct
{
  graphene_rect_t plot;     /* inside the axes */
  BwChartScale scale;
  guint stride;             /* of how many spans one has a label */
  double slot;              /* the width of a span */
  gboolean mirrored;        /* time goes from right to left */
} BwChartLayout;

void   bw_chart_layout_init    (BwChartLayout *self, const BwChartData *data, float width, float height,
                                float tick_width, float label_width, float line_height, gboolean mirrored);
float  bw_chart_layout_get_x   (const BwChartLayout *self, double span);
float  bw_chart_layout_get_y   (const BwChartLayout *self, double value);
int    bw_chart_layout_find    (const BwChartLayout *self, guint n, double x);

G_END_DECLS
