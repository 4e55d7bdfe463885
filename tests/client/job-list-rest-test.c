/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A list that does not follow the server for a while, that knows its rows from another time, and
 * that asks for them in pages of other sizes.
 */
#include "bw-paged-list-private.h"
#include "job-list-fixture.h"

static guint
count_changes (Fixture *fixture)
{
  return fixture->shadow->changes;
}

/* Switched off, or with nobody to see it: nothing is asked for and nothing changes, until it is
 * refreshed once or follows again. */
static void
test_rests (void)
{
  Fixture fixture;
  guint lists;
  guint changes;

  begin (&fixture, 20, NULL);
  bw_job_list_set_following (fixture.list, FALSE);
  lists = bw_fake_office_count (fixture.office);
  changes = count_changes (&fixture);
  bw_fake_office_add (fixture.office, "Unseen");
  bw_fake_office_change (fixture.office, 5, BW_JOB_STATE_PROCESSING, NULL, 0.5);
  g_signal_emit_by_name (bw_business_get_event_stream (fixture.business), "poll");
  bw_test_settle (300);
  g_assert_cmpuint (get_n_items (&fixture), ==, 20);
  g_assert_cmpuint (count_changes (&fixture), ==, changes);
  g_assert_cmpuint (bw_fake_office_count (fixture.office), ==, lists);

  bw_job_list_refresh (fixture.list);
  bw_test_until (agrees, &fixture);
  bw_test_settle (300);
  g_assert_cmpuint (get_n_items (&fixture), ==, 21);
  bw_fake_office_add (fixture.office, "Unseen again");
  bw_test_settle (300);
  g_assert_cmpuint (get_n_items (&fixture), ==, 21);

  bw_job_list_set_following (fixture.list, TRUE);
  bw_test_until (agrees, &fixture);
  g_assert_cmpuint (get_n_items (&fixture), ==, 22);
  bw_fake_office_add (fixture.office, "Seen");
  bw_test_until (agrees, &fixture);
  g_assert_cmpuint (get_n_items (&fixture), ==, 23);
  end (&fixture);
}

static gboolean
has_total (Fixture *fixture)
{
  const BwSummary *summary = bw_job_list_get_summary (fixture->list);

  return summary != NULL && bw_summary_total (summary) == 11;
}

static gboolean
is_polling (Fixture *fixture)
{
  return bw_event_stream_get_polling (bw_business_get_event_stream (fixture->business));
}

/* Where a stream can't be had, the figures follow as well. */
static void
test_polls_counts (void)
{
  Fixture fixture;

  connect_to (&fixture, 10);
  fixture.office->no_stream = TRUE;
  begin_list (&fixture, NULL);
  bw_test_until (is_polling, &fixture);
  bw_fake_office_add (fixture.office, "Polled");
  g_signal_emit_by_name (bw_business_get_event_stream (fixture.business), "poll");
  bw_test_until (has_total, &fixture);
  bw_test_until (agrees, &fixture);
  end (&fixture);
}

static guint
count_loaded (BwJobList *list)
{
  guint n = 0;

  for (guint i = 0; i < 400; i++)
    n += bw_paged_list_peek (BW_PAGED_LIST (list), i) != NULL;

  return n;
}

/* The list never loads whole: as many rows as were set, at once. */
static void
test_page_size (gconstpointer data)
{
  guint page_size = GPOINTER_TO_UINT (data);
  Fixture fixture;

  connect_to (&fixture, 400);
  begin_list (&fixture, NULL);
  bw_paged_list_set_page_size (BW_PAGED_LIST (fixture.list), page_size);
  bw_test_until (bw_job_list_get_is_live, fixture.list);
  g_assert_cmpuint (get_n_items (&fixture), ==, 400);
  g_assert_cmpuint (count_loaded (fixture.list), ==, page_size);
  bw_test_until (agrees, &fixture);
  bw_fake_office_add (fixture.office, "New");
  bw_test_until (agrees, &fixture);
  end (&fixture);
}

