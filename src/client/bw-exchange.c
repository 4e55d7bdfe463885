/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One request and its answer: what is sent, what is taken in, and what is said when it fails.
 */
#include "bw-connection-private.h"

#include "bw-config.h"

#include <glib/gi18n-lib.h>

#include "bw-dex.h"
#include "bw-error.h"
#include "bw-soup.h"

#define TOKEN_KEY "bw-token"
#define TIMEOUT_KEY "bw-timeout"

typedef struct
{
  BwTask task;
  BwConnection *connection;
  char *tried;
  SoupMessage *message;
  GError *error; /* why there is no message */
  GType type;
  BwParseFunc parse;
} Call;

typedef struct
{
  GBytes *body;
  GType type;
  BwParseFunc parse;
} Parse;

static void
call_free (gpointer data)
{
  Call *call = data;

  g_clear_object (&call->connection);
  g_clear_object (&call->message);
  g_clear_error (&call->error);
  g_free (call->tried);
  g_free (call);
}

static void
parse_free (gpointer data)
{
  Parse *parse = data;

  g_bytes_unref (parse->body);
  g_free (parse);
}

/**
 * bw_message_get_token:
 * @message: a message of bw_connection_new_message()
 *
 * Returns: (nullable): the token it is sent with
 */
const char *
bw_message_get_token (SoupMessage *message)
{
  return g_object_get_data (G_OBJECT (message), TOKEN_KEY);
}

static gboolean
accept_certificate_cb (SoupMessage *message,
                       GTlsCertificate *certificate,
                       GTlsCertificateFlags reasons,
                       gpointer user_data)
{
  return bw_connection_accepts (BW_CONNECTION (user_data), certificate, reasons);
}

/**
 * bw_connection_new_message:
 * @self: a connection
 * @method: the HTTP method
 * @path: the path from "/v1" on, with its query, escaped
 * @error: (out) (optional): why not: the address makes no sense
 *
 * Returns: (transfer full) (nullable): a message with everything that each request carries
 */
SoupMessage *
bw_connection_new_message (BwConnection *self, const char *method, const char *path, GError **error)
{
  const char *token = bw_connection_get_token (self);
  SoupMessageHeaders *headers;
  g_autofree char *text = NULL;
  g_autoptr (GUri) uri = NULL;
  SoupMessage *message;

  if (bw_connection_get_uri (self, error) == NULL)
    return NULL;
  text = g_strconcat (bw_connection_get_url (self), path, NULL);
  uri = g_uri_parse (text, SOUP_HTTP_URI_FLAGS, error);
  if (uri == NULL)
    return NULL;
  message = soup_message_new_from_uri (method, uri);
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  headers = soup_message_get_request_headers (message);
  soup_message_headers_append (headers, "Accept", "application/json, application/problem+json");
  if (token != NULL)
    {
      g_autofree char *bearer = g_strconcat ("Bearer ", token, NULL);

      soup_message_headers_append (headers, "Authorization", bearer);
      g_object_set_data_full (G_OBJECT (message), TOKEN_KEY, g_strdup (token), g_free);
    }
  g_signal_connect_object (message, "accept-certificate", G_CALLBACK (accept_certificate_cb), self,
                           G_CONNECT_DEFAULT);
  return message;
}

static GError *
redirect_error (SoupMessage *message)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  const char *location = soup_message_headers_get_one (headers, "Location");

  return bw_error_new_field (BW_ERROR_INTERNAL, NULL,
                             _ ("what answers sends the request on to “%s”. Check the address; it "
                                "has to be the server’s own"),
                             location != NULL ? location : "?");
}

static GError *
answer_to_error (BwConnection *self, BwTask *task, SoupMessage *message, GInputStream *stream)
{
  guint status = soup_message_get_status (message);
  g_autoptr (GBytes) body = NULL;
  gsize size = 0;
  const char *text = NULL;

  if (SOUP_STATUS_IS_REDIRECTION (status))
    return redirect_error (message);
  body =
      bw_soup_await_body (task, stream, 64 * 1024, bw_connection_get_timeout (self) * 1000, NULL);
  if (body != NULL)
    text = g_bytes_get_data (body, &size);
  return bw_error_from_problem (status, text, (gssize) size);
}

