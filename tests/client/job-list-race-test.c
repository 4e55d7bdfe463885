/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The list model of jobs while answers and events overtake each other.
 */
#include "job-list-fixture.h"

static void
count_cb (BwJobEntry *entry, GParamSpec *pspec, guint *n)
{
  (*n)++;
}

static gboolean
is_revision_10 (Fixture *fixture)
{
  return bw_event_stream_get_revision (bw_business_get_event_stream (fixture->business)) == 10;
}

static gboolean
has_asked_twice (Fixture *fixture)
{
  return bw_fake_office_count (fixture->office) >= 2;
}

/* A page tells of what events will tell of: they bring nothing back that is gone already. */
static void
test_page_overtakes_events (void)
{
  Fixture fixture;
  guint changes;

  begin (&fixture, 5, NULL);
  fixture.office->hold_events = TRUE;
  fixture.office->event_gap = 150;
  bw_fake_office_add (fixture.office, "Come");
  bw_fake_office_change (fixture.office, 6, BW_JOB_STATE_FAILED, NULL, 1);
  bw_fake_office_delete (fixture.office, 6);
  bw_fake_office_change (fixture.office, 3, BW_JOB_STATE_FAILED, NULL, 1);
  bw_fake_office_delete (fixture.office, 2);
  bw_job_list_refresh (fixture.list);
  bw_test_until (agrees, &fixture);
  changes = fixture.shadow->changes;
  fixture.office->hold_events = FALSE;
  bw_test_until (is_revision_10, &fixture);
  bw_test_settle (250);
  g_assert_cmpuint (fixture.shadow->changes, ==, changes);
  g_assert_true (agrees (&fixture));
  end (&fixture);
}

static gboolean
is_150_here (Fixture *fixture)
{
  return get_job (fixture, 150) != NULL;
}

static gboolean
is_as_it_should_be (Fixture *fixture, gint64 id)
{
  guint position;

  return bw_job_list_find (fixture->list, id, &position)
         && get_job (fixture, position)->progress == 0.5;
}

/* An event tells of a row whose page, older than the event, is still on its way. */
static void
test_events_overtake_page (void)
{
  Fixture fixture;

  begin (&fixture, 250, NULL);
  fixture.office->page_delay = 300;
  g_object_unref (g_list_model_get_item (G_LIST_MODEL (fixture.list), 150));
  bw_test_until (has_asked_twice, &fixture);
  bw_fake_office_change (fixture.office, 100, BW_JOB_STATE_PROCESSING, NULL, 0.5);
  bw_fake_office_delete (fixture.office, 90);
  bw_fake_office_add (fixture.office, "New");
  bw_test_until (is_150_here, &fixture);
  /* At once: nothing is asked for again because of it. */
  g_assert_true (bw_job_list_find (fixture.list, 100, NULL));
  g_assert_true (is_as_it_should_be (&fixture, 100));
  fixture.office->page_delay = 0;
  bw_test_until (agrees, &fixture);
  end (&fixture);
}

static gboolean
is_10_changed (Fixture *fixture)
{
  return get_job (fixture, 10)->progress == 0.5;
}

/* A page that was made before an event brings no row back to what it was. */
static void
test_page_older_than_rows (void)
{
  Fixture fixture;
  g_autoptr (BwJobEntry) entry = NULL;
  guint n = 0;

  begin (&fixture, 20, NULL);
  entry = g_list_model_get_item (G_LIST_MODEL (fixture.list), 10);
  g_signal_connect (entry, "notify::job", G_CALLBACK (count_cb), &n);
  fixture.office->page_delay = 300;
  bw_job_list_refresh (fixture.list);
  bw_test_until (has_asked_twice, &fixture);
  bw_fake_office_change (fixture.office, 10, BW_JOB_STATE_PROCESSING, NULL, 0.5);
  bw_test_until (is_10_changed, &fixture);
  bw_test_settle (500);
  g_assert_cmpuint (n, ==, 1);
  g_assert_true (is_10_changed (&fixture));
  end (&fixture);
}

static gboolean
has_253 (Fixture *fixture)
{
  return get_n_items (fixture) == 253;
}

static gboolean
is_filled (BwJobEntry *entry)
{
  return bw_job_entry_get_job (entry) != NULL;
}

