/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-format.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "bw-state-words.h"

/* Moments nearer than this are said as a span ("3 hours ago"), others by the calendar. */
#define NEAR_HOURS 12

/**
 * bw_format_number:
 * @number: a count
 *
 * Returns: (transfer full): @number with the locale's grouping, "12,345"
 */
char *
bw_format_number (gint64 number)
{
  return g_strdup_printf ("%'" G_GINT64_FORMAT, number);
}

/**
 * bw_format_count:
 * @number: a count
 * @is_exact: %FALSE when counting stopped at @number
 *
 * Returns: (transfer full): "12,345", or "10,000+" for a count that stopped
 */
char *
bw_format_count (gint64 number, gboolean is_exact)
{
  g_autofree char *text = bw_format_number (number);

  if (is_exact)
    return g_steal_pointer (&text);

  /* Translators: a count that stopped at a bound, such as "10,000+" */
  return g_strdup_printf (_ ("%s+"), text);
}

/**
 * bw_format_bytes:
 * @bytes: a size
 *
 * Returns: (transfer full): @bytes in the unit that suits it, "1.2 MB"
 */
char *
bw_format_bytes (gint64 bytes)
{
  return g_format_size (MAX (bytes, 0));
}

/**
 * bw_format_duration:
 * @milliseconds: a span of time
 *
 * Two units at most: nobody wants the seconds of a job that ran for three hours.
 *
 * Returns: (transfer full): the span in words, "2 min 5 s"
 */
char *
bw_format_duration (gint64 milliseconds)
{
  gint64 seconds = MAX (milliseconds, 0) / BW_TIME_SECOND;
  int days = (int) (seconds / 86400);
  int hours = (int) (seconds / 3600 % 24);
  int minutes = (int) (seconds / 60 % 60);

  if (milliseconds < BW_TIME_SECOND)
    return g_strdup (_ ("less than a second"));

  if (days > 0)
    {
      g_autofree char *text = g_strdup_printf (ngettext ("%d day", "%d days", days), days);

      /* Translators: days and hours, "2 days 3 h" */
      return hours > 0 ? g_strdup_printf (_ ("%s %d h"), text, hours) : g_steal_pointer (&text);
    }
  if (hours > 0)
    return minutes > 0 ? g_strdup_printf (_ ("%d h %d min"), hours, minutes)
                       : g_strdup_printf (_ ("%d h"), hours);
  if (minutes > 0)
    return seconds % 60 > 0 ? g_strdup_printf (_ ("%d min %d s"), minutes, (int) (seconds % 60))
                            : g_strdup_printf (_ ("%d min"), minutes);

  return g_strdup_printf (_ ("%d s"), (int) seconds);
}

/* GNOME's setting where there is one; else what the locale writes. */
static gboolean
uses_12_hours (void)
{
  static gsize answer;

  if (g_once_init_enter (&answer))
    {
      GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
      g_autoptr (GSettingsSchema) schema = NULL;
      gboolean twelve = FALSE;

      if (source != NULL)
        schema = g_settings_schema_source_lookup (source, "org.gnome.desktop.interface", TRUE);
      if (schema != NULL && g_settings_schema_has_key (schema, "clock-format"))
        {
          g_autoptr (GSettings) settings = g_settings_new ("org.gnome.desktop.interface");
          g_autofree char *format = g_settings_get_string (settings, "clock-format");

          twelve = g_str_equal (format, "12h");
        }

      g_once_init_leave (&answer, twelve ? 1 : 2);
    }

  return answer == 1;
}

static GDateTime *
local_time (BwTime time)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc_usec (time * 1000);

  return utc != NULL ? g_date_time_to_local (utc) : NULL;
}

static char *
format_clock (GDateTime *time)
{
  /* Translators: a time of day for those who use 12 hours, and for those who use 24 */
  return g_date_time_format (time, uses_12_hours () ? _ ("%-I:%M %p") : _ ("%H:%M"));
}

/**
 * bw_format_clock:
 * @time: a moment
 *
 * Returns: (transfer full): the time of day of @time in the user's time zone; empty for
 *   %BW_TIME_NONE
 */
char *
bw_format_clock (BwTime time)
{
  g_autoptr (GDateTime) local = time != BW_TIME_NONE ? local_time (time) : NULL;

  return local != NULL ? format_clock (local) : g_strdup ("");
}

/**
 * bw_format_time_exact:
 * @time: a moment
 *
 * Returns: (transfer full): @time to the second in the user's time zone, with the day of the week;
 *   empty for %BW_TIME_NONE
 */
