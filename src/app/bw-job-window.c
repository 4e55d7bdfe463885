/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-job-window.h"

#include <glib/gi18n.h>

#include "bw-export-dialog.h"
#include "bw-fiber.h"
#include "bw-format.h"
#include "bw-history-page.h"
#include "bw-items-page.h"
#include "bw-job-actions.h"
#include "bw-job-summary.h"
#include "bw-jobs-view-menu.h"
#include "bw-log-page.h"
#include "bw-parameters-page.h"
#include "bw-rights-notice.h"
#include "bw-toast.h"

struct _BwJobWindow
{
  AdwWindow parent_instance;

  AdwBanner *banner;
  AdwToastOverlay *toasts;
  GtkStack *states;
  AdwStatusPage *gone_page;
  AdwWindowTitle *narrow_title;
  GtkWidget *switcher;
  BwJobSummary *summary;
  AdwViewStack *stack;
  AdwViewStackPage *items_stack_page;
  BwItemsPage *items_page;
  BwParametersPage *parameters_page;
  BwLogPage *log_page;
  BwHistoryPage *history_page;
  GtkWidget *download_button;
  GtkMenuButton *menu_button;

  BwBusiness *business;
  gint64 job_id;
  BwJob *job;               /* as last known; NULL until it is loaded */
  BwResultKind result_kind;
  const char *gone;         /* why the job is no longer there, for people; NULL while it is */
  BwTime away_since;        /* when the server was last heard of; BW_TIME_NONE while it is there */
  BwPermissions permissions;
  guint loading;            /* how many requests for the job are under way */
  gboolean load_again;      /* something happened while it was being loaded */
  gboolean log_open;
  const char *to_run;       /* an action to be done when the job is there */
};

G_DEFINE_FINAL_TYPE (BwJobWindow, bw_job_window, ADW_TYPE_WINDOW)

enum
{
  PROP_0,
  PROP_BUSINESS,
  PROP_JOB_ID,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static gboolean
is_closed (BwJobWindow *self)
{
  return self->business == NULL;
}

/* What stands above the job */

static char *
describe_server (BwJobWindow *self)
{
  BwConnection *connection = bw_business_get_connection (self->business);
  g_autofree char *time = NULL;

  if (self->away_since == BW_TIME_NONE)
    return NULL;

  time = bw_format_clock (self->away_since);
  if (bw_connection_get_state (connection) == BW_CONNECTION_STATE_SIGNED_OUT)
    return g_strdup_printf (_("Your sign-in has lapsed. Showing what was known at %s."), time);

  return g_strdup_printf (_("The server at %s can’t be reached. Showing what was known at %s."),
                          bw_connection_get_url (connection), time);
}

static void
update_banner (BwJobWindow *self)
{
  BwConnection *connection = bw_business_get_connection (self->business);
  gboolean lapsed = bw_connection_get_state (connection) == BW_CONNECTION_STATE_SIGNED_OUT
                    && bw_connection_get_error (connection) != NULL;
  g_autofree char *text = self->gone != NULL ? g_strdup (self->gone) : describe_server (self);
  gboolean may_sign_in = text != NULL && self->gone == NULL && lapsed;

  if (text != NULL)
    adw_banner_set_title (self->banner, text);
  adw_banner_set_button_label (self->banner, may_sign_in ? _("_Sign In…") : NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->banner), may_sign_in ? "app.sign-in" : NULL);
  adw_banner_set_revealed (self->banner, text != NULL && self->job != NULL);
}

/* What can be done, and why not. */
static void
update_actions (BwJobWindow *self)
{
  gboolean may_export = bw_business_may (self->business, BW_PERMISSION_EXPORT);

  bw_job_actions_update (GTK_WIDGET (self), self->business, self->gone == NULL ? self->job : NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "job.export-items", may_export && self->gone == NULL);
  if (self->job == NULL)
    return;

  bw_jobs_view_update_window_menu (self->menu_button, self->business, self->job, self->gone);
  bw_items_page_set_job (self->items_page, self->gone == NULL ? self->job : NULL);
}

