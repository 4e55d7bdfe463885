/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-chart-scale.h"

#include <glib/gi18n.h>
#include <math.h>

#include "bw-format.h"
#include "bw-time.h"

/* Spans that clocks and calendars are read in. Beyond, whole days in steps of 1, 2 or 5 × 10ⁿ. */
static const gint64 round_spans[] = {
  100,
  200,
  500,
  BW_TIME_SECOND,
  2 * BW_TIME_SECOND,
  5 * BW_TIME_SECOND,
  10 * BW_TIME_SECOND,
  15 * BW_TIME_SECOND,
  30 * BW_TIME_SECOND,
  BW_TIME_MINUTE,
  2 * BW_TIME_MINUTE,
  5 * BW_TIME_MINUTE,
  10 * BW_TIME_MINUTE,
  15 * BW_TIME_MINUTE,
  30 * BW_TIME_MINUTE,
  BW_TIME_HOUR,
  2 * BW_TIME_HOUR,
  3 * BW_TIME_HOUR,
  6 * BW_TIME_HOUR,
  12 * BW_TIME_HOUR,
};

/* The least of 1, 2, 5, 10, 20, 50 … that is not below @wanted, which is above 0. */
static double
round_up (double wanted)
{
  static const double heads[] = { 1, 2, 5 };
  double power = pow (10, floor (log10 (wanted)));

  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    if (heads[i] * power >= wanted * (1 - 1e-9))
      return heads[i] * power;

  return 10 * power;
}

static double
round_duration (double wanted)
{
  for (guint i = 0; i < G_N_ELEMENTS (round_spans); i++)
    if ((double) round_spans[i] >= wanted)
      return (double) round_spans[i];

  return round_up (MAX (wanted / (double) BW_TIME_DAY, 1)) * (double) BW_TIME_DAY;
}

/**
 * bw_chart_scale_get:
 * @unit: what the values are
 * @max: the largest; 0 or less if there is none
 * @max_steps: how many steps there is room for, at least 1
 *
 * Returns: the axis with the smallest round steps that reaches @max. Steps of counts are whole.
 * Those of percentages all divide 100, so their axis never goes beyond.
 */
BwChartScale
bw_chart_scale_get (BwChartUnit unit, double max, guint max_steps)
{
  BwChartScale scale = { 1, 1 };
  double wanted = max / MAX (max_steps, 1);

  if (unit == BW_CHART_DURATION)
    scale.step = round_duration (max > 0 ? wanted : BW_TIME_SECOND);
  else if (max > 0)
    scale.step = MAX (round_up (wanted), 1);
  else if (unit == BW_CHART_PERCENT)
    scale.step = 10;

  if (max > 0)
    scale.n_steps = (guint) MAX (ceil (max / scale.step - 1e-9), 1);

  return scale;
}

/**
 * bw_chart_scale_top:
 * @self: an axis
 *
 * Returns: the value at its end
 */
double
bw_chart_scale_top (const BwChartScale *self)
{
  return self->step * self->n_steps;
}

static char *
format_percent (double value)
{
  if (value > 0 && value < 10 && fabs (value - round (value)) >= 0.05)
    return g_strdup_printf (_ ("%.1f%%"), value);

  /* Translators: a share, "12%" */
  return g_strdup_printf (_ ("%.0f%%"), value);
}

static char *
format_part (double value)
{
  /* Translators: a part of a second, "0.5 s" */
  return g_strdup_printf (_ ("%.1f s"), value / (double) BW_TIME_SECOND);
}

/**
 * bw_chart_format_value:
 * @unit: what the value is
 * @value: the value; not a number where there is none
 *
 * Returns: (transfer full): the value as people read it, "1,204", "3.5%" or "2 min 5 s"; "–" for
 *   none
 */
char *
bw_chart_format_value (BwChartUnit unit, double value)
{
  if (isnan (value))
    return g_strdup ("–");

  switch (unit)
    {
    case BW_CHART_PERCENT:
      return format_percent (value);
    case BW_CHART_DURATION:
      return value < BW_TIME_SECOND ? format_part (value) : bw_format_duration ((gint64) value);
    case BW_CHART_COUNT:
    default:
      return bw_format_number ((gint64) round (value));
    }
}

/**
 * bw_chart_format_tick:
 * @unit: what the value is
 * @value: a value of an axis
 *
 * Returns: (transfer full): the value as it stands beside an axis
 */
char *
bw_chart_format_tick (BwChartUnit unit, double value)
{
  if (unit == BW_CHART_DURATION && value <= 0)
    return g_strdup ("0");

  return bw_chart_format_value (unit, value);
}
