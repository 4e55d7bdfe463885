/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-test.h"

#include "bw-histogram.h"
#include "bw-store-views.h"

#define N_JOBS 300

/** A job that ended, as a plain list keeps it. */
typedef struct
{
  BwTime at;
  const char *type;
  gint64 owner;
  gboolean automated;
  BwJobState state;
  gint64 items;
  gint64 items_failed;
  gint64 run;
  gint64 wait;
} End;

static void
test_histogram (void)
{
  BwHistogram histogram = { 0 };
  gint64 last = -1;

  for (guint bucket = 0; bucket < BW_N_BUCKETS; bucket++)
    {
      gint64 longest = bw_histogram_get_longest (bucket);

      g_assert_cmpint (longest, >, last);
      g_assert_cmpuint (bw_histogram_find_bucket (longest), ==, bucket);
      g_assert_cmpuint (bw_histogram_find_bucket (last + 1), ==, bucket);
      /* Nothing in it is overstated by more than an eighth. */
      g_assert_cmpint (longest * 8, <=, (last + 1) * 9);
      last = longest;
    }
  g_assert_cmpuint (bw_histogram_find_bucket (G_MAXINT64), ==, BW_N_BUCKETS - 1);
  g_assert_cmpuint (bw_histogram_find_bucket (-5), ==, 0);
  g_assert_cmpint (bw_histogram_percentile (&histogram, 95), ==, -1);
  for (gint64 i = 1; i <= 100; i++)
    bw_histogram_add (&histogram, bw_histogram_find_bucket (i < 96 ? 5 : 1000), 1);
  g_assert_cmpint (bw_histogram_percentile (&histogram, 95), ==, 5);
  g_assert_cmpint (bw_histogram_percentile (&histogram, 96), >=, 1000);
  g_assert_cmpint (bw_histogram_percentile (&histogram, 96), <=, 1125);
}

static BwInsights *
ask (StoreTest *test, const BwViewer *viewer, const BwTime *edges, gsize n, BwInsightsBy by)
{
  const BwInsightsQuery query = { edges, n, by, NULL };
  g_autoptr (GError) error = NULL;
  BwInsights *insights = bw_store_get_insights (test->store, viewer, &query, &error);

  g_assert_no_error (error);
  return insights;
}

static BwJobState
pick_end (gint64 claim, guint n_items, StoreTest *test)
{
  guint kind = (guint) g_test_rand_int_range (0, 4);

  for (guint i = 1; i <= n_items; i++)
    store_test_item (test, claim, i,
                     kind == 1 && i == 1   ? BW_ITEM_STATE_FAILED
                     : kind == 2 && i == 1 ? BW_ITEM_STATE_SKIPPED
                                           : BW_ITEM_STATE_SUCCESS);
  store_test_finish (test, claim, kind == 3 ? "No paper" : NULL);
  return BW_JOB_STATE_SUCCESS;
}

/* Lets one job live, and puts down what became of it. */
static void
live (StoreTest *test, GArray *ends)
{
  static const char *const types[] = { "send-invoices", "archive-export", "mail-statements" };
  const BwViewer *owner = g_test_rand_bit () ? &test->sam : &test->stella;
  const char *type = types[g_test_rand_int_range (0, G_N_ELEMENTS (types))];
  BwSubmission *submission = store_test_submission (type, (guint) g_test_rand_int_range (0, 4));
  guint n_items = submission->items->len;
  g_autoptr (GError) error = NULL;
  End end = { .type = type, .owner = owner->user, .automated = g_test_rand_bit () };
  gint64 wait = g_test_rand_int_range (0, 90000);
  gint64 run = g_test_rand_int_range (0, g_test_rand_bit () ? 20 : 50000);
  gint64 job;

  submission->automated = end.automated;
  job = store_test_hand_in (test, owner, submission);
  store_test_pass (test, wait);
  if (g_test_rand_int_range (0, 8) == 0)
    g_assert_true (bw_store_cancel (test->store, &test->olivia, job, &error));
  else
    {
      gint64 claim = store_test_claim_one (test);

      store_test_pass (test, run);
      pick_end (claim, n_items, test);
      end.run = run;
      end.wait = wait;
    }
  end.at = store_test_get (test, job, "finished_at");
  end.state = (BwJobState) store_test_get (test, job, "state");
  end.items = n_items;
  end.items_failed = store_test_get (test, job, "items_failed");
  g_array_append_val (ends, end);
  store_test_pass (test, g_test_rand_int_range (0, 20 * BW_TIME_MINUTE));
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  gint64 one = *(const gint64 *) a;
  gint64 other = *(const gint64 *) b;

  return (one > other) - (one < other);
}

