/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a stream is opened, followed, lost and opened again.
 */
#include "bw-event-stream-private.h"

#include "bw-config.h"

#include <glib/gi18n-lib.h>

#include "bw-connection-private.h"
#include "bw-dex.h"
#include "bw-error.h"
#include "bw-soup.h"

#define CHUNK (32 * 1024)
#define WAIT_FOR_POKE G_MAXUINT

static void
run_clear (gpointer data)
{
  BwEventRun *run = data;

  g_weak_ref_clear (&run->stream);
  g_clear_object (&run->connection);
  g_clear_object (&run->message);
  g_clear_object (&run->session);
  g_clear_pointer (&run->parser, bw_sse_parser_free);
  g_clear_pointer (&run->events, g_ptr_array_unref);
  dex_clear (&run->cancellable);
  g_free (run->path);
}

static void
run_unref (gpointer data)
{
  g_rc_box_release_full (data, run_clear);
}

static gint64
parse_revision (const char *id)
{
  gint64 revision = -1;

  if (id == NULL || !g_ascii_string_to_signed (id, 10, 0, G_MAXINT64, &revision, NULL))
    return -1;
  return revision;
}

static void
parsed_cb (const char *kind, const char *data, gsize length, const char *id, gpointer user_data)
{
  BwEventRun *run = user_data;
  g_autoptr (GError) error = NULL;
  BwEventKind known;
  BwEvent *event;

  /* A newer server may tell of what this client has no use for. */
  if (!bw_event_kind_from_string (kind, &known))
    return;
  event = bw_event_parse (kind, data, length, &error);
  if (event == NULL)
    {
      /* Something happened, but not what: as after a gap, all has to be asked for anew. */
      g_warning ("An event of kind “%s” can't be read: %s", kind, error->message);
      event = bw_event_new (BW_EVENT_RESET, MAX (parse_revision (id), 0));
    }
  g_ptr_array_add (run->events, event);
}

static gboolean
is_news (BwEventStream *self, const BwEvent *event)
{
  switch (event->kind)
    {
    case BW_EVENT_JOB:
    case BW_EVENT_DELETED:
      return event->revision > self->revision;
    case BW_EVENT_PAUSES:
    case BW_EVENT_RIGHTS:
      return event->revision >= self->revision;
    case BW_EVENT_RESET:
    default:
      return TRUE;
    }
}

static void
tell (BwEventStream *self, BwEventRun *run)
{
  g_autoptr (GPtrArray) events = g_steal_pointer (&run->events);

  run->events = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_event_unref);
  /* Whoever hears of an event may stop the stream. */
  for (guint i = 0; i < events->len && !run->over; i++)
    {
      BwEvent *event = g_ptr_array_index (events, i);

      if (!is_news (self, event))
        continue;
      bw_event_stream_tell (self, event);
    }
}

static gboolean
take_in (BwEventRun *run, GBytes *piece, GError **error)
{
  g_autoptr (BwEventStream) self = g_weak_ref_get (&run->stream);
  gsize size;
  const char *bytes = g_bytes_get_data (piece, &size);
  gboolean is_fine;

  if (self == NULL || run->over)
    return FALSE;
  run->failures = 0;
  run->silent = 0;
  self->heard_at = g_get_monotonic_time ();
  bw_event_stream_set_polling (self, FALSE);
  bw_event_stream_take_error (self, NULL);
  bw_event_stream_set_retry_at (self, 0);
  bw_event_stream_set_state (self, BW_EVENT_STREAM_STATE_LIVE);
  is_fine = bw_sse_parser_feed (run->parser, bytes, size, error);
  tell (self, run);
  return is_fine && !run->over;
}

static guint
get_silence (BwEventRun *run)
{
  g_autoptr (BwEventStream) self = g_weak_ref_get (&run->stream);

  return self != NULL ? self->times.silence : 1;
}

static void
await_events (BwEventRun *run, GInputStream *input, GError **error)
{
  g_clear_pointer (&run->parser, bw_sse_parser_free);
  run->parser = bw_sse_parser_new (parsed_cb, run);
  for (;;)
    {
      g_autoptr (GBytes) piece = NULL;

      piece = dex_await_boxed (
          bw_dex_within (&run->task, dex_input_stream_read_bytes (input, CHUNK, G_PRIORITY_DEFAULT),
                         get_silence (run)),
          error);
      if (piece == NULL)
        return;
      if (g_bytes_get_size (piece) == 0)
        {
          bw_set_error (error, BW_ERROR_UNAVAILABLE, _ ("the server at %s closed the connection"),
                        bw_connection_get_url (run->connection));
          return;
        }
      if (!take_in (run, piece, error))
        return;
    }
}

static SoupMessage *
new_message (BwEventRun *run, GError **error)
{
  g_autoptr (BwEventStream) self = g_weak_ref_get (&run->stream);
  g_autofree char *path = NULL;
  SoupMessage *message;

  if (self == NULL || run->over)
    return NULL;
  bw_event_stream_set_retry_at (self, 0);
  bw_event_stream_set_state (self, BW_EVENT_STREAM_STATE_CONNECTING);
  if (self->revision >= 0)
    path = g_strdup_printf ("%s?since=%" G_GINT64_FORMAT, run->path, self->revision);
  message =
      bw_connection_new_message (run->connection, "GET", path != NULL ? path : run->path, error);
  if (message != NULL)
    {
      SoupMessageHeaders *headers = soup_message_get_request_headers (message);
      g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, self->revision);

      soup_message_headers_replace (headers, "Accept", "text/event-stream");
      soup_message_headers_replace (headers, "Cache-Control", "no-store");
      if (self->revision >= 0)
        soup_message_headers_replace (headers, "Last-Event-ID", id);
    }
  return message;
}

