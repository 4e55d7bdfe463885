/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-exchange.h"

#include <netinet/in.h>
#include <string.h>

#include "bw-auth.h"
#include "bw-detach.h"
#include "bw-download.h"
#include "bw-error.h"
#include "bw-event-stream.h"
#include "bw-framing.h"
#include "bw-router.h"
#include "bw-server.h"
#include "bw-upload.h"

/* How much of a refused body is read and thrown away, so that a client that sends all before it reads
 * gets the answer and no reset connection. */
#define MAX_DISCARD (64 * 1024 * 1024)

/* A body where the route takes none. */
#define MAX_IGNORED_BODY (64 * 1024)

/* A body may take the time-out and a second for each 16 KiB of it. */
#define LEAST_BYTES_PER_SECOND (16 * 1024)

/*
 * What happens to a request, in order; each arrow is a call of libmicrohttpd's access handler, which
 * comes once for the header, once or more for the body and once when it is whole, and once again
 * after a suspended connection is resumed.
 *
 *   HEADER -> BODY -> WORKING -> answered
 *   HEADER -> BEGINNING -> UPLOADING <-> STORING -> WORKING -> answered
 *   HEADER, BODY, BEGINNING, UPLOADING, STORING -> DISCARDING -> answered
 */
typedef enum
{
  PHASE_HEADER,
  PHASE_BODY,
  PHASE_BEGINNING,          /* suspended: the pool begins an upload */
  PHASE_UPLOADING,
  PHASE_STORING,            /* suspended: the pool stores a part of an upload */
  PHASE_WORKING,            /* suspended: the pool runs the handler, or the claim waits */
  PHASE_DISCARDING,         /* there is an answer; the rest of the body is thrown away */
} Phase;

/* One request and its answer over libmicrohttpd. Belongs to the connection's thread while the
 * connection is not suspended, and to who works on it while it is. */
struct _BwExchange
{
  BwServer *server;
  BwConnections *connections;
  BwConnection *entry;
  struct MHD_Connection *connection;
  BwRequest *request;
  GError *early;            /* found wrong before the header was read */
  Phase phase;
  BwFraming framing;
  gint64 received;
  gint64 bound;
  gint64 whole_at;          /* when the request was whole, monotonic microseconds */
  BwUpload *upload;
  BwReply *reply;
  gboolean has_left;        /* the socket is the event port's: nothing is answered here */
};

/* Answering, on the connection's thread */

static void
free_bytes (void *data)
{
  g_bytes_unref (data);
}

static struct MHD_Response *
make_response (BwExchange *self)
{
  BwReply *reply = self->reply;
  gsize length = 0;
  const void *data = "";

  if (reply->stream != NULL)
    return bw_event_stream_create_response (g_steal_pointer (&reply->stream), self->connection);
  if (reply->source != NULL)
    return bw_download_create_response (g_steal_pointer (&reply->source), self->connection,
                                        bw_server_get_pool (self->server));
  if (reply->body == NULL)
    return MHD_create_response_empty (MHD_RF_NONE);
  data = g_bytes_get_data (reply->body, &length);
  return MHD_create_response_from_buffer_with_free_callback_cls (length, data, free_bytes,
                                                                 g_bytes_ref (reply->body));
}

static enum MHD_Result
answer (BwExchange *self)
{
  BwReply *reply = self->reply;
  struct MHD_Response *response = make_response (self);
  enum MHD_Result result;

  if (response == NULL)
    return MHD_NO;
  bw_connections_answer (self->connections, self->entry, reply->body != NULL ? g_bytes_get_size (reply->body) : 0);
  if (reply->content_type != NULL)
    MHD_add_response_header (response, MHD_HTTP_HEADER_CONTENT_TYPE, reply->content_type);
  for (guint i = 0; bw_reply_common_headers[i] != NULL; i += 2)
    MHD_add_response_header (response, bw_reply_common_headers[i], bw_reply_common_headers[i + 1]);
  for (guint i = 0; reply->headers != NULL && i < reply->headers->len; i += 2)
    MHD_add_response_header (response, g_ptr_array_index (reply->headers, i),
                             g_ptr_array_index (reply->headers, i + 1));
  if (bw_server_is_stopping (self->server))
    MHD_add_response_header (response, MHD_HTTP_HEADER_CONNECTION, "close");
  result = MHD_queue_response (self->connection, reply->status, response);
  MHD_destroy_response (response);
  bw_metrics_request (bw_server_get_metrics (self->server), self->request->route, reply->status,
                      self->whole_at > 0 ? g_get_monotonic_time () - self->whole_at : 0);
  return result;
}

