/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-window.h"

#include <glib/gi18n.h>

#include "bw-application.h"
#include "bw-business-button.h"
#include "bw-connect-page.h"
#include "bw-filter-store.h"
#include "bw-format.h"
#include "bw-help.h"
#include "bw-jobs-view.h"
#include "bw-list-cache.h"
#include "bw-pause-indicator.h"
#include "bw-server-button.h"
#include "bw-sidebar.h"
#include "bw-view-stack.h"

/* Quicker connecting shows no page of its own. In milliseconds. */
#define CONNECTING_DELAY 200

struct _BwWindow
{
  AdwApplicationWindow parent_instance;

  BwBusinessButton *business_button;
  BwServerButton *server_button;
  BwPauseIndicator *pause_indicator;
  AdwBanner *banner;
  GtkStack *stack;
  BwConnectPage *connect_page;
  AdwStatusPage *unreachable_page;
  AdwOverlaySplitView *split_view;
  BwSidebar *sidebar;
  GtkWidget *sidebar_button;
  AdwHeaderBar *header_bar;
  AdwWindowTitle *title;
  BwViewStack *view_stack;

  GSettings *settings;
  BwSession *session;
  BwConnection *connection;
  BwTime last_online;     /* when the server last answered */
  guint connecting_source;
  char *business; /* to show first, whatever was shown the last time; nullable */
};

G_DEFINE_FINAL_TYPE (BwWindow, bw_window, ADW_TYPE_APPLICATION_WINDOW)

static BwJobsView *
get_jobs_view (BwWindow *self)
{
  return BW_JOBS_VIEW (bw_view_stack_get_widget (self->view_stack, "jobs"));
}

static GtkWidget *
get_view (BwWindow *self)
{
  return bw_view_stack_get_widget (self->view_stack, bw_view_stack_get_view (self->view_stack));
}

static BwConnectionState
get_state (BwWindow *self)
{
  return self->connection != NULL ? bw_connection_get_state (self->connection)
                                  : BW_CONNECTION_STATE_SIGNED_OUT;
}

/* What is shown */

static gboolean
connecting_cb (gpointer user_data)
{
  BwWindow *self = user_data;

  self->connecting_source = 0;
  gtk_stack_set_visible_child_name (self->stack, "connecting");

  return G_SOURCE_REMOVE;
}

static void
show_page (BwWindow *self, const char *name)
{
  g_clear_handle_id (&self->connecting_source, g_source_remove);
  gtk_stack_set_visible_child_name (self->stack, name);
}

/* Without a connection: it is being restored, can't be, or the user is to say where to. */
static void
update_page_without_connection (BwWindow *self)
{
  const GError *error = bw_session_get_error (self->session);

  if (!bw_session_get_restoring (self->session))
    {
      show_page (self, "signed-out");
    }
  else if (error != NULL && bw_client_error_is_transient (error))
    {
      adw_status_page_set_description (self->unreachable_page, error->message);
      show_page (self, "unreachable");
    }
  else if (self->connecting_source == 0)
    {
      self->connecting_source = g_timeout_add (CONNECTING_DELAY, connecting_cb, self);
    }
}

static void
update_page (BwWindow *self)
{
  if (self->connection == NULL)
    update_page_without_connection (self);
  else if (bw_view_stack_get_business (self->view_stack) != NULL)
    show_page (self, "views");
  else if (bw_connection_get_me (self->connection) != NULL)
    show_page (self, "no-business");
}

static char *
describe_absence (BwWindow *self)
{
  BwTime cached = bw_list_cache_get_time (self->connection);
  g_autofree char *time = bw_format_clock_or_day (cached != BW_TIME_NONE ? cached : self->last_online);

  if (bw_session_get_lapsed (self->session))
    return g_strdup_printf (_ ("Your sign-in has lapsed. Showing what was known at %s."), time);

  return g_strdup_printf (_ ("The server at %s can’t be reached. Showing what was known at %s."),
                          bw_connection_get_url (self->connection), time);
}

static void
update_banner (BwWindow *self)
{
  gboolean lapsed = bw_session_get_lapsed (self->session);
  gboolean away = (lapsed || get_state (self) == BW_CONNECTION_STATE_OFFLINE)
                  && bw_view_stack_get_business (self->view_stack) != NULL;

  if (away)
    {
      g_autofree char *title = describe_absence (self);

      adw_banner_set_title (self->banner, title);
      adw_banner_set_button_label (self->banner, lapsed ? _ ("_Sign In…") : _ ("_Try Again"));
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->banner),
                                      lapsed ? "app.sign-in" : "win.refresh");
    }

  if (away)
    gtk_widget_add_css_class (GTK_WIDGET (self->view_stack), "stale");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->view_stack), "stale");
  adw_banner_set_revealed (self->banner, away);
}

