/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-dates.h"

#include <glib/gi18n.h>
#include <langinfo.h>
#include <string.h>

/* The days of a century that two digits of a year mean: 80 to 99 are of the last one. */
#define FIRST_YEAR_OF_LAST_CENTURY 80

/* The furthest that clocks go back at once, in half hours. */
#define MAX_CLOCK_CHANGE 4

static const char *const period_names[BW_N_PERIODS] = {
  "all",        "today",      "yesterday", "this-week", "last-week",
  "this-month", "last-month", "this-year", "custom",
};

/**
 * bw_period_to_string:
 * @period: a period
 *
 * Returns: (transfer none): its name as it is stored
 */
const char *
bw_period_to_string (BwPeriod period)
{
  g_return_val_if_fail (period < BW_N_PERIODS, "all");

  return period_names[period];
}

/**
 * bw_period_from_string:
 * @string: a name as it is stored
 * @period: (out): the period
 *
 * Returns: %FALSE if @string names none
 */
gboolean
bw_period_from_string (const char *string, BwPeriod *period)
{
  for (guint i = 0; i < BW_N_PERIODS; i++)
    if (g_strcmp0 (string, period_names[i]) == 0)
      {
        *period = (BwPeriod) i;
        return TRUE;
      }

  return FALSE;
}

/**
 * bw_period_get_label:
 * @period: a period
 *
 * Returns: (transfer none): its name in the user's language
 */
const char *
bw_period_get_label (BwPeriod period)
{
  switch (period)
    {
    case BW_PERIOD_ALL:
      return _ ("All time");
    case BW_PERIOD_TODAY:
      return _ ("Today");
    case BW_PERIOD_YESTERDAY:
      return _ ("Yesterday");
    case BW_PERIOD_THIS_WEEK:
      return _ ("This week");
    case BW_PERIOD_LAST_WEEK:
      return _ ("Last week");
    case BW_PERIOD_THIS_MONTH:
      return _ ("This month");
    case BW_PERIOD_LAST_MONTH:
      return _ ("Last month");
    case BW_PERIOD_THIS_YEAR:
      return _ ("This year");
    case BW_PERIOD_CUSTOM:
      return _ ("Chosen days");
    default:
      g_return_val_if_reached ("");
    }
}

static void
set_week (const GDate *today, GDateWeekday week_start, guint weeks_ago, GDate *first, GDate *last)
{
  guint past = ((guint) g_date_get_weekday (today) + 7 - (guint) week_start) % 7;

  *first = *today;
  g_date_subtract_days (first, past + 7 * weeks_ago);
  *last = *first;
  g_date_add_days (last, 6);
}

static void
set_month (const GDate *today, GDate *first, GDate *last)
{
  GDateMonth month = g_date_get_month (today);
  GDateYear year = g_date_get_year (today);

  g_date_set_dmy (first, 1, month, year);
  g_date_set_dmy (last, g_date_get_days_in_month (month, year), month, year);
}

static void
set_month_before (const GDate *today, GDate *first, GDate *last)
{
  GDate other = *today;

  g_date_set_day (&other, 1);
  g_date_subtract_days (&other, 1);
  set_month (&other, first, last);
}

/**
 * bw_period_get_days:
 * @period: a period
 * @today: the user's present day
 * @week_start: the day on which weeks begin
 * @first: (out): its first day
 * @last: (out): its last day, inclusive
 *
 * For %BW_PERIOD_ALL and %BW_PERIOD_CUSTOM both are cleared: they say nothing of the days.
 */
void
bw_period_get_days (BwPeriod period,
                    const GDate *today,
                    GDateWeekday week_start,
                    GDate *first,
                    GDate *last)
{
  g_date_clear (first, 1);
  g_date_clear (last, 1);

  switch (period)
    {
    case BW_PERIOD_TODAY:
      *first = *last = *today;
      break;
    case BW_PERIOD_YESTERDAY:
      *first = *last = *today;
      g_date_subtract_days (first, 1);
      g_date_subtract_days (last, 1);
      break;
    case BW_PERIOD_THIS_WEEK:
      set_week (today, week_start, 0, first, last);
      break;
    case BW_PERIOD_LAST_WEEK:
      set_week (today, week_start, 1, first, last);
      break;
    case BW_PERIOD_THIS_MONTH:
      set_month (today, first, last);
      break;
    case BW_PERIOD_LAST_MONTH:
      set_month_before (today, first, last);
      break;
    case BW_PERIOD_THIS_YEAR:
      g_date_set_dmy (first, 1, G_DATE_JANUARY, g_date_get_year (today));
      g_date_set_dmy (last, 31, G_DATE_DECEMBER, g_date_get_year (today));
      break;
    default: /* neither all time nor chosen days say any */
      break;
    }
}

