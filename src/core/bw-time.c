/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-time.h"

#include <string.h>

/* 0000-01-01T00:00:00.000Z and 9999-12-31T23:59:59.999Z: what RFC 3339 can write. */
#define EARLIEST G_GINT64_CONSTANT (-62167219200000)
#define LATEST G_GINT64_CONSTANT (253402300799999)

#define DAYS_IN_ERA 146097
/* From 0000-03-01, where the algorithms below begin to count, to 1970-01-01. */
#define DAYS_TO_EPOCH 719468

static const char digit_pairs[] = "00010203040506070809"
                                  "10111213141516171819"
                                  "20212223242526272829"
                                  "30313233343536373839"
                                  "40414243444546474849"
                                  "50515253545556575859"
                                  "60616263646566676869"
                                  "70717273747576777879"
                                  "80818283848586878889"
                                  "90919293949596979899";

static inline void
put_pair (char *to, guint value)
{
  memcpy (to, digit_pairs + 2 * value, 2);
}

/*
 * Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days and
 * days_from_civil: proleptic Gregorian calendar, years that begin in March within eras of 400.
 * https://howardhinnant.github.io/date_algorithms.html
 */
static void
civil_from_days (gint64 days, int *year, guint *month, guint *day)
{
  gint64 shifted = days + DAYS_TO_EPOCH;
  gint64 era = (shifted >= 0 ? shifted : shifted - (DAYS_IN_ERA - 1)) / DAYS_IN_ERA;
  guint day_of_era = (guint) (shifted - era * DAYS_IN_ERA);
  guint year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  guint day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  guint shifted_month = (5 * day_of_year + 2) / 153;

  *day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
  *month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  *year = (int) (year_of_era + era * 400) + (*month <= 2 ? 1 : 0);
}

static gint64
days_from_civil (int year, guint month, guint day)
{
  int shifted_year = month <= 2 ? year - 1 : year;
  int era = (shifted_year >= 0 ? shifted_year : shifted_year - 399) / 400;
  guint year_of_era = (guint) (shifted_year - era * 400);
  guint day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  guint day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

  return (gint64) era * DAYS_IN_ERA + day_of_era - DAYS_TO_EPOCH;
}

static guint
days_in_month (guint year, guint month)
{
  static const guint8 days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
  gboolean is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

  return month == 2 && is_leap ? 29 : days[month - 1];
}

static gboolean
take_digits (const char **at, guint n, guint *value)
{
  *value = 0;
  for (guint i = 0; i < n; i++, (*at)++)
    {
      if (!g_ascii_isdigit (**at))
        return FALSE;
      *value = *value * 10 + (guint) (**at - '0');
    }
  return TRUE;
}

static gboolean
take (const char **at, const char *one_of)
{
  if (**at == '\0' || strchr (one_of, **at) == NULL)
    return FALSE;
  (*at)++;
  return TRUE;
}

static gboolean
take_date (const char **at, gint64 *days)
{
  guint year;
  guint month;
  guint day;

  if (!take_digits (at, 4, &year) || !take (at, "-") || !take_digits (at, 2, &month)
      || !take (at, "-") || !take_digits (at, 2, &day))
    return FALSE;
  if (month < 1 || month > 12 || day < 1 || day > days_in_month (year, month))
    return FALSE;
  *days = days_from_civil ((int) year, month, day);
  return TRUE;
}

static gboolean
take_clock (const char **at, gint64 *milliseconds, gboolean *leap_second)
{
  guint hour;
  guint minute;
  guint second;
  guint fraction = 0;

  if (!take_digits (at, 2, &hour) || !take (at, ":") || !take_digits (at, 2, &minute)
      || !take (at, ":") || !take_digits (at, 2, &second))
    return FALSE;
  if (hour > 23 || minute > 59 || second > 60)
    return FALSE;
  if (take (at, "."))
    {
      guint scale = 100;

      if (!g_ascii_isdigit (**at))
        return FALSE;
      for (; g_ascii_isdigit (**at); (*at)++, scale /= 10)
        fraction += (guint) (**at - '0') * scale;
    }
  *leap_second = second == 60;
  *milliseconds = ((hour * 60 + minute) * 60 + second) * BW_TIME_SECOND + fraction;
  return TRUE;
}

