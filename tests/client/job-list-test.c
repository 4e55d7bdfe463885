/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The list model of jobs against an office whose naive lists are known.
 */
#include "bw-error.h"
#include "bw-paged-list-private.h"
#include "job-list-fixture.h"

static void
test_first_page (void)
{
  Fixture fixture;
  g_autoptr (BwJobEntry) placeholder = NULL;

  begin (&fixture, 250, NULL);
  g_assert_cmpuint (get_n_items (&fixture), ==, 250);
  g_assert_cmpuint (fixture.shadow->changes, ==, 1);
  g_assert_cmpint (get_job (&fixture, 0)->id, ==, 250);
  placeholder = g_list_model_get_item (G_LIST_MODEL (fixture.list), 200);
  g_assert_null (bw_job_entry_get_job (placeholder));
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (fixture.list), 250));
  bw_test_until (agrees, &fixture);
  /* It was filled in where it was. */
  g_assert_cmpint (bw_job_entry_get_job (placeholder)->id, ==, 50);
  g_assert_cmpuint (fixture.shadow->changes, ==, 1);
  g_assert_true (bw_paged_list_get_loaded (BW_PAGED_LIST (fixture.list)));
  end (&fixture);
}

static void
test_empty (void)
{
  Fixture fixture;

  begin (&fixture, 0, NULL);
  g_assert_cmpuint (get_n_items (&fixture), ==, 0);
  g_assert_true (bw_paged_list_get_loaded (BW_PAGED_LIST (fixture.list)));
  bw_fake_office_add (fixture.office, "First");
  bw_test_until (agrees, &fixture);
  g_assert_cmpuint (get_n_items (&fixture), ==, 1);
  bw_fake_office_delete (fixture.office, 1);
  bw_test_until (agrees, &fixture);
  g_assert_cmpuint (get_n_items (&fixture), ==, 0);
  end (&fixture);
}

static void
count_cb (BwJobEntry *entry, GParamSpec *pspec, guint *n)
{
  (*n)++;
}

static void
test_changes_in_place (void)
{
  Fixture fixture;
  g_autoptr (BwJobEntry) entry = NULL;
  guint changes;
  guint lists;
  guint n = 0;

  begin (&fixture, 20, NULL);
  lists = bw_fake_office_count (fixture.office);
  changes = fixture.shadow->changes;
  entry = g_list_model_get_item (G_LIST_MODEL (fixture.list), 5);
  g_signal_connect (entry, "notify::job", G_CALLBACK (count_cb), &n);
  bw_fake_office_change (fixture.office, 15, BW_JOB_STATE_PROCESSING, NULL, 0.5);
  bw_test_until (agrees, &fixture);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpfloat (bw_job_entry_get_job (entry)->progress, ==, 0.5);
  g_assert_cmpuint (fixture.shadow->changes, ==, changes);
  /* Nothing had to be asked for. */
  g_assert_cmpuint (bw_fake_office_count (fixture.office), ==, lists);
  end (&fixture);
}

static void
test_arrivals_keep_the_place (void)
{
  Fixture fixture;
  g_autoptr (BwJobEntry) shown = NULL;
  guint position;
  guint lists;

  begin (&fixture, 300, NULL);
  bw_test_until (agrees, &fixture);
  shown = g_list_model_get_item (G_LIST_MODEL (fixture.list), 150);
  lists = bw_fake_office_count (fixture.office);
  for (guint i = 0; i < 5; i++)
    bw_fake_office_add (fixture.office, "New");
  bw_test_until (agrees, &fixture);
  g_assert_true (bw_job_list_find (fixture.list, bw_job_entry_get_job (shown)->id, &position));
  g_assert_cmpuint (position, ==, 155);
  g_assert_cmpuint (bw_fake_office_count (fixture.office), ==, lists);
  end (&fixture);
}

