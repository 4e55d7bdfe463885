/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-report.h"
#include "core-test.h"

static GPtrArray *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *reports = bw_reports_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_nonnull (reports);
  return reports;
}

static void
test_directives (void)
{
  for (guint i = BW_DIRECTIVE_CONTINUE; i <= BW_DIRECTIVE_CANCEL; i++)
    {
      BwDirective directive = BW_DIRECTIVE_CONTINUE;
      const char *name = bw_directive_to_string ((BwDirective) i);

      g_assert_true (bw_directive_from_string (name, &directive));
      g_assert_cmpuint (directive, ==, i);
    }
}

static void
test_reports (void)
{
  g_autoptr (GPtrArray) reports =
      parse ("{\"reports\":[{\"claim\":7},{\"claim\":8,\"items\":[{\"item\":3,\"state\":"
             "\"failed\",\"message\":\"No\\naddress\"},{\"item\":4,\"state\":\"skipped\"}],"
             "\"log\":[\"one\",\"\"],\"progress\":0.5,\"message\":\"Half\",\"finish\":{}},"
             "{\"claim\":9,\"progress\":0,\"finish\":{\"error\":\"Broken\"}},"
             "{\"claim\":10,\"finish\":{\"released\":true}},{\"claim\":11,\"finish\":null}]}");
  const BwReport *report = g_ptr_array_index (reports, 0);
  const BwItemResult *result;

  g_assert_cmpuint (reports->len, ==, 5);
  g_assert_cmpint (report->claim, ==, 7);
  g_assert_cmpuint (report->items->len, ==, 0);
  g_assert_null (report->log);
  g_assert_cmpfloat (report->progress, <, 0);
  g_assert_false (report->finish);

  report = g_ptr_array_index (reports, 1);
  g_assert_cmpuint (report->items->len, ==, 2);
  result = g_ptr_array_index (report->items, 0);
  g_assert_cmpint (result->item, ==, 3);
  g_assert_cmpuint (result->state, ==, BW_ITEM_STATE_FAILED);
  g_assert_cmpstr (result->message, ==, "No\naddress");
  g_assert_cmpstrv (report->log, ((const char *[]) { "one", "", NULL }));
  g_assert_cmpfloat (report->progress, ==, 0.5);
  g_assert_cmpstr (report->message, ==, "Half");
  g_assert_true (report->finish);
  g_assert_null (report->error);
  g_assert_false (report->released);

  report = g_ptr_array_index (reports, 2);
  g_assert_cmpfloat (report->progress, ==, 0);
  g_assert_cmpstr (report->error, ==, "Broken");
  report = g_ptr_array_index (reports, 3);
  g_assert_true (report->finish && report->released);
  report = g_ptr_array_index (reports, 4);
  g_assert_false (report->finish);
}

static void
test_report_round_trip (void)
{
  static const char text[] =
      "{\"reports\":[{\"claim\":8,\"items\":[{\"item\":3,\"state\":\"cancelled\",\"message\":"
      "\"x\\u0001\"},{\"item\":4,\"state\":\"success\"}],\"log\":[\"one\"],\"progress\":0.25,"
      "\"message\":\"Half\",\"finish\":{\"error\":\"Broken\"}},{\"claim\":9},"
      "{\"claim\":10,\"progress\":1,\"finish\":{}},{\"claim\":11,\"finish\":{\"released\":true}}]}";
  g_autoptr (GPtrArray) reports = parse (text);
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();
  g_autofree char *written = NULL;

  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_begin_array (writer, "reports");
  for (guint i = 0; i < reports->len; i++)
    bw_report_write (g_ptr_array_index (reports, i), writer, NULL);
  bw_json_writer_end_array (writer);
  bw_json_writer_end_object (writer);
  written = bw_json_writer_free_to_string (g_steal_pointer (&writer));
  g_assert_cmpstr (written, ==, text);
}