static gboolean
belongs (const End *end, const BwInsightsRow *row, BwInsightsBy by, const BwViewer *viewer)
{
  g_autofree char *user = g_strdup_printf ("%" G_GINT64_FORMAT, end->automated ? 0 : end->owner);

  return bw_viewer_may_see (viewer, end->owner, end->automated)
         && (by == BW_INSIGHTS_BY_NOTHING
             || g_str_equal (by == BW_INSIGHTS_BY_TYPE ? end->type : user, row->key));
}

static void
check_figures (GArray *ends,
               const BwInsightsFigures *figures,
               const BwInsightsRow *row,
               BwInsightsBy by,
               const BwViewer *viewer,
               BwTime from,
               BwTime until)
{
  g_autoptr (GArray) runs = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 in_state[BW_N_JOB_STATES] = { 0 };
  gint64 items = 0;
  gint64 failed = 0;
  gint64 run = 0;
  gint64 wait = 0;

  for (guint i = 0; i < ends->len; i++)
    {
      const End *end = &g_array_index (ends, End, i);

      if (end->at < from || end->at >= until || !belongs (end, row, by, viewer))
        continue;
      in_state[end->state]++;
      if (end->state == BW_JOB_STATE_CANCELLED)
        continue;
      items += end->items;
      failed += end->items_failed;
      run += end->run;
      wait += end->wait;
      g_array_append_val (runs, end->run);
    }
  g_assert_cmpint (figures->finished, ==, runs->len);
  g_assert_cmpint (figures->failed, ==, in_state[BW_JOB_STATE_FAILED]);
  g_assert_cmpint (figures->skipped, ==, in_state[BW_JOB_STATE_SKIPPED]);
  g_assert_cmpint (figures->cancelled, ==, in_state[BW_JOB_STATE_CANCELLED]);
  g_assert_cmpint (figures->items, ==, items);
  g_assert_cmpint (figures->items_failed, ==, failed);
  g_assert_cmpint (figures->run_ms, ==, runs->len > 0 ? run / runs->len : BW_NO_FIGURE);
  g_assert_cmpint (figures->wait_ms, ==, runs->len > 0 ? wait / runs->len : BW_NO_FIGURE);
  if (runs->len == 0)
    g_assert_cmpint (figures->run_ms_p95, ==, BW_NO_FIGURE);
  else
    {
      gint64 exact;

      g_array_sort (runs, compare_numbers);
      exact = g_array_index (runs, gint64, (runs->len * 95 + 99) / 100 - 1);
      g_assert_cmpint (figures->run_ms_p95, >=, exact);
      g_assert_cmpint (figures->run_ms_p95 * 8, <=, exact * 9);
    }
}

static void
check_all (StoreTest *test, GArray *ends, const BwViewer *viewer, BwInsightsBy by)
{
  BwTime edges[40];
  g_autoptr (BwInsights) insights = NULL;
  gint64 finished = 0;
  gint64 seen = 0;

  edges[0] = STORE_TEST_START - BW_TIME_HOUR;
  for (guint i = 1; i < G_N_ELEMENTS (edges); i++)
    edges[i] = edges[i - 1] + g_test_rand_int_range (1, 20) * 15 * BW_TIME_MINUTE;
  edges[G_N_ELEMENTS (edges) - 1] += 30 * BW_TIME_DAY;
  insights = ask (test, viewer, edges, G_N_ELEMENTS (edges), by);
  for (guint i = 0; i < insights->rows->len; i++)
    {
      const BwInsightsRow *row = g_ptr_array_index (insights->rows, i);

      for (guint j = 0; j + 1 < G_N_ELEMENTS (edges); j++)
        check_figures (ends, &row->spans[j], row, by, viewer, edges[j], edges[j + 1]);
      check_figures (ends, &row->total, row, by, viewer, edges[0], edges[G_N_ELEMENTS (edges) - 1]);
      finished += row->total.finished + row->total.cancelled;
    }
  /* No row is missing. */
  for (guint i = 0; i < ends->len; i++)
    seen += bw_viewer_may_see (viewer, g_array_index (ends, End, i).owner,
                               g_array_index (ends, End, i).automated);
  g_assert_cmpint (finished, ==, seen);
}

static void
check_everybody (StoreTest *test, GArray *ends)
{
  const BwViewer robot = { test->business, test->sam.user, "sam",
                           BW_PERMISSION_VIEW_OWN | BW_PERMISSION_VIEW_AUTOMATED };
  const BwViewer *viewers[] = { &test->olivia, &test->sam, &test->stella, &robot };

  for (guint i = 0; i < G_N_ELEMENTS (viewers); i++)
    for (guint by = 0; by <= BW_INSIGHTS_BY_USER; by++)
      check_all (test, ends, viewers[i], (BwInsightsBy) by);
}

