/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-job-row.h"
#include "bw-read.h"
#include "bw-see.h"
#include "bw-store-private.h"

#define SQL_ATTEMPTS                                                                               \
  "SELECT attempt, worker, started_at, ended_at, outcome, error FROM attempt "                     \
  "WHERE business = $1 AND job = $2 ORDER BY attempt"
/* The attempt that runs is the claim that stands. */
#define SQL_RUNNING                                                                                \
  "SELECT c.attempt, c.worker, c.claimed_at, NULL, 0, NULL "                                       \
  "FROM job j JOIN claim c ON c.id = j.claim WHERE j.business = $1 AND j.id = $2"
#define SQL_SUBMITTED                                                                              \
  "SELECT 0, j.created_at, CASE WHEN j.automated = 1 THEN 'System' ELSE a.name END, 'submit', "    \
  "j.id, NULL FROM job j LEFT JOIN account a ON a.id = j.owner "                                   \
  "WHERE j.business = $1 AND j.id = $2"
#define SQL_ACTIONS                                                                                \
  "SELECT id, at, actor, action, job, detail FROM action "                                         \
  "WHERE business = $1 AND job = $2 ORDER BY id"

static const char *const outcomes[] = {
  [BW_OUTCOME_RUNNING] = "running",     [BW_OUTCOME_FINISHED] = "finished",
  [BW_OUTCOME_FAILED] = "failed",       [BW_OUTCOME_LAPSED] = "lapsed",
  [BW_OUTCOME_CANCELLED] = "cancelled", [BW_OUTCOME_RELEASED] = "released",
};

static void
free_attempt (gpointer data)
{
  BwAttempt *self = data;

  g_free (self->worker);
  g_free (self->error);
  g_free (self);
}

static void
free_action (gpointer data)
{
  BwAction *self = data;

  g_free (self->actor);
  g_free (self->action);
  g_free (self->detail);
  g_free (self);
}

static gboolean
read_attempts (GPtrArray *attempts, BwRows *rows, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (rows == NULL)
    return FALSE;
  while (bw_rows_next (rows, &local))
    {
      BwAttempt *attempt = g_new0 (BwAttempt, 1);

      attempt->attempt = (int) bw_rows_int (rows, 0);
      attempt->worker = g_strdup (bw_rows_text (rows, 1));
      attempt->started_at = bw_rows_time (rows, 2);
      attempt->ended_at = bw_rows_time (rows, 3);
      attempt->outcome = (BwOutcome) bw_rows_int (rows, 4);
      attempt->error = g_strdup (bw_rows_text (rows, 5));
      g_ptr_array_add (attempts, attempt);
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

static gboolean
read_actions (GPtrArray *actions, BwRows *rows, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (rows == NULL)
    return FALSE;
  while (bw_rows_next (rows, &local))
    {
      BwAction *action = g_new0 (BwAction, 1);

      action->id = bw_rows_int (rows, 0);
      action->at = bw_rows_time (rows, 1);
      action->actor = g_strdup (bw_rows_text (rows, 2));
      action->action = g_strdup (bw_rows_text (rows, 3));
      action->job = bw_rows_int (rows, 4);
      action->detail = g_strdup (bw_rows_text (rows, 5));
      g_ptr_array_add (actions, action);
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

static gboolean
read_history (BwHistory *history, BwDb *db, gint64 business, gint64 job, GError **error)
{
  g_autoptr (BwRows) ended = bw_db_query (db, error, SQL_ATTEMPTS, "ii", business, job);
  g_autoptr (BwRows) running = NULL;
  g_autoptr (BwRows) submitted = NULL;
  g_autoptr (BwRows) done = NULL;

  if (!read_attempts (history->attempts, ended, error))
    return FALSE;
  running = bw_db_query (db, error, SQL_RUNNING, "ii", business, job);
  if (!read_attempts (history->attempts, running, error))
    return FALSE;
  submitted = bw_db_query (db, error, SQL_SUBMITTED, "ii", business, job);
  if (!read_actions (history->actions, submitted, error))
    return FALSE;
  done = bw_db_query (db, error, SQL_ACTIONS, "ii", business, job);
  return read_actions (history->actions, done, error);
}

/**
 * bw_outcome_to_string:
 * @outcome: how an attempt ended
 *
 * Returns: (transfer none): its name in JSON
 */
const char *
bw_outcome_to_string (BwOutcome outcome)
{
  g_return_val_if_fail ((guint) outcome < G_N_ELEMENTS (outcomes), NULL);

  return outcomes[outcome];
}

/**
 * bw_history_free:
 * @self: a history
 *
 * Frees it.
 */
void
bw_history_free (BwHistory *self)
{
  g_ptr_array_unref (self->attempts);
  g_ptr_array_unref (self->actions);
  g_free (self);
}

/**
 * bw_store_get_history:
 * @self: a store
 * @viewer: who asks
 * @job: whose history
 * @error: return location
 *
 * Reads a job's attempts, the running one last, and who did what with it, its submission first.
 *
 * Returns: (transfer full) (nullable): the history
 */
BwHistory *
bw_store_get_history (BwStore *self, const BwViewer *viewer, gint64 job, GError **error)
{
  g_auto (BwReader) reader = bw_reader_begin (self, error);
  g_autoptr (BwHistory) history = NULL;

  if (reader.db == NULL || !bw_see_job (reader.db, viewer, job, error))
    return NULL;
  history = g_new0 (BwHistory, 1);
  history->attempts = g_ptr_array_new_with_free_func (free_attempt);
  history->actions = g_ptr_array_new_with_free_func (free_action);
  if (!read_history (history, reader.db, viewer->business, job, error))
    return NULL;
  return g_steal_pointer (&history);
}
