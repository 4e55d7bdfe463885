/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include <locale.h>
#include <math.h>

#include "bw-chart-data.h"
#include "bw-chart-layout.h"
#include "bw-dates.h"
#include "bw-insights-charts.h"

static void
assert_scale (BwChartUnit unit, double max, guint max_steps, double step, guint n_steps)
{
  BwChartScale scale = bw_chart_scale_get (unit, max, max_steps);

  g_assert_cmpfloat_with_epsilon (scale.step, step, 1e-6);
  g_assert_cmpuint (scale.n_steps, ==, n_steps);
}

static void
test_scale_counts (void)
{
  assert_scale (BW_CHART_COUNT, 0, 4, 1, 1);
  assert_scale (BW_CHART_COUNT, 1, 4, 1, 1);
  assert_scale (BW_CHART_COUNT, 3, 8, 1, 3);
  assert_scale (BW_CHART_COUNT, 9, 4, 5, 2);
  assert_scale (BW_CHART_COUNT, 56, 3, 20, 3);
  assert_scale (BW_CHART_COUNT, 60, 3, 20, 3);
  assert_scale (BW_CHART_COUNT, 61, 3, 50, 2);
  assert_scale (BW_CHART_COUNT, 1000000, 5, 200000, 5);
  assert_scale (BW_CHART_COUNT, 7, 1, 10, 1);
}

static void
test_scale_percent (void)
{
  assert_scale (BW_CHART_PERCENT, 0, 4, 10, 1);
  assert_scale (BW_CHART_PERCENT, 0.4, 4, 1, 1);
  assert_scale (BW_CHART_PERCENT, 11, 3, 5, 3);
  assert_scale (BW_CHART_PERCENT, 100, 4, 50, 2);

  for (double max = 0; max <= 100; max += 0.25)
    for (guint steps = 1; steps < 12; steps++)
      {
        BwChartScale scale = bw_chart_scale_get (BW_CHART_PERCENT, max, steps);

        g_assert_cmpfloat (bw_chart_scale_top (&scale), >=, max - 1e-6);
        g_assert_cmpfloat (bw_chart_scale_top (&scale), <=, 100 + 1e-6);
        g_assert_cmpuint (scale.n_steps, <=, steps);
      }
}

static void
test_scale_duration (void)
{
  assert_scale (BW_CHART_DURATION, 0, 4, BW_TIME_SECOND, 1);
  assert_scale (BW_CHART_DURATION, 300, 4, 100, 3);
  assert_scale (BW_CHART_DURATION, 26 * BW_TIME_SECOND, 3, 10 * BW_TIME_SECOND, 3);
  assert_scale (BW_CHART_DURATION, 58 * BW_TIME_SECOND, 4, 15 * BW_TIME_SECOND, 4);
  assert_scale (BW_CHART_DURATION, 7 * BW_TIME_MINUTE, 4, 2 * BW_TIME_MINUTE, 4);
  assert_scale (BW_CHART_DURATION, 20 * BW_TIME_HOUR, 4, 6 * BW_TIME_HOUR, 4);
  assert_scale (BW_CHART_DURATION, 9 * BW_TIME_DAY, 3, 5 * BW_TIME_DAY, 2);
}

static void
test_scale_reaches_all (void)
{
  for (double max = 1; max < 1e12; max *= 1.37)
    for (guint unit = BW_CHART_COUNT; unit <= BW_CHART_DURATION; unit++)
      {
        BwChartScale scale = bw_chart_scale_get (unit, unit == BW_CHART_PERCENT ? 50 : max, 5);

        g_assert_cmpfloat (bw_chart_scale_top (&scale), >=,
                           (unit == BW_CHART_PERCENT ? 50 : max) * (1 - 1e-9));
        g_assert_cmpuint (scale.n_steps, <=, 5);
        g_assert_cmpuint (scale.n_steps, >=, 1);
      }
}