static gboolean
take_offset (const char **at, gint64 *offset)
{
  gboolean west = **at == '-';
  guint hours;
  guint minutes;

  *offset = 0;
  if (take (at, "Zz"))
    return TRUE;
  if (!take (at, "+-") || !take_digits (at, 2, &hours) || !take (at, ":")
      || !take_digits (at, 2, &minutes) || hours > 23 || minutes > 59)
    return FALSE;
  *offset = (hours * 60 + minutes) * BW_TIME_MINUTE * (west ? -1 : 1);
  return TRUE;
}

/**
 * bw_time_now:
 *
 * Returns: the present moment by the system's clock, which can be set back
 */
BwTime
bw_time_now (void)
{
  return g_get_real_time () / 1000;
}

/**
 * bw_time_parse:
 * @string: a date and time as RFC 3339 has it, "2026-11-21T23:50:00.25+01:00"
 * @time: (out): the moment; set only on success
 *
 * Reads a moment with any offset and any number of fractional digits, of which those past the
 * millisecond are cut off. A leap second reads as the second after it. The moment must lie, in UTC,
 * in the years 0000 to 9999, so that bw_time_format() can write it.
 *
 * Returns: %FALSE if @string is not such a time
 */
gboolean
bw_time_parse (const char *string, BwTime *time)
{
  const char *at = string;
  gboolean leap_second;
  gint64 days;
  gint64 milliseconds;
  gint64 offset;
  BwTime result;

  g_return_val_if_fail (string != NULL && time != NULL, FALSE);

  if (!take_date (&at, &days) || !take (&at, "Tt ")
      || !take_clock (&at, &milliseconds, &leap_second) || !take_offset (&at, &offset)
      || *at != '\0')
    return FALSE;

  result = days * BW_TIME_DAY + milliseconds - offset;
  if (result < EARLIEST || result > LATEST)
    return FALSE;
  /* Leap seconds end a UTC day, and have been read as the first second of the next. */
  if (leap_second && (result - EARLIEST) % BW_TIME_DAY >= BW_TIME_SECOND)
    return FALSE;
  *time = result;
  return TRUE;
}

/**
 * bw_time_format:
 * @time: a moment; one outside of the years 0000 to 9999 is written as the nearest inside
 * @buffer: (out caller-allocates): where to write, %BW_TIME_STRING_SIZE bytes
 *
 * Writes a moment as RFC 3339 in UTC with milliseconds, "2026-11-21T23:50:00.000Z", and a NUL;
 * %BW_TIME_NONE as the empty string. Allocates nothing: it runs for every time in every list.
 *
 * Returns: the length written, without the NUL: 24, or 0 for %BW_TIME_NONE
 */
gsize
bw_time_format (BwTime time, char buffer[BW_TIME_STRING_SIZE])
{
  static const char pattern[] = "0000-00-00T00:00:00.000Z";
  gint64 days;
  guint of_day;
  int year;
  guint month;
  guint day;

  if (time == BW_TIME_NONE)
    {
      buffer[0] = '\0';
      return 0;
    }
  time = CLAMP (time, EARLIEST, LATEST);
  days = (time >= 0 ? time : time - (BW_TIME_DAY - 1)) / BW_TIME_DAY;
  of_day = (guint) (time - days * BW_TIME_DAY);
  civil_from_days (days, &year, &month, &day);

  memcpy (buffer, pattern, sizeof pattern);
  put_pair (buffer, (guint) year / 100);
  put_pair (buffer + 2, (guint) year % 100);
  put_pair (buffer + 5, month);
  put_pair (buffer + 8, day);
  put_pair (buffer + 11, of_day / 3600000);
  put_pair (buffer + 14, of_day / 60000 % 60);
  put_pair (buffer + 17, of_day / 1000 % 60);
  buffer[20] = (char) ('0' + of_day % 1000 / 100);
  put_pair (buffer + 21, of_day % 100);
  return sizeof pattern - 1;
}

/**
 * bw_time_to_string:
 * @time: a moment
 *
 * Writes a moment as bw_time_format() does.
 *
 * Returns: (transfer full) (nullable): the text, or %NULL for %BW_TIME_NONE
 */
char *
bw_time_to_string (BwTime time)
{
  char buffer[BW_TIME_STRING_SIZE];

  if (bw_time_format (time, buffer) == 0)
    return NULL;
  return g_strdup (buffer);
}
