/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include <locale.h>

#include "bw-list-filter.h"

static void
count_cb (BwListFilter *filter, guint *n)
{
  (*n)++;
}

static void
choose (GListStore *store, const char *id, const char *label)
{
  g_autoptr (BwChoice) choice = bw_choice_new (id, label);

  g_list_store_append (store, choice);
}

static void
test_default (void)
{
  g_autoptr (BwListFilter) filter = bw_list_filter_new ();
  g_autoptr (BwFilter) asked = bw_list_filter_to_filter (filter);

  g_assert_true (bw_list_filter_is_default (filter));
  g_assert_true (bw_filter_is_default (asked));
  g_assert_cmpint (asked->sort, ==, BW_SORT_CREATED_AT);
  g_assert_true (asked->descending);
}

/* Until is the last day for people, and the first moment after it for the server. */
static void
test_days (void)
{
  g_autoptr (BwListFilter) filter = bw_list_filter_new ();
  g_autoptr (BwFilter) asked = NULL;
  g_autofree char *from = NULL;
  g_autofree char *until = NULL;
  GDate first, last;

  g_date_clear (&first, 1);
  g_date_set_dmy (&first, 28, G_DATE_MARCH, 2026);
  g_date_clear (&last, 1);
  g_date_set_dmy (&last, 29, G_DATE_MARCH, 2026);
  bw_list_filter_set_first (filter, &first);
  bw_list_filter_set_last (filter, &last);
  g_assert_cmpint (bw_list_filter_get_period (filter), ==, BW_PERIOD_CUSTOM);

  asked = bw_list_filter_to_filter (filter);
  from = bw_time_to_string (asked->from);
  until = bw_time_to_string (asked->until);
  g_assert_cmpstr (from, ==, "2026-03-27T23:00:00.000Z");
  g_assert_cmpstr (until, ==, "2026-03-29T22:00:00.000Z");

  bw_list_filter_set_first (filter, NULL);
  bw_list_filter_set_last (filter, NULL);
  g_assert_cmpint (bw_list_filter_get_period (filter), ==, BW_PERIOD_ALL);
  g_assert_true (bw_list_filter_is_default (filter));
}

static void
test_days_in_order (void)
{
  g_autoptr (BwListFilter) filter = bw_list_filter_new ();
  GDate first, last, early;

  g_date_clear (&first, 1);
  g_date_set_dmy (&first, 20, G_DATE_MARCH, 2026);
  g_date_clear (&early, 1);
  g_date_set_dmy (&early, 10, G_DATE_MARCH, 2026);
  bw_list_filter_set_first (filter, &first);
  bw_list_filter_set_last (filter, &early);

  bw_list_filter_get_days (filter, &first, &last);
  g_assert_cmpint (g_date_compare (&first, &early), ==, 0);
  g_assert_cmpint (g_date_compare (&last, &early), ==, 0);
}

static void
test_reset (void)
{
  g_autoptr (BwListFilter) filter = bw_list_filter_new ();
  guint n = 0;
  gboolean descending;

  bw_list_filter_set_states (filter, BW_JOB_STATES_ACTIVE);
  bw_list_filter_set_words (filter, "  march ");
  g_assert_cmpstr (bw_list_filter_get_words (filter), ==, "march");
  bw_list_filter_set_period (filter, BW_PERIOD_TODAY);
  bw_list_filter_set_sort (filter, BW_SORT_NAME, FALSE);
  choose (bw_list_filter_get_types (filter), "send-invoices", "Send invoices");
  choose (bw_list_filter_get_users (filter), "3", "Adam");
  g_assert_false (bw_list_filter_is_default (filter));

  g_signal_connect (filter, "changed", G_CALLBACK (count_cb), &n);
  bw_list_filter_reset (filter);
  g_assert_cmpuint (n, ==, 1);
  g_assert_true (bw_list_filter_is_default (filter));
  g_assert_cmpint (bw_list_filter_get_sort (filter, &descending), ==, BW_SORT_NAME);
  g_assert_false (descending);

  bw_list_filter_reset (filter);
  g_assert_cmpuint (n, ==, 1);
}

