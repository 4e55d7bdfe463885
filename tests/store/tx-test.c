/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-test.h"

#include "bw-search.h"

/* A write that changes much and fails in the end. */
static gboolean
change_and_fail (BwTx *tx, gpointer data, GError **error)
{
  StoreTest *test = data;
  const BwCounterKey key = { .type = 1, .owner = test->sam.user, .state = BW_JOB_STATE_QUEUED };
  BwTime created_at;
  gint64 job = bw_tx_next_job (tx, test->business, &created_at, error);

  g_assert_cmpint (job, >, 0);
  bw_tx_next_revision (tx, test->business, error);
  bw_tx_next_claim (tx);
  bw_tx_count (tx, test->business, created_at, &key, 5);
  bw_tx_rights_changed (tx);
  g_assert_true (bw_db_exec (bw_tx_db (tx), error,
                             "INSERT INTO setting (name, value) VALUES ('failed', 1)", ""));
  bw_set_error (error, BW_ERROR_CONFLICT, "Failed on purpose");
  return FALSE;
}

static void
test_undo (StoreTest *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint64 serial = bw_store_get_rights_serial (test->store);

  store_test_submit (test, &test->sam, "send-invoices", 0);
  g_assert_false (bw_store_write (test->store, change_and_fail, test, &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_CONFLICT);
  g_assert_cmpint (store_test_submit (test, &test->sam, "send-invoices", 0), ==, 2);
  g_assert_cmpint (store_test_get (test, 2, "revision"), ==, 2);
  g_assert_cmpint (store_test_claim_one (test), ==, 1);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM setting WHERE name = 'failed'"), ==,
                   0);
  g_assert_cmpuint (bw_store_get_rights_serial (test->store), ==, serial);
  store_test_check (test);
}

#define N_THREADS 8
#define N_ROUNDS 150

typedef struct
{
  StoreTest *test;
  gint64 last; /* what the listener was told last */
  gint n_told;
  gint n_ready;
  gboolean in_order;
} Watch;

static void
hear_changed (gint64 business, gint64 revision, gpointer data)
{
  Watch *watch = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BwDb) db = NULL;
  gint64 stored = 0;

  watch->in_order = watch->in_order && revision > watch->last;
  watch->last = revision;
  watch->n_told++;
  if (watch->n_told % 10 != 1)
    return;
  /* What is told is committed: another connection sees it. */
  db = bw_db_open (watch->test->uri, BW_DB_READ, &error);
  g_assert_no_error (error);
  bw_db_get_int (db, &stored, &error, "SELECT revision FROM business WHERE id = 1", "");
  g_assert_cmpint (stored, ==, revision);
}

static void
hear_ready (gint64 business, gpointer data)
{
  ((Watch *) data)->n_ready++;
}

static gpointer
write_and_fail (gpointer data)
{
  StoreTest *test = data;

  for (int i = 0; i < N_ROUNDS; i++)
    {
      g_autoptr (GError) error = NULL;

      if (i % 3 != 0)
        store_test_submit (test, i % 2 ? &test->sam : &test->stella,
                           i % 5 ? "send-invoices" : "archive-export", 1);
      else
        g_assert_false (bw_store_write (test->store, change_and_fail, test, &error));
    }
  return NULL;
}

/* Writes that fail in a commit with others take nothing with them and leave nothing behind. */
static void
test_threads (StoreTest *test, gconstpointer data)
{
  const BwStoreListener listener = { .changed = hear_changed, .work_ready = hear_ready };
  const gint64 n = N_THREADS * N_ROUNDS * 2 / 3;
  Watch watch = { .test = test, .in_order = TRUE };
  GThread *threads[N_THREADS];

  bw_store_set_listener (test->store, &listener, &watch);
  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("write", write_and_fail, test);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  bw_store_set_listener (test->store, NULL, NULL);

  g_assert_true (watch.in_order);
  g_assert_cmpint (watch.last, ==, n);
  g_assert_cmpint (watch.n_ready, >, 0);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM job"), ==, n);
  /* Without gaps, and ids, revisions and commits in one order. */
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM job WHERE id = revision"), ==, n);
  g_assert_cmpint (store_test_ask (test, "SELECT MAX(id) FROM job"), ==, n);
  store_test_check (test);
}

