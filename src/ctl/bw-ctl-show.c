/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <stdio.h>

#include "bw-ctl-command.h"
#include "bw-ctl-text.h"
#include "bw-state-words.h"

#define ITEM_PAGE 1000
#define LOG_PART (256 * 1024)

static gboolean with_parameters;
static char **item_states;
static char *item_words;
static char *item_relation;
static char *output;

/** bw_ctl_show_options: of "show" */
const GOptionEntry bw_ctl_show_options[] = {
  { "parameters", 'p', 0, G_OPTION_ARG_NONE, &with_parameters, N_ ("Show the parameters only"),
    NULL },
  { NULL },
};

/** bw_ctl_items_options: of "items" */
const GOptionEntry bw_ctl_items_options[] = {
  { "state", 0, 0, G_OPTION_ARG_STRING_ARRAY, &item_states,
    N_ ("Items in this state: pending, success, failed, skipped or cancelled"), N_ ("STATE") },
  { "relation", 'r', 0, G_OPTION_ARG_STRING, &item_relation, N_ ("Items of this relation"),
    N_ ("RELATION") },
  { "search", 'q', 0, G_OPTION_ARG_STRING, &item_words, N_ ("Items with these words"),
    N_ ("WORDS") },
  { NULL },
};

/** bw_ctl_result_options: of "result" */
const GOptionEntry bw_ctl_result_options[] = {
  { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
    N_ ("Write to FILE, not to the file’s own name"), N_ ("FILE") },
  { NULL },
};

static void
print_references (const BwJob *job)
{
  for (guint i = 0; i < job->references->len; i++)
    {
      const BwReference *reference = g_ptr_array_index (job->references, i);
      g_autofree char *text = g_strdup_printf (
          "%s %s  %s", reference->kind,
          reference->label != NULL ? reference->label : reference->id,
          reference->url != NULL ? reference->url : "");

      bw_ctl_print_field (i == 0 ? _ ("Belongs to") : "", g_strchomp (text));
    }
}

static void
print_times (const BwJob *job)
{
  g_autofree char *created = bw_ctl_text_time (job->created_at);
  g_autofree char *by = g_strdup_printf ("%s, %s", job->created_by_name, created);
  g_autofree char *started = bw_ctl_text_time (job->started_at);
  g_autofree char *finished = bw_ctl_text_time (job->finished_at);
  g_autofree char *run_at = bw_ctl_text_time (job->run_at);
  g_autofree char *took
      = job->started_at != BW_TIME_NONE && job->finished_at != BW_TIME_NONE
            ? bw_ctl_text_duration (job->finished_at - job->started_at)
            : NULL;

  bw_ctl_print_field (_ ("Created by"), by);
  bw_ctl_print_field (_ ("Not before"), run_at);
  bw_ctl_print_field (_ ("Started"), started);
  bw_ctl_print_field (_ ("Done"), finished);
  bw_ctl_print_field (_ ("Took"), took);
}

static void
print_job (const BwJob *job)
{
  g_autofree char *title = g_strdup_printf ("#%" G_GINT64_FORMAT " %s", job->id, job->name);
  g_autofree char *type = g_strdup_printf ("%s (%s)", job->type_name, job->type);
  g_autofree char *items = bw_ctl_text_items (job);
  g_autofree char *attempt = g_strdup_printf (_ ("%d of %d"), job->attempt,
                                              MAX (job->max_attempts, job->attempt));

  bw_ctl_print_field (_ ("Job"), title);
  bw_ctl_print_field (_ ("Type"), type);
  bw_ctl_print_field (_ ("State"), bw_job_state_get_words (job->state, job->conditions));
  bw_ctl_print_field (_ ("Items"), items);
  bw_ctl_print_field (_ ("Message"), job->message);
  print_times (job);
  if (job->attempt > 0)
    bw_ctl_print_field (_ ("Attempt"), attempt);
  bw_ctl_print_field (_ ("Result"), job->result_name);
  print_references (job);
}

