/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "store-test.h"

static void
report_lines (StoreTest *test, gint64 claim, guint from, guint n)
{
  BwReport *report = bw_report_new (claim);
  GStrvBuilder *builder = g_strv_builder_new ();

  for (guint i = 0; i < n; i++)
    g_strv_builder_take (builder, g_strdup_printf ("line %u, é", from + i));
  report->log = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);
  g_assert_cmpuint (store_test_report (test, report, NULL), ==, 200);
}

/* Every range of a log in many chunks is the same range of the whole. */
static void
test_log (StoreTest *test, gconstpointer data)
{
  gint64 job = store_test_submit (test, &test->sam, "send-invoices", 1);
  gint64 claim = store_test_claim_one (test);
  g_autoptr (GBytes) whole = NULL;
  g_autoptr (GError) error = NULL;
  const char *text;
  gint64 size;

  for (guint i = 0; i < 12; i++)
    report_lines (test, claim, i * 40, 40);
  g_assert_true (bw_store_get_log_size (test->store, &test->sam, job, &size, &error));
  g_assert_cmpint (size, >, 12 * 40 * 35);
  whole = bw_store_read_log (test->store, &test->sam, job, 0, (gsize) size + 100, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (whole), ==, size);
  text = g_bytes_get_data (whole, NULL);
  g_assert_nonnull (memmem (text, (gsize) size, " line 479, é\n", strlen (" line 479, é\n")));
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM log_chunk"), >, 5);

  for (gint64 offset = 0; offset <= size; offset += 997)
    for (gsize length = 1; length < 6000; length += 1777)
      {
        g_autoptr (GBytes) part =
            bw_store_read_log (test->store, &test->sam, job, offset, length, &error);
        gsize expected = (gsize) MIN ((gint64) length, size - offset);

        g_assert_no_error (error);
        g_assert_cmpmem (g_bytes_get_data (part, NULL), g_bytes_get_size (part), text + offset,
                         expected);
      }
}