static void
wrote_body_data_cb (SoupMessage *message, guint size, gpointer user_data)
{
  DexTimeout *timeout = user_data;
  gint64 ms = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (message), TIMEOUT_KEY));

  dex_timeout_postpone_until (timeout, g_get_monotonic_time () + ms * G_TIME_SPAN_MILLISECOND);
}

/* The head of the answer, if it comes within a time-out that begins anew with each piece sent. */
static GInputStream *
await_send (BwConnection *self,
            BwTask *task,
            SoupSession *session,
            SoupMessage *message,
            GError **error)
{
  guint ms = bw_connection_get_timeout (self) * 1000;
  g_autoptr (DexFuture) timeout = dex_timeout_new_msec ((int) ms);
  GInputStream *stream;
  gulong handler;

  g_object_set_data (G_OBJECT (message), TIMEOUT_KEY, GINT_TO_POINTER ((int) ms));
  handler = g_signal_connect (message, "wrote-body-data", G_CALLBACK (wrote_body_data_cb), timeout);
  stream = dex_await_object (dex_future_first (bw_soup_send (session, message), dex_ref (timeout),
                                               dex_ref (task->cancelled), NULL),
                             error);
  g_signal_handler_disconnect (message, handler);
  return stream;
}

/**
 * bw_connection_await_head:
 * @self: a connection
 * @task: the task that waits
 * @session: what to send it through
 * @message: what to send
 * @error: (out) (optional): what went wrong, not yet explained
 *
 * Sends a message and waits, in a fiber, for a good answer to begin. What the answer says of
 * sign-in and reach is noted.
 *
 * Returns: (transfer full) (nullable): the body of a 2xx answer
 */
GInputStream *
bw_connection_await_head (BwConnection *self,
                          BwTask *task,
                          SoupSession *session,
                          SoupMessage *message,
                          GError **error)
{
  g_autoptr (GInputStream) stream = NULL;
  GError *failure = NULL;

  stream = await_send (self, task, session, message, error);
  if (stream == NULL)
    return NULL;
  if (SOUP_STATUS_IS_SUCCESSFUL (soup_message_get_status (message)))
    {
      bw_connection_note_answer (self, message);
      return g_steal_pointer (&stream);
    }
  failure = answer_to_error (self, task, message, stream);
  if (failure->code != BW_ERROR_UNAVAILABLE && failure->code != BW_ERROR_UNAUTHORIZED)
    bw_connection_note_answer (self, message);
  g_propagate_error (error, failure);
  return NULL;
}

/**
 * bw_connection_check_json:
 * @self: a connection
 * @message: an answered message
 * @error: (out) (optional): that the answer is no JSON
 *
 * Returns: %TRUE if the answer says that it is JSON
 */
gboolean
bw_connection_check_json (BwConnection *self, SoupMessage *message, GError **error)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  const char *type = soup_message_headers_get_content_type (headers, NULL);

  if (bw_soup_has_type (message, "application/json"))
    return TRUE;
  bw_set_error (error, BW_ERROR_INTERNAL,
                _ ("what answers at %s is no Batchwork server, or something in between answers in "
                   "its place: the answer is not JSON but %s"),
                bw_connection_get_url (self), type != NULL ? type : _ ("of no type"));
  return FALSE;
}