/** bw_ctl_show: show JOB */
gboolean
bw_ctl_show (BwCtl *ctl, char **arguments, GError **error)
{
  g_autoptr (BwJobDetails) details = NULL;
  g_autofree char *path = NULL;
  gint64 id;

  if (!bw_ctl_read_id (arguments[0], &id, error))
    return FALSE;
  if (ctl->json && !with_parameters)
    {
      path = bw_ctl_make_path (ctl, "jobs/%" G_GINT64_FORMAT, id);
      return bw_ctl_print_request (ctl, "GET", path, NULL, error);
    }

  details = dex_await_boxed (bw_business_get_job (ctl->business, id), error);
  if (details == NULL)
    return FALSE;

  if (!with_parameters)
    print_job (details->job);
  else
    g_print ("%s\n", details->parameters != NULL ? details->parameters : "{}");

  return TRUE;
}

static BwItemFilter *
make_item_filter (GError **error)
{
  g_autoptr (BwItemFilter) filter = bw_item_filter_new ();

  filter->relation = g_strdup (item_relation);
  filter->q = g_strdup (item_words);
  for (guint i = 0; item_states != NULL && item_states[i] != NULL; i++)
    {
      BwItemState state;

      if (!bw_item_state_from_string (item_states[i], &state))
        {
          g_set_error (error, BW_USAGE_ERROR, 0, _ ("There is no item state “%s”."),
                       item_states[i]);
          return NULL;
        }
      filter->states |= 1u << state;
    }

  return g_steal_pointer (&filter);
}

static void
print_items (BwCtl *ctl, GPtrArray *items)
{
  static const char *const colours[BW_N_ITEM_STATES] = { NULL, "32", "31", "33", "2" };
  g_autoptr (BwCtlTable) table = bw_ctl_table_new ();

  bw_ctl_table_column (table, _ ("Item"), BW_ALIGN_END);
  bw_ctl_table_column (table, _ ("State"), BW_ALIGN_START);
  bw_ctl_table_column (table, _ ("Name"), BW_ALIGN_START);
  bw_ctl_table_column (table, _ ("Message"), BW_ALIGN_FILL);
  for (guint i = 0; i < items->len; i++)
    {
      const BwItem *item = g_ptr_array_index (items, i);
      g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, item->item);

      bw_ctl_table_add (table, number);
      bw_ctl_table_add (table, bw_item_state_get_words (item->state));
      bw_ctl_table_colour (table, colours[item->state]);
      bw_ctl_table_add (table, item->label);
      bw_ctl_table_add (table, item->message);
    }
  bw_ctl_table_print (table);
}

static void
print_item_lines (GPtrArray *items)
{
  for (guint i = 0; i < items->len; i++)
    {
      BwJsonWriter *writer = bw_json_writer_new ();
      g_autofree char *line = NULL;

      bw_item_write (g_ptr_array_index (items, i), writer, NULL);
      line = bw_json_writer_free_to_string (writer);
      g_print ("%s\n", line);
    }
}

/** bw_ctl_items: items JOB */
gboolean
bw_ctl_items (BwCtl *ctl, char **arguments, GError **error)
{
  g_autoptr (BwItemFilter) filter = make_item_filter (error);
  gint64 after = 0;
  gint64 id;

  if (filter == NULL || !bw_ctl_read_id (arguments[0], &id, error))
    return FALSE;

  do
    {
      g_autoptr (BwItemPage) page = dex_await_boxed (
          bw_business_list_items (ctl->business, id, filter, ITEM_PAGE, after, 0), error);

      if (page == NULL)
        return FALSE;
      if (ctl->json)
        print_item_lines (page->items);
      else
        print_items (ctl, page->items);
      after = page->next;
    }
  while (after != 0);

  return TRUE;
}