/* Answers now, or once the rest of the body is read. */
static enum MHD_Result
refuse (BwExchange *self, BwReply *reply)
{
  self->reply = reply;
  g_clear_pointer (&self->request->body, g_byte_array_unref);
  if (!self->framing.has_body || self->framing.awaits_continue || self->framing.length > MAX_DISCARD)
    return answer (self);
  self->phase = PHASE_DISCARDING;
  return MHD_YES;
}

static enum MHD_Result
refuse_error (BwExchange *self, const GError *error)
{
  return refuse (self, bw_reply_new_problem (error));
}

/* Working, on threads of the pool */

/* An event stream goes on without libmicrohttpd, unless that does TLS. */
static void
hand_over (BwExchange *self)
{
  BwReply *reply = self->reply;
  g_autoptr (GError) error = NULL;
  g_autofree char *header = NULL;
  int fd;

  if (bw_connections_are_tls (self->connections))
    return;
  fd = bw_detach_socket (bw_exchange_get_fd (self), &error);
  if (fd < 0)
    {
      g_message ("%s", error->message);
      return;
    }
  header = bw_reply_write_header (reply);
  self->has_left = TRUE;
  bw_metrics_request (bw_server_get_metrics (self->server), self->request->route, reply->status,
                      g_get_monotonic_time () - self->whole_at);
  /* A server that stops waits for it as for any other request. */
  bw_server_request_begun (self->server);
  bw_event_stream_hand_over (g_steal_pointer (&reply->stream),
                             bw_event_hub_get_port (bw_server_get_hub (self->server)), fd, header,
                             (GDestroyNotify) bw_server_request_ended, self->server);
}

static void
finish_work (BwExchange *self, BwReply *reply, const GError *error)
{
  self->reply = reply != NULL ? reply : error != NULL ? bw_reply_new_problem (error) : NULL;
  if (reply == NULL && error != NULL && self->reply->status >= 500)
    g_warning ("%s %s failed: %s", bw_method_to_string (self->request->route->method),
               self->request->route->path, error->message);
  if (self->reply != NULL && self->reply->stream != NULL)
    hand_over (self);
  MHD_resume_connection (self->connection);
}

static void
run_handler (gpointer data)
{
  BwExchange *self = data;
  g_autoptr (GError) error = NULL;
  BwReply *reply = NULL;

  if (bw_auth_check (self->request, &error))
    reply = self->request->route->handler (self->request, &error);
  if (reply == NULL && self->request->wait_until != 0)
    bw_claim_wait_pass_on (bw_server_get_claim_wait (self->server));
  if (reply != NULL && reply->parking != NULL)
    bw_claim_wait_park (bw_server_get_claim_wait (self->server), self, reply);
  else
    finish_work (self, reply, error);
}

static void
begin_upload (gpointer data)
{
  BwExchange *self = data;
  g_autoptr (GError) error = NULL;

  if (bw_auth_check (self->request, &error))
    self->upload = bw_upload_begin (self->request, &error);
  finish_work (self, NULL, error);
}

static void
store_upload (gpointer data)
{
  BwExchange *self = data;
  g_autoptr (GError) error = NULL;

  bw_upload_store (self->upload, &error);
  finish_work (self, NULL, error);
}

static void
finish_upload (gpointer data)
{
  BwExchange *self = data;
  g_autoptr (GError) error = NULL;
  BwReply *reply = bw_upload_finish (self->upload, &error) ? bw_reply_new (204) : NULL;

  finish_work (self, reply, error);
}

static enum MHD_Result
work (BwExchange *self, Phase phase, BwPoolFunc func)
{
  gboolean is_slow = (self->request->route->flags & BW_ROUTE_SLOW) != 0;
  BwPool *pool = is_slow ? bw_server_get_slow_pool (self->server) : bw_server_get_pool (self->server);

  self->phase = phase;
  bw_connections_expect (self->connections, self->entry, 0);
  MHD_suspend_connection (self->connection);
  if (!bw_pool_push (pool, func, self))
    {
      g_autoptr (GError) error = NULL;

      bw_set_error (&error, BW_ERROR_UNAVAILABLE,
                    "The server is stopping, or more requests wait than it takes. Try again.");
      self->reply = bw_reply_new_problem (error);
      bw_reply_add_header (self->reply, "Retry-After", "2");
      MHD_resume_connection (self->connection);
    }
  return MHD_YES;
}

/* Reading the header */

static gboolean
is_json (const char *content_type)
{
  gsize length = content_type != NULL ? strcspn (content_type, "; \t") : 0;

  return length == strlen ("application/json")
         && g_ascii_strncasecmp (content_type, "application/json", length) == 0;
}

