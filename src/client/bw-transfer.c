/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bodies that are no JSON: parts of a log, result files in both directions.
 */
#include "bw-connection-private.h"

#include "bw-config.h"

#include <glib/gi18n-lib.h>

#include "bw-dex.h"
#include "bw-error.h"
#include "bw-soup.h"

#define CHUNK (256 * 1024)
#define PROGRESS_INTERVAL (50 * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  BwTask task;
  BwConnection *connection;
  char *tried;
  SoupMessage *message;
  GError *error; /* why there is no message */
  goffset offset;
  gsize length;
  GFile *file;
  GFile *part; /* what is written until it is whole */
  BwProgressFunc progress;
  gpointer user_data;
  GDestroyNotify notify;
  gint64 progress_at;
} Transfer;

static void
transfer_free (gpointer data)
{
  Transfer *transfer = data;

  if (transfer->notify != NULL)
    transfer->notify (transfer->user_data);
  g_clear_object (&transfer->connection);
  g_clear_object (&transfer->message);
  g_clear_object (&transfer->file);
  g_clear_object (&transfer->part);
  g_clear_error (&transfer->error);
  g_free (transfer->tried);
  g_free (transfer);
}

static Transfer *
transfer_new (BwConnection *self, char *tried, const char *method, const char *path)
{
  Transfer *transfer = g_new0 (Transfer, 1);

  transfer->connection = g_object_ref (self);
  transfer->tried = tried;
  transfer->message = bw_connection_new_message (self, method, path, &transfer->error);
  return transfer;
}

static guint
idle_ms (Transfer *transfer)
{
  return bw_connection_get_timeout (transfer->connection) * 1000;
}

static GInputStream *
await_head (Transfer *transfer, GError **error)
{
  if (transfer->message == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&transfer->error));
      return NULL;
    }
  return bw_connection_await_head (transfer->connection, &transfer->task,
                                   bw_connection_get_session (transfer->connection),
                                   transfer->message, error);
}

static DexFuture *
fail (Transfer *transfer, GError *error)
{
  GError *explained = bw_connection_explain (transfer->connection, transfer->tried, error);

  bw_connection_note_error (transfer->connection, transfer->message, explained);
  return dex_future_new_for_error (explained);
}

static DexFuture *
download_fiber (gpointer data)
{
  Transfer *transfer = data;
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GBytes) body = NULL;
  GError *error = NULL;

  stream = await_head (transfer, &error);
  if (g_error_matches (error, BW_ERROR, BW_ERROR_RANGE))
    {
      g_clear_error (&error);
      return dex_future_new_take_boxed (G_TYPE_BYTES, g_bytes_new (NULL, 0));
    }
  /* The whole of it, where a part was asked for, is of use only if it begins and ends alike. */
  if (stream != NULL && transfer->offset > 0
      && soup_message_get_status (transfer->message) != SOUP_STATUS_PARTIAL_CONTENT)
    return fail (transfer,
                 bw_error_new_field (BW_ERROR_INTERNAL, NULL,
                                     _ ("the server at %s does not serve parts of a file"),
                                     bw_connection_get_url (transfer->connection)));
  if (stream != NULL)
    body =
        bw_soup_await_body (&transfer->task, stream, transfer->length, idle_ms (transfer), &error);
  if (body == NULL)
    return fail (transfer, error);
  return dex_future_new_take_boxed (G_TYPE_BYTES, g_steal_pointer (&body));
}

/**
 * bw_connection_download_for:
 * @self: a connection
 * @tried: (transfer full): "Could not …"
 * @path: the path from "/v1" on
 * @offset: the first byte
 * @length: how many at most, not 0
 *
 * As bw_connection_download(), with words of the caller's own for a failure.
 *
 * Returns: (transfer full): resolves to a GBytes
 */
DexFuture *
bw_connection_download_for (BwConnection *self,
                            char *tried,
                            const char *path,
                            goffset offset,
                            gsize length)
{
  Transfer *transfer = transfer_new (self, tried, "GET", path);

  transfer->offset = offset;
  transfer->length = MIN (length, BW_MAX_ANSWER);
  if (transfer->message != NULL)
    soup_message_headers_set_range (soup_message_get_request_headers (transfer->message), offset,
                                    offset + (goffset) transfer->length - 1);
  return bw_dex_spawn (download_fiber, transfer, transfer_free);
}

/**
 * bw_connection_download:
 * @self: a connection
 * @path: the path from "/v1" on
 * @offset: the first byte
 * @length: how many bytes at most: 1 to 64 MiB
 *
 * Fetches a part of a file into memory.
 *
 * Returns: (transfer full): resolves to a GBytes, empty where the file ends at or before @offset
 */
