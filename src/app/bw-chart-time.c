/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-chart-time.h"

#include <glib/gi18n.h>

#include "bw-dates.h"
#include "bw-format.h"

static GDateTime *
local_time (BwTime time, GTimeZone *zone)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc_usec (time * 1000);

  return g_date_time_to_timezone (utc, zone);
}

static void
step_back (BwChartGrain grain, GDate *date)
{
  if (grain == BW_CHART_MONTHS)
    g_date_subtract_months (date, 1);
  else
    g_date_subtract_days (date, grain == BW_CHART_WEEKS ? 7 : 1);
}

/**
 * bw_chart_edges_until:
 * @grain: days, weeks or months
 * @n: how many spans
 * @last: a day of the last span
 * @week_start: the day on which weeks begin
 * @zone: where
 *
 * Spans follow the calendar: a day of a change to summer time has 23 hours, and a month as many
 * days as it has.
 *
 * Returns: (transfer full): an array of n + 1 BwTime, ascending: where each span begins, and where
 *   the last one ends
 */
GArray *
bw_chart_edges_until (BwChartGrain grain,
                      guint n,
                      const GDate *last,
                      GDateWeekday week_start,
                      GTimeZone *zone)
{
  GArray *edges = g_array_sized_new (FALSE, FALSE, sizeof (BwTime), n + 1);
  GDate date = *last;

  if (grain == BW_CHART_WEEKS)
    g_date_subtract_days (&date, ((guint) g_date_get_weekday (last) + 7 - (guint) week_start) % 7);
  if (grain == BW_CHART_MONTHS)
    g_date_set_day (&date, 1);

  if (grain == BW_CHART_MONTHS)
    g_date_add_months (&date, 1);
  else
    g_date_add_days (&date, grain == BW_CHART_WEEKS ? 7 : 1);

  g_array_set_size (edges, n + 1);
  for (guint i = n + 1; i > 0; i--)
    {
      g_array_index (edges, BwTime, i - 1) = bw_date_get_start (&date, zone);
      step_back (grain, &date);
    }

  return edges;
}

/**
 * bw_chart_label_stride:
 * @grain: how long the spans are
 * @n: how many spans
 * @max_labels: how many labels there is room for
 *
 * Returns: of how many spans one is to have a label, in a rhythm that calendars have
 */
guint
bw_chart_label_stride (BwChartGrain grain, guint n, guint max_labels)
{
  static const guint strides[4][8] = {
    [BW_CHART_HOURS] = { 1, 2, 3, 6, 12, 24 },
    [BW_CHART_DAYS] = { 1, 2, 7, 14, 28, 56, 112 },
    [BW_CHART_WEEKS] = { 1, 2, 4, 8, 13, 26, 52 },
    [BW_CHART_MONTHS] = { 1, 2, 3, 6, 12, 24 },
  };

  max_labels = MAX (max_labels, 1);
  for (guint i = 0; strides[grain][i] != 0; i++)
    if ((n + strides[grain][i] - 1) / strides[grain][i] <= max_labels)
      return strides[grain][i];

  return MAX (n, 1);
}

/**
 * bw_chart_is_labelled:
 * @grain: how long the spans are
 * @edges: where they begin
 * @n: how many there are
 * @i: one of them
 * @stride: of how many one has a label
 * @zone: where
 *
 * Returns: whether span @i has a label: hours and months by the clock and the year, so that 12:00
 *   and January are among them; days and weeks back from the last one
 */
gboolean
bw_chart_is_labelled (BwChartGrain grain,
                      const BwTime *edges,
                      guint n,
                      guint i,
                      guint stride,
                      GTimeZone *zone)
{
  g_autoptr (GDateTime) start = NULL;

  if (grain == BW_CHART_DAYS || grain == BW_CHART_WEEKS)
    return (n - 1 - i) % stride == 0;

  start = local_time (edges[i], zone);
  if (grain == BW_CHART_HOURS)
    return (guint) g_date_time_get_hour (start) % stride == 0;

  return (guint) (g_date_time_get_month (start) - 1) % stride == 0;
}

static char *
format (GDateTime *time, const char *format)
{
  char *text = g_date_time_format (time, format);

  return text != NULL ? text : g_strdup ("");
}

/**
 * bw_chart_format_label:
 * @grain: how long the spans are
 * @start: where one begins
 * @zone: where
 *
 * Returns: (transfer full): what stands below it, as short as can be: "14:00", "3 Nov" or "Nov";
 *   the year in place of January
 */
char *
bw_chart_format_label (BwChartGrain grain, BwTime start, GTimeZone *zone)
{
  g_autoptr (GDateTime) local = local_time (start, zone);

  if (grain == BW_CHART_HOURS)
    return bw_format_clock (start);
  if (grain == BW_CHART_MONTHS)
    return format (local, g_date_time_get_month (local) == 1 ? "%Y" : "%b");

  /* Translators: a day below an axis, in g_date_time_format()'s terms */
  return format (local, _ ("%-d %b"));
}

/**
 * bw_chart_format_days:
 * @start: the first moment of a span of days
 * @end: the first moment after it
 * @zone: where
 *
 * Returns: (transfer full): the span, "3 Nov 2026 – 9 Nov 2026", or "3 Nov 2026" for one day
 */
char *
bw_chart_format_days (BwTime start, BwTime end, GTimeZone *zone)
{
  g_autoptr (GDateTime) first = local_time (start, zone);
  g_autoptr (GDateTime) last = local_time (end - 1, zone);
  /* Translators: a day with its year, in g_date_time_format()'s terms */
  g_autofree char *from = format (first, _ ("%-d %b %Y"));
  g_autofree char *to = format (last, _ ("%-d %b %Y"));

  if (g_str_equal (from, to))
    return g_steal_pointer (&from);

  /* Translators: the first and the last day of a span */
  return g_strdup_printf (_ ("%s – %s"), from, to);
}

/**
 * bw_chart_format_span:
 * @grain: how long the spans are
 * @start: where one begins
 * @end: where it ends
 * @zone: where
 *
 * Returns: (transfer full): the span in full: "Tuesday, 3 November 2026", "November 2026", "Today,
 *   14:00 – 15:00"
 */
char *
bw_chart_format_span (BwChartGrain grain, BwTime start, BwTime end, GTimeZone *zone)
{
  g_autoptr (GDateTime) local = local_time (start, zone);

  if (grain == BW_CHART_HOURS)
    {
      g_autofree char *from = bw_format_clock (start);
      g_autofree char *to = bw_format_clock (end);
      /* Translators: a day of the week, in g_date_time_format()'s terms */
      g_autofree char *day = format (local, _ ("%A"));

      /* Translators: a day of the week, and the times at which an hour begins and ends */
      return g_strdup_printf (_ ("%s, %s – %s"), day, from, to);
    }
  if (grain == BW_CHART_WEEKS)
    return bw_chart_format_days (start, end, zone);
  if (grain == BW_CHART_MONTHS)
    /* Translators: a month, in g_date_time_format()'s terms */
    return format (local, _ ("%B %Y"));

  /* Translators: a day in full, in g_date_time_format()'s terms */
  return format (local, _ ("%A, %-d %B %Y"));
}
