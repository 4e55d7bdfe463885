/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-routes.h"

#include "bw-server.h"

/** bw_route_act: POST jobs/actions */
BwReply *
bw_route_act (BwRequest *request, GError **error)
{
  g_autoptr (BwJsonReader) reader = bw_request_read_json (request, error);
  g_autoptr (BwBulkRequest) bulk = NULL;
  BwBulkJob job = { 0 };
  BwJsonWriter *writer;

  if (reader == NULL)
    return NULL;
  bulk = bw_bulk_request_read (reader);
  if (!bw_json_reader_finish (reader, error)
      || !bw_store_bulk (bw_server_get_store (request->server), &request->viewer, bulk, &job, error))
    return NULL;
  writer = bw_json_writer_new ();
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_begin_object (writer, "job");
  bw_json_writer_int (writer, "id", job.job);
  bw_json_writer_end_object (writer);
  bw_json_writer_int (writer, "total", job.total);
  bw_json_writer_boolean (writer, "total_is_exact", TRUE);
  bw_json_writer_end_object (writer);
  return bw_reply_new_json (201, writer);
}
