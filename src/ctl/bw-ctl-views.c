/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include <glib/gi18n.h>

#include "bw-business-views.h"
#include "bw-ctl-command.h"
#include "bw-ctl-filter.h"
#include "bw-ctl-text.h"
#include "bw-state-words.h"

#define BATCHES 200
#define AUDIT_PAGE 1000

static int days = 7;
static gboolean by_user;
static int entries = 50;
static char **actions;
static char *who;
static char *words;
static char *job_number;
static char *from;
static char *until;

/** bw_ctl_insights_options: of "insights" */
const GOptionEntry bw_ctl_insights_options[] = {
  { "days", 'd', 0, G_OPTION_ARG_INT, &days, N_ ("The last so many days (7)"), N_ ("NUMBER") },
  { "by-user", 'u', 0, G_OPTION_ARG_NONE, &by_user, N_ ("A row for each user, not each type"),
    NULL },
  { NULL },
};

/** bw_ctl_audit_options: of "audit" */
const GOptionEntry bw_ctl_audit_options[] = {
  { "limit", 'n', 0, G_OPTION_ARG_INT, &entries, N_ ("Show at most this many (50)"),
    N_ ("NUMBER") },
  { "action", 0, 0, G_OPTION_ARG_STRING_ARRAY, &actions, N_ ("Entries of this action"),
    N_ ("ACTION") },
  { "by", 'u', 0, G_OPTION_ARG_STRING, &who, N_ ("What this user did"), N_ ("USER") },
  { "job", 0, 0, G_OPTION_ARG_STRING, &job_number, N_ ("What was done to this job"), N_ ("JOB") },
  { "search", 'q', 0, G_OPTION_ARG_STRING, &words, N_ ("Entries with these words"),
    N_ ("WORDS") },
  { "from", 0, 0, G_OPTION_ARG_STRING, &from, N_ ("From this day on"), N_ ("DAY") },
  { "until", 0, 0, G_OPTION_ARG_STRING, &until, N_ ("Up to this day"), N_ ("DAY") },
  { NULL },
};

static gboolean
print_json (BwCtl *ctl, const char *path, GError **error)
{
  g_autofree char *whole = bw_ctl_make_path (ctl, "%s", path);

  return bw_ctl_print_request (ctl, "GET", whole, NULL, error);
}

static void
add_columns (BwCtlTable *table, const char *first, const char *const *numbers)
{
  bw_ctl_table_column (table, first, BW_ALIGN_FILL);
  for (guint i = 0; numbers[i] != NULL; i++)
    bw_ctl_table_column (table, numbers[i], BW_ALIGN_END);
}

/** bw_ctl_queues: queues */
gboolean
bw_ctl_queues (BwCtl *ctl, char **arguments, GError **error)
{
  const char *const titles[] = { _ ("Waiting"), _ ("Scheduled"), _ ("Processing"), _ ("Stalled"),
                                 _ ("Workers"), _ ("Done, 24 h"), _ ("Failed, 24 h"),
                                 _ ("Average"), NULL };
  g_autoptr (GPtrArray) queues = NULL;
  g_autoptr (BwCtlTable) table = bw_ctl_table_new ();

  if (ctl->json)
    return print_json (ctl, "queues", error);
  queues = dex_await_boxed (bw_business_list_queues (ctl->business), error);
  if (queues == NULL)
    return FALSE;

  add_columns (table, _ ("Type"), titles);
  bw_ctl_table_column (table, "", BW_ALIGN_START);
  for (guint i = 0; i < queues->len; i++)
    {
      const BwQueueInfo *queue = g_ptr_array_index (queues, i);
      const gint64 numbers[] = { queue->queued,  queue->scheduled,    queue->processing,
                                 queue->stalled, queue->workers,      queue->finished_day,
                                 queue->failed_day };
      g_autofree char *average = bw_ctl_text_duration (queue->average_ms);

      bw_ctl_table_add (table, queue->type_name);
      for (guint j = 0; j < G_N_ELEMENTS (numbers); j++)
        bw_ctl_table_add_int (table, numbers[j]);
      bw_ctl_table_add (table, average);
      bw_ctl_table_add (table, queue->paused != NULL ? _ ("paused") : "");
    }
  bw_ctl_table_print (table);

  return TRUE;
}

