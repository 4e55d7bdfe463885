/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-job-set.h"

#include "bw-fiber.h"

static void
name_jobs (BwJobSet *self, BwRowSelection *selection)
{
  g_autoptr (GPtrArray) jobs = bw_row_selection_get_rows (selection);

  self->ids = g_array_sized_new (FALSE, FALSE, sizeof (gint64), jobs->len);
  self->summary.is_exact = TRUE;
  for (guint i = 0; i < jobs->len; i++)
    {
      const BwJob *job = g_ptr_array_index (jobs, i);

      g_array_append_val (self->ids, job->id);
      self->summary.in_state[job->state]++;
    }
}

/* A list's summary is of all states, whichever of them it shows. */
static void
take_summary (BwJobSet *self, const BwSummary *summary)
{
  BwJobStates states = self->filter->states != 0 ? self->filter->states : BW_JOB_STATES_ALL;

  self->summary = *summary;
  for (guint i = 0; i < BW_N_JOB_STATES; i++)
    if ((states & (1u << i)) == 0)
      self->summary.in_state[i] = 0;
}

/**
 * bw_job_set_new:
 * @selection: rows chosen of a BwJobList
 *
 * Returns: (transfer full): the jobs chosen
 */
BwJobSet *
bw_job_set_new (BwRowSelection *selection)
{
  BwJobList *list = BW_JOB_LIST (bw_row_selection_get_list (selection));
  BwJobSet *self = g_new0 (BwJobSet, 1);

  self->business = g_object_ref (bw_job_list_get_business (list));
  self->filter = bw_filter_copy (bw_job_list_get_filter (list));
  if (!bw_row_selection_is_all (selection))
    name_jobs (self, selection);
  else if (bw_job_list_get_summary (list) != NULL)
    take_summary (self, bw_job_list_get_summary (list));

  return self;
}

/**
 * bw_job_set_free:
 * @self: (transfer full): a set
 */
void
bw_job_set_free (BwJobSet *self)
{
  g_object_unref (self->business);
  g_clear_pointer (&self->ids, g_array_unref);
  bw_filter_free (self->filter);
  g_free (self);
}

static DexFuture *
count_fiber (gpointer user_data)
{
  BwJobSet *self = user_data;
  GError *error = NULL;
  g_autoptr (BwSummary) summary =
      dex_await_boxed (bw_business_get_summary (self->business, self->filter), &error);

  if (summary == NULL)
    return dex_future_new_for_error (error);

  take_summary (self, summary);

  return dex_future_new_true ();
}

/**
 * bw_job_set_count_again:
 * @self: a set, to be kept until the future is done
 *
 * Counts all that match anew. What is named was counted when it was chosen.
 *
 * Returns: (transfer full): a future of %TRUE
 */
DexFuture *
bw_job_set_count_again (BwJobSet *self)
{
  if (self->ids != NULL)
    return dex_future_new_true ();

  return bw_fiber_spawn (count_fiber, self, NULL);
}

/**
 * bw_job_set_count:
 * @self: a set
 * @states: which states
 *
 * Returns: how many of its jobs are in one of them
 */
gint64
bw_job_set_count (const BwJobSet *self, BwJobStates states)
{
  return bw_summary_count (&self->summary, states);
}
