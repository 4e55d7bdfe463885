/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-framing.h"

#include "bw-error.h"

static const char *const header_names[BW_N_HEADERS] = {
  [BW_HEADER_AUTHORIZATION] = MHD_HTTP_HEADER_AUTHORIZATION,
  [BW_HEADER_CONTENT_TYPE] = MHD_HTTP_HEADER_CONTENT_TYPE,
  [BW_HEADER_CONTENT_DISPOSITION] = MHD_HTTP_HEADER_CONTENT_DISPOSITION,
  [BW_HEADER_IF_RANGE] = MHD_HTTP_HEADER_IF_RANGE,
  [BW_HEADER_LAST_EVENT_ID] = "Last-Event-ID",
  [BW_HEADER_RANGE] = MHD_HTTP_HEADER_RANGE,
  [BW_HEADER_FORWARDED_FOR] = "X-Forwarded-For",
};

typedef struct
{
  BwFraming *framing;
  BwRequest *request;
  guint n_hosts;
  guint n_lengths;
  guint n_encodings;
  const char *length;
} HeaderScan;

static void
keep_header (BwRequest *request, const char *name, const char *value)
{
  for (guint i = 0; i < BW_N_HEADERS; i++)
    if (g_ascii_strcasecmp (name, header_names[i]) == 0)
      {
        /* The proxy's own word on where a request comes from is the last one. */
        if (request->headers[i] == NULL || i == BW_HEADER_FORWARDED_FOR)
          {
            g_free (request->headers[i]);
            request->headers[i] = g_strdup (value);
          }
        break;
      }
}

static enum MHD_Result
scan_header (void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
  HeaderScan *scan = cls;

  scan->n_hosts += g_ascii_strcasecmp (name, MHD_HTTP_HEADER_HOST) == 0;
  scan->n_encodings += g_ascii_strcasecmp (name, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0;
  if (g_ascii_strcasecmp (name, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0)
    {
      scan->n_lengths++;
      scan->length = value;
    }
  if (g_ascii_strcasecmp (name, MHD_HTTP_HEADER_EXPECT) == 0)
    scan->framing->awaits_continue = TRUE;
  keep_header (scan->request, name, value);
  return MHD_YES;
}

/**
 * bw_framing_read:
 * @self: (out caller-allocates): where the request ends
 * @connection: whose header has come
 * @request: takes the headers that handlers read
 * @max_header: bytes that a header may have
 * @error: return location
 *
 * Does what libmicrohttpd leaves to the application: a request whose length or addressee can be read
 * in two ways may be taken for two requests by a proxy in front (request smuggling). Where it ends is
 * not certain, so the connection has to end with the answer.
 *
 * Returns: whether the header is acceptable
 */
gboolean
bw_framing_read (BwFraming *self, struct MHD_Connection *connection, BwRequest *request, gint64 max_header,
                 GError **error)
{
  HeaderScan scan = { .framing = self, .request = request };
  const union MHD_ConnectionInfo *size;

  MHD_get_connection_values (connection, MHD_HEADER_KIND, scan_header, &scan);
  self->has_body = scan.n_encodings > 0;
  self->length = -1;
  if (scan.n_hosts > 1 || scan.n_lengths > 1 || scan.n_encodings > 1
      || (scan.n_lengths > 0 && scan.n_encodings > 0)
      || (scan.length != NULL
          && !g_ascii_string_to_signed (scan.length, 10, 0, G_MAXINT64, &self->length, NULL)))
    {
      self->has_body = FALSE;
      bw_set_error (error, BW_ERROR_INVALID,
                    "The request's header is ambiguous: it has more than one Host, Content-Length or "
                    "Transfer-Encoding, or both of the latter.");
      return FALSE;
    }
  self->has_body = self->has_body || self->length > 0;
  size = MHD_get_connection_info (connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
  if (size != NULL && (gint64) size->header_size > max_header)
    {
      bw_set_error (error, BW_ERROR_HEADER_TOO_LARGE,
                    "The request's header has %" G_GSIZE_FORMAT " bytes; the bound is %" G_GINT64_FORMAT ".",
                    size->header_size, max_header);
      return FALSE;
    }
  return TRUE;
}
