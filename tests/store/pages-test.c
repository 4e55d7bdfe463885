/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fill.h"
#include "list-model.h"
#include "store-test.h"

#define BOUND 10000

static void
fill (StoreTest *test, gint64 n, guint32 seed)
{
  g_autoptr (GError) error = NULL;

  bw_fill_store (test->store, test->business, n, seed, &error);
  g_assert_no_error (error);
}

static void
test_empty (StoreTest *test, gconstpointer data)
{
  g_autoptr (BwFilter) filter = bw_filter_new ();
  g_autoptr (GError) error = NULL;

  for (guint sort = 0; sort < BW_N_SORT_KEYS; sort++)
    {
      g_autoptr (BwPage) page = NULL;

      filter->sort = (BwSortKey) sort;
      page = bw_store_list (test->store, &test->olivia, filter, 50, NULL, 0, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (page->jobs->len, ==, 0);
      g_assert_cmpint (page->total, ==, 0);
      g_assert_true (page->total_is_exact);
      g_assert_null (page->next);
    }
}

static void
assert_bounded (const BwPage *page)
{
  g_assert_cmpint (page->total, ==, BOUND);
  g_assert_false (page->total_is_exact);
}

/* A place beyond the bound, the summary, and another order. */
static void
check_beyond (StoreTest *test, BwFilter *filter, GPtrArray *expected)
{
  g_autoptr (GError) error = NULL;
  BwSummary summary;

  {
    g_autoptr (BwPage) page =
        bw_store_list (test->store, &test->olivia, filter, 100, NULL, BOUND + 200, &error);

    g_assert_no_error (error);
    assert_bounded (page);
    g_assert_cmpint (((BwJob *) g_ptr_array_index (page->jobs, 0))->id, ==,
                     ((ListRow *) g_ptr_array_index (expected, BOUND + 200))->id);
  }
  g_assert_true (bw_store_summary (test->store, &test->olivia, filter, &summary, &error));
  g_assert_cmpint (bw_summary_total (&summary), ==, BOUND);
  g_assert_false (summary.is_exact);
  filter->sort = BW_SORT_NAME;
  {
    g_autoptr (BwPage) page =
        bw_store_list (test->store, &test->olivia, filter, 100, NULL, 0, &error);

    g_assert_no_error (error);
    assert_bounded (page);
    g_assert_cmpuint (page->jobs->len, ==, 100);
  }
}

/* Counts by words stop at 10,000 and say so; in the order of creation every page is there still. */
static void
test_bound (StoreTest *test, gconstpointer data)
{
  g_autoptr (BwFilter) filter = bw_filter_new ();
  g_autoptr (ListModel) model = NULL;
  g_autoptr (GPtrArray) expected = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;
  guint n = 0;

  fill (test, 14000, 11);
  filter->q = g_strdup ("visser");
  model = list_model_new (test->store, test->business);
  expected = list_model_select (model, &test->olivia, filter);
  g_assert_cmpuint (expected->len, >, BOUND + 500);

  do
    {
      g_autoptr (BwPage) page =
          bw_store_list (test->store, &test->olivia, filter, 1000, after, 0, &error);

      g_assert_no_error (error);
      assert_bounded (page);
      for (guint i = 0; i < page->jobs->len; i++, n++)
        g_assert_cmpint (((BwJob *) g_ptr_array_index (page->jobs, i))->id, ==,
                         ((ListRow *) g_ptr_array_index (expected, n))->id);
      g_free (after);
      after = g_steal_pointer (&page->next);
    }
  while (after != NULL);
  g_assert_cmpuint (n, ==, expected->len);

  check_beyond (test, filter, expected);
}

static void
assert_refused (StoreTest *test, const BwFilter *filter, const char *after)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BwPage) page =
      bw_store_list (test->store, &test->olivia, filter, 10, after, 0, &error);

  g_assert_null (page);
  g_assert_error (error, BW_ERROR, BW_ERROR_INVALID);
  g_assert_cmpstr (bw_error_get_field (error), ==, "after");
}

static void
test_cursors (StoreTest *test, gconstpointer data)
{
  g_autoptr (BwFilter) filter = bw_filter_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (BwPage) page = NULL;

  fill (test, 100, 1);
  page = bw_store_list (test->store, &test->olivia, filter, 10, NULL, 0, &error);
  g_assert_no_error (error);
  g_assert_nonnull (page->next);
  assert_refused (test, filter, "");
  assert_refused (test, filter, "nonsense");
  assert_refused (test, filter, "Y3JlYXRlZF9hdC06MTI=");
  filter->descending = FALSE;
  assert_refused (test, filter, page->next);
  filter->sort = BW_SORT_NAME;
  assert_refused (test, filter, page->next);
}

