/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What can be done with the application as a whole, from its menus, its tray icon and the desktop.
 */
#include "bw-config.h"

#include "bw-application-private.h"

#include <glib/gi18n.h>

#include "bw-fiber.h"
#include "bw-help.h"
#include "bw-preferences-dialog.h"
#include "bw-quick-window.h"
#include "bw-shortcuts-dialog.h"
#include "bw-sign-in-dialog.h"

static DexFuture *
sign_out_fiber (gpointer user_data)
{
  BwApplication *self = user_data;

  dex_await (bw_session_sign_out (self->session), NULL);

  return dex_future_new_for_boolean (TRUE);
}

static void
sign_out_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  bw_application_spawn (user_data, sign_out_fiber);
}

/* One dialog, over the window in use: there is one sign-in. */
static void
sign_in_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  BwApplication *self = user_data;
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (window == NULL || self->sign_in_dialog != NULL || !bw_session_get_lapsed (self->session))
    return;

  g_set_weak_pointer (&self->sign_in_dialog, bw_sign_in_dialog_new (self->session));
  adw_dialog_present (self->sign_in_dialog, GTK_WIDGET (window));
}

/* Without a window, the desktop has to say that nobody is told of jobs any longer. */
static void
lapsed_cb (BwApplication *self)
{
  static const char id[] = "sign-in";
  g_autoptr (GNotification) notification = NULL;

  if (!bw_session_get_lapsed (self->session))
    {
      g_application_withdraw_notification (G_APPLICATION (self), id);
    }
  else if (gtk_application_get_active_window (GTK_APPLICATION (self)) != NULL)
    {
      sign_in_action (NULL, NULL, self);
    }
  else
    {
      notification = g_notification_new (_ ("Your sign-in has lapsed"));
      g_notification_set_body (notification, _ ("Sign in again to be told when jobs are done."));
      g_notification_set_default_action (notification, "app.activate");
      g_application_send_notification (G_APPLICATION (self), id, notification);
    }
}

static void
switch_server_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  bw_session_leave (BW_APPLICATION (user_data)->session);
}

static void
help_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  bw_help_show (gtk_application_get_active_window (user_data));
}

static void
preferences_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  BwApplication *self = user_data;
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));
  g_autoptr (GVariant) business = NULL;

  if (self->window != NULL)
    business = g_action_group_get_action_state (G_ACTION_GROUP (self->window), "business");
  adw_dialog_present (
      bw_preferences_dialog_new (self->session,
                                 business != NULL ? g_variant_get_string (business, NULL) : NULL),
      GTK_WIDGET (window));
}

static void
shortcuts_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GtkWindow *window = gtk_application_get_active_window (data);

  if (window != NULL)
    adw_dialog_present (bw_shortcuts_dialog_new (), GTK_WIDGET (window));
}

static void
about_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *window = gtk_application_get_active_window (user_data);

  adw_show_about_dialog (
      GTK_WIDGET (window), "application-name", _ ("Batchwork"), "application-icon", APPLICATION_ID,
      "version", PACKAGE_VERSION, "developer-name", _ ("The Batchwork developers"), "license-type",
      GTK_LICENSE_GPL_3_0, "comments", _ ("Follow and manage the jobs that your office runs."),
      /* Translators: your names, one a line */
      "translator-credits", _ ("translator-credits"), NULL);
}

static void
quit_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  BwApplication *self = user_data;

  /* Which would take it for a window that is closed to go on without. */
  g_clear_object (&self->background);
  if (self->window != NULL)
    gtk_window_close (GTK_WINDOW (self->window));
  g_application_quit (G_APPLICATION (self));
}

/* What another user of this computer, or this one elsewhere, has no business to see. */
static void
close_windows_of_others (BwApplication *self)
{
  g_autoptr (GList) windows = g_list_copy (gtk_application_get_windows (GTK_APPLICATION (self)));

  for (GList *l = windows; l != NULL; l = l->next)
    if (BW_IS_JOB_WINDOW (l->data)
        && bw_business_get_connection (bw_job_window_get_business (l->data))
               != bw_session_get_connection (self->session))
      gtk_window_destroy (l->data);
}

static void
connection_cb (BwApplication *self)
{
  static const char *const names[] = { "sign-out", "switch-server" };
  gboolean connected = bw_session_get_connection (self->session) != NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_simple_action_set_enabled (
        G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), names[i])), connected);
  close_windows_of_others (self);
}

/* From the tray, the quick tool and notifications: also while there is no window, or while the
 * application only begins. */

typedef struct
{
  BwApplication *application;
  char *business;
  gint64 job;
  const char *action; /* on the job, once its window is there; NULL for none */
} OpenJob;

static void
open_job_free (gpointer data)
{
  OpenJob *open = data;

  g_application_release (G_APPLICATION (open->application));
  g_object_unref (open->application);
  g_free (open->business);
  g_free (open);
}