static void
state_cb (BwWindow *self)
{
  if (get_state (self) == BW_CONNECTION_STATE_ONLINE)
    self->last_online = BW_TIME_NONE;
  else if (self->last_online == BW_TIME_NONE)
    self->last_online = bw_time_now ();

  update_page (self);
  update_banner (self);
}

static void
update_running (BwWindow *self)
{
  BwBusiness *business = bw_view_stack_get_business (self->view_stack);
  BwJobWatch *watch = bw_application_get_watch (BW_APPLICATION (g_application_get_default ()));
  gint64 n = business != NULL ? bw_job_watch_count_running (watch, business) : 0;

  bw_server_button_set_running (self->server_button, n);
}

/* Views */

/* One view alone needs no list of views. */
static void
update_sidebar (BwWindow *self)
{
  gboolean offered = bw_sidebar_get_n_views (self->sidebar) > 1;
  gboolean shown = offered && !adw_overlay_split_view_get_collapsed (self->split_view)
                   && g_settings_get_boolean (self->settings, "show-sidebar");

  gtk_widget_set_visible (self->sidebar_button, offered);
  adw_overlay_split_view_set_show_sidebar (self->split_view, shown);
}

/* What the user does with the sidebar is kept; what a narrow window does to it is not. */
static void
show_sidebar_cb (BwWindow *self)
{
  if (gtk_widget_get_visible (self->sidebar_button)
      && !adw_overlay_split_view_get_collapsed (self->split_view))
    g_settings_set_boolean (self->settings, "show-sidebar",
                            adw_overlay_split_view_get_show_sidebar (self->split_view));
}

static void
view_cb (BwWindow *self)
{
  const BwView *view = bw_views_find (bw_view_stack_get_view (self->view_stack));
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), "view");

  if (view == NULL)
    return;

  adw_window_title_set_title (self->title, _ (view->title));
  g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_string (view->name));
}

/* Businesses */

static void
set_business (BwWindow *self, const BwMembership *membership)
{
  g_autoptr (BwBusiness) business = NULL;
  BwBusiness *old = bw_view_stack_get_business (self->view_stack);

  bw_business_button_set (self->business_button,
                          self->connection != NULL ? bw_connection_get_me (self->connection) : NULL,
                          membership);
  if (membership != NULL && old != NULL && bw_business_get_connection (old) == self->connection
      && g_str_equal (bw_business_get_id (old), membership->id))
    return;

  if (membership != NULL)
    business = bw_business_obtain (self->connection, membership->id);

  bw_view_stack_set_business (self->view_stack, business);
  update_sidebar (self);
  update_running (self);
}

/* The business in use, if it is still there; else the one of the last time; else the first. */
static const BwMembership *
choose_business (BwWindow *self, const BwMe *me)
{
  BwBusiness *now = bw_view_stack_get_business (self->view_stack);
  g_autofree char *last = g_settings_get_string (self->settings, "business");
  const BwMembership *membership = NULL;

  if (now != NULL && bw_business_get_connection (now) == self->connection)
    membership = bw_me_find (me, bw_business_get_id (now));
  if (membership == NULL && self->business != NULL)
    membership = bw_me_find (me, self->business);
  if (membership == NULL)
    membership = bw_me_find (me, last);
  if (membership == NULL && me->businesses->len > 0)
    membership = g_ptr_array_index (me->businesses, 0);

  return membership;
}

static void
update_businesses (BwWindow *self)
{
  const BwMe *me = self->connection != NULL ? bw_connection_get_me (self->connection) : NULL;
  const BwMembership *chosen = me != NULL ? choose_business (self, me) : NULL;
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), "business");

  /* A sign-in that lapsed: the user is asked to sign in again, and what is shown stays until then.
   */
  if (self->connection != NULL && me == NULL)
    return;

  set_business (self, chosen);
  g_simple_action_set_state (G_SIMPLE_ACTION (action),
                             g_variant_new_string (chosen != NULL ? chosen->id : ""));
  update_page (self);
  update_banner (self);
}

