/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-event.h"
#include "bw-pause.h"
#include "bw-reference.h"
#include "bw-summary.h"
#include "bw-text.h"
#include "core-test.h"

static void
test_reference_expand (void)
{
  static const struct
  {
    const char *template;
    const char *url; /* NULL: may not be opened */
  } examples[] = {
    { "https://books.example/relations/{id}", "https://books.example/relations/a%2Fb%20%26%3F%23" },
    { "http://localhost:8080/?r={id}&l={label}&again={id}",
      "http://localhost:8080/?r=a%2Fb%20%26%3F%23&l=%D9%85%22&again=a%2Fb%20%26%3F%23" },
    { "mailto:office@books.example?subject={label}",
      "mailto:office@books.example?subject=%D9%85%22" },
    { "HTTPS://books.example/{id}", "HTTPS://books.example/a%2Fb%20%26%3F%23" },
    { NULL, NULL },
    { "", NULL },
    { "{id}", NULL },
    { "/relations/{id}", NULL },
    { "https:///{id}", NULL },
    { "https://books.example/{name}", NULL },
    { "javascript:alert({id})", NULL },
    { "file:///etc/{id}", NULL },
    { "x-scheme:{id}", NULL },
    { "data:text/html,{label}", NULL },
    { "mailto:", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (examples); i++)
    {
      g_autoptr (BwReference) reference = bw_reference_new ("relation", "a/b &?#", "\xd9\x85\"");

      bw_reference_expand (reference, examples[i].template);
      g_assert_cmpstr (reference->url, ==, examples[i].url);
    }
}

static void
test_reference_expand_again (void)
{
  g_autoptr (BwReference) reference = bw_reference_new ("relation", "7", NULL);
  g_autoptr (BwReference) copy = NULL;

  bw_reference_expand (reference, "https://a.example/{label}");
  g_assert_cmpstr (reference->url, ==, "https://a.example/7");
  copy = bw_reference_copy (reference);
  bw_reference_expand (reference, NULL);
  g_assert_null (reference->url);
  g_assert_cmpstr (copy->url, ==, "https://a.example/7");
  g_assert_null (bw_reference_copy (NULL));
}

static void
test_pause (void)
{
  g_autoptr (BwPause) pause = bw_pause_new ();
  g_autoptr (BwPause) read = NULL;
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();
  g_autoptr (BwJsonReader) reader = NULL;
  g_autofree char *json = NULL;

  pause->id = 4;
  pause->user_id = 7;
  pause->user_name = g_strdup ("Ines");
  pause->reason = g_strdup ("Year end");
  pause->paused_by = g_strdup ("Adam");
  pause->since = 0;
  bw_pause_write (pause, writer, NULL);
  json = bw_json_writer_free_to_string (g_steal_pointer (&writer));
  g_assert_cmpstr (json, ==,
                   "{\"id\":4,\"user\":{\"id\":7,\"name\":\"Ines\"},\"type\":null,\"type_name\":"
                   "null,\"all\":false,\"reason\":\"Year end\",\"paused_by\":\"Adam\",\"since\":"
                   "\"1970-01-01T00:00:00.000Z\"}");
  reader = read_json (json);
  read = bw_pause_read (reader);
  g_assert_nonnull (read);
  g_assert_cmpint (read->user_id, ==, 7);
  g_assert_cmpstr (read->user_name, ==, "Ines");
  g_assert_null (read->type);
  g_assert_cmpstr (read->reason, ==, "Year end");
  g_assert_cmpstr (read->paused_by, ==, "Adam");
  g_assert_cmpint (read->since, ==, 0);
}

static void
test_pause_of_type (void)
{
  g_autoptr (BwJsonReader) reader =
      read_json ("{\"id\":5,\"user\":null,\"type\":\"t\",\"type_name\":\"T\",\"all\":true}");
  g_autoptr (BwPause) pause = bw_pause_read (reader);

  g_assert_nonnull (pause);
  g_assert_cmpint (pause->user_id, ==, 0);
  g_assert_cmpstr (pause->type, ==, "t");
  g_assert_cmpstr (pause->type_name, ==, "T");
  g_assert_true (pause->all);
  g_assert_null (pause->reason);
}

static void
test_summary (void)
{
  const BwSummary summary = { .in_state = { 1, 20, 300, 4000, 50000, 600000 }, .is_exact = FALSE };
  BwSummary read;
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();
  g_autoptr (BwJsonReader) reader = NULL;
  g_autofree char *json = NULL;

  g_assert_cmpint (bw_summary_total (&summary), ==, 654321);
  g_assert_cmpint (bw_summary_count (&summary, BW_JOB_STATES_ACTIVE), ==, 21);
  g_assert_cmpint (bw_summary_count (&summary, 0), ==, 0);
  bw_json_writer_begin_object (writer, NULL);
  bw_summary_write (&summary, writer);
  bw_json_writer_end_object (writer);
  json = bw_json_writer_free_to_string (g_steal_pointer (&writer));
  g_assert_cmpstr (json, ==,
                   "{\"total\":654321,\"active\":21,\"completed\":50300,\"failed\":4000,"
                   "\"by_state\":{\"queued\":1,\"processing\":20,\"success\":300,\"failed\":4000,"
                   "\"skipped\":50000,\"cancelled\":600000},\"total_is_exact\":false}");
  reader = read_json (json);
  g_assert_true (bw_summary_read (&read, reader));
  for (guint i = 0; i < BW_N_JOB_STATES; i++)
    g_assert_cmpint (read.in_state[i], ==, summary.in_state[i]);
  g_assert_false (read.is_exact);
}

static void
test_summary_wrong (void)
{
  static const char *const wrong[] = { "{}",
                                       "[]",
                                       "{\"by_state\":[]}",
                                       "{\"by_state\":{\"queued\":-1}}",
                                       "{\"by_state\":{\"queued\":9223372036854775807}}",
                                       "{\"by_state\":{\"queued\":\"1\"}}" };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (BwJsonReader) reader = read_json (wrong[i]);
      BwSummary summary;

      g_assert_false (bw_summary_read (&summary, reader));
    }
}