char *
bw_format_time_exact (BwTime time)
{
  g_autoptr (GDateTime) local = time != BW_TIME_NONE ? local_time (time) : NULL;
  char *text;

  if (local == NULL)
    return g_strdup ("");

  /* Translators: an exact moment, in g_date_time_format()'s terms */
  text = g_date_time_format (local, uses_12_hours () ? _ ("%A, %-d %B %Y, %-I:%M:%S %p")
                                                     : _ ("%A, %-d %B %Y, %H:%M:%S"));

  return text != NULL ? text : g_strdup ("");
}

static char *
format_span (gint64 milliseconds, gboolean past)
{
  int minutes = (int) (milliseconds / BW_TIME_MINUTE);
  int hours = (int) (milliseconds / BW_TIME_HOUR);

  if (minutes < 1)
    return g_strdup (past ? _ ("Just now") : _ ("In a moment"));
  if (hours < 1)
    return past ? g_strdup_printf (ngettext ("%d minute ago", "%d minutes ago", minutes), minutes)
                : g_strdup_printf (ngettext ("In %d minute", "In %d minutes", minutes), minutes);

  return past ? g_strdup_printf (ngettext ("%d hour ago", "%d hours ago", hours), hours)
              : g_strdup_printf (ngettext ("In %d hour", "In %d hours", hours), hours);
}

/* From @a's day to @b's day, by the calendar: two days of a change to summer time are one apart. */
static int
days_between (GDateTime *a, GDateTime *b)
{
  GDate first, second;
  int year, month, day;

  g_date_time_get_ymd (a, &year, &month, &day);
  g_date_clear (&first, 1);
  g_date_set_dmy (&first, (GDateDay) day, (GDateMonth) month, (GDateYear) year);
  g_date_time_get_ymd (b, &year, &month, &day);
  g_date_clear (&second, 1);
  g_date_set_dmy (&second, (GDateDay) day, (GDateMonth) month, (GDateYear) year);

  return g_date_days_between (&first, &second);
}

static char *
format_calendar (GDateTime *time, GDateTime *now)
{
  g_autofree char *clock = format_clock (time);
  g_autofree char *day = NULL;

  switch (days_between (now, time))
    {
    case -1:
      /* Translators: the placeholder is a time of day */
      return g_strdup_printf (_ ("Yesterday, %s"), clock);
    case 0:
      return g_strdup_printf (_ ("Today, %s"), clock);
    case 1:
      return g_strdup_printf (_ ("Tomorrow, %s"), clock);
    default:
      break;
    }

  if (g_date_time_get_year (time) != g_date_time_get_year (now))
    return g_date_time_format (time, _ ("%-d %b %Y"));

  day = g_date_time_format (time, _ ("%-d %b"));
  /* Translators: a day such as "12 Nov" and a time of day */
  return g_strdup_printf (_ ("%s, %s"), day, clock);
}

/**
 * bw_format_clock_or_day:
 * @time: a moment
 *
 * Returns: (transfer full): the time of day if it was today, "14:03", or else with the day
 */
char *
bw_format_clock_or_day (BwTime time)
{
  g_autoptr (GDateTime) local = local_time (time);
  g_autoptr (GDateTime) now = local_time (bw_time_now ());

  if (local == NULL || now == NULL || days_between (local, now) == 0)
    return bw_format_clock (time);

  return format_calendar (local, now);
}

/**
 * bw_format_time_human:
 * @time: a moment
 * @now: the present moment
 *
 * Near moments are said as a span, others by the calendar of the user's time zone. A moment less
 * than a minute ahead counts as now: clocks of server and desktop are never quite alike.
 *
 * Returns: (transfer full): "2 minutes ago", "Yesterday, 14:03", "12 Nov, 14:03" or "12 Nov 2024";
 *   empty for %BW_TIME_NONE
 */
char *
bw_format_time_human (BwTime time, BwTime now)
{
  g_autoptr (GDateTime) local = NULL;
  g_autoptr (GDateTime) local_now = NULL;
  char *text;

  if (time == BW_TIME_NONE)
    return g_strdup ("");
  if (time >= now && time - now < BW_TIME_MINUTE)
    return g_strdup (_ ("Just now"));
  if (ABS (now - time) < NEAR_HOURS * BW_TIME_HOUR)
    return format_span (ABS (now - time), time < now);

  local = local_time (time);
  local_now = local_time (now);
  text = local != NULL && local_now != NULL ? format_calendar (local, local_now) : NULL;

  return text != NULL ? text : g_strdup ("");
}