/* Rows that came in while a page was on its way have moved what it tells of. */
static void
test_rows_move_while_loading (void)
{
  Fixture fixture;
  g_autoptr (BwJobEntry) entry = NULL;
  guint changes;

  begin (&fixture, 250, NULL);
  entry = g_list_model_get_item (G_LIST_MODEL (fixture.list), 150);
  fixture.office->page_delay = 400;
  bw_test_until (has_asked_twice, &fixture);
  for (guint i = 0; i < 3; i++)
    bw_fake_office_add (fixture.office, "New");
  bw_test_until (has_253, &fixture);
  g_assert_false (is_filled (entry));
  changes = fixture.shadow->changes;
  bw_test_until (is_filled, entry);
  g_assert_cmpint (bw_job_entry_get_job (entry)->id, ==, 100);
  g_assert_true (agrees_between (&fixture, 103, 203));
  g_assert_cmpuint (fixture.shadow->changes, ==, changes);
  g_assert_cmpuint (bw_fake_office_count (fixture.office), ==, 2);
  end (&fixture);
}

static void
random_change (Fixture *fixture)
{
  gint64 id = bw_fake_office_pick (fixture->office, (guint) g_test_rand_int_range (0, 100000));
  g_autofree char *name = g_strdup_printf ("Job %03u", g_test_rand_int_range (0, 1000));

  switch (g_test_rand_int_range (0, 6))
    {
    case 0:
      bw_fake_office_add (fixture->office, name);
      break;
    case 1:
      bw_fake_office_delete (fixture->office, id);
      break;
    case 2:
      bw_fake_office_change (fixture->office, id, BW_JOB_STATE_QUEUED, name, 0);
      break;
    default:
      bw_fake_office_change (fixture->office, id,
                             (BwJobState) g_test_rand_int_range (0, BW_N_JOB_STATES), NULL,
                             g_test_rand_double ());
    }
}

static BwFilter *
random_filter (void)
{
  static const BwSortKey sorts[] = { BW_SORT_CREATED_AT, BW_SORT_CREATED_AT, BW_SORT_NAME,
                                     BW_SORT_FINISHED_AT, BW_SORT_STATE };
  BwFilter *filter = bw_filter_new ();

  filter->sort = sorts[g_test_rand_int_range (0, G_N_ELEMENTS (sorts))];
  filter->descending = g_test_rand_int_range (0, 2);
  if (g_test_rand_int_range (0, 2) == 0)
    filter->states = (guint) g_test_rand_int_range (1, BW_JOB_STATES_ALL);
  if (g_test_rand_int_range (0, 4) == 0)
    filter->q = g_strdup ("5");
  return filter;
}

/* A view at a random place of a list that changes all the time; when it rests, all is right. */
static void
test_random (gconstpointer data)
{
  guint n_jobs = GPOINTER_TO_UINT (data);

  for (guint round = 0; round < 6; round++)
    {
      Fixture fixture;
      g_autoptr (BwFilter) filter = random_filter ();
      guint first;

      connect_to (&fixture, n_jobs);
      fixture.office->max_delay = (guint) g_test_rand_int_range (0, 8);
      begin_list (&fixture, filter);
      for (guint i = 0; i < 120; i++)
        {
          for (int n = g_test_rand_int_range (0, 4); n > 0; n--)
            random_change (&fixture);
          if (i % 20 == 0 && get_n_items (&fixture) > 0)
            hold (&fixture, (guint) g_test_rand_int_range (0, (int) get_n_items (&fixture)), 50);
          bw_test_settle ((guint) g_test_rand_int_range (0, 10));
          bw_test_shadow_check (fixture.shadow);
          check_rows (&fixture);
        }
      bw_test_until (is_settled, fixture.list);
      first = get_n_items (&fixture) > 200 ? get_n_items (&fixture) / 2 : 0;
      while (!agrees_between (&fixture, first, first + 150))
        bw_test_settle (20);
      while (!agrees_between (&fixture, 0, 100))
        bw_test_settle (20);
      end (&fixture);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/job-list/page-overtakes-events", test_page_overtakes_events);
  g_test_add_func ("/client/job-list/events-overtake-page", test_events_overtake_page);
  g_test_add_func ("/client/job-list/page-older-than-rows", test_page_older_than_rows);
  g_test_add_func ("/client/job-list/rows-move-while-loading", test_rows_move_while_loading);
  g_test_add_data_func ("/client/job-list/random/90", GUINT_TO_POINTER (90), test_random);
  g_test_add_data_func ("/client/job-list/random/1500", GUINT_TO_POINTER (1500), test_random);
  return g_test_run ();
}
