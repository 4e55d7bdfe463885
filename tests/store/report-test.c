/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-test.h"

#include <string.h>

static BwReport *
progress_report (gint64 claim, double progress, const char *message)
{
  BwReport *report = bw_report_new (claim);

  report->progress = progress;
  report->message = g_strdup (message);
  return report;
}

static char *
read_log (StoreTest *test)
{
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_auto (BwReader) reader = bw_reader_begin (test->store, &error);
  g_autoptr (BwRows) rows =
      bw_db_query (reader.db, &error, "SELECT start, text FROM log_chunk ORDER BY job, start", "");

  while (bw_rows_next (rows, &error))
    {
      gsize length;
      const char *text = bw_rows_blob (rows, 1, &length);

      g_assert_cmpint (bw_rows_int (rows, 0), ==, log->len);
      g_string_append_len (log, text, (gssize) length);
    }
  g_assert_no_error (error);
  return g_strdup (log->str);
}

static void
test_items (StoreTest *test, gconstpointer data)
{
  gint64 job = store_test_submit (test, &test->sam, "send-invoices", 4);
  gint64 claim = store_test_claim_one (test);

  g_assert_cmpuint (store_test_item (test, claim, 1, BW_ITEM_STATE_SUCCESS), ==, 200);
  g_assert_cmpuint (store_test_item (test, claim, 3, BW_ITEM_STATE_SKIPPED), ==, 200);
  g_assert_cmpint (store_test_get (test, job, "items_success"), ==, 1);
  g_assert_cmpint (store_test_get (test, job, "items_skipped"), ==, 1);
  g_assert_cmpint (store_test_get (test, job, "CAST(progress * 100 AS INTEGER)"), ==, 50);
  g_assert_cmpint (store_test_ask (test, "SELECT attempt FROM item WHERE item = 3"), ==, 1);
  g_assert_cmpint (store_test_ask (test, "SELECT updated_at FROM item WHERE item = 3"), ==,
                   STORE_TEST_START);
  g_assert_cmpint (store_test_get (test, job, "state"), ==, BW_JOB_STATE_PROCESSING);
  store_test_check (test);
}

static void
test_finished_item_stays (StoreTest *test, gconstpointer data)
{
  gint64 job = store_test_submit (test, &test->sam, "send-invoices", 2);
  gint64 claim = store_test_claim_one (test);

  g_assert_cmpuint (store_test_item (test, claim, 1, BW_ITEM_STATE_SUCCESS), ==, 200);
  g_assert_cmpuint (store_test_item (test, claim, 1, BW_ITEM_STATE_FAILED), ==, 200);
  g_assert_cmpint (store_test_get (test, job, "items_success"), ==, 1);
  g_assert_cmpint (store_test_get (test, job, "items_failed"), ==, 0);
  g_assert_cmpint (store_test_ask (test, "SELECT state FROM item WHERE item = 1"), ==,
                   BW_ITEM_STATE_SUCCESS);
}

static void
test_unknown_item (StoreTest *test, gconstpointer data)
{
  gint64 job = store_test_submit (test, &test->sam, "send-invoices", 2);
  gint64 claim = store_test_claim_one (test);
  gint64 revision = store_test_get (test, job, "revision");
  g_autoptr (GPtrArray) reports = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_report_free);
  g_autoptr (GError) error = NULL;
  BwReport *first = bw_report_new (claim);
  BwReport *second = bw_report_new (claim);

  g_ptr_array_add (first->items, bw_item_result_new (1, BW_ITEM_STATE_SUCCESS, NULL));
  g_ptr_array_add (second->items, bw_item_result_new (2, BW_ITEM_STATE_SUCCESS, NULL));
  g_ptr_array_add (second->items, bw_item_result_new (3, BW_ITEM_STATE_SUCCESS, NULL));
  g_ptr_array_add (reports, first);
  g_ptr_array_add (reports, second);
  g_assert_null (bw_store_report (test->store, test->worker, reports, &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_INVALID);
  g_assert_cmpstr (bw_error_get_field (error), ==, "reports[1].items[1].item");
  g_assert_cmpint (store_test_get (test, job, "revision"), ==, revision);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM item WHERE state <> 0"), ==, 0);
  store_test_check (test);
}

