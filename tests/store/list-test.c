/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "fill.h"
#include "list-model.h"
#include "store-test.h"

#define N_JOBS 3000
#define N_FILTERS 500

static const char *const types[] = {
  "send-invoices",  "send-reminders", "import-relations",
  "export-archive", "sync-stock",     "no-such-type",
};

static const char *const searches[] = {
  "inv",   "amsterdam", "ZURICH 2025", "run 1", "étiquettes", "etiq",         "visser",
  "r0017", "system",    "-- !",        "b",     "s t",        "\"inv\" OR *", "xylophone",
};

/* Short and plain keys sort as a C programmer would; the model does without the cut. */
static BwTime
pick_time (GRand *rand, BwTime now)
{
  BwTime time = now - (BwTime) g_rand_int_range (rand, 0, 95 * 24 * 60) * BW_TIME_MINUTE
                - g_rand_int_range (rand, 0, 60000);

  switch (g_rand_int_range (rand, 0, 3))
    {
    case 0:
      return time / BW_TIME_DAY * BW_TIME_DAY;
    case 1:
      return time / (15 * BW_TIME_MINUTE) * (15 * BW_TIME_MINUTE);
    default:
      return time;
    }
}

static gint64
pick_user (GRand *rand, ListModel *model)
{
  return ((ListRow *) g_ptr_array_index (
              model->rows, (guint) g_rand_int_range (rand, 0, (gint32) model->rows->len)))
      ->owner;
}

/* The very moment at which a job was created. */
static BwTime
pick_moment (GRand *rand, ListModel *model)
{
  guint index = (guint) g_rand_int_range (rand, 0, (gint32) model->rows->len);

  return ((ListRow *) g_ptr_array_index (model->rows, index))->created_at;
}

static gboolean
rarely (GRand *rand, int one_in)
{
  return g_rand_int_range (rand, 0, one_in) == 0;
}

static void
pick_creators (BwFilter *filter, GRand *rand, ListModel *model)
{
  filter->created_by = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (int n = g_rand_int_range (rand, 1, 4); n > 0; n--)
    {
      gint64 user = rarely (rand, 4) ? 0 : rarely (rand, 8) ? 999999 : pick_user (rand, model);

      g_array_append_val (filter->created_by, user);
    }
}

static BwFilter *
pick_filter (GRand *rand, ListModel *model, BwTime now)
{
  BwFilter *filter = bw_filter_new ();

  filter->sort = (BwSortKey) g_rand_int_range (rand, 0, BW_N_SORT_KEYS);
  filter->descending = g_rand_boolean (rand);
  if (rarely (rand, 2))
    filter->states = (BwJobStates) g_rand_int_range (rand, 1, 64);
  if (rarely (rand, 3))
    {
      const char *some[] = { types[g_rand_int_range (rand, 0, 6)],
                             types[g_rand_int_range (rand, 0, 6)], NULL };

      filter->types = g_strdupv ((GStrv) some);
    }
  if (rarely (rand, 3))
    pick_creators (filter, rand, model);
  if (rarely (rand, 3))
    filter->from = pick_time (rand, now);
  if (rarely (rand, 3))
    filter->until = rarely (rand, 3) ? pick_moment (rand, model) : pick_time (rand, now);
  if (rarely (rand, 8))
    filter->relation = g_strdup_printf ("R%04d", g_rand_int_range (rand, 0, 60));
  if (rarely (rand, 5))
    filter->q = g_strdup (searches[g_rand_int_range (rand, 0, G_N_ELEMENTS (searches))]);
  if (rarely (rand, 6))
    filter->conditions = (BwConditions) g_rand_int_range (rand, 1, 16);
  return filter;
}

static BwViewer
pick_viewer (GRand *rand, ListModel *model, gint64 business)
{
  static const BwPermissions kinds[] = {
    BW_PERMISSION_VIEW_ALL,       BW_PERMISSION_VIEW_ALL | BW_PERMISSION_VIEW_OWN,
    BW_PERMISSION_VIEW_OWN,       BW_PERMISSION_VIEW_OWN | BW_PERMISSION_VIEW_AUTOMATED,
    BW_PERMISSION_VIEW_AUTOMATED, 0,
  };
  int kind = rarely (rand, 2) ? 0 : g_rand_int_range (rand, 0, G_N_ELEMENTS (kinds));

  return (BwViewer) { business, pick_user (rand, model), "Reader", kinds[kind] };
}

