/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-insights-charts.h"

#include <glib/gi18n.h>
#include <math.h>

/* Types or users that are told apart; more can't be, by their colours. */
#define MAX_APART 5

/* What a value of a chart is made of. */
typedef double (*FigureFunc) (const BwInsightsFigures *figures);

static double
get_done (const BwInsightsFigures *figures)
{
  return (double) (figures->finished - figures->failed - figures->skipped);
}

static double
get_failed (const BwInsightsFigures *figures)
{
  return (double) figures->failed;
}

static double
get_skipped (const BwInsightsFigures *figures)
{
  return (double) figures->skipped;
}

static double
get_cancelled (const BwInsightsFigures *figures)
{
  return (double) figures->cancelled;
}

static double
get_finished (const BwInsightsFigures *figures)
{
  return (double) figures->finished;
}

static double
get_run (const BwInsightsFigures *figures)
{
  return figures->run_ms < 0 ? NAN : (double) figures->run_ms;
}

static double
get_run_p95 (const BwInsightsFigures *figures)
{
  return figures->run_ms_p95 < 0 ? NAN : (double) figures->run_ms_p95;
}

/**
 * bw_insights_failure_rate:
 * @figures: figures
 *
 * Returns: how many of 100 finished jobs failed; not a number if none finished
 */
double
bw_insights_failure_rate (const BwInsightsFigures *figures)
{
  return figures->finished > 0 ? 100.0 * (double) figures->failed / (double) figures->finished
                               : NAN;
}

/**
 * bw_insights_figures_init:
 * @self: (out): the figures of no job at all
 */
void
bw_insights_figures_init (BwInsightsFigures *self)
{
  *self = (BwInsightsFigures) { .run_ms = BW_NO_FIGURE,
                                .run_ms_p95 = BW_NO_FIGURE,
                                .wait_ms = BW_NO_FIGURE };
}

static gint64
merge_average (gint64 a, gint64 n_a, gint64 b, gint64 n_b)
{
  if (a < 0 || n_a == 0)
    return b;
  if (b < 0 || n_b == 0)
    return a;

  return (gint64) (((double) a * (double) n_a + (double) b * (double) n_b) / (double) (n_a + n_b));
}

/**
 * bw_insights_figures_add:
 * @self: figures
 * @other: figures of other jobs
 *
 * Makes @self the figures of both. Averages are weighted by the number of jobs; a 95th percentile
 * does not follow from those of the parts, so there is none afterwards.
 */
void
bw_insights_figures_add (BwInsightsFigures *self, const BwInsightsFigures *other)
{
  self->run_ms = merge_average (self->run_ms, self->finished, other->run_ms, other->finished);
  self->wait_ms = merge_average (self->wait_ms, self->finished, other->wait_ms, other->finished);
  self->run_ms_p95 = BW_NO_FIGURE;
  self->finished += other->finished;
  self->failed += other->failed;
  self->skipped += other->skipped;
  self->cancelled += other->cancelled;
  self->items += other->items;
  self->items_failed += other->items_failed;
}

static void
add_series (BwChartData *data,
            const char *name,
            const char *style,
            const BwInsightsFigures *spans,
            const BwInsightsFigures *total,
            FigureFunc get)
{
  BwChartSeries *series = bw_chart_data_add (data, name, style);

  for (guint i = 0; i < data->n; i++)
    series->values[i] = get (&spans[i]);
  series->total = get (total);
}

static void
add_others (BwChartData *data, const BwInsights *insights, FigureFunc get)
{
  g_autofree BwInsightsFigures *spans = g_new0 (BwInsightsFigures, data->n);
  BwInsightsFigures total;

  bw_insights_figures_init (&total);
  for (guint i = 0; i < data->n; i++)
    bw_insights_figures_init (&spans[i]);
  for (guint r = MAX_APART; r < insights->rows->len; r++)
    {
      const BwInsightsRow *row = g_ptr_array_index (insights->rows, r);

      bw_insights_figures_add (&total, &row->total);
      for (guint i = 0; i < data->n; i++)
        bw_insights_figures_add (&spans[i], &row->spans[i]);
    }

  /* Translators: all types of jobs that are not shown by name */
  add_series (data, _ ("Others"), "others", spans, &total, get);
}