static gboolean
is_refusal (SoupMessage *message)
{
  switch (soup_message_get_status (message))
    {
    case SOUP_STATUS_OK:
      return !bw_soup_has_type (message, "text/event-stream");
    case SOUP_STATUS_NO_CONTENT:
    case SOUP_STATUS_NOT_FOUND:
    case SOUP_STATUS_METHOD_NOT_ALLOWED:
    case SOUP_STATUS_NOT_ACCEPTABLE:
    case SOUP_STATUS_NOT_IMPLEMENTED:
      return TRUE;
    default:
      return FALSE;
    }
}

/* Follows the stream from its opening until it is lost; tells why. */
static GError *
await_stream (BwEventRun *run)
{
  g_autoptr (GInputStream) input = NULL;
  g_autofree char *tried = NULL;
  GError *error = NULL;

  run->refused = FALSE;
  g_clear_object (&run->message);
  run->message = new_message (run, &error);
  if (run->message != NULL)
    input =
        bw_connection_await_head (run->connection, &run->task, run->session, run->message, &error);
  if (run->message != NULL && is_refusal (run->message))
    run->refused = TRUE;
  else if (input != NULL)
    {
      /* Something in between may hold events back for ever. */
      run->silent++;
      await_events (run, input, &error);
      run->refused = run->silent >= 2;
    }
  if (error == NULL)
    return NULL;
  tried = g_strdup_printf (_ ("Could not follow the jobs of %s live"), run->path);
  return bw_connection_explain (run->connection, tried, error);
}

static guint
get_delay (BwEventStream *self, BwEventRun *run, const GError *error)
{
  guint doubled;

  if (run->refused)
    return self->times.poll_retry;
  /* Nothing can be done until somebody has signed in again, or trusts the certificate. */
  if (error != NULL && !bw_client_error_is_transient (error))
    return WAIT_FOR_POKE;
  doubled = MIN (self->times.max_delay, self->times.first_delay << MIN (run->failures, 16));
  run->failures++;
  /* Desktops that lost their server together don't all come back in the same moment. */
  return (guint) (doubled * g_random_double_range (0.75, 1.25));
}

/* Notes that the stream was lost; the future resolves when it is time to try again. */
static DexFuture *
begin_wait (BwEventRun *run, GError *error)
{
  g_autoptr (BwEventStream) self = g_weak_ref_get (&run->stream);
  g_autoptr (GError) cause = error;
  guint delay;

  if (self == NULL || run->over)
    return NULL;
  delay = get_delay (self, run, cause);
  dex_clear (&self->poke);
  self->poke = dex_promise_new ();
  if (run->message != NULL && cause != NULL)
    bw_connection_note_error (run->connection, run->message, cause);
  if (run->over)
    return NULL;
  bw_event_stream_set_polling (self, run->refused);
  bw_event_stream_take_error (self, run->refused ? NULL : g_steal_pointer (&cause));
  bw_event_stream_set_retry_at (
      self, delay == WAIT_FOR_POKE ? 0 : g_get_monotonic_time () + delay * 1000LL);
  bw_event_stream_set_state (self, BW_EVENT_STREAM_STATE_WAITING);
  if (self->poke == NULL || run->over)
    return NULL;
  return bw_dex_within (&run->task, dex_ref (DEX_FUTURE (self->poke)),
                        delay == WAIT_FOR_POKE ? 0 : delay);
}

static DexFuture *
run_fiber (gpointer data)
{
  BwEventRun *run = data;

  while (!run->over)
    {
      DexFuture *wait = begin_wait (run, await_stream (run));

      if (wait == NULL)
        break;
      dex_await (wait, NULL);
    }
  return dex_future_new_true ();
}

/**
 * bw_event_run_new:
 * @stream: a stream
 *
 * Opens the stream and keeps it open until bw_event_run_end().
 *
 * Returns: (transfer full): the run
 */
BwEventRun *
bw_event_run_new (BwEventStream *stream)
{
  BwEventRun *run = g_rc_box_new0 (BwEventRun);
  g_autofree char *business = g_uri_escape_string (stream->business, NULL, FALSE);

  g_weak_ref_init (&run->stream, stream);
  run->connection = g_object_ref (stream->connection);
  run->session = bw_soup_session_new (1);
  run->path = g_strdup_printf ("/v1/businesses/%s/events", business);
  run->cancellable = dex_cancellable_new ();
  run->events = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_event_unref);
  dex_future_disown (bw_dex_unless (bw_dex_spawn (run_fiber, g_rc_box_acquire (run), run_unref),
                                    run->cancellable));
  return run;
}

/**
 * bw_event_run_end:
 * @self: (transfer full): a run
 *
 * Closes the stream. Nothing more is told of it.
 */
void
bw_event_run_end (BwEventRun *self)
{
  self->over = TRUE;
  dex_cancellable_cancel (self->cancellable);
  run_unref (self);
}