static GError *
explain_reach (BwConnection *self, const char *tried, const GError *error)
{
  const char *url = bw_connection_get_url (self);

  if (g_error_matches (error, DEX_ERROR, DEX_ERROR_TIMED_OUT)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return bw_error_new_field (BW_ERROR_UNAVAILABLE, NULL,
                               _ ("%s: the server at %s did not answer in %u seconds."), tried, url,
                               bw_connection_get_timeout (self));
  if (error->domain == G_RESOLVER_ERROR)
    return bw_error_new_field (
        BW_ERROR_UNAVAILABLE, NULL,
        _ ("%s: the name in %s could not be found. Check the address and the "
           "network."),
        tried, url);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    return bw_error_new_field (BW_ERROR_UNAVAILABLE, NULL,
                               _ ("%s: nothing answers at %s. The server may be stopped or "
                                  "starting."),
                               tried, url);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED))
    return bw_error_new_field (BW_ERROR_UNAVAILABLE, NULL,
                               _ ("%s: the answer of the server at %s was cut off."), tried, url);
  return bw_error_new_field (BW_ERROR_UNAVAILABLE, NULL,
                             _ ("%s: the server at %s can’t be reached: %s."), tried, url,
                             error->message);
}

static GError *
explain_certificate (BwConnection *self, const char *tried)
{
  GTlsCertificateFlags reasons = 0;
  g_autofree char *why = NULL;

  bw_connection_get_refused_certificate (self, &reasons);
  why = bw_certificate_flags_to_text (reasons);
  return g_error_new (BW_CLIENT_ERROR, BW_CLIENT_ERROR_CERTIFICATE,
                      _ ("%s: the certificate of the server at %s is not trusted: %s. Nothing was "
                         "sent to it."),
                      tried, bw_connection_get_url (self), why);
}

/**
 * bw_connection_explain:
 * @self: a connection
 * @tried: what was tried, as the beginning of a sentence: "Could not load the jobs of Willems"
 * @error: (transfer full): what went wrong
 *
 * Makes of what a library says a sentence that a user understands: what was tried, on what, why it
 * failed. A cancellation stays as it is, since nobody is told of it.
 *
 * Returns: (transfer full): an error of BW_ERROR or BW_CLIENT_ERROR
 */
GError *
bw_connection_explain (BwConnection *self, const char *tried, GError *error)
{
  g_autoptr (GError) cause = error;
  gboolean ends;

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      || g_error_matches (cause, DEX_ERROR, DEX_ERROR_FIBER_CANCELLED))
    return g_steal_pointer (&cause);
  if (g_error_matches (cause, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE))
    return explain_certificate (self, tried);
  if (cause->domain != BW_ERROR && cause->domain != BW_CLIENT_ERROR)
    return explain_reach (self, tried, cause);
  ends = g_str_has_suffix (cause->message, ".");
  if (cause->domain == BW_CLIENT_ERROR)
    return g_error_new (BW_CLIENT_ERROR, cause->code, "%s: %s%s", tried, cause->message,
                        ends ? "" : ".");
  return bw_error_new_field ((BwErrorCode) cause->code, bw_error_get_field (cause), "%s: %s%s",
                             tried, cause->message, ends ? "" : ".");
}

static DexFuture *
parse_in_thread (gpointer data)
{
  Parse *parse = data;
  GError *error = NULL;
  gpointer value = parse->parse (parse->body, &error);

  if (value == NULL)
    return dex_future_new_for_error (error);
  if (parse->type == G_TYPE_INT64)
    {
      g_autofree gint64 *count = value;

      return dex_future_new_for_int64 (*count);
    }
  return dex_future_new_take_boxed (parse->type, value);
}

static GBytes *
await_answer (Call *call, GError **error)
{
  BwConnection *self = call->connection;
  SoupMessage *message = call->message;
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GBytes) body = NULL;
  GError *failure = NULL;

  stream = bw_connection_await_head (self, &call->task, bw_connection_get_session (self), message,
                                     error);
  if (stream == NULL)
    return NULL;
  if (call->parse != NULL && soup_message_get_status (message) != SOUP_STATUS_NO_CONTENT
      && !bw_connection_check_json (self, message, error))
    return NULL;
  body = bw_soup_await_body (&call->task, stream, BW_MAX_ANSWER,
                             bw_connection_get_timeout (self) * 1000, &failure);
  if (g_error_matches (failure, BW_ERROR, BW_ERROR_TOO_LARGE))
    {
      g_clear_error (&failure);
      failure = bw_error_new_field (BW_ERROR_INTERNAL, NULL,
                                    _ ("the answer of the server at %s is larger than %d MiB"),
                                    bw_connection_get_url (self), BW_MAX_ANSWER / (1024 * 1024));
    }
  if (failure != NULL)
    g_propagate_error (error, failure);
  return g_steal_pointer (&body);
}