DexFuture *
bw_connection_download (BwConnection *self, const char *path, goffset offset, gsize length)
{
  dex_return_error_if_fail (BW_IS_CONNECTION (self));
  dex_return_error_if_fail (length > 0 && offset >= 0);

  return bw_connection_download_for (self, g_strdup_printf (_ ("Could not download %s"), path),
                                     path, offset, length);
}

static void
tell_progress (Transfer *transfer, gint64 done, gboolean at_end)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (transfer->message);
  gint64 now = g_get_monotonic_time ();
  gint64 total = -1;

  if (transfer->progress == NULL || (!at_end && now - transfer->progress_at < PROGRESS_INTERVAL))
    return;
  transfer->progress_at = now;
  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH)
    total = soup_message_headers_get_content_length (headers);
  transfer->progress (done, at_end ? done : total, transfer->user_data);
}

static void
create_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (DexPromise) promise = user_data;
  GError *error = NULL;
  GFileOutputStream *stream = g_file_create_finish (G_FILE (object), result, &error);

  if (stream == NULL)
    dex_promise_reject (promise, error);
  else
    dex_promise_resolve_object (promise, stream);
}

static DexFuture *
create_file (GFile *file)
{
  DexPromise *promise = dex_promise_new_cancellable ();

  g_file_create_async (file, G_FILE_CREATE_PRIVATE, G_PRIORITY_DEFAULT,
                       dex_promise_get_cancellable (promise), create_cb, dex_ref (promise));
  return DEX_FUTURE (promise);
}

static void
move_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (DexPromise) promise = user_data;
  GError *error = NULL;

  if (!g_file_move_finish (G_FILE (object), result, &error))
    dex_promise_reject (promise, error);
  else
    dex_promise_resolve_boolean (promise, TRUE);
}

static DexFuture *
move_file (GFile *from, GFile *to)
{
  DexPromise *promise = dex_promise_new ();

  g_file_move_async (from, to, G_FILE_COPY_OVERWRITE | G_FILE_COPY_NO_FALLBACK_FOR_MOVE,
                     G_PRIORITY_DEFAULT, NULL, NULL, NULL, move_cb, dex_ref (promise));
  return DEX_FUTURE (promise);
}

static gboolean
await_write (Transfer *transfer, GOutputStream *output, GBytes *piece, GError **error)
{
  g_autoptr (GBytes) rest = g_bytes_ref (piece);

  while (g_bytes_get_size (rest) > 0)
    {
      gint64 written = dex_await_int64 (
          bw_dex_within (&transfer->task,
                         dex_output_stream_write_bytes (output, rest, G_PRIORITY_DEFAULT), 0),
          error);
      g_autoptr (GBytes) left = NULL;

      if (written <= 0)
        return FALSE;
      left =
          g_bytes_new_from_bytes (rest, (gsize) written, g_bytes_get_size (rest) - (gsize) written);
      g_bytes_unref (rest);
      rest = g_steal_pointer (&left);
    }
  return TRUE;
}

static gint64
await_copy (Transfer *transfer, GInputStream *input, GOutputStream *output, GError **error)
{
  gint64 done = 0;

  for (;;)
    {
      g_autoptr (GBytes) piece = NULL;

      piece = dex_await_boxed (
          bw_dex_within (&transfer->task,
                         dex_input_stream_read_bytes (input, CHUNK, G_PRIORITY_DEFAULT),
                         idle_ms (transfer)),
          error);
      if (piece == NULL || !await_write (transfer, output, piece, error))
        return -1;
      if (g_bytes_get_size (piece) == 0)
        break;
      done += (gint64) g_bytes_get_size (piece);
      tell_progress (transfer, done, FALSE);
    }
  tell_progress (transfer, done, TRUE);
  return done;
}

static GError *
name_file (Transfer *transfer, GError *error)
{
  g_autofree char *name = g_file_get_parse_name (transfer->file);
  GError *named;

  if (error->domain != G_IO_ERROR || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return error;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE))
    named =
        bw_error_new_field (BW_ERROR_NO_SPACE, NULL, _ ("there is no room left for “%s”"), name);
  else
    named = bw_error_new_field (BW_ERROR_INVALID, NULL, _ ("“%s” can’t be written: %s"), name,
                                error->message);
  g_error_free (error);
  return named;
}

static gint64
await_part (Transfer *transfer, GInputStream *input, GError **error)
{
  g_autoptr (GFileOutputStream) output = NULL;
  GError *failure = NULL;
  gint64 done;

  output = dex_await_object (create_file (transfer->part), &failure);
  if (output == NULL)
    {
      g_propagate_error (error, name_file (transfer, failure));
      return -1;
    }
  done = await_copy (transfer, input, G_OUTPUT_STREAM (output), &failure);
  if (done >= 0
      && dex_await (dex_output_stream_close (G_OUTPUT_STREAM (output), G_PRIORITY_DEFAULT),
                    &failure)
      && dex_await (move_file (transfer->part, transfer->file), &failure))
    return done;
  g_propagate_error (error, failure);
  return -1;
}

