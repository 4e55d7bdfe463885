/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-application.h"

#include <glib/gi18n.h>

#include "bw-job-window.h"
#include "bw-screenshot.h"
#include "bw-shortcuts-dialog.h"
#include "bw-sign-in-dialog.h"
#include "bw-window.h"

struct _BwApplication
{
  AdwApplication parent_instance;

  BwSession *session;
  BwWindow *window;          /* weak: the main window while there is one */
  AdwDialog *sign_in_dialog; /* weak: while the user is asked to sign in again */
  gboolean started;          /* signing in was begun */
  int status;                /* to exit with */

  /* From the command line */
  char *server;
  char *user;
  char *password_file;
  char *business;
  char *screenshot;
  gint64 job;
  int width;
  int height;
  gboolean dark;
};

G_DEFINE_FINAL_TYPE (BwApplication, bw_application, ADW_TYPE_APPLICATION)

static void
fail (BwApplication *self, const GError *error)
{
  g_printerr ("batchwork: %s\n", error->message);
  if (self->screenshot == NULL)
    return;

  self->status = 1;
  g_application_quit (G_APPLICATION (self));
}

static gboolean
window_is_ready (GtkWidget *window)
{
  return bw_window_is_filled (BW_WINDOW (window));
}

static DexFuture *
screenshot_fiber (gpointer user_data)
{
  BwApplication *self = user_data;
  g_autoptr (GError) error = NULL;

  if (dex_await (bw_screenshot_save (GTK_WIDGET (self->window), window_is_ready, self->screenshot),
                 &error))
    g_application_quit (G_APPLICATION (self));
  else
    fail (self, error);

  return dex_future_new_for_boolean (TRUE);
}

/* The job that the command line names, in the first business where the user may see it. */
static void
open_named_job (BwApplication *self)
{
  BwConnection *connection = bw_session_get_connection (self->session);
  BwMe *me = connection != NULL ? bw_connection_get_me (connection) : NULL;

  for (guint i = 0; me != NULL && i < me->businesses->len; i++)
    {
      const BwMembership *membership = g_ptr_array_index (me->businesses, i);
      g_autoptr (BwBusiness) business = bw_business_new (connection, membership->id);
      g_autoptr (BwJobDetails) details =
          dex_await_boxed (bw_business_get_job (business, self->job), NULL);

      if (details == NULL)
        continue;

      bw_application_open_job (self, business, self->job);
      return;
    }

  g_printerr ("batchwork: There is no job %" G_GINT64_FORMAT " that you may see.\n", self->job);
}

static DexFuture *
sign_in_from_command_line (BwApplication *self)
{
  g_autoptr (GFile) file = g_file_new_for_path (self->password_file);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *password = NULL;
  GError *error = NULL;

  bytes = dex_await_boxed (dex_file_load_contents_bytes (file), &error);
  if (bytes == NULL)
    return dex_future_new_for_error (error);

  password = g_strchomp (g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)));

  return bw_session_sign_in (self->session, self->server, self->user, password, FALSE);
}

static DexFuture *
start_fiber (gpointer user_data)
{
  BwApplication *self = user_data;
  g_autoptr (GError) error = NULL;

  if (self->server != NULL)
    {
      if (!dex_await (sign_in_from_command_line (self), &error))
        fail (self, error);
      else if (self->job != 0)
        open_named_job (self);
    }
  else
    {
      /* Why it failed is for the window to say, by the session. */
      dex_await (bw_session_restore (self->session), NULL);
    }

  return dex_future_new_for_boolean (TRUE);
}

static DexFuture *
sign_out_fiber (gpointer user_data)
{
  BwApplication *self = user_data;

  dex_await (bw_session_sign_out (self->session), NULL);

  return dex_future_new_for_boolean (TRUE);
}

static void
spawn (BwApplication *self, DexFiberFunc func)
{
  dex_future_disown (dex_scheduler_spawn (NULL, 0, func, g_object_ref (self), g_object_unref));
}

/* Actions */

static void
sign_out_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  spawn (user_data, sign_out_fiber);
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

static void
lapsed_cb (BwApplication *self)
{
  sign_in_action (NULL, NULL, self);
}

static void
switch_server_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  bw_session_leave (BW_APPLICATION (user_data)->session);
}

static void
help_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!gtk_uri_launcher_launch_finish (GTK_URI_LAUNCHER (source), result, &error)
      && !g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_DISMISSED))
    g_message ("The help could not be opened: %s", error->message);
}

static void
help_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr (GtkUriLauncher) launcher = gtk_uri_launcher_new ("help:batchwork");

  gtk_uri_launcher_launch (launcher, gtk_application_get_active_window (user_data), NULL, help_cb,
                           NULL);
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

static void
add_actions (BwApplication *self)
{
  static const GActionEntry entries[] = {
    { "sign-in", sign_in_action },
    { "sign-out", sign_out_action },
    { "switch-server", switch_server_action },
    { "help", help_action },
    { "shortcuts", shortcuts_action },
    { "about", about_action },
    { "quit", quit_action },
  };
  static const struct
  {
    const char *action;
    const char *accels[3];
  } accels[] = {
    { "app.quit", { "<Control>q" } },
    { "app.help", { "F1" } },
    { "app.shortcuts", { "<Control>question" } },
    { "window.close", { "<Control>w" } },
    { "win.refresh", { "F5", "<Control>r" } },
    { "win.search", { "<Control>f" } },
    { "jobs.filters", { "<Control>l" } },
    { "jobs.show-states::all", { "<Alt>1" } },
    { "jobs.show-states::active", { "<Alt>2" } },
    { "jobs.show-states::completed", { "<Alt>3" } },
    { "jobs.show-states::failed", { "<Alt>4" } },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  for (guint i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), accels[i].action,
                                           accels[i].accels);
}

