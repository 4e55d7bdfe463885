/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#include "bw-business-bulk.h"
#include "bw-ctl-ask.h"
#include "bw-ctl-command.h"
#include "bw-ctl-filter.h"
#include "bw-ctl-follow.h"
#include "bw-ctl-text.h"

/*
 * What is done to jobs: to one or a few that are named, one after the other, so that each refusal is
 * said; to all that a filter chooses as a job of the server's.
 */

static gboolean all_items;
static char **items;
static gboolean yes;

/** bw_ctl_retry_options: of "retry" */
const GOptionEntry bw_ctl_retry_options[] = {
  { "all-items", 0, 0, G_OPTION_ARG_NONE, &all_items,
    N_ ("Do all items again, not only those that failed"), NULL },
  { "item", 'i', 0, G_OPTION_ARG_STRING_ARRAY, &items, N_ ("Do only this item again"),
    N_ ("ITEM") },
  { "yes", 'y', 0, G_OPTION_ARG_NONE, &yes, N_ ("Do it to all that match, without asking"), NULL },
  { NULL },
};

/** bw_ctl_act_options: of "cancel" and "delete" */
const GOptionEntry bw_ctl_act_options[] = {
  { "yes", 'y', 0, G_OPTION_ARG_NONE, &yes, N_ ("Do it to all that match, without asking"), NULL },
  { NULL },
};

/** Does one thing to one job. Returns: (nullable): a sentence on what happened */
typedef char *(*ActFunc) (BwCtl *ctl, gint64 id, GError **error);

static gboolean
act_on_each (BwCtl *ctl, char **arguments, ActFunc act, GError **error)
{
  g_autoptr (GError) first = NULL;

  for (guint i = 0; arguments[i] != NULL; i++)
    {
      g_autoptr (GError) failed = NULL;
      g_autofree char *said = NULL;
      gint64 id;

      if (!bw_ctl_read_id (arguments[i], &id, error))
        return FALSE;
      said = act (ctl, id, &failed);
      if (said != NULL && !ctl->json)
        g_print ("%s\n", said);
      if (failed == NULL)
        continue;
      if (first == NULL)
        first = g_steal_pointer (&failed);
      else
        g_printerr ("batchworkctl: %s\n", failed->message);
    }
  if (first == NULL)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&first));

  return FALSE;
}

/* What is asked before it is done to all that match: "Cancel 1,204 jobs?" */
static char *
make_question (BwBulkAction action, const BwSummary *summary)
{
  gint64 n = bw_summary_total (summary);
  g_autofree char *number
      = g_strdup_printf (summary->is_exact ? "%'" G_GINT64_FORMAT : "%'" G_GINT64_FORMAT "+", n);

  switch (action)
    {
    case BW_BULK_RETRY_FAILED:
      return g_strdup_printf (ngettext ("Retry the failed items of %s job?",
                                        "Retry the failed items of %s jobs?", n),
                              number);
    case BW_BULK_RETRY_ALL:
      return g_strdup_printf (
          ngettext ("Retry all items of %s job?", "Retry all items of %s jobs?", n), number);
    case BW_BULK_CANCEL:
      return g_strdup_printf (ngettext ("Cancel %s job?", "Cancel %s jobs?", n), number);
    case BW_BULK_DELETE:
    default:
      return g_strdup_printf (
          ngettext ("Delete %s job for good?", "Delete %s jobs for good?", n), number);
    }
}

static gboolean
confirm (BwCtl *ctl, BwBulkAction action, const BwFilter *filter, GError **error)
{
  g_autoptr (BwSummary) summary
      = dex_await_boxed (bw_business_get_summary (ctl->business, filter), error);
  g_autofree char *question = NULL;

  if (summary == NULL)
    return FALSE;
  if (bw_summary_total (summary) == 0)
    {
      bw_set_error (error, BW_ERROR_NOT_FOUND, _ ("No job matches."));
      return FALSE;
    }
  question = make_question (action, summary);

  return bw_ctl_ask (yes, question, error);
}