static void
test_values (void)
{
  g_autofree char *count = bw_chart_format_value (BW_CHART_COUNT, 12345);
  g_autofree char *share = bw_chart_format_value (BW_CHART_PERCENT, 3.46);
  g_autofree char *large = bw_chart_format_value (BW_CHART_PERCENT, 34.6);
  g_autofree char *none = bw_chart_format_value (BW_CHART_DURATION, NAN);
  g_autofree char *half = bw_chart_format_tick (BW_CHART_DURATION, 500);
  g_autofree char *span = bw_chart_format_value (BW_CHART_DURATION, 125 * BW_TIME_SECOND);

  g_assert_cmpstr (count, ==, "12,345");
  g_assert_cmpstr (share, ==, "3.5%");
  g_assert_cmpstr (large, ==, "35%");
  g_assert_cmpstr (none, ==, "–");
  g_assert_cmpstr (half, ==, "0.5 s");
  g_assert_cmpstr (span, ==, "2 min 5 s");
}

static GArray *
edges_until (BwChartGrain grain, guint n, guint day, GDateMonth month, const char *zone_name)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (zone_name);
  GDate last;

  g_date_clear (&last, 1);
  g_date_set_dmy (&last, (GDateDay) day, month, 2026);

  return bw_chart_edges_until (grain, n, &last, G_DATE_MONDAY, zone);
}

/* On 25 October 2026 the clocks of Amsterdam go back: that day has 25 hours. */
static void
test_edges_summer_time (void)
{
  g_autoptr (GArray) edges = edges_until (BW_CHART_DAYS, 3, 26, G_DATE_OCTOBER, "Europe/Amsterdam");

  g_assert_cmpuint (edges->len, ==, 4);
  g_assert_cmpint (g_array_index (edges, BwTime, 1) - g_array_index (edges, BwTime, 0), ==,
                   24 * BW_TIME_HOUR);
  g_assert_cmpint (g_array_index (edges, BwTime, 2) - g_array_index (edges, BwTime, 1), ==,
                   25 * BW_TIME_HOUR);
  g_assert_cmpint (g_array_index (edges, BwTime, 3) - g_array_index (edges, BwTime, 2), ==,
                   24 * BW_TIME_HOUR);
}

static void
assert_edge (GArray *edges, guint i, const char *expected)
{
  g_autofree char *text = bw_time_to_string (g_array_index (edges, BwTime, i));

  g_assert_cmpstr (text, ==, expected);
}

static void
test_edges_weeks_and_months (void)
{
  g_autoptr (GArray) weeks = edges_until (BW_CHART_WEEKS, 2, 18, G_DATE_NOVEMBER, "UTC");
  g_autoptr (GArray) months = edges_until (BW_CHART_MONTHS, 3, 31, G_DATE_MARCH, "UTC");

  assert_edge (weeks, 0, "2026-11-09T00:00:00.000Z");
  assert_edge (weeks, 1, "2026-11-16T00:00:00.000Z");
  assert_edge (weeks, 2, "2026-11-23T00:00:00.000Z");
  assert_edge (months, 0, "2026-01-01T00:00:00.000Z");
  assert_edge (months, 1, "2026-02-01T00:00:00.000Z");
  assert_edge (months, 2, "2026-03-01T00:00:00.000Z");
  assert_edge (months, 3, "2026-04-01T00:00:00.000Z");
}

static void
test_labels (void)
{
  g_autoptr (GArray) days = edges_until (BW_CHART_DAYS, 30, 22, G_DATE_NOVEMBER, "UTC");
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  const BwTime *edges = (const BwTime *) (gpointer) days->data;
  g_autofree char *label = bw_chart_format_label (BW_CHART_DAYS, edges[29], utc);
  g_autofree char *span = bw_chart_format_span (BW_CHART_DAYS, edges[29], edges[30], utc);
  g_autofree char *all = bw_chart_format_days (edges[0], edges[30], utc);
  guint n = 0;

  g_assert_cmpuint (bw_chart_label_stride (BW_CHART_DAYS, 30, 40), ==, 1);
  g_assert_cmpuint (bw_chart_label_stride (BW_CHART_DAYS, 30, 10), ==, 7);
  g_assert_cmpuint (bw_chart_label_stride (BW_CHART_HOURS, 25, 6), ==, 6);
  g_assert_cmpuint (bw_chart_label_stride (BW_CHART_MONTHS, 12, 1), ==, 12);
  for (guint i = 0; i < 30; i++)
    n += bw_chart_is_labelled (BW_CHART_DAYS, edges, 30, i, 7, utc);
  g_assert_cmpuint (n, ==, 5);
  g_assert_true (bw_chart_is_labelled (BW_CHART_DAYS, edges, 30, 29, 7, utc));

  g_assert_cmpstr (label, ==, "22 Nov");
  g_assert_cmpstr (span, ==, "Sunday, 22 November 2026");
  g_assert_cmpstr (all, ==, "24 Oct 2026 – 22 Nov 2026");
}