/* The words that the shipped job types use. Others come from the server in the plural only. */
static const char *
known_entity (const char *entity, gulong number)
{
  if (g_str_equal (entity, "relations"))
    return ngettext ("%s relation", "%s relations", number);
  if (g_str_equal (entity, "tasks"))
    return ngettext ("%s task", "%s tasks", number);
  if (g_str_equal (entity, "invoices"))
    return ngettext ("%s invoice", "%s invoices", number);
  if (g_str_equal (entity, "statements"))
    return ngettext ("%s statement", "%s statements", number);
  if (g_str_equal (entity, "products"))
    return ngettext ("%s product", "%s products", number);
  if (g_str_equal (entity, "orders"))
    return ngettext ("%s order", "%s orders", number);
  if (g_str_equal (entity, "records"))
    return ngettext ("%s record", "%s records", number);
  if (g_str_equal (entity, "documents"))
    return ngettext ("%s document", "%s documents", number);
  if (g_str_equal (entity, "files"))
    return ngettext ("%s file", "%s files", number);
  if (g_str_equal (entity, "lines"))
    return ngettext ("%s line", "%s lines", number);
  if (g_str_equal (entity, "families"))
    return ngettext ("%s family", "%s families", number);
  if (g_str_equal (entity, "students"))
    return ngettext ("%s student", "%s students", number);
  if (g_str_equal (entity, "classes"))
    return ngettext ("%s class", "%s classes", number);
  if (g_str_equal (entity, "messages"))
    return ngettext ("%s message", "%s messages", number);
  if (g_str_equal (entity, "items"))
    return ngettext ("%s item", "%s items", number);

  return NULL;
}

/**
 * bw_format_entities:
 * @number: how many
 * @entity: (nullable): what, in the plural, as the server says it; %NULL for items
 *
 * Returns: (transfer full): "120 relations". A word that Batchwork does not know is used as it
 *   is, and a single one written so that no singular is needed: "widgets: 1".
 */
char *
bw_format_entities (gint64 number, const char *entity)
{
  g_autofree char *figure = bw_format_number (number);
  const char *format = known_entity (entity != NULL ? entity : "items", (gulong) number);

  if (format != NULL)
    {
      GString *text = g_string_new (format);

      g_string_replace (text, "%s", figure, 1);
      return g_string_free_and_steal (text);
    }
  if (number == 1)
    return g_strdup_printf ("%s: %s", entity, figure);

  return g_strdup_printf ("%s %s", figure, entity);
}

/**
 * bw_format_items:
 * @job: a job
 *
 * Returns: (transfer full): what the job works on and what went wrong with it, "120 relations · 3
 *   failed"; empty for a job without items
 */
char *
bw_format_items (const BwJob *job)
{
  gint64 total = bw_item_counts_total (&job->items);
  gint64 failed = job->items.in_state[BW_ITEM_STATE_FAILED];
  gint64 skipped = job->items.in_state[BW_ITEM_STATE_SKIPPED];
  GString *text;

  if (total == 0)
    return g_strdup ("");

  text = g_string_new_take (bw_format_entities (total, job->entity));
  if (failed > 0)
    {
      g_autofree char *figure = bw_format_number (failed);

      g_string_append (text, " · ");
      /* Translators: how many items failed */
      g_string_append_printf (text, ngettext ("%s failed", "%s failed", (gulong) failed), figure);
    }
  if (skipped > 0)
    {
      g_autofree char *figure = bw_format_number (skipped);

      g_string_append (text, " · ");
      /* Translators: how many items were left out on purpose */
      g_string_append_printf (text, ngettext ("%s skipped", "%s skipped", (gulong) skipped),
                              figure);
    }

  return g_string_free_and_steal (text);
}

/**
 * bw_format_progress:
 * @job: a job that is processing
 *
 * Returns: (transfer full): how far it is, "48 of 120", or "40%" for a job without items
 */
char *
bw_format_progress (const BwJob *job)
{
  gint64 total = bw_item_counts_total (&job->items);
  g_autofree char *done = NULL;
  g_autofree char *all = NULL;

  if (total == 0)
    /* Translators: per cent done */
    return g_strdup_printf (_ ("%d%%"), (int) (CLAMP (job->progress, 0, 1) * 100));

  done = bw_format_number (bw_item_counts_done (&job->items));
  all = bw_format_number (total);

  /* Translators: items done, and items in all */
  return g_strdup_printf (_ ("%s of %s"), done, all);
}

/**
 * bw_format_job_state:
 * @state: a job's state
 * @conditions: what stands beside it
 *
 * The most telling word wins: a job that is being cancelled or is paused, stalled or scheduled
 * says that rather than its state.
 *
 * Returns: (transfer none): the word for it
 */
const char *
bw_format_job_state (BwJobState state, BwConditions conditions)
{
  return bw_job_state_get_words (state, conditions);
}

/**
 * bw_format_item_state:
 * @state: an item's state
 *
 * Returns: (transfer none): the word for it
 */
const char *
bw_format_item_state (BwItemState state)
{
  return bw_item_state_get_words (state);
}
