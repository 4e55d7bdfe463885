/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-ctl-text.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#include "bw-state-words.h"

/* Titles of single values are padded to here. */
#define FIELD_WIDTH 14

/**
 * bw_ctl_text_time:
 * @time: a time, or %BW_TIME_NONE
 *
 * Returns: (transfer full): the minute, here; empty for none
 */
char *
bw_ctl_text_time (BwTime time)
{
  g_autoptr (GDateTime) utc = NULL;
  g_autoptr (GDateTime) local = NULL;

  if (time == BW_TIME_NONE)
    return g_strdup ("");

  utc = g_date_time_new_from_unix_utc (time / BW_TIME_SECOND);
  local = g_date_time_to_local (utc);

  return g_date_time_format (local, "%Y-%m-%d %H:%M");
}

/**
 * bw_ctl_text_duration:
 * @milliseconds: a span of time
 *
 * Returns: (transfer full): it in the two largest units: "2 h 05 min", "3.2 s"
 */
char *
bw_ctl_text_duration (gint64 milliseconds)
{
  gint64 minutes = milliseconds / BW_TIME_MINUTE;

  if (milliseconds < 0)
    return g_strdup ("");
  if (milliseconds < BW_TIME_MINUTE)
    return g_strdup_printf (_ ("%.1f s"), milliseconds / 1000.0);
  if (minutes < 60)
    return g_strdup_printf (_ ("%" PRId64 " min"), minutes);

  return g_strdup_printf (_ ("%" PRId64 " h %02d min"), minutes / 60,
                          (int) (minutes % 60));
}

/**
 * bw_ctl_text_items:
 * @job: a job
 *
 * Returns: (transfer full): how far it is with how many: "80/120 relations, 3 failed"
 */
char *
bw_ctl_text_items (const BwJob *job)
{
  gint64 total = bw_item_counts_total (&job->items);
  gint64 done = bw_item_counts_done (&job->items);
  gint64 failed = job->items.in_state[BW_ITEM_STATE_FAILED];
  GString *text = g_string_new (NULL);

  if (total == 0)
    return g_string_free (text, FALSE);

  if (done < total)
    g_string_append_printf (text, "%" G_GINT64_FORMAT "/", done);
  g_string_append_printf (text, "%" G_GINT64_FORMAT " %s", total,
                          job->entity != NULL ? job->entity : _ ("items"));
  if (failed > 0)
    {
      g_string_append (text, ", ");
      g_string_append_printf (text, _ ("%" PRId64 " failed"), failed);
    }

  return g_string_free (text, FALSE);
}

/**
 * bw_ctl_state_colour:
 * @state: a job's state
 *
 * Returns: (transfer none) (nullable): how a terminal colours it
 */
const char *
bw_ctl_state_colour (BwJobState state)
{
  static const char *const colours[BW_N_JOB_STATES] = {
    [BW_JOB_STATE_PROCESSING] = "34", [BW_JOB_STATE_SUCCESS] = "32",
    [BW_JOB_STATE_FAILED] = "31",     [BW_JOB_STATE_SKIPPED] = "33",
    [BW_JOB_STATE_CANCELLED] = "2",
  };

  return colours[state];
}

/**
 * bw_ctl_print_field:
 * @title: what it is
 * @text: (nullable): the value; nothing is printed without one
 *
 * Prints one line of a page about one thing.
 */
void
bw_ctl_print_field (const char *title, const char *text)
{
  int spaces = FIELD_WIDTH - (int) g_utf8_strlen (title, -1);
  g_autofree char *printable = bw_ctl_make_printable (text);

  if (printable[0] != '\0')
    g_print ("%s%*s %s\n", title, MAX (spaces, 0), "", printable);
}

/**
 * bw_ctl_job_table_new:
 *
 * Returns: (transfer full): an empty table for jobs
 */
BwCtlTable *
bw_ctl_job_table_new (void)
{
  BwCtlTable *table = bw_ctl_table_new ();

  bw_ctl_table_column (table, _ ("Job"), BW_ALIGN_END);
  bw_ctl_table_column (table, _ ("State"), BW_ALIGN_START);
  bw_ctl_table_column (table, _ ("Name"), BW_ALIGN_FILL);
  bw_ctl_table_column (table, _ ("Items"), BW_ALIGN_START);
  bw_ctl_table_column (table, _ ("Created by"), BW_ALIGN_START);
  bw_ctl_table_column (table, _ ("Created"), BW_ALIGN_START);
  bw_ctl_table_column (table, _ ("Done"), BW_ALIGN_START);

  return table;
}

/**
 * bw_ctl_add_jobs:
 * @table: a table of bw_ctl_job_table_new()
 * @jobs: (element-type BwJob): rows to add
 */
void
bw_ctl_add_jobs (BwCtlTable *table, GPtrArray *jobs)
{
  for (guint i = 0; i < jobs->len; i++)
    {
      const BwJob *job = g_ptr_array_index (jobs, i);
      g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, job->id);
      g_autofree char *items = bw_ctl_text_items (job);
      g_autofree char *created = bw_ctl_text_time (job->created_at);
      g_autofree char *finished = bw_ctl_text_time (job->finished_at);

      bw_ctl_table_add (table, id);
      bw_ctl_table_add (table, bw_job_state_get_words (job->state, job->conditions));
      bw_ctl_table_colour (table, bw_ctl_state_colour (job->state));
      bw_ctl_table_add (table, job->name);
      bw_ctl_table_add (table, items);
      bw_ctl_table_add (table, job->created_by_name);
      bw_ctl_table_add (table, created);
      bw_ctl_table_add (table, finished);
    }
}
