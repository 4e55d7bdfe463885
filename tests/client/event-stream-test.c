/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An event stream whose server goes, comes back, hangs, refuses and repeats itself.
 */
#include "client-test.h"
#include "raw-server.h"

#include "bw-error.h"
#include "bw-event-stream-private.h"

static const BwEventStreamTimes quick = {
  .first_delay = 20,
  .max_delay = 200,
  .silence = 300,
  .poll = 50,
  .poll_retry = 400,
};

#define HEAD                                                                                        \
  "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"

typedef struct
{
  BwRawServer *server;
  BwConnection *connection;
  BwEventStream *stream;
  GString *heard;
  guint polls;
  guint want_polls;
} Fixture;

static int attempts;

static void
event_cb (BwEventStream *stream, BwEvent *event, gpointer data)
{
  Fixture *fixture = data;

  g_string_append_printf (fixture->heard, "%s%" G_GINT64_FORMAT " ",
                          bw_event_kind_to_string (event->kind), event->revision);
}

static void
poll_cb (BwEventStream *stream, gpointer data)
{
  ((Fixture *) data)->polls++;
}

static void
set_up (Fixture *fixture, gconstpointer handler)
{
  g_autofree char *url = NULL;

  attempts = 0;
  fixture->server = bw_raw_server_new ((BwRawHandler) handler, NULL);
  url = bw_raw_server_get_url (fixture->server);
  fixture->connection = bw_connection_new (url);
  bw_connection_set_token (fixture->connection, "bw_token");
  fixture->stream = bw_event_stream_new (fixture->connection, "willems");
  bw_event_stream_set_times (fixture->stream, &quick);
  fixture->heard = g_string_new (NULL);
  g_signal_connect (fixture->stream, "event", G_CALLBACK (event_cb), fixture);
  g_signal_connect (fixture->stream, "poll", G_CALLBACK (poll_cb), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gpointer connection = fixture->connection;
  gpointer stream = fixture->stream;

  g_object_add_weak_pointer (stream, &stream);
  g_object_add_weak_pointer (connection, &connection);
  g_clear_object (&fixture->stream);
  g_assert_null (stream);
  g_clear_object (&fixture->connection);
  bw_test_await_gone (&connection);
  bw_raw_server_free (fixture->server);
  g_string_free (fixture->heard, TRUE);
}

static gboolean
is_live (BwEventStream *stream)
{
  return bw_event_stream_get_state (stream) == BW_EVENT_STREAM_STATE_LIVE;
}

static gboolean
is_waiting (BwEventStream *stream)
{
  return bw_event_stream_get_state (stream) == BW_EVENT_STREAM_STATE_WAITING;
}

static gboolean
is_at_9 (BwEventStream *stream)
{
  return bw_event_stream_get_revision (stream) == 9;
}

static void
write_deleted (BwRawRequest *request, int revision)
{
  bw_raw_write (request, "id: %d\nevent: deleted\ndata: {\"revision\":%d,\"id\":1}\n\n", revision,
                revision);
}

/* Cut off after some events each time; resumes where it is told to, and says one thing twice. */
static gboolean
answer_resuming (BwRawRequest *request, gpointer data)
{
  const char *last = g_hash_table_lookup (request->headers, "last-event-id");
  int from = last != NULL ? atoi (last) : 0;

  bw_raw_write (request, HEAD ": hello\nretry: 2000\n\n");
  for (int revision = MAX (from, 1); revision <= MIN (from + 2, 9); revision++)
    write_deleted (request, revision);
  if (from >= 9)
    bw_raw_wait_closed (request);
  else
    bw_raw_write (request, "id: 100\nevent: deleted\ndata: {\"rev");
  return FALSE;
}

static void
test_resumes (Fixture *fixture, gconstpointer data)
{
  bw_event_stream_start (fixture->stream, 0);
  bw_test_until (is_at_9, fixture->stream);
  bw_test_until (is_live, fixture->stream);
  g_assert_cmpstr (fixture->heard->str, ==,
                   "deleted1 deleted2 deleted3 deleted4 deleted5 deleted6 deleted7 deleted8 "
                   "deleted9 ");
  g_assert_cmpint (bw_connection_get_state (fixture->connection), ==, BW_CONNECTION_STATE_ONLINE);
}

/* Says hello the first time and then nothing; the second time all is well. */
static gboolean
answer_dead_once (BwRawRequest *request, gpointer data)
{
  gboolean dead = g_atomic_int_add (&attempts, 1) == 0;

  bw_raw_write (request, HEAD ": hello\n\n");
  if (!dead)
    write_deleted (request, 9);
  bw_raw_wait_closed (request);
  return FALSE;
}

static void
test_dead_connection (Fixture *fixture, gconstpointer data)
{
  bw_event_stream_start (fixture->stream, 3);
  bw_test_until (is_at_9, fixture->stream);
  g_assert_cmpint (attempts, ==, 2);
}

static gboolean
answer_none (BwRawRequest *request, gpointer data)
{
  bw_raw_answer (request, 404, "application/problem+json", "{\"detail\":\"No such route.\"}");
  g_atomic_int_inc (&attempts);
  return TRUE;
}

static gboolean
answer_json_instead (BwRawRequest *request, gpointer data)
{
  bw_raw_answer_json (request, "{}");
  g_atomic_int_inc (&attempts);
  return TRUE;
}

/* A proxy that holds everything back. */
static gboolean
answer_held_back (BwRawRequest *request, gpointer data)
{
  bw_raw_write (request, HEAD);
  g_atomic_int_inc (&attempts);
  bw_raw_wait_closed (request);
  return FALSE;
}

static gboolean
has_polled (Fixture *fixture)
{
  return fixture->polls >= fixture->want_polls;
}

static gboolean
has_asked_again (Fixture *fixture)
{
  return g_atomic_int_get (&attempts) >= 3;
}

static void
test_polls (Fixture *fixture, gconstpointer data)
{
  bw_event_stream_start (fixture->stream, 3);
  fixture->want_polls = 3;
  bw_test_until (has_polled, fixture);
  g_assert_true (bw_event_stream_get_polling (fixture->stream));
  g_assert_null (bw_event_stream_get_error (fixture->stream));
  /* It may have one tomorrow. */
  bw_test_until (has_asked_again, fixture);
  bw_event_stream_stop (fixture->stream);
  fixture->polls = 0;
  bw_test_settle (150);
  g_assert_cmpuint (fixture->polls, ==, 0);
}

static gboolean
answer_busy (BwRawRequest *request, gpointer data)
{
  g_atomic_int_inc (&attempts);
  return bw_raw_answer (request, 503, "application/problem+json", "{\"detail\":\"Stopping.\"}");
}

static void
test_backs_off (Fixture *fixture, gconstpointer data)
{
  bw_event_stream_start (fixture->stream, 3);
  bw_test_until (is_waiting, fixture->stream);
  bw_test_settle (1000);
  /* 20 + 40 + 80 + 160 + 200 + 200 + …, give or take a quarter; without doubling it would be 50. */
  g_assert_cmpint (attempts, >=, 5);
  g_assert_cmpint (attempts, <=, 12);
  g_assert_error (bw_event_stream_get_error (fixture->stream), BW_ERROR, BW_ERROR_UNAVAILABLE);
  g_assert_cmpint (bw_connection_get_state (fixture->connection), ==, BW_CONNECTION_STATE_OFFLINE);
}

static gboolean
answer_busy_twice (BwRawRequest *request, gpointer data)
{
  if (g_atomic_int_add (&attempts, 1) < 1)
    return bw_raw_answer (request, 503, "application/problem+json", "{\"detail\":\"Stopping.\"}");
  bw_raw_write (request, HEAD ": hello\n\n");
  bw_raw_wait_closed (request);
  return FALSE;
}

static void
test_poke (Fixture *fixture, gconstpointer data)
{
  BwEventStreamTimes slow = quick;

  slow.first_delay = slow.max_delay = 60 * 60 * 1000;
  bw_event_stream_set_times (fixture->stream, &slow);
  bw_event_stream_start (fixture->stream, 3);
  bw_test_until (is_waiting, fixture->stream);
  g_assert_cmpint (bw_event_stream_get_retry_at (fixture->stream), >, g_get_monotonic_time ());
  bw_event_stream_poke (fixture->stream);
  bw_test_until (is_live, fixture->stream);
  g_assert_cmpint (bw_event_stream_get_retry_at (fixture->stream), ==, 0);
}

static gboolean
answer_lapsed (BwRawRequest *request, gpointer data)
{
  const char *authorization = g_hash_table_lookup (request->headers, "authorization");

  g_atomic_int_inc (&attempts);
  if (g_strcmp0 (authorization, "Bearer bw_fresh") != 0)
    return bw_raw_answer (request, 401, "application/problem+json", "{\"detail\":\"Lapsed.\"}");
  bw_raw_write (request, HEAD ": hello\n\n");
  bw_raw_wait_closed (request);
  return FALSE;
}

static void
test_token_lapsed (Fixture *fixture, gconstpointer data)
{
  bw_event_stream_start (fixture->stream, 3);
  bw_test_until (is_waiting, fixture->stream);
  g_assert_cmpint (bw_connection_get_state (fixture->connection), ==,
                   BW_CONNECTION_STATE_SIGNED_OUT);
  bw_test_settle (200);
  g_assert_cmpint (attempts, ==, 1);
  bw_connection_set_token (fixture->connection, "bw_fresh");
  bw_test_until (is_live, fixture->stream);
}

static gboolean
answer_strange (BwRawRequest *request, gpointer data)
{
  bw_raw_write (request, HEAD ": hello\n\n");
  bw_raw_write (request, "event: weather\ndata: {\"sun\":true}\n\n");
  bw_raw_write (request, "id: 8\nevent: job\ndata: {\"broken\n\n");
  write_deleted (request, 9);
  bw_raw_wait_closed (request);
  return FALSE;
}

static void
test_strange_events (Fixture *fixture, gconstpointer data)
{
  g_test_expect_message (NULL, G_LOG_LEVEL_WARNING, "An event of kind “job” can't be read: *");
  bw_event_stream_start (fixture->stream, 3);
  bw_test_until (is_at_9, fixture->stream);
  g_test_assert_expected_messages ();
  g_assert_cmpstr (fixture->heard->str, ==, "reset8 deleted9 ");
}

static void
stop_cb (BwEventStream *stream, BwEvent *event, gpointer data)
{
  bw_event_stream_stop (stream);
}

static gboolean
answer_many (BwRawRequest *request, gpointer data)
{
  bw_raw_write (request, HEAD);
  for (int revision = 1; revision < 100; revision++)
    write_deleted (request, revision);
  bw_raw_wait_closed (request);
  return FALSE;
}

static gboolean
is_stopped (BwEventStream *stream)
{
  return bw_event_stream_get_state (stream) == BW_EVENT_STREAM_STATE_STOPPED;
}

static void
test_stopped_by_listener (Fixture *fixture, gconstpointer data)
{
  g_signal_connect (fixture->stream, "event", G_CALLBACK (stop_cb), NULL);
  bw_event_stream_start (fixture->stream, 0);
  bw_test_until (is_stopped, fixture->stream);
  bw_test_settle (50);
  g_assert_cmpstr (fixture->heard->str, ==, "deleted1 ");
}

#define ADD(path, handler, test) \
  g_test_add ("/client/event-stream/" path, Fixture, handler, set_up, test, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("resumes-and-misses-nothing", answer_resuming, test_resumes);
  ADD ("dead-connection", answer_dead_once, test_dead_connection);
  ADD ("polls-without-route", answer_none, test_polls);
  ADD ("polls-without-stream", answer_json_instead, test_polls);
  ADD ("polls-behind-a-buffering-proxy", answer_held_back, test_polls);
  ADD ("backs-off", answer_busy, test_backs_off);
  ADD ("poke", answer_busy_twice, test_poke);
  ADD ("token-lapsed", answer_lapsed, test_token_lapsed);
  ADD ("strange-events", answer_strange, test_strange_events);
  ADD ("stopped-by-listener", answer_many, test_stopped_by_listener);
  return g_test_run ();
}
