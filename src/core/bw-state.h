/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** The values are stored: never renumber. */
typedef enum
{
  BW_JOB_STATE_QUEUED = 0,
  BW_JOB_STATE_PROCESSING = 1,
  BW_JOB_STATE_SUCCESS = 2,
  BW_JOB_STATE_FAILED = 3,
  BW_JOB_STATE_SKIPPED = 4,
  BW_JOB_STATE_CANCELLED = 5,
} BwJobState;
#define BW_N_JOB_STATES 6

/** A set of job states, as 1 << BwJobState. */
typedef guint BwJobStates;
#define BW_JOB_STATES_ALL       ((1u << BW_N_JOB_STATES) - 1)
#define BW_JOB_STATES_ACTIVE    ((1u << BW_JOB_STATE_QUEUED) | (1u << BW_JOB_STATE_PROCESSING))
#define BW_JOB_STATES_COMPLETED ((1u << BW_JOB_STATE_SUCCESS) | (1u << BW_JOB_STATE_SKIPPED))
#define BW_JOB_STATES_FAILED    (1u << BW_JOB_STATE_FAILED)
#define BW_JOB_STATES_FINISHED  (BW_JOB_STATES_ALL & ~BW_JOB_STATES_ACTIVE)

typedef enum
{
  BW_ITEM_STATE_PENDING = 0,
  BW_ITEM_STATE_SUCCESS = 1,
  BW_ITEM_STATE_FAILED = 2,
  BW_ITEM_STATE_SKIPPED = 3,
  BW_ITEM_STATE_CANCELLED = 4,
} BwItemState;
#define BW_N_ITEM_STATES 5

typedef enum
{
  BW_CONDITION_NONE = 0,
  BW_CONDITION_PAUSED = 1 << 0,
  BW_CONDITION_SCHEDULED = 1 << 1,
  BW_CONDITION_STALLED = 1 << 2,
  BW_CONDITION_CANCELLING = 1 << 3,
} BwConditions;
#define BW_N_CONDITIONS 4

/** How many items of a job are in each state. Counts, not per cent. */
typedef struct
{
  gint64 in_state[BW_N_ITEM_STATES];
} BwItemCounts;

const char *bw_job_state_to_string    (BwJobState state);
gboolean    bw_job_state_from_string  (const char *string, BwJobState *state);
gboolean    bw_job_state_is_finished  (BwJobState state);
const char *bw_item_state_to_string   (BwItemState state);
gboolean    bw_item_state_from_string (const char *string, BwItemState *state);
const char *bw_condition_to_string    (BwConditions condition);
gboolean    bw_condition_from_string  (const char *string, BwConditions *condition);
gint64      bw_item_counts_total      (const BwItemCounts *counts);
gint64      bw_item_counts_done       (const BwItemCounts *counts);
BwJobState  bw_job_state_derive       (const BwItemCounts *counts, gboolean job_failed, gboolean job_cancelled);

G_END_DECLS
