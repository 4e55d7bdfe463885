/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A log that is long, grows, and is not always text.
 */
#include "client-test.h"
#include "raw-server.h"

#include <stdio.h>
#include <string.h>

#include "bw-error.h"

static GMutex mutex;
static GString *contents;
static gboolean finished;
static int fail_once;

typedef struct
{
  BwRawServer *server;
  BwConnection *connection;
  BwBusiness *business;
  BwLogLines *lines;
  BwTestShadow *shadow;
} Fixture;

static gboolean
serve_log (BwRawRequest *request)
{
  const char *range = g_hash_table_lookup (request->headers, "range");
  gsize first = 0;
  gsize last = 0;
  gsize length;
  g_autofree char *part = NULL;

  g_assert_cmpint (sscanf (range, "bytes=%zu-%zu", &first, &last), ==, 2);
  g_mutex_lock (&mutex);
  length = first < contents->len ? MIN (last + 1, contents->len) - first : 0;
  part = length > 0 ? g_memdup2 (contents->str + first, length) : NULL;
  g_mutex_unlock (&mutex);
  if (first > 0 && g_atomic_int_compare_and_exchange (&fail_once, 1, 0))
    {
      bw_raw_write (request, "HTTP/1.1 206 Partial\r\nContent-Length: %zu\r\n\r\nhalf", length);
      return FALSE;
    }
  if (length == 0)
    return bw_raw_answer (request, 416, "application/problem+json", "{}");
  bw_raw_write (request,
                "HTTP/1.1 206 Partial\r\nContent-Type: text/plain\r\nContent-Range: bytes "
                "%zu-%zu/*\r\nContent-Length: %zu\r\n\r\n",
                first, first + length - 1, length);
  return bw_raw_write_bytes (request, part, length);
}

static gboolean
handle (BwRawRequest *request, gpointer data)
{
  g_autofree char *text = NULL;

  if (g_str_has_suffix (request->path, "/log"))
    return serve_log (request);
  g_mutex_lock (&mutex);
  text = g_strdup_printf ("{\"id\":7,\"type\":\"x\",\"name\":\"x\",\"state\":\"%s\",\"log_size\":%zu}",
                          finished ? "success" : "processing", contents->len);
  g_mutex_unlock (&mutex);
  return bw_raw_answer_json (request, text);
}

static void
append (const char *text, gssize length)
{
  g_mutex_lock (&mutex);
  g_string_append_len (contents, text, length);
  g_mutex_unlock (&mutex);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *url = NULL;

  contents = g_string_new (NULL);
  finished = FALSE;
  fail_once = 0;
  fixture->server = bw_raw_server_new (handle, NULL);
  url = bw_raw_server_get_url (fixture->server);
  fixture->connection = bw_connection_new (url);
  bw_connection_set_token (fixture->connection, "bw_token");
  fixture->business = bw_business_new (fixture->connection, "willems");
}

static void
begin (Fixture *fixture)
{
  fixture->lines = bw_log_lines_new (fixture->business, 7);
  fixture->shadow = bw_test_shadow_new (fixture->lines);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gpointer lines = fixture->lines;

  bw_test_shadow_check (fixture->shadow);
  bw_test_shadow_free (fixture->shadow);
  g_object_add_weak_pointer (lines, &lines);
  g_object_unref (fixture->lines);
  bw_test_await_gone (&lines);
  g_object_unref (fixture->business);
  g_object_unref (fixture->connection);
  bw_test_settle (20);
  bw_raw_server_free (fixture->server);
  g_string_free (contents, TRUE);
}

static gboolean
is_loaded (Fixture *fixture)
{
  return !bw_log_lines_get_loading (fixture->lines)
         && bw_log_lines_get_size (fixture->lines) == (gint64) contents->len;
}

static void
assert_line (Fixture *fixture, guint position, const char *expected)
{
  g_autoptr (BwLogLine) line = g_list_model_get_item (G_LIST_MODEL (fixture->lines), position);

  g_assert_cmpstr (bw_log_line_get_text (line), ==, expected);
  g_assert_cmpuint (bw_log_line_get_number (line), ==, position + 1);
}