static GPtrArray *
copy_rows (Fixture *fixture, guint n)
{
  GPtrArray *jobs = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_job_unref);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (jobs, bw_job_ref (get_job (fixture, i)));

  return jobs;
}

/* What was known is shown until the server answers; then it is as the server says. */
static void
test_seed (void)
{
  Fixture fixture;
  BwSummary summary = { .in_state = { 30 }, .is_exact = TRUE };
  g_autoptr (GPtrArray) known = NULL;
  g_autoptr (BwJobEntry) entry = NULL;
  BwJobList *before;

  begin (&fixture, 30, NULL);
  known = copy_rows (&fixture, 20);
  bw_fake_office_add (fixture.office, "Newer");
  bw_fake_office_delete (fixture.office, 25);
  bw_fake_office_change (fixture.office, 20, BW_JOB_STATE_FAILED, NULL, 1);
  bw_test_until (agrees, &fixture);

  before = fixture.list;
  bw_test_shadow_free (fixture.shadow);
  fixture.list = bw_job_list_new (fixture.business, NULL);
  fixture.shadow = bw_test_shadow_new (fixture.list);
  bw_job_list_seed (fixture.list, known, &summary);
  g_object_unref (before);
  g_assert_true (bw_paged_list_get_loaded (BW_PAGED_LIST (fixture.list)));
  g_assert_cmpuint (get_n_items (&fixture), ==, 20);
  g_assert_cmpint (get_job (&fixture, 0)->id, ==, 30);
  g_assert_cmpint (bw_summary_total (bw_job_list_get_summary (fixture.list)), ==, 30);
  entry = g_list_model_get_item (G_LIST_MODEL (fixture.list), 10);
  g_assert_cmpint (bw_job_entry_get_job (entry)->id, ==, 20);

  bw_test_until (agrees, &fixture);
  g_assert_cmpuint (get_n_items (&fixture), ==, 30);
  /* The row stayed, with what it says now. */
  g_assert_cmpint (bw_job_entry_get_job (entry)->id, ==, 20);
  g_assert_cmpint (bw_job_entry_get_job (entry)->state, ==, BW_JOB_STATE_FAILED);
  end (&fixture);
}

static gboolean
has_failed (BwPagedList *list)
{
  return bw_paged_list_get_error (list) != NULL;
}

/* The server stays away: what was known stays. */
static void
test_seed_stays (void)
{
  Fixture fixture;
  g_autoptr (GPtrArray) known = NULL;

  begin (&fixture, 30, NULL);
  known = copy_rows (&fixture, 20);
  g_mutex_lock (&fixture.office->mutex);
  fixture.office->fail = 503;
  g_mutex_unlock (&fixture.office->mutex);
  bw_test_shadow_free (fixture.shadow);
  g_object_unref (fixture.list);
  fixture.list = bw_job_list_new (fixture.business, NULL);
  fixture.shadow = bw_test_shadow_new (fixture.list);
  bw_job_list_seed (fixture.list, known, NULL);
  bw_test_until (has_failed, fixture.list);
  g_assert_cmpuint (get_n_items (&fixture), ==, 20);
  g_assert_cmpint (get_job (&fixture, 19)->id, ==, 11);
  end (&fixture);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/job-list-rest/D6-rests-until-it-follows-again", test_rests);
  g_test_add_func ("/client/job-list-rest/D6-polls-counts", test_polls_counts);
  g_test_add_data_func ("/client/job-list-rest/D10-page-size-25", GUINT_TO_POINTER (25), test_page_size);
  g_test_add_data_func ("/client/job-list-rest/D10-page-size-300", GUINT_TO_POINTER (300), test_page_size);
  g_test_add_func ("/client/job-list-rest/G15-last-known-rows", test_seed);
  g_test_add_func ("/client/job-list-rest/G15-last-known-rows-stay", test_seed_stays);
  return g_test_run ();
}
