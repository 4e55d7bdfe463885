/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-soup.h"

#include "bw-config.h"
#include "bw-error.h"

#define CHUNK (64 * 1024)

/**
 * bw_soup_session_new:
 * @max_connections: to one server at once
 *
 * Makes a session without what an API client has no use for: cookies are never kept, and bodies
 * arrive as the server sends them, so that byte ranges and bounds mean what they say.
 *
 * Returns: (transfer full): the session
 */
SoupSession *
bw_soup_session_new (guint max_connections)
{
  SoupSession *session;

  /* Time-outs are kept where the waiting is (bw_dex_within()): what is too long differs. */
  session = soup_session_new_with_options ("max-conns", (int) max_connections, "max-conns-per-host",
                                           (int) max_connections, "idle-timeout", 60, "timeout", 0,
                                           "user-agent", "batchwork/" PACKAGE_VERSION, NULL);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);
  return session;
}

/* A send that is under way. */
typedef struct
{
  DexPromise *promise;
  GCancellable *cancellable;
  SoupMessage *message;
  gulong cancelled_handler;
  gulong headers_handler;
  gboolean has_head;
} Send;

static void
send_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Send *send = user_data;
  GInputStream *stream;
  GError *error = NULL;

  stream = soup_session_send_finish (SOUP_SESSION (object), result, &error);
  g_signal_handler_disconnect (send->message, send->headers_handler);
  g_cancellable_disconnect (dex_promise_get_cancellable (send->promise), send->cancelled_handler);
  if (stream == NULL)
    dex_promise_reject (send->promise, error);
  else
    dex_promise_resolve_object (send->promise, stream);
  g_object_unref (send->cancellable);
  g_object_unref (send->message);
  dex_unref (send->promise);
  g_free (send);
}

static void
got_headers_cb (SoupMessage *message, gpointer user_data)
{
  Send *send = user_data;

  send->has_head = TRUE;
}

static void
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  Send *send = user_data;

  /* libsoup 3.6 reads freed memory when it is cancelled between the end of its work and
   * soup_session_send_finish(). Once the head is here, there is nothing to cancel that takes time.
   */
  if (!send->has_head)
    g_cancellable_cancel (send->cancellable);
}

/**
 * bw_soup_send:
 * @session: a session
 * @message: what to send
 *
 * Sends a message. The future resolves when the answer's head is here; discarding it cancels.
 *
 * Returns: (transfer full): resolves to the GInputStream of the answer's body
 */
DexFuture *
bw_soup_send (SoupSession *session, SoupMessage *message)
{
  DexPromise *promise = dex_promise_new_cancellable ();
  Send *send = g_new0 (Send, 1);

  send->promise = dex_ref (promise);
  send->cancellable = g_cancellable_new ();
  send->message = g_object_ref (message);
  send->headers_handler =
      g_signal_connect (message, "got-headers", G_CALLBACK (got_headers_cb), send);
  send->cancelled_handler = g_cancellable_connect (dex_promise_get_cancellable (promise),
                                                   G_CALLBACK (cancelled_cb), send, NULL);
  soup_session_send_async (session, message, G_PRIORITY_DEFAULT, send->cancellable, send_cb, send);
  return DEX_FUTURE (promise);
}

/**
 * bw_soup_await_body:
 * @task: the task that waits
 * @stream: the body of an answer
 * @max_bytes: how much is taken in
 * @idle_ms: the longest silence between two pieces, in milliseconds
 * @error: (out) (optional): why not
 *
 * Reads a body to its end; called in a fiber.
 *
 * Returns: (transfer full) (nullable): all of it, or %NULL: %BW_ERROR_TOO_LARGE past the bound, or
 *   what the connection failed of
 */
GBytes *
bw_soup_await_body (BwTask *task,
                    GInputStream *stream,
                    gsize max_bytes,
                    guint idle_ms,
                    GError **error)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();

  for (;;)
    {
      g_autoptr (GBytes) piece = NULL;

      piece = dex_await_boxed (
          bw_dex_within (task, dex_input_stream_read_bytes (stream, CHUNK, G_PRIORITY_DEFAULT),
                         idle_ms),
          error);
      if (piece == NULL)
        return NULL;
      if (g_bytes_get_size (piece) == 0)
        return g_byte_array_free_to_bytes (g_steal_pointer (&body));
      if (g_bytes_get_size (piece) > max_bytes - body->len)
        {
          bw_set_error (error, BW_ERROR_TOO_LARGE, "more than %" G_GSIZE_FORMAT " bytes",
                        max_bytes);
          return NULL;
        }
      g_byte_array_append (body, g_bytes_get_data (piece, NULL), (guint) g_bytes_get_size (piece));
    }
}

/**
 * bw_soup_is_loopback:
 * @uri: an address
 *
 * Returns: %TRUE if it is on this computer, where nobody can listen in
 */
gboolean
bw_soup_is_loopback (GUri *uri)
{
  const char *host = g_uri_get_host (uri);
  g_autoptr (GInetAddress) address = NULL;

  if (host == NULL)
    return FALSE;
  if (g_ascii_strcasecmp (host, "localhost") == 0)
    return TRUE;
  address = g_inet_address_new_from_string (host);
  return address != NULL && g_inet_address_get_is_loopback (address);
}

/**
 * bw_soup_has_type:
 * @message: an answered message
 * @type: a media type
 *
 * Returns: %TRUE if the answer's body is of that type
 */
gboolean
bw_soup_has_type (SoupMessage *message, const char *type)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  const char *given = soup_message_headers_get_content_type (headers, NULL);

  return given != NULL && g_ascii_strcasecmp (given, type) == 0;
}