static BwChartData *
create_data (BwChartKind kind)
{
  g_autoptr (GArray) edges = edges_until (BW_CHART_DAYS, 4, 22, G_DATE_NOVEMBER, "UTC");
  BwChartData *data = bw_chart_data_new (kind, BW_CHART_COUNT, BW_CHART_DAYS,
                                         (const BwTime *) (gpointer) edges->data, 4);
  BwChartSeries *success = bw_chart_data_add (data, "Success", "success");
  BwChartSeries *failed = bw_chart_data_add (data, "Failed", "failed");
  static const double successes[] = { 10, 0, 30, 4 };
  static const double failures[] = { 1, 0, 2, 9 };

  for (guint i = 0; i < 4; i++)
    {
      success->values[i] = successes[i];
      failed->values[i] = failures[i];
    }
  success->total = 44;
  failed->total = 12;

  return data;
}

/* What a screen reader says in place of a picture: days, totals, the highest, and each span. */
static void
test_words (void)
{
  g_autoptr (BwChartData) data = create_data (BW_CHART_BARS);
  g_autofree char *words = bw_chart_data_describe (data);
  g_autofree char *span = bw_chart_data_describe_span (data, 3);

  g_assert_cmpstr (words, ==,
                   "19 Nov 2026 – 22 Nov 2026. Success: 44. Failed: 12. Highest: 32, "
                   "Saturday, 21 November 2026");
  g_assert_cmpstr (span, ==, "Sunday, 22 November 2026. Success: 4. Failed: 9");
}

static void
test_bars_add_up (void)
{
  g_autoptr (BwChartData) bars = create_data (BW_CHART_BARS);
  g_autoptr (BwChartData) lines = create_data (BW_CHART_LINES);

  g_assert_cmpfloat (bw_chart_data_get_max (bars), ==, 32);
  g_assert_cmpfloat (bw_chart_data_get_max (lines), ==, 30);
}

static void
test_nothing (void)
{
  g_autoptr (GArray) edges = edges_until (BW_CHART_DAYS, 2, 22, G_DATE_NOVEMBER, "UTC");
  g_autoptr (BwChartData) data = bw_chart_data_new (BW_CHART_LINES, BW_CHART_PERCENT, BW_CHART_DAYS,
                                                    (const BwTime *) (gpointer) edges->data, 2);
  BwChartSeries *series;
  g_autofree char *words = NULL;

  g_assert_true (bw_chart_data_is_empty (data));
  series = bw_chart_data_add (data, "Failed", "failed");
  series->values[0] = series->values[1] = NAN;
  g_assert_true (bw_chart_data_is_empty (data));
  words = bw_chart_data_describe (data);
  g_assert_cmpstr (words, ==, "21 Nov 2026 – 22 Nov 2026. Nothing in this time.");

  /* No failure at all is something to show, unlike no job. */
  series->values[1] = 0;
  g_assert_false (bw_chart_data_is_empty (data));
}

