/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-queue-view.h"

#include <glib/gi18n.h>
#include <math.h>

#include "bw-application.h"
#include "bw-business-views.h"
#include "bw-chart-card.h"
#include "bw-figure-strip.h"
#include "bw-format.h"
#include "bw-help.h"
#include "bw-job-table.h"
#include "bw-list-filter-actions.h"
#include "bw-pause-acts.h"
#include "bw-pause-words.h"

struct _BwQueueView
{
  BwLiveView parent_instance;

  GtkLabel *name_label;
  AdwToggleGroup *pages;
  GtkWidget *pause_button;
  GtkWidget *resume_button;
  GtkWidget *paused_box;
  GtkLabel *paused_label;
  GtkWidget *figures_box;
  BwFigureStrip *strip;
  BwChartCard *chart_card;
  GtkStack *jobs_stack;
  BwJobTable *table;

  char *type;
  BwQueueInfo *queue;
  BwListFilter *filter;
  BwJobList *jobs;
  GSimpleActionGroup *actions; /* "jobs", which the table's titles and rows use */
};

G_DEFINE_FINAL_TYPE (BwQueueView, bw_queue_view, BW_TYPE_LIVE_VIEW)

/* Figures */

static void
set_count (BwQueueView *self, const char *caption, gint64 count, const char *style)
{
  g_autofree char *figure = bw_format_number (count);

  bw_figure_strip_set (self->strip, caption, figure, count > 0 ? style : NULL);
}

static void
update_figures (BwQueueView *self)
{
  const BwQueueInfo *queue = self->queue;
  g_autofree char *average =
      queue->average_ms != BW_NO_FIGURE ? bw_format_duration (queue->average_ms) : g_strdup ("–");

  set_count (self, _ ("Waiting"), queue->queued, NULL);
  set_count (self, _ ("Scheduled"), queue->scheduled, NULL);
  set_count (self, _ ("Processing"), queue->processing, "accent");
  set_count (self, _ ("Workers"), queue->workers, NULL);
  set_count (self, _ ("Done in 1 h"), queue->finished_hour, NULL);
  set_count (self, _ ("Done in 24 h"), queue->finished_day, NULL);
  set_count (self, _ ("Failed in 24 h"), queue->failed_day, "error");
  bw_figure_strip_set (self->strip, _ ("On Average"), average, NULL);
}

static BwTime
get_hour (BwTime time)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc_usec (time * 1000);
  g_autoptr (GDateTime) local = g_date_time_to_local (utc);

  return time - g_date_time_get_minute (local) * BW_TIME_MINUTE;
}

/* The quarters of an hour as hours of the clock, of which the first is cut off and the last one
 * goes on. */
static void
update_chart (BwQueueView *self)
{
  const GArray *quarters = self->queue->quarters;
  g_autofree BwTime *edges = NULL;
  g_autoptr (BwChartData) data = NULL;
  BwChartSeries *done;
  BwChartSeries *failed;
  BwTime first;
  guint n;

  if (quarters == NULL || quarters->len == 0)
    return;

  first = get_hour (g_array_index (quarters, BwQueueQuarter, 0).at);
  n = (guint) ((g_array_index (quarters, BwQueueQuarter, quarters->len - 1).at - first)
               / BW_TIME_HOUR)
      + 1;
  edges = g_new0 (BwTime, n + 1);
  for (guint i = 0; i <= n; i++)
    edges[i] = first + i * BW_TIME_HOUR;

  data = bw_chart_data_new (BW_CHART_BARS, BW_CHART_COUNT, BW_CHART_HOURS, edges, n);
  done = bw_chart_data_add (data, _ ("Done"), "success");
  failed = bw_chart_data_add (data, _ ("Failed"), "failed");
  done->total = failed->total = 0;
  for (guint i = 0; i < quarters->len; i++)
    {
      const BwQueueQuarter *quarter = &g_array_index (quarters, BwQueueQuarter, i);
      guint hour = (guint) ((quarter->at - first) / BW_TIME_HOUR);

      done->values[hour] += (double) (quarter->finished - quarter->failed);
      failed->values[hour] += (double) quarter->failed;
      done->total += (double) (quarter->finished - quarter->failed);
      failed->total += (double) quarter->failed;
    }

  bw_chart_card_set_data (self->chart_card, data);
}

