/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include <locale.h>

#include "bw-dates.h"

static GDate
date (int year, int month, int day)
{
  GDate result;

  g_date_clear (&result, 1);
  g_date_set_dmy (&result, (GDateDay) day, (GDateMonth) month, (GDateYear) year);

  return result;
}

static void
assert_period (BwPeriod period, GDate today, GDateWeekday week_start, const char *first, const char *last)
{
  GDate a, b;
  g_autofree char *first_text = NULL;
  g_autofree char *last_text = NULL;

  bw_period_get_days (period, &today, week_start, &a, &b);
  first_text = bw_date_to_iso (&a);
  last_text = bw_date_to_iso (&b);
  g_assert_cmpstr (first_text, ==, first);
  g_assert_cmpstr (last_text, ==, last);
}

static void
test_days (void)
{
  GDate first, last;
  GDate today = date (2026, 3, 1);

  assert_period (BW_PERIOD_TODAY, today, G_DATE_MONDAY, "2026-03-01", "2026-03-01");
  assert_period (BW_PERIOD_YESTERDAY, today, G_DATE_MONDAY, "2026-02-28", "2026-02-28");
  assert_period (BW_PERIOD_YESTERDAY, date (2028, 3, 1), G_DATE_MONDAY, "2028-02-29", "2028-02-29");
  assert_period (BW_PERIOD_THIS_YEAR, today, G_DATE_MONDAY, "2026-01-01", "2026-12-31");

  bw_period_get_days (BW_PERIOD_ALL, &today, G_DATE_MONDAY, &first, &last);
  g_assert_false (g_date_valid (&first));
  g_assert_false (g_date_valid (&last));
}

/* 2026-11-22 is a Sunday: the last day of a week that begins on Monday, the first of one that
 * begins on Sunday, the second of one that begins on Saturday. */
static void
test_weeks (void)
{
  GDate sunday = date (2026, 11, 22);

  assert_period (BW_PERIOD_THIS_WEEK, sunday, G_DATE_MONDAY, "2026-11-16", "2026-11-22");
  assert_period (BW_PERIOD_THIS_WEEK, sunday, G_DATE_SUNDAY, "2026-11-22", "2026-11-28");
  assert_period (BW_PERIOD_THIS_WEEK, sunday, G_DATE_SATURDAY, "2026-11-21", "2026-11-27");
  assert_period (BW_PERIOD_LAST_WEEK, sunday, G_DATE_MONDAY, "2026-11-09", "2026-11-15");
  assert_period (BW_PERIOD_LAST_WEEK, date (2026, 1, 1), G_DATE_MONDAY, "2025-12-22", "2025-12-28");
}

static void
test_months (void)
{
  assert_period (BW_PERIOD_THIS_MONTH, date (2026, 11, 22), G_DATE_MONDAY, "2026-11-01", "2026-11-30");
  assert_period (BW_PERIOD_LAST_MONTH, date (2026, 3, 31), G_DATE_MONDAY, "2026-02-01", "2026-02-28");
  assert_period (BW_PERIOD_LAST_MONTH, date (2026, 1, 15), G_DATE_MONDAY, "2025-12-01", "2025-12-31");
  assert_period (BW_PERIOD_THIS_MONTH, date (2028, 2, 29), G_DATE_MONDAY, "2028-02-01", "2028-02-29");
}

static void
test_names (void)
{
  BwPeriod period;

  for (guint i = 0; i < BW_N_PERIODS; i++)
    {
      g_assert_true (bw_period_from_string (bw_period_to_string ((BwPeriod) i), &period));
      g_assert_cmpint (period, ==, i);
      g_assert_cmpstr (bw_period_get_label (period), !=, "");
    }
  g_assert_false (bw_period_from_string ("next-week", &period));
  g_assert_false (bw_period_from_string (NULL, &period));
}

static void
assert_start (const char *zone_name, GDate day, const char *expected)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (zone_name);
  g_autofree char *text = NULL;

  g_assert_nonnull (zone);
  text = bw_time_to_string (bw_date_get_start (&day, zone));
  g_assert_cmpstr (text, ==, expected);
}

static void
test_time_zones (void)
{
  assert_start ("UTC", date (2026, 11, 22), "2026-11-22T00:00:00.000Z");
  assert_start ("Europe/Amsterdam", date (2026, 11, 22), "2026-11-21T23:00:00.000Z");
  assert_start ("Asia/Kathmandu", date (2026, 11, 22), "2026-11-21T18:15:00.000Z");
  assert_start ("America/Los_Angeles", date (2026, 11, 22), "2026-11-22T08:00:00.000Z");
  assert_start ("Pacific/Kiritimati", date (2026, 11, 22), "2026-11-21T10:00:00.000Z");
}

/* The day of a change has 23 or 25 hours; it starts before the change. */
static void
test_summer_time (void)
{
  assert_start ("Europe/Amsterdam", date (2026, 3, 29), "2026-03-28T23:00:00.000Z");
  assert_start ("Europe/Amsterdam", date (2026, 3, 30), "2026-03-29T22:00:00.000Z");
  assert_start ("Europe/Amsterdam", date (2026, 10, 25), "2026-10-24T22:00:00.000Z");
  assert_start ("Europe/Amsterdam", date (2026, 10, 26), "2026-10-25T23:00:00.000Z");
}

/* In São Paulo clocks went forward from 00:00 to 01:00: the day began at 01:00. In Havana they go
 * back from 01:00 to 00:00: 00:00 comes twice, and the day begins with the first. */
