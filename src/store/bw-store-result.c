/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-store-private.h"

#include "bw-error.h"
#include "bw-job-end.h"
#include "bw-tx-private.h"

typedef struct
{
  gint64 account;
  gint64 claim;
  gint64 upload;
  guint chunk;
  GBytes *data;
  const char *name;
  gint64 size;
} ResultData;

static gboolean
need_standing (BwStanding *standing, BwTx *tx, gint64 claim, GError **error)
{
  gboolean stands;

  if (!bw_standing_load (standing, bw_tx_db (tx), claim, &stands, error))
    return FALSE;
  if (stands && standing->lease_until >= bw_tx_now (tx))
    return TRUE;
  bw_set_error (error, BW_ERROR_CONFLICT,
                "Claim %" G_GINT64_FORMAT
                " does not stand any more. Its job may have been given to another "
                "worker; drop the result.",
                claim);
  return FALSE;
}

static gboolean
need_upload (BwTx *tx, const ResultData *result, GError **error)
{
  gint64 claim = 0;

  if (!bw_db_get_int (bw_tx_db (tx), &claim, error, "SELECT claim FROM upload WHERE id = $1", "i",
                      result->upload))
    return FALSE;
  if (claim == result->claim)
    return TRUE;
  bw_set_error (error, BW_ERROR_CONFLICT,
                "The upload of this result has ended already. Begin it again.");
  return FALSE;
}

static gboolean
begin (BwTx *tx, gpointer user_data, GError **error)
{
  ResultData *result = user_data;
  g_auto (BwStanding) standing = { 0 };

  if (!need_standing (&standing, tx, result->claim, error))
    return FALSE;
  if (standing.account != result->account)
    {
      bw_set_error (error, BW_ERROR_CONFLICT,
                    "Claim %" G_GINT64_FORMAT " belongs to another worker.", result->claim);
      return FALSE;
    }
  result->upload = bw_tx_next_number (tx, BW_NUMBER_UPLOAD);
  return bw_db_exec (bw_tx_db (tx), error,
                     "INSERT INTO upload (id, business, job, claim) VALUES ($1, $2, $3, $4)",
                     "iiii", result->upload, standing.job.business, standing.job.id, result->claim);
}

static gboolean
append (BwTx *tx, gpointer user_data, GError **error)
{
  ResultData *result = user_data;
  g_auto (BwStanding) standing = { 0 };

  return need_standing (&standing, tx, result->claim, error) && need_upload (tx, result, error)
         && bw_db_exec (bw_tx_db (tx), error,
                        "INSERT INTO result_chunk (business, job, upload, chunk, data) VALUES ($1, "
                        "$2, $3, $4, $5)",
                        "iiiib", standing.job.business, standing.job.id, result->upload,
                        (gint64) result->chunk, result->data)
         && bw_db_exec (bw_tx_db (tx), error, "UPDATE claim SET lease_until = $2 WHERE id = $1",
                        "it", result->claim, bw_tx_now (tx) + standing.lease);
}

/* Ranges are computed, not searched: all chunks but the last must be whole and none missing. */
static gboolean
check_chunks (BwTx *tx, const BwJobRecord *job, const ResultData *result, GError **error)
{
  gint64 expected = (result->size + BW_RESULT_CHUNK - 1) / BW_RESULT_CHUNK;
  gint64 size;
  g_autoptr (BwRows) rows = bw_db_query (
      bw_tx_db (tx), error,
      "SELECT COUNT(*), SUM(LENGTH(data)), MIN(chunk), MAX(chunk),"
      " SUM(CASE WHEN chunk < $4 AND LENGTH(data) <> $5 THEN 1 ELSE 0 END) FROM result_chunk"
      " WHERE business = $1 AND job = $2 AND upload = $3",
      "iiiii", job->business, job->id, result->upload, expected - 1, (gint64) BW_RESULT_CHUNK);

  if (rows == NULL || !bw_rows_next (rows, error))
    return FALSE;
  size = bw_rows_int (rows, 1);
  if (size == result->size && bw_rows_int (rows, 0) == expected && bw_rows_int (rows, 4) == 0
      && (expected == 0 || (bw_rows_int (rows, 2) == 0 && bw_rows_int (rows, 3) == expected - 1)))
    return TRUE;
  bw_set_error (error, BW_ERROR_INVALID,
                "The result has arrived in part: %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
                " bytes. Send it again.",
                size, result->size);
  return FALSE;
}