/** bw_ctl_batches: batches */
gboolean
bw_ctl_batches (BwCtl *ctl, char **arguments, GError **error)
{
  const char *const titles[] = { _ ("Job"), _ ("Done"), _ ("Items a minute"), _ ("Time left"),
                                 NULL };
  g_autoptr (GPtrArray) batches = NULL;
  g_autoptr (BwCtlTable) table = bw_ctl_table_new ();

  if (ctl->json)
    return print_json (ctl, "batches", error);
  batches = dex_await_boxed (bw_business_list_batches (ctl->business, BATCHES), error);
  if (batches == NULL)
    return FALSE;

  add_columns (table, _ ("Name"), titles);
  bw_ctl_table_column (table, _ ("Items"), BW_ALIGN_START);
  for (guint i = 0; i < batches->len; i++)
    {
      const BwBatch *batch = g_ptr_array_index (batches, i);
      g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, batch->job->id);
      g_autofree char *done = g_strdup_printf ("%d %%", (int) (batch->job->progress * 100));
      g_autofree char *pace = batch->items_per_minute >= 0
                                  ? g_strdup_printf ("%.1f", batch->items_per_minute)
                                  : NULL;
      g_autofree char *left = bw_ctl_text_duration (batch->remaining_ms);
      g_autofree char *items = bw_ctl_text_items (batch->job);

      bw_ctl_table_add (table, batch->job->name);
      bw_ctl_table_add (table, id);
      bw_ctl_table_add (table, done);
      bw_ctl_table_add (table, pace);
      bw_ctl_table_add (table, left);
      bw_ctl_table_add (table, items);
    }
  bw_ctl_table_print (table);

  return TRUE;
}

static void
add_worker (BwCtlTable *table, const BwWorkerInfo *worker)
{
  const char *const states[] = { _ ("busy"), _ ("idle"), _ ("silent") };
  const BwWorkerJob *job = worker->jobs->len > 0 ? g_ptr_array_index (worker->jobs, 0) : NULL;
  g_autofree char *seen = bw_ctl_text_time (worker->last_seen_at);

  bw_ctl_table_add (table, worker->name);
  bw_ctl_table_add_int (table, worker->finished_day);
  bw_ctl_table_add_int (table, worker->failed_day);
  bw_ctl_table_add (table, states[worker->state]);
  bw_ctl_table_add (table, seen);
  bw_ctl_table_add (table, job != NULL ? job->name : "");
}

/** bw_ctl_workers: workers */
gboolean
bw_ctl_workers (BwCtl *ctl, char **arguments, GError **error)
{
  const char *const titles[] = { _ ("Done, 24 h"), _ ("Failed, 24 h"), NULL };
  g_autoptr (GPtrArray) workers = NULL;
  g_autoptr (BwCtlTable) table = bw_ctl_table_new ();

  if (ctl->json)
    return print_json (ctl, "workers", error);
  workers = dex_await_boxed (bw_business_list_workers (ctl->business), error);
  if (workers == NULL)
    return FALSE;

  add_columns (table, _ ("Worker"), titles);
  bw_ctl_table_column (table, _ ("State"), BW_ALIGN_START);
  bw_ctl_table_column (table, _ ("Last seen"), BW_ALIGN_START);
  bw_ctl_table_column (table, _ ("Works on"), BW_ALIGN_FILL);
  for (guint i = 0; i < workers->len; i++)
    add_worker (table, g_ptr_array_index (workers, i));
  bw_ctl_table_print (table);

  return TRUE;
}

static char *
make_insights_path (const BwTime *edges, gsize n)
{
  GString *path = g_string_new (by_user ? "insights?by=user" : "insights?by=type");

  for (gsize i = 0; i < n; i++)
    {
      g_autofree char *time = bw_time_to_string (edges[i]);

      g_string_append (path, "&edge=");
      g_string_append_uri_escaped (path, time, NULL, FALSE);
    }

  return g_string_free (path, FALSE);
}

static void
print_insights (const BwInsights *insights)
{
  const char *const titles[] = { _ ("Done"), _ ("Failed"), _ ("Skipped"), _ ("Cancelled"),
                                 _ ("Items"), _ ("Failed items"), _ ("Waited"), _ ("Took"),
                                 _ ("95 of 100 within"), NULL };
  g_autoptr (BwCtlTable) table = bw_ctl_table_new ();

  add_columns (table, by_user ? _ ("User") : _ ("Type"), titles);
  for (guint i = 0; i < insights->rows->len; i++)
    {
      const BwInsightsRow *row = g_ptr_array_index (insights->rows, i);
      const BwInsightsFigures *total = &row->total;
      const gint64 numbers[] = { total->finished,  total->failed, total->skipped,
                                 total->cancelled, total->items,  total->items_failed };
      const gint64 spans[] = { total->wait_ms, total->run_ms, total->run_ms_p95 };

      bw_ctl_table_add (table, row->label);
      for (guint j = 0; j < G_N_ELEMENTS (numbers); j++)
        bw_ctl_table_add_int (table, numbers[j]);
      for (guint j = 0; j < G_N_ELEMENTS (spans); j++)
        {
          g_autofree char *text = bw_ctl_text_duration (spans[j]);

          bw_ctl_table_add (table, text);
        }
    }
  bw_ctl_table_print (table);
}