/* Pausing */

static gboolean
may_pause (BwQueueView *self)
{
  BwBusiness *business = bw_live_view_get_business (BW_LIVE_VIEW (self));

  return business != NULL && bw_business_may (business, BW_PERMISSION_PAUSE);
}

/* That it is this type need not be said here. */
static char *
describe_pause (const BwPause *pause)
{
  g_autofree char *origin = NULL;

  if (pause->all)
    return bw_pause_explain (pause);

  origin = bw_pause_describe_origin (pause);
  if (pause->reason == NULL || *pause->reason == '\0')
    return g_steal_pointer (&origin);

  return g_strjoin ("\n", pause->reason, origin, NULL);
}

static void
update_pause (BwQueueView *self)
{
  const BwPause *pause = self->queue != NULL ? self->queue->paused : NULL;
  g_autofree char *words = pause != NULL ? describe_pause (pause) : NULL;
  BwBusiness *business = bw_live_view_get_business (BW_LIVE_VIEW (self));
  gboolean online = business != NULL
                    && bw_connection_get_state (bw_business_get_connection (business))
                           == BW_CONNECTION_STATE_ONLINE;

  gtk_widget_set_visible (self->paused_box, pause != NULL);
  gtk_label_set_text (self->paused_label, words != NULL ? words : "");
  gtk_widget_set_visible (self->pause_button,
                          may_pause (self) && self->queue != NULL && pause == NULL);
  gtk_widget_set_visible (self->resume_button, may_pause (self) && pause != NULL);
  if (pause != NULL)
    gtk_button_set_label (GTK_BUTTON (self->resume_button),
                          pause->all ? _ ("_Resume Everything") : _ ("_Resume"));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "queue.pause", online);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "queue.resume", online);
}

static AdwToastOverlay *
get_toasts (BwQueueView *self)
{
  return ADW_TOAST_OVERLAY (gtk_widget_get_ancestor (self->figures_box, ADW_TYPE_TOAST_OVERLAY));
}

static DexFuture *
pause_failed (DexFuture *failure, gpointer view)
{
  g_autoptr (GError) error = NULL;

  dex_future_get_value (failure, &error);
  bw_live_view_toast (view, error->message);

  return dex_future_new_true ();
}

static void
pause_answered_cb (GObject *dialog, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BwQueueView) self = user_data;
  const char *types[] = { self->type, NULL };
  BwBusiness *business = bw_live_view_get_business (BW_LIVE_VIEW (self));
  GtkWidget *entry = adw_alert_dialog_get_extra_child (ADW_ALERT_DIALOG (dialog));
  g_autofree char *reason = g_strstrip (
      g_strdup (gtk_editable_get_text (GTK_EDITABLE (gtk_widget_get_first_child (entry)))));

  if (!g_str_equal (adw_alert_dialog_choose_finish (ADW_ALERT_DIALOG (dialog), result), "pause")
      || business == NULL)
    return;

  dex_future_disown (
      dex_future_catch (bw_pause_acts_pause (get_toasts (self), business, NULL, types, FALSE,
                                             *reason != '\0' ? reason : NULL),
                        pause_failed, g_object_ref (self), g_object_unref));
}

static GtkWidget *
create_reason_entry (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *entry = gtk_entry_new ();

  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), _ ("Reason, for others to see"));
  gtk_entry_set_max_length (GTK_ENTRY (entry), BW_FILTER_MAX_TEXT);
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Reason"), -1);
  gtk_box_append (GTK_BOX (box), entry);

  return box;
}

