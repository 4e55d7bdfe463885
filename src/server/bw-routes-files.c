/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-routes.h"

#include "bw-disposition.h"
#include "bw-error.h"
#include "bw-range.h"
#include "bw-server.h"

typedef GBytes *(*ReadFunc) (BwStore *store, const BwViewer *viewer, gint64 job, gint64 offset,
                             gsize length, GError **error);

/* A log or a result file on its way to who asked for it. */
typedef struct
{
  BwStore *store;
  BwCachedSession *session; /* keeps the viewer's strings */
  BwViewer viewer;
  gint64 job;
  ReadFunc read;
} File;

static GBytes *
read_file (gpointer data, gint64 offset, gsize length, GError **error)
{
  File *self = data;

  return self->read (self->store, &self->viewer, self->job, offset, length, error);
}

static void
free_file (gpointer data)
{
  File *self = data;

  bw_cached_session_unref (self->session);
  g_free (self);
}

static BwBodySource *
make_source (BwRequest *request, gint64 job, ReadFunc read, gint64 start, gint64 length)
{
  BwBodySource *source = g_new0 (BwBodySource, 1);
  File *file = g_new0 (File, 1);

  file->store = bw_server_get_store (request->server);
  file->session = bw_cached_session_ref (request->sign_in);
  file->viewer = request->viewer;
  file->job = job;
  file->read = read;
  source->read = read_file;
  source->data = file;
  source->destroy = free_file;
  source->start = start;
  source->length = length;
  return source;
}

static BwReply *
refuse_range (gint64 size)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *content_range = g_strdup_printf ("bytes */%" G_GINT64_FORMAT, size);
  BwReply *reply;

  bw_set_error (&error, BW_ERROR_RANGE,
                "The range begins past the end: there are %" G_GINT64_FORMAT " bytes.", size);
  reply = bw_reply_new_problem (error);
  bw_reply_add_header (reply, "Content-Range", content_range);
  return reply;
}

static BwReply *
answer_file (BwRequest *request, gint64 job, ReadFunc read, gint64 size, const char *content_type)
{
  const char *range = request->headers[BW_HEADER_RANGE];
  gint64 start;
  gint64 length;
  BwRangeKind kind;
  BwReply *reply;

  /* There is no validator that If-Range could be equal to, so the whole is what it asks for. */
  kind = bw_range_parse (request->headers[BW_HEADER_IF_RANGE] == NULL ? range : NULL, size, &start,
                         &length);
  if (kind == BW_RANGE_OUTSIDE)
    return refuse_range (size);
  reply = bw_reply_new (kind == BW_RANGE_PART ? 206 : 200);
  bw_reply_add_header (reply, "Accept-Ranges", "bytes");
  if (kind == BW_RANGE_PART)
    {
      g_autofree char *text
        = g_strdup_printf ("bytes %" G_GINT64_FORMAT "-%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT, start,
                           start + length - 1, size);

      bw_reply_add_header (reply, "Content-Range", text);
    }
  if (length > 0)
    bw_reply_take_source (reply, content_type, make_source (request, job, read, start, length));
  else
    reply->content_type = content_type;
  return reply;
}

/** bw_route_get_log: GET jobs/{id}/log */
BwReply *
bw_route_get_log (BwRequest *request, GError **error)
{
  gint64 id;
  gint64 size = 0;

  if (!bw_request_get_id (request, 1, "job", &id, error)
      || !bw_store_get_log_size (bw_server_get_store (request->server), &request->viewer, id, &size,
                                 error))
    return NULL;
  return answer_file (request, id, bw_store_read_log, size, "text/plain; charset=utf-8");
}

/** bw_route_get_result: GET jobs/{id}/result */
BwReply *
bw_route_get_result (BwRequest *request, GError **error)
{
  g_autofree char *name = NULL;
  g_autofree char *disposition = NULL;
  gint64 id;
  gint64 size = 0;
  BwReply *reply;

  if (!bw_request_get_id (request, 1, "job", &id, error)
      || !bw_store_get_result (bw_server_get_store (request->server), &request->viewer, id, &name,
                               &size, error))
    return NULL;
  disposition = bw_disposition_write (name);
  reply = answer_file (request, id, bw_store_read_result, size, "application/octet-stream");
  if (reply->status < 300)
    bw_reply_add_header (reply, "Content-Disposition", disposition);
  return reply;
}