static void
connection_cb (BwWindow *self)
{
  BwConnection *connection = bw_session_get_connection (self->session);

  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  g_set_object (&self->connection, connection);
  if (connection != NULL)
    {
      g_signal_connect_swapped (connection, "notify::me", G_CALLBACK (update_businesses), self);
      g_signal_connect_swapped (connection, "notify::state", G_CALLBACK (state_cb), self);
    }

  bw_server_button_set_connection (self->server_button, connection);
  update_businesses (self);
  state_cb (self);
}

/* Actions */

static void
business_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  BwWindow *self = user_data;
  const BwMe *me = self->connection != NULL ? bw_connection_get_me (self->connection) : NULL;
  const char *id = g_variant_get_string (parameter, NULL);
  const BwMembership *membership = me != NULL ? bw_me_find (me, id) : NULL;

  if (membership == NULL)
    return;

  g_settings_set_string (self->settings, "business", id);
  g_simple_action_set_state (action, g_variant_new_string (id));
  set_business (self, membership);
  update_page (self);
}

static void
refresh_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  BwWindow *self = user_data;
  BwBusiness *business = bw_view_stack_get_business (self->view_stack);

  if (self->connection != NULL)
    dex_future_disown (bw_connection_refresh_me (self->connection));
  else
    bw_session_retry (self->session);
  if (business != NULL)
    bw_event_stream_poke (bw_business_get_event_stream (business));
  if (g_str_equal (bw_view_stack_get_view (self->view_stack), "jobs"))
    bw_jobs_view_refresh (get_jobs_view (self));
  else
    gtk_widget_activate_action (get_view (self), "view.refresh", NULL);
}

static void
search_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  BwWindow *self = user_data;

  if (g_str_equal (bw_view_stack_get_view (self->view_stack), "jobs"))
    bw_jobs_view_focus_search (get_jobs_view (self));
  else
    gtk_widget_activate_action (get_view (self), "view.search", NULL);
}

/* A view that the user has no right to isn't gone to, wherever the name came from. */
static void
view_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  BwWindow *self = user_data;
  const BwView *view = bw_views_find (g_variant_get_string (parameter, NULL));
  BwBusiness *business = bw_view_stack_get_business (self->view_stack);

  if (view == NULL || business == NULL
      || (bw_business_get_permissions (business) & view->needs) == 0)
    return;

  bw_view_stack_set_view (self->view_stack, view->name);
  if (adw_overlay_split_view_get_collapsed (self->split_view))
    adw_overlay_split_view_set_show_sidebar (self->split_view, FALSE);
}

static void
sidebar_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  BwWindow *self = user_data;

  if (gtk_widget_get_visible (self->sidebar_button))
    gtk_widget_activate (self->sidebar_button);
}

static void
connect_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  bw_session_leave (BW_WINDOW (user_data)->session);
}

static void
add_actions (BwWindow *self)
{
  static const GActionEntry entries[] = {
    { "business", business_action, "s", "''" },
    { "refresh", refresh_action },
    { "search", search_action },
    { "sidebar", sidebar_action },
    { "view", view_action, "s", "'jobs'" },
    { "connect", connect_action },
  };
  g_autoptr (GAction) auto_refresh = g_settings_create_action (self->settings, "auto-refresh");

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  g_action_map_add_action (G_ACTION_MAP (self), auto_refresh);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "jobs",
                                  bw_jobs_view_get_actions (get_jobs_view (self)));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "pause",
                                  bw_pause_indicator_get_actions (self->pause_indicator));
}

/* The object */

static void
restore_size (BwWindow *self)
{
  int width, height;

  g_settings_get (self->settings, "window-size", "(ii)", &width, &height);
  if (width > 0 && height > 0)
    gtk_window_set_default_size (GTK_WINDOW (self), width, height);
  if (g_settings_get_boolean (self->settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
}

static gboolean
bw_window_close_request (GtkWindow *window)
{
  BwWindow *self = BW_WINDOW (window);
  int width, height;

  gtk_window_get_default_size (window, &width, &height);
  if (!gtk_window_is_maximized (window))
    g_settings_set (self->settings, "window-size", "(ii)", width, height);
  g_settings_set_boolean (self->settings, "window-maximized", gtk_window_is_maximized (window));
  bw_filter_store_flush ();

  return GTK_WINDOW_CLASS (bw_window_parent_class)->close_request (window);
}

static void
bw_window_dispose (GObject *object)
{
  BwWindow *self = BW_WINDOW (object);

  g_clear_handle_id (&self->connecting_source, g_source_remove);
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  g_clear_object (&self->connection);
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  g_clear_object (&self->settings);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "jobs", NULL);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "pause", NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_WINDOW);

  G_OBJECT_CLASS (bw_window_parent_class)->dispose (object);
}

