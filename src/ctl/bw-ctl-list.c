/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#include "bw-ctl-command.h"
#include "bw-ctl-filter.h"
#include "bw-ctl-text.h"
#include "bw-state-words.h"

#define PAGE 1000
#define DEFAULT_LIMIT 50

static int limit = DEFAULT_LIMIT;
static gboolean all;

/** bw_ctl_list_options: of "list" */
const GOptionEntry bw_ctl_list_options[] = {
  { "limit", 'n', 0, G_OPTION_ARG_INT, &limit, N_ ("Show at most this many (50)"), N_ ("NUMBER") },
  { "all", 'a', 0, G_OPTION_ARG_NONE, &all, N_ ("Show all that there are"), NULL },
  { NULL },
};

static char *
make_list_path (BwCtl *ctl, const BwFilter *filter, gint64 n, const char *after)
{
  g_autofree char *query = bw_filter_to_query (filter);
  g_autofree char *cursor = after != NULL ? g_uri_escape_string (after, NULL, FALSE) : NULL;

  return bw_ctl_make_path (ctl, "jobs?limit=%" G_GINT64_FORMAT "%s%s%s%s", n,
                           query[0] != '\0' ? "&" : "", query, cursor != NULL ? "&after=" : "",
                           cursor != NULL ? cursor : "");
}

/* One line a job, however many there are: a program can read them as they come. */
static gboolean
print_json_lines (BwCtl *ctl, const BwFilter *filter, gint64 n, GError **error)
{
  g_autofree char *after = NULL;

  do
    {
      g_autofree char *path = make_list_path (ctl, filter, MIN (n, PAGE), after);
      g_autoptr (JsonNode) answer = bw_ctl_request (ctl, "GET", path, NULL, error);
      JsonArray *jobs;

      if (answer == NULL)
        return FALSE;
      jobs = json_object_get_array_member (json_node_get_object (answer), "jobs");
      for (guint i = 0; i < json_array_get_length (jobs); i++)
        {
          g_autofree char *line = json_to_string (json_array_get_element (jobs, i), FALSE);

          g_print ("%s\n", line);
        }
      n -= json_array_get_length (jobs);
      g_set_str (&after, json_object_get_string_member_with_default (
                             json_node_get_object (answer), "next", NULL));
    }
  while (n > 0 && after != NULL);

  return TRUE;
}

static void
say_rest (gint64 shown, gint64 total, gboolean total_is_exact)
{
  if (shown == 0)
    g_print ("%s\n", _ ("There are no jobs to show."));
  else if (shown < total)
    g_print (total_is_exact ? _ ("%" PRId64 " of %" PRId64
                                 " jobs. Show more with --limit or --all.\n")
                            : _ ("%" PRId64 " of more than %" PRId64
                                 " jobs. Show more with --limit or --all.\n"),
             shown, total);
}

static gboolean
print_table (BwCtl *ctl, const BwFilter *filter, gint64 n, GError **error)
{
  g_autofree char *after = NULL;
  gint64 shown = 0;

  do
    {
      g_autoptr (BwCtlTable) table = bw_ctl_job_table_new ();
      g_autoptr (BwJobPage) page = dex_await_boxed (
          bw_business_list_jobs (ctl->business, filter, MIN (n - shown, PAGE), after, 0), error);

      if (page == NULL)
        return FALSE;
      bw_ctl_add_jobs (table, page->jobs);
      bw_ctl_table_print (table);
      shown += page->jobs->len;
      g_set_str (&after, page->next);
      if (after == NULL || shown >= n)
        say_rest (shown, page->total, page->total_is_exact);
    }
  while (shown < n && after != NULL);

  return TRUE;
}

/** bw_ctl_list: list */
gboolean
bw_ctl_list (BwCtl *ctl, char **arguments, GError **error)
{
  g_autoptr (BwFilter) filter = bw_ctl_filter_make (ctl, error);
  gint64 n = all ? G_MAXINT64 : MAX (limit, 1);

  if (filter == NULL)
    return FALSE;

  return ctl->json ? print_json_lines (ctl, filter, n, error) : print_table (ctl, filter, n, error);
}

/** bw_ctl_summary: summary */
gboolean
bw_ctl_summary (BwCtl *ctl, char **arguments, GError **error)
{
  g_autoptr (BwFilter) filter = bw_ctl_filter_make (ctl, error);
  g_autoptr (BwSummary) summary = NULL;
  g_autofree char *query = filter != NULL ? bw_filter_to_query (filter) : NULL;
  g_autofree char *path = NULL;
  g_autoptr (BwCtlTable) table = bw_ctl_table_new ();

  if (filter == NULL)
    return FALSE;
  if (ctl->json)
    {
      path = bw_ctl_make_path (ctl, "jobs/summary?%s", query);
      return bw_ctl_print_request (ctl, "GET", path, NULL, error);
    }

  summary = dex_await_boxed (bw_business_get_summary (ctl->business, filter), error);
  if (summary == NULL)
    return FALSE;

  bw_ctl_table_column (table, _ ("State"), BW_ALIGN_START);
  bw_ctl_table_column (table, _ ("Jobs"), BW_ALIGN_END);
  for (guint i = 0; i < BW_N_JOB_STATES; i++)
    {
      bw_ctl_table_add (table, bw_job_state_get_words (i, 0));
      bw_ctl_table_colour (table, bw_ctl_state_colour (i));
      bw_ctl_table_add_int (table, summary->in_state[i]);
    }
  bw_ctl_table_add (table, _ ("Total"));
  bw_ctl_table_add_int (table, bw_summary_total (summary));
  bw_ctl_table_print (table);

  return TRUE;
}
