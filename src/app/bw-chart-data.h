/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "bw-chart-scale.h"
#include "bw-chart-time.h"

G_BEGIN_DECLS

typedef enum
{
  BW_CHART_BARS,            /* one on top of the other */
  BW_CHART_LINES,           /* beside each other; not a number: a gap */
} BwChartKind;

/** One of the things that a chart compares. */
typedef struct
{
  char *name;
  const char *style;        /* a CSS class that gives its colour; not copied */
  double *values;           /* one a span */
  double total;             /* of all spans; not a number if that says nothing */
} BwChartSeries;

/**
 * BwChartData:
 *
 * What a chart shows, apart from how it is drawn. Counted by reference; immutable once it is shown.
 */
typedef struct
{
  BwChartKind kind;
  BwChartUnit unit;
  BwChartGrain grain;
  guint n;                  /* spans */
  BwTime *edges;            /* n + 1 */
  GTimeZone *zone;
  GPtrArray *series;        /* of BwChartSeries; of bars the first is at the bottom */
} BwChartData;

#define BW_TYPE_CHART_DATA (bw_chart_data_get_type ())

GType        bw_chart_data_get_type    (void);
BwChartData *bw_chart_data_new         (BwChartKind kind, BwChartUnit unit, BwChartGrain grain,
                                        const BwTime *edges, guint n);
BwChartData *bw_chart_data_ref         (BwChartData *self);
void         bw_chart_data_unref       (BwChartData *self);
BwChartSeries *bw_chart_data_add       (BwChartData *self, const char *name, const char *style);
double       bw_chart_data_get_max     (const BwChartData *self);
gboolean     bw_chart_data_is_empty    (const BwChartData *self);
char        *bw_chart_data_describe    (const BwChartData *self);
char        *bw_chart_data_describe_span (const BwChartData *self, guint i);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwChartData, bw_chart_data_unref)

G_END_DECLS