/* A cursor holds its place when the job at it is gone, and new ones come before it. */
static void
test_cursor_survives (StoreTest *test, gconstpointer data)
{
  g_autoptr (BwFilter) filter = bw_filter_new ();
  g_autoptr (GError) error = NULL;

  filter->states = BW_JOB_STATES_FINISHED;
  for (guint sort = 0; sort < BW_N_SORT_KEYS; sort++)
    {
      g_autoptr (BwPage) page = NULL;
      g_autoptr (BwPage) rest = NULL;
      g_autoptr (ListModel) model = NULL;
      g_autoptr (GPtrArray) before = NULL;
      const BwJob *last;

      if (sort == 0)
        fill (test, 200, 1);
      model = list_model_new (test->store, test->business);
      filter->sort = (BwSortKey) sort;
      before = list_model_select (model, &test->olivia, filter);
      page = bw_store_list (test->store, &test->olivia, filter, 20, NULL, 0, &error);
      g_assert_no_error (error);
      last = g_ptr_array_index (page->jobs, 19);
      g_assert_true (bw_store_delete (test->store, &test->olivia, last->id, &error));
      g_assert_no_error (error);
      rest = bw_store_list (test->store, &test->olivia, filter, 20, page->next, 0, &error);
      g_assert_no_error (error);
      for (guint i = 0; i < 20; i++)
        g_assert_cmpint (((BwJob *) g_ptr_array_index (rest->jobs, i))->id, ==,
                         ((ListRow *) g_ptr_array_index (before, 20 + i))->id);
    }
}

/* Names are in order without case and accents. */
static void
test_name_order (StoreTest *test, gconstpointer data)
{
  static const char *const names[] = { "archive", "Ärger",  "Arm",    "Zebra",
                                       "école",   "Eclair", "Ecole 2" };
  static const char *const sorted[] = { "archive", "Ärger",   "Arm",  "Eclair",
                                        "école",   "Ecole 2", "Zebra" };
  g_autoptr (BwFilter) filter = bw_filter_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (BwPage) page = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      BwSubmission *submission = store_test_submission ("send-invoices", 0);

      g_set_str (&submission->name, names[i]);
      store_test_hand_in (test, &test->olivia, submission);
    }
  filter->sort = BW_SORT_NAME;
  filter->descending = FALSE;
  page = bw_store_list (test->store, &test->olivia, filter, 50, NULL, 0, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_cmpstr (((BwJob *) g_ptr_array_index (page->jobs, i))->name, ==, sorted[i]);
}

static void
test_revision (StoreTest *test, gconstpointer data)
{
  g_autoptr (BwFilter) filter = bw_filter_new ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (BwPage) page = NULL;
      const BwJob *job;

      store_test_submit (test, &test->olivia, "send-invoices", 1);
      page = bw_store_list (test->store, &test->olivia, filter, 50, NULL, 0, &error);
      g_assert_no_error (error);
      job = g_ptr_array_index (page->jobs, 0);
      g_assert_cmpint (page->revision, ==,
                       store_test_ask (test, "SELECT revision FROM business WHERE id = 1"));
      g_assert_cmpint (job->revision, <=, page->revision);
      g_assert_cmpuint (page->jobs->len, ==, i + 1);
    }
}

typedef struct
{
  StoreTest *test;
  gboolean is_over; /* atomic */
} Readers;

/* A page that has room for all jobs has as many as it counts, whatever is written meanwhile. */
static gpointer
read_on (gpointer data)
{
  Readers *readers = data;
  g_autoptr (BwFilter) filter = bw_filter_new ();
  guint n_read = 0;

  while (!g_atomic_int_get (&readers->is_over))
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (BwPage) page = NULL;
      gint64 newest = 0;

      filter->states = n_read % 2 == 0 ? 0 : BW_JOB_STATES_ACTIVE;
      page = bw_store_list (readers->test->store, &readers->test->olivia, filter, 1000, NULL, 0,
                            &error);
      g_assert_no_error (error);
      g_assert_cmpint (page->total, ==, page->jobs->len);
      for (guint i = 0; i < page->jobs->len; i++)
        newest = MAX (newest, ((BwJob *) g_ptr_array_index (page->jobs, i))->revision);
      g_assert_cmpint (newest, <=, page->revision);
      n_read++;
    }
  return GUINT_TO_POINTER (n_read);
}

static void
test_threads (StoreTest *test, gconstpointer data)
{
  Readers readers = { test, FALSE };
  GThread *threads[4];

  fill (test, 100, 8);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("reader", read_on, &readers);
  for (guint i = 0; i < 150; i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 job =
          store_test_submit (test, i % 2 == 0 ? &test->sam : &test->olivia, "send-invoices", 1);

      if (i % 3 == 0)
        store_test_finish (test, store_test_claim_one (test), NULL);
      else if (i % 3 == 1)
        g_assert_true (bw_store_cancel (test->store, &test->olivia, job, &error) || error != NULL);
      if (i % 10 == 9)
        bw_store_clear (test->store, &test->olivia, NULL);
    }
  g_atomic_int_set (&readers.is_over, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_assert_cmpuint (GPOINTER_TO_UINT (g_thread_join (threads[i])), >, 0);
  store_test_check (test);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  store_test_add ("/store/list/empty", test_empty);
  store_test_add ("/store/list/read-by-many-while-written", test_threads);
  store_test_add ("/store/list/bounded-counts-say-so", test_bound);
  store_test_add ("/store/list/cursors-of-another-sort", test_cursors);
  store_test_add ("/store/list/cursor-outlives-its-job", test_cursor_survives);
  store_test_add ("/store/list/names-without-case-and-accents", test_name_order);
  store_test_add ("/store/list/revision-of-the-same-moment", test_revision);
  return g_test_run ();
}
