/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-insights-view.h"

#include <glib/gi18n.h>
#include <math.h>

#include "bw-chart-card.h"
#include "bw-choice-button.h"
#include "bw-choice-sources.h"
#include "bw-dates.h"
#include "bw-figure-strip.h"
#include "bw-format.h"
#include "bw-insights-charts.h"

struct _BwInsightsView
{
  BwLiveView parent_instance;

  AdwToggleGroup *periods;
  AdwToggleGroup *groupings;
  BwChoiceButton *types_button;
  BwFigureStrip *strip;
  BwChartCard *jobs_card;
  BwChartCard *failures_card;
  BwChartCard *duration_card;
  GtkOrientable *pair;

  GListStore *types; /* of BwChoice */
};

G_DEFINE_FINAL_TYPE (BwInsightsView, bw_insights_view, BW_TYPE_LIVE_VIEW)

typedef struct
{
  const char *name;
  BwChartGrain grain;
  guint n;
} Period;

static const Period periods[] = {
  { "7-days", BW_CHART_DAYS, 7 },
  { "30-days", BW_CHART_DAYS, 30 },
  { "12-weeks", BW_CHART_WEEKS, 12 },
  { "12-months", BW_CHART_MONTHS, 12 },
};

static const Period *
get_period (BwInsightsView *self)
{
  const char *name = adw_toggle_group_get_active_name (self->periods);

  for (guint i = 0; i < G_N_ELEMENTS (periods); i++)
    if (g_strcmp0 (periods[i].name, name) == 0)
      return &periods[i];

  return &periods[0];
}

static BwInsightsBy
get_by (BwInsightsView *self)
{
  const char *name = adw_toggle_group_get_active_name (self->groupings);

  return g_strcmp0 (name, "type") == 0 ? BW_INSIGHTS_BY_TYPE : BW_INSIGHTS_BY_NOTHING;
}

static void
choice_cb (BwInsightsView *self)
{
  bw_live_view_reload (BW_LIVE_VIEW (self));
}

static void
narrow_cb (BwInsightsView *self)
{
  gboolean narrow = bw_live_view_get_narrow (BW_LIVE_VIEW (self));

  gtk_orientable_set_orientation (self->pair,
                                  narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  gtk_box_set_homogeneous (GTK_BOX (self->pair), !narrow);
}

/* The figures of the whole period */

static void
set_figure (BwInsightsView *self,
            const char *caption,
            BwChartUnit unit,
            double value,
            const char *style)
{
  g_autofree char *text = bw_chart_format_value (unit, value);

  bw_figure_strip_set (self->strip, caption, text, value > 0 ? style : NULL);
}

static void
update_strip (BwInsightsView *self, const BwInsights *insights)
{
  BwInsightsFigures all;

  bw_insights_figures_init (&all);
  for (guint i = 0; i < insights->rows->len; i++)
    bw_insights_figures_add (&all, &((BwInsightsRow *) insights->rows->pdata[i])->total);

  set_figure (self, _ ("Jobs Done"), BW_CHART_COUNT, (double) all.finished, NULL);
  set_figure (self, _ ("Failure Rate"), BW_CHART_PERCENT, bw_insights_failure_rate (&all), "error");
  set_figure (self, _ ("Ran on Average"), BW_CHART_DURATION,
              all.run_ms < 0 ? NAN : (double) all.run_ms, NULL);
  set_figure (self, _ ("Waited on Average"), BW_CHART_DURATION,
              all.wait_ms < 0 ? NAN : (double) all.wait_ms, NULL);
  set_figure (self, _ ("Items"), BW_CHART_COUNT, (double) all.items, NULL);
}

/* The view */

static DexFuture *
bw_insights_view_load (BwLiveView *view, BwBusiness *business)
{
  BwInsightsView *self = BW_INSIGHTS_VIEW (view);
  const Period *period = get_period (self);
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GArray) edges = NULL;
  g_autoptr (GPtrArray) types = g_ptr_array_new ();
  BwInsightsQuery query = { NULL };
  GDate today;

  bw_date_today (&today, zone);
  edges = bw_chart_edges_until (period->grain, period->n, &today, bw_date_get_week_start (), zone);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->types)); i++)
    {
      g_autoptr (BwChoice) choice = g_list_model_get_item (G_LIST_MODEL (self->types), i);

      g_ptr_array_add (types, (gpointer) bw_choice_get_id (choice));
    }
  g_ptr_array_add (types, NULL);

  query.edges = (const BwTime *) (gpointer) edges->data;
  query.n_edges = edges->len;
  query.by = get_by (self);
  query.types = types->len > 1 ? (const char *const *) types->pdata : NULL;

  return bw_business_get_insights (business, &query);
}

