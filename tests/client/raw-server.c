/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "raw-server.h"

#include <string.h>

struct _BwRawServer
{
  GSocketListener *listener;
  GTlsCertificate *certificate;
  GCancellable *cancellable;
  GThread *thread;
  guint16 port;
  BwRawHandler handler;
  gpointer data;
  GMutex mutex;
  GPtrArray *threads;
  GPtrArray *sockets;
  int over;
  int requests;
};

typedef struct
{
  BwRawServer *server;
  GSocketConnection *connection;
} Connection;

static void
request_clear (BwRawRequest *request)
{
  g_clear_pointer (&request->method, g_free);
  g_clear_pointer (&request->path, g_free);
  g_clear_pointer (&request->query, g_free);
  g_clear_pointer (&request->headers, g_hash_table_unref);
  g_clear_pointer (&request->body, g_bytes_unref);
}

static gboolean
read_head (BwRawRequest *request, GDataInputStream *input)
{
  g_autofree char *line = g_data_input_stream_read_line (input, NULL, NULL, NULL);
  g_auto (GStrv) parts = line != NULL ? g_strsplit (line, " ", 3) : NULL;
  char *mark;

  if (parts == NULL || g_strv_length (parts) != 3)
    return FALSE;
  request->method = g_strdup (parts[0]);
  mark = strchr (parts[1], '?');
  request->query = g_strdup (mark != NULL ? mark + 1 : "");
  request->path = mark != NULL ? g_strndup (parts[1], (gsize) (mark - parts[1])) : g_strdup (parts[1]);
  request->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (;;)
    {
      g_autofree char *header = g_data_input_stream_read_line (input, NULL, NULL, NULL);
      char *colon;

      if (header == NULL)
        return FALSE;
      if (header[0] == '\0')
        return TRUE;
      colon = strchr (header, ':');
      if (colon != NULL)
        g_hash_table_replace (request->headers, g_ascii_strdown (header, colon - header),
                              g_strstrip (g_strdup (colon + 1)));
    }
}

static gboolean
read_request (BwRawRequest *request, GDataInputStream *input)
{
  const char *length;
  gsize size;
  g_autofree char *body = NULL;

  if (!read_head (request, input))
    return FALSE;
  length = g_hash_table_lookup (request->headers, "content-length");
  size = length != NULL ? (gsize) g_ascii_strtoull (length, NULL, 10) : 0;
  body = g_malloc (size + 1);
  if (size > 0
      && !g_input_stream_read_all (G_INPUT_STREAM (input), body, size, NULL, NULL, NULL))
    return FALSE;
  request->body = g_bytes_new_take (g_steal_pointer (&body), size);
  return TRUE;
}

static gpointer
connection_thread (gpointer data)
{
  Connection *connection = data;
  BwRawServer *self = connection->server;
  g_autoptr (GIOStream) stream = g_object_ref (G_IO_STREAM (connection->connection));
  g_autoptr (GDataInputStream) input = NULL;
  gboolean goes_on = TRUE;

  if (self->certificate != NULL)
    {
      g_object_unref (stream);
      stream = g_tls_server_connection_new (G_IO_STREAM (connection->connection),
                                            self->certificate, NULL);
    }
  input = g_data_input_stream_new (g_io_stream_get_input_stream (stream));
  g_data_input_stream_set_newline_type (input, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (input), FALSE);
  while (goes_on)
    {
      BwRawRequest request = { .stream = stream, .server = self };

      goes_on = read_request (&request, input);
      if (goes_on)
        {
          g_atomic_int_inc (&self->requests);
          goes_on = self->handler (&request, self->data);
        }
      request_clear (&request);
    }
  g_io_stream_close (stream, NULL, NULL);
  g_object_unref (connection->connection);
  g_free (connection);
  return NULL;
}

static gpointer
listen_thread (gpointer data)
{
  BwRawServer *self = data;

  while (!bw_raw_server_is_over (self))
    {
      GSocketConnection *accepted
        = g_socket_listener_accept (self->listener, NULL, self->cancellable, NULL);
      Connection *connection;

      if (accepted == NULL)
        continue;
      connection = g_new0 (Connection, 1);
      connection->server = self;
      connection->connection = accepted;
      g_mutex_lock (&self->mutex);
      g_ptr_array_add (self->sockets, g_object_ref (g_socket_connection_get_socket (accepted)));
      g_ptr_array_add (self->threads, g_thread_new ("connection", connection_thread, connection));
      g_mutex_unlock (&self->mutex);
    }
  return NULL;
}

/**
 * bw_raw_server_new_tls:
 * @handler: answers requests
 * @data: its argument
 * @certificate: (nullable): with its key; %NULL: without encryption
 *
 * Returns: (transfer full): a server on the loopback
 */