/* Two programs on one file: each sees what the other wrote, and no number is given twice. */
static void
test_two_programs (StoreTest *test, gconstpointer data)
{
  StoreTest other = *test;
  g_autoptr (GError) error = NULL;

  other.store = bw_store_open (test->uri, &error);
  g_assert_no_error (error);
  for (gint64 i = 0; i < 20; i++)
    {
      g_assert_cmpint (store_test_submit (test, &test->sam, "send-invoices", 0), ==, 2 * i + 1);
      g_assert_cmpint (
          store_test_submit (&other, &test->sam, i % 2 ? "send-invoices" : "archive-export", 0), ==,
          2 * i + 2);
    }
  for (gint64 i = 0; i < 20; i++)
    {
      g_assert_cmpint (store_test_claim_one (test), ==, 2 * i + 1);
      g_assert_cmpint (store_test_claim_one (&other), ==, 2 * i + 2);
    }
  g_assert_cmpint (store_test_claim_one (test), ==, 0);
  bw_store_close (other.store);
  store_test_check (test);
}

static gint64
pick_job (StoreTest *test)
{
  gint64 newest = store_test_ask (test, "SELECT COALESCE(MAX(id), 1) FROM job");

  return g_test_rand_int_range (1, (gint32) newest + 2);
}

static void
do_something (StoreTest *test, GArray *claims)
{
  static const char *const types[] = { "send-invoices", "archive-export", "upload-products" };
  const BwViewer *viewers[] = { &test->olivia, &test->sam, &test->stella };
  const BwViewer *viewer = viewers[g_test_rand_int_range (0, 3)];
  BwJobEdit edit = { .set_priority = TRUE,
                     .priority = g_test_rand_int_range (-3, 4),
                     .name = "Edited" };
  gint64 claim = 0;

  if (claims->len > 0)
    claim = g_array_index (claims, gint64, g_test_rand_int_range (0, (gint32) claims->len));
  switch (g_test_rand_int_range (0, 16))
    {
    case 0:
    case 1:
    case 2:
      {
        BwSubmission *submission = store_test_submission (types[g_test_rand_int_range (0, 3)],
                                                          (guint) g_test_rand_int_range (0, 4));

        submission->automated = g_test_rand_bit ();
        submission->max_attempts = g_test_rand_int_range (0, 3);
        submission->priority = g_test_rand_int_range (-2, 3);
        if (g_test_rand_int_range (0, 4) == 0)
          submission->run_at = test->wall + g_test_rand_int_range (-1000, 100000);
        store_test_hand_in (test, viewer, submission);
        break;
      }
    case 3:
    case 4:
    case 5:
      claim = store_test_claim_one (test);
      if (claim != 0)
        g_array_append_val (claims, claim);
      break;
    case 6:
    case 7:
      {
        BwReport *report = bw_report_new (claim);
        g_autoptr (GPtrArray) reports =
            g_ptr_array_new_with_free_func ((GDestroyNotify) bw_report_free);
        g_autoptr (GPtrArray) results = NULL;

        /* Often an item that the job does not have: then all of it is refused. */
        g_ptr_array_add (report->items, bw_item_result_new (1, g_test_rand_int_range (1, 5), "x"));
        g_ptr_array_add (report->items, bw_item_result_new (g_test_rand_int_range (1, 4),
                                                            g_test_rand_int_range (1, 5), NULL));
        g_ptr_array_add (reports, report);
        results = bw_store_report (test->store, test->worker, reports, NULL);
        break;
      }
    case 8:
      store_test_finish (test, claim, NULL);
      break;
    case 9:
      store_test_finish (test, claim, "No paper");
      break;
    case 10:
      bw_store_cancel (test->store, viewer, pick_job (test), NULL);
      break;
    case 11:
      bw_store_retry (test->store, viewer, pick_job (test), g_test_rand_bit (), NULL);
      break;
    case 12:
      bw_store_delete (test->store, viewer, pick_job (test), NULL);
      break;
    case 13:
      bw_store_edit (test->store, viewer, pick_job (test), &edit, NULL);
      break;
    case 14:
      store_test_pass (test, g_test_rand_int_range (0, 40000));
      store_test_tend (test, NULL);
      break;
    default:
      if (g_test_rand_bit ())
        bw_store_pause (test->store, &test->olivia, &viewer->user, 1, NULL, FALSE, NULL, NULL);
      else
        bw_store_resume (test->store, &test->olivia, 0, NULL);
    }
}

