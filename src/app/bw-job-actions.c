/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-job-actions.h"

#include <glib/gi18n.h>

#include "bw-bulk.h"
#include "bw-fiber.h"
#include "bw-job-download.h"
#include "bw-job-edit.h"
#include "bw-job-question.h"
#include "bw-toast.h"

const char *const bw_job_action_names[] = {
  "job.retry-failed", "job.retry-all", "job.cancel",  "job.delete", "job.edit",
  "job.copy",         "job.download",  "job.copy-id", NULL,
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
  if (is_action (name, "edit"))
    return BW_PERMISSION_EDIT;
  if (is_action (name, "copy"))
    return BW_PERMISSION_SUBMIT;

  return 0;
}

static const char *
refuse_cancel (const BwJob *job)
{
  if (bw_job_is_finished (job))
    return _ ("The job is already finished.");
  if ((job->conditions & BW_CONDITION_CANCELLING) != 0)
    return _ ("The job is already being cancelled.");

  return NULL;
}

static const char *
refuse_edit (const BwJob *job)
{
  if (bw_job_is_finished (job))
    return _ ("The job is finished. Run it again with changes instead.");
  if (job->state != BW_JOB_STATE_QUEUED || job->attempt > 0)
    return _ ("The job has started already and can’t be changed any more.");

  return NULL;
}

/* A job that acts on others: which these were to be is not known any more. */
static gboolean
is_bulk (const BwJob *job)
{
  return bw_bulk_get_type_title (job->type) != NULL;
}

static const char *
refuse_retry (const BwJob *job, const char *name)
{
  if (is_bulk (job))
    return _ ("An action on many jobs can’t be done again. Choose the jobs anew.");
  if (!bw_job_is_finished (job))
    return _ ("The job is still active. Wait until it is done, or cancel it.");
  if (is_action (name, "retry-failed") && job->state != BW_JOB_STATE_FAILED
      && job->state != BW_JOB_STATE_CANCELLED)
    return _ ("No item of this job failed.");

  return NULL;
}

static const char *
refuse (const BwJob *job, const char *name)
{
  if (is_action (name, "cancel"))
    return refuse_cancel (job);
  if (is_action (name, "download") && job->result_name == NULL)
    return bw_job_is_finished (job) ? _ ("This job made no file.") : _ ("The job is not done yet.");
  if (is_action (name, "edit"))
    return is_bulk (job) ? _ ("An action on many jobs can’t be changed.") : refuse_edit (job);
  if (is_action (name, "delete") && !bw_job_is_finished (job))
    return _ ("The job is still active. Wait until it is done, or cancel it.");
  if (is_action (name, "retry-failed") || is_action (name, "retry-all") || is_action (name, "copy"))
    return refuse_retry (job, name);

  return NULL;
}

static gboolean
is_offline (BwBusiness *business)
{
  BwConnection *connection = bw_business_get_connection (business);

  return bw_connection_get_state (connection) == BW_CONNECTION_STATE_OFFLINE;
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
    return g_strdup (_ ("You don’t have the right to do this."));
  if (!is_action (name, "copy-id") && is_offline (business))
    return g_strdup (_ ("The server can’t be reached now."));

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
      g_autofree char *refusal =
          job != NULL ? bw_job_action_get_refusal (business, job, bw_job_action_names[i]) : NULL;

      gtk_widget_action_set_enabled (widget, bw_job_action_names[i],
                                     job != NULL && refusal == NULL);
    }
}

/* What is said afterwards */

static void
delete_cb (Run *run)
{
  bw_job_actions_run (run->widget, run->toasts, run->business, run->job, "job.delete");
}

static DexFuture *
undo_cancel_fiber (gpointer data)
{
  Run *run = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BwJob) job =
      dex_await_boxed (bw_business_retry (run->business, run->job->id, FALSE), &error);

  bw_toast_say (run->toasts, job != NULL ? _ ("The job waits again, as before.") : error->message);

  return dex_future_new_true ();
}