/** bw_ctl_log: log JOB */
gboolean
bw_ctl_log (BwCtl *ctl, char **arguments, GError **error)
{
  g_autoptr (BwJobDetails) details = NULL;
  gint64 offset = 0;
  gint64 id;

  if (!bw_ctl_read_id (arguments[0], &id, error))
    return FALSE;
  details = dex_await_boxed (bw_business_get_job (ctl->business, id), error);
  if (details == NULL)
    return FALSE;

  while (offset < details->log_size)
    {
      g_autoptr (GBytes) part = dex_await_boxed (
          bw_business_read_log (ctl->business, id, offset, LOG_PART), error);

      if (part == NULL)
        return FALSE;
      if (g_bytes_get_size (part) == 0)
        break;
      fwrite (g_bytes_get_data (part, NULL), 1, g_bytes_get_size (part), stdout);
      offset += g_bytes_get_size (part);
    }

  return TRUE;
}

static void
print_history (const BwJobHistory *history)
{
  g_autoptr (BwCtlTable) table = bw_ctl_table_new ();

  bw_ctl_table_column (table, _ ("Time"), BW_ALIGN_START);
  bw_ctl_table_column (table, _ ("Who"), BW_ALIGN_START);
  bw_ctl_table_column (table, _ ("What"), BW_ALIGN_START);
  bw_ctl_table_column (table, _ ("Detail"), BW_ALIGN_FILL);
  for (guint i = 0; i < history->actions->len; i++)
    {
      const BwAction *action = g_ptr_array_index (history->actions, i);
      g_autofree char *time = bw_ctl_text_time (action->at);

      bw_ctl_table_add (table, time);
      bw_ctl_table_add (table, action->actor);
      bw_ctl_table_add (table, action->action);
      bw_ctl_table_add (table, action->detail);
    }
  for (guint i = 0; i < history->attempts->len; i++)
    {
      const BwAttempt *attempt = g_ptr_array_index (history->attempts, i);
      g_autofree char *time = bw_ctl_text_time (attempt->started_at);
      g_autofree char *what = g_strdup_printf (_ ("attempt %d: %s"), attempt->attempt,
                                               attempt->outcome);

      bw_ctl_table_add (table, time);
      bw_ctl_table_add (table, attempt->worker);
      bw_ctl_table_add (table, what);
      bw_ctl_table_add (table, attempt->error);
    }
  bw_ctl_table_print (table);
}

/** bw_ctl_history: history JOB */
gboolean
bw_ctl_history (BwCtl *ctl, char **arguments, GError **error)
{
  g_autoptr (BwJobHistory) history = NULL;
  g_autofree char *path = NULL;
  gint64 id;

  if (!bw_ctl_read_id (arguments[0], &id, error))
    return FALSE;
  if (ctl->json)
    {
      path = bw_ctl_make_path (ctl, "jobs/%" G_GINT64_FORMAT "/history", id);
      return bw_ctl_print_request (ctl, "GET", path, NULL, error);
    }

  history = dex_await_boxed (bw_business_get_history (ctl->business, id), error);
  if (history == NULL)
    return FALSE;
  print_history (history);

  return TRUE;
}

/* A name from the server must not lead out of the folder. */
static char *
make_result_name (const BwJob *job)
{
  g_autofree char *base = g_path_get_basename (job->result_name);

  return g_strdup (base[0] == '.' || base[0] == G_DIR_SEPARATOR ? "result" : base);
}

/** bw_ctl_result: result JOB */
gboolean
bw_ctl_result (BwCtl *ctl, char **arguments, GError **error)
{
  g_autoptr (BwJobDetails) details = NULL;
  g_autoptr (GFile) file = NULL;
  g_autofree char *name = NULL;
  gint64 id;

  if (!bw_ctl_read_id (arguments[0], &id, error))
    return FALSE;
  details = dex_await_boxed (bw_business_get_job (ctl->business, id), error);
  if (details == NULL)
    return FALSE;

  /* Without a result the server says why there is none. */
  name = output != NULL                        ? g_strdup (output)
         : details->job->result_name != NULL ? make_result_name (details->job)
                                               : g_strdup ("result");
  file = g_file_new_for_commandline_arg (name);
  dex_await_int64 (bw_business_download_result (ctl->business, id, file, NULL, NULL, NULL), error);
  if (*error != NULL)
    return FALSE;
  if (!ctl->json)
    g_print (_ ("Saved as %s.\n"), name);

  return TRUE;
}
