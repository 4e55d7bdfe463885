/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-application-private.h"

#include <glib/gi18n.h>

#include "bw-fiber.h"
#include "bw-job-window.h"
#include "bw-screenshot.h"

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
      g_autoptr (BwBusiness) business = bw_business_obtain (connection, membership->id);
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

static void
sign_in_as_told (BwApplication *self)
{
  g_autoptr (GError) error = NULL;

  if (!dex_await (sign_in_from_command_line (self), &error))
    fail (self, error);
  else if (self->job != 0)
    open_named_job (self);
}

/* Until it is known whether there is a sign-in to go on with, the application is held. */
static DexFuture *
start_fiber (gpointer user_data)
{
  BwApplication *self = user_data;

  if (self->server != NULL)
    {
      sign_in_as_told (self);
      g_application_release (G_APPLICATION (self));
    }
  else
    {
      DexFuture *restored = bw_session_restore (self->session);

      /* Why it failed is for the window to say, by the session. */
      g_application_release (G_APPLICATION (self));
      dex_await (restored, NULL);
    }

  return dex_future_new_for_boolean (TRUE);
}

/**
 * bw_application_spawn:
 * @self: the application
 * @func: what to do, given @self
 *
 * Starts a fiber that keeps the application until it has ended.
 */
void
bw_application_spawn (BwApplication *self, DexFiberFunc func)
{
  dex_future_disown (bw_fiber_spawn (func, g_object_ref (self), g_object_unref));
}

/**
 * bw_application_begin:
 * @self: the application
 *
 * Signs in as the last time, or as the command line says, unless that was begun already.
 */
void
bw_application_begin (BwApplication *self)
{
  if (self->start != NULL)
    return;

  g_application_hold (G_APPLICATION (self));
  self->start = bw_fiber_spawn (start_fiber, g_object_ref (self), g_object_unref);
  if (self->screenshot != NULL)
    bw_application_spawn (self, screenshot_fiber);
}

/* The application's life */

static void
bw_application_activate (GApplication *application)
{
  BwApplication *self = BW_APPLICATION (application);

  if (self->in_background)
    {
      self->in_background = FALSE;
      bw_application_begin (self);
      return;
    }

  if (self->window == NULL)
    {
      g_set_weak_pointer (&self->window,
                          bw_window_new (GTK_APPLICATION (self), self->session, self->business));
      if (self->width > 0 && self->height > 0)
        gtk_window_set_default_size (GTK_WINDOW (self->window), self->width, self->height);
    }

  gtk_window_present (GTK_WINDOW (self->window));
  bw_application_begin (self);
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
  self->watch = bw_job_watch_new (self->session);
  self->notifier = bw_notifier_new (GTK_APPLICATION (self), self->watch);
  self->tray = bw_tray_new (application, self->watch);
  if ((g_application_get_flags (application) & G_APPLICATION_NON_UNIQUE) == 0)
    self->background = bw_background_new (GTK_APPLICATION (self), self->session);
  bw_application_add_actions (self);
}

/* What the user sees last is the windows going. */
static void
bw_application_shutdown (GApplication *application)
{
  BwApplication *self = BW_APPLICATION (application);

  g_clear_object (&self->background);
  g_clear_object (&self->tray);
  g_clear_object (&self->notifier);
  g_clear_object (&self->watch);

  G_APPLICATION_CLASS (bw_application_parent_class)->shutdown (application);
}

/* There is nothing to do for one that is to run in the background where one runs already. */
static int
leave_to_one_that_runs (GApplication *application)
{
  g_autoptr (GError) error = NULL;

  if (!g_application_register (application, NULL, &error))
    {
      g_printerr ("batchwork: %s\n", error->message);
      return 1;
    }

  return g_application_get_is_remote (application) ? 0 : -1;
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
  if ((self->server != NULL && !self->in_background) || self->screenshot != NULL)
    g_application_set_flags (application,
                             g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);

  return self->in_background ? leave_to_one_that_runs (application) : -1;
}

static void
bw_application_finalize (GObject *object)
{
  BwApplication *self = BW_APPLICATION (object);

  g_clear_weak_pointer (&self->window);
  g_clear_weak_pointer (&self->quick_window);
  g_clear_weak_pointer (&self->sign_in_dialog);
  dex_clear (&self->start);
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
  application_class->shutdown = bw_application_shutdown;
  application_class->handle_local_options = bw_application_handle_local_options;
}

static void
bw_application_init (BwApplication *self)
{
  const GOptionEntry entries[] = {
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Show the version and exit"), NULL },
    { "background", 0, 0, G_OPTION_ARG_NONE, &self->in_background,
      N_ ("Begin without a window, and tell when jobs are done"), NULL },
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
 * bw_application_get_watch:
 * @self: the application
 *
 * Returns: (transfer none): what follows the jobs of all businesses
 */
BwJobWatch *
bw_application_get_watch (BwApplication *self)
{
  g_return_val_if_fail (BW_IS_APPLICATION (self), NULL);

  return self->watch;
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
 *
 * Returns: (transfer none): the window
 */
BwJobWindow *
bw_application_open_job (BwApplication *self, BwBusiness *business, gint64 id)
{
  BwJobWindow *window;

  g_return_val_if_fail (BW_IS_APPLICATION (self), NULL);

  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    if (BW_IS_JOB_WINDOW (l->data) && bw_job_window_get_job_id (l->data) == id
        && g_str_equal (bw_business_get_id (bw_job_window_get_business (l->data)),
                        bw_business_get_id (business)))
      {
        gtk_window_present (l->data);
        return l->data;
      }

  window = bw_job_window_new (GTK_APPLICATION (self), business, id);
  gtk_window_present (GTK_WINDOW (window));

  return window;
}