static DexFuture *
download_to_fiber (gpointer data)
{
  Transfer *transfer = data;
  g_autoptr (GInputStream) input = NULL;
  GError *error = NULL;
  gint64 done = -1;

  input = await_head (transfer, &error);
  if (input == NULL)
    return fail (transfer, error);
  done = await_part (transfer, input, &error);
  if (done >= 0)
    return dex_future_new_for_int64 (done);
  dex_future_disown (dex_file_delete (transfer->part, G_PRIORITY_DEFAULT));
  return fail (transfer, error);
}

/**
 * bw_connection_download_to_for:
 * @self: a connection
 * @tried: (transfer full): "Could not …"
 * @path: the path from "/v1" on
 * @file: where to
 * @progress: (nullable): told how far it is
 * @user_data: its argument
 * @notify: (nullable): frees @user_data
 *
 * As bw_connection_download_to(), with words of the caller's own for a failure.
 *
 * Returns: (transfer full): resolves to a gint64: bytes written
 */
DexFuture *
bw_connection_download_to_for (BwConnection *self,
                               char *tried,
                               const char *path,
                               GFile *file,
                               BwProgressFunc progress,
                               gpointer user_data,
                               GDestroyNotify notify)
{
  Transfer *transfer = transfer_new (self, tried, "GET", path);
  g_autoptr (GFile) folder = g_file_get_parent (file);
  g_autofree char *part = g_strdup_printf (".batchwork-%08x.part", g_random_int ());

  transfer->file = g_object_ref (file);
  transfer->part = g_file_get_child (folder, part);
  transfer->progress = progress;
  transfer->user_data = user_data;
  transfer->notify = notify;
  return bw_dex_spawn (download_to_fiber, transfer, transfer_free);
}

/**
 * bw_connection_download_to:
 * @self: a connection
 * @path: the path from "/v1" on
 * @file: where to
 * @progress: (nullable): told how far it is
 * @user_data: its argument
 * @notify: (nullable): frees @user_data
 *
 * Fetches a file of any size. It is written beside @file under another name and takes its place
 * when it is whole: what fails leaves nothing, and an older file untouched.
 *
 * Returns: (transfer full): resolves to a gint64: bytes written
 */
DexFuture *
bw_connection_download_to (BwConnection *self,
                           const char *path,
                           GFile *file,
                           BwProgressFunc progress,
                           gpointer user_data,
                           GDestroyNotify notify)
{
  dex_return_error_if_fail (BW_IS_CONNECTION (self));
  dex_return_error_if_fail (G_IS_FILE (file));

  return bw_connection_download_to_for (self, g_strdup_printf (_ ("Could not download %s"), path),
                                        path, file, progress, user_data, notify);
}

static DexFuture *
upload_fiber (gpointer data)
{
  Transfer *transfer = data;
  g_autoptr (GInputStream) stream = NULL;
  GError *error = NULL;

  stream = await_head (transfer, &error);
  return stream != NULL ? dex_future_new_true () : fail (transfer, error);
}

/**
 * bw_connection_upload:
 * @self: a connection
 * @path: the path from "/v1" on
 * @name: the file's name
 * @stream: what to send; read as it is sent
 * @size: how many bytes that is
 *
 * Sends a file of any size by PUT.
 *
 * Returns: (transfer full): resolves to %TRUE
 */
DexFuture *
bw_connection_upload (BwConnection *self,
                      const char *path,
                      const char *name,
                      GInputStream *stream,
                      goffset size)
{
  g_autoptr (GHashTable) parameters = g_hash_table_new (g_str_hash, g_str_equal);
  Transfer *transfer;

  dex_return_error_if_fail (BW_IS_CONNECTION (self));
  dex_return_error_if_fail (G_IS_INPUT_STREAM (stream));

  transfer = transfer_new (self, g_strdup_printf (_ ("Could not upload “%s”"), name), "PUT", path);
  if (transfer->message != NULL)
    {
      SoupMessageHeaders *headers = soup_message_get_request_headers (transfer->message);

      g_hash_table_insert (parameters, (gpointer) "filename", (gpointer) name);
      soup_message_headers_set_content_disposition (headers, "attachment", parameters);
      soup_message_set_request_body (transfer->message, "application/octet-stream", stream, size);
    }
  return bw_dex_spawn (upload_fiber, transfer, transfer_free);
}
