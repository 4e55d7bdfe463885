/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-download.h"

#include <string.h>

#define PART_SIZE (256 * 1024)

/* What libmicrohttpd copies at a time. */
#define BLOCK_SIZE (32 * 1024)

/* A body on its way out, one part of it in memory. The connection's thread copies the part; when it
 * is used up, the connection is suspended while the pool reads the next. */
typedef struct
{
  BwBodySource *source;
  struct MHD_Connection *connection;
  BwPool *pool;
  gint64 position;          /* of the next part, from the source's start */
  GBytes *part;             /* nullable */
  gsize used;
  gboolean failed;
} BwDownload;

static void
fetch (gpointer data)
{
  BwDownload *self = data;
  g_autoptr (GError) error = NULL;
  gint64 rest = self->source->length - self->position;

  self->part = self->source->read (self->source->data, self->source->start + self->position,
                                   (gsize) MIN (rest, PART_SIZE), &error);
  self->used = 0;
  self->failed = self->part == NULL || g_bytes_get_size (self->part) == 0;
  if (self->failed)
    g_warning ("A download broke off: %s", error != NULL ? error->message : "it is gone");
  else
    self->position += g_bytes_get_size (self->part);
  MHD_resume_connection (self->connection);
}

static ssize_t
read_more (void *cls, uint64_t position, char *buffer, size_t size)
{
  BwDownload *self = cls;
  gsize available;
  const char *data;

  if (self->failed)
    return MHD_CONTENT_READER_END_WITH_ERROR;
  if (self->part == NULL)
    {
      MHD_suspend_connection (self->connection);
      if (!bw_pool_push (self->pool, fetch, self))
        {
          self->failed = TRUE;
          MHD_resume_connection (self->connection);
        }
      return 0;
    }
  data = g_bytes_get_data (self->part, &available);
  size = MIN (size, available - self->used);
  memcpy (buffer, data + self->used, size);
  self->used += size;
  if (self->used == available)
    g_clear_pointer (&self->part, g_bytes_unref);
  return (ssize_t) size;
}

static void
free_download (void *cls)
{
  BwDownload *self = cls;

  bw_body_source_free (self->source);
  g_clear_pointer (&self->part, g_bytes_unref);
  g_free (self);
}

/**
 * bw_download_create_response:
 * @source: (transfer full): where the body comes from
 * @connection: where it goes
 * @pool: where the source is read
 *
 * Returns: a response that holds one part of the body in memory at a time
 */
struct MHD_Response *
bw_download_create_response (BwBodySource *source, struct MHD_Connection *connection, BwPool *pool)
{
  BwDownload *self = g_new0 (BwDownload, 1);
  struct MHD_Response *response;

  self->source = source;
  self->connection = connection;
  self->pool = pool;
  response = MHD_create_response_from_callback ((guint64) source->length, BLOCK_SIZE, read_more, self,
                                                free_download);
  if (response == NULL)
    free_download (self);
  return response;
}