/* The application's life */

static void
bw_application_activate (GApplication *application)
{
  BwApplication *self = BW_APPLICATION (application);

  if (self->window == NULL)
    {
      g_set_weak_pointer (&self->window,
                          bw_window_new (GTK_APPLICATION (self), self->session, self->business));
      if (self->width > 0 && self->height > 0)
        gtk_window_set_default_size (GTK_WINDOW (self->window), self->width, self->height);
    }

  gtk_window_present (GTK_WINDOW (self->window));
  if (self->started)
    return;

  self->started = TRUE;
  spawn (self, start_fiber);
  if (self->screenshot != NULL)
    spawn (self, screenshot_fiber);
}

static void
bw_application_startup (GApplication *application)
{
  BwApplication *self = BW_APPLICATION (application);

  G_APPLICATION_CLASS (bw_application_parent_class)->startup (application);

  gtk_window_set_default_icon_name (APPLICATION_ID);
  if (self->dark)
    adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                        ADW_COLOR_SCHEME_FORCE_DARK);

  self->session = bw_session_new ();
  add_actions (self);
  g_signal_connect_object (self->session, "notify::connection", G_CALLBACK (connection_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::lapsed", G_CALLBACK (lapsed_cb), self,
                           G_CONNECT_SWAPPED);
  connection_cb (self);
}

static int
bw_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  BwApplication *self = BW_APPLICATION (application);

  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("batchwork %s\n", PACKAGE_VERSION);
      return 0;
    }

  if (self->server != NULL && (self->user == NULL || self->password_file == NULL))
    {
      g_printerr ("batchwork: --server needs --user and --password-file\n");
      return 1;
    }

  /* A window for a picture, or of a server named for once, has nothing to do with one that runs. */
  if (self->server != NULL || self->screenshot != NULL)
    g_application_set_flags (application,
                             g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);

  return -1;
}

static void
bw_application_finalize (GObject *object)
{
  BwApplication *self = BW_APPLICATION (object);

  g_clear_weak_pointer (&self->window);
  g_clear_weak_pointer (&self->sign_in_dialog);
  g_clear_object (&self->session);
  g_free (self->server);
  g_free (self->user);
  g_free (self->password_file);
  g_free (self->business);
  g_free (self->screenshot);

  G_OBJECT_CLASS (bw_application_parent_class)->finalize (object);
}

static void
bw_application_class_init (BwApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = bw_application_finalize;
  application_class->activate = bw_application_activate;
  application_class->startup = bw_application_startup;
  application_class->handle_local_options = bw_application_handle_local_options;
}

static void
bw_application_init (BwApplication *self)
{
  const GOptionEntry entries[] = {
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Show the version and exit"), NULL },
    { "server", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &self->server,
      "Connect to a server, for once", "URL" },
    { "user", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &self->user, "Sign in as a user",
      "LOGIN" },
    { "password-file", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_FILENAME, &self->password_file,
      "Read the password from a file", "FILE" },
    { "business", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &self->business,
      "Show a business first", "ID" },
    { "job", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT64, &self->job, "Open the window of a job",
      "ID" },
    { "screenshot", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_FILENAME, &self->screenshot,
      "Write the main window as PNG once the list is filled, and exit", "FILE" },
    { "width", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, &self->width, "Width of the main window",
      "PIXELS" },
    { "height", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, &self->height,
      "Height of the main window", "PIXELS" },
    { "dark", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &self->dark, "Use the dark style", NULL },
    { NULL }
  };

  g_application_add_main_option_entries (G_APPLICATION (self), entries);
}

/**
 * bw_application_new:
 *
 * Returns: (transfer full): the application
 */
BwApplication *
bw_application_new (void)
{
  return g_object_new (BW_TYPE_APPLICATION, "application-id", APPLICATION_ID, "resource-base-path",
                       "/io/github/batchwork/Batchwork", NULL);
}

/**
 * bw_application_get_session:
 * @self: the application
 *
 * Returns: (transfer none): the server that it works with
 */
BwSession *
bw_application_get_session (BwApplication *self)
{
  g_return_val_if_fail (BW_IS_APPLICATION (self), NULL);

  return self->session;
}

/**
 * bw_application_get_status:
 * @self: the application, after it ran
 *
 * Returns: what to exit with: 1 if what the command line asked for failed
 */
int
bw_application_get_status (BwApplication *self)
{
  g_return_val_if_fail (BW_IS_APPLICATION (self), 1);

  return self->status;
}

/**
 * bw_application_open_job:
 * @self: the application
 * @business: the job's business
 * @id: the job
 *
 * Opens the job's window, or brings it to the front if it is open.
 */
void
bw_application_open_job (BwApplication *self, BwBusiness *business, gint64 id)
{
  BwJobWindow *window;

  g_return_if_fail (BW_IS_APPLICATION (self));

  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    if (BW_IS_JOB_WINDOW (l->data) && bw_job_window_get_job_id (l->data) == id
        && g_str_equal (bw_business_get_id (bw_job_window_get_business (l->data)),
                        bw_business_get_id (business)))
      {
        gtk_window_present (l->data);
        return;
      }

  window = bw_job_window_new (GTK_APPLICATION (self), business, id);
  gtk_window_present (GTK_WINDOW (window));
}
