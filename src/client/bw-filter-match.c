/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-filter-match.h"

/**
 * bw_filter_is_decidable:
 * @self: a filter
 *
 * Tells whether bw_filter_matches() is all there is to say: what words and relations a job goes by,
 * only the server knows.
 *
 * Returns: %FALSE if the server has to be asked
 */
gboolean
bw_filter_is_decidable (const BwFilter *self)
{
  return (self->q == NULL || self->q[0] == '\0')
         && (self->relation == NULL || self->relation[0] == '\0');
}

/**
 * bw_filter_is_lasting:
 * @self: a filter
 *
 * Tells whether a job that the filter lets through now always was let through and always will be.
 *
 * Returns: %FALSE if it asks for what changes: the state, a condition, words
 */
gboolean
bw_filter_is_lasting (const BwFilter *self)
{
  return bw_filter_is_decidable (self) && self->conditions == 0
         && (self->states == 0 || self->states == BW_JOB_STATES_ALL);
}

static gboolean
matches_creator (const BwFilter *self, const BwJob *job)
{
  if (self->created_by == NULL || self->created_by->len == 0)
    return TRUE;
  for (guint i = 0; i < self->created_by->len; i++)
    if (g_array_index (self->created_by, gint64, i) == job->created_by_id)
      return TRUE;
  return FALSE;
}

/**
 * bw_filter_matches:
 * @self: a filter
 * @job: a job
 *
 * Tells whether a filter lets a job through, as far as that shows in the job: the words and the
 * relation that it asks for are not looked at.
 *
 * Returns: %FALSE if it does not
 */
gboolean
bw_filter_matches (const BwFilter *self, const BwJob *job)
{
  if (self->states != 0 && (self->states & (1u << job->state)) == 0)
    return FALSE;
  if (self->types != NULL && self->types[0] != NULL
      && !g_strv_contains ((const char *const *) self->types, job->type))
    return FALSE;
  if (self->conditions != 0 && (self->conditions & job->conditions) == 0)
    return FALSE;
  if (self->from != BW_TIME_NONE && job->created_at < self->from)
    return FALSE;
  if (self->until != BW_TIME_NONE && job->created_at >= self->until)
    return FALSE;
  return matches_creator (self, job);
}
