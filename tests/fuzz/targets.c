/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "targets.h"

#include <string.h>

#include "bw-bulk.h"
#include "bw-command-output.h"
#include "bw-event.h"
#include "bw-filter.h"
#include "bw-json-reader.h"
#include "bw-report.h"
#include "bw-sse-parser.h"
#include "bw-submission.h"
#include "bw-time.h"
#include "bw-uri.h"

/* What is accepted by one reader is accepted by the other, which makes a tree with json-glib. */
static void
try_json (const char *data, gsize length)
{
  g_autoptr (BwJsonReader) reader = bw_json_reader_new_for_text (data, length, NULL);
  g_autoptr (JsonNode) node = bw_json_parse (data, length, NULL);
  JsonNode *again;

  g_assert_cmpint (reader != NULL, ==, node != NULL);
  if (reader == NULL)
    return;
  again = bw_json_reader_node (reader, NULL);
  g_assert_true (again == NULL || json_node_equal (again, node));
}

static char *
write_submissions (GPtrArray *submissions)
{
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();

  bw_json_writer_begin_array (writer, NULL);
  for (guint i = 0; i < submissions->len; i++)
    bw_submission_write (g_ptr_array_index (submissions, i), writer, NULL);
  bw_json_writer_end_array (writer);
  return bw_json_writer_free_to_string (g_steal_pointer (&writer));
}

/* What was read and written is read as the same again. */
static void
try_submission (const char *data, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) read = bw_submissions_parse (data, length, &error);
  g_autoptr (GPtrArray) again = NULL;
  g_autofree char *text = NULL;
  g_autofree char *same = NULL;

  g_assert_cmpint (read == NULL, ==, error != NULL);
  if (read == NULL || read->len == 0)
    return;
  text = write_submissions (read);
  again = bw_submissions_parse (text, strlen (text), &error);
  g_assert_no_error (error);
  same = write_submissions (again);
  g_assert_cmpstr (text, ==, same);
}

static void
try_report (const char *data, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) reports = bw_reports_parse (data, length, &error);
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();

  g_assert_cmpint (reports == NULL, ==, error != NULL);
  bw_json_writer_begin_array (writer, NULL);
  for (guint i = 0; reports != NULL && i < reports->len; i++)
    bw_report_write (g_ptr_array_index (reports, i), writer, NULL);
  bw_json_writer_end_array (writer);
}

static void
try_claim (const char *data, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BwClaimRequest) request = bw_claim_request_parse (data, length, &error);
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();

  g_assert_cmpint (request == NULL, ==, error != NULL);
  if (request != NULL)
    bw_claim_request_write (request, writer);
}

static void
try_bulk (const char *data, gsize length)
{
  g_autoptr (BwJsonReader) reader = bw_json_reader_new_for_text (data, length, NULL);

  if (reader != NULL)
    {
      g_autoptr (BwBulkRequest) request = bw_bulk_request_read (reader);

      g_assert_true (request == NULL || bw_json_reader_is_valid (reader));
    }
}

static BwFilter *
read_filter (const char *target)
{
  g_autoptr (BwUri) uri = bw_uri_parse (target, NULL);
  g_autoptr (BwFilter) filter = bw_filter_new ();

  for (guint i = 0; uri != NULL && i < uri->names->len; i++)
    if (!bw_filter_set_parameter (filter, g_ptr_array_index (uri->names, i),
                                  g_ptr_array_index (uri->values, i), NULL))
      return NULL;
  return uri != NULL ? g_steal_pointer (&filter) : NULL;
}

/* What a filter says as a query says the same filter. */
static void
try_filter (const char *data, gsize length)
{
  g_autofree char *target = g_strndup (data, length);
  g_autoptr (BwFilter) filter = read_filter (target);
  g_autoptr (BwFilter) again = NULL;
  g_autofree char *query = NULL;
  g_autofree char *same = NULL;

  if (filter == NULL)
    return;
  query = bw_filter_to_query (filter);
  same = g_strconcat ("/jobs?", query, NULL);
  again = read_filter (same);
  g_assert_nonnull (again);
  g_assert_true (bw_filter_equal (filter, again));
}

static void
try_time (const char *data, gsize length)
{
  g_autofree char *text = g_strndup (data, length);
  g_autofree char *same = NULL;
  BwTime time;
  BwTime again;

  if (!bw_time_parse (text, &time))
    return;
  same = bw_time_to_string (time);
  g_assert_true (bw_time_parse (same, &again));
  g_assert_cmpint (time, ==, again);
}

static void
record_event (const char *kind, const char *data, gsize length, const char *id, gpointer record)
{
  g_assert_cmpint (data[length], ==, '\0');
  g_string_append_printf (record, "[%s|%s|%zu|%s]", kind, data, length, id != NULL ? id : "-");
}

static char *
feed_events (const char *data, gsize length, gsize step)
{
  GString *record = g_string_new (NULL);
  g_autoptr (BwSseParser) parser = bw_sse_parser_new (record_event, record);

  for (gsize at = 0; at < length; at += step)
    if (!bw_sse_parser_feed (parser, data + at, MIN (step, length - at), NULL))
      {
        g_string_append (record, "[refused]");
        break;
      }
  return g_string_free (record, FALSE);
}

