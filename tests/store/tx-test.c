/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-test.h"
#include "scratch.h"

#include "bw-search.h"
#include "random-acts.h"

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
  /* What is told is committed: another connection sees it. Where there are other nodes it may be told by
   * the thread that listens to them, while the next commits are being made. */
  db = bw_db_open (watch->test->uri, BW_DB_READ, &error);
  g_assert_no_error (error);
  bw_db_get_int (db, &stored, &error, "SELECT revision FROM business WHERE id = 1", "");
  if (scratch_is_postgresql ())
    g_assert_cmpint (stored, >=, revision);
  else
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

/* Whatever happens in whatever order, counters, items, claims and queue agree with the jobs. */
static void
test_random (StoreTest *test, gconstpointer data)
{
  g_autoptr (GArray) claims = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GRand) rand = g_rand_new_with_seed ((guint32) g_test_rand_int ());
  gint64 left;
  gint64 n = 0;

  for (int i = 0; i < 6000; i++)
    {
      random_act (test, claims, rand);
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

static void
test_search_index (StoreTest *test, gconstpointer data)
{
  BwSubmission *submission = store_test_submission ("send-invoices", 0);
  const BwJobEdit edit = { .name = "Février" };
  BwViewer elsewhere = test->olivia;
  g_autoptr (GError) error = NULL;

  elsewhere.business = test->other_business;
  submission->name = g_strdup ("Januar");
  submission->automated = TRUE;
  g_ptr_array_add (submission->references, bw_reference_new ("relation", "R7", "Janssen BV"));
  store_test_hand_in (test, &test->sam, submission);
  for (int i = 0; i < 1200; i++)
    store_test_submit (test, &test->stella, "archive-export", 0);
  g_assert_cmpint (store_test_count (test, &test->olivia, "janssen"), ==, 1);
  g_assert_cmpint (store_test_count (test, &test->sam, "januar"), ==, 1);
  g_assert_cmpint (store_test_count (test, &test->stella, "januar"), ==, 0);
  g_assert_cmpint (store_test_count (test, &elsewhere, "januar"), ==, 0);
  g_assert_cmpint (store_test_count (test, &test->olivia, "stella"), ==, 1200);
  g_assert_cmpint (store_test_ask (test, "SELECT value FROM setting WHERE name = 'search_indexed'"),
                   ==, 1201);

  g_assert_true (bw_store_edit (test->store, &test->sam, 1, &edit, &error));
  g_assert_cmpint (store_test_count (test, &test->sam, "januar"), ==, 0);
  g_assert_cmpint (store_test_count (test, &test->sam, "fevrier"), ==, 1);
  g_assert_true (bw_store_cancel (test->store, &test->sam, 1, &error));
  g_assert_true (bw_store_delete (test->store, &test->sam, 1, &error));
  g_assert_cmpint (store_test_count (test, &test->sam, "fevrier"), ==, 0);
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
