/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-test.h"

static const BwClaim *
at (GPtrArray *claims, guint index)
{
  g_assert_cmpuint (index, <, claims->len);
  return g_ptr_array_index (claims, index);
}

static void
test_first_claim (StoreTest *test, gconstpointer data)
{
  BwSubmission *submission = store_test_submission ("send-invoices", 2);
  g_autoptr (GPtrArray) claims = NULL;
  const BwClaim *claim;
  const BwItem *item;
  const char *started = "2026-11-21T12:00:05.000Z Attempt 1 started on desk\n";
  g_autoptr (GBytes) log = NULL;

  submission->parameters = g_strdup ("{\"period\":\"2026-11\"}");
  ((BwItem *) g_ptr_array_index (submission->items, 1))->reference =
      bw_reference_new ("relation", "R2", "Two");
  ((BwItem *) g_ptr_array_index (submission->items, 1))->parameters = g_strdup ("{\"n\":2}");
  store_test_hand_in (test, &test->sam, submission);
  store_test_pass (test, 5 * BW_TIME_SECOND);

  claims = store_test_claim (test, 10);
  g_assert_cmpuint (claims->len, ==, 1);
  claim = at (claims, 0);
  g_assert_cmpint (claim->claim, ==, 1);
  g_assert_cmpint (claim->job, ==, 1);
  g_assert_cmpint (claim->attempt, ==, 1);
  g_assert_cmpstr (claim->business, ==, "willems");
  g_assert_cmpstr (claim->type, ==, "send-invoices");
  g_assert_cmpstr (claim->name, ==, "Send invoices");
  g_assert_cmpstr (claim->parameters, ==, "{\"period\":\"2026-11\"}");
  g_assert_cmpint (claim->lease_until, ==, STORE_TEST_START + 65 * BW_TIME_SECOND);
  g_assert_cmpuint (claim->items->len, ==, 2);
  item = g_ptr_array_index (claim->items, 1);
  g_assert_cmpint (item->item, ==, 2);
  g_assert_cmpstr (item->label, ==, "Item 2");
  g_assert_cmpstr (item->reference->id, ==, "R2");
  g_assert_cmpstr (item->parameters, ==, "{\"n\":2}");

  g_assert_cmpint (store_test_get (test, 1, "state"), ==, BW_JOB_STATE_PROCESSING);
  g_assert_cmpint (store_test_get (test, 1, "started_at"), ==,
                   STORE_TEST_START + 5 * BW_TIME_SECOND);
  g_assert_cmpint (store_test_get (test, 1, "claim"), ==, 1);
  log = bw_store_read_log (test->store, &test->sam, 1, 0, 1000, NULL);
  g_assert_cmpmem (g_bytes_get_data (log, NULL), g_bytes_get_size (log), started, strlen (started));
  g_assert_cmpint (store_test_claim_one (test), ==, 0);
  store_test_check (test);
}

static void
test_priority (StoreTest *test, gconstpointer data)
{
  static const int priorities[] = { 0, 5, -5, 5 };
  static const gint64 expected[] = { 2, 4, 1, 3 };
  g_autoptr (GPtrArray) claims = NULL;

  for (guint i = 0; i < 4; i++)
    {
      BwSubmission *submission = store_test_submission ("send-invoices", 0);

      submission->priority = priorities[i];
      store_test_hand_in (test, &test->sam, submission);
    }
  claims = store_test_claim (test, 10);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpint (at (claims, i)->job, ==, expected[i]);
}

