/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-state.h"

static void
test_names (void)
{
  for (guint i = 0; i < BW_N_JOB_STATES; i++)
    {
      BwJobState state = BW_JOB_STATE_QUEUED;

      g_assert_true (bw_job_state_from_string (bw_job_state_to_string ((BwJobState) i), &state));
      g_assert_cmpuint (state, ==, i);
    }
  for (guint i = 0; i < BW_N_ITEM_STATES; i++)
    {
      BwItemState state = BW_ITEM_STATE_PENDING;

      g_assert_true (bw_item_state_from_string (bw_item_state_to_string ((BwItemState) i), &state));
      g_assert_cmpuint (state, ==, i);
    }
  for (guint i = 0; i < BW_N_CONDITIONS; i++)
    {
      BwConditions condition = BW_CONDITION_NONE;
      const char *name = bw_condition_to_string ((BwConditions) (1u << i));

      g_assert_true (bw_condition_from_string (name, &condition));
      g_assert_cmpuint (condition, ==, 1u << i);
    }
}

static void
test_unknown_names (void)
{
  BwJobState job_state = BW_JOB_STATE_SKIPPED;
  BwItemState item_state = BW_ITEM_STATE_SKIPPED;
  BwConditions condition = BW_CONDITION_STALLED;

  g_assert_false (bw_job_state_from_string ("Queued", &job_state));
  g_assert_false (bw_job_state_from_string ("", &job_state));
  g_assert_false (bw_item_state_from_string ("queued", &item_state));
  g_assert_false (bw_condition_from_string ("pending", &condition));
  g_assert_cmpuint (job_state, ==, BW_JOB_STATE_SKIPPED);
  g_assert_cmpuint (item_state, ==, BW_ITEM_STATE_SKIPPED);
  g_assert_cmpuint (condition, ==, BW_CONDITION_STALLED);
  g_assert_null (bw_condition_to_string (BW_CONDITION_NONE));
  g_assert_null (bw_condition_to_string (BW_CONDITION_PAUSED | BW_CONDITION_STALLED));
}

static void
test_finished (void)
{
  g_assert_false (bw_job_state_is_finished (BW_JOB_STATE_QUEUED));
  g_assert_false (bw_job_state_is_finished (BW_JOB_STATE_PROCESSING));
  g_assert_true (bw_job_state_is_finished (BW_JOB_STATE_SUCCESS));
  g_assert_true (bw_job_state_is_finished (BW_JOB_STATE_FAILED));
  g_assert_true (bw_job_state_is_finished (BW_JOB_STATE_SKIPPED));
  g_assert_true (bw_job_state_is_finished (BW_JOB_STATE_CANCELLED));
}

static void
test_counts (void)
{
  const BwItemCounts counts = { .in_state = { 1, 20, 300, 4000, 50000 } };

  g_assert_cmpint (bw_item_counts_total (&counts), ==, 54321);
  g_assert_cmpint (bw_item_counts_done (&counts), ==, 54320);
}

typedef struct
{
  BwItemCounts counts;
  gboolean job_failed;
  gboolean job_cancelled;
} Situation;

static gboolean
has (const Situation *situation, BwItemState state)
{
  return situation->counts.in_state[state] > 0;
}

static gboolean
has_only_cancelled (const Situation *situation)
{
  return has (situation, BW_ITEM_STATE_CANCELLED) && !has (situation, BW_ITEM_STATE_PENDING)
         && !has (situation, BW_ITEM_STATE_SUCCESS) && !has (situation, BW_ITEM_STATE_FAILED)
         && !has (situation, BW_ITEM_STATE_SKIPPED);
}