static void
set_gone (BwJobWindow *self, const char *reason)
{
  self->gone = reason;
  update_actions (self);
  update_banner (self);
}

/* Before there is a job to show */
static void
show_error (BwJobWindow *self, const GError *error)
{
  gboolean is_missing = g_error_matches (error, BW_ERROR, BW_ERROR_NOT_FOUND);

  adw_status_page_set_title (self->gone_page,
                             is_missing ? _("This Job Is Not There") : _("The Job Could Not Be Loaded"));
  adw_status_page_set_description (self->gone_page,
                                   is_missing ? _("It was deleted, or you don’t have the right to see it.") : error->message);
  gtk_stack_set_visible_child_name (self->states, "gone");
}

static void
visible_page_cb (BwJobWindow *self)
{
  const char *page = adw_view_stack_get_visible_child_name (self->stack);

  if (self->job == NULL || page == NULL)
    return;

  if (g_str_equal (page, "log") && !self->log_open)
    {
      self->log_open = TRUE;
      bw_log_page_open (self->log_page, self->business, self->job_id, !bw_job_is_finished (self->job));
    }
  else if (g_str_equal (page, "history"))
    bw_history_page_show (self->history_page, self->business, self->job);
}

/* The job */

static void
update_download (BwJobWindow *self)
{
  g_autofree char *reason = bw_job_summary_explain_result (self->job, self->result_kind);

  gtk_widget_set_visible (self->download_button, self->job->result_name != NULL || self->result_kind == BW_RESULT_USUAL);
  gtk_widget_set_tooltip_text (self->download_button, reason != NULL ? reason : _("Download Result"));
}

static DexFuture *
load_type_fiber (gpointer data)
{
  BwJobWindow *self = data;
  g_autoptr (GPtrArray) types = dex_await_boxed (bw_business_list_types (self->business), NULL);

  for (guint i = 0; !is_closed (self) && types != NULL && i < types->len; i++)
    {
      const BwTypeInfo *type = g_ptr_array_index (types, i);

      if (!g_str_equal (type->type, self->job->type))
        continue;
      self->result_kind = type->makes_result ? BW_RESULT_USUAL : BW_RESULT_NEVER;
      bw_job_summary_set_result_kind (self->summary, self->result_kind);
      update_download (self);
    }

  return dex_future_new_true ();
}

/* What is known only when the job is there for the first time. */
static void
open_pages (BwJobWindow *self)
{
  gboolean has_items = bw_item_counts_total (&self->job->items) > 0;

  adw_view_stack_page_set_visible (self->items_stack_page, has_items);
  if (has_items)
    bw_items_page_open (self->items_page, self->business, self->job_id);
  else
    adw_view_stack_set_visible_child_name (self->stack, "log");
  gtk_widget_set_visible (self->switcher, TRUE);
  gtk_stack_set_visible_child_name (self->states, "job");
  dex_future_disown (bw_fiber_spawn (load_type_fiber, g_object_ref (self), g_object_unref));
}

static void
set_job (BwJobWindow *self, BwJob *job)
{
  gboolean is_first = self->job == NULL;

  if (self->job != NULL && job->revision < self->job->revision)
    return;

  bw_job_ref (job);
  g_clear_pointer (&self->job, bw_job_unref);
  self->job = job;

  gtk_window_set_title (GTK_WINDOW (self), job->name);
  adw_window_title_set_title (self->narrow_title, job->type_name);
  bw_job_summary_set_job (self->summary, job);
  update_download (self);
  if (is_first)
    open_pages (self);
  set_gone (self, NULL);
  visible_page_cb (self);
  if (self->to_run != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), g_steal_pointer (&self->to_run), NULL);
}

static void load (BwJobWindow *self);

