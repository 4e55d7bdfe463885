/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-job-actions.h"

#include <glib/gi18n.h>

#include "bw-dex.h"
#include "bw-fiber.h"
#include "bw-format.h"
#include "bw-job-question.h"

/* A smaller result is here before anybody could read how far it is. In bytes. */
#define SHOW_PROGRESS_FROM (1024 * 1024)

const char *const bw_job_action_names[] = {
  "job.retry-failed", "job.retry-all", "job.cancel", "job.delete", "job.download", "job.copy-id", NULL,
};

/* An action under way: what it works on, and where it speaks. */
typedef struct
{
  GtkWidget *widget;
  AdwToastOverlay *toasts;
  BwBusiness *business;
  BwJob *job;
  const char *name;
} Run;

static void
run_free (gpointer data)
{
  Run *run = data;

  g_clear_object (&run->widget);
  g_clear_object (&run->toasts);
  g_clear_object (&run->business);
  g_clear_pointer (&run->job, bw_job_unref);
  g_free (run);
}

static gboolean
is_action (const char *name, const char *action)
{
  return g_str_equal (name + strlen ("job."), action);
}

static BwPermissions
get_permission (const char *name)
{
  if (is_action (name, "retry-failed") || is_action (name, "retry-all"))
    return BW_PERMISSION_RETRY;
  if (is_action (name, "cancel"))
    return BW_PERMISSION_CANCEL;
  if (is_action (name, "delete"))
    return BW_PERMISSION_DELETE;

  return 0;
}

static const char *
refuse_cancel (const BwJob *job)
{
  if (bw_job_is_finished (job))
    return _("The job is already finished.");
  if ((job->conditions & BW_CONDITION_CANCELLING) != 0)
    return _("The job is already being cancelled.");

  return NULL;
}

static const char *
refuse (const BwJob *job, const char *name)
{
  if (is_action (name, "cancel"))
    return refuse_cancel (job);
  if (is_action (name, "download") && job->result_name == NULL)
    return bw_job_is_finished (job) ? _("This job made no file.") : _("The job is not done yet.");
  if (get_permission (name) != 0 && !bw_job_is_finished (job))
    return _("The job is still active. Wait until it is done, or cancel it.");
  if (is_action (name, "retry-failed") && job->state != BW_JOB_STATE_FAILED && job->state != BW_JOB_STATE_CANCELLED)
    return _("No item of this job failed.");

  return NULL;
}

/**
 * bw_job_action_get_refusal:
 * @business: the job's business
 * @job: a job
 * @name: one of bw_job_action_names
 *
 * Returns: (transfer full) (nullable): why it can't be done now, a sentence; %NULL if it can
 */
char *
bw_job_action_get_refusal (BwBusiness *business, const BwJob *job, const char *name)
{
  if (!bw_business_may (business, get_permission (name)))
    return g_strdup (_("You don’t have the right to do this."));

  return g_strdup (refuse (job, name));
}

/**
 * bw_job_actions_update:
 * @widget: a widget whose class has installed the actions
 * @business: the job's business
 * @job: (nullable): the job as it now is; %NULL if there is none any more
 *
 * Makes those actions insensitive that can't be done now.
 */
void
bw_job_actions_update (GtkWidget *widget, BwBusiness *business, const BwJob *job)
{
  for (guint i = 0; bw_job_action_names[i] != NULL; i++)
    {
      g_autofree char *refusal = job != NULL ? bw_job_action_get_refusal (business, job, bw_job_action_names[i]) : NULL;

      gtk_widget_action_set_enabled (widget, bw_job_action_names[i], job != NULL && refusal == NULL);
    }
}

/* What is said afterwards */

static AdwToast *
say (Run *run, const char *text)
{
  AdwToast *toast = adw_toast_new (text);

  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_overlay_add_toast (run->toasts, g_object_ref (toast));

  return toast;
}

static void
delete_cb (AdwToast *toast, Run *run)
{
  bw_job_actions_run (run->widget, run->toasts, run->business, run->job, "job.delete");
}

/* Who cancels a job by mistake of the job often wants it gone as well. */
static void
say_cancelled (Run *run, BwJob *job)
{
  g_autofree char *refusal = bw_job_action_get_refusal (run->business, job, "job.delete");
  g_autoptr (AdwToast) toast = NULL;
  Run *again;

  if (!bw_job_is_finished (job))
    {
      toast = say (run, _("The job is being cancelled. Its worker stops shortly."));
      return;
    }

  toast = say (run, _("The job is cancelled."));
  if (refusal != NULL)
    return;

  again = g_new0 (Run, 1);
  again->widget = g_object_ref (run->widget);
  again->toasts = g_object_ref (run->toasts);
  again->business = g_object_ref (run->business);
  again->job = bw_job_ref (job);
  adw_toast_set_button_label (toast, _("_Delete…"));
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (delete_cb), again, (GClosureNotify) (GCallback) run_free,
                         G_CONNECT_DEFAULT);
}

/* What is done */

static void
cancel (Run *run, GError **error)
{
  g_autoptr (BwJob) job = dex_await_boxed (bw_business_cancel (run->business, run->job->id), error);

  if (job != NULL)
    say_cancelled (run, job);
}