static void
test_filter_leaves_and_enters (void)
{
  Fixture fixture;
  g_autoptr (BwFilter) filter = bw_filter_new ();

  filter->states = 1u << BW_JOB_STATE_FAILED;
  begin (&fixture, 50, filter);
  g_assert_cmpuint (get_n_items (&fixture), ==, 0);
  bw_fake_office_change (fixture.office, 10, BW_JOB_STATE_FAILED, NULL, 1);
  bw_fake_office_change (fixture.office, 30, BW_JOB_STATE_FAILED, NULL, 1);
  bw_fake_office_change (fixture.office, 20, BW_JOB_STATE_FAILED, NULL, 1);
  bw_test_until (agrees, &fixture);
  g_assert_cmpuint (get_n_items (&fixture), ==, 3);
  g_assert_cmpint (get_job (&fixture, 1)->id, ==, 20);
  bw_fake_office_change (fixture.office, 20, BW_JOB_STATE_QUEUED, NULL, 0);
  bw_test_until (agrees, &fixture);
  g_assert_cmpuint (get_n_items (&fixture), ==, 2);
  end (&fixture);
}

static void
test_moves_keep_the_entry (void)
{
  Fixture fixture;
  g_autoptr (BwFilter) filter = bw_filter_new ();
  g_autoptr (BwJobEntry) entry = NULL;
  g_autoptr (BwJobEntry) moved = NULL;
  gint64 id;
  guint position;

  filter->sort = BW_SORT_NAME;
  filter->descending = FALSE;
  begin (&fixture, 50, filter);
  entry = g_list_model_get_item (G_LIST_MODEL (fixture.list), 25);
  id = bw_job_entry_get_job (entry)->id;
  bw_fake_office_change (fixture.office, id, BW_JOB_STATE_QUEUED, "Aaa", 0);
  bw_test_until (agrees, &fixture);
  g_assert_true (bw_job_list_find (fixture.list, id, &position));
  g_assert_cmpuint (position, ==, 0);
  moved = g_list_model_get_item (G_LIST_MODEL (fixture.list), 0);
  g_assert_true (moved == entry);
  end (&fixture);
}

static void
test_unseen_regions (void)
{
  Fixture fixture;
  g_autoptr (BwFilter) filter = bw_filter_new ();

  filter->sort = BW_SORT_NAME;
  filter->descending = FALSE;
  begin (&fixture, 500, filter);
  /* Somewhere in the middle, of which nothing is known here. */
  bw_fake_office_add (fixture.office, "Job 500");
  bw_fake_office_delete (fixture.office, 17);
  bw_fake_office_add (fixture.office, "Job 501");
  bw_test_until (agrees, &fixture);
  end (&fixture);
}

static gboolean
has_summary (Fixture *fixture)
{
  const BwSummary *summary = bw_job_list_get_summary (fixture->list);

  return summary != NULL && summary->in_state[BW_JOB_STATE_FAILED] == 1;
}

static void
test_summary_follows (void)
{
  Fixture fixture;
  g_autoptr (BwFilter) filter = bw_filter_new ();

  /* The counts are of all states, so that one can be chosen. */
  filter->states = 1u << BW_JOB_STATE_QUEUED;
  begin (&fixture, 10, filter);
  bw_fake_office_change (fixture.office, 3, BW_JOB_STATE_FAILED, NULL, 1);
  bw_test_until (has_summary, &fixture);
  g_assert_cmpint (bw_summary_total (bw_job_list_get_summary (fixture.list)), ==, 10);
  end (&fixture);
}

static void
test_set_filter (void)
{
  Fixture fixture;
  g_autoptr (BwFilter) filter = bw_filter_new ();

  begin (&fixture, 250, NULL);
  filter->descending = FALSE;
  bw_job_list_set_filter (fixture.list, filter);
  /* What was there stays until there is something else. */
  g_assert_cmpuint (get_n_items (&fixture), ==, 250);
  g_assert_false (bw_paged_list_get_loaded (BW_PAGED_LIST (fixture.list)));
  g_assert_true (bw_paged_list_get_loading (BW_PAGED_LIST (fixture.list)));
  bw_test_until (agrees, &fixture);
  g_assert_cmpint (get_job (&fixture, 0)->id, ==, 1);
  /* Several in a row: the last one counts. */
  filter->states = 1u << BW_JOB_STATE_FAILED;
  bw_job_list_set_filter (fixture.list, filter);
  bw_job_list_set_filter (fixture.list, NULL);
  filter->states = 1u << BW_JOB_STATE_CANCELLED;
  bw_job_list_set_filter (fixture.list, filter);
  bw_test_until (agrees, &fixture);
  g_assert_cmpuint (get_n_items (&fixture), ==, 0);
  end (&fixture);
}

static gboolean
has_error (BwPagedList *list)
{
  return bw_paged_list_get_error (list) != NULL;
}