static void
test_log_edges (StoreTest *test, gconstpointer data)
{
  gint64 job = store_test_submit (test, &test->sam, "send-invoices", 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) none = NULL;
  gint64 size = -1;

  g_assert_true (bw_store_get_log_size (test->store, &test->sam, job, &size, &error));
  g_assert_cmpint (size, ==, 0);
  none = bw_store_read_log (test->store, &test->sam, job, 5, 100, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (none), ==, 0);
  g_assert_null (bw_store_read_log (test->store, &test->sam, job, -1, 100, &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_RANGE);
  g_clear_error (&error);
  g_assert_null (bw_store_read_log (test->store, &test->stella, job, 0, 100, &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (bw_store_get_log_size (test->store, &test->stella, job, &size, &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_NOT_FOUND);
}

static GBytes *
make_file (gsize size)
{
  guint8 *bytes = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    bytes[i] = (guint8) (i * 31 + (i >> 8));
  return g_bytes_new_take (bytes, size);
}

static void
upload (StoreTest *test, gint64 claim, GBytes *file)
{
  g_autoptr (GError) error = NULL;
  gint64 number = bw_store_result_begin (test->store, test->worker, claim, &error);
  gsize size = g_bytes_get_size (file);
  guint chunk = 0;

  for (gsize at = 0; at < size; at += BW_RESULT_CHUNK, chunk++)
    {
      g_autoptr (GBytes) part = g_bytes_new_from_bytes (file, at, MIN (BW_RESULT_CHUNK, size - at));

      g_assert_true (bw_store_result_append (test->store, claim, number, chunk, part, &error));
      g_assert_no_error (error);
    }
  g_assert_true (
      bw_store_result_finish (test->store, claim, number, "archive.csv", (gint64) size, &error));
  g_assert_no_error (error);
}

static void
test_result (StoreTest *test, gconstpointer data)
{
  const gsize size = 3 * BW_RESULT_CHUNK + 1234;
  const gint64 offsets[] = { 0,
                             1,
                             BW_RESULT_CHUNK - 1,
                             BW_RESULT_CHUNK,
                             2 * BW_RESULT_CHUNK + 7,
                             (gint64) size - 3,
                             (gint64) size,
                             (gint64) size + 9 };
  const gsize lengths[] = { 1, 10, BW_RESULT_CHUNK, 2 * BW_RESULT_CHUNK + 5, 2 * size };
  gint64 job = store_test_submit (test, &test->sam, "send-invoices", 1);
  g_autoptr (GBytes) file = make_file (size);
  g_autofree char *name = NULL;
  g_autoptr (GError) error = NULL;
  gint64 found;

  upload (test, store_test_claim_one (test), file);
  g_assert_true (bw_store_get_result (test->store, &test->sam, job, &name, &found, &error));
  g_assert_cmpstr (name, ==, "archive.csv");
  g_assert_cmpint (found, ==, size);
  for (guint i = 0; i < G_N_ELEMENTS (offsets); i++)
    for (guint j = 0; j < G_N_ELEMENTS (lengths); j++)
      {
        g_autoptr (GBytes) part =
            bw_store_read_result (test->store, &test->sam, job, offsets[i], lengths[j], &error);
        gsize from = MIN ((gsize) offsets[i], size);

        g_assert_no_error (error);
        g_assert_cmpmem (g_bytes_get_data (part, NULL), g_bytes_get_size (part),
                         (const guint8 *) g_bytes_get_data (file, NULL) + from,
                         MIN (lengths[j], size - from));
      }
  g_assert_null (bw_store_read_result (test->store, &test->stella, job, 0, 10, &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_NOT_FOUND);
}

static void
test_no_result (StoreTest *test, gconstpointer data)
{
  gint64 job = store_test_submit (test, &test->sam, "send-invoices", 1);
  g_autofree char *name = NULL;
  g_autoptr (GError) error = NULL;
  gint64 size;

  g_assert_false (bw_store_get_result (test->store, &test->sam, job, &name, &size, &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (bw_store_read_result (test->store, &test->sam, job, 0, 10, &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_NOT_FOUND);
}

static void
test_job (StoreTest *test, gconstpointer data)
{
  BwSubmission *submission = store_test_submission ("send-invoices", 3);
  g_autofree char *parameters = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (BwJob) job = NULL;
  const BwReference *reference;
  gint64 id;

  submission->parameters = g_strdup ("{\"month\":3}");
  submission->name = g_strdup ("Invoices of March");
  g_ptr_array_add (submission->references,
                   bw_reference_new ("relation", "R 1/2", "Café \"Émile\""));
  id = store_test_hand_in (test, &test->sam, submission);
  bw_store_set_reference_url (test->store, test->business, "relation", "https://erp.example/{id}",
                              &error);
  g_assert_no_error (error);
  job = bw_store_get_job (test->store, &test->olivia, id, &parameters, &error);
  g_assert_no_error (error);
  g_assert_cmpint (job->id, ==, id);
  g_assert_cmpstr (job->type, ==, "send-invoices");
  g_assert_cmpstr (job->name, ==, "Invoices of March");
  g_assert_cmpstr (parameters, ==, "{\"month\":3}");
  g_assert_cmpstr (job->created_by_name, ==, "sam");
  g_assert_cmpint (job->created_by_id, ==, test->sam.user);
  g_assert_cmpint (bw_item_counts_total (&job->items), ==, 3);
  g_assert_cmpint (job->created_at, ==, test->wall);
  g_assert_cmpint (job->finished_at, ==, BW_TIME_NONE);
  g_assert_cmpint (job->started_at, ==, BW_TIME_NONE);
  g_assert_cmpuint (job->references->len, ==, 1);
  reference = g_ptr_array_index (job->references, 0);
  g_assert_cmpstr (reference->label, ==, "Café \"Émile\"");
  g_assert_cmpstr (reference->url, ==, "https://erp.example/R%201%2F2");

  g_assert_null (bw_store_get_job (test->store, &test->stella, id, NULL, &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_NOT_FOUND);
}

/* What pauses and upkeep do shows at once, and goes at once. */
static void
test_conditions (StoreTest *test, gconstpointer data)
{
  const char *const types[] = { "send-invoices", NULL };
  BwSubmission *later = store_test_submission ("send-invoices", 0);
  g_autoptr (GError) error = NULL;
  gint64 now = store_test_submit (test, &test->sam, "send-invoices", 0);
  gint64 scheduled;
  struct
  {
    gint64 *job;
    BwConditions conditions;
  } expected[] = {
    { &now, BW_CONDITION_PAUSED },
    { &scheduled, BW_CONDITION_PAUSED | BW_CONDITION_SCHEDULED },
    { &now, 0 },
    { &scheduled, BW_CONDITION_SCHEDULED },
  };

  later->run_at = test->wall + BW_TIME_HOUR;
  scheduled = store_test_hand_in (test, &test->sam, later);
  g_assert_true (
      bw_store_pause (test->store, &test->olivia, NULL, 0, types, FALSE, "Stock-taking", &error));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autoptr (BwJob) job = NULL;

      if (i == 2)
        g_assert_cmpint (bw_store_resume (test->store, &test->olivia, 0, &error), ==, 1);
      job = bw_store_get_job (test->store, &test->sam, *expected[i].job, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (job->conditions, ==, expected[i].conditions);
    }
}

static void
test_history (StoreTest *test, gconstpointer data)
{
  gint64 job = store_test_submit (test, &test->sam, "send-invoices", 1);
  g_autoptr (BwHistory) history = NULL;
  g_autoptr (GError) error = NULL;
  const BwAttempt *attempt;
  BwTime start = test->wall;

  store_test_pass (test, 1000);
  store_test_finish (test, store_test_claim_one (test), "The mail server is away.");
  store_test_pass (test, 1000);
  g_assert_true (bw_store_retry (test->store, &test->sam, job, FALSE, &error));
  g_assert_no_error (error);
  store_test_claim_one (test);
  history = bw_store_get_history (test->store, &test->sam, job, &error);
  g_assert_no_error (error);

  g_assert_cmpuint (history->attempts->len, ==, 2);
  attempt = g_ptr_array_index (history->attempts, 0);
  g_assert_cmpint (attempt->attempt, ==, 1);
  g_assert_cmpint (attempt->outcome, ==, BW_OUTCOME_FAILED);
  g_assert_cmpstr (attempt->error, ==, "The mail server is away.");
  g_assert_cmpint (attempt->started_at, ==, start + 1000);
  g_assert_cmpint (attempt->ended_at, ==, start + 1000);
  attempt = g_ptr_array_index (history->attempts, 1);
  g_assert_cmpint (attempt->outcome, ==, BW_OUTCOME_RUNNING);
  g_assert_cmpint (attempt->ended_at, ==, BW_TIME_NONE);
  g_assert_cmpstr (attempt->worker, ==, "desk");

  g_assert_cmpuint (history->actions->len, ==, 2);
  g_assert_cmpstr (((BwAction *) g_ptr_array_index (history->actions, 0))->action, ==, "submit");
  g_assert_cmpstr (((BwAction *) g_ptr_array_index (history->actions, 0))->actor, ==, "sam");
  g_assert_cmpint (((BwAction *) g_ptr_array_index (history->actions, 0))->at, ==, start);
  g_assert_cmpstr (((BwAction *) g_ptr_array_index (history->actions, 1))->action, ==, "retry");
  g_assert_null (bw_store_get_history (test->store, &test->stella, job, &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_NOT_FOUND);
}

static void
test_pauses (StoreTest *test, gconstpointer data)
{
  const char *const types[] = { "send-invoices", NULL };
  g_autoptr (GPtrArray) pauses = NULL;
  g_autoptr (GError) error = NULL;
  const BwPause *pause;

  store_test_submit (test, &test->sam, "send-invoices", 0);
  g_assert_true (bw_store_pause (test->store, &test->olivia, &test->sam.user, 1, types, TRUE,
                                 "Stock-taking", &error));
  pauses = bw_store_list_pauses (test->store, &test->olivia, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pauses->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      pause = g_ptr_array_index (pauses, i);
      g_assert_cmpstr (pause->paused_by, ==, "olivia");
      g_assert_cmpstr (pause->reason, ==, "Stock-taking");
      g_assert_cmpint (pause->since, ==, test->wall);
      g_assert_true ((pause->user_id != 0) + (pause->type != NULL) + pause->all == 1);
      if (pause->user_id != 0)
        g_assert_cmpstr (pause->user_name, ==, "sam");
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  store_test_add ("/store/details/job", test_job);
  store_test_add ("/store/details/conditions-at-once", test_conditions);
  store_test_add ("/store/details/log-ranges", test_log);
  store_test_add ("/store/details/log-edges", test_log_edges);
  store_test_add ("/store/details/result-ranges", test_result);
  store_test_add ("/store/details/no-result", test_no_result);
  store_test_add ("/store/details/history", test_history);
  store_test_add ("/store/details/pauses", test_pauses);
  return g_test_run ();
}