/* Whatever happens in whatever order, counters, items, claims and queue agree with the jobs. */
static void
test_random (StoreTest *test, gconstpointer data)
{
  g_autoptr (GArray) claims = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 left;
  gint64 n = 0;

  for (int i = 0; i < 6000; i++)
    {
      do_something (test, claims);
      if (i % 1500 == 1499)
        store_test_check (test);
    }
  bw_store_resume (test->store, &test->olivia, 0, NULL);
  store_test_pass (test, BW_TIME_DAY);
  store_test_tend (test, NULL);
  left = store_test_ask (test, "SELECT COUNT(*) FROM job WHERE state = 0");
  while (store_test_claim_one (test) != 0)
    n++;
  g_assert_cmpint (n, ==, left);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM job WHERE state = 0"), ==, 0);
  store_test_check (test);
}

static gint64
count_words (StoreTest *test, const char *word)
{
  g_autofree char *sql =
      g_strdup_printf ("SELECT COUNT(*) FROM job_text WHERE job_text MATCH '%s'", word);
  g_autoptr (GError) error = NULL;

  g_assert_true (bw_search_catch_up (test->store, &error));
  g_assert_no_error (error);
  return store_test_ask (test, sql);
}

static void
test_search_index (StoreTest *test, gconstpointer data)
{
  BwSubmission *submission = store_test_submission ("send-invoices", 0);
  const BwJobEdit edit = { .name = "Février" };
  g_autoptr (GError) error = NULL;

  submission->name = g_strdup ("Januar");
  submission->automated = TRUE;
  g_ptr_array_add (submission->references, bw_reference_new ("relation", "R7", "Janssen BV"));
  store_test_hand_in (test, &test->sam, submission);
  for (int i = 0; i < 1200; i++)
    store_test_submit (test, &test->stella, "archive-export", 0);
  g_assert_cmpint (count_words (test, "janssen"), ==, 1);
  g_assert_cmpint (count_words (test, "text : januar AND scope : (b1 AND o2 AND t1 AND a1)"), ==,
                   1);
  g_assert_cmpint (count_words (test, "scope : b2"), ==, 0);
  g_assert_cmpint (count_words (test, "stella"), ==, 1200);
  g_assert_cmpint (store_test_ask (test, "SELECT value FROM setting WHERE name = 'search_indexed'"),
                   ==, 1201);

  g_assert_true (bw_store_edit (test->store, &test->sam, 1, &edit, &error));
  g_assert_cmpint (count_words (test, "januar"), ==, 0);
  g_assert_cmpint (count_words (test, "fevrier"), ==, 1);
  g_assert_true (bw_store_cancel (test->store, &test->sam, 1, &error));
  g_assert_true (bw_store_delete (test->store, &test->sam, 1, &error));
  g_assert_cmpint (count_words (test, "fevrier"), ==, 0);
  g_assert_no_error (error);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  store_test_add ("/store/tx/failed-write-leaves-nothing", test_undo);
  store_test_add ("/store/tx/threads-with-failures", test_threads);
  store_test_add ("/store/tx/two-programs", test_two_programs);
  store_test_add ("/store/tx/random-operations", test_random);
  store_test_add ("/store/search/index-follows", test_search_index);
  return g_test_run ();
}