static void
bw_insights_view_take (BwLiveView *view, const GValue *answer)
{
  BwInsightsView *self = BW_INSIGHTS_VIEW (view);
  const BwInsights *insights = g_value_get_boxed (answer);
  BwInsightsBy by = get_by (self);
  BwChartGrain grain = get_period (self)->grain;
  g_autoptr (BwChartData) jobs = bw_insights_chart_jobs (insights, by, grain);
  g_autoptr (BwChartData) failures = bw_insights_chart_failures (insights, by, grain);
  g_autoptr (BwChartData) duration = bw_insights_chart_duration (insights, by, grain);

  update_strip (self, insights);
  bw_chart_card_set_data (self->jobs_card, jobs);
  bw_chart_card_set_data (self->failures_card, failures);
  bw_chart_card_set_data (self->duration_card, duration);
}

/* Only ends are counted. */
static gboolean
bw_insights_view_concerns (BwLiveView *view, const BwEvent *event)
{
  return event->job != NULL && bw_job_is_finished (event->job);
}

static void
bw_insights_view_forget (BwLiveView *view)
{
  BwInsightsView *self = BW_INSIGHTS_VIEW (view);
  BwBusiness *business = bw_live_view_get_business (view);

  g_list_store_remove_all (self->types);
  if (business != NULL)
    bw_choice_button_set_func (self->types_button, bw_choices_of_types, g_object_ref (business),
                               g_object_unref);
}

static void
bw_insights_view_dispose (GObject *object)
{
  BwInsightsView *self = BW_INSIGHTS_VIEW (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_INSIGHTS_VIEW);
  g_clear_object (&self->types);

  G_OBJECT_CLASS (bw_insights_view_parent_class)->dispose (object);
}

static void
bw_insights_view_class_init (BwInsightsViewClass *klass)
{
  BwLiveViewClass *view_class = BW_LIVE_VIEW_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bw_insights_view_dispose;
  view_class->load = bw_insights_view_load;
  view_class->take = bw_insights_view_take;
  view_class->forget = bw_insights_view_forget;
  view_class->concerns = bw_insights_view_concerns;

  g_type_ensure (BW_TYPE_CHART_CARD);
  g_type_ensure (BW_TYPE_CHOICE_BUTTON);
  g_type_ensure (BW_TYPE_FIGURE_STRIP);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/batchwork/Batchwork/bw-insights-view.ui");
  gtk_widget_class_bind_template_child (widget_class, BwInsightsView, periods);
  gtk_widget_class_bind_template_child (widget_class, BwInsightsView, groupings);
  gtk_widget_class_bind_template_child (widget_class, BwInsightsView, types_button);
  gtk_widget_class_bind_template_child (widget_class, BwInsightsView, strip);
  gtk_widget_class_bind_template_child (widget_class, BwInsightsView, jobs_card);
  gtk_widget_class_bind_template_child (widget_class, BwInsightsView, failures_card);
  gtk_widget_class_bind_template_child (widget_class, BwInsightsView, duration_card);
  gtk_widget_class_bind_template_child (widget_class, BwInsightsView, pair);
  gtk_widget_class_bind_template_callback (widget_class, choice_cb);
}

static void
bw_insights_view_init (BwInsightsView *self)
{
  self->types = g_list_store_new (BW_TYPE_CHOICE);
  gtk_widget_init_template (GTK_WIDGET (self));
  bw_choice_button_set_selected (self->types_button, self->types);
  g_signal_connect_object (self->types, "items-changed", G_CALLBACK (choice_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect (self, "notify::narrow", G_CALLBACK (narrow_cb), NULL);
}