static void
test_change_at_midnight (void)
{
  assert_start ("America/Sao_Paulo", date (2018, 11, 4), "2018-11-04T03:00:00.000Z");
  assert_start ("America/Havana", date (2018, 11, 4), "2018-11-04T04:00:00.000Z");
  assert_start ("America/Havana", date (2018, 11, 5), "2018-11-05T05:00:00.000Z");
}

static void
assert_parses (const char *text, const char *expected)
{
  GDate today = date (2026, 11, 22);
  GDate day;
  g_autofree char *iso = NULL;

  if (expected == NULL)
    {
      if (bw_date_parse (text, &today, &day))
        g_error ("“%s” was taken for a date", text);
      return;
    }

  if (!bw_date_parse (text, &today, &day))
    g_error ("“%s” was not understood", text);
  iso = bw_date_to_iso (&day);
  g_assert_cmpstr (iso, ==, expected);
}

static void
use_locale (const char *name)
{
  if (setlocale (LC_TIME, name) == NULL)
    g_test_skip_printf ("There is no locale %s", name);
}

static void
test_parse_iso (void)
{
  use_locale ("en_US.UTF-8");
  assert_parses ("2026-11-22", "2026-11-22");
  assert_parses (" 2026-1-2 ", "2026-01-02");
  assert_parses ("2028-02-29", "2028-02-29");
  assert_parses ("2026-02-29", NULL);
  assert_parses ("2026-13-01", NULL);
  assert_parses ("2026-00-10", NULL);
}

static void
test_parse_locale (void)
{
  use_locale ("en_US.UTF-8");
  assert_parses ("11/22/2026", "2026-11-22");
  assert_parses ("11/22/26", "2026-11-22");
  assert_parses ("11/22/99", "1999-11-22");
  assert_parses ("3/4", "2026-03-04");
  assert_parses ("22/11/2026", NULL);
  use_locale ("nl_NL.UTF-8");
  assert_parses ("22-11-2026", "2026-11-22");
  assert_parses ("22.11.26", "2026-11-22");
  assert_parses ("4/3", "2026-03-04");
  use_locale ("de_DE.UTF-8");
  assert_parses ("1.2.2026", "2026-02-01");
  use_locale ("ja_JP.UTF-8");
  assert_parses ("2026年11月22日", "2026-11-22");
  use_locale ("en_US.UTF-8");
}

static void
test_parse_words (void)
{
  use_locale ("en_US.UTF-8");
  assert_parses ("today", "2026-11-22");
  assert_parses ("Yesterday", "2026-11-21");
  assert_parses ("12 November 2026", "2026-11-12");
  assert_parses ("12 Nov", "2026-11-12");
  assert_parses ("٢٠٢٦-١١-٢٢", "2026-11-22");
}

static void
test_parse_nonsense (void)
{
  g_autofree char *endless = g_strnfill (5000, '1');

  use_locale ("en_US.UTF-8");
  assert_parses ("", NULL);
  assert_parses ("   ", NULL);
  assert_parses ("soon", NULL);
  assert_parses ("12", NULL);
  assert_parses ("November", NULL);
  assert_parses ("1/2/3/4", NULL);
  assert_parses ("99999-1-1", NULL);
  assert_parses ("2026-11-22T10:00", NULL);
  assert_parses ("0/0/0", NULL);
  assert_parses (endless, NULL);
}

/* What is shown can be typed again. */
static void
test_format (void)
{
  static const struct { const char *locale; const char *text; } cases[] = {
    { "en_US.UTF-8", "11/02/2026" }, { "nl_NL.UTF-8", "02-11-2026" }, { "de_DE.UTF-8", "02.11.2026" },
    { "sv_SE.UTF-8", "2026-11-02" }, { "C", "11/02/2026" },
  };
  GDate day = date (2026, 11, 2);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = NULL;

      use_locale (cases[i].locale);
      text = bw_date_format (&day);
      g_assert_cmpstr (text, ==, cases[i].text);
      assert_parses (text, "2026-11-02");
    }
  use_locale ("en_US.UTF-8");
}

static void
test_week_start (void)
{
  use_locale ("en_US.UTF-8");
  g_assert_cmpint (bw_date_get_week_start (), ==, G_DATE_SUNDAY);
  use_locale ("nl_NL.UTF-8");
  g_assert_cmpint (bw_date_get_week_start (), ==, G_DATE_MONDAY);
  use_locale ("ar_EG.UTF-8");
  g_assert_cmpint (bw_date_get_week_start (), ==, G_DATE_SATURDAY);
  use_locale ("en_US.UTF-8");
}

int
main (int argc, char *argv[])
{
  g_setenv ("LC_ALL", "en_US.UTF-8", TRUE);
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/app/dates/A5-days", test_days);
  g_test_add_func ("/app/dates/A5-weeks", test_weeks);
  g_test_add_func ("/app/dates/A5-months", test_months);
  g_test_add_func ("/app/dates/names", test_names);
  g_test_add_func ("/app/dates/time-zones", test_time_zones);
  g_test_add_func ("/app/dates/summer-time", test_summer_time);
  g_test_add_func ("/app/dates/change-at-midnight", test_change_at_midnight);
  g_test_add_func ("/app/dates/F7-parse-iso", test_parse_iso);
  g_test_add_func ("/app/dates/F7-parse-locale", test_parse_locale);
  g_test_add_func ("/app/dates/F7-parse-words", test_parse_words);
  g_test_add_func ("/app/dates/F7-parse-nonsense", test_parse_nonsense);
  g_test_add_func ("/app/dates/F7-format", test_format);
  g_test_add_func ("/app/dates/week-start", test_week_start);

  return g_test_run ();
}