static void
assert_page (const BwPage *page, GPtrArray *expected, gint64 offset, guint limit, const char *query)
{
  guint n = (guint) CLAMP ((gint64) expected->len - offset, 0, limit);

  if (page->total != expected->len)
    g_error ("%s: %" G_GINT64_FORMAT " match instead of %u", query, page->total, expected->len);
  g_assert_true (page->total_is_exact);
  if (page->jobs->len != n)
    g_error ("%s, from %" G_GINT64_FORMAT ": %u jobs instead of %u", query, offset, page->jobs->len,
             n);
  for (guint i = 0; i < n; i++)
    {
      const BwJob *job = g_ptr_array_index (page->jobs, i);
      const ListRow *row = g_ptr_array_index (expected, offset + i);

      if (job->id != row->id)
        g_error ("%s, from %" G_GINT64_FORMAT ": job %" G_GINT64_FORMAT
                 " at %u instead of %" G_GINT64_FORMAT,
                 query, offset, job->id, i, row->id);
      g_assert_cmpstr (job->name, ==, row->name);
      g_assert_cmpstr (job->type, ==, row->type_slug);
      g_assert_cmpuint (job->conditions, ==, row->conditions);
      g_assert_cmpint (job->created_by_id, ==, row->automated ? 0 : row->owner);
      g_assert_cmpstr (job->created_by_name, ==, row->automated ? "System" : row->owner_name);
    }
  g_assert_true ((page->next != NULL) == (offset + limit < expected->len));
}

static void
check_pages (BwStore *store,
             const BwViewer *viewer,
             const BwFilter *filter,
             GPtrArray *expected,
             guint limit)
{
  g_autofree char *query = bw_filter_to_query (filter);
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;

  for (gint64 offset = 0; offset == 0 || after != NULL; offset += limit)
    {
      g_autoptr (BwPage) page = bw_store_list (store, viewer, filter, limit, after, 0, &error);

      g_assert_no_error (error);
      assert_page (page, expected, offset, limit, query);
      g_free (after);
      after = g_steal_pointer (&page->next);
      if (offset > 400)
        break;
    }
}

static void
check_offset (BwStore *store,
              const BwViewer *viewer,
              const BwFilter *filter,
              GPtrArray *expected,
              guint limit,
              gint64 offset)
{
  g_autofree char *query = bw_filter_to_query (filter);
  g_autoptr (GError) error = NULL;
  g_autoptr (BwPage) page = bw_store_list (store, viewer, filter, limit, NULL, offset, &error);

  g_assert_no_error (error);
  assert_page (page, expected, offset, limit, query);
}

static void
check_summary (BwStore *store, const BwViewer *viewer, const BwFilter *filter, GPtrArray *expected)
{
  gint64 in_state[BW_N_JOB_STATES] = { 0 };
  g_autoptr (GError) error = NULL;
  BwSummary summary;

  for (guint i = 0; i < expected->len; i++)
    in_state[((ListRow *) g_ptr_array_index (expected, i))->state]++;
  g_assert_true (bw_store_summary (store, viewer, filter, &summary, &error));
  g_assert_no_error (error);
  g_assert_true (summary.is_exact);
  for (guint state = 0; state < BW_N_JOB_STATES; state++)
    g_assert_cmpint (summary.in_state[state], ==, in_state[state]);
}

static void
check_filters (StoreTest *test, GRand *rand, guint n)
{
  g_autoptr (ListModel) model = list_model_new (test->store, test->business);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (BwFilter) filter = pick_filter (rand, model, test->wall);
      BwViewer viewer = pick_viewer (rand, model, test->business);
      g_autoptr (GPtrArray) expected = list_model_select (model, &viewer, filter);
      guint limit = (guint) g_rand_int_range (rand, 1, 120);

      check_pages (test->store, &viewer, filter, expected, limit);
      check_offset (test->store, &viewer, filter, expected, limit,
                    g_rand_int_range (rand, 0, (gint32) expected->len + 2));
      check_offset (test->store, &viewer, filter, expected, limit, expected->len / 2);
      check_summary (test->store, &viewer, filter, expected);
    }
}

static void
fill (StoreTest *test, gint64 n, guint32 seed)
{
  g_autoptr (GError) error = NULL;

  bw_fill_store (test->store, test->business, n, seed, &error);
  g_assert_no_error (error);
}

