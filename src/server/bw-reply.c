/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-reply.h"

#include <string.h>

#include "bw-error.h"
#include "bw-event-stream.h"

/* Names and values; of every answer. */
const char *const bw_reply_common_headers[] = {
  MHD_HTTP_HEADER_CACHE_CONTROL, "no-store",
  MHD_HTTP_HEADER_X_CONTENT_TYPE_OPTIONS, "nosniff",
  NULL,
};

static void
bw_parking_free (BwParking *self)
{
  g_free (self->key);
  g_array_unref (self->businesses);
  g_free (self);
}

/** bw_reply_new: @status: an HTTP status. Returns: (transfer full): an answer without a body */
BwReply *
bw_reply_new (guint status)
{
  BwReply *self = g_new0 (BwReply, 1);

  self->status = status;
  return self;
}

/**
 * bw_reply_new_json:
 * @status: an HTTP status
 * @writer: (transfer full): a whole JSON value
 *
 * Returns: (transfer full): an answer in JSON
 */
BwReply *
bw_reply_new_json (guint status, BwJsonWriter *writer)
{
  BwReply *self = bw_reply_new (status);

  self->content_type = "application/json";
  self->body = bw_json_writer_free_to_bytes (writer);
  return self;
}

/**
 * bw_reply_new_problem:
 * @error: what went wrong
 *
 * Returns: (transfer full): the answer that says so (RFC 9457)
 */
BwReply *
bw_reply_new_problem (const GError *error)
{
  guint status = error->domain == BW_ERROR ? bw_error_code_to_status ((BwErrorCode) error->code) : 500;
  BwReply *self = bw_reply_new (status);
  char *text = bw_error_to_problem (error);

  self->content_type = "application/problem+json";
  self->body = g_bytes_new_take (text, strlen (text));
  if (status == 401)
    bw_reply_add_header (self, "WWW-Authenticate", "Bearer realm=\"Batchwork\"");
  return self;
}

/**
 * bw_reply_new_text:
 * @content_type: (transfer none): a static string
 * @body: (transfer none): the body
 *
 * Returns: (transfer full): an answer of this type
 */
BwReply *
bw_reply_new_text (const char *content_type, GBytes *body)
{
  BwReply *self = bw_reply_new (200);

  self->content_type = content_type;
  self->body = g_bytes_ref (body);
  return self;
}

/**
 * bw_reply_new_stream:
 * @stream: (transfer full): a stream that was added to the hub
 *
 * Returns: (transfer full): an answer that goes on until the stream ends
 */
BwReply *
bw_reply_new_stream (BwEventStream *stream)
{
  BwReply *self = bw_reply_new (200);

  self->content_type = "text/event-stream";
  self->stream = stream;
  /* Proxies that buffer answers hold events back; this is how nginx is told not to. */
  bw_reply_add_header (self, "X-Accel-Buffering", "no");
  return self;
}

/**
 * bw_reply_new_parked:
 * @key: equal for claims that could be answered with the same jobs
 * @businesses: (transfer none): of gint64
 * @serial: what bw_claim_wait_get_serial() said before the store was asked
 * @until: when to answer all the same, in monotonic microseconds
 *
 * Returns: (transfer full): no answer yet
 */
BwReply *
bw_reply_new_parked (const char *key, GArray *businesses, guint64 serial, gint64 until)
{
  BwReply *self = bw_reply_new (200);

  self->parking = g_new0 (BwParking, 1);
  self->parking->key = g_strdup (key);
  self->parking->businesses = g_array_ref (businesses);
  self->parking->serial = serial;
  self->parking->until = until;
  return self;
}

/** bw_reply_free: @self: (nullable) (transfer full): an answer */
void
bw_reply_free (BwReply *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_pointer (&self->headers, g_ptr_array_unref);
  g_clear_pointer (&self->source, bw_body_source_free);
  g_clear_pointer (&self->stream, bw_event_stream_abandon);
  g_clear_pointer (&self->parking, bw_parking_free);
  g_free (self);
}

/**
 * bw_reply_add_header:
 * @self: an answer
 * @name: a header field
 * @value: its value: nothing that ends a line
 */
void
bw_reply_add_header (BwReply *self, const char *name, const char *value)
{
  if (self->headers == NULL)
    self->headers = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->headers, g_strdup (name));
  g_ptr_array_add (self->headers, g_strdup (value));
}

/* As RFC 9110, 5.6.7 has it, in no user's language. */
static char *
write_date (void)
{
  static const char days[][4] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
  static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();

  return g_strdup_printf ("%s, %02d %s %04d %02d:%02d:%02d GMT", days[g_date_time_get_day_of_week (now) - 1],
                          g_date_time_get_day_of_month (now), months[g_date_time_get_month (now) - 1],
                          g_date_time_get_year (now), g_date_time_get_hour (now), g_date_time_get_minute (now),
                          g_date_time_get_second (now));
}

/**
 * bw_reply_write_header:
 * @self: an answer whose body ends with its connection
 *
 * Returns: (transfer full): its header, as HTTP/1.1 has it
 */
char *
bw_reply_write_header (BwReply *self)
{
  g_autofree char *date = write_date ();
  GString *text = g_string_new (NULL);

  g_string_printf (text, "HTTP/1.1 %u %s\r\nDate: %s\r\nConnection: close\r\nContent-Type: %s\r\n", self->status,
                   MHD_get_reason_phrase_for (self->status), date, self->content_type);
  for (guint i = 0; bw_reply_common_headers[i] != NULL; i += 2)
    g_string_append_printf (text, "%s: %s\r\n", bw_reply_common_headers[i], bw_reply_common_headers[i + 1]);
  for (guint i = 0; self->headers != NULL && i < self->headers->len; i += 2)
    g_string_append_printf (text, "%s: %s\r\n", (const char *) g_ptr_array_index (self->headers, i),
                            (const char *) g_ptr_array_index (self->headers, i + 1));
  g_string_append (text, "\r\n");
  return g_string_free (text, FALSE);
}

/**
 * bw_reply_take_source:
 * @self: an answer without a body
 * @content_type: (transfer none): a static string
 * @source: (transfer full): where its body comes from
 */
void
bw_reply_take_source (BwReply *self, const char *content_type, BwBodySource *source)
{
  self->content_type = content_type;
  self->source = source;
}

/** bw_body_source_free: @self: (nullable) (transfer full): a source */
void
bw_body_source_free (BwBodySource *self)
{
  if (self == NULL)
    return;
  if (self->destroy != NULL)
    self->destroy (self->data);
  g_free (self);
}
