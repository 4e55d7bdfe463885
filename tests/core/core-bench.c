/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <json-glib/json-glib.h>

#include "bw-job.h"
#include "bw-json-check.h"
#include "bw-report.h"
#include "bw-submission.h"

/*
 * How fast core reads and writes, each the median of several runs, with json-glib's parser beside
 * it as the measure. Run by "meson test --benchmark core --verbose".
 */
#define N_RUNS 9
#define N_JOBS 10000

typedef void (*Work) (GString *text);

static int
compare (const void *a, const void *b)
{
  gint64 one = *(const gint64 *) a;
  gint64 other = *(const gint64 *) b;

  return (one > other) - (one < other);
}

static void
measure (const char *name, Work work, GString *text, guint n_records)
{
  gint64 times[N_RUNS];
  double seconds;

  for (guint i = 0; i < N_RUNS; i++)
    {
      gint64 start = g_get_monotonic_time ();

      work (text);
      times[i] = g_get_monotonic_time () - start;
    }
  qsort (times, N_RUNS, sizeof times[0], compare);
  seconds = (double) MAX (times[N_RUNS / 2], 1) / G_USEC_PER_SEC;
  g_print ("%-40s %8.1f ms %8.0f MB/s %12.0f records/s\n", name, seconds * 1000,
           (double) text->len / seconds / 1e6, n_records / seconds);
}

static void
check (GString *text)
{
  if (!bw_json_check (text->str, text->len, NULL))
    g_error ("Refused");
}

static void
parse_with_json_glib (GString *text)
{
  g_autoptr (JsonParser) parser = json_parser_new ();

  json_parser_set_strict (parser, TRUE);
  if (!json_parser_load_from_data (parser, text->str, (gssize) text->len, NULL))
    g_error ("Refused");
}

static void
parse_submissions (GString *text)
{
  g_autoptr (GPtrArray) submissions = bw_submissions_parse (text->str, text->len, NULL);

  if (submissions == NULL || submissions->len != N_JOBS)
    g_error ("Refused");
}

static void
parse_reports (GString *text)
{
  g_autoptr (GPtrArray) reports = bw_reports_parse (text->str, text->len, NULL);

  if (reports == NULL || reports->len != BW_REPORTS_MAX)
    g_error ("Refused");
}

static void
read_jobs (GString *text)
{
  g_autoptr (BwJsonReader) reader = bw_json_reader_new_for_text (text->str, text->len, NULL);
  gsize length;

  if (!bw_json_reader_enter_array (reader, NULL, N_JOBS, &length))
    g_error ("Refused");
  for (gsize i = 0; i < length && bw_json_reader_enter_element (reader, i); i++)
    {
      g_autoptr (BwJob) job = bw_job_read (reader);

      if (job == NULL)
        g_error ("Refused");
      bw_json_reader_leave (reader);
    }
}

static BwJob *
make_job (void)
{
  BwJob *job = bw_job_new ();

  job->id = 123456;
  job->type = g_strdup ("send-invoices");
  job->type_name = g_strdup ("Send invoices");
  job->name = g_strdup ("Invoices of November to 120 relations");
  job->entity = g_strdup ("relations");
  job->items.in_state[BW_ITEM_STATE_SUCCESS] = 60;
  job->items.in_state[BW_ITEM_STATE_PENDING] = 60;
  job->progress = 0.5;
  job->created_by_id = 7;
  job->created_by_name = g_strdup ("Ines");
  job->created_at = job->updated_at = job->started_at = bw_time_now ();
  job->updated_by = g_strdup ("worker-1");
  job->max_attempts = 3;
  job->revision = 987654;
  return job;
}

static void
write_jobs (GString *text)
{
  g_autoptr (BwJob) job = make_job ();
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();
  g_autoptr (GBytes) bytes = NULL;

  bw_json_writer_begin_array (writer, NULL);
  for (guint i = 0; i < N_JOBS; i++)
    bw_job_write (job, writer, NULL);
  bw_json_writer_end_array (writer);
  bytes = bw_json_writer_free_to_bytes (g_steal_pointer (&writer));
  g_string_truncate (text, 0);
  g_string_append_len (text, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes));
}

static void
format_times (GString *text)
{
  char buffer[BW_TIME_STRING_SIZE];

  text->len = 0;
  for (BwTime time = 0; time < 1000000; time++)
    text->len += bw_time_format (time * 1234567, buffer);
}

static GString *
make_submissions (const char *pattern)
{
  GString *text = g_string_new ("[");

  for (guint i = 0; i < N_JOBS; i++)
    {
      g_autoptr (GString) element = g_string_new (pattern);
      g_autofree char *number = g_strdup_printf ("%u", i);

      g_string_replace (element, "@", number, 0);
      g_string_append_printf (text, "%s%s", i > 0 ? "," : "", element->str);
    }
  g_string_append_c (text, ']');
  return text;
}

static GString *
make_reports (void)
{
  GString *text = g_string_new ("{\"reports\":[");

  for (guint i = 0; i < BW_REPORTS_MAX; i++)
    g_string_append_printf (text,
                            "%s{\"claim\":%u,\"items\":[{\"item\":1,\"state\":\"success\"}],"
                            "\"finish\":{}}",
                            i > 0 ? "," : "", i + 1);
  g_string_append (text, "]}");
  return text;
}

int
main (void)
{
  g_autoptr (GString) small = make_submissions ("{\"type\":\"send-invoices\",\"name\":\"Job @\"}");
  g_autoptr (GString) usual = make_submissions (
      "{\"type\":\"send-invoices\",\"name\":\"Job @\",\"parameters\":{\"template\":\"default\","
      "\"month\":11},\"items\":[{\"label\":\"Relation @\",\"reference\":{\"kind\":\"relation\","
      "\"id\":\"@\"}}]}");
  g_autoptr (GString) reports = make_reports ();
  g_autoptr (GString) jobs = g_string_new (NULL);
  g_autoptr (GString) times = g_string_new (NULL);

  measure ("Small jobs: bw_json_check", check, small, N_JOBS);
  measure ("Small jobs: json-glib's parser", parse_with_json_glib, small, N_JOBS);
  measure ("Small jobs: bw_submissions_parse", parse_submissions, small, N_JOBS);
  measure ("Jobs with an item: bw_json_check", check, usual, N_JOBS);
  measure ("Jobs with an item: json-glib's parser", parse_with_json_glib, usual, N_JOBS);
  measure ("Jobs with an item: bw_submissions_parse", parse_submissions, usual, N_JOBS);
  measure ("Reports: bw_reports_parse", parse_reports, reports, BW_REPORTS_MAX);
  measure ("List: bw_job_write", write_jobs, jobs, N_JOBS);
  measure ("List: bw_json_check", check, jobs, N_JOBS);
  measure ("List: json-glib's parser", parse_with_json_glib, jobs, N_JOBS);
  measure ("List: bw_job_read", read_jobs, jobs, N_JOBS);
  measure ("bw_time_format", format_times, times, 1000000);
  return 0;
}
