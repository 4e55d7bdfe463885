/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-worker-api.h"

#include <glib/gstdio.h>

#include "bw-error.h"

/* Far more claims than any server gives at once. */
#define MAX_CLAIMS 10000

/* Awaits a request, and makes a reader of its answer. */
static BwJsonReader *
await_answer (BwConnection *connection, const char *path, BwJsonWriter *body, GError **error)
{
  g_autoptr (GBytes) bytes = bw_json_writer_free_to_bytes (body);
  g_autoptr (JsonNode) answer = NULL;

  answer = dex_await_boxed (bw_connection_request (connection, "POST", path, bytes), error);
  return answer != NULL ? bw_json_reader_new (answer) : NULL;
}

static GPtrArray *
read_claims (BwJsonReader *reader)
{
  GPtrArray *claims = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_claim_free);
  gsize length = 0;

  if (!bw_json_reader_enter_array (reader, "claims", MAX_CLAIMS, &length))
    return claims;
  for (gsize i = 0; i < length && bw_json_reader_enter_element (reader, i); i++)
    {
      BwClaim *claim = bw_claim_read (reader);

      if (claim != NULL)
        g_ptr_array_add (claims, claim);
      bw_json_reader_leave (reader);
    }
  bw_json_reader_leave (reader);
  return claims;
}

/**
 * bw_worker_api_await_claims:
 * @connection: the server
 * @request: what is asked for
 * @error: (out) (optional): why not
 *
 * Returns: (transfer full) (nullable) (element-type BwClaim): the jobs that this worker now holds;
 *   none when there was no work for as long as the request waits
 */
GPtrArray *
bw_worker_api_await_claims (BwConnection *connection, const BwClaimRequest *request, GError **error)
{
  BwJsonWriter *body = bw_json_writer_new ();
  g_autoptr (BwJsonReader) reader = NULL;
  g_autoptr (GPtrArray) claims = NULL;

  bw_claim_request_write (request, body);
  reader = await_answer (connection, "/v1/claims", body, error);
  if (reader == NULL)
    return NULL;
  claims = read_claims (reader);
  return bw_json_reader_finish (reader, error) ? g_steal_pointer (&claims) : NULL;
}

/**
 * bw_worker_api_await_results:
 * @connection: the server
 * @reports: (element-type BwReport): %BW_REPORTS_MAX at most
 * @error: (out) (optional): why not
 *
 * Returns: (transfer full) (nullable) (element-type BwReportResult): one result for each report, in
 *   their order
 */
GPtrArray *
bw_worker_api_await_results (BwConnection *connection, GPtrArray *reports, GError **error)
{
  BwJsonWriter *body = bw_json_writer_new ();
  g_autoptr (BwJsonReader) reader = NULL;
  g_autoptr (GPtrArray) results = NULL;

  bw_json_writer_begin_object (body, NULL);
  bw_json_writer_begin_array (body, "reports");
  for (guint i = 0; i < reports->len; i++)
    bw_report_write (g_ptr_array_index (reports, i), body, NULL);
  bw_json_writer_end_array (body);
  bw_json_writer_end_object (body);

  reader = await_answer (connection, "/v1/reports", body, error);
  if (reader == NULL)
    return NULL;
  results = bw_report_results_read (reader, "results");
  if (!bw_json_reader_finish (reader, error))
    return NULL;
  if (results != NULL && results->len == reports->len)
    return g_steal_pointer (&results);
  bw_set_error (error, BW_ERROR_INTERNAL, "The server did not answer to each of %u reports.",
                reports->len);
  return NULL;
}

/**
 * bw_worker_api_await_type:
 * @connection: the server
 * @business: the business's short name
 * @kind: a job type
 * @error: (out) (optional): why not
 *
 * Announces a job type to a business.
 *
 * Returns: whether the server took it
 */
gboolean
bw_worker_api_await_type (BwConnection *connection,
                          const char *business,
                          const BwJobKind *kind,
                          GError **error)
{
  g_autoptr (GBytes) body = bw_job_kind_to_type (kind);
  g_autofree char *escaped = g_uri_escape_string (business, NULL, FALSE);
  g_autofree char *path = g_strdup_printf ("/v1/businesses/%s/types/%s", escaped, kind->type);

  return dex_await (bw_connection_request (connection, "PUT", path, body), error);
}

/**
 * bw_worker_api_await_upload:
 * @connection: the server
 * @claim: the claim under which the file was made
 * @path: the file
 * @error: (out) (optional): why not: %BW_ERROR_INVALID when the file can't be read
 *
 * Sends a job's result file.
 *
 * Returns: whether the server has it
 */
gboolean
bw_worker_api_await_upload (BwConnection *connection,
                            gint64 claim,
                            const char *path,
                            GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *target = g_strdup_printf ("/v1/claims/%" G_GINT64_FORMAT "/result", claim);
  g_autoptr (GFileInputStream) stream = NULL;
  g_autoptr (GError) local_error = NULL;
  GStatBuf status;

  if (g_stat (path, &status) != 0 || !S_ISREG (status.st_mode))
    {
      bw_set_error (error, BW_ERROR_INVALID, "The result file “%s” %s.", path,
                    errno == ENOENT ? "does not exist" : "is not a file that can be read");
      return FALSE;
    }
  stream = dex_await_object (dex_file_read (file, G_PRIORITY_DEFAULT), &local_error);
  if (stream == NULL)
    {
      bw_set_error (error, BW_ERROR_INVALID, "The result file “%s” can't be read: %s", path,
                    local_error->message);
      return FALSE;
    }
  return dex_await (
      bw_connection_upload (connection, target, name, G_INPUT_STREAM (stream), status.st_size),
      error);
}