static const struct
{
  const char *text;
  const char *field;
} refused_reports[] = {
  { "[]", NULL },
  { "{}", "reports" },
  { "{\"reports\":7}", "reports" },
  { "{\"reports\":[],\"x\":1}", "x" },
  { "{\"reports\":[7]}", "reports[0]" },
  { "{\"reports\":[{}]}", "reports[0].claim" },
  { "{\"reports\":[{\"claim\":0}]}", "reports[0].claim" },
  { "{\"reports\":[{\"claim\":9223372036854775808}]}", "reports[0].claim" },
  { "{\"reports\":[{\"claim\":1,\"done\":true}]}", "reports[0].done" },
  { "{\"reports\":[{\"claim\":1,\"items\":[{\"item\":0,\"state\":\"success\"}]}]}",
    "reports[0].items[0].item" },
  { "{\"reports\":[{\"claim\":1,\"items\":[{\"item\":1,\"state\":\"pending\"}]}]}",
    "reports[0].items[0].state" },
  { "{\"reports\":[{\"claim\":1,\"items\":[{\"item\":1,\"state\":\"done\"}]}]}",
    "reports[0].items[0].state" },
  { "{\"reports\":[{\"claim\":1,\"items\":[{\"item\":1}]}]}", "reports[0].items[0].state" },
  { "{\"reports\":[{\"claim\":1,\"items\":[{\"item\":1,\"state\":\"failed\",\"error\":\"x\"}]}]}",
    "reports[0].items[0].error" },
  { "{\"reports\":[{\"claim\":1,\"log\":\"x\"}]}", "reports[0].log" },
  { "{\"reports\":[{\"claim\":1,\"log\":[\"x\",7]}]}", "reports[0].log[1]" },
  { "{\"reports\":[{\"claim\":1,\"progress\":1.5}]}", "reports[0].progress" },
  { "{\"reports\":[{\"claim\":1,\"progress\":-0.1}]}", "reports[0].progress" },
  { "{\"reports\":[{\"claim\":1,\"finish\":true}]}", "reports[0].finish" },
  { "{\"reports\":[{\"claim\":1,\"finish\":{\"state\":\"success\"}}]}", "reports[0].finish.state" },
  { "{\"reports\":[{\"claim\":1,\"finish\":{\"error\":\"x\",\"released\":true}}]}",
    "reports[0].finish.released" },
};

static void
test_reports_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused_reports); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (
          bw_reports_parse (refused_reports[i].text, strlen (refused_reports[i].text), &error));
      assert_bw_error (error, BW_ERROR_INVALID, refused_reports[i].field);
    }
}

static char *
repeat (const char *before, const char *element, guint n, const char *after)
{
  GString *text = g_string_new (before);

  for (guint i = 0; i < n; i++)
    {
      if (i > 0)
        g_string_append_c (text, ',');
      g_string_append (text, element);
    }
  g_string_append (text, after);
  return g_string_free_and_steal (text);
}

static void
test_report_bounds (void)
{
  g_autofree char *line = g_strnfill (BW_MAX_LOG_LINE, 'x');
  g_autofree char *quoted = g_strdup_printf ("\"%s\"", line);
  const struct
  {
    const char *before;
    const char *element;
    guint max;
    const char *after;
    const char *field;
  } bounds[] = {
    { "{\"reports\":[", "{\"claim\":1}", BW_REPORTS_MAX, "]}", "reports" },
    { "{\"reports\":[{\"claim\":1,\"items\":[", "{\"item\":1,\"state\":\"success\"}",
      BW_REPORT_MAX_ITEMS, "]}]}", "reports[0].items" },
    { "{\"reports\":[{\"claim\":1,\"log\":[", "\"x\"", BW_REPORT_MAX_LINES, "]}]}",
      "reports[0].log" },
  };
  g_autofree char *longest = repeat ("{\"reports\":[{\"claim\":1,\"log\":[", quoted, 1, "]}]}");
  g_autoptr (GPtrArray) with_longest = parse (longest);

  for (guint i = 0; i < G_N_ELEMENTS (bounds); i++)
    {
      g_autofree char *just =
          repeat (bounds[i].before, bounds[i].element, bounds[i].max, bounds[i].after);
      g_autofree char *more =
          repeat (bounds[i].before, bounds[i].element, bounds[i].max + 1, bounds[i].after);
      g_autoptr (GPtrArray) reports = parse (just);
      g_autoptr (GError) error = NULL;

      g_assert_null (bw_reports_parse (more, strlen (more), &error));
      assert_bw_error (error, BW_ERROR_TOO_LARGE, bounds[i].field);
    }
}

