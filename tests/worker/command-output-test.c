/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "bw-command-output.h"
#include "bw-submission.h"

typedef struct
{
  BwClaim *claim;
  BwHold *hold;
  BwCommandOutput *output;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->claim = bw_claim_new ();
  for (gint64 item = 3; item <= 5; item++)
    {
      BwItem *pending = bw_item_new ();

      pending->item = item;
      g_ptr_array_add (fixture->claim->items, pending);
    }
  fixture->hold = bw_hold_new (1, BW_TIME_HOUR);
  fixture->output = bw_command_output_new (fixture->hold, fixture->claim);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  bw_command_output_free (fixture->output);
  g_assert_finalize_object (fixture->hold);
  bw_claim_free (fixture->claim);
}

static void
say (Fixture *fixture, const char *text)
{
  bw_command_output_feed (fixture->output, text, strlen (text));
}

static BwReport *
take (Fixture *fixture)
{
  gsize room = G_MAXSSIZE;

  return bw_hold_take_report (fixture->hold, &room);
}

/* What the log says; "" when nothing. */
static char *
take_log (Fixture *fixture)
{
  g_autoptr (BwReport) report = take (fixture);

  g_assert_cmpuint (report->items->len, ==, 0);
  return report->log != NULL ? g_strjoinv ("\n", report->log) : g_strdup ("");
}

static void
test_items (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BwReport) report = NULL;
  BwItemResult *first;

  say (fixture, "{\"item\": 4, \"state\": \"failed\", \"mess");
  say (fixture, "age\": \"No address\"}\r\n\n  \n{\"item\":3,\"state\":\"success\"}\n");
  say (fixture, "{\"item\":5,\"state\":\"skipped\",\"progress\":0.5}");
  g_assert_cmpuint (bw_command_output_n_pending (fixture->output), ==, 1);
  bw_command_output_end (fixture->output);
  g_assert_cmpuint (bw_command_output_n_reported (fixture->output), ==, 3);

  report = take (fixture);
  g_assert_cmpuint (report->items->len, ==, 3);
  g_assert_null (report->log);
  first = g_ptr_array_index (report->items, 0);
  g_assert_cmpint (first->item, ==, 4);
  g_assert_cmpint (first->state, ==, BW_ITEM_STATE_FAILED);
  g_assert_cmpstr (first->message, ==, "No address");
  g_assert_cmpfloat (report->progress, ==, 0.5);
  g_assert_null (report->message);
}

static void
test_job (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BwReport) report = NULL;

  say (fixture,
       "{\"progress\":0.25}\n{\"progress\":1}\n{\"message\":\"Half\"}\n{\"result\":\"out.csv\"}\n");
  report = take (fixture);
  g_assert_cmpfloat (report->progress, ==, 1);
  g_assert_cmpstr (report->message, ==, "Half");
  g_assert_cmpstr (bw_command_output_get_result (fixture->output), ==, "out.csv");
  g_assert_false (bw_hold_has_news (fixture->hold));
}

typedef struct
{
  const char *name;
  const char *line;
  const char *complaint; /* part of it */
} BadLine;

static const BadLine bad_lines[] = {
  { "text", "Hello", "Output line 1 was ignored: It is not JSON: Hello" },
  { "array", "[1]", "must be an object" },
  { "broken", "{\"item\":3,", "It is not JSON" },
  { "unknown-member", "{\"itm\":3}", "unknown field 'itm'" },
  { "unknown-state", "{\"item\":3,\"state\":\"done\"}",
    "must be “success”, “failed” or “skipped”" },
  { "pending", "{\"item\":3,\"state\":\"pending\"}", "must be “success”, “failed” or “skipped”" },
  { "no-state", "{\"item\":3}", "state" },
  { "no-item", "{\"state\":\"success\"}", "must say which item is meant" },
  { "not-claimed", "{\"item\":1,\"state\":\"success\"}", "Item 1 is not one of those to be done" },
  { "item-is-text", "{\"item\":\"3\",\"state\":\"success\"}", "item" },
  { "item-beyond-64-bits", "{\"item\":99999999999999999999,\"state\":\"success\"}", "item" },
  { "progress-beyond", "{\"progress\":40}", "progress" },
  { "invalid-utf-8", "{\"message\":\"\xff\"}", "It is not JSON" },
  { "duplicate-key", "{\"item\":3,\"item\":4,\"state\":\"success\"}", "It is not JSON" },
};

static void
test_bad_line (Fixture *fixture, gconstpointer data)
{
  const BadLine *bad = data;
  g_autofree char *log = NULL;

  say (fixture, bad->line);
  say (fixture, "\n");
  log = take_log (fixture);
  if (strstr (log, bad->complaint) == NULL)
    g_error ("“%s” does not say “%s”", log, bad->complaint);
  g_assert_true (g_utf8_validate (log, -1, NULL));

  /* And the next line is understood. */
  say (fixture, "{\"item\":3,\"state\":\"success\"}\n");
  g_assert_cmpuint (bw_command_output_n_reported (fixture->output), ==, 1);
}

static void
test_reported_twice (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BwReport) report = NULL;

  say (fixture, "{\"item\":3,\"state\":\"success\"}\n{\"item\":3,\"state\":\"failed\"}\n");
  report = take (fixture);
  g_assert_cmpuint (report->items->len, ==, 1);
  g_assert_nonnull (strstr (report->log[0], "was reported before"));
}