static Run *
run_new (GtkWidget *widget,
         AdwToastOverlay *toasts,
         BwBusiness *business,
         BwJob *job,
         const char *name)
{
  Run *run = g_new0 (Run, 1);

  run->widget = g_object_ref (widget);
  run->toasts = g_object_ref (toasts);
  run->business = g_object_ref (business);
  run->job = bw_job_ref (job);
  run->name = g_intern_string (name);

  return run;
}

static void
undo_cancel_cb (Run *run)
{
  Run *again = run_new (run->widget, run->toasts, run->business, run->job, run->name);

  dex_future_disown (bw_fiber_spawn (undo_cancel_fiber, again, run_free));
}

/* Nothing of a job that had not started is lost by cancelling it: it can be put back as it was. And
 * who cancels a job by mistake of the job often wants it gone as well. */
static void
say_cancelled (Run *run, BwJob *job)
{
  g_autofree char *refusal = bw_job_action_get_refusal (run->business, job, "job.delete");
  gboolean may_undo = job->attempt == 0 && run->job->state == BW_JOB_STATE_QUEUED && !is_bulk (job)
                      && bw_business_may (run->business, BW_PERMISSION_RETRY);
  const char *text = _ ("The job is cancelled.");

  if (!bw_job_is_finished (job))
    bw_toast_say (run->toasts, _ ("The job is being cancelled. Its worker stops shortly."));
  else if (may_undo && refusal == NULL)
    /* Two buttons leave little room in a narrow window. */
    bw_toast_offer_two (run->toasts, _ ("Cancelled."), _ ("_Delete…"), G_CALLBACK (delete_cb),
                        _ ("_Undo"), G_CALLBACK (undo_cancel_cb),
                        run_new (run->widget, run->toasts, run->business, job, run->name),
                        run_free);
  else if (may_undo)
    bw_toast_offer (run->toasts, text, _ ("_Undo"), G_CALLBACK (undo_cancel_cb),
                    run_new (run->widget, run->toasts, run->business, job, run->name), run_free);
  else if (refusal == NULL)
    bw_toast_offer (run->toasts, text, _ ("_Delete…"), G_CALLBACK (delete_cb),
                    run_new (run->widget, run->toasts, run->business, job, run->name), run_free);
  else
    bw_toast_say (run->toasts, text);
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
    bw_toast_say (run->toasts, _ ("The job is deleted."));
}

static void
retry (Run *run, GError **error)
{
  gboolean all = is_action (run->name, "retry-all");
  g_autoptr (BwJob) job =
      dex_await_boxed (bw_business_retry (run->business, run->job->id, all), error);

  if (job != NULL)
    bw_toast_say (run->toasts, _ ("The job waits to be done again."));
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
    dex_await (bw_job_download (run->widget, run->toasts, run->business, run->job), &error);
  else if (is_action (run->name, "edit"))
    dex_await (bw_job_edit (run->widget, run->toasts, run->business, run->job), &error);
  else if (is_action (run->name, "copy"))
    dex_await (bw_job_copy (run->widget, run->toasts, run->business, run->job), &error);
  else if (dex_await_boolean (bw_job_question_ask (run->widget, run->business, run->job, run->name),
                              &error))
    act (run, &error);

  if (error != NULL && !g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_DISMISSED)
      && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    bw_toast_say (run->toasts, error->message);

  return dex_future_new_true ();
}

static void
copy_number (GtkWidget *widget, AdwToastOverlay *toasts, const BwJob *job)
{
  g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, job->id);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), id);
  bw_toast_say (toasts, _ ("The job number was copied."));
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
bw_job_actions_run (GtkWidget *widget,
                    AdwToastOverlay *toasts,
                    BwBusiness *business,
                    BwJob *job,
                    const char *name)
{
  g_return_if_fail (GTK_IS_WIDGET (widget));
  g_return_if_fail (BW_IS_BUSINESS (business));
  g_return_if_fail (job != NULL);

  if (is_action (name, "copy-id"))
    copy_number (widget, toasts, job);
  else
    dex_future_disown (
        bw_fiber_spawn (run_fiber, run_new (widget, toasts, business, job, name), run_free));
}