/* Each way a job can end, as its items say. */
static void
test_ends (StoreTest *test, gconstpointer data)
{
  static const struct
  {
    BwItemState first;
    BwItemState second; /* pending: nothing is said of it */
    const char *error;
    BwJobState expected;
    const char *message; /* of the second item */
  } cases[] = {
    { BW_ITEM_STATE_SUCCESS, BW_ITEM_STATE_SUCCESS, NULL, BW_JOB_STATE_SUCCESS, NULL },
    { BW_ITEM_STATE_SUCCESS, BW_ITEM_STATE_SKIPPED, NULL, BW_JOB_STATE_SKIPPED, "Why" },
    { BW_ITEM_STATE_SKIPPED, BW_ITEM_STATE_FAILED, NULL, BW_JOB_STATE_FAILED, "Why" },
    { BW_ITEM_STATE_SUCCESS, BW_ITEM_STATE_PENDING, NULL, BW_JOB_STATE_FAILED,
      "The worker finished without saying what became of this." },
    { BW_ITEM_STATE_SUCCESS, BW_ITEM_STATE_PENDING, "No paper", BW_JOB_STATE_FAILED,
      "Not done: No paper" },
    { BW_ITEM_STATE_SUCCESS, BW_ITEM_STATE_SUCCESS, "No paper", BW_JOB_STATE_FAILED, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 job = store_test_submit (test, &test->sam, "send-invoices", 2);
      gint64 claim = store_test_claim_one (test);
      g_autofree char *message = NULL;
      g_autofree char *sql = g_strdup_printf (
          "SELECT message FROM item WHERE item = 2 AND job = %" G_GINT64_FORMAT, job);

      store_test_item (test, claim, 1, cases[i].first);
      if (cases[i].second != BW_ITEM_STATE_PENDING)
        store_test_item (test, claim, 2, cases[i].second);
      g_assert_cmpuint (store_test_finish (test, claim, cases[i].error), ==, 200);
      message = store_test_ask_text (test, sql);
      g_assert_cmpint (store_test_get (test, job, "state"), ==, cases[i].expected);
      g_assert_cmpint (store_test_get (test, job, "finished_at"), ==, STORE_TEST_START);
      g_assert_cmpint (store_test_get (test, job, "claim"), ==, 0);
      g_assert_cmpstr (message, ==, cases[i].message);
      store_test_check (test);
    }
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM claim"), ==, 0);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM attempt"), ==, G_N_ELEMENTS (cases));
}

static void
test_heartbeat (StoreTest *test, gconstpointer data)
{
  gint64 job = store_test_submit (test, &test->sam, "send-invoices", 0);
  gint64 claim = store_test_claim_one (test);
  gint64 revision = store_test_get (test, job, "revision");
  BwDirective directive;

  store_test_pass (test, 50 * BW_TIME_SECOND);
  g_assert_cmpuint (store_test_report (test, bw_report_new (claim), &directive), ==, 200);
  g_assert_cmpint (directive, ==, BW_DIRECTIVE_CONTINUE);
  g_assert_cmpint (store_test_get (test, job, "revision"), ==, revision);
  g_assert_cmpint (store_test_get (test, job, "updated_at"), ==, STORE_TEST_START);
  g_assert_cmpint (store_test_ask (test, "SELECT lease_until FROM claim"), ==,
                   STORE_TEST_START + 110 * BW_TIME_SECOND);
}

static void
test_progress (StoreTest *test, gconstpointer data)
{
  gint64 job = store_test_submit (test, &test->sam, "archive-export", 0);
  gint64 claim = store_test_claim_one (test);
  g_autofree char *message = NULL;

  store_test_report (test, progress_report (claim, 0.25, "Reading"), NULL);
  store_test_report (test, progress_report (claim, -1, NULL), NULL);
  message = store_test_ask_text (test, "SELECT message FROM job");
  g_assert_cmpstr (message, ==, "Reading");
  g_assert_cmpint (store_test_get (test, job, "CAST(progress * 100 AS INTEGER)"), ==, 25);
  store_test_finish (test, claim, NULL);
  g_assert_cmpint (store_test_get (test, job, "CAST(progress * 100 AS INTEGER)"), ==, 100);
}