static void
test_filter_that_fails (void)
{
  Fixture fixture;
  g_autoptr (BwFilter) filter = bw_filter_new ();

  begin (&fixture, 10, NULL);
  fixture.office->fail = 403;
  filter->descending = FALSE;
  bw_job_list_set_filter (fixture.list, filter);
  bw_test_until (has_error, fixture.list);
  /* The rows of another filter are not shown as if they were this one's. */
  g_assert_cmpuint (get_n_items (&fixture), ==, 0);
  g_assert_error (bw_paged_list_get_error (BW_PAGED_LIST (fixture.list)), BW_ERROR,
                  BW_ERROR_FORBIDDEN);
  fixture.office->fail = 0;
  bw_job_list_refresh (fixture.list);
  bw_test_until (agrees, &fixture);
  g_assert_null (bw_paged_list_get_error (BW_PAGED_LIST (fixture.list)));
  end (&fixture);
}

static void
test_server_fails_at_first (void)
{
  Fixture fixture;

  connect_to (&fixture, 10);
  fixture.office->fail = 503;
  begin_list (&fixture, NULL);
  bw_test_until (has_error, fixture.list);
  g_assert_false (bw_paged_list_get_loading (BW_PAGED_LIST (fixture.list)));
  fixture.office->fail = 0;
  /* By itself. */
  bw_test_until (agrees, &fixture);
  bw_test_until (bw_job_list_get_is_live, fixture.list);
  end (&fixture);
}

static void
test_refresh_that_fails (void)
{
  Fixture fixture;

  begin (&fixture, 10, NULL);
  fixture.office->fail = 503;
  bw_job_list_refresh (fixture.list);
  bw_test_until (has_error, fixture.list);
  g_assert_true (bw_paged_list_get_stale (BW_PAGED_LIST (fixture.list)));
  g_assert_cmpuint (get_n_items (&fixture), ==, 10);
  g_assert_nonnull (get_job (&fixture, 9));
  fixture.office->fail = 0;
  bw_test_until (agrees, &fixture);
  end (&fixture);
}

static void
test_stream_cut_off (void)
{
  Fixture fixture;

  begin (&fixture, 150, NULL);
  for (guint i = 0; i < 5; i++)
    {
      g_mutex_lock (&fixture.office->mutex);
      fixture.office->drop_streams++;
      g_cond_broadcast (&fixture.office->changed);
      g_mutex_unlock (&fixture.office->mutex);
      bw_fake_office_add (fixture.office, "Meanwhile");
      bw_fake_office_change (fixture.office, 120, BW_JOB_STATE_PROCESSING, NULL, i / 10.0);
      bw_fake_office_delete (fixture.office, 130 + i);
      bw_test_settle (30);
    }
  bw_test_until (agrees, &fixture);
  end (&fixture);
}

static void
test_reset (void)
{
  Fixture fixture;

  begin (&fixture, 400, NULL);
  bw_test_until (agrees, &fixture);
  hold (&fixture, 0, 400);
  bw_fake_office_reset (fixture.office, 120);
  bw_test_until (agrees, &fixture);
  bw_test_shadow_check (fixture.shadow);
  end (&fixture);
}

static gboolean
is_polling (Fixture *fixture)
{
  return bw_event_stream_get_polling (bw_business_get_event_stream (fixture->business));
}

static void
test_polling (void)
{
  Fixture fixture;

  connect_to (&fixture, 10);
  fixture.office->no_stream = TRUE;
  begin_list (&fixture, NULL);
  bw_test_until (is_polling, &fixture);
  bw_fake_office_add (fixture.office, "Polled");
  g_signal_emit_by_name (bw_business_get_event_stream (fixture.business), "poll");
  bw_test_until (agrees, &fixture);
  g_assert_false (bw_paged_list_get_stale (BW_PAGED_LIST (fixture.list)));
  end (&fixture);
}

static void
test_inexact_total (void)
{
  Fixture fixture;
  guint n;

  connect_to (&fixture, 450);
  fixture.office->bound = 100;
  begin_list (&fixture, NULL);
  bw_test_until (bw_job_list_get_is_live, fixture.list);
  /* Each end that is looked at turns out not to be one, until it is. */
  do
    {
      g_autoptr (GObject) last = NULL;

      n = get_n_items (&fixture);
      last = g_list_model_get_item (G_LIST_MODEL (fixture.list), n - 1);
      bw_test_settle (50);
    }
  while (get_n_items (&fixture) > n);
  bw_test_until (agrees, &fixture);
  end (&fixture);
}