static void
test_all_states (void)
{
  g_autoptr (BwListFilter) filter = bw_list_filter_new ();

  bw_list_filter_set_states (filter, BW_JOB_STATES_ALL);
  g_assert_true (bw_list_filter_is_default (filter));
}

static void
test_kept (void)
{
  g_autoptr (BwListFilter) filter = bw_list_filter_new ();
  g_autoptr (BwListFilter) again = bw_list_filter_new ();
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GKeyFile) read = g_key_file_new ();
  g_autoptr (BwFilter) before = NULL;
  g_autoptr (BwFilter) after = NULL;
  g_autofree char *text = NULL;
  g_autofree char *names = NULL;
  GDate first;
  guint n = 0;

  g_date_clear (&first, 1);
  g_date_set_dmy (&first, 20, G_DATE_MARCH, 2026);
  bw_list_filter_set_first (filter, &first);
  bw_list_filter_set_words (filter, "a;b\n\"c\" ü");
  bw_list_filter_set_states (filter, BW_JOB_STATES_COMPLETED);
  bw_list_filter_set_sort (filter, BW_SORT_ITEMS, TRUE);
  choose (bw_list_filter_get_types (filter), "send-invoices", "Send; invoices");
  choose (bw_list_filter_get_users (filter), "0", "System");
  choose (bw_list_filter_get_users (filter), "3", "Adam");
  choose (bw_list_filter_get_relations (filter), "R-17", "Bakery \\ Sons");
  bw_list_filter_save (filter, file, "http://office:8420 willems");

  text = g_key_file_to_data (file, NULL, NULL);
  g_assert_true (g_key_file_load_from_data (read, text, -1, G_KEY_FILE_NONE, NULL));
  g_signal_connect (again, "changed", G_CALLBACK (count_cb), &n);
  bw_list_filter_load (again, read, "http://office:8420 willems");
  g_assert_cmpuint (n, ==, 1);

  before = bw_list_filter_to_filter (filter);
  after = bw_list_filter_to_filter (again);
  g_assert_true (bw_filter_equal (before, after));
  names = bw_choices_describe (G_LIST_MODEL (bw_list_filter_get_users (again)));
  g_assert_cmpstr (names, ==, "System, Adam");

  /* Another business has a filter of its own. */
  bw_list_filter_load (again, read, "http://office:8420 harbour");
  g_assert_true (bw_list_filter_is_default (again));
}

/* A period is kept by its name: tomorrow, "Today" is another day. */
static void
test_kept_period (void)
{
  g_autoptr (BwListFilter) filter = bw_list_filter_new ();
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *period = NULL;

  bw_list_filter_set_period (filter, BW_PERIOD_TODAY);
  bw_list_filter_save (filter, file, "x");
  period = g_key_file_get_string (file, "x", "Period", NULL);
  g_assert_cmpstr (period, ==, "today");
  g_assert_false (g_key_file_has_key (file, "x", "From", NULL));
}

static void
test_spoiled_file (void)
{
  static const char text[] = "[x]\nPeriod=custom\nFrom=31-31-31\nSort=nonsense\nTypes=one\nqueued=maybe\nWords=\\xff\n";
  g_autoptr (BwListFilter) filter = bw_list_filter_new ();
  g_autoptr (GKeyFile) file = g_key_file_new ();

  g_assert_true (g_key_file_load_from_data (file, text, -1, G_KEY_FILE_NONE, NULL));
  bw_list_filter_load (filter, file, "x");
  g_assert_true (bw_list_filter_is_default (filter));
}

int
main (int argc, char *argv[])
{
  g_setenv ("LC_ALL", "en_US.UTF-8", TRUE);
  g_setenv ("TZ", "Europe/Amsterdam", TRUE);
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/app/list-filter/default", test_default);
  g_test_add_func ("/app/list-filter/A5-days", test_days);
  g_test_add_func ("/app/list-filter/days-in-order", test_days_in_order);
  g_test_add_func ("/app/list-filter/A5-reset", test_reset);
  g_test_add_func ("/app/list-filter/all-states", test_all_states);
  g_test_add_func ("/app/list-filter/kept", test_kept);
  g_test_add_func ("/app/list-filter/kept-period", test_kept_period);
  g_test_add_func ("/app/list-filter/spoiled-file", test_spoiled_file);

  return g_test_run ();
}