static gboolean
act_on_filter (BwCtl *ctl, BwBulkAction action, GError **error)
{
  g_autoptr (BwFilter) filter = bw_ctl_filter_make (ctl, error);
  g_autoptr (BwBulkStarted) started = NULL;

  if (filter == NULL || !confirm (ctl, action, filter, error))
    return FALSE;
  started = dex_await_boxed (bw_business_act_on_filter (ctl->business, action, filter), error);
  if (started == NULL)
    return FALSE;

  return bw_ctl_follow (ctl, started->job, error);
}

static gboolean
act_on (BwCtl *ctl, char **arguments, ActFunc act, BwBulkAction action, GError **error)
{
  gboolean named = arguments[0] != NULL;

  if (named == bw_ctl_filter_is_given ())
    {
      g_set_error (error, BW_USAGE_ERROR, 0,
                   _ ("Name the jobs, or choose them with options such as --state; not both."));
      return FALSE;
    }

  return named ? act_on_each (ctl, arguments, act, error)
               : act_on_filter (ctl, action, error);
}

static gboolean
read_items (GArray *numbers, GError **error)
{
  for (guint i = 0; items[i] != NULL; i++)
    {
      gint64 number;

      if (!bw_ctl_read_id (items[i], &number, error))
        return FALSE;
      g_array_append_val (numbers, number);
    }

  return TRUE;
}

static char *
retry_one (BwCtl *ctl, gint64 id, GError **error)
{
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (BwJob) job = NULL;

  if (items != NULL && !read_items (numbers, error))
    return NULL;
  if (items != NULL)
    job = dex_await_boxed (bw_business_retry_items (ctl->business, id,
                                                    (const gint64 *) (gpointer) numbers->data,
                                                    numbers->len),
                           error);
  else
    job = dex_await_boxed (bw_business_retry (ctl->business, id, all_items), error);

  if (job == NULL)
    return NULL;

  return g_strdup_printf (_ ("Job %" PRId64 " (%s) waits to be done again."), job->id,
                          job->name);
}

/** bw_ctl_retry: retry JOB… */
gboolean
bw_ctl_retry (BwCtl *ctl, char **arguments, GError **error)
{
  return act_on (ctl, arguments, retry_one,
                 all_items ? BW_BULK_RETRY_ALL : BW_BULK_RETRY_FAILED, error);
}

static char *
cancel_one (BwCtl *ctl, gint64 id, GError **error)
{
  g_autoptr (BwJob) job = dex_await_boxed (bw_business_cancel (ctl->business, id), error);

  if (job == NULL)
    return NULL;
  if (bw_job_is_finished (job))
    return g_strdup_printf (_ ("Job %" PRId64 " (%s) is cancelled."), job->id, job->name);

  return g_strdup_printf (
      _ ("Job %" PRId64 " (%s) is being cancelled. Its worker stops shortly."), job->id,
      job->name);
}

/** bw_ctl_cancel: cancel JOB… */
gboolean
bw_ctl_cancel (BwCtl *ctl, char **arguments, GError **error)
{
  return act_on (ctl, arguments, cancel_one, BW_BULK_CANCEL, error);
}

static char *
delete_one (BwCtl *ctl, gint64 id, GError **error)
{
  if (!dex_await (bw_business_delete (ctl->business, id), error))
    return NULL;

  return g_strdup_printf (_ ("Job %" PRId64 " is deleted."), id);
}

/** bw_ctl_delete: delete JOB… */
gboolean
bw_ctl_delete (BwCtl *ctl, char **arguments, GError **error)
{
  return act_on (ctl, arguments, delete_one, BW_BULK_DELETE, error);
}

/** bw_ctl_clear_finished: clear */
gboolean
bw_ctl_clear_finished (BwCtl *ctl, char **arguments, GError **error)
{
  g_autoptr (BwFilter) filter = bw_filter_new ();
  gint64 cleared;

  filter->states = BW_JOB_STATES_FINISHED;
  if (!confirm (ctl, BW_BULK_DELETE, filter, error))
    return FALSE;

  cleared = dex_await_int64 (bw_business_clear (ctl->business), error);
  if (*error != NULL)
    return FALSE;
  if (ctl->json)
    g_print ("{\"cleared\":%" G_GINT64_FORMAT "}\n", cleared);
  else
    g_print (ngettext ("%" PRId64 " job was deleted.\n",
                       "%" PRId64 " jobs were deleted.\n", cleared),
             cleared);

  return TRUE;
}