static void
remove_job (Run *run, GError **error)
{
  if (dex_await (bw_business_delete (run->business, run->job->id), error))
    g_object_unref (say (run, _("The job is deleted.")));
}

static void
retry (Run *run, GError **error)
{
  gboolean all = is_action (run->name, "retry-all");
  g_autoptr (BwJob) job = dex_await_boxed (bw_business_retry (run->business, run->job->id, all), error);

  if (job != NULL)
    g_object_unref (say (run, _("The job waits to be done again.")));
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
await_target (Run *run, GError **error)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  GtkRoot *root = gtk_widget_get_root (run->widget);
  DexPromise *promise = dex_promise_new ();

  gtk_file_dialog_set_title (dialog, _("Save Result"));
  gtk_file_dialog_set_initial_name (dialog, run->job->result_name);
  gtk_file_dialog_save (dialog, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, NULL, saved_cb, dex_ref (promise));

  return dex_await_object (DEX_FUTURE (promise), error);
}

static void
progress_cb (gint64 done, gint64 total, gpointer data)
{
  AdwToast *toast = data;
  g_autofree char *size = bw_format_bytes (done);
  g_autofree char *all = total > 0 ? bw_format_bytes (total) : NULL;
  /* Translators: how many bytes are here, and how many there are: "2.1 MB of 40 MB" */
  g_autofree char *title = all != NULL ? g_strdup_printf (_("Downloading: %s of %s"), size, all)
                                       : g_strdup_printf (_("Downloading: %s"), size);

  adw_toast_set_title (toast, title);
}

static void
cancel_download_cb (AdwToast *toast, DexCancellable *cancellable)
{
  dex_cancellable_cancel (cancellable);
}

static gboolean
await_download (Run *run, GFile *file, GError **error)
{
  g_autoptr (DexCancellable) cancellable = dex_cancellable_new ();
  g_autoptr (AdwToast) toast = NULL;
  DexFuture *future;
  gboolean done;

  if (run->job->result_size < SHOW_PROGRESS_FROM)
    return dex_await (bw_business_download_result (run->business, run->job->id, file, NULL, NULL, NULL), error);

  toast = say (run, _("Downloading…"));
  adw_toast_set_timeout (toast, 0);
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  adw_toast_set_button_label (toast, _("_Cancel"));
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (cancel_download_cb), dex_ref (cancellable),
                         (GClosureNotify) (GCallback) dex_unref, G_CONNECT_DEFAULT);
  future = bw_business_download_result (run->business, run->job->id, file, progress_cb, g_object_ref (toast),
                                        g_object_unref);
  done = dex_await (bw_dex_unless (future, cancellable), error);
  adw_toast_dismiss (toast);

  return done;
}

static void
download (Run *run, GError **error)
{
  g_autoptr (GFile) file = await_target (run, error);
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;

  if (file == NULL || !await_download (run, file, error))
    return;

  name = g_file_get_basename (file);
  text = g_strdup_printf (_("“%s” was saved."), name);
  g_object_unref (say (run, text));
}

static void
act (Run *run, GError **error)
{
  if (is_action (run->name, "cancel"))
    cancel (run, error);
  else if (is_action (run->name, "delete"))
    remove_job (run, error);
  else
    retry (run, error);
}

static DexFuture *
run_fiber (gpointer data)
{
  Run *run = data;
  g_autoptr (GError) error = NULL;

  if (is_action (run->name, "download"))
    download (run, &error);
  else if (dex_await_boolean (bw_job_question_ask (run->widget, run->business, run->job, run->name), &error))
    act (run, &error);

  if (error != NULL && !g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_DISMISSED)
      && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_object_unref (say (run, error->message));

  return dex_future_new_true ();
}

static void
copy_number (GtkWidget *widget, AdwToastOverlay *toasts, const BwJob *job)
{
  g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, job->id);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), id);
  adw_toast_overlay_add_toast (toasts, adw_toast_new (_("The job number was copied.")));
}

/**
 * bw_job_actions_run:
 * @widget: where questions are asked
 * @toasts: where the outcome is said
 * @business: the job's business
 * @job: the job
 * @name: one of bw_job_action_names
 *
 * Does it, with the question that belongs before it. Returns at once; the widgets are kept until
 * it is done.
 */
void
bw_job_actions_run (GtkWidget *widget, AdwToastOverlay *toasts, BwBusiness *business, BwJob *job, const char *name)
{
  Run *run;

  g_return_if_fail (GTK_IS_WIDGET (widget));
  g_return_if_fail (BW_IS_BUSINESS (business));
  g_return_if_fail (job != NULL);

  if (is_action (name, "copy-id"))
    {
      copy_number (widget, toasts, job);
      return;
    }

  run = g_new0 (Run, 1);
  run->widget = g_object_ref (widget);
  run->toasts = g_object_ref (toasts);
  run->business = g_object_ref (business);
  run->job = bw_job_ref (job);
  run->name = g_intern_string (name);
  dex_future_disown (bw_fiber_spawn (run_fiber, run, run_free));
}