/* A claim whose lease has lapsed is refused, whether or not the job was given to another since. */
static void
test_stale_claim (StoreTest *test, gconstpointer data)
{
  gint64 job = store_test_submit (test, &test->sam, "send-invoices", 2);
  gint64 old = store_test_claim_one (test);
  gint64 new;
  gint64 revision;
  BwReport *report;

  store_test_item (test, old, 1, BW_ITEM_STATE_SUCCESS);
  store_test_pass (test, BW_TIME_MINUTE + 1);
  revision = store_test_get (test, job, "revision");
  g_assert_cmpuint (store_test_item (test, old, 2, BW_ITEM_STATE_SUCCESS), ==, 409);
  g_assert_cmpint (store_test_get (test, job, "revision"), ==, revision);

  store_test_tend (test, NULL);
  new = store_test_claim_one (test);
  g_assert_cmpint (new, >, old);
  revision = store_test_get (test, job, "revision");
  report = bw_report_new (old);
  g_ptr_array_add (report->items, bw_item_result_new (2, BW_ITEM_STATE_FAILED, "Late"));
  report->finish = TRUE;
  report->log = g_strdupv ((char *[]) { (char *) "late", NULL });
  g_assert_cmpuint (store_test_report (test, report, NULL), ==, 409);
  g_assert_cmpint (store_test_get (test, job, "revision"), ==, revision);
  g_assert_cmpint (store_test_get (test, job, "items_failed"), ==, 0);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM item WHERE state = 0"), ==, 1);

  g_assert_cmpuint (store_test_item (test, new, 2, BW_ITEM_STATE_SUCCESS), ==, 200);
  g_assert_cmpuint (store_test_finish (test, new, NULL), ==, 200);
  g_assert_cmpint (store_test_get (test, job, "state"), ==, BW_JOB_STATE_SUCCESS);
  g_assert_cmpuint (store_test_finish (test, new, NULL), ==, 409);
  store_test_check (test);
}

static void
test_other_account (StoreTest *test, gconstpointer data)
{
  gint64 claim;
  gint64 worker = test->worker;

  store_test_submit (test, &test->sam, "send-invoices", 1);
  claim = store_test_claim_one (test);
  test->worker = test->stella.user;
  g_assert_cmpuint (store_test_item (test, claim, 1, BW_ITEM_STATE_SUCCESS), ==, 409);
  g_assert_cmpuint (store_test_finish (test, 12345, NULL), ==, 409);
  test->worker = worker;
  g_assert_cmpuint (store_test_item (test, claim, 1, BW_ITEM_STATE_SUCCESS), ==, 200);
}

/* 60 of 120 invoices went out when the worker died: they do not go out twice. */
static void
test_once_per_item (StoreTest *test, gconstpointer data)
{
  gint64 job = store_test_submit (test, &test->sam, "send-invoices", 120);
  gint64 claim = store_test_claim_one (test);
  g_autoptr (GPtrArray) claims = NULL;
  const BwClaim *second;
  BwUpkeep upkeep;

  for (gint64 i = 1; i <= 60; i++)
    g_assert_cmpuint (store_test_item (test, claim, i * 2, BW_ITEM_STATE_SUCCESS), ==, 200);
  store_test_pass (test, 2 * BW_TIME_MINUTE);
  store_test_tend (test, &upkeep);
  g_assert_cmpint (upkeep.lapsed, ==, 1);
  g_assert_cmpint (store_test_get (test, job, "state"), ==, BW_JOB_STATE_QUEUED);

  claims = store_test_claim (test, 1);
  second = g_ptr_array_index (claims, 0);
  g_assert_cmpint (second->attempt, ==, 2);
  g_assert_cmpuint (second->items->len, ==, 60);
  for (guint i = 0; i < second->items->len; i++)
    {
      const BwItem *item = g_ptr_array_index (second->items, i);

      g_assert_cmpint (item->item, ==, 2 * i + 1);
      store_test_item (test, second->claim, item->item, BW_ITEM_STATE_SUCCESS);
    }
  g_assert_cmpuint (store_test_finish (test, second->claim, NULL), ==, 200);
  g_assert_cmpint (store_test_get (test, job, "state"), ==, BW_JOB_STATE_SUCCESS);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM item WHERE attempt = 1"), ==, 60);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM item WHERE attempt = 2"), ==, 60);
  store_test_check (test);
}