BwRawServer *
bw_raw_server_new_tls (BwRawHandler handler, gpointer data, GTlsCertificate *certificate)
{
  BwRawServer *self = g_new0 (BwRawServer, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;

  self->handler = handler;
  self->data = data;
  g_set_object (&self->certificate, certificate);
  self->cancellable = g_cancellable_new ();
  self->threads = g_ptr_array_new ();
  self->sockets = g_ptr_array_new_with_free_func (g_object_unref);
  g_mutex_init (&self->mutex);
  self->listener = g_socket_listener_new ();
  g_socket_listener_add_address (self->listener, address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  self->thread = g_thread_new ("listen", listen_thread, self);
  return self;
}

/**
 * bw_raw_server_new:
 * @handler: answers requests
 * @data: its argument
 *
 * Returns: (transfer full): a server on the loopback
 */
BwRawServer *
bw_raw_server_new (BwRawHandler handler, gpointer data)
{
  return bw_raw_server_new_tls (handler, data, NULL);
}

/**
 * bw_raw_server_free:
 * @self: (transfer full): a server
 *
 * Ends it and waits for its threads.
 */
void
bw_raw_server_free (BwRawServer *self)
{
  g_atomic_int_set (&self->over, 1);
  g_cancellable_cancel (self->cancellable);
  g_thread_join (self->thread);
  for (guint i = 0; i < self->sockets->len; i++)
    g_socket_shutdown (g_ptr_array_index (self->sockets, i), TRUE, TRUE, NULL);
  for (guint i = 0; i < self->threads->len; i++)
    g_thread_join (g_ptr_array_index (self->threads, i));
  g_ptr_array_unref (self->threads);
  g_ptr_array_unref (self->sockets);
  g_socket_listener_close (self->listener);
  g_object_unref (self->listener);
  g_object_unref (self->cancellable);
  g_clear_object (&self->certificate);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/**
 * bw_raw_server_get_url:
 * @self: a server
 *
 * Returns: (transfer full): its address
 */
char *
bw_raw_server_get_url (BwRawServer *self)
{
  return g_strdup_printf ("%s://127.0.0.1:%u", self->certificate != NULL ? "https" : "http",
                          self->port);
}

/**
 * bw_raw_server_is_over:
 * @self: a server
 *
 * Returns: %TRUE if handlers that wait should end
 */
gboolean
bw_raw_server_is_over (BwRawServer *self)
{
  return g_atomic_int_get (&self->over) != 0;
}

/**
 * bw_raw_server_count:
 * @self: a server
 *
 * Returns: how many requests came so far
 */
guint
bw_raw_server_count (BwRawServer *self)
{
  return (guint) g_atomic_int_get (&self->requests);
}

/**
 * bw_raw_write_bytes:
 * @request: a request
 * @bytes: what to write
 * @length: how much
 *
 * Returns: %TRUE if the other side took it
 */
gboolean
bw_raw_write_bytes (BwRawRequest *request, gconstpointer bytes, gsize length)
{
  GOutputStream *output = g_io_stream_get_output_stream (request->stream);

  return g_output_stream_write_all (output, bytes, length, NULL, NULL, NULL);
}

/**
 * bw_raw_write:
 * @request: a request
 * @format: what to write
 *
 * Returns: %TRUE if the other side took it
 */
gboolean
bw_raw_write (BwRawRequest *request, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return bw_raw_write_bytes (request, text, strlen (text));
}

/**
 * bw_raw_answer:
 * @request: a request
 * @status: the HTTP status
 * @type: the body's media type
 * @body: the body
 *
 * Returns: %TRUE if the other side took it
 */
gboolean
bw_raw_answer (BwRawRequest *request, guint status, const char *type, const char *body)
{
  g_autofree char *head
    = g_strdup_printf ("HTTP/1.1 %u Status\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n",
                       status, type, strlen (body));
  g_autofree char *all = g_strconcat (head, body, NULL);

  return bw_raw_write_bytes (request, all, strlen (all));
}

/**
 * bw_raw_answer_json:
 * @request: a request
 * @body: JSON text
 *
 * Returns: %TRUE if the other side took it
 */
gboolean
bw_raw_answer_json (BwRawRequest *request, const char *body)
{
  return bw_raw_answer (request, 200, "application/json", body);
}

/**
 * bw_raw_get_query:
 * @request: a request
 * @name: a parameter of its query
 *
 * Returns: (transfer full) (nullable): its value
 */
char *
bw_raw_get_query (BwRawRequest *request, const char *name)
{
  g_autoptr (GHashTable) parameters
    = g_uri_parse_params (request->query, -1, "&", G_URI_PARAMS_NONE, NULL);

  return parameters != NULL ? g_strdup (g_hash_table_lookup (parameters, name)) : NULL;
}

/**
 * bw_raw_wait_closed:
 * @request: a request
 *
 * Waits until the other side gives up, or the server ends.
 */
void
bw_raw_wait_closed (BwRawRequest *request)
{
  char byte;

  g_input_stream_read (g_io_stream_get_input_stream (request->stream), &byte, 1, NULL, NULL);
}