static void
add_rows (BwChartData *data, const BwInsights *insights, FigureFunc get)
{
  guint apart = insights->rows->len > MAX_APART + 1 ? MAX_APART : insights->rows->len;

  for (guint r = 0; r < apart; r++)
    {
      const BwInsightsRow *row = g_ptr_array_index (insights->rows, r);

      add_series (data, row->label, NULL, row->spans, &row->total, get);
    }
  if (apart < insights->rows->len)
    add_others (data, insights, get);
}

static BwChartData *
new_data (const BwInsights *insights, BwChartKind kind, BwChartUnit unit, BwChartGrain grain)
{
  return bw_chart_data_new (kind, unit, grain, insights->edges, (guint) insights->n_edges - 1);
}

static const BwInsightsRow *
get_everything (const BwInsights *insights)
{
  return insights->rows->len > 0 ? g_ptr_array_index (insights->rows, 0) : NULL;
}

/**
 * bw_insights_chart_jobs:
 * @insights: figures
 * @by: what they were asked by
 * @grain: how long their spans are
 *
 * Returns: (transfer full): how many jobs ended
 */
BwChartData *
bw_insights_chart_jobs (const BwInsights *insights, BwInsightsBy by, BwChartGrain grain)
{
  BwChartData *data = new_data (insights, BW_CHART_BARS, BW_CHART_COUNT, grain);
  const BwInsightsRow *all = get_everything (insights);

  if (by != BW_INSIGHTS_BY_NOTHING)
    {
      add_rows (data, insights, get_finished);
      return data;
    }
  if (all == NULL)
    return data;

  add_series (data, _ ("Success"), "success", all->spans, &all->total, get_done);
  add_series (data, _ ("Skipped"), "skipped", all->spans, &all->total, get_skipped);
  add_series (data, _ ("Failed"), "failed", all->spans, &all->total, get_failed);
  add_series (data, _ ("Cancelled"), "cancelled", all->spans, &all->total, get_cancelled);

  return data;
}

/**
 * bw_insights_chart_failures:
 * @insights: figures
 * @by: what they were asked by
 * @grain: how long their spans are
 *
 * Returns: (transfer full): how many of 100 finished jobs failed
 */
BwChartData *
bw_insights_chart_failures (const BwInsights *insights, BwInsightsBy by, BwChartGrain grain)
{
  BwChartData *data = new_data (insights, BW_CHART_LINES, BW_CHART_PERCENT, grain);
  const BwInsightsRow *all = get_everything (insights);

  if (by != BW_INSIGHTS_BY_NOTHING)
    add_rows (data, insights, bw_insights_failure_rate);
  else if (all != NULL)
    add_series (data, _ ("Failed"), "failed", all->spans, &all->total, bw_insights_failure_rate);

  return data;
}

/**
 * bw_insights_chart_duration:
 * @insights: figures
 * @by: what they were asked by
 * @grain: how long their spans are
 *
 * Returns: (transfer full): how long a job ran
 */
BwChartData *
bw_insights_chart_duration (const BwInsights *insights, BwInsightsBy by, BwChartGrain grain)
{
  BwChartData *data = new_data (insights, BW_CHART_LINES, BW_CHART_DURATION, grain);
  const BwInsightsRow *all = get_everything (insights);

  if (by != BW_INSIGHTS_BY_NOTHING)
    {
      add_rows (data, insights, get_run);
      return data;
    }
  if (all == NULL)
    return data;

  add_series (data, _ ("On average"), "processing", all->spans, &all->total, get_run);
  add_series (data, _ ("95 of 100 within"), "series-2", all->spans, &all->total, get_run_p95);

  return data;
}