/* Hundreds of filters, sorts, pages, places and viewers against the model. */
static void
test_model (StoreTest *test, gconstpointer data)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (4711);
  const char *const paused[] = { "mail-statements", NULL };
  g_autoptr (GError) error = NULL;
  gint64 user;

  fill (test, N_JOBS, 7);
  store_test_check (test);
  check_filters (test, rand, N_FILTERS / 2);
  user = store_test_ask (test, "SELECT id FROM account WHERE login = 'user03'");
  g_assert_true (
      bw_store_pause (test->store, &test->olivia, &user, 1, paused, FALSE, NULL, &error));
  g_assert_no_error (error);
  check_filters (test, rand, N_FILTERS / 2);
}

/* Enough jobs that every plan is the cheapest for some filter. */
static void
test_plans (StoreTest *test, gconstpointer data)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (815);
  g_autoptr (ListModel) model = NULL;

  fill (test, 40000, 3);
  model = list_model_new (test->store, test->business);
  for (guint i = 0; i < 60; i++)
    {
      g_autoptr (BwFilter) filter = bw_filter_new ();
      BwViewer viewer = { test->business, pick_user (rand, model), "Reader",
                          i % 3 == 0 ? BW_PERMISSION_VIEW_OWN : BW_PERMISSION_VIEW_ALL };
      g_autoptr (GPtrArray) expected = NULL;

      filter->sort = (BwSortKey) (i % BW_N_SORT_KEYS);
      filter->descending = g_rand_boolean (rand);
      if (rarely (rand, 2))
        filter->states = (BwJobStates) g_rand_int_range (rand, 1, 64);
      if (rarely (rand, 2))
        filter->types = g_strsplit (types[g_rand_int_range (rand, 0, 5)], " ", -1);
      if (rarely (rand, 4))
        filter->from = pick_time (rand, test->wall);
      expected = list_model_select (model, &viewer, filter);
      check_offset (test->store, &viewer, filter, expected, 50, 0);
      check_offset (test->store, &viewer, filter, expected, 50, expected->len / 3);
      check_offset (test->store, &viewer, filter, expected, 50, expected->len * 3 / 4);
      check_summary (test->store, &viewer, filter, expected);
    }
}

/* Thousands of jobs within three quarters of an hour, and times that cut through them. */
static void
test_narrow (StoreTest *test, gconstpointer data)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (31);
  g_autoptr (ListModel) model = NULL;
  g_autoptr (GError) error = NULL;

  bw_fill_store_within (test->store, test->business, 5000, 9, 40 * BW_TIME_MINUTE, &error);
  g_assert_no_error (error);
  model = list_model_new (test->store, test->business);
  for (guint i = 0; i < 80; i++)
    {
      g_autoptr (BwFilter) filter = bw_filter_new ();
      BwTime start = test->wall - 45 * BW_TIME_MINUTE;
      g_autoptr (GPtrArray) expected = NULL;

      filter->sort = (BwSortKey) g_rand_int_range (rand, 0, BW_N_SORT_KEYS);
      filter->descending = g_rand_boolean (rand);
      if (!rarely (rand, 4))
        filter->from = start + g_rand_int_range (rand, 0, 45 * 60000);
      if (rarely (rand, 3))
        filter->from = pick_moment (rand, model);
      if (!rarely (rand, 4))
        filter->until = start + g_rand_int_range (rand, 0, 45 * 60000);
      if (rarely (rand, 3))
        filter->states = (BwJobStates) g_rand_int_range (rand, 1, 64);
      expected = list_model_select (model, &test->olivia, filter);
      check_pages (test->store, &test->olivia, filter, expected, 100);
      check_offset (test->store, &test->olivia, filter, expected, 100, expected->len / 2);
      check_offset (test->store, &test->olivia, filter, expected, 100,
                    expected->len - MIN (expected->len, 20));
      check_summary (test->store, &test->olivia, filter, expected);
    }
}

/* A time that cuts through more jobs of one quarter than are counted: the total says so, pages are
 * right. */
static void
test_narrow_bound (StoreTest *test, gconstpointer data)
{
  g_autoptr (BwFilter) filter = bw_filter_new ();
  g_autoptr (ListModel) model = NULL;
  g_autoptr (GError) error = NULL;

  bw_fill_store_within (test->store, test->business, 30000, 9, 30 * BW_TIME_MINUTE, &error);
  g_assert_no_error (error);
  model = list_model_new (test->store, test->business);
  filter->from = test->wall - 29 * BW_TIME_MINUTE;
  filter->states = BW_JOB_STATES_FAILED;
  for (guint sort = 0; sort < BW_N_SORT_KEYS; sort++)
    for (gint64 offset = 0; offset < 1600; offset += 700)
      {
        g_autoptr (GPtrArray) expected = NULL;
        g_autoptr (BwPage) page = NULL;

        filter->sort = (BwSortKey) sort;
        expected = list_model_select (model, &test->olivia, filter);
        page = bw_store_list (test->store, &test->olivia, filter, 50, NULL, offset, &error);
        g_assert_no_error (error);
        /* To get to a place, everything had to be counted after all. */
        g_assert_true (page->total_is_exact == (offset > 0));
        g_assert_true ((page->total < expected->len) == (offset == 0));
        g_assert_cmpuint (page->jobs->len, ==, 50);
        for (guint i = 0; i < 50; i++)
          g_assert_cmpint (((BwJob *) g_ptr_array_index (page->jobs, i))->id, ==,
                           ((ListRow *) g_ptr_array_index (expected, offset + i))->id);
      }
}