static void
test_back_off (StoreTest *test, gconstpointer data)
{
  static const gint64 back_off[] = { 30, 60, 120 };
  BwSubmission *submission = store_test_submission ("send-invoices", 2);
  gint64 job;

  submission->max_attempts = 4;
  job = store_test_hand_in (test, &test->sam, submission);
  for (guint i = 0; i < G_N_ELEMENTS (back_off); i++)
    {
      BwTime now = test->wall;

      g_assert_cmpuint (store_test_finish (test, store_test_claim_one (test), "No paper"), ==, 200);
      g_assert_cmpint (store_test_get (test, job, "state"), ==, BW_JOB_STATE_QUEUED);
      g_assert_cmpint (store_test_get (test, job, "run_at"), ==,
                       now + back_off[i] * BW_TIME_SECOND);
      g_assert_cmpint (store_test_claim_one (test), ==, 0);
      store_test_pass (test, back_off[i] * BW_TIME_SECOND);
      store_test_tend (test, NULL);
    }
  g_assert_cmpuint (store_test_finish (test, store_test_claim_one (test), "No paper"), ==, 200);
  g_assert_cmpint (store_test_get (test, job, "state"), ==, BW_JOB_STATE_FAILED);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM attempt WHERE error = 'No paper'"),
                   ==, 4);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM item WHERE state = 2"), ==, 2);
  store_test_check (test);
}

static void
test_released (StoreTest *test, gconstpointer data)
{
  gint64 job = store_test_submit (test, &test->sam, "send-invoices", 2);
  gint64 claim = store_test_claim_one (test);
  BwReport *report = bw_report_new (claim);

  g_ptr_array_add (report->items, bw_item_result_new (1, BW_ITEM_STATE_SUCCESS, NULL));
  report->finish = TRUE;
  report->released = TRUE;
  g_assert_cmpuint (store_test_report (test, report, NULL), ==, 200);
  g_assert_cmpint (store_test_get (test, job, "state"), ==, BW_JOB_STATE_QUEUED);
  g_assert_cmpint (store_test_get (test, job, "errors_left"), ==, 0);
  g_assert_cmpint (store_test_ask (test, "SELECT outcome FROM attempt"), ==, BW_OUTCOME_RELEASED);
  g_assert_cmpint (store_test_claim_one (test), !=, 0);
  store_test_check (test);
}

static void
test_directives (StoreTest *test, gconstpointer data)
{
  gint64 job = store_test_submit (test, &test->sam, "send-invoices", 2);
  gint64 claim = store_test_claim_one (test);
  g_autoptr (GError) error = NULL;
  BwDirective directive;

  bw_store_pause (test->store, &test->olivia, &test->sam.user, 1, NULL, FALSE, NULL, &error);
  g_assert_no_error (error);
  store_test_report (test, bw_report_new (claim), &directive);
  g_assert_cmpint (directive, ==, BW_DIRECTIVE_PAUSE);
  bw_store_resume (test->store, &test->olivia, 0, &error);
  store_test_report (test, bw_report_new (claim), &directive);
  g_assert_cmpint (directive, ==, BW_DIRECTIVE_CONTINUE);

  g_assert_true (bw_store_cancel (test->store, &test->sam, job, &error));
  store_test_item (test, claim, 1, BW_ITEM_STATE_SUCCESS);
  store_test_report (test, bw_report_new (claim), &directive);
  g_assert_cmpint (directive, ==, BW_DIRECTIVE_CANCEL);
  g_assert_cmpint (store_test_get (test, job, "state"), ==, BW_JOB_STATE_PROCESSING);
  store_test_finish (test, claim, NULL);
  g_assert_cmpint (store_test_get (test, job, "state"), ==, BW_JOB_STATE_CANCELLED);
  g_assert_cmpint (store_test_get (test, job, "items_success"), ==, 1);
  g_assert_cmpint (store_test_get (test, job, "items_cancelled"), ==, 1);
  store_test_check (test);
}

static void
test_log (StoreTest *test, gconstpointer data)
{
  gint64 job = store_test_submit (test, &test->sam, "send-invoices", 0);
  gint64 claim = store_test_claim_one (test);
  BwReport *report = bw_report_new (claim);
  g_autofree char *log = NULL;

  report->log = g_strdupv ((char *[]) { (char *) "Hello", (char *) "a\nb\r", NULL });
  store_test_report (test, report, NULL);
  store_test_finish (test, claim, "No paper");
  log = read_log (test);
  g_assert_cmpstr (log, ==,
                   "2026-11-21T12:00:00.000Z Attempt 1 started on desk\n"
                   "2026-11-21T12:00:00.000Z Hello\n"
                   "2026-11-21T12:00:00.000Z a b \n"
                   "2026-11-21T12:00:00.000Z Attempt 1 failed: No paper\n");
  g_assert_cmpint (store_test_get (test, job, "log_size"), ==, (gint64) strlen (log));
}