static void
take_load_error (BwJobWindow *self, const GError *error)
{
  if (self->job == NULL)
    show_error (self, error);
  else if (g_error_matches (error, BW_ERROR, BW_ERROR_NOT_FOUND))
    set_gone (self, _("You no longer have the right to see this job, or it was deleted. What you see is what was "
                      "known of it."));
  else if (!bw_client_error_is_transient (error) && !g_error_matches (error, BW_ERROR, BW_ERROR_UNAUTHORIZED))
    bw_toast_say (self->toasts, error->message);
}

static DexFuture *
load_fiber (gpointer data)
{
  BwJobWindow *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BwJobDetails) details = NULL;

  details = dex_await_boxed (bw_business_get_job (self->business, self->job_id), &error);
  self->loading--;
  if (is_closed (self))
    return dex_future_new_true ();

  if (details != NULL)
    {
      set_job (self, details->job);
      bw_parameters_page_set_parameters (self->parameters_page, details->parameters);
    }
  else
    {
      take_load_error (self, error);
    }
  if (self->load_again)
    load (self);

  return dex_future_new_true ();
}

/* Many reasons to look at once are one. */
static void
load (BwJobWindow *self)
{
  self->load_again = self->loading > 0;
  if (self->load_again)
    return;

  self->loading++;
  dex_future_disown (bw_fiber_spawn (load_fiber, g_object_ref (self), g_object_unref));
}

/* News */

static void
event_cb (BwJobWindow *self, BwEvent *event)
{
  switch (event->kind)
    {
    case BW_EVENT_JOB:
      if (event->job_id == self->job_id && self->job != NULL)
        set_job (self, event->job);
      break;
    case BW_EVENT_DELETED:
      if (event->job_id == self->job_id)
        set_gone (self, _("This job was deleted. What you see is what was known of it."));
      break;
    case BW_EVENT_PAUSES:
    case BW_EVENT_RIGHTS:
    case BW_EVENT_RESET:
    default:
      load (self);
      break;
    }
}

static void
permissions_cb (BwJobWindow *self)
{
  BwPermissions permissions = bw_business_get_permissions (self->business);
  g_autofree char *notice
      = bw_rights_notice_describe (bw_business_get_name (self->business), self->permissions, permissions);

  if (notice != NULL && self->job != NULL && self->gone == NULL)
    bw_toast_say (self->toasts, notice);
  self->permissions = permissions;
  update_actions (self);
}

/* A server that is there again, or a user who is: what is shown may be old. */
static void
state_cb (BwJobWindow *self)
{
  BwConnectionState state = bw_connection_get_state (bw_business_get_connection (self->business));
  gboolean was_away = self->away_since != BW_TIME_NONE;

  /* Neither there nor away: what was said stands. */
  if (state == BW_CONNECTION_STATE_CONNECTING)
    return;

  if (state == BW_CONNECTION_STATE_ONLINE)
    self->away_since = BW_TIME_NONE;
  else if (!was_away)
    self->away_since = bw_time_now ();
  if (state == BW_CONNECTION_STATE_ONLINE && was_away && self->gone == NULL)
    load (self);
  update_actions (self);
  update_banner (self);
}

/* What happened before the stream was open was not told. */
static void
stream_state_cb (BwJobWindow *self, GParamSpec *pspec, BwEventStream *stream)
{
  if (bw_event_stream_get_state (stream) == BW_EVENT_STREAM_STATE_LIVE && self->gone == NULL)
    load (self);
}

