/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include <locale.h>

#include "bw-format.h"

/* 2026-11-22 14:00:00 UTC, a Sunday */
#define NOW G_GINT64_CONSTANT (1795356000000)

static void
assert_human (BwTime time, const char *expected)
{
  g_autofree char *text = bw_format_time_human (time, NOW);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_time_human (void)
{
  assert_human (NOW, "Just now");
  assert_human (NOW - 59 * BW_TIME_SECOND, "Just now");
  assert_human (NOW - BW_TIME_MINUTE, "1 minute ago");
  assert_human (NOW - 119 * BW_TIME_SECOND, "1 minute ago");
  assert_human (NOW - 59 * BW_TIME_MINUTE, "59 minutes ago");
  assert_human (NOW - BW_TIME_HOUR, "1 hour ago");
  assert_human (NOW - 11 * BW_TIME_HOUR, "11 hours ago");
  assert_human (NOW - 13 * BW_TIME_HOUR, "Today, 01:00");
  assert_human (NOW - 15 * BW_TIME_HOUR, "Yesterday, 23:00");
  assert_human (NOW - 39 * BW_TIME_HOUR, "20 Nov, 23:00");
  assert_human (NOW - 365 * BW_TIME_DAY, "22 Nov 2025");
  assert_human (BW_TIME_NONE, "");
}

static void
test_time_ahead (void)
{
  assert_human (NOW + 59 * BW_TIME_SECOND, "Just now");
  assert_human (NOW + 5 * BW_TIME_MINUTE, "In 5 minutes");
  assert_human (NOW + BW_TIME_HOUR, "In 1 hour");
  assert_human (NOW + 20 * BW_TIME_HOUR, "Tomorrow, 10:00");
  assert_human (NOW + 60 * BW_TIME_DAY, "21 Jan 2027");
}

static void
test_time_exact (void)
{
  g_autofree char *text = bw_format_time_exact (NOW + 5 * BW_TIME_SECOND);
  g_autofree char *none = bw_format_time_exact (BW_TIME_NONE);
  g_autofree char *last = bw_format_time_exact (G_MAXINT64 / 2000);

  g_assert_cmpstr (text, ==, "Sunday, 22 November 2026, 14:00:05");
  g_assert_cmpstr (none, ==, "");
  g_assert_nonnull (last);
}

static void
test_numbers (void)
{
  g_autofree char *small = bw_format_number (999);
  g_autofree char *large = bw_format_number (1234567);
  g_autofree char *exact = bw_format_count (10000, TRUE);
  g_autofree char *bound = bw_format_count (10000, FALSE);

  g_assert_cmpstr (small, ==, "999");
  g_assert_cmpstr (large, ==, "1,234,567");
  g_assert_cmpstr (exact, ==, "10,000");
  g_assert_cmpstr (bound, ==, "10,000+");
}

static void
assert_duration (gint64 milliseconds, const char *expected)
{
  g_autofree char *text = bw_format_duration (milliseconds);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_durations (void)
{
  assert_duration (-5, "less than a second");
  assert_duration (999, "less than a second");
  assert_duration (1000, "1 s");
  assert_duration (59 * BW_TIME_SECOND, "59 s");
  assert_duration (2 * BW_TIME_MINUTE, "2 min");
  assert_duration (125 * BW_TIME_SECOND, "2 min 5 s");
  assert_duration (3 * BW_TIME_HOUR, "3 h");
  assert_duration (3 * BW_TIME_HOUR + 61 * BW_TIME_SECOND, "3 h 1 min");
  assert_duration (BW_TIME_DAY, "1 day");
  assert_duration (2 * BW_TIME_DAY + 5 * BW_TIME_HOUR, "2 days 5 h");
}

static void
test_items (void)
{
  g_autoptr (BwJob) job = bw_job_new ();
  g_autofree char *none = bw_format_items (job);
  g_autofree char *some = NULL;
  g_autofree char *one = NULL;
  g_autofree char *odd = NULL;
  g_autofree char *progress = NULL;

  g_assert_cmpstr (none, ==, "");

  g_set_str (&job->entity, "relations");
  job->items.in_state[BW_ITEM_STATE_SUCCESS] = 1110;
  job->items.in_state[BW_ITEM_STATE_PENDING] = 5;
  job->items.in_state[BW_ITEM_STATE_FAILED] = 3;
  job->items.in_state[BW_ITEM_STATE_SKIPPED] = 2;
  some = bw_format_items (job);
  g_assert_cmpstr (some, ==, "1,120 relations · 3 failed · 2 skipped");
  progress = bw_format_progress (job);
  g_assert_cmpstr (progress, ==, "1,115 of 1,120");

  one = bw_format_entities (1, "relations");
  g_assert_cmpstr (one, ==, "1 relation");
  odd = bw_format_entities (1, "gizmos");
  g_assert_cmpstr (odd, ==, "gizmos: 1");
}

/* Without items a job tells its own progress. */
static void
test_progress_without_items (void)
{
  g_autoptr (BwJob) job = bw_job_new ();
  g_autofree char *half = NULL;
  g_autofree char *over = NULL;

  job->progress = 0.501;
  half = bw_format_progress (job);
  g_assert_cmpstr (half, ==, "50%");
  job->progress = 7;
  over = bw_format_progress (job);
  g_assert_cmpstr (over, ==, "100%");
}

static void
test_states (void)
{
  static const char *const words[BW_N_JOB_STATES] = {
    "Initiated", "Processing", "Success", "Failed", "Skipped", "Cancelled",
  };

  for (guint i = 0; i < BW_N_JOB_STATES; i++)
    g_assert_cmpstr (bw_format_job_state ((BwJobState) i, BW_CONDITION_NONE), ==, words[i]);

  g_assert_cmpstr (bw_format_job_state (BW_JOB_STATE_QUEUED, BW_CONDITION_PAUSED | BW_CONDITION_SCHEDULED), ==,
                   "Paused");
  g_assert_cmpstr (bw_format_job_state (BW_JOB_STATE_PROCESSING, BW_CONDITION_STALLED), ==, "Stalled");
  g_assert_cmpstr (bw_format_job_state (BW_JOB_STATE_PROCESSING, BW_CONDITION_CANCELLING | BW_CONDITION_PAUSED), ==,
                   "Cancelling");
  g_assert_cmpstr (bw_format_job_state (BW_JOB_STATE_QUEUED, BW_CONDITION_SCHEDULED), ==, "Scheduled");

  /* A pause says nothing of what is over. */
  g_assert_cmpstr (bw_format_job_state (BW_JOB_STATE_SUCCESS, BW_CONDITION_PAUSED), ==, "Success");
}

int
main (int argc, char *argv[])
{
  g_setenv ("TZ", "UTC", TRUE);
  g_setenv ("LC_ALL", "en_GB.UTF-8", TRUE);
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/app/format/time-human", test_time_human);
  g_test_add_func ("/app/format/time-ahead", test_time_ahead);
  g_test_add_func ("/app/format/time-exact", test_time_exact);
  g_test_add_func ("/app/format/numbers", test_numbers);
  g_test_add_func ("/app/format/durations", test_durations);
  g_test_add_func ("/app/format/A6-items", test_items);
  g_test_add_func ("/app/format/progress-without-items", test_progress_without_items);
  g_test_add_func ("/app/format/A8-states", test_states);

  return g_test_run ();
}
