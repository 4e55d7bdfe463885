/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-routes.h"

#include "bw-error.h"
#include "bw-server.h"

#define DEFAULT_LIMIT 50
#define MAX_LIMIT 1000

/** What a list's query says beside the filter. */
typedef struct
{
  gint64 limit;
  gint64 offset;
  const char *after;
} Slice;

static gboolean
is_slice (const char *name)
{
  return g_str_equal (name, "limit") || g_str_equal (name, "after") || g_str_equal (name, "offset");
}

static gboolean
read_filter (BwRequest *request, gboolean with_slice, BwFilter **filter, GError **error)
{
  g_autoptr (BwFilter) read = bw_filter_new ();

  for (guint i = 0; i < request->uri->names->len; i++)
    {
      const char *name = g_ptr_array_index (request->uri->names, i);

      if (!(with_slice && is_slice (name))
          && !bw_filter_set_parameter (read, name, g_ptr_array_index (request->uri->values, i), error))
        return FALSE;
    }
  *filter = g_steal_pointer (&read);
  return TRUE;
}

static gboolean
read_slice (BwRequest *request, Slice *slice, GError **error)
{
  slice->limit = DEFAULT_LIMIT;
  slice->offset = 0;
  slice->after = bw_request_get_query (request, "after");
  if (slice->after != NULL && bw_request_get_query (request, "offset") != NULL)
    {
      bw_set_error_field (error, BW_ERROR_INVALID, "offset",
                          "A page begins after a cursor or at an offset, not both.");
      return FALSE;
    }
  return bw_request_query_int (request, "limit", 1, MAX_LIMIT, &slice->limit, error)
         && bw_request_query_int (request, "offset", 0, G_MAXINT64, &slice->offset, error);
}

/** bw_route_list_jobs: GET jobs */
BwReply *
bw_route_list_jobs (BwRequest *request, GError **error)
{
  g_autoptr (BwFilter) filter = NULL;
  g_autoptr (BwPage) page = NULL;
  BwJsonWriter *writer;
  Slice slice;

  if (!read_filter (request, TRUE, &filter, error) || !read_slice (request, &slice, error))
    return NULL;
  page = bw_store_list (bw_server_get_store (request->server), &request->viewer, filter,
                        (guint) slice.limit, slice.after, slice.offset, error);
  if (page == NULL)
    return NULL;
  writer = bw_json_writer_new ();
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_begin_array (writer, "jobs");
  for (guint i = 0; i < page->jobs->len; i++)
    bw_job_write (g_ptr_array_index (page->jobs, i), writer, NULL);
  bw_json_writer_end_array (writer);
  bw_json_writer_int (writer, "total", page->total);
  bw_json_writer_boolean (writer, "total_is_exact", page->total_is_exact);
  if (page->next != NULL)
    bw_json_writer_string (writer, "next", page->next);
  else
    bw_json_writer_null (writer, "next");
  bw_json_writer_int (writer, "revision", page->revision);
  bw_json_writer_end_object (writer);
  return bw_reply_new_json (200, writer);
}

/** bw_route_get_summary: GET jobs/summary */
BwReply *
bw_route_get_summary (BwRequest *request, GError **error)
{
  g_autoptr (BwFilter) filter = NULL;
  BwSummary summary = { 0 };
  BwJsonWriter *writer;

  if (!read_filter (request, FALSE, &filter, error)
      || !bw_store_summary (bw_server_get_store (request->server), &request->viewer, filter, &summary,
                            error))
    return NULL;
  writer = bw_json_writer_new ();
  bw_json_writer_begin_object (writer, NULL);
  bw_summary_write (&summary, writer);
  bw_json_writer_end_object (writer);
  return bw_reply_new_json (200, writer);
}

/** bw_route_submit: POST jobs */
BwReply *
bw_route_submit (BwRequest *request, GError **error)
{
  g_autoptr (GPtrArray) submissions = NULL;
  g_autoptr (GArray) submitted = NULL;
  BwJsonWriter *writer;

  submissions = bw_submissions_parse ((const char *) request->body->data, request->body->len, error);
  if (submissions == NULL)
    return NULL;
  submitted = bw_store_submit (bw_server_get_store (request->server), &request->viewer, submissions,
                               error);
  if (submitted == NULL)
    return NULL;
  writer = bw_json_writer_new ();
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_begin_array (writer, "jobs");
  for (guint i = 0; i < submitted->len; i++)
    {
      const BwSubmitted *job = &g_array_index (submitted, BwSubmitted, i);

      bw_json_writer_begin_object (writer, NULL);
      bw_json_writer_int (writer, "id", job->id);
      bw_json_writer_boolean (writer, "existing", job->existed);
      bw_json_writer_end_object (writer);
    }
  bw_json_writer_end_array (writer);
  bw_json_writer_end_object (writer);
  return bw_reply_new_json (201, writer);
}

/** bw_route_clear: POST jobs/clear */
BwReply *
bw_route_clear (BwRequest *request, GError **error)
{
  gint64 cleared = bw_store_clear (bw_server_get_store (request->server), &request->viewer, error);
  BwJsonWriter *writer;

  if (cleared < 0)
    return NULL;
  writer = bw_json_writer_new ();
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_int (writer, "cleared", cleared);
  bw_json_writer_end_object (writer);
  return bw_reply_new_json (200, writer);
}