static void
test_memory_is_bounded (void)
{
  Fixture fixture;
  guint most = 0;

  begin (&fixture, 20000, NULL);
  for (guint i = 0; i < 20000; i += 97)
    {
      g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (fixture.list), i);

      if (i % 970 == 0)
        bw_test_settle (10);
      most = MAX (most, bw_paged_list_get_n_loaded (BW_PAGED_LIST (fixture.list)));
    }
  bw_test_until (is_settled, fixture.list);
  g_assert_cmpuint (bw_paged_list_get_n_loaded (BW_PAGED_LIST (fixture.list)), <=,
                    BW_PAGED_MAX_ROWS + 200);
  g_assert_true (agrees_between (&fixture, 0, 100));
  end (&fixture);
}

static gboolean
is_19950_here (Fixture *fixture)
{
  return get_job (fixture, 19950) != NULL;
}

static void
test_jump_asks_for_little (void)
{
  Fixture fixture;
  guint lists;

  begin (&fixture, 20000, NULL);
  fixture.office->max_delay = 30;
  lists = bw_fake_office_count (fixture.office);
  /* A thumb dragged over everything: only where it stops is loaded, and little on the way. */
  for (guint i = 0; i < 20000; i += 50)
    g_object_unref (g_list_model_get_item (G_LIST_MODEL (fixture.list), i));
  bw_test_until (is_19950_here, &fixture);
  bw_test_settle (200);
  g_assert_cmpuint (bw_fake_office_count (fixture.office) - lists, <=, 8);
  end (&fixture);
}

static void
test_burst_is_coalesced (void)
{
  Fixture fixture;
  guint changes;

  begin (&fixture, 100, NULL);
  changes = fixture.shadow->changes;
  for (guint i = 0; i < 2000; i++)
    bw_fake_office_add (fixture.office, "Burst");
  bw_test_until (agrees, &fixture);
  /* Side by side, they are told of together, some ten times a second. */
  g_assert_cmpuint (fixture.shadow->changes - changes, <, 200);
  end (&fixture);
}

static void
test_disposed_while_loading (void)
{
  for (guint i = 0; i < 20; i++)
    {
      Fixture fixture;

      connect_to (&fixture, 300);
      fixture.office->max_delay = 20;
      begin_list (&fixture, NULL);
      bw_test_settle (i * 3);
      hold (&fixture, 0, 300);
      end (&fixture);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/job-list/first-page", test_first_page);
  g_test_add_func ("/client/job-list/empty", test_empty);
  g_test_add_func ("/client/job-list/D6-changes-in-place", test_changes_in_place);
  g_test_add_func ("/client/job-list/D6-arrivals-keep-the-place", test_arrivals_keep_the_place);
  g_test_add_func ("/client/job-list/filter-leaves-and-enters", test_filter_leaves_and_enters);
  g_test_add_func ("/client/job-list/moves-keep-the-entry", test_moves_keep_the_entry);
  g_test_add_func ("/client/job-list/unseen-regions", test_unseen_regions);
  g_test_add_func ("/client/job-list/summary-follows", test_summary_follows);
  g_test_add_func ("/client/job-list/set-filter", test_set_filter);
  g_test_add_func ("/client/job-list/filter-that-fails", test_filter_that_fails);
  g_test_add_func ("/client/job-list/server-fails-at-first", test_server_fails_at_first);
  g_test_add_func ("/client/job-list/G15-refresh-that-fails", test_refresh_that_fails);
  g_test_add_func ("/client/job-list/stream-cut-off", test_stream_cut_off);
  g_test_add_func ("/client/job-list/reset", test_reset);
  g_test_add_func ("/client/job-list/D6-polling", test_polling);
  g_test_add_func ("/client/job-list/inexact-total", test_inexact_total);
  g_test_add_func ("/client/job-list/memory-is-bounded", test_memory_is_bounded);
  g_test_add_func ("/client/job-list/jump-asks-for-little", test_jump_asks_for_little);
  g_test_add_func ("/client/job-list/burst-is-coalesced", test_burst_is_coalesced);
  g_test_add_func ("/client/job-list/disposed-while-loading", test_disposed_while_loading);
  return g_test_run ();
}
