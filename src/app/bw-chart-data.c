/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-chart-data.h"

#include <glib/gi18n.h>
#include <math.h>

G_DEFINE_BOXED_TYPE (BwChartData, bw_chart_data, bw_chart_data_ref, bw_chart_data_unref)

static void
series_free (BwChartSeries *series)
{
  g_free (series->name);
  g_free (series->values);
  g_free (series);
}

static void
data_clear (BwChartData *self)
{
  g_free (self->edges);
  g_time_zone_unref (self->zone);
  g_ptr_array_unref (self->series);
}

/**
 * bw_chart_data_new:
 * @kind: bars or lines
 * @unit: what the values are
 * @grain: how long the spans are
 * @edges: (array length=n+1): where they begin, and where the last one ends
 * @n: how many there are
 *
 * Returns: (transfer full): data without series, in the user's time zone
 */
BwChartData *
bw_chart_data_new (BwChartKind kind,
                   BwChartUnit unit,
                   BwChartGrain grain,
                   const BwTime *edges,
                   guint n)
{
  BwChartData *self = g_atomic_rc_box_new0 (BwChartData);

  self->kind = kind;
  self->unit = unit;
  self->grain = grain;
  self->n = n;
  self->edges = g_memdup2 (edges, (n + 1) * sizeof (BwTime));
  self->zone = g_time_zone_new_local ();
  self->series = g_ptr_array_new_with_free_func ((GDestroyNotify) series_free);

  return self;
}

/**
 * bw_chart_data_ref:
 * @self: data
 *
 * Returns: (transfer full): @self
 */
BwChartData *
bw_chart_data_ref (BwChartData *self)
{
  return g_atomic_rc_box_acquire (self);
}

/**
 * bw_chart_data_unref:
 * @self: (transfer full): data
 */
void
bw_chart_data_unref (BwChartData *self)
{
  g_atomic_rc_box_release_full (self, (GDestroyNotify) data_clear);
}

/**
 * bw_chart_data_add:
 * @self: data that nobody shows yet
 * @name: what is added
 * @style: (nullable): the CSS class that gives its colour, a literal; %NULL for the colour of its
 *   place among the others
 *
 * Returns: (transfer none): a series whose values are all 0, to be filled
 */
BwChartSeries *
bw_chart_data_add (BwChartData *self, const char *name, const char *style)
{
  static const char *const styles[] = {
    "series-1", "series-2", "series-3", "series-4", "series-5", "series-6",
  };
  BwChartSeries *series = g_new0 (BwChartSeries, 1);

  series->name = g_strdup (name);
  series->style = style != NULL ? style : styles[self->series->len % G_N_ELEMENTS (styles)];
  series->values = g_new0 (double, self->n);
  series->total = NAN;
  g_ptr_array_add (self->series, series);

  return series;
}

/* The height of a span: of bars their sum, of lines the highest; not a number for none. */
static double
get_height (const BwChartData *self, guint i)
{
  double height = NAN;

  for (guint s = 0; s < self->series->len; s++)
    {
      const BwChartSeries *series = g_ptr_array_index (self->series, s);

      if (isnan (series->values[i]))
        continue;
      if (isnan (height))
        height = series->values[i];
      else
        height = self->kind == BW_CHART_BARS ? height + series->values[i]
                                             : MAX (height, series->values[i]);
    }

  return height;
}

static guint
find_highest (const BwChartData *self, double *max)
{
  guint found = 0;

  *max = 0;
  for (guint i = 0; i < self->n; i++)
    {
      double height = get_height (self, i);

      if (!isnan (height) && height > *max)
        {
          *max = height;
          found = i;
        }
    }

  return found;
}

/**
 * bw_chart_data_get_max:
 * @self: data
 *
 * Returns: the height of what is highest; 0 for nothing
 */
double
bw_chart_data_get_max (const BwChartData *self)
{
  double max;

  find_highest (self, &max);

  return max;
}

/**
 * bw_chart_data_is_empty:
 * @self: data
 *
 * Returns: whether there is nothing to draw: no value at all, or only counts of 0
 */
gboolean
bw_chart_data_is_empty (const BwChartData *self)
{
  for (guint i = 0; i < self->n; i++)
    {
      double height = get_height (self, i);

      if (!isnan (height) && (height > 0 || self->unit != BW_CHART_COUNT))
        return FALSE;
    }

  return TRUE;
}

/**
 * bw_chart_data_describe:
 * @self: data
 *
 * Returns: (transfer full): what a screen reader says of the chart as a whole: its days, the totals
 *   and the highest value
 */
char *
bw_chart_data_describe (const BwChartData *self)
{
  g_autofree char *days = bw_chart_format_days (self->edges[0], self->edges[self->n], self->zone);
  GString *text = g_string_new (days);
  double max;
  guint highest = find_highest (self, &max);

  if (bw_chart_data_is_empty (self))
    {
      g_string_append_printf (text, ". %s", _ ("Nothing in this time."));
      return g_string_free_and_steal (text);
    }

  for (guint s = 0; s < self->series->len; s++)
    {
      const BwChartSeries *series = g_ptr_array_index (self->series, s);
      g_autofree char *total = bw_chart_format_value (self->unit, series->total);

      if (!isnan (series->total))
        g_string_append_printf (text, ". %s: %s", series->name, total);
    }

  if (max > 0)
    {
      g_autofree char *value = bw_chart_format_value (self->unit, max);
      g_autofree char *span = bw_chart_format_span (self->grain, self->edges[highest],
                                                    self->edges[highest + 1], self->zone);

      g_string_append (text, ". ");
      /* Translators: the highest value of a chart, and its day */
      g_string_append_printf (text, _ ("Highest: %s, %s"), value, span);
    }

  return g_string_free_and_steal (text);
}

/**
 * bw_chart_data_describe_span:
 * @self: data
 * @i: a span
 *
 * Returns: (transfer full): the span and each of its values in words
 */
char *
bw_chart_data_describe_span (const BwChartData *self, guint i)
{
  GString *text = g_string_new_take (
      bw_chart_format_span (self->grain, self->edges[i], self->edges[i + 1], self->zone));

  for (guint s = 0; s < self->series->len; s++)
    {
      const BwChartSeries *series = g_ptr_array_index (self->series, s);
      g_autofree char *value = bw_chart_format_value (self->unit, series->values[i]);

      g_string_append_printf (text, ". %s: %s", series->name, value);
    }

  return g_string_free_and_steal (text);
}
