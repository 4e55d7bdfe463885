/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is asked before something is done to many jobs: with how many of them, and what becomes of
 * the others.
 */
#include "bw-config.h"

#include "bw-bulk-question.h"

#include <glib/gi18n.h>

#include "bw-format.h"
#include "bw-help.h"

static const struct
{
  BwJobStates states; /* of the jobs that it can be done with */
  const char *no;
  const char *yes;
  gboolean is_destructive;
} actions[BW_N_BULK_ACTIONS] = {
  [BW_BULK_RETRY_FAILED] = { BW_JOB_STATES_FAILED | (1u << BW_JOB_STATE_CANCELLED), N_ ("_Cancel"),
                             N_ ("_Retry"), FALSE },
  [BW_BULK_RETRY_ALL] = { BW_JOB_STATES_FINISHED, N_ ("_Cancel"), N_ ("_Retry All"), TRUE },
  [BW_BULK_CANCEL] = { BW_JOB_STATES_ACTIVE, N_ ("_Keep Running"), N_ ("_Cancel Jobs"), TRUE },
  [BW_BULK_DELETE] = { BW_JOB_STATES_FINISHED, N_ ("_Keep"), N_ ("_Delete"), TRUE },
};

/* In each, %s is a number. */
static char *
get_heading (BwBulkAction action, gint64 n_jobs, gboolean is_exact)
{
  g_autofree char *number = bw_format_count (n_jobs, is_exact);
  gulong n = (gulong) n_jobs;

  switch (action)
    {
    case BW_BULK_CANCEL:
      return g_strdup_printf (ngettext ("Cancel %s Job?", "Cancel %s Jobs?", n), number);
    case BW_BULK_DELETE:
      return g_strdup_printf (ngettext ("Delete %s Job?", "Delete %s Jobs?", n), number);
    case BW_BULK_RETRY_ALL:
      return g_strdup_printf (
          ngettext ("Do %s Job Again From the Start?", "Do %s Jobs Again From the Start?", n),
          number);
    case BW_BULK_RETRY_FAILED:
    default:
      return g_strdup_printf (
          ngettext ("Retry What Failed in %s Job?", "Retry What Failed in %s Jobs?", n), number);
    }
}

static const char *
get_effect (BwBulkAction action)
{
  switch (action)
    {
    case BW_BULK_CANCEL:
      return _ ("They stop. What they have done until then stays done.");
    case BW_BULK_DELETE:
      return _ ("They are removed for everyone, with their items, logs and results. This can’t be "
                "undone.");
    case BW_BULK_RETRY_ALL:
      return _ (
          "All of their items are done again, also what succeeded: mails and invoices that went "
          "out go out once more.");
    case BW_BULK_RETRY_FAILED:
    default:
      return _ ("Items that failed are done again. What is done already is not done again.");
    }
}

/* In each, the numbers are of the jobs that stay as they are, and of all. */
static const char *
get_rest (BwBulkAction action, gulong n)
{
  switch (action)
    {
    case BW_BULK_CANCEL:
      return ngettext ("%s of the %s is already done and stays as it is.",
                       "%s of the %s are already done and stay as they are.", n);
    case BW_BULK_RETRY_FAILED:
      return ngettext ("%s of the %s has nothing that failed and stays as it is.",
                       "%s of the %s have nothing that failed and stay as they are.", n);
    case BW_BULK_RETRY_ALL:
    case BW_BULK_DELETE:
    default:
      return ngettext ("%s of the %s is still active and stays as it is.",
                       "%s of the %s are still active and stay as they are.", n);
    }
}

static char *
get_body (const BwJobSet *jobs, BwBulkAction action)
{
  gint64 n_all = bw_job_set_count (jobs, BW_JOB_STATES_ALL);
  gint64 n_rest = n_all - bw_job_set_count (jobs, actions[action].states);
  g_autofree char *all = bw_format_count (n_all, jobs->summary.is_exact);
  g_autofree char *rest = bw_format_count (n_rest, jobs->summary.is_exact);
  g_autofree char *sentence = NULL;

  if (n_rest == 0)
    return g_strdup (get_effect (action));

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  sentence = g_strdup_printf (get_rest (action, (gulong) n_rest), rest, all);
#pragma GCC diagnostic pop

  return g_strconcat (get_effect (action), "\n\n", sentence, NULL);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DexPromise) promise = data;
  const char *response = adw_alert_dialog_choose_finish (ADW_ALERT_DIALOG (source), result);

  dex_promise_resolve_boolean (promise, g_str_equal (response, "yes"));
}

/**
 * bw_bulk_get_states:
 * @action: an action
 *
 * Returns: the states of the jobs that it can be done with; others stay as they are
 */
BwJobStates
bw_bulk_get_states (BwBulkAction action)
{
  return actions[action].states;
}

/**
 * bw_bulk_question_ask:
 * @parent: over which widget
 * @jobs: which jobs, counted
 * @action: what is to be done
 *
 * Says with how many jobs it will be done and what that means, and asks whether to do it.
 *
 * Returns: (transfer full): a future of a boolean: whether the user wants it
 */
DexFuture *
bw_bulk_question_ask (GtkWidget *parent, const BwJobSet *jobs, BwBulkAction action)
{
  gint64 n_jobs = bw_job_set_count (jobs, actions[action].states);
  g_autofree char *heading = get_heading (action, n_jobs, jobs->summary.is_exact);
  g_autofree char *body = get_body (jobs, action);
  AdwAlertDialog *dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (heading, body));
  gboolean is_destructive = actions[action].is_destructive;
  DexPromise *promise = dex_promise_new ();

  adw_alert_dialog_add_responses (dialog, "no", _ (actions[action].no), "yes",
                                  _ (actions[action].yes), NULL);
  adw_alert_dialog_set_response_appearance (
      dialog, "yes", is_destructive ? ADW_RESPONSE_DESTRUCTIVE : ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_response_enabled (dialog, "yes", n_jobs > 0);
  adw_alert_dialog_set_default_response (dialog, is_destructive ? "no" : "yes");
  adw_alert_dialog_set_close_response (dialog, "no");
  bw_help_set_page (GTK_WIDGET (dialog), "act-on-many");
  adw_alert_dialog_choose (dialog, parent, NULL, answered_cb, dex_ref (promise));

  return DEX_FUTURE (promise);
}