static void
set_from_date_time (GDate *date, GDateTime *time)
{
  int year, month, day;

  g_date_time_get_ymd (time, &year, &month, &day);
  g_date_clear (date, 1);
  g_date_set_dmy (date, (GDateDay) day, (GDateMonth) month, (GDateYear) year);
}

/**
 * bw_date_today:
 * @date: (out): the present day
 * @zone: where
 */
void
bw_date_today (GDate *date, GTimeZone *zone)
{
  g_autoptr (GDateTime) now = g_date_time_new_now (zone);

  set_from_date_time (date, now);
}

/**
 * bw_date_get_start:
 * @date: a valid day
 * @zone: where
 *
 * The first moment of a day is not always its 00:00: where clocks go forward at midnight there is
 * none, and where they go back to it there are two, of which the first counts.
 *
 * Returns: the first moment of @date in @zone
 */
BwTime
bw_date_get_start (const GDate *date, GTimeZone *zone)
{
  g_autoptr (GDateTime) start = NULL;
  BwTime time;

  g_return_val_if_fail (g_date_valid (date), BW_TIME_NONE);

  start = g_date_time_new (zone, g_date_get_year (date), (int) g_date_get_month (date),
                           g_date_get_day (date), 0, 0, 0);
  if (start == NULL)
    return BW_TIME_NONE;

  time = g_date_time_to_unix (start) * BW_TIME_SECOND;

  for (int i = 1; i <= MAX_CLOCK_CHANGE; i++)
    {
      g_autoptr (GDateTime) earlier = g_date_time_add_minutes (start, -30 * i);
      GDate day;

      set_from_date_time (&day, earlier);
      if (g_date_compare (&day, date) == 0)
        time = g_date_time_to_unix (earlier) * BW_TIME_SECOND;
    }

  return time;
}

/* The order of day, month and year in the locale's short dates, as three of "dmy". */
static void
get_locale_order (char order[4])
{
  const char *format = nl_langinfo (D_FMT);
  guint n = 0;

  for (const char *p = strchr (format, '%'); p != NULL && n < 3; p = strchr (p + 1, '%'))
    {
      char letter = 0;

      p++;
      p += strspn (p, "-_0^#EO");
      if (*p == 'D')
        g_strlcpy (order, "mdy", 4), n = 3;
      else if (*p == 'F')
        g_strlcpy (order, "ymd", 4), n = 3;
      else if (*p == 'd' || *p == 'e')
        letter = 'd';
      else if (*p == 'm' || *p == 'b' || *p == 'B' || *p == 'h')
        letter = 'm';
      else if (*p == 'y' || *p == 'Y')
        letter = 'y';

      if (letter != 0)
        order[n++] = letter;
      if (*p == 0)
        break;
    }

  if (n < 3)
    g_strlcpy (order, "ymd", 4);
  order[3] = 0;
}

/* Up to three figures in digits of any script, with anything but letters between them. */
static guint
read_figures (const char *text, guint figures[3], guint n_digits[3])
{
  guint n = 0;
  gboolean in_figure = FALSE;

  for (const char *p = text; *p != 0; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      int digit = g_unichar_digit_value (c);

      if (digit < 0)
        {
          if (g_unichar_isalpha (c) && g_unichar_get_script (c) != G_UNICODE_SCRIPT_HAN
              && g_unichar_get_script (c) != G_UNICODE_SCRIPT_HANGUL)
            return 0;
          in_figure = FALSE;
          continue;
        }

      if (!in_figure)
        {
          if (n == 3)
            return 0;
          figures[n] = 0;
          n_digits[n++] = 0;
          in_figure = TRUE;
        }
      if (++n_digits[n - 1] > 4)
        return 0;
      figures[n - 1] = figures[n - 1] * 10 + (guint) digit;
    }

  return n;
}

static guint
full_year (guint year, guint n_digits)
{
  if (n_digits > 2)
    return year;

  return year >= FIRST_YEAR_OF_LAST_CENTURY ? 1900 + year : 2000 + year;
}

static gboolean
set_checked (GDate *date, guint day, guint month, guint year)
{
  if (year < 1900 || year > 9999 || month > 12 || day > 31
      || !g_date_valid_dmy ((GDateDay) day, (GDateMonth) month, (GDateYear) year))
    return FALSE;

  g_date_set_dmy (date, (GDateDay) day, (GDateMonth) month, (GDateYear) year);

  return TRUE;
}

static gboolean
parse_figures (const char *text, const GDate *today, GDate *date)
{
  guint figures[3];
  guint n_digits[3];
  guint value['z' + 1] = { 0 };
  guint n = read_figures (text, figures, n_digits);
  guint used = 0;
  char order[4];

  if (n < 2)
    return FALSE;

  get_locale_order (order);
  if (n == 3 && n_digits[0] == 4)
    g_strlcpy (order, "ymd", 4);

  for (guint i = 0; i < 3; i++)
    {
      if (n == 2 && order[i] == 'y')
        continue;
      value[(guchar) order[i]] = figures[used];
      if (order[i] == 'y')
        value['y'] = full_year (figures[used], n_digits[used]);
      used++;
    }
  if (n == 2)
    value['y'] = g_date_get_year (today);

  return set_checked (date, value['d'], value['m'], value['y']);
}