static DexFuture *
await_parsed (Call *call, GBytes *body, GError **error)
{
  g_autoptr (DexFuture) future = NULL;
  GError *failure = NULL;
  Parse *parse = g_new0 (Parse, 1);

  parse->body = g_bytes_ref (body);
  parse->type = call->type;
  parse->parse = call->parse;
  future = bw_dex_in_thread (parse_in_thread, parse, parse_free);
  if (dex_await (dex_ref (future), &failure))
    return g_steal_pointer (&future);
  if (failure->domain == BW_ERROR)
    bw_set_error (error, BW_ERROR_INTERNAL, _ ("the answer of the server at %s can’t be read: %s"),
                  bw_connection_get_url (call->connection), failure->message);
  else
    g_propagate_error (error, g_steal_pointer (&failure));
  g_clear_error (&failure);
  return NULL;
}

static DexFuture *
call_fiber (gpointer data)
{
  Call *call = data;
  BwConnection *self = call->connection;
  g_autoptr (GBytes) body = NULL;
  DexFuture *result = NULL;
  GError *error = g_steal_pointer (&call->error);

  if (call->message != NULL)
    body = await_answer (call, &error);
  if (body != NULL && call->parse == NULL)
    return dex_future_new_true ();
  if (body != NULL)
    result = await_parsed (call, body, &error);
  if (result != NULL)
    return result;
  error = bw_connection_explain (self, call->tried, error);
  bw_connection_note_error (self, call->message, error);
  return dex_future_new_for_error (error);
}

/**
 * bw_connection_call:
 * @self: a connection
 * @tried: (transfer full): "Could not …", the beginning of what is said when it fails
 * @method: the HTTP method
 * @path: the path from "/v1" on, with its query, escaped
 * @body: (nullable): JSON to send
 * @type: the boxed type that @parse makes
 * @parse: (nullable): reads the answer, in another thread; %NULL: only whether it worked is asked
 *
 * One request and its answer.
 *
 * Returns: (transfer full): resolves to a value of @type, or to %TRUE without @parse
 */
DexFuture *
bw_connection_call (BwConnection *self,
                    char *tried,
                    const char *method,
                    const char *path,
                    GBytes *body,
                    GType type,
                    BwParseFunc parse)
{
  Call *call = g_new0 (Call, 1);

  call->connection = g_object_ref (self);
  call->tried = tried;
  call->message = bw_connection_new_message (self, method, path, &call->error);
  if (call->message != NULL && body != NULL)
    soup_message_set_request_body_from_bytes (call->message, "application/json", body);
  call->type = type;
  call->parse = parse;
  return bw_dex_spawn (call_fiber, call, call_free);
}

static gpointer
parse_json (GBytes *body, GError **error)
{
  gsize size;
  const char *text = g_bytes_get_data (body, &size);

  if (size == 0)
    return json_node_new (JSON_NODE_NULL);
  return bw_json_parse (text, size, error);
}

/**
 * bw_connection_request:
 * @self: a connection
 * @method: the HTTP method
 * @path: the path from "/v1" on, with its query, escaped
 * @body: (nullable): JSON to send
 *
 * Any request of the API, for what has no function of its own. An answer of more than 64 MiB is
 * refused.
 *
 * Returns: (transfer full): resolves to a JsonNode, of type null where the answer has no body
 */
DexFuture *
bw_connection_request (BwConnection *self, const char *method, const char *path, GBytes *body)
{
  return bw_connection_call (self, g_strdup_printf (_ ("Could not do %s %s"), method, path), method,
                             path, body, JSON_TYPE_NODE, parse_json);
}