static void
test_layout (void)
{
  g_autoptr (BwChartData) data = create_data (BW_CHART_BARS);
  BwChartLayout layout;
  BwChartLayout mirrored;

  bw_chart_layout_init (&layout, data, 400, 200, 20, 40, 14, FALSE);
  bw_chart_layout_init (&mirrored, data, 400, 200, 20, 40, 14, TRUE);

  for (guint i = 0; i < data->n; i++)
    {
      float x = bw_chart_layout_get_x (&layout, i + 0.5);

      g_assert_cmpint (bw_chart_layout_find (&layout, data->n, x), ==, (int) i);
      g_assert_cmpint (
          bw_chart_layout_find (&mirrored, data->n, bw_chart_layout_get_x (&mirrored, i + 0.5)), ==,
          (int) i);
    }
  g_assert_cmpfloat (bw_chart_layout_get_x (&layout, 0), <, bw_chart_layout_get_x (&layout, 1));
  g_assert_cmpfloat (bw_chart_layout_get_x (&mirrored, 0), >, bw_chart_layout_get_x (&mirrored, 1));
  g_assert_cmpint (bw_chart_layout_find (&layout, data->n, 5), ==, -1);
  g_assert_cmpint (bw_chart_layout_find (&layout, data->n, 400), ==, -1);
  g_assert_cmpfloat_with_epsilon (bw_chart_layout_get_y (&layout, 0),
                                  layout.plot.origin.y + layout.plot.size.height, 1e-3);
  g_assert_cmpfloat_with_epsilon (
      bw_chart_layout_get_y (&layout, bw_chart_scale_top (&layout.scale)), layout.plot.origin.y,
      1e-3);
}

static void
fill (BwInsightsRow *row, gint64 finished, gint64 failed, gint64 run_ms)
{
  row->total = (BwInsightsFigures) { .finished = finished,
                                     .failed = failed,
                                     .run_ms = run_ms,
                                     .run_ms_p95 = BW_NO_FIGURE,
                                     .wait_ms = BW_NO_FIGURE };
  row->spans[0] = row->total;
}

/* The largest types apart, the others as one, whose rate and average are of all their jobs. */
static void
test_insights_by_type (void)
{
  g_autoptr (BwInsights) insights = bw_insights_new (2);
  g_autoptr (BwChartData) failures = NULL;
  g_autoptr (BwChartData) duration = NULL;
  const BwChartSeries *others;

  insights->edges[1] = BW_TIME_DAY;
  for (guint i = 0; i < 5; i++)
    fill (bw_insights_add_row (insights, "large", "Large"), 1000, 10, 5000);
  fill (bw_insights_add_row (insights, "a", "A"), 30, 3, 1000);
  fill (bw_insights_add_row (insights, "b", "B"), 10, 5, 5000);
  failures = bw_insights_chart_failures (insights, BW_INSIGHTS_BY_TYPE, BW_CHART_DAYS);
  duration = bw_insights_chart_duration (insights, BW_INSIGHTS_BY_TYPE, BW_CHART_DAYS);

  g_assert_cmpuint (failures->series->len, ==, 6);
  others = g_ptr_array_index (failures->series, 5);
  g_assert_cmpstr (others->name, ==, "Others");
  g_assert_cmpfloat_with_epsilon (others->total, 20, 1e-9);
  g_assert_cmpfloat_with_epsilon (others->values[0], 20, 1e-9);
  others = g_ptr_array_index (duration->series, 5);
  g_assert_cmpfloat_with_epsilon (others->values[0], 2000, 1e-9);
}

int
main (int argc, char *argv[])
{
  g_setenv ("TZ", "UTC", TRUE);
  g_setenv ("LC_ALL", "en_GB.UTF-8", TRUE);
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/app/chart/scale-counts", test_scale_counts);
  g_test_add_func ("/app/chart/scale-percent", test_scale_percent);
  g_test_add_func ("/app/chart/scale-duration", test_scale_duration);
  g_test_add_func ("/app/chart/scale-reaches-all", test_scale_reaches_all);
  g_test_add_func ("/app/chart/values", test_values);
  g_test_add_func ("/app/chart/edges-summer-time", test_edges_summer_time);
  g_test_add_func ("/app/chart/edges-weeks-and-months", test_edges_weeks_and_months);
  g_test_add_func ("/app/chart/labels", test_labels);
  g_test_add_func ("/app/chart/G10-words-for-a-screen-reader", test_words);
  g_test_add_func ("/app/chart/bars-add-up", test_bars_add_up);
  g_test_add_func ("/app/chart/nothing", test_nothing);
  g_test_add_func ("/app/chart/layout-both-directions", test_layout);
  g_test_add_func ("/app/chart/G10-insights-by-type", test_insights_by_type);

  return g_test_run ();
}
