/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-ctl-filter.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bw-ctl-command.h"

static char **states;
static char **types;
static char **users;
static char **conditions;
static char *relation;
static char *words;
static char *from;
static char *until;
static char *sort;

/** bw_ctl_filter_options: what chooses jobs, for every command that takes many */
const GOptionEntry bw_ctl_filter_options[] = {
  { "state", 0, 0, G_OPTION_ARG_STRING_ARRAY, &states,
    N_ ("Jobs in this state: queued, processing, success, failed, skipped or cancelled; also active, "
        "completed, finished"),
    N_ ("STATE") },
  { "type", 't', 0, G_OPTION_ARG_STRING_ARRAY, &types, N_ ("Jobs of this type"), N_ ("TYPE") },
  { "by", 'u', 0, G_OPTION_ARG_STRING_ARRAY, &users,
    N_ ("Jobs created by this user: sign-in name, number, or “system”"), N_ ("USER") },
  { "condition", 0, 0, G_OPTION_ARG_STRING_ARRAY, &conditions,
    N_ ("Jobs that are paused, scheduled, stalled or cancelling"), N_ ("CONDITION") },
  { "relation", 'r', 0, G_OPTION_ARG_STRING, &relation, N_ ("Jobs about this relation"),
    N_ ("RELATION") },
  { "search", 'q', 0, G_OPTION_ARG_STRING, &words, N_ ("Jobs with these words"), N_ ("WORDS") },
  { "from", 0, 0, G_OPTION_ARG_STRING, &from,
    N_ ("Jobs created on this day or later (2026-11-21), or not before a time (2026-11-21T08:00)"),
    N_ ("DAY") },
  { "until", 0, 0, G_OPTION_ARG_STRING, &until, N_ ("Jobs created on this day or earlier"),
    N_ ("DAY") },
  { "sort", 0, 0, G_OPTION_ARG_STRING, &sort,
    N_ ("created_at, finished_at, name, type, state, created_by or items; -KEY for descending"),
    N_ ("KEY") },
  { NULL },
};

static gboolean
take_state (BwFilter *filter, const char *name, GError **error)
{
  static const struct
  {
    const char *name;
    BwJobStates states;
  } groups[] = {
    { "active", BW_JOB_STATES_ACTIVE },
    { "completed", BW_JOB_STATES_COMPLETED },
    { "finished", BW_JOB_STATES_FINISHED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    if (g_str_equal (groups[i].name, name))
      {
        filter->states |= groups[i].states;
        return TRUE;
      }

  return bw_filter_set_parameter (filter, "state", name, error);
}

/**
 * bw_ctl_find_user:
 * @ctl: a run with a business
 * @name: what the user typed: a sign-in name, a name for people, a number or "system"
 * @id: (out): the user's number
 * @error: set if there is none
 *
 * Returns: whether there is such a user among those who have created jobs
 */
gboolean
bw_ctl_find_user (BwCtl *ctl, const char *name, gint64 *id, GError **error)
{
  g_autoptr (GPtrArray) found = NULL;

  *id = 0;
  if (g_ascii_strcasecmp (name, "system") == 0
      || g_ascii_string_to_signed (name, 10, 0, G_MAXINT64, id, NULL))
    return TRUE;

  found = dex_await_boxed (bw_business_list_users (ctl->business, name), error);
  if (found == NULL)
    return FALSE;
  for (guint i = 0; i < found->len; i++)
    {
      const BwUserInfo *user = g_ptr_array_index (found, i);

      *id = user->id;
      if (g_strcmp0 (user->login, name) == 0 || g_strcmp0 (user->name, name) == 0)
        return TRUE;
    }

  bw_set_error (error, BW_ERROR_NOT_FOUND, _ ("No user “%s” has created a job that you may see."),
                name);

  return FALSE;
}

static gboolean
take_user (BwCtl *ctl, BwFilter *filter, const char *name, GError **error)
{
  g_autofree char *number = NULL;
  gint64 id;

  if (!bw_ctl_find_user (ctl, name, &id, error))
    return FALSE;
  number = g_strdup_printf ("%" G_GINT64_FORMAT, id);

  return bw_filter_set_parameter (filter, "created_by", number, error);
}

/**
 * bw_ctl_read_time:
 * @text: what the user typed: a day, or a time, here
 * @end: whether a day stands for its end, not its beginning
 * @time: (out): the time
 * @error: set if it is none
 *
 * Returns: whether it is a time
 */
gboolean
bw_ctl_read_time (const char *text, gboolean end, BwTime *time, GError **error)
{
  static const char *const tails[] = { "", ":00", "T00:00:00" };
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();

  for (guint i = 0; i < G_N_ELEMENTS (tails); i++)
    {
      g_autofree char *whole = g_strconcat (text, tails[i], NULL);
      g_autoptr (GDateTime) begin = g_date_time_new_from_iso8601 (whole, zone);
      g_autoptr (GDateTime) next = NULL;

      if (begin == NULL)
        continue;
      /* By the calendar: a day may have 23 or 25 hours. */
      next = g_date_time_add_days (begin, end && strchr (text, 'T') == NULL ? 1 : 0);
      *time = g_date_time_to_unix (next) * BW_TIME_SECOND;
      return TRUE;
    }

  g_set_error (error, BW_USAGE_ERROR, 0,
               _ ("“%s” is not a day like 2026-11-21 or a time like 2026-11-21T08:00."), text);

  return FALSE;
}

static gboolean
take_time (BwFilter *filter, const char *name, const char *text, GError **error)
{
  g_autofree char *formatted = NULL;
  BwTime time;

  if (!bw_ctl_read_time (text, g_str_equal (name, "until"), &time, error))
    return FALSE;
  formatted = bw_time_to_string (time);

  return bw_filter_set_parameter (filter, name, formatted, error);
}

static gboolean
take_each (BwFilter *filter, const char *name, char **values, GError **error)
{
  for (guint i = 0; values != NULL && values[i] != NULL; i++)
    if (!bw_filter_set_parameter (filter, name, values[i], error))
      return FALSE;

  return TRUE;
}

/**
 * bw_ctl_filter_is_given:
 *
 * Returns: whether the command line says which jobs by a filter
 */
gboolean
bw_ctl_filter_is_given (void)
{
  return states != NULL || types != NULL || users != NULL || conditions != NULL || relation != NULL
         || words != NULL || from != NULL || until != NULL;
}

/**
 * bw_ctl_filter_make:
 * @ctl: a run with a business
 * @error: set if the command line does not make sense
 *
 * Returns: (transfer full) (nullable): which jobs the command line chooses; newest first
 */
BwFilter *
bw_ctl_filter_make (BwCtl *ctl, GError **error)
{
  g_autoptr (BwFilter) filter = bw_filter_new ();

  for (guint i = 0; states != NULL && states[i] != NULL; i++)
    if (!take_state (filter, states[i], error))
      return NULL;
  for (guint i = 0; users != NULL && users[i] != NULL; i++)
    if (!take_user (ctl, filter, users[i], error))
      return NULL;

  if (!take_each (filter, "type", types, error)
      || !take_each (filter, "condition", conditions, error)
      || (relation != NULL && !bw_filter_set_parameter (filter, "relation", relation, error))
      || (words != NULL && !bw_filter_set_parameter (filter, "q", words, error))
      || (sort != NULL && !bw_filter_set_parameter (filter, "sort", sort, error))
      || (from != NULL && !take_time (filter, "from", from, error))
      || (until != NULL && !take_time (filter, "until", until, error)))
    return NULL;

  return g_steal_pointer (&filter);
}
