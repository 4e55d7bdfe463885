/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-scope.h"

#include "bw-read.h"
#include "bw-search-words.h"
#include "bw-span.h"
#include "bw-visibility.h"

#define SQL_TYPE "SELECT id FROM job_type WHERE business = $1 AND type = $2"

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  gint64 one = *(const gint64 *) a;
  gint64 other = *(const gint64 *) b;

  return (one > other) - (one < other);
}

static gboolean
contains (GArray *numbers, gint64 number)
{
  return numbers == NULL || g_array_binary_search (numbers, &number, compare_numbers, NULL);
}

/* A name that is no type of this business matches nothing, which is no error. */
static gboolean
find_types (BwScope *self, BwDb *db, GStrv names, GError **error)
{
  if (names == NULL)
    return TRUE;

  self->types = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint i = 0; names[i] != NULL; i++)
    {
      gint64 type = 0;

      if (!bw_db_get_int (db, &type, error, SQL_TYPE, "is", self->business, names[i]))
        return FALSE;
      if (type != 0)
        g_array_append_val (self->types, type);
    }
  g_array_sort (self->types, compare_numbers);
  self->is_empty |= self->types->len == 0;
  return TRUE;
}

/* After types and creators, which the expression names. */
static void
set_words (BwScope *self, const BwFilter *filter)
{
  if (filter->q == NULL || filter->q[0] == '\0' || self->is_empty)
    return;

  self->words = bw_search_words (self, filter->q);
  self->is_empty |= self->words == NULL;
}

static gboolean
set_times (BwScope *self, BwDb *db, const BwFilter *filter, GError **error)
{
  self->from = filter->from;
  self->until = filter->until;
  self->end = G_MAXINT64;
  if (self->until != BW_TIME_NONE && (self->until <= 0 || self->until <= self->from))
    self->is_empty = TRUE;
  if (self->is_empty)
    {
      self->end = 0;
      return TRUE;
    }
  if (self->from != BW_TIME_NONE
      && !bw_span_first_job (db, self->business, self->from, &self->first, error))
    return FALSE;
  return self->until == BW_TIME_NONE
         || bw_span_first_job (db, self->business, self->until, &self->end, error);
}

/**
 * bw_scope_new:
 * @db: a connection within a read transaction
 * @viewer: who asks
 * @filter: for what
 * @error: return location
 *
 * Looks up what the filter's words mean in the viewer's business.
 *
 * Returns: (transfer full) (nullable): the scope, good for the transaction that @db is in
 */
BwScope *
bw_scope_new (BwDb *db, const BwViewer *viewer, const BwFilter *filter, GError **error)
{
  g_autoptr (BwScope) self = g_new0 (BwScope, 1);

  self->viewer = *viewer;
  self->viewer.user_name = NULL;
  self->business = viewer->business;
  self->states = filter->states != 0 ? filter->states : BW_JOB_STATES_ALL;
  self->conditions = filter->conditions;
  self->relation =
      filter->relation != NULL && filter->relation[0] != '\0' ? g_strdup (filter->relation) : NULL;
  if (filter->created_by != NULL && filter->created_by->len > 0)
    {
      self->creators = g_array_copy (filter->created_by);
      g_array_sort (self->creators, compare_numbers);
    }

  if (!bw_holds_read (&self->holds, db, self->business, error)
      || !find_types (self, db, filter->types, error))
    return NULL;
  set_words (self, filter);
  if (!set_times (self, db, filter, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * bw_scope_free:
 * @self: a scope
 *
 * Frees it.
 */
void
bw_scope_free (BwScope *self)
{
  bw_holds_clear (&self->holds);
  g_clear_pointer (&self->types, g_array_unref);
  g_clear_pointer (&self->creators, g_array_unref);
  g_free (self->relation);
  g_free (self->words);
  g_free (self);
}

/**
 * bw_scope_is_counted:
 * @self: a scope
 *
 * Tells whether the counters' keys alone decide what matches, besides the time. What is paused
 * follows from them too; the other conditions, relations and words don't.
 *
 * Returns: whether counts of this scope are exact
 */
gboolean
bw_scope_is_counted (const BwScope *self)
{
  return self->relation == NULL && self->words == NULL
         && (self->conditions & ~(BwConditions) BW_CONDITION_PAUSED) == 0;
}

/**
 * bw_scope_matches:
 * @self: a scope
 * @key: a kind of job
 *
 * Returns: whether jobs of that kind can match
 */
gboolean
bw_scope_matches (const BwScope *self, const BwCounterKey *key)
{
  if (self->is_empty || !(self->states & (1u << key->state)))
    return FALSE;
  if (!contains (self->types, key->type)
      || !contains (self->creators, key->automated ? 0 : key->owner))
    return FALSE;
  if (self->conditions == BW_CONDITION_PAUSED
      && !(bw_conditions_of (&self->holds, key, TRUE, FALSE, FALSE) & BW_CONDITION_PAUSED))
    return FALSE;
  return bw_viewer_may_see (&self->viewer, key->owner, key->automated);
}

/**
 * bw_scope_matches_conditions:
 * @self: a scope
 * @conditions: a job's conditions
 *
 * Returns: whether the job has one of the conditions asked for
 */
gboolean
bw_scope_matches_conditions (const BwScope *self, BwConditions conditions)
{
  return self->conditions == 0 || (self->conditions & conditions) != 0;
}

/**
 * bw_conditions_of:
 * @holds: what is paused in the job's business
 * @key: the job's kind
 * @due: whether its time has come
 * @stalled: whether its worker has been silent for too long
 * @cancelling: whether it shall be cancelled
 *
 * Returns: the conditions that stand beside the job's state
 */
BwConditions
bw_conditions_of (const BwHolds *holds,
                  const BwCounterKey *key,
                  gboolean due,
                  gboolean stalled,
                  gboolean cancelling)
{
  BwConditions conditions = BW_CONDITION_NONE;

  if (bw_job_state_is_finished (key->state))
    return conditions;
  if (bw_holds_match (holds, key->owner, key->type))
    conditions |= BW_CONDITION_PAUSED;
  if (key->state == BW_JOB_STATE_QUEUED && !due)
    conditions |= BW_CONDITION_SCHEDULED;
  if (key->state == BW_JOB_STATE_PROCESSING && stalled)
    conditions |= BW_CONDITION_STALLED;
  if (key->state == BW_JOB_STATE_PROCESSING && cancelling)
    conditions |= BW_CONDITION_CANCELLING;
  return conditions;
}
