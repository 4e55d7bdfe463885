/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-time.h"

typedef struct
{
  const char *text;
  BwTime time;
} Moment;

static void
test_format (void)
{
  static const Moment moments[] = {
    { "1970-01-01T00:00:00.000Z", 0 },
    { "1969-12-31T23:59:59.999Z", -1 },
    { "1970-01-01T00:00:00.001Z", 1 },
    { "2026-11-21T23:50:00.000Z", G_GINT64_CONSTANT (1795305000000) },
    { "2000-02-29T12:34:56.789Z", G_GINT64_CONSTANT (951827696789) },
    { "1900-03-01T00:00:00.000Z", G_GINT64_CONSTANT (-2203891200000) },
    { "0000-01-01T00:00:00.000Z", G_GINT64_CONSTANT (-62167219200000) },
    { "9999-12-31T23:59:59.999Z", G_GINT64_CONSTANT (253402300799999) },
    /* Beyond what RFC 3339 can write. */
    { "9999-12-31T23:59:59.999Z", G_GINT64_CONSTANT (253402300800000) },
    { "9999-12-31T23:59:59.999Z", G_MAXINT64 },
    { "0000-01-01T00:00:00.000Z", G_MININT64 + 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (moments); i++)
    {
      char buffer[BW_TIME_STRING_SIZE];
      g_autofree char *text = bw_time_to_string (moments[i].time);

      g_assert_cmpuint (bw_time_format (moments[i].time, buffer), ==, 24);
      g_assert_cmpstr (buffer, ==, moments[i].text);
      g_assert_cmpstr (text, ==, moments[i].text);
    }
}

static void
test_none (void)
{
  char buffer[BW_TIME_STRING_SIZE] = "x";

  g_assert_cmpuint (bw_time_format (BW_TIME_NONE, buffer), ==, 0);
  g_assert_cmpstr (buffer, ==, "");
  g_assert_null (bw_time_to_string (BW_TIME_NONE));
}

static void
test_parse (void)
{
  static const Moment moments[] = {
    { "1970-01-01T00:00:00Z", 0 },
    { "1970-01-01t00:00:00z", 0 },
    { "1970-01-01 00:00:00Z", 0 },
    { "1970-01-01T00:00:00.5Z", 500 },
    { "1970-01-01T00:00:00.25Z", 250 },
    { "1970-01-01T00:00:00.0019Z", 1 },
    { "1970-01-01T00:00:00.123456789012345678901234567890Z", 123 },
    { "1969-12-31T23:59:59.9999Z", -1 },
    { "1970-01-01T01:00:00+01:00", 0 },
    { "1969-12-31T18:30:00-05:30", 0 },
    { "1970-01-01T00:00:00-00:00", 0 },
    { "1970-01-02T00:00:00+23:59", 60 * 1000 },
    { "2024-02-29T00:00:00Z", G_GINT64_CONSTANT (1709164800000) },
    { "2000-02-29T00:00:00Z", G_GINT64_CONSTANT (951782400000) },
    { "0000-01-01T00:00:00Z", G_GINT64_CONSTANT (-62167219200000) },
    { "9999-12-31T23:59:59.999Z", G_GINT64_CONSTANT (253402300799999) },
    /* Leap seconds: as the second after. The examples of RFC 3339, 5.8. */
    { "1990-12-31T23:59:60Z", G_GINT64_CONSTANT (662688000000) },
    { "1990-12-31T15:59:60-08:00", G_GINT64_CONSTANT (662688000000) },
    { "1960-12-31T23:59:60.5Z", G_GINT64_CONSTANT (-283996799500) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (moments); i++)
    {
      BwTime time;

      if (!bw_time_parse (moments[i].text, &time))
        g_error ("%s was refused", moments[i].text);
      g_assert_cmpint (time, ==, moments[i].time);
    }
}

static const char *const refused[] = {
  "",
  "now",
  "2026-11-21",
  "2026-11-21T23:50:00",
  "2026-11-21T23:50Z",
  "2026-11-21T23:50:00.Z",
  "2026-11-21T23:50:00,5Z",
  "2026-11-21T23:50:00Z ",
  " 2026-11-21T23:50:00Z",
  "2026-11-21T23:50:00+01",
  "2026-11-21T23:50:00+0100",
  "2026-11-21T23:50:00+24:00",
  "2026-11-21T23:50:00+01:60",
  "2026-11-21T24:00:00Z",
  "2026-11-21T23:60:00Z",
  "2026-11-21T23:50:61Z",
  "2026-11-21T12:00:60Z",
  "2026-11-21T12:59:60Z",
  "2026-02-29T00:00:00Z",
  "1900-02-29T00:00:00Z",
  "2026-04-31T00:00:00Z",
  "2026-00-01T00:00:00Z",
  "2026-13-01T00:00:00Z",
  "2026-01-00T00:00:00Z",
  "2026-01-32T00:00:00Z",
  "02026-01-01T00:00:00Z",
  "-026-01-01T00:00:00Z",
  "10000-01-01T00:00:00Z",
  "2026/01/01T00:00:00Z",
  /* In range where it was written, out of it in UTC. */
  "9999-12-31T23:59:59-00:01",
  "0000-01-01T00:00:00+00:01",
  "\xd9\xa2\xd9\xa0\xd9\xa2\xd9\xa6-01-01T00:00:00Z",
};

static void
test_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      BwTime time = 42;

      if (bw_time_parse (refused[i], &time))
        g_error ("'%s' was accepted", refused[i]);
      g_assert_cmpint (time, ==, 42);
    }
}

/* GDateTime is the judge: a moment in every month of 10,000 years, and random ones. */
static void
assert_as_date_time (BwTime time)
{
  g_autoptr (GDateTime) date_time = g_date_time_new_from_unix_utc_usec (time * 1000);
  g_autofree char *expected = NULL;
  g_autofree char *text = bw_time_to_string (time);
  BwTime parsed;

  g_assert_nonnull (date_time);
  expected = g_strdup_printf (
      "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", g_date_time_get_year (date_time),
      g_date_time_get_month (date_time), g_date_time_get_day_of_month (date_time),
      g_date_time_get_hour (date_time), g_date_time_get_minute (date_time),
      g_date_time_get_second (date_time), g_date_time_get_microsecond (date_time) / 1000);
  g_assert_cmpstr (text, ==, expected);
  g_assert_true (bw_time_parse (text, &parsed));
  g_assert_cmpint (parsed, ==, time);
}

static void
test_round_trip (void)
{
  const BwTime first = G_GINT64_CONSTANT (-62135596800000); /* 0001-01-01 */
  const BwTime last = G_GINT64_CONSTANT (253402300799999);

  for (BwTime time = first; time <= last; time += 30 * BW_TIME_DAY + 12345)
    assert_as_date_time (time);
  for (guint i = 0; i < 20000; i++)
    assert_as_date_time (first + (BwTime) (g_test_rand_double () * (double) (last - first)));
}

static void
test_now (void)
{
  BwTime before = g_get_real_time () / 1000;
  BwTime now = bw_time_now ();

  g_assert_cmpint (now, >=, before);
  g_assert_cmpint (now, <=, g_get_real_time () / 1000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/time/format", test_format);
  g_test_add_func ("/core/time/none", test_none);
  g_test_add_func ("/core/time/parse", test_parse);
  g_test_add_func ("/core/time/refused", test_refused);
  g_test_add_func ("/core/time/round-trip", test_round_trip);
  g_test_add_func ("/core/time/now", test_now);
  return g_test_run ();
}