static void
bw_window_finalize (GObject *object)
{
  g_free (BW_WINDOW (object)->business);

  G_OBJECT_CLASS (bw_window_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  g_type_ensure (BW_TYPE_BUSINESS_BUTTON);
  g_type_ensure (BW_TYPE_CONNECT_PAGE);
  g_type_ensure (BW_TYPE_PAUSE_INDICATOR);
  g_type_ensure (BW_TYPE_SERVER_BUTTON);
  g_type_ensure (BW_TYPE_SIDEBAR);
  g_type_ensure (BW_TYPE_VIEW_STACK);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batchwork/Batchwork/bw-window.ui");
  gtk_widget_class_bind_template_child (widget_class, BwWindow, business_button);
  gtk_widget_class_bind_template_child (widget_class, BwWindow, server_button);
  gtk_widget_class_bind_template_child (widget_class, BwWindow, pause_indicator);
  gtk_widget_class_bind_template_child (widget_class, BwWindow, banner);
  gtk_widget_class_bind_template_child (widget_class, BwWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, BwWindow, connect_page);
  gtk_widget_class_bind_template_child (widget_class, BwWindow, unreachable_page);
  gtk_widget_class_bind_template_child (widget_class, BwWindow, split_view);
  gtk_widget_class_bind_template_child (widget_class, BwWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, BwWindow, sidebar_button);
  gtk_widget_class_bind_template_child (widget_class, BwWindow, header_bar);
  gtk_widget_class_bind_template_child (widget_class, BwWindow, title);
  gtk_widget_class_bind_template_child (widget_class, BwWindow, view_stack);
}

static void
bw_window_class_init (BwWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bw_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = bw_window_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = bw_window_close_request;

  bind_template (widget_class);
}

static void
bw_window_init (BwWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->last_online = BW_TIME_NONE;
  self->settings = g_settings_new ("io.github.batchwork.Batchwork");
  restore_size (self);
  add_actions (self);
  g_signal_connect_swapped (self->view_stack, "notify::view", G_CALLBACK (view_cb), self);
  g_signal_connect_swapped (self->sidebar, "notify::n-views", G_CALLBACK (update_sidebar), self);
  g_signal_connect_swapped (self->split_view, "notify::show-sidebar", G_CALLBACK (show_sidebar_cb),
                            self);
  bw_help_set_page (GTK_WIDGET (self->unreachable_page), "server-away");
  bw_help_set_page (GTK_WIDGET (self->banner), "server-away");
  g_signal_connect_object (
      bw_application_get_watch (BW_APPLICATION (g_application_get_default ())), "changed",
      G_CALLBACK (update_running), self, G_CONNECT_SWAPPED);
  view_cb (self);

  if (g_str_has_suffix (APPLICATION_ID, ".Devel"))
    gtk_widget_add_css_class (GTK_WIDGET (self), "devel");
}

/**
 * bw_window_new:
 * @application: the application
 * @session: what the window follows
 * @business: (nullable): the business to show first; %NULL for that of the last time
 *
 * Returns: (transfer none): a window, owned by GTK
 */
BwWindow *
bw_window_new (GtkApplication *application, BwSession *session, const char *business)
{
  BwWindow *self = g_object_new (BW_TYPE_WINDOW, "application", application, NULL);

  self->business = g_strdup (business);
  self->session = g_object_ref (session);
  g_signal_connect_swapped (session, "notify::connection", G_CALLBACK (connection_cb), self);
  g_signal_connect_swapped (session, "notify::restoring", G_CALLBACK (update_page), self);
  g_signal_connect_swapped (session, "notify::lapsed", G_CALLBACK (update_banner), self);
  g_signal_connect_swapped (session, "notify::error", G_CALLBACK (update_page), self);
  bw_connect_page_set_session (self->connect_page, session);
  connection_cb (self);

  return self;
}

/**
 * bw_window_is_filled:
 * @self: a window
 *
 * Returns: whether the list is there with everything that was asked for
 */
gboolean
bw_window_is_filled (BwWindow *self)
{
  g_return_val_if_fail (BW_IS_WINDOW (self), FALSE);

  return g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "views") == 0
         && bw_jobs_view_is_filled (get_jobs_view (self));
}
