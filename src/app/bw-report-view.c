/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-report-view.h"

#include <glib/gi18n.h>
#include <math.h>

#include "bw-chart-scale.h"
#include "bw-chart-time.h"
#include "bw-dates.h"
#include "bw-days-chooser.h"
#include "bw-export-dialog.h"
#include "bw-figure-strip.h"
#include "bw-figure-table.h"
#include "bw-format.h"
#include "bw-insights-charts.h"
#include "bw-report-columns.h"
#include "bw-report-print.h"

/* Where a report without a first day begins: no job is older. */
#define FIRST_YEAR 2000

struct _BwReportView
{
  BwLiveView parent_instance;

  BwDaysChooser *days;
  GtkWidget *export_button;
  BwFigureStrip *strip;
  AdwToggleGroup *groupings;
  GtkLabel *more_label;
  GtkStack *stack;
  BwFigureTable *table;

  BwListFilter *filter; /* of which only the days count */
  BwInsights *insights; /* what is shown; NULL until it is loaded */
  BwInsights *all;      /* the same of everything together */
  BwInsightsBy by;      /* of what is shown */
};

G_DEFINE_FINAL_TYPE (BwReportView, bw_report_view, BW_TYPE_LIVE_VIEW)

static BwInsightsBy
get_by (BwReportView *self)
{
  const char *name = adw_toggle_group_get_active_name (self->groupings);

  return g_strcmp0 (name, "user") == 0 ? BW_INSIGHTS_BY_USER : BW_INSIGHTS_BY_TYPE;
}

static void
choice_cb (BwReportView *self)
{
  bw_live_view_reload (BW_LIVE_VIEW (self));
}

/* What is shown */

static void
set_columns (BwReportView *self, BwInsightsBy by)
{
  BwFigureColumn columns[BW_N_REPORT_COLUMNS];

  self->by = by;
  bw_report_columns_get (by, columns);
  bw_figure_table_set_columns (self->table, columns, G_N_ELEMENTS (columns), bw_report_get_key);
}

static void
set_count (BwReportView *self, const char *caption, gint64 count, const char *style)
{
  g_autofree char *figure = bw_format_number (count);

  bw_figure_strip_set (self->strip, caption, figure, count > 0 ? style : NULL);
}

static void
update_totals (BwReportView *self)
{
  BwInsightsFigures all;
  g_autofree char *duration = NULL;

  bw_insights_figures_init (&all);
  if (self->all->rows->len > 0)
    all = ((BwInsightsRow *) self->all->rows->pdata[0])->total;

  duration = bw_chart_format_value (BW_CHART_DURATION, all.run_ms < 0 ? NAN : (double) all.run_ms);
  set_count (self, _ ("Jobs"), all.finished + all.cancelled, NULL);
  set_count (self, _ ("Success"), all.finished - all.failed - all.skipped, "success");
  set_count (self, _ ("Failed"), all.failed, "error");
  set_count (self, _ ("Skipped"), all.skipped, NULL);
  set_count (self, _ ("Cancelled"), all.cancelled, NULL);
  set_count (self, _ ("Items"), all.items, NULL);
  bw_figure_strip_set (self->strip, _ ("Ran on Average"), duration, NULL);
}

/* The server gives the rows with the most jobs; the figures above count the others too. */
static void
update_more (BwReportView *self)
{
  gint64 n_more = self->insights->n_more;
  g_autofree char *figure = bw_format_number (n_more);
  /* Translators: %s is how many rows of a long report are left out */
  g_autofree char *text =
      g_strdup_printf (ngettext ("%s more row is counted above, but not listed.",
                                 "%s more rows are counted above, but not listed.",
                                 (gulong) n_more),
                       figure);

  gtk_label_set_text (self->more_label, text);
  gtk_widget_set_visible (GTK_WIDGET (self->more_label), n_more > 0);
}

static void
update_actions (BwReportView *self)
{
  BwBusiness *business = bw_live_view_get_business (BW_LIVE_VIEW (self));
  gboolean filled = self->insights != NULL && self->insights->rows->len > 0;

  gtk_widget_set_visible (self->export_button,
                          business != NULL && bw_business_may (business, BW_PERMISSION_EXPORT));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "report.export", filled);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "report.print", filled);
}

/* On paper and into a file */