static void
follow (BwJobWindow *self)
{
  BwConnection *connection = bw_business_get_connection (self->business);
  BwEventStream *stream = bw_business_get_event_stream (self->business);

  g_signal_connect_object (stream, "event", G_CALLBACK (event_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (stream, "poll", G_CALLBACK (load), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (stream, "notify::state", G_CALLBACK (stream_state_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (connection, "notify::state", G_CALLBACK (state_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->business, "notify::permissions", G_CALLBACK (permissions_cb), self, G_CONNECT_SWAPPED);
  bw_event_stream_start (stream, -1);
}

static void
unfollow (BwJobWindow *self)
{
  g_signal_handlers_disconnect_by_data (bw_business_get_event_stream (self->business), self);
  g_signal_handlers_disconnect_by_data (bw_business_get_connection (self->business), self);
  g_signal_handlers_disconnect_by_data (self->business, self);
}

/* Actions */

static void
search_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  BwJobWindow *self = BW_JOB_WINDOW (widget);

  if (!adw_view_stack_page_get_visible (self->items_stack_page))
    return;

  adw_view_stack_set_visible_child_name (self->stack, "items");
  bw_items_page_focus_search (self->items_page);
}

static void
show_failed_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  BwJobWindow *self = BW_JOB_WINDOW (widget);

  adw_view_stack_set_visible_child_name (self->stack, "items");
  bw_items_page_show_failed (self->items_page);
}

static void
refresh_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  BwJobWindow *self = BW_JOB_WINDOW (widget);

  bw_event_stream_poke (bw_business_get_event_stream (self->business));
  if (self->log_open)
    bw_log_page_refresh (self->log_page);
  load (self);
}

static void
say_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  bw_toast_say (BW_JOB_WINDOW (widget)->toasts, g_variant_get_string (parameter, NULL));
}

static void
export_items_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  BwJobWindow *self = BW_JOB_WINDOW (widget);

  if (self->job != NULL)
    bw_export_dialog_present_for_items (widget, self->business, self->job,
                                        bw_items_page_get_filter (self->items_page));
}

static void
job_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  BwJobWindow *self = BW_JOB_WINDOW (widget);

  if (self->job != NULL)
    bw_job_actions_run (widget, self->toasts, self->business, self->job, name);
}

/* The object */

static void
bw_job_window_constructed (GObject *object)
{
  BwJobWindow *self = BW_JOB_WINDOW (object);

  G_OBJECT_CLASS (bw_job_window_parent_class)->constructed (object);

  self->permissions = bw_business_get_permissions (self->business);
  update_actions (self);
  bw_job_summary_set_business (self->summary, self->business);
  gtk_window_set_title (GTK_WINDOW (self), _("Job"));
  follow (self);
  state_cb (self);
  load (self);
}

static void
bw_job_window_dispose (GObject *object)
{
  BwJobWindow *self = BW_JOB_WINDOW (object);

  if (self->business != NULL)
    unfollow (self);
  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_JOB_WINDOW);
  g_clear_object (&self->business);
  g_clear_pointer (&self->job, bw_job_unref);

  G_OBJECT_CLASS (bw_job_window_parent_class)->dispose (object);
}

static void
bw_job_window_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  BwJobWindow *self = BW_JOB_WINDOW (object);

  switch (id)
    {
    case PROP_BUSINESS:
      self->business = g_value_dup_object (value);
      break;
    case PROP_JOB_ID:
      self->job_id = g_value_get_int64 (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "job.search", NULL, search_action);
  gtk_widget_class_install_action (widget_class, "job.show-failed", NULL, show_failed_action);
  gtk_widget_class_install_action (widget_class, "job.refresh", NULL, refresh_action);
  gtk_widget_class_install_action (widget_class, "job.export-items", NULL, export_items_action);
  gtk_widget_class_install_action (widget_class, "job.say", "s", say_action);
  for (guint i = 0; bw_job_action_names[i] != NULL; i++)
    gtk_widget_class_install_action (widget_class, bw_job_action_names[i], NULL, job_action);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/batchwork/Batchwork/bw-job-window.ui");
  gtk_widget_class_bind_template_child (widget_class, BwJobWindow, banner);
  gtk_widget_class_bind_template_child (widget_class, BwJobWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, BwJobWindow, states);
  gtk_widget_class_bind_template_child (widget_class, BwJobWindow, gone_page);
  gtk_widget_class_bind_template_child (widget_class, BwJobWindow, narrow_title);
  gtk_widget_class_bind_template_child (widget_class, BwJobWindow, switcher);
  gtk_widget_class_bind_template_child (widget_class, BwJobWindow, summary);
  gtk_widget_class_bind_template_child (widget_class, BwJobWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, BwJobWindow, items_stack_page);
  gtk_widget_class_bind_template_child (widget_class, BwJobWindow, items_page);
  gtk_widget_class_bind_template_child (widget_class, BwJobWindow, parameters_page);
  gtk_widget_class_bind_template_child (widget_class, BwJobWindow, log_page);
  gtk_widget_class_bind_template_child (widget_class, BwJobWindow, history_page);
  gtk_widget_class_bind_template_child (widget_class, BwJobWindow, download_button);
  gtk_widget_class_bind_template_child (widget_class, BwJobWindow, menu_button);
  gtk_widget_class_bind_template_callback (widget_class, visible_page_cb);
}