/* A priority that comes later overtakes what the queue had read before. */
static void
test_priority_overtakes (StoreTest *test, gconstpointer data)
{
  BwSubmission *urgent = store_test_submission ("send-invoices", 0);
  const BwJobEdit edit = { .set_priority = TRUE, .priority = 50 };
  g_autoptr (GPtrArray) first = NULL;
  g_autoptr (GPtrArray) edited = NULL;
  g_autoptr (GPtrArray) rest = NULL;
  g_autoptr (GPtrArray) last = NULL;
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 5; i++)
    store_test_submit (test, &test->sam, "send-invoices", 0);
  first = store_test_claim (test, 1);
  g_assert_cmpint (at (first, 0)->job, ==, 1);
  g_assert_true (bw_store_edit (test->store, &test->olivia, 4, &edit, &error));
  g_assert_no_error (error);
  edited = store_test_claim (test, 1);
  g_assert_cmpint (at (edited, 0)->job, ==, 4);

  /* One that comes after all that the queue had read, which was all there was. */
  g_assert_cmpint (store_test_submit (test, &test->sam, "send-invoices", 0), ==, 6);
  rest = store_test_claim (test, 10);
  g_assert_cmpuint (rest->len, ==, 4);
  g_assert_cmpint (at (rest, 0)->job, ==, 2);
  g_assert_cmpint (at (rest, 3)->job, ==, 6);

  for (int i = 0; i < 3; i++)
    store_test_submit (test, &test->sam, "send-invoices", 0);
  g_assert_cmpint (store_test_claim_one (test), !=, 0);
  urgent->priority = 10;
  store_test_hand_in (test, &test->sam, urgent);
  last = store_test_claim (test, 10);
  g_assert_cmpuint (last->len, ==, 3);
  g_assert_cmpint (at (last, 0)->job, ==, 10);
  g_assert_cmpint (at (last, 1)->job, ==, 8);
}

static void
test_fairness (StoreTest *test, gconstpointer data)
{
  g_autoptr (GPtrArray) claims = NULL;
  guint of_stella = 0;

  /* Sam hands in a hundred before Stella's three. */
  for (int i = 0; i < 100; i++)
    store_test_submit (test, &test->sam, "send-invoices", 0);
  for (int i = 0; i < 3; i++)
    store_test_submit (test, &test->stella, "archive-export", 0);

  claims = store_test_claim (test, 6);
  g_assert_cmpuint (claims->len, ==, 6);
  for (guint i = 0; i < 6; i++)
    of_stella += at (claims, i)->job > 100;
  g_assert_cmpuint (of_stella, ==, 3);
  /* In turns, and the one who waited longest first. */
  g_assert_cmpint (at (claims, 0)->job, ==, 1);
  g_assert_cmpint (at (claims, 1)->job, ==, 101);
  g_assert_cmpint (at (claims, 2)->job, ==, 2);

  /* Who has the least running goes first: all of Stella's three ended, Sam's run. */
  for (guint i = 0; i < 6; i++)
    if (at (claims, i)->job > 100)
      g_assert_cmpuint (store_test_finish (test, at (claims, i)->claim, NULL), ==, 200);
  store_test_submit (test, &test->stella, "archive-export", 0);
  g_clear_pointer (&claims, g_ptr_array_unref);
  claims = store_test_claim (test, 1);
  g_assert_cmpint (at (claims, 0)->job, ==, 104);
}