static void
pause_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  BwQueueView *self = BW_QUEUE_VIEW (widget);
  GtkWidget *reason;
  AdwAlertDialog *dialog;

  if (self->queue == NULL || !may_pause (self))
    return;

  reason = create_reason_entry ();
  dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (
      NULL, _ ("No worker takes further jobs of this type until it is resumed. Those that run now "
               "stop, and go on afterwards.")));
  adw_alert_dialog_format_heading (dialog, _ ("Pause “%s”?"), self->queue->type_name);
  adw_alert_dialog_set_extra_child (dialog, reason);
  adw_dialog_set_focus (ADW_DIALOG (dialog), gtk_widget_get_first_child (reason));
  adw_alert_dialog_add_responses (dialog, "keep", _ ("_Cancel"), "pause", _ ("_Pause"), NULL);
  adw_alert_dialog_set_response_appearance (dialog, "pause", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_default_response (dialog, "pause");
  adw_alert_dialog_set_close_response (dialog, "keep");
  bw_help_set_page (GTK_WIDGET (dialog), "pause");
  adw_alert_dialog_choose (dialog, widget, NULL, pause_answered_cb, g_object_ref (self));
}

static void
resume_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  BwQueueView *self = BW_QUEUE_VIEW (widget);

  if (self->queue != NULL && self->queue->paused != NULL && may_pause (self))
    dex_future_disown (bw_pause_acts_resume (
        get_toasts (self), bw_live_view_get_business (BW_LIVE_VIEW (self)), self->queue->paused));
}

/* Its jobs */

static void
job_activated_cb (BwQueueView *self, BwJobEntry *entry)
{
  BwJob *job = bw_job_entry_get_job (entry);

  if (job != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self->table), "jobs.open", "x", job->id);
}

static void
open_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  BwQueueView *self = user_data;

  bw_application_open_job (BW_APPLICATION (g_application_get_default ()),
                           bw_live_view_get_business (BW_LIVE_VIEW (self)),
                           g_variant_get_int64 (parameter));
}

static void
update_jobs (BwQueueView *self)
{
  gboolean empty = bw_paged_list_get_loaded (BW_PAGED_LIST (self->jobs))
                   && g_list_model_get_n_items (G_LIST_MODEL (self->jobs)) == 0;

  gtk_stack_set_visible_child_name (self->jobs_stack, empty ? "empty" : "jobs");
}

static void
filter_changed_cb (BwQueueView *self)
{
  g_autoptr (BwFilter) filter = bw_list_filter_to_filter (self->filter);
  const char *types[] = { self->type, NULL };

  g_strfreev (filter->types);
  filter->types = g_strdupv ((GStrv) types);
  if (self->jobs != NULL)
    {
      bw_job_list_set_filter (self->jobs, filter);
      return;
    }

  self->jobs = bw_job_list_new (bw_live_view_get_business (BW_LIVE_VIEW (self)), filter);
  g_signal_connect_object (self->jobs, "items-changed", G_CALLBACK (update_jobs), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->jobs, "notify::loaded", G_CALLBACK (update_jobs), self,
                           G_CONNECT_SWAPPED);
  bw_job_table_set_list (self->table, self->jobs);
}

static void
page_cb (BwQueueView *self)
{
  gboolean narrow = bw_live_view_get_narrow (BW_LIVE_VIEW (self));
  gboolean jobs = g_strcmp0 (adw_toggle_group_get_active_name (self->pages), "jobs") == 0;

  gtk_widget_set_visible (self->figures_box, !narrow || !jobs);
  gtk_widget_set_visible (GTK_WIDGET (self->jobs_stack), !narrow || jobs);
  bw_job_table_set_layout (self->table, narrow ? BW_JOB_LAYOUT_NARROW : BW_JOB_LAYOUT_COMPACT);
}

/* The view */

static DexFuture *
bw_queue_view_load (BwLiveView *view, BwBusiness *business)
{
  return bw_business_get_queue (business, BW_QUEUE_VIEW (view)->type);
}

static void
bw_queue_view_take (BwLiveView *view, const GValue *answer)
{
  BwQueueView *self = BW_QUEUE_VIEW (view);

  g_clear_pointer (&self->queue, bw_queue_info_unref);
  self->queue = bw_queue_info_ref (g_value_get_boxed (answer));
  gtk_label_set_text (self->name_label, self->queue->type_name);
  update_figures (self);
  update_chart (self);
  update_pause (self);
}

static gboolean
bw_queue_view_concerns (BwLiveView *view, const BwEvent *event)
{
  return event->job == NULL || g_strcmp0 (event->job->type, BW_QUEUE_VIEW (view)->type) == 0;
}

