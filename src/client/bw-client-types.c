/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-client-types.h"

G_DEFINE_BOXED_TYPE (BwMe, bw_me, bw_me_ref, bw_me_unref)
G_DEFINE_BOXED_TYPE (BwFilter, bw_filter, bw_filter_copy, bw_filter_free)
G_DEFINE_BOXED_TYPE (BwEvent, bw_event, bw_event_ref, bw_event_unref)
G_DEFINE_BOXED_TYPE (BwSummary, bw_summary, bw_summary_copy, bw_summary_free)
G_DEFINE_BOXED_TYPE (BwPause, bw_pause, bw_pause_copy, bw_pause_free)
G_DEFINE_BOXED_TYPE (BwJobPage, bw_job_page, bw_job_page_ref, bw_job_page_unref)
G_DEFINE_BOXED_TYPE (BwJobDetails, bw_job_details, bw_job_details_ref, bw_job_details_unref)
G_DEFINE_BOXED_TYPE (BwItemPage, bw_item_page, bw_item_page_ref, bw_item_page_unref)
G_DEFINE_BOXED_TYPE (BwItemFilter, bw_item_filter, bw_item_filter_copy, bw_item_filter_free)
G_DEFINE_BOXED_TYPE (BwJobHistory, bw_job_history, bw_job_history_ref, bw_job_history_unref)

/**
 * bw_summary_copy:
 * @self: a summary
 *
 * Returns: (transfer full): a copy
 */
BwSummary *
bw_summary_copy (const BwSummary *self)
{
  return g_memdup2 (self, sizeof *self);
}

/**
 * bw_summary_free:
 * @self: (transfer full): a summary from the heap
 *
 * Frees it.
 */
void
bw_summary_free (BwSummary *self)
{
  g_free (self);
}

/**
 * bw_job_page_ref:
 * @self: a page
 *
 * Returns: (transfer full): @self
 */
BwJobPage *
bw_job_page_ref (BwJobPage *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
job_page_clear (gpointer data)
{
  BwJobPage *self = data;

  g_clear_pointer (&self->jobs, g_ptr_array_unref);
  g_free (self->next);
}

/**
 * bw_job_page_unref:
 * @self: (transfer full): a page
 *
 * Lets go of it.
 */
void
bw_job_page_unref (BwJobPage *self)
{
  g_atomic_rc_box_release_full (self, job_page_clear);
}

/**
 * bw_job_details_ref:
 * @self: details of a job
 *
 * Returns: (transfer full): @self
 */
BwJobDetails *
bw_job_details_ref (BwJobDetails *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
job_details_clear (gpointer data)
{
  BwJobDetails *self = data;

  g_clear_pointer (&self->job, bw_job_unref);
  g_free (self->parameters);
}

/**
 * bw_job_details_unref:
 * @self: (transfer full): details of a job
 *
 * Lets go of them.
 */
void
bw_job_details_unref (BwJobDetails *self)
{
  g_atomic_rc_box_release_full (self, job_details_clear);
}

/**
 * bw_item_page_ref:
 * @self: a page
 *
 * Returns: (transfer full): @self
 */
BwItemPage *
bw_item_page_ref (BwItemPage *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
item_page_clear (gpointer data)
{
  BwItemPage *self = data;

  g_clear_pointer (&self->items, g_ptr_array_unref);
}

/**
 * bw_item_page_unref:
 * @self: (transfer full): a page
 *
 * Lets go of it.
 */
void
bw_item_page_unref (BwItemPage *self)
{
  g_atomic_rc_box_release_full (self, item_page_clear);
}

/**
 * bw_item_filter_new:
 *
 * Returns: (transfer full): a filter that lets all items through
 */
BwItemFilter *
bw_item_filter_new (void)
{
  return g_new0 (BwItemFilter, 1);
}

/**
 * bw_item_filter_copy:
 * @self: a filter
 *
 * Returns: (transfer full): a copy
 */
BwItemFilter *
bw_item_filter_copy (const BwItemFilter *self)
{
  BwItemFilter *copy = bw_item_filter_new ();

  copy->states = self->states;
  copy->relation = g_strdup (self->relation);
  copy->q = g_strdup (self->q);
  return copy;
}

/**
 * bw_item_filter_free:
 * @self: (transfer full): a filter
 *
 * Frees it.
 */
void
bw_item_filter_free (BwItemFilter *self)
{
  g_free (self->relation);
  g_free (self->q);
  g_free (self);
}

/**
 * bw_item_filter_equal:
 * @a: a filter
 * @b: another
 *
 * Returns: %TRUE if both let the same items through
 */
gboolean
bw_item_filter_equal (const BwItemFilter *a, const BwItemFilter *b)
{
  return a->states == b->states && g_strcmp0 (a->relation, b->relation) == 0
         && g_strcmp0 (a->q, b->q) == 0;
}

/**
 * bw_job_history_ref:
 * @self: a history
 *
 * Returns: (transfer full): @self
 */
BwJobHistory *
bw_job_history_ref (BwJobHistory *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
job_history_clear (gpointer data)
{
  BwJobHistory *self = data;

  g_clear_pointer (&self->attempts, g_ptr_array_unref);
  g_clear_pointer (&self->actions, g_ptr_array_unref);
}

/**
 * bw_job_history_unref:
 * @self: (transfer full): a history
 *
 * Lets go of it.
 */
void
bw_job_history_unref (BwJobHistory *self)
{
  g_atomic_rc_box_release_full (self, job_history_clear);
}