/** bw_ctl_insights: insights */
gboolean
bw_ctl_insights (BwCtl *ctl, char **arguments, GError **error)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) first = g_date_time_add_days (now, 1 - MAX (days, 1));
  g_autoptr (GDateTime) midnight
      = g_date_time_new_local (g_date_time_get_year (first), g_date_time_get_month (first),
                               g_date_time_get_day_of_month (first), 0, 0, 0);
  const BwTime edges[] = { g_date_time_to_unix (midnight) * BW_TIME_SECOND,
                           bw_time_now () + BW_TIME_HOUR };
  const BwInsightsQuery query
      = { edges, G_N_ELEMENTS (edges), by_user ? BW_INSIGHTS_BY_USER : BW_INSIGHTS_BY_TYPE, NULL };
  g_autofree char *path = make_insights_path (edges, G_N_ELEMENTS (edges));
  g_autoptr (BwInsights) insights = NULL;

  if (ctl->json)
    return print_json (ctl, path, error);
  insights = dex_await_boxed (bw_business_get_insights (ctl->business, &query), error);
  if (insights == NULL)
    return FALSE;
  print_insights (insights);

  return TRUE;
}

static BwAuditFilter *
make_audit_filter (BwCtl *ctl, GError **error)
{
  g_autoptr (BwAuditFilter) filter = bw_audit_filter_new ();

  filter->q = g_strdup (words);
  filter->actions = g_strdupv (actions);
  if ((who != NULL && !bw_ctl_find_user (ctl, who, &filter->user, error))
      || (job_number != NULL && !bw_ctl_read_id (job_number, &filter->job, error))
      || (from != NULL && !bw_ctl_read_time (from, FALSE, &filter->from, error))
      || (until != NULL && !bw_ctl_read_time (until, TRUE, &filter->until, error)))
    return NULL;

  return g_steal_pointer (&filter);
}

static void
print_audit_line (const BwAuditEntry *entry)
{
  BwJsonWriter *writer = bw_json_writer_new ();
  g_autofree char *line = NULL;

  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_int (writer, "id", entry->id);
  bw_json_writer_time (writer, "at", entry->at);
  bw_json_writer_int (writer, "user_id", entry->user_id);
  bw_json_writer_string (writer, "actor", entry->actor);
  bw_json_writer_string (writer, "action", entry->action);
  if (entry->job != 0)
    bw_json_writer_int (writer, "job", entry->job);
  bw_json_writer_string (writer, "job_name", entry->job_name);
  bw_json_writer_string (writer, "detail", entry->detail);
  bw_json_writer_end_object (writer);
  line = bw_json_writer_free_to_string (writer);
  g_print ("%s\n", line);
}

static void
print_audit (BwCtl *ctl, GPtrArray *list)
{
  g_autoptr (BwCtlTable) table = bw_ctl_table_new ();

  bw_ctl_table_column (table, _ ("Time"), BW_ALIGN_START);
  bw_ctl_table_column (table, _ ("Who"), BW_ALIGN_START);
  bw_ctl_table_column (table, _ ("What"), BW_ALIGN_START);
  bw_ctl_table_column (table, _ ("Job"), BW_ALIGN_FILL);
  bw_ctl_table_column (table, _ ("Detail"), BW_ALIGN_FILL);
  for (guint i = 0; i < list->len; i++)
    {
      const BwAuditEntry *entry = g_ptr_array_index (list, i);
      g_autofree char *time = bw_ctl_text_time (entry->at);
      g_autofree char *job = entry->job != 0 ? g_strdup_printf ("#%" G_GINT64_FORMAT " %s",
                                                                entry->job,
                                                                entry->job_name != NULL
                                                                    ? entry->job_name
                                                                    : "")
                                             : NULL;

      if (ctl->json)
        {
          print_audit_line (entry);
          continue;
        }
      bw_ctl_table_add (table, time);
      bw_ctl_table_add (table, entry->actor);
      bw_ctl_table_add (table, entry->action);
      bw_ctl_table_add (table, job);
      bw_ctl_table_add (table, entry->detail);
    }
  if (!ctl->json)
    bw_ctl_table_print (table);
}

/** bw_ctl_audit: audit */
gboolean
bw_ctl_audit (BwCtl *ctl, char **arguments, GError **error)
{
  g_autoptr (BwAuditFilter) filter = make_audit_filter (ctl, error);
  g_autofree char *after = NULL;
  int left = MAX (entries, 1);

  if (filter == NULL)
    return FALSE;

  do
    {
      g_autoptr (BwAuditPage) page = dex_await_boxed (
          bw_business_list_audit (ctl->business, filter, MIN (left, AUDIT_PAGE), after), error);

      if (page == NULL)
        return FALSE;
      print_audit (ctl, page->entries);
      left -= page->entries->len;
      g_set_str (&after, page->next);
    }
  while (left > 0 && after != NULL);

  return TRUE;
}