static char *
describe_days (BwReportView *self)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  GDate first, last;

  bw_list_filter_get_days (self->filter, &first, &last);
  if (!g_date_valid (&first))
    return g_strdup (bw_period_get_label (BW_PERIOD_ALL));

  return bw_chart_format_days (self->insights->edges[0],
                               self->insights->edges[self->insights->n_edges - 1], zone);
}

static void
print_done_cb (GtkPrintOperation *operation, GtkPrintOperationResult result, BwReportView *self)
{
  g_autoptr (GError) error = NULL;

  if (result != GTK_PRINT_OPERATION_RESULT_ERROR)
    return;

  gtk_print_operation_get_error (operation, &error);
  bw_live_view_toast (BW_LIVE_VIEW (self), error->message);
}

static void
print_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  BwReportView *self = BW_REPORT_VIEW (widget);
  BwBusiness *business = bw_live_view_get_business (BW_LIVE_VIEW (self));
  BwFigureColumn columns[BW_N_REPORT_COLUMNS];
  g_autoptr (GtkPrintOperation) operation = NULL;
  g_autofree char *title = NULL;
  g_autofree char *days = NULL;

  if (self->insights == NULL)
    return;

  bw_report_columns_get (self->by, columns);
  days = describe_days (self);
  /* Translators: the title of a printed report: the name of the business */
  title = g_strdup_printf (_ ("%s: jobs"), bw_business_get_name (business));
  operation =
      bw_report_print_new (title, days, columns, G_N_ELEMENTS (columns), self->insights->rows);
  gtk_print_operation_set_allow_async (operation, TRUE);
  g_signal_connect_object (operation, "done", G_CALLBACK (print_done_cb), self, G_CONNECT_DEFAULT);
  gtk_print_operation_run (operation, GTK_PRINT_OPERATION_ACTION_PRINT_DIALOG,
                           GTK_WINDOW (gtk_widget_get_root (widget)), NULL);
}

/* All rows at once, and then nothing more. */
static DexFuture *
next_rows (BwTable *before, gpointer insights)
{
  GPtrArray *rows = ((BwInsights *) insights)->rows;
  BwTable *table = bw_table_new (BW_N_REPORT_COLUMNS);
  GValue value = G_VALUE_INIT;
  DexFuture *future;

  for (guint i = 0; before == NULL && i < rows->len; i++)
    bw_report_add_to_table (g_ptr_array_index (rows, i), table);
  bw_table_set_total (table, rows->len, TRUE);

  g_value_init (&value, BW_TYPE_TABLE);
  g_value_take_boxed (&value, table);
  future = dex_future_new_for_value (&value);
  g_value_unset (&value);

  return future;
}

static void
export_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  BwReportView *self = BW_REPORT_VIEW (widget);
  BwColumn columns[BW_N_REPORT_COLUMNS];

  if (self->insights == NULL)
    return;

  bw_report_columns_list (self->by, columns);
  bw_export_dialog_present_for_table (
      widget, "report", _ ("Report"), columns, G_N_ELEMENTS (columns), next_rows,
      bw_insights_ref (self->insights), (GDestroyNotify) bw_insights_unref);
}

/* The view */

/* The rows, and everything together: the largest rows only may be there. */
static DexFuture *
take_both (DexFuture *answers, gpointer user_data)
{
  GPtrArray *both = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_insights_unref);
  GValue value = G_VALUE_INIT;
  DexFuture *future;

  for (guint i = 0; i < 2; i++)
    {
      const GValue *answer = dex_future_set_get_value_at (DEX_FUTURE_SET (answers), i, NULL);

      g_ptr_array_add (both, g_value_dup_boxed (answer));
    }

  g_value_init (&value, G_TYPE_PTR_ARRAY);
  g_value_take_boxed (&value, both);
  future = dex_future_new_for_value (&value);
  g_value_unset (&value);

  return future;
}