static void
test_deep_line (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) line = g_string_new (NULL);
  g_autofree char *log = NULL;

  for (int i = 0; i < 1000; i++)
    g_string_append_c (line, '[');
  g_string_append_c (line, '\n');
  say (fixture, line->str);
  log = take_log (fixture);
  g_assert_nonnull (strstr (log, "It is not JSON"));
}

static void
test_long_line (Fixture *fixture, gconstpointer data)
{
  g_autofree char *line = g_strnfill (1024 * 1024, 'x');
  g_autofree char *log = NULL;

  say (fixture, line);
  say (fixture, "\n{\"item\":3,\"state\":\"success\"}\n");
  g_assert_cmpuint (bw_command_output_n_reported (fixture->output), ==, 1);
  {
    g_autoptr (BwReport) report = take (fixture);

    g_assert_cmpstr (report->log[0], ==,
                     "Output line 1 was ignored: It has 1048576 bytes; 65536 is the most.");
  }
}

static void
test_many_bad_lines (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BwReport) report = NULL;

  for (int i = 0; i < 5000; i++)
    say (fixture, "nonsense\n");
  report = take (fixture);
  g_assert_cmpuint (g_strv_length (report->log), ==, 101);
  g_assert_cmpstr (report->log[100], ==,
                   "Further lines of output that are not understood are not shown.");
}

/* Neither an item's result nor the report may be lost by a message that is too long. */
static void
test_long_message (Fixture *fixture, gconstpointer data)
{
  g_autofree char *message = g_strnfill (5000, 'x');
  g_autofree char *line =
      g_strdup_printf ("{\"item\":3,\"state\":\"failed\",\"message\":\"%s\"}\n", message);
  g_autoptr (BwReport) report = NULL;
  BwItemResult *item;

  say (fixture, line);
  report = take (fixture);
  item = g_ptr_array_index (report->items, 0);
  g_assert_cmpint (g_utf8_strlen (item->message, -1), ==, BW_MAX_MESSAGE);
  g_assert_true (g_str_has_suffix (item->message, "x…"));
}

static void
test_log (Fixture *fixture, gconstpointer data)
{
  static const char bytes[] =
      "plain\ncaf\xc3\xa9\r\nbad \xff\xfe here\nnul \0 in it\nbell\a\tred \033[1mtext\n\n  \n";
  g_autoptr (BwReport) report = NULL;

  bw_command_output_feed_log (fixture->output, bytes, sizeof bytes - 1);
  report = take (fixture);
  g_assert_cmpuint (g_strv_length (report->log), ==, 7);
  g_assert_cmpstr (report->log[1], ==, "café");
  g_assert_cmpstr (report->log[2], ==, "bad \357\277\275\357\277\275 here");
  g_assert_true (g_str_has_prefix (report->log[3], "nul "));
  g_assert_true (g_str_has_suffix (report->log[3], " in it"));
  g_assert_cmpstr (report->log[4], ==, "bell\tred [1mtext");
  g_assert_cmpstr (bw_command_output_get_last_line (fixture->output), ==, "bell\tred [1mtext");
}

static void
test_long_log_line (Fixture *fixture, gconstpointer data)
{
  g_autofree char *line = g_strnfill (1000000, 'y');
  g_autofree char *bad = g_strnfill (BW_MAX_LOG_LINE, '\xff');
  g_autoptr (BwReport) report = NULL;

  bw_command_output_feed_log (fixture->output, line, 1000000);
  bw_command_output_feed_log (fixture->output, "\n", 1);
  /* Each wrong byte becomes three, which must not pass the bound either. */
  bw_command_output_feed_log (fixture->output, bad, BW_MAX_LOG_LINE);
  bw_command_output_end (fixture->output);
  report = take (fixture);
  g_assert_cmpuint (g_strv_length (report->log), ==, 2);
  g_assert_cmpuint (strlen (report->log[0]), <=, BW_MAX_LOG_LINE);
  g_assert_true (g_str_has_suffix (report->log[0], "more bytes left out)"));
  g_assert_cmpuint (strlen (report->log[1]), <=, BW_MAX_LOG_LINE);
  g_assert_true (g_utf8_validate (report->log[1], -1, NULL));
}

static void
test_succeed_rest (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BwReport) report = NULL;

  bw_command_output_succeed_rest (fixture->output);
  report = take (fixture);
  g_assert_cmpuint (report->items->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (((BwItemResult *) g_ptr_array_index (report->items, i))->state, ==,
                     BW_ITEM_STATE_SUCCESS);
}

#define ADD(path, test) g_test_add (path, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/worker/output/items", test_items);
  ADD ("/worker/output/job", test_job);
  for (guint i = 0; i < G_N_ELEMENTS (bad_lines); i++)
    {
      g_autofree char *path = g_strdup_printf ("/worker/output/bad-line/%s", bad_lines[i].name);

      g_test_add (path, Fixture, &bad_lines[i], set_up, test_bad_line, tear_down);
    }
  ADD ("/worker/output/bad-line/reported-twice", test_reported_twice);
  ADD ("/worker/output/bad-line/nested-1000-deep", test_deep_line);
  ADD ("/worker/output/bad-line/1-MiB", test_long_line);
  ADD ("/worker/output/bad-line/thousands", test_many_bad_lines);
  ADD ("/worker/output/long-message", test_long_message);
  ADD ("/worker/output/log", test_log);
  ADD ("/worker/output/long-log-line", test_long_log_line);
  ADD ("/worker/output/succeed-rest", test_succeed_rest);
  return g_test_run ();
}
