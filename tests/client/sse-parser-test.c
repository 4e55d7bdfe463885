/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-error.h"
#include "bw-sse-parser.h"

#include <string.h>

static void
record_cb (const char *kind, const char *data, gsize length, const char *id, gpointer user_data)
{
  g_string_append_printf (user_data, "[%s|%s|%zu|%s]", kind, data, length, id != NULL ? id : "-");
}

static char *
parse (const char *text, gsize length, gsize step)
{
  GString *record = g_string_new (NULL);
  g_autoptr (BwSseParser) parser = bw_sse_parser_new (record_cb, record);

  for (gsize at = 0; at < length; at += step)
    g_assert_true (bw_sse_parser_feed (parser, text + at, MIN (step, length - at), NULL));
  return g_string_free_and_steal (record);
}

static void
assert_parses (const char *text, const char *expected)
{
  gsize length = strlen (text);

  /* However it is cut into pieces. */
  for (gsize step = 1; step <= length; step++)
    {
      g_autofree char *record = parse (text, length, step);

      g_assert_cmpstr (record, ==, expected);
    }
}

static void
test_fields (void)
{
  /* A byte order mark may come in pieces too, and is none anywhere else. */
  assert_parses ("\xef\xbb\xbf" "data: a\n\n\xef\xbb\xbf" "data: b\n\n", "[message|a|1|-]");
  assert_parses ("id: 7\nevent: job\ndata: {\"a\":1}\n\n", "[job|{\"a\":1}|7|7]");
  assert_parses ("data: one\ndata: two\n\n", "[message|one\ntwo|7|-]");
  assert_parses ("data:no space\n\ndata:  two spaces\n\n",
                 "[message|no space|8|-][message| two spaces|11|-]");
  assert_parses ("id: 1\ndata: a\n\ndata: b\n\n", "[message|a|1|1][message|b|1|1]");
  assert_parses ("data\n\n", "[message||0|-]");
}

static void
test_comments_and_unknown (void)
{
  assert_parses (": hello\n\n: ping\nretry: 2000\nother: x\n\ndata: x\n\n", "[message|x|1|-]");
  assert_parses ("event: job\n\ndata: x\n\n", "[message|x|1|-]");
}

static void
test_line_ends (void)
{
  assert_parses ("event: a\r\ndata: x\r\n\r\n", "[a|x|1|-]");
  assert_parses ("event: a\rdata: x\r\r", "[a|x|1|-]");
  assert_parses ("data: x\r\n\ndata: y\n\r\n", "[message|x|1|-][message|y|1|-]");
}

static void
test_cut_off (void)
{
  assert_parses ("data: x\n", "");
  assert_parses ("data: x", "");
  assert_parses ("data: whole\n\nid: 3\ndata: half", "[message|whole|5|-]");
}

static void
test_bound (void)
{
  g_autoptr (GString) record = g_string_new (NULL);
  g_autoptr (BwSseParser) parser = bw_sse_parser_new (record_cb, record);
  g_autofree char *line = g_strnfill (64 * 1024, 'x');
  g_autoptr (GError) error = NULL;
  guint fed = 0;

  g_assert_true (bw_sse_parser_feed (parser, "data: ", 6, NULL));
  while (bw_sse_parser_feed (parser, line, 64 * 1024, &error))
    fed++;
  g_assert_error (error, BW_ERROR, BW_ERROR_INTERNAL);
  g_assert_cmpuint (fed, ==, BW_SSE_MAX_EVENT / (64 * 1024) - 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/sse/fields", test_fields);
  g_test_add_func ("/client/sse/comments-and-unknown", test_comments_and_unknown);
  g_test_add_func ("/client/sse/line-ends", test_line_ends);
  g_test_add_func ("/client/sse/cut-off", test_cut_off);
  g_test_add_func ("/client/sse/bound", test_bound);
  return g_test_run ();
}