static void
test_random (StoreTest *test, gconstpointer data)
{
  g_autoptr (GArray) ends = g_array_new (FALSE, FALSE, sizeof (End));
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < N_JOBS; i++)
    {
      live (test, ends);
      if (i % 100 == 50)
        check_everybody (test, ends);
    }
  check_everybody (test, ends);
  store_test_check (test);
  store_test_reopen (test);
  check_everybody (test, ends);

  /* The figures outlive the jobs. */
  g_assert_cmpint (bw_store_clear (test->store, &test->olivia, &error), >, 0);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM job"), ==, 0);
  check_everybody (test, ends);
}

static BwInsightsFigures
ask_total (StoreTest *test, const BwViewer *viewer)
{
  const BwTime edges[] = { 0, STORE_TEST_START + 3000 * BW_TIME_DAY };
  g_autoptr (BwInsights) insights = ask (test, viewer, edges, 2, BW_INSIGHTS_BY_NOTHING);

  return ((BwInsightsRow *) g_ptr_array_index (insights->rows, 0))->total;
}

/* A job that is retried counts twice, and waits since it was retried. */
static void
test_retried (StoreTest *test, gconstpointer data)
{
  gint64 job = store_test_submit (test, &test->sam, "send-invoices", 1);
  g_autoptr (GError) error = NULL;
  BwInsightsFigures figures;

  store_test_pass (test, 2000);
  store_test_finish (test, store_test_claim_one (test), NULL);
  store_test_pass (test, BW_TIME_DAY);
  g_assert_true (bw_store_retry (test->store, &test->sam, job, TRUE, &error));
  g_assert_no_error (error);
  store_test_pass (test, 4000);
  store_test_finish (test, store_test_claim_one (test), NULL);
  figures = ask_total (test, &test->olivia);
  g_assert_cmpint (figures.finished, ==, 2);
  g_assert_cmpint (figures.wait_ms, ==, 3000);
  store_test_check (test);
}

/* One that was told to start later waits since then. */
static void
test_scheduled (StoreTest *test, gconstpointer data)
{
  BwSubmission *submission = store_test_submission ("send-invoices", 0);

  submission->run_at = test->wall + BW_TIME_HOUR;
  store_test_hand_in (test, &test->sam, submission);
  store_test_pass (test, BW_TIME_HOUR + 500);
  store_test_tend (test, NULL);
  store_test_finish (test, store_test_claim_one (test), NULL);
  g_assert_cmpint (ask_total (test, &test->sam).wait_ms, ==, 500);
}

static void
test_rolled (StoreTest *test, gconstpointer data)
{
  const BwTime day = STORE_TEST_START / BW_TIME_DAY * BW_TIME_DAY;
  const BwTime edges[] = { day, day + BW_TIME_DAY, day + 2 * BW_TIME_DAY };
  g_autoptr (BwInsights) before = NULL;

  for (guint i = 0; i < 40; i++)
    {
      store_test_submit (test, &test->sam, "send-invoices", 1);
      store_test_finish (test, store_test_claim_one (test), NULL);
      store_test_pass (test, 15 * BW_TIME_MINUTE);
    }
  before = ask (test, &test->olivia, edges, 3, BW_INSIGHTS_BY_NOTHING);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM finish"), ==, 40);
  for (guint round = 0; round < 2; round++)
    {
      const BwInsightsRow *old = g_ptr_array_index (before->rows, 0);
      g_autoptr (BwInsights) after = NULL;
      const BwInsightsRow *row;

      store_test_pass (test, (round == 0 ? 95 : 310) * BW_TIME_DAY);
      store_test_tend (test, NULL);
      g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM finish"), ==,
                       round == 0 ? 10 : 1);
      g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM finish_hour"), ==,
                       round == 0 ? 10 : 1);
      after = ask (test, &test->olivia, edges, 3, BW_INSIGHTS_BY_NOTHING);
      row = g_ptr_array_index (after->rows, 0);
      g_assert_cmpmem (&row->total, sizeof row->total, &old->total, sizeof old->total);
      g_assert_cmpmem (row->spans, 2 * sizeof row->total, old->spans, 2 * sizeof old->total);
      store_test_tend (test, NULL);
      store_test_check (test);
    }
}

static void
test_refused (StoreTest *test, gconstpointer data)
{
  const BwTime edges[] = { STORE_TEST_START, STORE_TEST_START };
  const BwInsightsQuery query = { edges, 2, BW_INSIGHTS_BY_NOTHING, NULL };
  g_autoptr (GError) error = NULL;

  g_assert_null (bw_store_get_insights (test->store, &test->sam, &query, &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_INVALID);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/histogram", test_histogram);
  store_test_add ("/store/insights/G10-random-finishes", test_random);
  store_test_add ("/store/insights/retried-counts-again", test_retried);
  store_test_add ("/store/insights/waits-since-it-was-due", test_scheduled);
  store_test_add ("/store/insights/old-quarters-are-summed-up", test_rolled);
  store_test_add ("/store/insights/edges-must-ascend", test_refused);
  return g_test_run ();
}
