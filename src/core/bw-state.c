/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-state.h"

static const char *const job_states[BW_N_JOB_STATES] = {
  [BW_JOB_STATE_QUEUED] = "queued",   [BW_JOB_STATE_PROCESSING] = "processing",
  [BW_JOB_STATE_SUCCESS] = "success", [BW_JOB_STATE_FAILED] = "failed",
  [BW_JOB_STATE_SKIPPED] = "skipped", [BW_JOB_STATE_CANCELLED] = "cancelled",
};

static const char *const item_states[BW_N_ITEM_STATES] = {
  [BW_ITEM_STATE_PENDING] = "pending",     [BW_ITEM_STATE_SUCCESS] = "success",
  [BW_ITEM_STATE_FAILED] = "failed",       [BW_ITEM_STATE_SKIPPED] = "skipped",
  [BW_ITEM_STATE_CANCELLED] = "cancelled",
};

/* By bit: conditions[n] names 1 << n. */
static const char *const conditions[BW_N_CONDITIONS] = {
  "paused",
  "scheduled",
  "stalled",
  "cancelling",
};

static gboolean
find_name (const char *const *names, guint n_names, const char *name, guint *index)
{
  for (guint i = 0; i < n_names; i++)
    if (g_str_equal (names[i], name))
      {
        *index = i;
        return TRUE;
      }
  return FALSE;
}

/**
 * bw_job_state_to_string:
 * @state: a job's state
 *
 * Returns: (transfer none): its name in JSON, "processing"
 */
const char *
bw_job_state_to_string (BwJobState state)
{
  g_return_val_if_fail ((guint) state < BW_N_JOB_STATES, NULL);

  return job_states[state];
}

/**
 * bw_job_state_from_string:
 * @string: a name in JSON
 * @state: (out): the state; set only on success
 *
 * Returns: %FALSE if no job state has that name
 */
gboolean
bw_job_state_from_string (const char *string, BwJobState *state)
{
  guint index;

  g_return_val_if_fail (string != NULL && state != NULL, FALSE);

  if (!find_name (job_states, BW_N_JOB_STATES, string, &index))
    return FALSE;
  *state = (BwJobState) index;
  return TRUE;
}

/**
 * bw_job_state_is_finished:
 * @state: a job's state
 *
 * Returns: whether nothing more happens to a job in this state by itself
 */
gboolean
bw_job_state_is_finished (BwJobState state)
{
  return (BW_JOB_STATES_FINISHED & (1u << state)) != 0;
}

/**
 * bw_item_state_to_string:
 * @state: an item's state
 *
 * Returns: (transfer none): its name in JSON, "pending"
 */
const char *
bw_item_state_to_string (BwItemState state)
{
  g_return_val_if_fail ((guint) state < BW_N_ITEM_STATES, NULL);

  return item_states[state];
}

/**
 * bw_item_state_from_string:
 * @string: a name in JSON
 * @state: (out): the state; set only on success
 *
 * Returns: %FALSE if no item state has that name
 */
gboolean
bw_item_state_from_string (const char *string, BwItemState *state)
{
  guint index;

  g_return_val_if_fail (string != NULL && state != NULL, FALSE);

  if (!find_name (item_states, BW_N_ITEM_STATES, string, &index))
    return FALSE;
  *state = (BwItemState) index;
  return TRUE;
}

/**
 * bw_condition_to_string:
 * @condition: one condition
 *
 * Returns: (transfer none) (nullable): its name in JSON, "paused"; %NULL for none or several
 */
const char *
bw_condition_to_string (BwConditions condition)
{
  for (guint i = 0; i < BW_N_CONDITIONS; i++)
    if ((guint) condition == 1u << i)
      return conditions[i];
  return NULL;
}

/**
 * bw_condition_from_string:
 * @string: a name in JSON
 * @condition: (out): the one condition; set only on success
 *
 * Returns: %FALSE if no condition has that name
 */
gboolean
bw_condition_from_string (const char *string, BwConditions *condition)
{
  guint index;

  g_return_val_if_fail (string != NULL && condition != NULL, FALSE);

  if (!find_name (conditions, BW_N_CONDITIONS, string, &index))
    return FALSE;
  *condition = (BwConditions) (1u << index);
  return TRUE;
}

/**
 * bw_item_counts_total:
 * @counts: how many items are in each state
 *
 * Returns: how many items there are
 */
gint64
bw_item_counts_total (const BwItemCounts *counts)
{
  gint64 total = 0;

  g_return_val_if_fail (counts != NULL, 0);

  for (guint i = 0; i < BW_N_ITEM_STATES; i++)
    total += counts->in_state[i];
  return total;
}

/**
 * bw_item_counts_done:
 * @counts: how many items are in each state
 *
 * Returns: how many items nothing more happens to: all but the pending ones
 */
gint64
bw_item_counts_done (const BwItemCounts *counts)
{
  g_return_val_if_fail (counts != NULL, 0);

  return bw_item_counts_total (counts) - counts->in_state[BW_ITEM_STATE_PENDING];
}

/**
 * bw_job_state_derive:
 * @counts: how many items are in each state
 * @job_failed: whether the job itself went wrong, whatever its items say
 * @job_cancelled: whether the job was cancelled
 *
 * The one place that decides how a job ends. In this order:
 *
 *  1. cancelled, if the job was cancelled, however far it came;
 *  2. failed, if the job itself went wrong, items still pending or not;
 *  3. processing, if items are still pending: a job is never finished past its items;
 *  4. failed, if any item failed;
 *  5. skipped, if any item was left out on purpose;
 *  6. cancelled, if there are items and every one of them was cancelled;
 *  7. success, for everything else, jobs without items included.
 *
 * Returns: the state
 */
BwJobState
bw_job_state_derive (const BwItemCounts *counts, gboolean job_failed, gboolean job_cancelled)
{
  gint64 n_cancelled;

  g_return_val_if_fail (counts != NULL, BW_JOB_STATE_PROCESSING);

  if (job_cancelled)
    return BW_JOB_STATE_CANCELLED;
  if (job_failed)
    return BW_JOB_STATE_FAILED;
  if (counts->in_state[BW_ITEM_STATE_PENDING] > 0)
    return BW_JOB_STATE_PROCESSING;
  if (counts->in_state[BW_ITEM_STATE_FAILED] > 0)
    return BW_JOB_STATE_FAILED;
  if (counts->in_state[BW_ITEM_STATE_SKIPPED] > 0)
    return BW_JOB_STATE_SKIPPED;
  n_cancelled = counts->in_state[BW_ITEM_STATE_CANCELLED];
  if (n_cancelled > 0 && n_cancelled == bw_item_counts_total (counts))
    return BW_JOB_STATE_CANCELLED;
  return BW_JOB_STATE_SUCCESS;
}
