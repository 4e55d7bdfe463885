/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-report-columns.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "bw-chart-scale.h"
#include "bw-format.h"

static const BwInsightsFigures *
get_total (gconstpointer row)
{
  return &((const BwInsightsRow *) row)->total;
}

static char *
get_label (gconstpointer row, const BwFigureColumn *column)
{
  const BwInsightsRow *info = row;

  return g_strdup (*info->label != '\0' ? info->label : info->key);
}

static double
get_jobs (gconstpointer row)
{
  return (double) (get_total (row)->finished + get_total (row)->cancelled);
}

static double
get_success (gconstpointer row)
{
  const BwInsightsFigures *total = get_total (row);

  return (double) (total->finished - total->failed - total->skipped);
}

static double
get_failed (gconstpointer row)
{
  return (double) get_total (row)->failed;
}

static double
get_skipped (gconstpointer row)
{
  return (double) get_total (row)->skipped;
}

static double
get_cancelled (gconstpointer row)
{
  return (double) get_total (row)->cancelled;
}

static double
get_items (gconstpointer row)
{
  return (double) get_total (row)->items;
}

static double
get_items_failed (gconstpointer row)
{
  return (double) get_total (row)->items_failed;
}

static double
get_duration (gconstpointer row)
{
  return (double) get_total (row)->run_ms;
}

static char *
get_duration_text (gconstpointer row, const BwFigureColumn *column)
{
  gint64 duration = get_total (row)->run_ms;

  return bw_chart_format_value (BW_CHART_DURATION, duration < 0 ? NAN : (double) duration);
}

static const char *
get_failed_style (gconstpointer row)
{
  return get_failed (row) > 0 ? "error" : NULL;
}

/* "120 jobs · 3 failed · 2 min" */
static char *
get_subtitle (gconstpointer row)
{
  g_autofree char *jobs = bw_format_number ((gint64) get_jobs (row));
  g_autofree char *success = bw_format_number ((gint64) get_success (row));
  g_autofree char *duration = get_duration_text (row, NULL);

  /* Translators: of how many jobs how many succeeded, and how long a job ran on average */
  return g_strdup_printf (_ ("%s of %s succeeded · %s"), success, jobs, duration);
}

/**
 * bw_report_get_key:
 * @row: a BwInsightsRow
 *
 * Returns: (transfer full): which type or user it is of
 */
char *
bw_report_get_key (gconstpointer row)
{
  return g_strdup (((const BwInsightsRow *) row)->key);
}

/**
 * bw_report_columns_get:
 * @by: what the rows are of
 * @columns: (out): the columns as a table shows them
 */
void
bw_report_columns_get (BwInsightsBy by, BwFigureColumn columns[BW_N_REPORT_COLUMNS])
{
  const BwFigureColumn all[BW_N_REPORT_COLUMNS] = {
    { .title = by == BW_INSIGHTS_BY_USER ? N_ ("User") : N_ ("Type"),
      .flags = BW_FIGURE_NAME | BW_FIGURE_EXPAND | BW_FIGURE_NARROW,
      .get_text = get_label,
      .get_subtitle = get_subtitle },
    { .title = N_ ("Jobs"), .get_number = get_jobs },
    { .title = N_ ("Success"), .get_number = get_success },
    { .title = N_ ("Failed"),
      .flags = BW_FIGURE_NARROW,
      .get_number = get_failed,
      .get_style = get_failed_style },
    { .title = N_ ("Skipped"), .width = 110, .get_number = get_skipped },
    { .title = N_ ("Cancelled"), .width = 110, .get_number = get_cancelled },
    { .title = N_ ("Items"), .width = 105, .get_number = get_items },
    { .title = N_ ("Items Failed"), .width = 145, .get_number = get_items_failed },
    { .title = N_ ("Ran on Average"),
      .width = 155,
      .get_number = get_duration,
      .get_text = get_duration_text },
  };

  memcpy (columns, all, sizeof all);
  for (guint i = 1; i < BW_N_REPORT_COLUMNS; i++)
    {
      columns[i].flags |= BW_FIGURE_NUMBER;
      columns[i].width = columns[i].width > 0 ? columns[i].width : 95;
    }
}

/**
 * bw_report_columns_list:
 * @by: what the rows are of
 * @columns: (out): the columns as they go into a file; their titles are translated
 */
void
bw_report_columns_list (BwInsightsBy by, BwColumn columns[BW_N_REPORT_COLUMNS])
{
  const BwColumn all[BW_N_REPORT_COLUMNS] = {
    { by == BW_INSIGHTS_BY_USER ? "user" : "type",
      by == BW_INSIGHTS_BY_USER ? _ ("User") : _ ("Type"), BW_COLUMN_TEXT },
    { "jobs", _ ("Jobs"), BW_COLUMN_NUMBER },
    { "success", _ ("Success"), BW_COLUMN_NUMBER },
    { "failed", _ ("Failed"), BW_COLUMN_NUMBER },
    { "skipped", _ ("Skipped"), BW_COLUMN_NUMBER },
    { "cancelled", _ ("Cancelled"), BW_COLUMN_NUMBER },
    { "items", _ ("Items"), BW_COLUMN_NUMBER },
    { "items-failed", _ ("Items Failed"), BW_COLUMN_NUMBER },
    { "seconds", _ ("Ran on Average (Seconds)"), BW_COLUMN_NUMBER },
  };

  memcpy (columns, all, sizeof all);
}

/**
 * bw_report_add_to_table:
 * @row: a row
 * @table: what goes into a file, with the columns of bw_report_columns_list()
 */
void
bw_report_add_to_table (const BwInsightsRow *row, BwTable *table)
{
  g_autofree char *label = get_label (row, NULL);

  bw_table_add_text (table, label);
  bw_table_add_number (table, get_jobs (row));
  bw_table_add_number (table, get_success (row));
  bw_table_add_number (table, get_failed (row));
  bw_table_add_number (table, get_skipped (row));
  bw_table_add_number (table, get_cancelled (row));
  bw_table_add_number (table, get_items (row));
  bw_table_add_number (table, get_items_failed (row));
  if (row->total.run_ms < 0)
    bw_table_add_text (table, NULL);
  else
    bw_table_add_number (table, (double) row->total.run_ms / BW_TIME_SECOND);
}