/* 64 MiB in all, then one line that says so, and nothing after it. */
static void
test_log_bound (StoreTest *test, gconstpointer data)
{
  gint64 job = store_test_submit (test, &test->sam, "send-invoices", 0);
  gint64 claim = store_test_claim_one (test);
  g_autofree char *line = g_strnfill (8192, 'x');
  g_autofree char *log = NULL;
  gint64 full;

  for (int i = 0; i < 9; i++)
    {
      BwReport *report = bw_report_new (claim);

      report->log = g_new0 (char *, 1001);
      for (int j = 0; j < 1000; j++)
        report->log[j] = g_strdup (line);
      g_assert_cmpuint (store_test_report (test, report, NULL), ==, 200);
    }
  full = store_test_get (test, job, "log_size");
  g_assert_cmpint (full, <=, 64 * 1024 * 1024);
  g_assert_cmpint (full, >, 64 * 1024 * 1024 - 128);
  store_test_finish (test, claim, NULL);
  g_assert_cmpint (store_test_get (test, job, "log_size"), ==, full);
  log = read_log (test);
  g_assert_cmpuint (strlen (log), ==, full);
  g_assert_true (g_str_has_suffix (log, "The log ends here: it has reached 64 MiB.\n"));
}

static void
test_result (StoreTest *test, gconstpointer data)
{
  gint64 job = store_test_submit (test, &test->sam, "archive-export", 0);
  gint64 claim = store_test_claim_one (test);
  g_autofree char *bytes = g_strnfill (BW_RESULT_CHUNK, 'r');
  g_autoptr (GBytes) whole = g_bytes_new_static (bytes, BW_RESULT_CHUNK);
  g_autoptr (GBytes) part = g_bytes_new_static (bytes, 10);
  g_autoptr (GError) error = NULL;
  gint64 first;
  gint64 second;

  first = bw_store_result_begin (test->store, test->worker, claim, &error);
  g_assert_no_error (error);
  g_assert_true (bw_store_result_append (test->store, claim, first, 0, whole, &error));
  g_assert_true (bw_store_result_append (test->store, claim, first, 1, part, &error));
  for (gint64 wrong = BW_RESULT_CHUNK; wrong <= BW_RESULT_CHUNK + 9; wrong += 9)
    {
      g_assert_false (bw_store_result_finish (test->store, claim, first, "a.csv", wrong, &error));
      g_assert_error (error, BW_ERROR, BW_ERROR_INVALID);
      g_clear_error (&error);
    }
  g_assert_true (
      bw_store_result_finish (test->store, claim, first, "a.csv", BW_RESULT_CHUNK + 10, &error));
  g_assert_cmpint (store_test_get (test, job, "result_size"), ==, BW_RESULT_CHUNK + 10);

  /* A second file takes the place of the first; a third is begun, and the worker is lost. */
  second = bw_store_result_begin (test->store, test->worker, claim, &error);
  g_assert_true (bw_store_result_append (test->store, claim, second, 0, part, &error));
  g_assert_true (bw_store_result_finish (test->store, claim, second, "b.csv", 10, &error));
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM result_chunk"), ==, 1);
  second = bw_store_result_begin (test->store, test->worker, claim, &error);
  g_assert_true (bw_store_result_append (test->store, claim, second, 0, part, &error));
  g_assert_no_error (error);
  store_test_pass (test, 2 * BW_TIME_MINUTE);
  g_assert_false (bw_store_result_append (test->store, claim, second, 1, part, &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_CONFLICT);
  store_test_tend (test, NULL);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM result_chunk"), ==, 1);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM upload"), ==, 0);
  g_assert_cmpint (store_test_get (test, job, "result_size"), ==, 10);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  store_test_add ("/store/report/items", test_items);
  store_test_add ("/store/report/finished-item-stays-finished", test_finished_item_stays);
  store_test_add ("/store/report/unknown-item-refuses-all", test_unknown_item);
  store_test_add ("/store/report/ends", test_ends);
  store_test_add ("/store/report/heartbeat", test_heartbeat);
  store_test_add ("/store/report/progress", test_progress);
  store_test_add ("/store/report/stale-claim-changes-nothing", test_stale_claim);
  store_test_add ("/store/report/other-account", test_other_account);
  store_test_add ("/store/report/once-per-item", test_once_per_item);
  store_test_add ("/store/report/back-off", test_back_off);
  store_test_add ("/store/report/released", test_released);
  store_test_add ("/store/report/directives", test_directives);
  store_test_add ("/store/report/log", test_log);
  store_test_add ("/store/report/log-ends-at-its-bound", test_log_bound);
  store_test_add ("/store/report/result", test_result);
  return g_test_run ();
}