static void
test_types (StoreTest *test, gconstpointer data)
{
  char *types[] = { (char *) "archive-export", (char *) "unheard-of", NULL };
  const BwClaimRequest request = {
    .worker = "desk", .types = types, .max = 10, .lease = BW_TIME_MINUTE
  };
  const gint64 businesses[] = { test->other_business, test->business };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) claims = NULL;
  g_autoptr (GPtrArray) elsewhere = NULL;

  store_test_submit (test, &test->sam, "send-invoices", 0);
  store_test_submit (test, &test->sam, "archive-export", 0);
  elsewhere = bw_store_claim (test->store, test->worker, &request, businesses, 1, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (elsewhere->len, ==, 0);
  claims = bw_store_claim (test->store, test->worker, &request, businesses, 2, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (claims->len, ==, 1);
  g_assert_cmpint (at (claims, 0)->job, ==, 2);
}

static void
test_passes_over_paused (StoreTest *test, gconstpointer data)
{
  const char *types[] = { "archive-export", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) claims = NULL;

  store_test_submit (test, &test->sam, "send-invoices", 0);
  store_test_submit (test, &test->stella, "send-invoices", 0);
  store_test_submit (test, &test->stella, "archive-export", 0);
  g_assert_true (bw_store_pause (test->store, &test->olivia, &test->sam.user, 1, types, FALSE,
                                 "Stock-taking", &error));
  g_assert_no_error (error);

  claims = store_test_claim (test, 10);
  g_assert_cmpuint (claims->len, ==, 1);
  g_assert_cmpint (at (claims, 0)->job, ==, 2);
  g_assert_cmpint (bw_store_resume (test->store, &test->olivia, 0, &error), ==, 2);
  g_clear_pointer (&claims, g_ptr_array_unref);
  claims = store_test_claim (test, 10);
  g_assert_cmpuint (claims->len, ==, 2);
}

static void
test_passes_over_scheduled (StoreTest *test, gconstpointer data)
{
  BwSubmission *submission = store_test_submission ("send-invoices", 0);
  BwUpkeep upkeep;

  submission->run_at = STORE_TEST_START + BW_TIME_HOUR;
  store_test_hand_in (test, &test->sam, submission);
  g_assert_cmpint (store_test_claim_one (test), ==, 0);
  store_test_tend (test, &upkeep);
  g_assert_cmpint (upkeep.due, ==, 0);
  g_assert_cmpint (upkeep.next, ==, STORE_TEST_START + BW_TIME_HOUR);

  store_test_pass (test, BW_TIME_HOUR);
  store_test_tend (test, &upkeep);
  g_assert_cmpint (upkeep.due, ==, 1);
  g_assert_cmpint (store_test_claim_one (test), !=, 0);
}

/* Many more than the queue reads ahead, in several businesses' worth of groups. */
static void
test_deep_queue (StoreTest *test, gconstpointer data)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  guint total = 0;

  for (int i = 0; i < 300; i++)
    store_test_submit (test, i % 3 == 0 ? &test->sam : &test->stella, i % 5 == 0 ? "a" : "b", 0);
  for (;;)
    {
      g_autoptr (GPtrArray) claims = store_test_claim (test, 7);

      if (claims->len == 0)
        break;
      for (guint i = 0; i < claims->len; i++)
        g_assert_true (g_hash_table_add (seen, GSIZE_TO_POINTER ((gsize) at (claims, i)->job)));
      total += claims->len;
      if (total == 70)
        store_test_reopen (test);
    }
  g_assert_cmpuint (total, ==, 300);
  store_test_check (test);
}

#define N_THREADS 8
#define N_JOBS 400

typedef struct
{
  StoreTest *test;
  gint times[N_JOBS + 1]; /* how often each job was claimed */
} Race;

static gpointer
claim_until_empty (gpointer data)
{
  Race *race = data;

  for (;;)
    {
      g_autoptr (GPtrArray) claims = store_test_claim (race->test, 3);

      if (claims->len == 0)
        return NULL;
      for (guint i = 0; i < claims->len; i++)
        {
          g_atomic_int_inc (&race->times[at (claims, i)->job]);
          g_assert_cmpuint (store_test_finish (race->test, at (claims, i)->claim, NULL), ==, 200);
        }
    }
}

static void
test_never_twice (StoreTest *test, gconstpointer data)
{
  g_autofree Race *race = g_new0 (Race, 1);
  GThread *threads[N_THREADS];

  race->test = test;
  for (int i = 0; i < N_JOBS; i++)
    store_test_submit (test, i % 2 ? &test->sam : &test->stella, "send-invoices", 0);
  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("claim", claim_until_empty, race);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  for (int i = 1; i <= N_JOBS; i++)
    g_assert_cmpint (race->times[i], ==, 1);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM job WHERE state = 2"), ==, N_JOBS);
  store_test_check (test);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  store_test_add ("/store/claim/first", test_first_claim);
  store_test_add ("/store/claim/highest-priority-first", test_priority);
  store_test_add ("/store/claim/later-priority-overtakes", test_priority_overtakes);
  store_test_add ("/store/claim/no-backlog-starves-another", test_fairness);
  store_test_add ("/store/claim/only-asked-types-and-businesses", test_types);
  store_test_add ("/store/claim/passes-over-paused", test_passes_over_paused);
  store_test_add ("/store/claim/passes-over-scheduled", test_passes_over_scheduled);
  store_test_add ("/store/claim/deep-queue", test_deep_queue);
  store_test_add ("/store/claim/never-twice", test_never_twice);
  return g_test_run ();
}