static void
test_results (void)
{
  g_autoptr (GPtrArray) results = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) read = NULL;
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();
  g_autoptr (BwJsonReader) reader = NULL;
  g_autofree char *json = NULL;
  const BwReportResult *result;

  g_ptr_array_add (results, bw_report_result_new (7, 200, BW_DIRECTIVE_PAUSE));
  g_ptr_array_add (results, bw_report_result_new (8, 409, BW_DIRECTIVE_CANCEL));
  bw_json_writer_begin_object (writer, NULL);
  bw_report_results_write (results, writer, "results");
  bw_json_writer_end_object (writer);
  json = bw_json_writer_free_to_string (g_steal_pointer (&writer));
  g_assert_cmpstr (json, ==,
                   "{\"results\":[{\"claim\":7,\"status\":200,\"directive\":\"pause\"},"
                   "{\"claim\":8,\"status\":409,\"directive\":\"cancel\"}]}");
  reader = read_json (json);
  read = bw_report_results_read (reader, "results");
  g_assert_nonnull (read);
  g_assert_cmpuint (read->len, ==, 2);
  result = g_ptr_array_index (read, 1);
  g_assert_cmpint (result->claim, ==, 8);
  g_assert_cmpuint (result->status, ==, 409);
  g_assert_cmpuint (result->directive, ==, BW_DIRECTIVE_CANCEL);
}

static void
test_results_wrong (void)
{
  static const char *const wrong[] = {
    "{}", "{\"results\":[{}]}", "{\"results\":[{\"claim\":1,\"status\":0}]}",
    "{\"results\":[{\"claim\":1,\"status\":200,\"directive\":\"hurry\"}]}"
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (BwJsonReader) reader = read_json (wrong[i]);

      g_assert_null (bw_report_results_read (reader, "results"));
      g_assert_false (bw_json_reader_is_valid (reader));
    }
}

static BwClaimRequest *
parse_request (const char *text)
{
  g_autoptr (GError) error = NULL;
  BwClaimRequest *request = bw_claim_request_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return request;
}

static void
test_claim_request (void)
{
  static const char text[] =
      "{\"worker\":\"host-1\",\"businesses\":[\"willems\"],\"types\":[\"a\",\"b\"],\"max\":10,"
      "\"lease_s\":2.5,\"wait_s\":30}";
  g_autoptr (BwClaimRequest) request = parse_request (text);
  g_autoptr (BwClaimRequest) bare = parse_request ("{\"worker\":\"w\"}");
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();
  g_autofree char *written = NULL;

  g_assert_cmpint (request->lease, ==, 2500);
  g_assert_cmpint (request->wait, ==, 30000);
  bw_claim_request_write (request, writer);
  written = bw_json_writer_free_to_string (g_steal_pointer (&writer));
  g_assert_cmpstr (written, ==, text);

  g_assert_null (bare->businesses);
  g_assert_null (bare->types);
  g_assert_cmpint (bare->max, ==, 1);
  g_assert_cmpint (bare->lease, ==, 60000);
  g_assert_cmpint (bare->wait, ==, 0);
}