static DexFuture *
bw_report_view_load (BwLiveView *view, BwBusiness *business)
{
  BwReportView *self = BW_REPORT_VIEW (view);
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  BwInsightsQuery query = { NULL };
  DexFuture *rows;
  BwTime edges[2];
  GDate first, last;

  bw_list_filter_get_days (self->filter, &first, &last);
  if (!g_date_valid (&first))
    g_date_set_dmy (&first, 1, G_DATE_JANUARY, FIRST_YEAR);
  if (!g_date_valid (&last))
    bw_date_today (&last, zone);
  if (g_date_compare (&first, &last) > 0)
    last = first;
  g_date_add_days (&last, 1);

  edges[0] = bw_date_get_start (&first, zone);
  edges[1] = bw_date_get_start (&last, zone);
  query.edges = edges;
  query.n_edges = G_N_ELEMENTS (edges);
  query.by = get_by (self);
  rows = bw_business_get_insights (business, &query);
  query.by = BW_INSIGHTS_BY_NOTHING;

  return dex_future_then (dex_future_all (rows, bw_business_get_insights (business, &query), NULL),
                          take_both, NULL, NULL);
}

static void
bw_report_view_take (BwLiveView *view, const GValue *answer)
{
  BwReportView *self = BW_REPORT_VIEW (view);

  const GPtrArray *both = g_value_get_boxed (answer);

  g_clear_pointer (&self->insights, bw_insights_unref);
  g_clear_pointer (&self->all, bw_insights_unref);
  self->insights = bw_insights_ref (both->pdata[0]);
  self->all = bw_insights_ref (both->pdata[1]);
  if (self->by != get_by (self))
    set_columns (self, get_by (self));
  bw_figure_table_take (self->table, self->insights->rows);
  gtk_stack_set_visible_child_name (self->stack, self->insights->rows->len > 0 ? "table" : "empty");
  update_totals (self);
  update_more (self);
  update_actions (self);
}

static gboolean
bw_report_view_concerns (BwLiveView *view, const BwEvent *event)
{
  return event->job != NULL && bw_job_is_finished (event->job);
}

static void
bw_report_view_forget (BwLiveView *view)
{
  BwReportView *self = BW_REPORT_VIEW (view);
  g_autoptr (GPtrArray) nothing = g_ptr_array_new ();

  g_clear_pointer (&self->insights, bw_insights_unref);
  g_clear_pointer (&self->all, bw_insights_unref);
  bw_figure_table_take (self->table, nothing);
  update_actions (self);
}

static void
bw_report_view_dispose (GObject *object)
{
  BwReportView *self = BW_REPORT_VIEW (object);

  g_clear_object (&self->filter);
  g_clear_pointer (&self->insights, bw_insights_unref);
  g_clear_pointer (&self->all, bw_insights_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_REPORT_VIEW);

  G_OBJECT_CLASS (bw_report_view_parent_class)->dispose (object);
}

static void
bw_report_view_class_init (BwReportViewClass *klass)
{
  BwLiveViewClass *view_class = BW_LIVE_VIEW_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bw_report_view_dispose;
  view_class->load = bw_report_view_load;
  view_class->take = bw_report_view_take;
  view_class->forget = bw_report_view_forget;
  view_class->concerns = bw_report_view_concerns;

  gtk_widget_class_install_action (widget_class, "report.print", NULL, print_action);
  gtk_widget_class_install_action (widget_class, "report.export", NULL, export_action);
  g_type_ensure (BW_TYPE_DAYS_CHOOSER);
  g_type_ensure (BW_TYPE_FIGURE_STRIP);
  g_type_ensure (BW_TYPE_FIGURE_TABLE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batchwork/Batchwork/bw-report-view.ui");
  gtk_widget_class_bind_template_child (widget_class, BwReportView, days);
  gtk_widget_class_bind_template_child (widget_class, BwReportView, export_button);
  gtk_widget_class_bind_template_child (widget_class, BwReportView, strip);
  gtk_widget_class_bind_template_child (widget_class, BwReportView, groupings);
  gtk_widget_class_bind_template_child (widget_class, BwReportView, stack);
  gtk_widget_class_bind_template_child (widget_class, BwReportView, more_label);
  gtk_widget_class_bind_template_child (widget_class, BwReportView, table);
  gtk_widget_class_bind_template_callback (widget_class, choice_cb);
}

static void
bw_report_view_init (BwReportView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->filter = bw_list_filter_new ();
  bw_list_filter_set_period (self->filter, BW_PERIOD_THIS_MONTH);
  bw_days_chooser_set_filter (self->days, self->filter);
  g_signal_connect_object (self->filter, "changed", G_CALLBACK (choice_cb), self,
                           G_CONNECT_SWAPPED);
  set_columns (self, BW_INSIGHTS_BY_TYPE);
  update_actions (self);
}