static gboolean
finish (BwTx *tx, gpointer user_data, GError **error)
{
  ResultData *result = user_data;
  g_auto (BwStanding) standing = { 0 };
  BwJobRecord *job = &standing.job;
  BwDb *db = bw_tx_db (tx);
  gint64 revision;

  if (!need_standing (&standing, tx, result->claim, error) || !need_upload (tx, result, error)
      || !check_chunks (tx, job, result, error))
    return FALSE;
  revision = bw_tx_next_revision (tx, job->business, error);
  return revision != 0
         && bw_db_exec (db, error,
                        "DELETE FROM result_chunk WHERE business = $1 AND job = $2 AND upload = $3",
                        "iii", job->business, job->id, job->result_upload)
         && bw_db_exec (db, error, "DELETE FROM upload WHERE id = $1", "i", result->upload)
         && bw_db_exec (
             db, error,
             "UPDATE job SET result_name = $3, result_size = $4, result_upload = $5, stalled = 0,"
             " updated_at = $6, updated_by = $7, revision = $8 WHERE business = $1 AND id = $2",
             "iisiitsi", job->business, job->id, result->name, result->size, result->upload,
             bw_tx_now (tx), standing.worker, revision)
         && bw_db_exec (db, error, "UPDATE claim SET lease_until = $2 WHERE id = $1", "it",
                        result->claim, bw_tx_now (tx) + standing.lease);
}

/**
 * bw_store_result_begin:
 * @self: a store
 * @account: whose token the worker has
 * @claim: a standing claim
 * @error: (out) (optional): what went wrong
 *
 * Begins to receive a job's result file. It is seen when it is complete; one that is not completed
 * before the claim ends is forgotten.
 *
 * Returns: the upload's number; 0 on an error
 */
gint64
bw_store_result_begin (BwStore *self, gint64 account, gint64 claim, GError **error)
{
  ResultData result = { .account = account, .claim = claim };

  return bw_store_write (self, begin, &result, error) ? result.upload : 0;
}

/**
 * bw_store_result_append:
 * @self: a store
 * @claim: a standing claim
 * @upload: an upload that it began
 * @chunk: the chunk's number, from 0
 * @data: the chunk, %BW_RESULT_CHUNK bytes; the last may be shorter
 * @error: (out) (optional): what went wrong
 *
 * Stores the next piece of a result file, and renews the claim's lease.
 *
 * Returns: whether it was written
 */
gboolean
bw_store_result_append (BwStore *self,
                        gint64 claim,
                        gint64 upload,
                        guint chunk,
                        GBytes *data,
                        GError **error)
{
  ResultData result = { .claim = claim, .upload = upload, .chunk = chunk, .data = data };

  if (g_bytes_get_size (data) >= 1 && g_bytes_get_size (data) <= BW_RESULT_CHUNK)
    return bw_store_write (self, append, &result, error);
  bw_set_error (error, BW_ERROR_INVALID, "A chunk of a result is 1 to %d bytes long.",
                BW_RESULT_CHUNK);
  return FALSE;
}

/**
 * bw_store_result_finish:
 * @self: a store
 * @claim: a standing claim
 * @upload: an upload that it began
 * @name: the file's name
 * @size: its size in bytes, which must have arrived
 * @error: (out) (optional): what went wrong
 *
 * Makes a complete result file the job's; one before it goes.
 *
 * Returns: whether it was written
 */
gboolean
bw_store_result_finish (BwStore *self,
                        gint64 claim,
                        gint64 upload,
                        const char *name,
                        gint64 size,
                        GError **error)
{
  ResultData result = { .claim = claim, .upload = upload, .name = name, .size = size };

  return bw_store_write (self, finish, &result, error);
}
