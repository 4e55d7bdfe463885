/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The counts of a job list, and what becomes of both while nobody follows them.
 */
#include "bw-job-list-private.h"

#include "bw-dex.h"

#define SUMMARY_INTERVAL (1 * G_TIME_SPAN_SECOND)

static DexFuture *
summary_cb (DexFuture *future, gpointer user_data)
{
  g_autoptr (BwJobList) self = g_weak_ref_get (user_data);
  const GValue *value = dex_future_get_value (future, NULL);

  if (self == NULL || self->summary_request == NULL)
    return NULL;
  dex_clear (&self->summary_request);
  /* What it fails of shows at the pages; the counts of before stay. */
  if (value != NULL)
    {
      g_clear_pointer (&self->summary, bw_summary_free);
      self->summary = g_value_dup_boxed (value);
      g_object_notify (G_OBJECT (self), "summary");
    }
  if (self->summary_outdated)
    bw_job_list_ask_for_summary (self);
  return NULL;
}

static void
weak_ref_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

static gboolean
summary_source_cb (gpointer user_data)
{
  BwJobList *self = BW_JOB_LIST (user_data);
  g_autoptr (BwFilter) filter = bw_filter_copy (self->filter);
  GWeakRef *weak = g_new0 (GWeakRef, 1);
  DexFuture *summary;

  self->summary_source = 0;
  self->summary_outdated = FALSE;
  self->summary_at = g_get_monotonic_time ();
  self->summary_request = dex_cancellable_new ();
  /* The counts of all states, to choose from. */
  filter->states = 0;
  g_weak_ref_init (weak, self);
  summary = bw_dex_unless (bw_business_get_summary (bw_job_list_get_business (self), filter),
                           self->summary_request);
  dex_future_disown (dex_future_finally (summary, summary_cb, weak, weak_ref_free));
  return G_SOURCE_REMOVE;
}

/**
 * bw_job_list_ask_for_summary:
 * @self: a list
 *
 * Asks the server for the counts; soon, but at most once a second.
 */
void
bw_job_list_ask_for_summary (BwJobList *self)
{
  gint64 wait = self->summary_at + SUMMARY_INTERVAL - g_get_monotonic_time ();

  if (self->summary_request != NULL)
    self->summary_outdated = TRUE;
  else if (self->summary_source == 0)
    self->summary_source =
        g_timeout_add (wait > 0 ? (guint) (wait / 1000) + 1 : 0, summary_source_cb, self);
}

/**
 * bw_job_list_cancel_summary:
 * @self: a list
 *
 * Drops the request for the counts, if there is one.
 */
void
bw_job_list_cancel_summary (BwJobList *self)
{
  g_clear_handle_id (&self->summary_source, g_source_remove);
  if (self->summary_request != NULL)
    {
      g_autoptr (DexCancellable) request = g_steal_pointer (&self->summary_request);

      dex_cancellable_cancel (request);
    }
}

/**
 * bw_job_list_set_following:
 * @self: a list
 * @following: whether the list changes as jobs do
 *
 * A list that does not follow shows what was known when it was last refreshed. When it follows
 * again, it catches up at once.
 */
void
bw_job_list_set_following (BwJobList *self, gboolean following)
{
  g_return_if_fail (BW_IS_JOB_LIST (self));

  if (bw_paged_list_set_following (BW_PAGED_LIST (self), following))
    bw_job_list_ask_for_summary (self);
}

/**
 * bw_job_list_seed:
 * @self: a list that nothing has come for yet
 * @jobs: (element-type BwJob): its first rows, as they were known some time ago
 * @summary: (nullable): its counts, as they were then
 *
 * Shows the last known jobs until the server answers.
 */
void
bw_job_list_seed (BwJobList *self, GPtrArray *jobs, const BwSummary *summary)
{
  g_return_if_fail (BW_IS_JOB_LIST (self));

  if (summary != NULL && self->summary == NULL)
    {
      self->summary = bw_summary_copy (summary);
      g_object_notify (G_OBJECT (self), "summary");
    }
  bw_paged_list_seed (BW_PAGED_LIST (self), jobs);
}