static gboolean
parse_word (const char *text, const GDate *today, GDate *date)
{
  g_autofree char *typed = g_utf8_casefold (text, -1);
  const struct
  {
    const char *word;
    int days;
  } words[] = {
    { _ ("today"), 0 },
    { _ ("yesterday"), -1 },
    { _ ("tomorrow"), 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_autofree char *word = g_utf8_casefold (words[i].word, -1);

      if (g_str_equal (typed, word))
        {
          *date = *today;
          if (words[i].days < 0)
            g_date_subtract_days (date, 1);
          else
            g_date_add_days (date, (guint) words[i].days);
          return TRUE;
        }
    }

  return FALSE;
}

/* "12 November 2026": GLib knows the locale's names of months, but also takes less than a date
 * for one, so a day's figure and a year or nothing must stand beside the name. */
static gboolean
parse_month_name (const char *text, const GDate *today, GDate *date)
{
  g_autofree char *complete = NULL;
  guint n_figures = 0;
  gboolean in_figure = FALSE;
  gboolean has_name = FALSE;

  for (const char *p = text; *p != 0; p = g_utf8_next_char (p))
    {
      if (g_ascii_isdigit (*p) && !in_figure)
        n_figures++;
      in_figure = g_ascii_isdigit (*p);
      has_name |= g_unichar_isalpha (g_utf8_get_char (p));
    }
  if (n_figures < 1 || n_figures > 2 || !has_name)
    return FALSE;

  if (n_figures == 1)
    complete = g_strdup_printf ("%s %u", text, g_date_get_year (today));

  g_date_clear (date, 1);
  g_date_set_parse (date, complete != NULL ? complete : text);

  return g_date_valid (date) && g_date_get_year (date) >= 1900;
}

/**
 * bw_date_parse:
 * @text: what the user typed
 * @today: the user's present day, for what is left out
 * @date: (out): the day
 *
 * Understands the order of the user's locale with any separators and two or four digits of the
 * year or none, ISO 8601 (2026-11-22), names of months, "today", "yesterday" and "tomorrow", and
 * the digits of any script.
 *
 * Returns: %FALSE if @text is not a date; @date is then undefined
 */
gboolean
bw_date_parse (const char *text, const GDate *today, GDate *date)
{
  g_autofree char *typed = g_strstrip (g_strdup (text));

  if (*typed == 0 || strlen (typed) > 100)
    return FALSE;

  g_date_clear (date, 1);

  return parse_figures (typed, today, date) || parse_word (typed, today, date)
         || parse_month_name (typed, today, date);
}

/**
 * bw_date_format:
 * @date: a valid day
 *
 * Returns: (transfer full): @date as the locale writes it, always with four digits of the year;
 *   bw_date_parse() reads it again
 */
char *
bw_date_format (const GDate *date)
{
  char order[4];
  char separator = '/';
  GString *text = g_string_new (NULL);

  get_locale_order (order);
  if (strchr (nl_langinfo (D_FMT), '.') != NULL)
    separator = '.';
  else if (order[0] == 'y' || strchr (nl_langinfo (D_FMT), '-') != NULL)
    separator = '-';

  for (guint i = 0; i < 3; i++)
    {
      if (i > 0)
        g_string_append_c (text, separator);
      if (order[i] == 'y')
        g_string_append_printf (text, "%04u", g_date_get_year (date));
      else
        g_string_append_printf (text, "%02u",
                                order[i] == 'd' ? g_date_get_day (date)
                                                : (guint) g_date_get_month (date));
    }

  return g_string_free_and_steal (text);
}

/**
 * bw_date_to_iso:
 * @date: a valid day
 *
 * Returns: (transfer full): @date as ISO 8601 has it, "2026-11-22"
 */
char *
bw_date_to_iso (const GDate *date)
{
  return g_strdup_printf ("%04u-%02u-%02u", g_date_get_year (date), (guint) g_date_get_month (date),
                          g_date_get_day (date));
}

/**
 * bw_date_get_week_start:
 *
 * Returns: the day on which weeks begin in the locale, by glibc's data (locale.h(7), LC_TIME)
 */
GDateWeekday
bw_date_get_week_start (void)
{
  union
  {
    const char *pointer;
    guint32 word;
  } origin = { nl_langinfo (_NL_TIME_WEEK_1STDAY) };
  guint first = (guint) *nl_langinfo (_NL_TIME_FIRST_WEEKDAY);
  guint base = origin.word == 19971130 ? 0 : 1; /* a Sunday, or the Monday after it */
  guint day = (base + first + 6) % 7;           /* 0 is Sunday */

  return day == 0 ? G_DATE_SUNDAY : (GDateWeekday) day;
}
