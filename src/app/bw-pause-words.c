/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-pause-words.h"

#include <glib/gi18n.h>

#include "bw-format.h"
#include "bw-pause-list.h"

/**
 * bw_pause_describe_target:
 * @pause: a pause
 *
 * Returns: (transfer full): what it holds back, "Sam Visser" or "Send invoices"
 */
char *
bw_pause_describe_target (const BwPause *pause)
{
  if (pause->all)
    return g_strdup (_ ("Everything"));
  if (pause->type != NULL)
    return g_strdup (pause->type_name != NULL ? pause->type_name : pause->type);

  return g_strdup (pause->user_name != NULL ? pause->user_name : _ ("A user"));
}

/**
 * bw_pause_describe_origin:
 * @pause: a pause
 *
 * Returns: (transfer full): by whom and since when it stands
 */
char *
bw_pause_describe_origin (const BwPause *pause)
{
  g_autofree char *since = bw_format_time_exact (pause->since);

  /* Translators: who paused jobs, and a date and time: "By Olivia Willems since 12 May, 14:05" */
  return g_strdup_printf (_ ("By %s since %s"), pause->paused_by, since);
}

/**
 * bw_pause_explain:
 * @pause: a pause
 *
 * Returns: (transfer full): what it holds back, by whom, since when and why, a line each
 */
char *
bw_pause_explain (const BwPause *pause)
{
  g_autofree char *target = bw_pause_describe_target (pause);
  g_autofree char *origin = bw_pause_describe_origin (pause);
  g_autofree char *first = NULL;

  /* Translators: a user's name, a type of jobs, or "Everything" */
  first = g_strdup_printf (_ ("Paused: %s"), target);
  if (pause->reason == NULL || *pause->reason == '\0')
    return g_strjoin ("\n", first, origin, NULL);

  return g_strjoin ("\n", first, origin, pause->reason, NULL);
}

/**
 * bw_pause_explain_job:
 * @business: the job's business
 * @job: a job
 *
 * Returns: (transfer full) (nullable): which pauses hold it back, by whom, since when and why;
 *   %NULL if none does that is known
 */
char *
bw_pause_explain_job (BwBusiness *business, const BwJob *job)
{
  BwPauseList *list;
  const BwPause *pauses[3];
  g_autoptr (GString) text = g_string_new (NULL);

  if ((job->conditions & BW_CONDITION_PAUSED) == 0)
    return NULL;

  list = bw_pause_list_get (business);
  pauses[0] = bw_pause_list_find_for_all (list);
  pauses[1] = bw_pause_list_find_for_type (list, job->type);
  pauses[2] = bw_pause_list_find_for_user (list, job->created_by_id);
  for (guint i = 0; i < G_N_ELEMENTS (pauses); i++)
    {
      g_autofree char *words = pauses[i] != NULL ? bw_pause_explain (pauses[i]) : NULL;

      if (words != NULL)
        g_string_append_printf (text, "%s%s", text->len > 0 ? "\n\n" : "", words);
    }

  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}
