/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "bw-error.h"
#include "bw-hold.h"

static void
count (gpointer object, guint *n)
{
  (*n)++;
}

static void
answer (BwHold *hold, const BwReport *report, guint status, BwDirective directive)
{
  const BwReportResult result = { 1, status, directive };

  bw_hold_answered (hold, report, &result, g_get_monotonic_time ());
}

static BwReport *
take (BwHold *hold)
{
  gsize room = G_MAXSSIZE;

  return bw_hold_take_report (hold, &room);
}

static void
test_news (void)
{
  g_autoptr (BwHold) hold = bw_hold_new (1, BW_TIME_HOUR);
  g_autoptr (BwReport) report = NULL;
  g_autoptr (BwReport) empty = NULL;
  guint news = 0;

  g_signal_connect (hold, "news", G_CALLBACK (count), &news);
  g_assert_false (bw_hold_has_news (hold));
  bw_hold_add_item (hold, 7, BW_ITEM_STATE_SUCCESS, NULL);
  bw_hold_add_log (hold, "a line");
  bw_hold_set_progress (hold, 0.5);
  bw_hold_set_message (hold, "first");
  bw_hold_set_message (hold, "second");
  g_assert_cmpuint (news, ==, 5);
  g_assert_true (bw_hold_has_news (hold));

  report = take (hold);
  g_assert_cmpint (report->claim, ==, 1);
  g_assert_cmpuint (report->items->len, ==, 1);
  g_assert_cmpstr (report->log[0], ==, "a line");
  g_assert_cmpstr (report->message, ==, "second");
  g_assert_false (report->finish);

  /* Said once is said. */
  g_assert_false (bw_hold_has_news (hold));
  empty = take (hold);
  g_assert_cmpuint (empty->items->len, ==, 0);
  g_assert_null (empty->log);
  g_assert_cmpfloat (empty->progress, <, 0);
}

/* What does not fit waits for the next report, in order, and the end comes last. */
static void
test_bounded_report (void)
{
  g_autoptr (BwHold) hold = bw_hold_new (1, BW_TIME_HOUR);
  g_autoptr (DexFuture) finished = NULL;
  gint64 expected = 1;
  guint reports = 0;
  gboolean ended = FALSE;

  for (gint64 item = 1; item <= 25000; item++)
    bw_hold_add_item (hold, item, BW_ITEM_STATE_SUCCESS, "some text");
  finished = bw_hold_finish (hold, NULL);
  while (bw_hold_has_news (hold))
    {
      gsize room = 200000;
      g_autoptr (BwReport) report = bw_hold_take_report (hold, &room);

      g_assert_false (ended);
      g_assert_cmpuint (report->items->len, <=, BW_REPORT_MAX_ITEMS);
      for (guint i = 0; i < report->items->len; i++)
        g_assert_cmpint (((BwItemResult *) g_ptr_array_index (report->items, i))->item, ==,
                         expected++);
      ended = report->finish;
      reports++;
      answer (hold, report, 200, BW_DIRECTIVE_CONTINUE);
    }
  g_assert_true (ended);
  g_assert_cmpint (expected, ==, 25001);
  g_assert_cmpuint (reports, >, 5);
  g_assert_true (dex_future_is_resolved (finished));
}

static void
test_room (void)
{
  g_autoptr (BwHold) hold = bw_hold_new (1, BW_TIME_HOUR);
  g_autoptr (DexFuture) first = bw_hold_wait_for_room (hold);
  g_autoptr (DexFuture) waits = NULL;
  g_autoptr (DexFuture) lost = NULL;
  g_autofree char *line = g_strnfill (8000, 'x');

  g_assert_true (dex_future_is_resolved (first));
  for (int i = 0; i < 140; i++)
    bw_hold_add_log (hold, line);
  waits = bw_hold_wait_for_room (hold);
  g_assert_true (dex_future_is_pending (waits));
  bw_report_free (take (hold));
  g_assert_true (dex_future_is_resolved (waits));

  for (int i = 0; i < 140; i++)
    bw_hold_add_log (hold, line);
  lost = bw_hold_wait_for_room (hold);
  g_assert_true (dex_future_is_pending (lost));
  bw_hold_lose (hold);
  g_assert_true (dex_future_is_resolved (lost));
}