static void
set_too_large (BwExchange *self, GError **error)
{
  bw_set_error (error, BW_ERROR_TOO_LARGE,
                "The request's body is larger than the bound of %" G_GINT64_FORMAT " bytes here. %s",
                self->bound,
                self->request->route->body == BW_BODY_UPLOAD
                  ? "The administrator can raise “result-size” in [limits]."
                  : "Send it in several requests.");
}

/* Whether a body of this kind and size is taken. */
static gboolean
check_body (BwExchange *self, GError **error)
{
  const BwOptions *options = bw_server_get_options (self->server);
  BwBodyKind kind = self->request->route->body;

  self->bound = kind == BW_BODY_JSON     ? options->max_body
                : kind == BW_BODY_UPLOAD ? options->max_result
                                         : MAX_IGNORED_BODY;
  if (self->framing.length > self->bound)
    {
      set_too_large (self, error);
      return FALSE;
    }
  if (kind == BW_BODY_JSON && !is_json (self->request->headers[BW_HEADER_CONTENT_TYPE]))
    {
      bw_set_error (error, BW_ERROR_UNSUPPORTED_TYPE,
                    "The body must be JSON, and the header must say so: Content-Type: "
                    "application/json.");
      return FALSE;
    }
  return TRUE;
}

static void
keep_peer (BwExchange *self)
{
  const union MHD_ConnectionInfo *info
    = MHD_get_connection_info (self->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);

  if (info != NULL && info->client_addr != NULL)
    memcpy (&self->request->peer, info->client_addr,
            info->client_addr->sa_family == AF_INET6 ? sizeof (struct sockaddr_in6)
                                                     : sizeof (struct sockaddr_in));
}

static enum MHD_Result
read_header (BwExchange *self, const char *method)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *allow = NULL;
  const BwOptions *options = bw_server_get_options (self->server);

  keep_peer (self);
  if (!bw_framing_read (&self->framing, self->connection, self->request, options->max_header, &error))
    {
      BwReply *reply = bw_reply_new_problem (error);

      if (!self->framing.has_body)
        bw_reply_add_header (reply, MHD_HTTP_HEADER_CONNECTION, "close");
      return refuse (self, reply);
    }
  if (self->early != NULL)
    return refuse_error (self, self->early);
  self->request->route = bw_router_find (method, self->request, &allow, &error);
  if (self->request->route == NULL)
    {
      BwReply *reply = bw_reply_new_problem (error);

      if (allow != NULL)
        bw_reply_add_header (reply, MHD_HTTP_HEADER_ALLOW, allow);
      return refuse (self, reply);
    }
  if (!check_body (self, &error))
    return refuse_error (self, error);
  if (self->request->route->body == BW_BODY_UPLOAD)
    return work (self, PHASE_BEGINNING, begin_upload);
  self->phase = PHASE_BODY;
  bw_connections_expect (self->connections, self->entry,
                         options->body_timeout + MAX (self->framing.length, 0) / LEAST_BYTES_PER_SECOND);
  return MHD_YES;
}

/* Reading the body */

static enum MHD_Result
read_body (BwExchange *self, const char *data, size_t *length)
{
  if (*length == 0)
    {
      self->whole_at = g_get_monotonic_time ();
      if (self->request->body == NULL)
        self->request->body = g_byte_array_new ();
      return work (self, PHASE_WORKING, run_handler);
    }
  self->received += *length;
  if (self->received > self->bound)
    {
      g_autoptr (GError) error = NULL;

      set_too_large (self, &error);
      *length = 0;
      self->framing.awaits_continue = FALSE;
      return refuse_error (self, error);
    }
  if (self->request->route->body == BW_BODY_JSON)
    {
      if (self->request->body == NULL)
        self->request->body = g_byte_array_sized_new (MAX (self->framing.length, (gint64) *length));
      g_byte_array_append (self->request->body, (const guint8 *) data, *length);
    }
  *length = 0;
  return MHD_YES;
}

static enum MHD_Result
read_upload (BwExchange *self, const char *data, size_t *length)
{
  gboolean is_full;

  if (*length == 0)
    {
      self->whole_at = g_get_monotonic_time ();
      return work (self, PHASE_WORKING, finish_upload);
    }
  /* One byte is left to be given again after the pause: with all of it taken, libmicrohttpd (1.0.1)
   * goes on to the next chunk of a chunked body although the connection is suspended. */
  is_full = bw_upload_would_fill (self->upload, *length);
  self->received += *length - is_full;
  if (self->received > self->bound)
    {
      g_autoptr (GError) error = NULL;

      set_too_large (self, &error);
      *length = 0;
      self->framing.awaits_continue = FALSE;
      return refuse_error (self, error);
    }
  bw_upload_add (self->upload, data, *length - is_full);
  *length = is_full;
  return is_full ? work (self, PHASE_STORING, store_upload) : MHD_YES;
}