static void
bw_queue_view_dispose (GObject *object)
{
  BwQueueView *self = BW_QUEUE_VIEW (object);

  if (self->table != NULL)
    bw_job_table_set_list (self->table, NULL);
  g_clear_object (&self->jobs);
  if (self->filter != NULL)
    g_signal_handlers_disconnect_by_data (self->filter, self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "jobs", NULL);
  g_clear_object (&self->actions);
  g_clear_object (&self->filter);
  g_clear_pointer (&self->queue, bw_queue_info_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_QUEUE_VIEW);

  G_OBJECT_CLASS (bw_queue_view_parent_class)->dispose (object);
}

static void
bw_queue_view_finalize (GObject *object)
{
  g_free (BW_QUEUE_VIEW (object)->type);

  G_OBJECT_CLASS (bw_queue_view_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  g_type_ensure (BW_TYPE_CHART_CARD);
  g_type_ensure (BW_TYPE_FIGURE_STRIP);
  g_type_ensure (BW_TYPE_JOB_TABLE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batchwork/Batchwork/bw-queue-view.ui");
  gtk_widget_class_bind_template_child (widget_class, BwQueueView, name_label);
  gtk_widget_class_bind_template_child (widget_class, BwQueueView, pages);
  gtk_widget_class_bind_template_child (widget_class, BwQueueView, pause_button);
  gtk_widget_class_bind_template_child (widget_class, BwQueueView, resume_button);
  gtk_widget_class_bind_template_child (widget_class, BwQueueView, paused_box);
  gtk_widget_class_bind_template_child (widget_class, BwQueueView, paused_label);
  gtk_widget_class_bind_template_child (widget_class, BwQueueView, figures_box);
  gtk_widget_class_bind_template_child (widget_class, BwQueueView, strip);
  gtk_widget_class_bind_template_child (widget_class, BwQueueView, chart_card);
  gtk_widget_class_bind_template_child (widget_class, BwQueueView, jobs_stack);
  gtk_widget_class_bind_template_child (widget_class, BwQueueView, table);
  gtk_widget_class_bind_template_callback (widget_class, page_cb);
  gtk_widget_class_bind_template_callback (widget_class, job_activated_cb);
}

static void
bw_queue_view_class_init (BwQueueViewClass *klass)
{
  BwLiveViewClass *view_class = BW_LIVE_VIEW_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bw_queue_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = bw_queue_view_finalize;
  view_class->load = bw_queue_view_load;
  view_class->take = bw_queue_view_take;
  view_class->concerns = bw_queue_view_concerns;

  gtk_widget_class_install_action (widget_class, "queue.pause", NULL, pause_action);
  gtk_widget_class_install_action (widget_class, "queue.resume", NULL, resume_action);
  bind_template (widget_class);
}

static void
bw_queue_view_init (BwQueueView *self)
{
  static const GActionEntry entries[] = { { "open", open_action, "x" } };

  gtk_widget_init_template (GTK_WIDGET (self));
  self->filter = bw_list_filter_new ();
  self->actions = bw_list_filter_actions_new (self->filter);
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries),
                                   self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "jobs", G_ACTION_GROUP (self->actions));
  bw_job_table_set_filter (self->table, self->filter);
  bw_job_table_set_layout (self->table, BW_JOB_LAYOUT_COMPACT);
  g_signal_connect (self, "notify::narrow", G_CALLBACK (page_cb), NULL);
}

/**
 * bw_queue_view_new:
 * @business: whose queue
 * @type: of which type
 *
 * Returns: (transfer floating): a view that loads when it comes on screen
 */
GtkWidget *
bw_queue_view_new (BwBusiness *business, const char *type)
{
  BwQueueView *self = g_object_new (BW_TYPE_QUEUE_VIEW, NULL);

  self->type = g_strdup (type);
  bw_live_view_set_business (BW_LIVE_VIEW (self), business);
  filter_changed_cb (self);
  g_signal_connect_swapped (self->filter, "changed", G_CALLBACK (filter_changed_cb), self);
  g_signal_connect_object (business, "notify::permissions", G_CALLBACK (update_pause), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (bw_business_get_connection (business), "notify::state",
                           G_CALLBACK (update_pause), self, G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}