static void
test_directives (void)
{
  g_autoptr (BwHold) hold = bw_hold_new (1, BW_TIME_HOUR);
  g_autoptr (BwReport) report = take (hold);
  guint changes = 0;

  g_signal_connect (hold, "changed", G_CALLBACK (count), &changes);
  answer (hold, report, 200, BW_DIRECTIVE_CONTINUE);
  g_assert_cmpuint (changes, ==, 0);
  answer (hold, report, 200, BW_DIRECTIVE_PAUSE);
  answer (hold, report, 200, BW_DIRECTIVE_PAUSE);
  g_assert_cmpuint (changes, ==, 1);
  g_assert_cmpint (bw_hold_get_directive (hold), ==, BW_DIRECTIVE_PAUSE);
  answer (hold, report, 200, BW_DIRECTIVE_CONTINUE);
  g_assert_cmpuint (changes, ==, 2);
}

static void
test_lost (void)
{
  g_autoptr (BwHold) hold = bw_hold_new (1, BW_TIME_HOUR);
  g_autoptr (DexFuture) finished = bw_hold_finish (hold, "no");
  g_autoptr (BwReport) report = take (hold);
  g_autoptr (GError) error = NULL;
  guint changes = 0;

  g_signal_connect (hold, "changed", G_CALLBACK (count), &changes);
  answer (hold, report, 409, BW_DIRECTIVE_CONTINUE);
  g_assert_true (bw_hold_is_lost (hold));
  g_assert_cmpuint (changes, ==, 1);
  g_assert_null (dex_future_get_value (finished, &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_CONFLICT);

  /* Nothing more is said under it. */
  bw_hold_add_item (hold, 1, BW_ITEM_STATE_SUCCESS, NULL);
  bw_hold_add_log (hold, "line");
  g_assert_false (bw_hold_is_doubtful (hold));
  g_clear_pointer (&report, bw_report_free);
  report = take (hold);
  g_assert_cmpuint (report->items->len, ==, 0);
  g_assert_null (report->log);
}

static void
iterate_until (guint *n, guint wanted)
{
  gint64 deadline = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  while (*n < wanted && g_get_monotonic_time () < deadline)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (*n, ==, wanted);
}

/* The lease may have lapsed: nothing may be done until the server says that it has not. */
static void
test_doubt (void)
{
  gint64 start = g_get_monotonic_time ();
  g_autoptr (BwHold) hold = bw_hold_new (1, 200);
  g_autoptr (BwReport) report = take (hold);
  guint changes = 0;

  g_signal_connect (hold, "changed", G_CALLBACK (count), &changes);
  g_assert_false (bw_hold_is_doubtful (hold));
  iterate_until (&changes, 1);
  g_assert_true (bw_hold_is_doubtful (hold));
  g_assert_cmpint (g_get_monotonic_time () - start, >=, 170 * 1000);

  answer (hold, report, 200, BW_DIRECTIVE_CONTINUE);
  g_assert_cmpuint (changes, ==, 2);
  g_assert_false (bw_hold_is_doubtful (hold));
}

/* A report that was long under way renews the lease from when it was sent, not from its answer. */
static void
test_late_answer (void)
{
  g_autoptr (BwHold) hold = bw_hold_new (1, 200);
  g_autoptr (BwReport) report = take (hold);
  const BwReportResult result = { 1, 200, BW_DIRECTIVE_CONTINUE };

  bw_hold_answered (hold, report, &result, g_get_monotonic_time () - G_USEC_PER_SEC);
  g_assert_true (bw_hold_is_doubtful (hold));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();

  g_test_add_func ("/worker/hold/news", test_news);
  g_test_add_func ("/worker/hold/bounded-report", test_bounded_report);
  g_test_add_func ("/worker/hold/room", test_room);
  g_test_add_func ("/worker/hold/directives", test_directives);
  g_test_add_func ("/worker/hold/lost", test_lost);
  g_test_add_func ("/worker/hold/doubt", test_doubt);
  g_test_add_func ("/worker/hold/late-answer", test_late_answer);
  return g_test_run ();
}