static void
test_claim_request_refused (void)
{
  static const struct
  {
    const char *text;
    const char *field;
  } refused[] = {
    { "{}", "worker" },
    { "{\"worker\":\"\"}", "worker" },
    { "{\"worker\":\"w\",\"type\":[\"a\"]}", "type" },
    { "{\"worker\":\"w\",\"types\":\"a\"}", "types" },
    { "{\"worker\":\"w\",\"types\":[]}", "types" },
    { "{\"worker\":\"w\",\"businesses\":[]}", "businesses" },
    { "{\"worker\":\"w\",\"max\":0}", "max" },
    { "{\"worker\":\"w\",\"max\":1001}", "max" },
    { "{\"worker\":\"w\",\"lease_s\":0.5}", "lease_s" },
    { "{\"worker\":\"w\",\"lease_s\":86401}", "lease_s" },
    { "{\"worker\":\"w\",\"lease_s\":\"60\"}", "lease_s" },
    { "{\"worker\":\"w\",\"wait_s\":-1}", "wait_s" },
    { "{\"worker\":\"w\",\"wait_s\":61}", "wait_s" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (bw_claim_request_parse (refused[i].text, strlen (refused[i].text), &error));
      assert_bw_error (error, BW_ERROR_INVALID, refused[i].field);
    }
}

static void
test_claim (void)
{
  static const char text[] =
      "{\"claim\":42,\"business\":\"willems\",\"lease_until\":\"1970-01-01T00:01:00.000Z\","
      "\"job\":{\"id\":7,\"type\":\"send\",\"name\":\"N\",\"parameters\":{\"a\":1.50},"
      "\"attempt\":2},\"items\":[{\"item\":3,\"label\":\"L\",\"reference\":{\"kind\":\"k\",\"id\":"
      "\"1\",\"label\":\"R\"},\"parameters\":{\"b\":[]}},{\"item\":5,\"label\":\"M\","
      "\"reference\":null,\"parameters\":null}]}";
  g_autoptr (BwJsonReader) reader = read_json (text);
  g_autoptr (BwClaim) claim = bw_claim_read (reader);
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();
  g_autofree char *written = NULL;
  const BwItem *item;

  g_assert_nonnull (claim);
  g_assert_cmpint (claim->claim, ==, 42);
  g_assert_cmpint (claim->job, ==, 7);
  g_assert_cmpint (claim->attempt, ==, 2);
  g_assert_cmpint (claim->lease_until, ==, 60000);
  g_assert_cmpuint (claim->items->len, ==, 2);
  item = g_ptr_array_index (claim->items, 1);
  g_assert_cmpint (item->item, ==, 5);
  g_assert_cmpuint (item->state, ==, BW_ITEM_STATE_PENDING);
  g_assert_null (item->parameters);
  bw_claim_write (claim, writer, NULL);
  written = bw_json_writer_free_to_string (g_steal_pointer (&writer));
  g_assert_cmpstr (written, ==, text);
}

static void
test_claim_wrong (void)
{
  static const char *const wrong[] = {
    "{}",
    "{\"claim\":1}",
    "{\"claim\":1,\"job\":7}",
    "{\"claim\":1,\"job\":{\"id\":1}}",
    "{\"claim\":\"1\",\"job\":{\"id\":1,\"type\":\"a\"}}",
    "{\"claim\":1,\"job\":{\"id\":1,\"type\":\"a\"},\"items\":[{\"item\":0}]}"
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (BwJsonReader) reader = read_json (wrong[i]);

      g_assert_null (bw_claim_read (reader));
      g_assert_false (bw_json_reader_is_valid (reader));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/report/directives", test_directives);
  g_test_add_func ("/core/report/reports", test_reports);
  g_test_add_func ("/core/report/round-trip", test_report_round_trip);
  g_test_add_func ("/core/report/refused", test_reports_refused);
  g_test_add_func ("/core/report/bounds", test_report_bounds);
  g_test_add_func ("/core/report/results", test_results);
  g_test_add_func ("/core/report/results-wrong", test_results_wrong);
  g_test_add_func ("/core/claim/request", test_claim_request);
  g_test_add_func ("/core/claim/request-refused", test_claim_request_refused);
  g_test_add_func ("/core/claim/round-trip", test_claim);
  g_test_add_func ("/core/claim/wrong", test_claim_wrong);
  return g_test_run ();
}