/* However it is cut into pieces, it says the same. */
static void
try_sse (const char *data, gsize length)
{
  g_autofree char *whole = feed_events (data, length, MAX (length, 1));
  g_autofree char *pieces = feed_events (data, length, 1);

  g_assert_cmpstr (whole, ==, pieces);
}

static void
try_command (const char *data, gsize length)
{
  BwClaim *claim = bw_claim_new ();
  BwHold *hold = bw_hold_new (1, BW_TIME_HOUR);
  BwCommandOutput *output;
  gsize room = G_MAXSSIZE;

  for (gint64 i = 1; i <= 3; i++)
    {
      BwItem *item = bw_item_new ();

      item->item = i;
      g_ptr_array_add (claim->items, item);
    }
  output = bw_command_output_new (hold, claim);
  bw_command_output_feed (output, data, length);
  bw_command_output_feed_log (output, data, length);
  bw_command_output_end (output);
  g_assert_cmpuint (bw_command_output_n_reported (output) + bw_command_output_n_pending (output),
                    ==, 3);
  bw_report_free (bw_hold_take_report (hold, &room));
  bw_command_output_free (output);
  g_assert_finalize_object (hold);
  bw_claim_free (claim);
}

const FuzzTarget fuzz_targets[] = {
  { "json",
    try_json,
    { "{\"a\":[1,-2.5e3,true,null,\"\\u00e9\\ud83d\\ude00\\n\"],\"b\":{\"c\":{}}}", "[[[[[]]]]]",
      "\"\\\\\\\"\\/\"", "{\"a\":1,\"a\":2}", "9223372036854775808", "-0", "1e400",
      "\"\xc3\xa9\xf0\x9f\x98\x80\"", NULL } },
  { "submission",
    try_submission,
    { "{\"type\":\"send-invoices\",\"name\":\"November\",\"parameters\":{\"a\":[1]},\"items\":[{"
      "\"label\":\"A\","
      "\"reference\":{\"kind\":\"relation\",\"id\":\"7\",\"label\":\"A\"},\"parameters\":{}}],"
      "\"references\":[{\"kind\":"
      "\"invoice\",\"id\":\"9\"}],\"idempotency_key\":\"k\",\"priority\":5,\"run_at\":\"2026-11-"
      "22T10:00:00.000Z\","
      "\"automated\":true,\"max_attempts\":3,\"entity\":\"invoices\"}",
      "[{\"type\":\"a\"},{\"type\":\"b\",\"items\":[{\"label\":\"x\"}]}]", NULL } },
  { "report",
    try_report,
    { "{\"reports\":[{\"claim\":12,\"items\":[{\"item\":1,\"state\":\"failed\",\"message\":\"no\"}]"
      ",\"log\":[\"a\",\"b\"],"
      "\"progress\":0.5,\"message\":\"half\",\"finish\":{\"error\":\"broken\"}}]}",
      "{\"reports\":[{\"claim\":1,\"finish\":{}}]}", NULL } },
  { "claim",
    try_claim,
    { "{\"worker\":\"w\",\"businesses\":[\"willems\"],\"types\":[\"send-invoices\"],\"max\":5,"
      "\"lease_s\":60,"
      "\"wait_s\":30}",
      NULL } },
  { "bulk",
    try_bulk,
    { "{\"action\":\"retry\",\"ids\":[1,2,3],\"items\":\"failed\"}",
      "{\"action\":\"cancel\",\"filter\":{\"state\":[\"queued\"],\"q\":\"word\",\"from\":\"2026-11-"
      "22T10:00:00Z\"}}",
      NULL } },
  { "filter",
    try_filter,
    { "/jobs?state=queued&state=failed&type=a&created_by=1&relation=7&q=two+words&from=2026-11-"
      "01T00:00:00Z&"
      "until=2026-12-01T00:00:00%2b01:00&condition=paused&sort=-created_at",
      "/jobs?sort=name&q=%c3%a9", NULL } },
  { "time",
    try_time,
    { "2026-11-22T10:00:00.123Z", "1969-12-31T23:59:59.999-00:00", "2026-02-29T24:00:60+23:59",
      "9999-12-31T23:59:59.9999999Z", "0001-01-01t00:00:00z", NULL } },
  { "sse",
    try_sse,
    { ": hello\nretry: 2000\n\nid: 5\nevent: job\ndata: {\"a\":1}\ndata: b\n\n",
      "\xef\xbb\xbf"
      "data:x\r\n\r\rdata\n\n",
      "id: a\n\nid\ndata: c\n\n", NULL } },
  { "command",
    try_command,
    { "{\"item\":3,\"state\":\"failed\",\"message\":\"no\"}\n{\"progress\":0.4}\n{\"message\":"
      "\"m\"}\n{\"result\":\"p\"}\n",
      "plain text\n\xff\xfe\r\n{\"item\":1,\"state\":\"success\"}", NULL } },
  { NULL, NULL, { NULL } },
};

/** fuzz_find_target: @name: a target's name. Returns: (nullable): the target */
const FuzzTarget *
fuzz_find_target (const char *name)
{
  for (const FuzzTarget *target = fuzz_targets; target->name != NULL; target++)
    if (g_str_equal (target->name, name))
      return target;
  return NULL;
}
