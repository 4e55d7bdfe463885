/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-chart-layout.h"

#include <math.h>

/* Between an axis and its labels, and from label to label, in pixels. */
#define GAP 8

/* From one line of the value axis to the next, at least, in lines of text. */
#define STEP_LINES 2.0f

/**
 * bw_chart_layout_init:
 * @self: (out): the layout
 * @data: what the chart shows
 * @width: the room there is, in pixels
 * @height: the same
 * @tick_width: of the widest label of the value axis
 * @label_width: of the widest label of the time axis
 * @line_height: of a line of text
 * @mirrored: whether time goes from right to left
 */
void
bw_chart_layout_init (BwChartLayout *self,
                      const BwChartData *data,
                      float width,
                      float height,
                      float tick_width,
                      float label_width,
                      float line_height,
                      gboolean mirrored)
{
  float plot_width = MAX (width - tick_width - GAP, 1);
  float plot_height = MAX (height - 1.5f * line_height - GAP / 2, 1);
  guint max_steps = (guint) MAX (plot_height / (STEP_LINES * line_height), 1);
  guint max_labels = (guint) MAX (plot_width / (label_width + 3 * GAP), 1);

  self->mirrored = mirrored;
  self->plot = GRAPHENE_RECT_INIT (mirrored ? 0 : tick_width + GAP, line_height / 2, plot_width,
                                   plot_height);
  self->scale = bw_chart_scale_get (data->unit, bw_chart_data_get_max (data), max_steps);
  self->stride = bw_chart_label_stride (data->grain, data->n, max_labels);
  self->slot = plot_width / MAX (data->n, 1);
}

/**
 * bw_chart_layout_get_x:
 * @self: a layout
 * @span: a place on the time axis: 0 is where the first span begins, 0.5 its middle
 *
 * Returns: where that is
 */
float
bw_chart_layout_get_x (const BwChartLayout *self, double span)
{
  double x = span * self->slot;

  return self->plot.origin.x + (float) (self->mirrored ? self->plot.size.width - x : x);
}

/**
 * bw_chart_layout_get_y:
 * @self: a layout
 * @value: a value
 *
 * Returns: how high it stands
 */
float
bw_chart_layout_get_y (const BwChartLayout *self, double value)
{
  double share = value / bw_chart_scale_top (&self->scale);

  return self->plot.origin.y + self->plot.size.height * (float) (1 - CLAMP (share, 0, 1));
}

/**
 * bw_chart_layout_find:
 * @self: a layout
 * @n: how many spans there are
 * @x: a place
 *
 * Returns: the span at @x; -1 beside the plot
 */
int
bw_chart_layout_find (const BwChartLayout *self, guint n, double x)
{
  double offset = x - self->plot.origin.x;

  if (self->mirrored)
    offset = self->plot.size.width - offset;
  if (n == 0 || offset < 0 || offset >= self->plot.size.width)
    return -1;

  return (int) MIN (floor (offset / self->slot), n - 1);
}