/* The rules, each as what a state means, in no order: exactly one must hold everywhere. */
static gboolean
should_be (const Situation *s, BwJobState state)
{
  gboolean told = s->job_failed || s->job_cancelled;
  gboolean settled = !told && !has (s, BW_ITEM_STATE_PENDING);

  switch (state)
    {
    case BW_JOB_STATE_QUEUED:
      return FALSE;
    case BW_JOB_STATE_PROCESSING:
      return !told && has (s, BW_ITEM_STATE_PENDING);
    case BW_JOB_STATE_SUCCESS:
      return settled && !has (s, BW_ITEM_STATE_FAILED) && !has (s, BW_ITEM_STATE_SKIPPED)
             && !has_only_cancelled (s);
    case BW_JOB_STATE_FAILED:
      return (s->job_failed && !s->job_cancelled) || (settled && has (s, BW_ITEM_STATE_FAILED));
    case BW_JOB_STATE_SKIPPED:
      return settled && has (s, BW_ITEM_STATE_SKIPPED) && !has (s, BW_ITEM_STATE_FAILED);
    case BW_JOB_STATE_CANCELLED:
      return s->job_cancelled || (settled && has_only_cancelled (s));
    default:
      g_assert_not_reached ();
    }
}

static void
assert_situation (const Situation *situation)
{
  BwJobState derived =
      bw_job_state_derive (&situation->counts, situation->job_failed, situation->job_cancelled);

  for (guint i = 0; i < BW_N_JOB_STATES; i++)
    if (should_be (situation, (BwJobState) i) != (derived == (BwJobState) i))
      g_error ("pending %d, success %d, failed %d, skipped %d, cancelled %d, job failed %d, "
               "cancelled %d: derived %s",
               (int) situation->counts.in_state[0], (int) situation->counts.in_state[1],
               (int) situation->counts.in_state[2], (int) situation->counts.in_state[3],
               (int) situation->counts.in_state[4], situation->job_failed, situation->job_cancelled,
               bw_job_state_to_string (derived));
}

/* Every combination of none, one and two items in each state, times what is said of the job. */
static void
test_derive_exhaustively (void)
{
  for (guint n = 0; n < 3 * 3 * 3 * 3 * 3 * 4; n++)
    {
      Situation situation = { .job_failed = (n & 1) != 0, .job_cancelled = (n & 2) != 0 };
      guint rest = n / 4;

      for (guint i = 0; i < BW_N_ITEM_STATES; i++, rest /= 3)
        situation.counts.in_state[i] = rest % 3;
      assert_situation (&situation);
    }
}

static void
test_derive_examples (void)
{
  static const struct
  {
    Situation situation;
    BwJobState state;
  } examples[] = {
    { { .counts = { .in_state = { 0, 0, 0, 0, 0 } } }, BW_JOB_STATE_SUCCESS },
    { { .counts = { .in_state = { 0, 119, 1, 0, 0 } } }, BW_JOB_STATE_FAILED },
    { { .counts = { .in_state = { 0, 119, 0, 1, 0 } } }, BW_JOB_STATE_SKIPPED },
    { { .counts = { .in_state = { 0, 119, 0, 0, 1 } } }, BW_JOB_STATE_SUCCESS },
    { { .counts = { .in_state = { 0, 0, 0, 0, 120 } } }, BW_JOB_STATE_CANCELLED },
    { { .counts = { .in_state = { 1, 118, 1, 0, 0 } } }, BW_JOB_STATE_PROCESSING },
    { { .counts = { .in_state = { 60, 60, 0, 0, 0 } }, .job_failed = TRUE }, BW_JOB_STATE_FAILED },
    { { .counts = { .in_state = { 0, 119, 1, 0, 0 } }, .job_failed = TRUE, .job_cancelled = TRUE },
      BW_JOB_STATE_CANCELLED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (examples); i++)
    g_assert_cmpuint (bw_job_state_derive (&examples[i].situation.counts,
                                           examples[i].situation.job_failed,
                                           examples[i].situation.job_cancelled),
                      ==, examples[i].state);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/state/names", test_names);
  g_test_add_func ("/core/state/unknown-names", test_unknown_names);
  g_test_add_func ("/core/state/finished", test_finished);
  g_test_add_func ("/core/state/counts", test_counts);
  g_test_add_func ("/core/state/derive-examples", test_derive_examples);
  g_test_add_func ("/core/state/A8-derive-exhaustively", test_derive_exhaustively);
  return g_test_run ();
}
