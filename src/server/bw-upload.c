/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-upload.h"

#include "bw-disposition.h"
#include "bw-error.h"
#include "bw-server.h"

/* What the store keeps in one row; every part but the last has this size. */
#define CHUNK_SIZE (256 * 1024)

/* A result file on its way into the store, a part at a time. */
struct _BwUpload
{
  BwStore *store;
  char *name;
  gint64 claim;
  gint64 upload;
  gint64 size;
  guint n_chunks;
  GByteArray *waiting;      /* received, not yet stored */
};

/**
 * bw_upload_begin:
 * @request: PUT /v1/claims/{claim}/result, authenticated, without its body
 * @error: set when the claim is not the caller's, or the file has no name
 *
 * Returns: (transfer full) (nullable): an upload; its parts are nobody's result until it is finished
 */
BwUpload *
bw_upload_begin (BwRequest *request, GError **error)
{
  BwStore *store = bw_server_get_store (request->server);
  g_autofree char *name = NULL;
  BwUpload *self;
  gint64 claim;
  gint64 upload;

  if (!bw_request_get_id (request, 0, "claim", &claim, error))
    return NULL;
  name = bw_disposition_parse (request->headers[BW_HEADER_CONTENT_DISPOSITION], error);
  if (name == NULL)
    return NULL;
  upload = bw_store_result_begin (store, request->sign_in->session->user, claim, error);
  if (upload <= 0)
    return NULL;
  self = g_new0 (BwUpload, 1);
  self->store = store;
  self->name = g_steal_pointer (&name);
  self->claim = claim;
  self->upload = upload;
  self->waiting = g_byte_array_sized_new (CHUNK_SIZE + 64 * 1024);
  return self;
}

/** bw_upload_free: @self: (nullable) (transfer full): an upload, finished or not */
void
bw_upload_free (BwUpload *self)
{
  if (self == NULL)
    return;
  g_byte_array_unref (self->waiting);
  g_free (self->name);
  g_free (self);
}

/** bw_upload_add: @self: an upload; @data: the next bytes; @length: how many. Does not block. */
void
bw_upload_add (BwUpload *self, const char *data, gsize length)
{
  g_byte_array_append (self->waiting, (const guint8 *) data, length);
}

/**
 * bw_upload_would_fill:
 * @self: an upload
 * @length: how many bytes have come
 *
 * Returns: whether there is a whole part to store once all but one of these bytes are added
 */
gboolean
bw_upload_would_fill (BwUpload *self, gsize length)
{
  return self->waiting->len + length > CHUNK_SIZE;
}

static gboolean
store_chunk (BwUpload *self, gsize length, GError **error)
{
  g_autoptr (GBytes) chunk = g_bytes_new (self->waiting->data, length);

  if (!bw_store_result_append (self->store, self->claim, self->upload, self->n_chunks, chunk, error))
    return FALSE;
  g_byte_array_remove_range (self->waiting, 0, length);
  self->n_chunks++;
  self->size += length;
  return TRUE;
}

/**
 * bw_upload_store:
 * @self: an upload
 * @error: set when the store can't take it
 *
 * Puts whole parts into the store. Blocks until they are durable.
 *
 * Returns: whether it did
 */
gboolean
bw_upload_store (BwUpload *self, GError **error)
{
  while (self->waiting->len >= CHUNK_SIZE)
    if (!store_chunk (self, CHUNK_SIZE, error))
      return FALSE;
  return TRUE;
}

/**
 * bw_upload_finish:
 * @self: an upload whose last byte has come
 * @error: set when the store can't take it, or the claim has lapsed meanwhile
 *
 * Puts the rest into the store and makes the file the job's result. Blocks until that is durable.
 *
 * Returns: whether it did
 */
gboolean
bw_upload_finish (BwUpload *self, GError **error)
{
  return bw_upload_store (self, error)
         && (self->waiting->len == 0 || store_chunk (self, self->waiting->len, error))
         && bw_store_result_finish (self->store, self->claim, self->upload, self->name, self->size,
                                    error);
}
