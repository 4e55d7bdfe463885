/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-job-download.h"

#include <glib/gi18n.h>

#include "bw-dex.h"
#include "bw-fiber.h"
#include "bw-format.h"
#include "bw-toast.h"

/* A smaller result is here before anybody could read how far it is. In bytes. */
#define SHOW_PROGRESS_FROM (1024 * 1024)

typedef struct
{
  GtkWidget *widget;
  AdwToastOverlay *toasts;
  BwBusiness *business;
  BwJob *job;
} Download;

static void
download_free (gpointer data)
{
  Download *self = data;

  g_object_unref (self->widget);
  g_object_unref (self->toasts);
  g_object_unref (self->business);
  bw_job_unref (self->job);
  g_free (self);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DexPromise) promise = data;
  GError *error = NULL;
  GFile *file = gtk_file_dialog_save_finish (GTK_FILE_DIALOG (source), result, &error);

  if (file != NULL)
    dex_promise_resolve_object (promise, file);
  else
    dex_promise_reject (promise, error);
}

static GFile *
await_target (Download *self, GError **error)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  GtkRoot *root = gtk_widget_get_root (self->widget);
  DexPromise *promise = dex_promise_new ();

  gtk_file_dialog_set_title (dialog, _ ("Save Result"));
  gtk_file_dialog_set_initial_name (dialog, self->job->result_name);
  gtk_file_dialog_save (dialog, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, NULL, saved_cb,
                        dex_ref (promise));

  return dex_await_object (DEX_FUTURE (promise), error);
}

static void
progress_cb (gint64 done, gint64 total, gpointer data)
{
  AdwToast *toast = data;
  g_autofree char *size = bw_format_bytes (done);
  g_autofree char *all = total > 0 ? bw_format_bytes (total) : NULL;
  /* Translators: how many bytes are here, and how many there are: "2.1 MB of 40 MB" */
  g_autofree char *title = all != NULL ? g_strdup_printf (_ ("Downloading: %s of %s"), size, all)
                                       : g_strdup_printf (_ ("Downloading: %s"), size);

  adw_toast_set_title (toast, title);
}

static void
cancel_download_cb (AdwToast *toast, DexCancellable *cancellable)
{
  dex_cancellable_cancel (cancellable);
}

static gboolean
await_download (Download *self, GFile *file, GError **error)
{
  g_autoptr (DexCancellable) cancellable = dex_cancellable_new ();
  g_autoptr (AdwToast) toast = NULL;
  DexFuture *future;
  gboolean done;

  if (self->job->result_size < SHOW_PROGRESS_FROM)
    return dex_await (
        bw_business_download_result (self->business, self->job->id, file, NULL, NULL, NULL), error);

  toast = g_object_ref (adw_toast_new (_ ("Downloading…")));
  adw_toast_set_timeout (toast, 0);
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  adw_toast_set_button_label (toast, _ ("_Cancel"));
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (cancel_download_cb),
                         dex_ref (cancellable), (GClosureNotify) (GCallback) dex_unref,
                         G_CONNECT_DEFAULT);
  adw_toast_overlay_add_toast (self->toasts, g_object_ref (toast));
  future = bw_business_download_result (self->business, self->job->id, file, progress_cb,
                                        g_object_ref (toast), g_object_unref);
  done = dex_await (bw_dex_unless (future, cancellable), error);
  adw_toast_dismiss (toast);

  return done;
}

static DexFuture *
download_fiber (gpointer data)
{
  Download *self = data;
  GError *error = NULL;
  g_autoptr (GFile) file = await_target (self, &error);
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;

  if (file == NULL || !await_download (self, file, &error))
    return dex_future_new_for_error (error);

  name = g_file_get_basename (file);
  text = g_strdup_printf (_ ("“%s” was saved."), name);
  bw_toast_say (self->toasts, text);

  return dex_future_new_true ();
}

/**
 * bw_job_download:
 * @widget: where the file is asked for
 * @toasts: where it is said how far it is
 * @business: the job's business
 * @job: a job with a result
 *
 * Asks where to, and saves the result of a job there.
 *
 * Returns: (transfer full): a future of %TRUE; rejects with what can be said, or with
 *   %GTK_DIALOG_ERROR_DISMISSED
 */
DexFuture *
bw_job_download (GtkWidget *widget, AdwToastOverlay *toasts, BwBusiness *business, BwJob *job)
{
  Download *self = g_new0 (Download, 1);

  self->widget = g_object_ref (widget);
  self->toasts = g_object_ref (toasts);
  self->business = g_object_ref (business);
  self->job = bw_job_ref (job);

  return bw_fiber_spawn (download_fiber, self, download_free);
}
