/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-routes.h"

#include "bw-error.h"
#include "bw-server.h"
#include "bw-store-views.h"
#include "bw-text.h"

#define DEFAULT_BATCHES 50
#define MAX_BATCHES 200

/** bw_route_list_queues: GET queues */
BwReply *
bw_route_list_queues (BwRequest *request, GError **error)
{
  g_autoptr (GPtrArray) queues = NULL;
  BwJsonWriter *writer;
  gint64 revision;

  if (!bw_request_only_query (request, (const char *const[]){ NULL }, error))
    return NULL;
  queues = bw_store_list_queues (bw_server_get_store (request->server), &request->viewer, &revision,
                                 error);
  if (queues == NULL)
    return NULL;
  writer = bw_json_writer_new ();
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_begin_array (writer, "queues");
  for (guint i = 0; i < queues->len; i++)
    bw_queue_info_write (g_ptr_array_index (queues, i), writer);
  bw_json_writer_end_array (writer);
  bw_json_writer_int (writer, "revision", revision);
  bw_json_writer_end_object (writer);
  return bw_reply_new_json (200, writer);
}

/** bw_route_get_queue: GET queues/{type} */
BwReply *
bw_route_get_queue (BwRequest *request, GError **error)
{
  g_autoptr (BwQueueInfo) queue = NULL;
  BwJsonWriter *writer;

  if (!bw_text_is_type_name (request->parameters[1]))
    {
      bw_set_error (error, BW_ERROR_NOT_FOUND, "There is no job type “%.64s” here.",
                    request->parameters[1]);
      return NULL;
    }
  queue = bw_store_get_queue (bw_server_get_store (request->server), &request->viewer,
                              request->parameters[1], error);
  if (queue == NULL)
    return NULL;
  writer = bw_json_writer_new ();
  bw_queue_info_write (queue, writer);
  return bw_reply_new_json (200, writer);
}

/** bw_route_list_batches: GET batches */
BwReply *
bw_route_list_batches (BwRequest *request, GError **error)
{
  g_autoptr (GPtrArray) batches = NULL;
  gint64 limit = DEFAULT_BATCHES;
  BwJsonWriter *writer;

  if (!bw_request_only_query (request, (const char *const[]){ "limit", NULL }, error)
      || !bw_request_query_int (request, "limit", 1, MAX_BATCHES, &limit, error))
    return NULL;
  batches = bw_store_list_batches (bw_server_get_store (request->server), &request->viewer,
                                   (guint) limit, error);
  if (batches == NULL)
    return NULL;
  writer = bw_json_writer_new ();
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_begin_array (writer, "batches");
  for (guint i = 0; i < batches->len; i++)
    bw_batch_write (g_ptr_array_index (batches, i), writer);
  bw_json_writer_end_array (writer);
  bw_json_writer_end_object (writer);
  return bw_reply_new_json (200, writer);
}

/** bw_route_list_workers: GET workers */
BwReply *
bw_route_list_workers (BwRequest *request, GError **error)
{
  g_autoptr (GPtrArray) workers
    = bw_store_list_workers (bw_server_get_store (request->server), &request->viewer, error);
  BwJsonWriter *writer;

  if (workers == NULL)
    return NULL;
  writer = bw_json_writer_new ();
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_begin_array (writer, "workers");
  for (guint i = 0; i < workers->len; i++)
    bw_worker_info_write (g_ptr_array_index (workers, i), writer);
  bw_json_writer_end_array (writer);
  bw_json_writer_end_object (writer);
  return bw_reply_new_json (200, writer);
}
