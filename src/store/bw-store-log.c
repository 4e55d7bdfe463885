/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-error.h"
#include "bw-read.h"
#include "bw-see.h"
#include "bw-store-private.h"

#define SQL_LOG_SIZE "SELECT log_size FROM job WHERE business = $1 AND id = $2"
/* From the chunk that the first byte is in. */
#define SQL_LOG                                                                                    \
  "SELECT start, text FROM log_chunk WHERE business = $1 AND job = $2 AND start < $4 "             \
  "AND start >= COALESCE((SELECT MAX(start) FROM log_chunk WHERE business = $1 AND job = $2 "      \
  "AND start <= $3), 0) ORDER BY start"

#define SQL_RESULT                                                                                 \
  "SELECT result_name, result_size, result_upload FROM job WHERE business = $1 AND id = $2"
#define SQL_RESULT_CHUNKS                                                                          \
  "SELECT chunk * $6, data FROM result_chunk WHERE business = $1 AND job = $2 AND upload = $3 "    \
  "AND chunk >= $4 AND chunk <= $5 ORDER BY chunk"

/* Appends what of a chunk, which starts at byte @start, lies within [@offset, @offset + @length).
 */
static void
append_part (GByteArray *bytes, BwRows *rows, gint64 offset, gsize length)
{
  gsize chunk_length;
  gint64 start = bw_rows_int (rows, 0);
  const guint8 *chunk = bw_rows_blob (rows, 1, &chunk_length);
  gint64 from = MAX (offset - start, 0);
  gint64 until = MIN ((gint64) chunk_length, offset + (gint64) length - start);

  if (from < until)
    g_byte_array_append (bytes, chunk + from, (guint) (until - from));
}

static GBytes *
join (BwRows *rows, gint64 offset, gsize length, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GError) local = NULL;

  if (rows == NULL)
    return NULL;
  while (bw_rows_next (rows, &local))
    append_part (bytes, rows, offset, length);
  if (!bw_read_finish (g_steal_pointer (&local), error))
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

static gboolean
check_range (gint64 offset, gsize length, GError **error)
{
  if (offset >= 0 && length <= G_MAXINT32)
    return TRUE;
  bw_set_error (error, BW_ERROR_RANGE,
                "This range can't be read: it begins before the first byte or is over 2 GiB.");
  return FALSE;
}

/**
 * bw_store_get_log_size:
 * @self: a store
 * @viewer: who asks
 * @job: whose log
 * @size: (out): how many bytes it has
 * @error: return location
 *
 * Returns: %FALSE on an error
 */
gboolean
bw_store_get_log_size (BwStore *self,
                       const BwViewer *viewer,
                       gint64 job,
                       gint64 *size,
                       GError **error)
{
  g_auto (BwReader) reader = bw_reader_begin (self, error);

  *size = 0;
  return reader.db != NULL && bw_see_job (reader.db, viewer, job, error)
         && bw_db_get_int (reader.db, size, error, SQL_LOG_SIZE, "ii", viewer->business, job);
}

/**
 * bw_store_read_log:
 * @self: a store
 * @viewer: who asks
 * @job: whose log
 * @offset: from which byte
 * @length: how many bytes, 2 GiB at most
 * @error: return location
 *
 * Reads a range of a job's log. Only the chunks that the range touches are read.
 *
 * Returns: (transfer full) (nullable): the bytes; fewer than asked for where the log ends, none
 * after its end
 */
GBytes *
bw_store_read_log (BwStore *self,
                   const BwViewer *viewer,
                   gint64 job,
                   gint64 offset,
                   gsize length,
                   GError **error)
{
  g_auto (BwReader) reader = bw_reader_begin (self, error);
  g_autoptr (BwRows) rows = NULL;

  if (reader.db == NULL || !check_range (offset, length, error)
      || !bw_see_job (reader.db, viewer, job, error))
    return NULL;
  rows =
      bw_db_query (reader.db, error, SQL_LOG, "iiii", viewer->business, job, offset,
                   offset > G_MAXINT64 - (gint64) length ? G_MAXINT64 : offset + (gint64) length);
  return join (rows, offset, length, error);
}

/* Leaves @upload at 0 where there is no result. */
static gboolean
find_result (BwDb *db,
             gint64 business,
             gint64 job,
             char **name,
             gint64 *size,
             gint64 *upload,
             GError **error)
{
  g_autoptr (BwRows) rows = bw_db_query (db, error, SQL_RESULT, "ii", business, job);
  g_autoptr (GError) local = NULL;

  if (rows == NULL)
    return FALSE;
  if (bw_rows_next (rows, &local) && !bw_rows_is_null (rows, 0))
    {
      if (name != NULL)
        *name = g_strdup (bw_rows_text (rows, 0));
      if (size != NULL)
        *size = bw_rows_int (rows, 1);
      *upload = bw_rows_int (rows, 2);
      return TRUE;
    }
  if (bw_read_finish (g_steal_pointer (&local), error))
    bw_set_error (error, BW_ERROR_NOT_FOUND, "Job %" G_GINT64_FORMAT " has no result file.", job);
  return FALSE;
}

/**
 * bw_store_get_result:
 * @self: a store
 * @viewer: who asks
 * @job: whose result
 * @name: (out) (transfer full): the file's name
 * @size: (out): how many bytes it has
 * @error: return location
 *
 * Returns: %FALSE on an error, and with %BW_ERROR_NOT_FOUND if the job has no result file
 */
gboolean
bw_store_get_result (BwStore *self,
                     const BwViewer *viewer,
                     gint64 job,
                     char **name,
                     gint64 *size,
                     GError **error)
{
  g_auto (BwReader) reader = bw_reader_begin (self, error);
  gint64 upload;

  *name = NULL;
  *size = 0;
  return reader.db != NULL && bw_see_job (reader.db, viewer, job, error)
         && find_result (reader.db, viewer->business, job, name, size, &upload, error);
}

/**
 * bw_store_read_result:
 * @self: a store
 * @viewer: who asks
 * @job: whose result
 * @offset: from which byte
 * @length: how many bytes, 2 GiB at most
 * @error: return location
 *
 * Reads a range of a job's result file. Only the chunks that the range touches are read.
 *
 * Returns: (transfer full) (nullable): the bytes; fewer than asked for where the file ends, none
 *   after its end
 */
GBytes *
bw_store_read_result (BwStore *self,
                      const BwViewer *viewer,
                      gint64 job,
                      gint64 offset,
                      gsize length,
                      GError **error)
{
  g_auto (BwReader) reader = bw_reader_begin (self, error);
  g_autoptr (BwRows) rows = NULL;
  gint64 upload = 0;
  gint64 last;

  if (reader.db == NULL || !check_range (offset, length, error)
      || !bw_see_job (reader.db, viewer, job, error)
      || !find_result (reader.db, viewer->business, job, NULL, NULL, &upload, error))
    return NULL;
  last =
      offset / BW_RESULT_CHUNK + (offset % BW_RESULT_CHUNK + (gint64) length - 1) / BW_RESULT_CHUNK;
  rows = bw_db_query (reader.db, error, SQL_RESULT_CHUNKS, "iiiiii", viewer->business, job, upload,
                      offset / BW_RESULT_CHUNK, last, (gint64) BW_RESULT_CHUNK);
  return join (rows, offset, length, error);
}