/* A user's jobs of two types in turn, far from where a scan would begin: found by merging. */
static void
test_merging (StoreTest *test, gconstpointer data)
{
  g_autoptr (BwFilter) filter = bw_filter_new ();
  g_autoptr (GPtrArray) others = NULL;
  g_autoptr (GArray) submitted = NULL;
  g_autoptr (ListModel) model = NULL;
  g_autoptr (GError) error = NULL;

  fill (test, 2000, 6);
  for (guint i = 0; i < 90; i++)
    store_test_submit (test, &test->sam, i % 3 == 0 ? "send-invoices" : "sync-stock", 0);
  others = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_submission_free);
  for (guint i = 0; i < 1000; i++)
    g_ptr_array_add (others, store_test_submission ("send-invoices", 0));
  submitted = bw_store_submit (test->store, &test->olivia, others, &error);
  g_assert_no_error (error);
  model = list_model_new (test->store, test->business);
  for (guint way = 0; way < 2; way++)
    {
      g_autoptr (GPtrArray) expected = NULL;

      filter->descending = way == 1;
      expected = list_model_select (model, &test->sam, filter);
      g_assert_cmpuint (expected->len, ==, 90);
      for (guint limit = 1; limit < 40; limit += 5)
        check_pages (test->store, &test->sam, filter, expected, limit);
    }
}

/* While jobs come, change and go, the counters in memory stay those of each page. */
static void
test_changes (StoreTest *test, gconstpointer data)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (99);
  g_autoptr (GError) error = NULL;

  fill (test, 300, 5);
  for (guint round = 0; round < 12; round++)
    {
      gint64 claim;

      store_test_pass (test, BW_TIME_HOUR * 7);
      store_test_submit (test, &test->sam, "send-invoices", round);
      claim = store_test_claim_one (test);
      if (claim != 0)
        store_test_finish (test, claim, round % 2 == 0 ? "It went wrong." : NULL);
      if (round % 4 == 3)
        bw_store_clear (test->store, &test->olivia, &error);
      g_assert_no_error (error);
      check_filters (test, rand, 12);
    }
  store_test_check (test);
}

/* Another business's jobs are not there, whatever is asked. */
static void
test_businesses (StoreTest *test, gconstpointer data)
{
  g_autoptr (BwFilter) filter = bw_filter_new ();
  g_autoptr (GError) error = NULL;
  BwViewer elsewhere = test->olivia;

  fill (test, 500, 1);
  elsewhere.business = test->other_business;
  bw_fill_store (test->store, test->other_business, 700, 2, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 4 * BW_N_SORT_KEYS; i++)
    {
      static const char *const asked[] = { NULL, "inv", "b1", "b2" };
      g_autoptr (ListModel) model =
          list_model_new (test->store, i % 2 == 0 ? test->business : test->other_business);
      const BwViewer *viewer = i % 2 == 0 ? &test->olivia : &elsewhere;
      g_autoptr (GPtrArray) expected = NULL;

      filter->sort = (BwSortKey) (i % BW_N_SORT_KEYS);
      g_set_str (&filter->q, asked[i % 4]);
      expected = list_model_select (model, viewer, filter);
      check_pages (test->store, viewer, filter, expected, 90);
      check_summary (test->store, viewer, filter, expected);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  store_test_add ("/store/list/A5-every-filter-against-the-model", test_model);
  store_test_add ("/store/list/every-plan-against-the-model", test_plans);
  store_test_add ("/store/list/by-merging", test_merging);
  store_test_add ("/store/list/within-a-quarter", test_narrow);
  store_test_add ("/store/list/within-a-quarter-beyond-the-bound", test_narrow_bound);
  store_test_add ("/store/list/while-jobs-change", test_changes);
  store_test_add ("/store/list/one-business", test_businesses);
  return g_test_run ();
}