static enum MHD_Result
discard (BwExchange *self, size_t *length)
{
  if (*length == 0)
    return answer (self);
  self->received += *length;
  *length = 0;
  return self->received > MAX_DISCARD + self->bound ? MHD_NO : MHD_YES;
}

/* The pool began an upload, or refused it. */
static enum MHD_Result
go_on_uploading (BwExchange *self)
{
  const BwOptions *options = bw_server_get_options (self->server);

  self->phase = PHASE_UPLOADING;
  bw_connections_expect (self->connections, self->entry,
                         options->body_timeout
                           + (self->framing.length >= 0 ? self->framing.length : self->bound) / LEAST_BYTES_PER_SECOND);
  return self->reply != NULL ? refuse (self, g_steal_pointer (&self->reply)) : MHD_YES;
}

/**
 * bw_exchange_new:
 * @server: the server
 * @connections: where its connections are registered
 * @connection: the connection
 * @target: the request's target as it came
 *
 * Begins an exchange, when the first line of a request has come.
 *
 * Returns: (transfer full): it
 */
BwExchange *
bw_exchange_new (BwServer *server, BwConnections *connections, struct MHD_Connection *connection,
                 const char *target)
{
  BwExchange *self = g_new0 (BwExchange, 1);

  self->server = server;
  self->connections = connections;
  self->connection = connection;
  self->entry = MHD_get_connection_info (connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
  self->request = bw_request_new (server);
  self->request->uri = bw_uri_parse (target, &self->early);
  bw_server_request_begun (server);
  bw_connections_expect (connections, self->entry, bw_server_get_options (server)->header_timeout);
  return self;
}

/** bw_exchange_free: @self: (nullable) (transfer full): an exchange that is over */
void
bw_exchange_free (BwExchange *self)
{
  const BwOptions *options;

  if (self == NULL)
    return;
  options = bw_server_get_options (self->server);
  bw_connections_rest (self->connections, self->entry, options->idle_timeout + options->header_timeout);
  bw_server_request_ended (self->server);
  g_clear_error (&self->early);
  g_clear_pointer (&self->upload, bw_upload_free);
  g_clear_pointer (&self->reply, bw_reply_free);
  bw_request_free (self->request);
  g_free (self);
}

/**
 * bw_exchange_proceed:
 * @self: an exchange
 * @method: the request's method
 * @data: a part of the body
 * @length: (inout): its size; what was not taken on return
 *
 * What libmicrohttpd's access handler does. Never blocks.
 *
 * Returns: %MHD_NO to end the connection
 */
enum MHD_Result
bw_exchange_proceed (BwExchange *self, const char *method, const char *data, size_t *length)
{
  switch (self->phase)
    {
    case PHASE_HEADER:
      return read_header (self, method);
    case PHASE_BEGINNING:
      return go_on_uploading (self);
    case PHASE_STORING:
      self->phase = self->reply == NULL ? PHASE_UPLOADING : PHASE_DISCARDING;
      return bw_exchange_proceed (self, method, data, length);
    case PHASE_BODY:
      return read_body (self, data, length);
    case PHASE_UPLOADING:
      return read_upload (self, data, length);
    case PHASE_DISCARDING:
      return discard (self, length);
    case PHASE_WORKING:
      return self->has_left ? MHD_NO : answer (self);
    default:
      g_return_val_if_reached (MHD_NO);
    }
}

/**
 * bw_exchange_answer:
 * @self: an exchange whose connection is suspended
 * @reply: (transfer full): the answer
 *
 * Answers a claim that waited. May be called from any thread; the exchange is not the caller's any
 * longer.
 */
void
bw_exchange_answer (BwExchange *self, BwReply *reply)
{
  finish_work (self, reply, NULL);
}

/**
 * bw_exchange_try_again:
 * @self: an exchange whose connection is suspended
 *
 * Runs the handler of a claim that waited again, rights and all. May be called from any thread; the
 * exchange is not the caller's any longer.
 */
void
bw_exchange_try_again (BwExchange *self)
{
  if (!bw_pool_push (bw_server_get_pool (self->server), run_handler, self))
    {
      g_autoptr (GError) error = NULL;

      bw_set_error (&error, BW_ERROR_UNAVAILABLE, "The server is stopping. Try again.");
      finish_work (self, NULL, error);
    }
}

/** bw_exchange_get_fd: @self: an exchange. Returns: its connection's socket */
int
bw_exchange_get_fd (BwExchange *self)
{
  return MHD_get_connection_info (self->connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
}