static void
bw_job_window_class_init (BwJobWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->constructed = bw_job_window_constructed;
  object_class->dispose = bw_job_window_dispose;
  object_class->set_property = bw_job_window_set_property;

  properties[PROP_BUSINESS] = g_param_spec_object ("business", NULL, NULL, BW_TYPE_BUSINESS, flags);
  properties[PROP_JOB_ID] = g_param_spec_int64 ("job-id", NULL, NULL, 0, G_MAXINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (BW_TYPE_HISTORY_PAGE);
  g_type_ensure (BW_TYPE_ITEMS_PAGE);
  g_type_ensure (BW_TYPE_JOB_SUMMARY);
  g_type_ensure (BW_TYPE_LOG_PAGE);
  g_type_ensure (BW_TYPE_PARAMETERS_PAGE);
  bind_template (GTK_WIDGET_CLASS (klass));
  install_actions (GTK_WIDGET_CLASS (klass));
}

static void
bw_job_window_init (BwJobWindow *self)
{
  self->away_since = BW_TIME_NONE;
  gtk_widget_init_template (GTK_WIDGET (self));

  if (g_str_has_suffix (APPLICATION_ID, ".Devel"))
    gtk_widget_add_css_class (GTK_WIDGET (self), "devel");
}

/**
 * bw_job_window_new:
 * @application: the application
 * @business: the business of the job
 * @job: the job's id
 *
 * Returns: (transfer none): a window that loads the job and follows it until it is closed. A window
 *   belongs to GTK.
 */
BwJobWindow *
bw_job_window_new (GtkApplication *application, BwBusiness *business, gint64 job)
{
  return g_object_new (BW_TYPE_JOB_WINDOW, "application", application, "business", business, "job-id", job, NULL);
}

/**
 * bw_job_window_run:
 * @self: a window
 * @action: one of bw_job_action_names
 *
 * Does it as if the user had chosen it in the window, as soon as the job is there.
 */
void
bw_job_window_run (BwJobWindow *self, const char *action)
{
  g_return_if_fail (BW_IS_JOB_WINDOW (self));

  if (self->job != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), action, NULL);
  else
    self->to_run = g_intern_string (action);
}

/**
 * bw_job_window_get_business:
 * @self: a window
 *
 * Returns: (transfer none): the business of the window's job
 */
BwBusiness *
bw_job_window_get_business (BwJobWindow *self)
{
  g_return_val_if_fail (BW_IS_JOB_WINDOW (self), NULL);

  return self->business;
}

/**
 * bw_job_window_get_job_id:
 * @self: a window
 *
 * Returns: the id of the window's job
 */
gint64
bw_job_window_get_job_id (BwJobWindow *self)
{
  g_return_val_if_fail (BW_IS_JOB_WINDOW (self), 0);

  return self->job_id;
}
