/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-routes.h"

#include "bw-error.h"
#include "bw-server.h"

static gint64
get_present_revision (BwRequest *request, GError **error)
{
  gint64 revision = -1;
  g_autoptr (GPtrArray) none = bw_store_get_changes (bw_server_get_store (request->server),
                                                     request->viewer.business, 0, 0, &revision, error);

  return none != NULL ? revision : -1;
}

/* Last-Event-ID is what a reader sends that was cut off, so it goes before what it asked for first. */
static gboolean
get_since (BwRequest *request, gint64 *since, GError **error)
{
  const char *last = request->headers[BW_HEADER_LAST_EVENT_ID];

  if (!bw_request_only_query (request, (const char *const[]){ "since", NULL }, error))
    return FALSE;
  *since = -1;
  if (last != NULL && last[0] != '\0')
    {
      if (g_ascii_string_to_signed (last, 10, 0, G_MAXINT64, since, NULL))
        return TRUE;
      bw_set_error_field (error, BW_ERROR_INVALID, "Last-Event-ID",
                          "Last-Event-ID must be the id of an event of this stream.");
      return FALSE;
    }
  if (!bw_request_query_int (request, "since", 0, G_MAXINT64, since, error))
    return FALSE;
  if (*since < 0)
    *since = get_present_revision (request, error);
  return *since >= 0;
}

/** bw_route_events: GET events */
BwReply *
bw_route_events (BwRequest *request, GError **error)
{
  BwEventHub *hub = bw_server_get_hub (request->server);
  g_autoptr (BwEventStream) stream = NULL;
  gint64 since;

  if (!get_since (request, &since, error))
    return NULL;
  stream = bw_event_stream_new (hub, request->sign_in, request->parameters[0], &request->viewer, since);
  if (!bw_event_hub_add (hub, stream, error))
    return NULL;
  return bw_reply_new_stream (g_steal_pointer (&stream));
}