static void
test_lines (Fixture *fixture, gconstpointer data)
{
  static const char text[] = "2026-11-21T23:50:00.000Z First\n"
                             "no time\n"
                             "\n"
                             "2026-11-21T23:50:01.000Z \xff\xfe broken\r\n"
                             "2026-11-21T23:50:02.000Z nul \0 inside\n";
  g_autoptr (BwLogLine) first = NULL;
  g_autoptr (BwLogLine) second = NULL;
  g_autoptr (BwLogLine) again = NULL;
  g_autoptr (GBytes) all = NULL;

  append (text, sizeof text - 1);
  begin (fixture);
  bw_test_until (is_loaded, fixture);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->lines)), ==, 5);
  assert_line (fixture, 0, "First");
  assert_line (fixture, 1, "no time");
  assert_line (fixture, 2, "");
  assert_line (fixture, 3, "\xef\xbf\xbd\xef\xbf\xbd broken");
  assert_line (fixture, 4, "nul \xef\xbf\xbd inside");
  first = g_list_model_get_item (G_LIST_MODEL (fixture->lines), 0);
  second = g_list_model_get_item (G_LIST_MODEL (fixture->lines), 1);
  g_assert_cmpint (bw_log_line_get_time (first), ==, G_GINT64_CONSTANT (1795305000000));
  g_assert_cmpint (bw_log_line_get_time (second), ==, BW_TIME_NONE);
  again = g_list_model_get_item (G_LIST_MODEL (fixture->lines), 0);
  g_assert_true (again == first);
  all = bw_log_lines_get_contents (fixture->lines);
  g_assert_cmpmem (g_bytes_get_data (all, NULL), g_bytes_get_size (all), text, sizeof text - 1);
}

static void
test_50_megabytes (Fixture *fixture, gconstpointer data)
{
  guint n = 0;
  gint64 longest = 0;
  gint64 began;
  g_autofree char *last = NULL;
  g_autoptr (GBytes) all = NULL;

  while (contents->len < 50 * 1024 * 1024)
    {
      g_string_append_printf (contents, "2026-11-21T23:50:00.000Z Line %u of a long log, padded to a"
                                        " length that logs have.\n",
                              ++n);
    }
  finished = TRUE;
  began = g_get_monotonic_time ();
  begin (fixture);
  while (!is_loaded (fixture))
    {
      gint64 start = g_get_monotonic_time ();

      g_main_context_iteration (NULL, TRUE);
      longest = MAX (longest, g_get_monotonic_time () - start);
      g_assert_cmpint (start - began, <, 60 * G_TIME_SPAN_SECOND);
    }
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->lines)), ==, n);
  last = g_strdup_printf ("Line %u of a long log, padded to a length that logs have.", n);
  assert_line (fixture, n - 1, last);
  assert_line (fixture, 0, "Line 1 of a long log, padded to a length that logs have.");
  all = bw_log_lines_get_contents (fixture->lines);
  g_assert_true (g_bytes_get_size (all) == contents->len
                 && memcmp (g_bytes_get_data (all, NULL), contents->str, contents->len) == 0);
  g_test_message ("longest turn of the main loop, waiting included: %" G_GINT64_FORMAT " us",
                  longest);
}

static void
test_grows (Fixture *fixture, gconstpointer data)
{
  append ("one\ntw", -1);
  begin (fixture);
  bw_test_until (is_loaded, fixture);
  /* A line is one when it has ended. */
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->lines)), ==, 1);
  for (guint i = 0; i < 3; i++)
    {
      append (i == 0 ? "o\n" : "more\n", -1);
      bw_log_lines_refresh (fixture->lines);
      bw_test_until (is_loaded, fixture);
    }
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->lines)), ==, 4);
  assert_line (fixture, 1, "two");
  assert_line (fixture, 3, "more");
  /* By itself, too. */
  append ("last\n", -1);
  bw_test_until (is_loaded, fixture);
  assert_line (fixture, 4, "last");
}

static void
test_cut_off (Fixture *fixture, gconstpointer data)
{
  g_autofree char *line = g_strnfill (99, 'x');

  for (guint i = 0; i < 10000; i++)
    {
      append (line, 99);
      append ("\n", 1);
    }
  fail_once = 1;
  begin (fixture);
  bw_test_until (is_loaded, fixture);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->lines)), ==, 10000);
  assert_line (fixture, 9999, line);
  g_assert_null (bw_log_lines_get_error (fixture->lines));
}

static void
test_disposed (Fixture *fixture, gconstpointer data)
{
  append ("one\n", -1);
  begin (fixture);
  bw_test_settle (5);
}

#define ADD(path, test) \
  g_test_add ("/client/log-lines/" path, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("lines", test_lines);
  ADD ("50-megabytes", test_50_megabytes);
  ADD ("grows", test_grows);
  ADD ("cut-off", test_cut_off);
  ADD ("disposed-while-loading", test_disposed);
  return g_test_run ();
}
