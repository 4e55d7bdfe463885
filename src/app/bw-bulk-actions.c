/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-bulk-actions.h"

#include <glib/gi18n.h>

#include "bw-bulk-progress.h"
#include "bw-bulk-question.h"
#include "bw-business-bulk.h"
#include "bw-fiber.h"
#include "bw-job-actions.h"
#include "bw-toast.h"

static const struct
{
  const char *name;
  BwBulkAction action;
  BwPermissions permission;
  const char *refusal; /* where there is no job that it can be done with */
} actions[] = {
  { "job.retry-failed", BW_BULK_RETRY_FAILED, BW_PERMISSION_RETRY,
    N_ ("Nothing in these jobs failed.") },
  { "job.retry-all", BW_BULK_RETRY_ALL, BW_PERMISSION_RETRY,
    N_ ("All of these jobs are still active.") },
  { "job.cancel", BW_BULK_CANCEL, BW_PERMISSION_CANCEL,
    N_ ("All of these jobs are already finished.") },
  { "job.delete", BW_BULK_DELETE, BW_PERMISSION_DELETE,
    N_ ("All of these jobs are still active. Wait until they are done, or cancel them.") },
};

/** An action under way. */
typedef struct
{
  GtkWidget *widget;
  AdwToastOverlay *toasts;
  GtkBox *progress;
  BwJobSet *jobs;
  BwBulkAction action;
} Run;

static void
run_free (gpointer data)
{
  Run *run = data;

  g_object_unref (run->widget);
  g_object_unref (run->toasts);
  g_object_unref (run->progress);
  bw_job_set_free (run->jobs);
  g_free (run);
}

static gboolean
find (const char *name, guint *index)
{
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    if (g_str_equal (actions[i].name, name))
      {
        *index = i;
        return TRUE;
      }

  return FALSE;
}

/**
 * bw_bulk_action_get_refusal:
 * @jobs: some jobs
 * @name: one of bw_job_action_names
 *
 * Returns: (transfer full) (nullable): why it can't be done with any of them now, a sentence; %NULL
 *   if it can
 */
char *
bw_bulk_action_get_refusal (const BwJobSet *jobs, const char *name)
{
  BwConnection *connection = bw_business_get_connection (jobs->business);
  guint i;

  if (!find (name, &i))
    return g_strdup (_ ("This can be done with one job at a time."));
  if (!bw_business_may (jobs->business, actions[i].permission))
    return g_strdup (_ ("You don’t have the right to do this."));
  if (bw_connection_get_state (connection) == BW_CONNECTION_STATE_OFFLINE)
    return g_strdup (_ ("The server can’t be reached now."));
  if (bw_job_set_count (jobs, bw_bulk_get_states (actions[i].action)) == 0)
    return g_strdup (_ (actions[i].refusal));

  return NULL;
}

/**
 * bw_bulk_actions_update:
 * @widget: a widget whose class has installed the actions of bw_job_action_names
 * @jobs: the jobs chosen
 *
 * Makes those actions insensitive that can't be done with any of them now.
 */
void
bw_bulk_actions_update (GtkWidget *widget, const BwJobSet *jobs)
{
  for (guint i = 0; bw_job_action_names[i] != NULL; i++)
    {
      g_autofree char *refusal = bw_bulk_action_get_refusal (jobs, bw_job_action_names[i]);

      gtk_widget_action_set_enabled (widget, bw_job_action_names[i], refusal == NULL);
    }
}

static BwBulkStarted *
start (Run *run, GError **error)
{
  const GArray *ids = run->jobs->ids;

  if (ids == NULL)
    return dex_await_boxed (
        bw_business_act_on_filter (run->jobs->business, run->action, run->jobs->filter), error);

  return dex_await_boxed (bw_business_act_on_ids (run->jobs->business, run->action,
                                                  (const gint64 *) (gconstpointer) ids->data,
                                                  ids->len),
                          error);
}

static DexFuture *
run_fiber (gpointer data)
{
  Run *run = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BwBulkStarted) started = NULL;

  if (dex_await (bw_job_set_count_again (run->jobs), &error)
      && dex_await_boolean (bw_bulk_question_ask (run->widget, run->jobs, run->action), &error))
    started = start (run, &error);

  if (started != NULL)
    {
      gtk_box_append (run->progress,
                      bw_bulk_progress_new (run->jobs->business, run->action, started));
      gtk_widget_activate_action (run->widget, "jobs.select-none", NULL);
    }
  else if (error != NULL)
    bw_toast_say (run->toasts, error->message);

  return dex_future_new_true ();
}

/**
 * bw_bulk_actions_run:
 * @widget: where the question is asked, within reach of the action "jobs.select-none"
 * @toasts: where it is said that it could not be begun
 * @progress: where its progress is shown
 * @jobs: (transfer full): the jobs
 * @name: one of bw_job_action_names
 *
 * Asks, and has the server do it. Returns at once; the widgets are kept until it is begun.
 */
void
bw_bulk_actions_run (GtkWidget *widget,
                     AdwToastOverlay *toasts,
                     GtkBox *progress,
                     BwJobSet *jobs,
                     const char *name)
{
  guint i;
  Run *run;

  if (!find (name, &i))
    {
      bw_job_set_free (jobs);
      return;
    }

  run = g_new0 (Run, 1);
  run->widget = g_object_ref (widget);
  run->toasts = g_object_ref (toasts);
  run->progress = g_object_ref (progress);
  run->jobs = jobs;
  run->action = actions[i].action;
  dex_future_disown (bw_fiber_spawn (run_fiber, run, run_free));
}