static BwJob *
make_job (void)
{
  BwJob *job = bw_job_new ();

  job->id = 4711;
  job->type = g_strdup ("send-invoices");
  job->type_name = g_strdup ("Send invoices");
  job->name = g_strdup ("Lines\r\nof \xd9\x85");
  job->message = g_strdup ("One\ntwo");
  return job;
}

static void
test_events (void)
{
  for (guint i = BW_EVENT_JOB; i <= BW_EVENT_RESET; i++)
    {
      BwEventKind kind = (BwEventKind) i;
      g_autoptr (BwEvent) event = bw_event_new (kind, 12345);
      g_autoptr (BwEvent) read = NULL;
      g_autofree char *data = NULL;

      if (kind == BW_EVENT_JOB)
        event->job = make_job ();
      if (kind == BW_EVENT_JOB || kind == BW_EVENT_DELETED)
        event->job_id = 4711;
      data = bw_event_to_data (event);
      /* The stream's lines end at any of these. */
      g_assert_null (strpbrk (data, "\r\n"));
      read = bw_event_parse (bw_event_kind_to_string (kind), data, strlen (data), NULL);
      g_assert_nonnull (read);
      g_assert_cmpuint (read->kind, ==, kind);
      g_assert_cmpint (read->revision, ==, 12345);
      g_assert_cmpint (read->job_id, ==, event->job_id);
      g_assert_true (read->job == NULL ? event->job == NULL : bw_job_equal (read->job, event->job));
    }
}

static void
test_event_data (void)
{
  g_autoptr (BwEvent) deleted = bw_event_new (BW_EVENT_DELETED, 8);
  g_autoptr (BwEvent) pauses = bw_event_new (BW_EVENT_PAUSES, 9);
  g_autofree char *deleted_data = NULL;
  g_autofree char *pauses_data = bw_event_to_data (pauses);

  deleted->job_id = 7;
  deleted_data = bw_event_to_data (deleted);
  g_assert_cmpstr (deleted_data, ==, "{\"revision\":8,\"id\":7}");
  g_assert_cmpstr (pauses_data, ==, "{\"revision\":9}");
}

static void
test_event_wrong (void)
{
  static const char *const wrong[][2] = {
    { "news", "{\"revision\":1}" },
    { "", "{\"revision\":1}" },
    { "job", "{\"revision\":1}" },
    { "job", "{\"revision\":1,\"job\":null}" },
    { "job", "{\"revision\":1,\"job\":{\"id\":1}}" },
    { "deleted", "{\"revision\":1}" },
    { "reset", "{}" },
    { "reset", "" },
    { "reset", "{\"revision\":\"1\"}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (bw_event_parse (wrong[i][0], wrong[i][1], strlen (wrong[i][1]), &error));
      g_assert_error (error, BW_ERROR, BW_ERROR_INVALID);
    }
}

static void
test_text (void)
{
  g_autofree char *longest = g_strnfill (64, 'a');
  g_autofree char *too_long = g_strnfill (65, 'a');

  g_assert_false (bw_text_has_control (""));
  g_assert_false (bw_text_has_control ("Jansen \xc3\xa9 \xc2\xa0 \xd9\x85 \xe2\x80\xae"));
  g_assert_true (bw_text_has_control ("a\tb"));
  g_assert_true (bw_text_has_control ("a\x7f"));
  g_assert_true (bw_text_has_control ("\xc2\x80"));
  g_assert_true (bw_text_has_control ("x\xc2\x9f"));
  g_assert_true (bw_text_is_type_name ("send-invoices"));
  g_assert_true (bw_text_is_type_name ("0"));
  g_assert_true (bw_text_is_type_name ("a.b_c-9"));
  g_assert_true (bw_text_is_type_name (longest));
  g_assert_false (bw_text_is_type_name (too_long));
  g_assert_false (bw_text_is_type_name (""));
  g_assert_false (bw_text_is_type_name ("-a"));
  g_assert_false (bw_text_is_type_name ("Send"));
  g_assert_false (bw_text_is_type_name ("a b"));
  g_assert_false (bw_text_is_type_name ("a/b"));
  g_assert_false (bw_text_is_type_name ("caf\xc3\xa9"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/reference/expand", test_reference_expand);
  g_test_add_func ("/core/reference/expand-again", test_reference_expand_again);
  g_test_add_func ("/core/pause/round-trip", test_pause);
  g_test_add_func ("/core/pause/of-type", test_pause_of_type);
  g_test_add_func ("/core/summary/round-trip", test_summary);
  g_test_add_func ("/core/summary/wrong", test_summary_wrong);
  g_test_add_func ("/core/event/round-trip", test_events);
  g_test_add_func ("/core/event/data", test_event_data);
  g_test_add_func ("/core/event/wrong", test_event_wrong);
  g_test_add_func ("/core/text", test_text);
  return g_test_run ();
}
