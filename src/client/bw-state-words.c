/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-state-words.h"

#include "bw-config.h"

#include <glib/gi18n-lib.h>

/**
 * bw_job_state_get_words:
 * @state: a job's state
 * @conditions: what stands beside it
 *
 * The most telling word wins: a job that is being cancelled or is paused, stalled or scheduled
 * says that rather than its state.
 *
 * Returns: (transfer none): the word for it
 */
const char *
bw_job_state_get_words (BwJobState state, BwConditions conditions)
{
  if (!bw_job_state_is_finished (state))
    {
      if (conditions & BW_CONDITION_CANCELLING)
        return _ ("Cancelling");
      if (conditions & BW_CONDITION_PAUSED)
        return _ ("Paused");
      if (conditions & BW_CONDITION_STALLED)
        return _ ("Stalled");
      if (conditions & BW_CONDITION_SCHEDULED)
        return _ ("Scheduled");
    }

  switch (state)
    {
    case BW_JOB_STATE_QUEUED:
      return _ ("Initiated");
    case BW_JOB_STATE_PROCESSING:
      return _ ("Processing");
    case BW_JOB_STATE_SUCCESS:
      return _ ("Success");
    case BW_JOB_STATE_FAILED:
      return _ ("Failed");
    case BW_JOB_STATE_SKIPPED:
      return _ ("Skipped");
    case BW_JOB_STATE_CANCELLED:
      return _ ("Cancelled");
    default:
      g_return_val_if_reached ("");
    }
}

/**
 * bw_item_state_get_words:
 * @state: an item's state
 *
 * Returns: (transfer none): the word for it
 */
const char *
bw_item_state_get_words (BwItemState state)
{
  switch (state)
    {
    case BW_ITEM_STATE_PENDING:
      return _ ("Pending");
    case BW_ITEM_STATE_SUCCESS:
      return _ ("Success");
    case BW_ITEM_STATE_FAILED:
      return _ ("Failed");
    case BW_ITEM_STATE_SKIPPED:
      return _ ("Skipped");
    case BW_ITEM_STATE_CANCELLED:
      return _ ("Cancelled");
    default:
      g_return_val_if_reached ("");
    }
}