static DexFuture *
open_job_fiber (gpointer data)
{
  OpenJob *open = data;
  BwApplication *self = open->application;
  g_autoptr (BwBusiness) business = NULL;
  BwConnection *connection;
  BwJobWindow *window;

  /* The main window says how far signing in is. */
  if (bw_session_get_connection (self->session) == NULL)
    {
      g_application_activate (G_APPLICATION (self));
      dex_await (dex_ref (self->start), NULL);
    }

  connection = bw_session_get_connection (self->session);
  if (connection == NULL)
    return dex_future_new_true ();

  business = bw_business_obtain (connection, open->business);
  window = bw_application_open_job (self, business, open->job);
  if (open->action != NULL)
    bw_job_window_run (window, open->action);

  return dex_future_new_true ();
}

static void
begin_open_job (BwApplication *self, GVariant *parameter, const char *action)
{
  OpenJob *open = g_new0 (OpenJob, 1);

  g_application_hold (G_APPLICATION (self));
  open->application = g_object_ref (self);
  open->action = action;
  g_variant_get (parameter, "(sx)", &open->business, &open->job);
  dex_future_disown (bw_fiber_spawn (open_job_fiber, open, open_job_free));
}

static void
open_job_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  begin_open_job (user_data, parameter, NULL);
}

static void
retry_job_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  begin_open_job (user_data, parameter, "job.retry-failed");
}

static void
activate_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_application_activate (user_data);
}

/* "" for the one that is shown. */
static void
show_business_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  BwApplication *self = user_data;

  g_application_activate (G_APPLICATION (self));
  if (*g_variant_get_string (parameter, NULL) != '\0')
    g_action_group_activate_action (G_ACTION_GROUP (self->window), "business", parameter);
}

static void
pause_all_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  show_business_action (action, parameter, user_data);
  gtk_widget_activate_action (GTK_WIDGET (BW_APPLICATION (user_data)->window), "pause.all", NULL);
}

static void
resume_all_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  show_business_action (action, parameter, user_data);
  gtk_widget_activate_action (GTK_WIDGET (BW_APPLICATION (user_data)->window), "pause.resume-all",
                              NULL);
}

/* Where there is no window to show it in, the quick tool has one of its own. */
static void
quick_tool_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  BwApplication *self = user_data;

  if (self->window != NULL)
    {
      gtk_window_present (GTK_WINDOW (self->window));
      gtk_widget_activate_action (GTK_WIDGET (self->window), "server.popup", NULL);
      return;
    }

  bw_application_begin (self);
  if (self->quick_window == NULL)
    g_set_weak_pointer (&self->quick_window,
                        bw_quick_window_new (GTK_APPLICATION (self), self->watch));
  gtk_window_present (self->quick_window);
}

static void
leave_background_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr (GSettings) settings = g_settings_new ("io.github.batchwork.Batchwork");

  g_settings_set_boolean (settings, "run-in-background", FALSE);
}

static void
add_accels (BwApplication *self)
{
  static const struct
  {
    const char *action;
    const char *accels[3];
  } accels[] = {
    { "app.quit", { "<Control>q" } },
    { "app.help", { "F1" } },
    { "app.preferences", { "<Control>comma" } },
    { "app.shortcuts", { "<Control>question" } },
    { "window.close", { "<Control>w" } },
    { "win.refresh", { "F5", "<Control>r" } },
    { "win.search", { "<Control>f" } },
    { "server.popup", { "<Control>j" } },
    { "win.sidebar", { "F9" } },
    { "jobs.filters", { "<Control>l" } },
    { "pause.list", { "<Control><Shift>p" } },
    { "jobs.show-states::all", { "<Alt>1" } },
    { "jobs.show-states::active", { "<Alt>2" } },
    { "jobs.show-states::completed", { "<Alt>3" } },
    { "jobs.show-states::failed", { "<Alt>4" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), accels[i].action,
                                           accels[i].accels);
}

/**
 * bw_application_add_actions:
 * @self: the application, with its session
 *
 * Gives it its actions and their keys.
 */
void
bw_application_add_actions (BwApplication *self)
{
  static const GActionEntry entries[] = {
    { "activate", activate_action },
    { "open-job", open_job_action, "(sx)" },
    { "retry-job", retry_job_action, "(sx)" },
    { "show-business", show_business_action, "s" },
    { "pause-all", pause_all_action, "s" },
    { "resume-all", resume_all_action, "s" },
    { "quick-tool", quick_tool_action },
    { "leave-background", leave_background_action },
    { "sign-in", sign_in_action },
    { "sign-out", sign_out_action },
    { "switch-server", switch_server_action },
    { "help", help_action },
    { "preferences", preferences_action },
    { "shortcuts", shortcuts_action },
    { "about", about_action },
    { "quit", quit_action },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  g_signal_connect_object (self->session, "notify::connection", G_CALLBACK (connection_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::lapsed", G_CALLBACK (lapsed_cb), self,
                           G_CONNECT_SWAPPED);
  connection_cb (self);
  add_accels (self);
  bw_help_attach (GTK_APPLICATION (self));
}
