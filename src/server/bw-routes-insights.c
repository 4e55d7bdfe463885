/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-routes.h"

#include "bw-error.h"
#include "bw-server.h"
#include "bw-store-views.h"
#include "bw-text.h"

/** What a query asks for, while it is read. */
typedef struct
{
  GArray *edges;            /* of BwTime */
  GPtrArray *types;         /* of char *, with a NULL at the end */
  BwInsightsBy by;
} Asked;

static void
asked_clear (Asked *self)
{
  g_clear_pointer (&self->edges, g_array_unref);
  g_clear_pointer (&self->types, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Asked, asked_clear)

static gboolean
take_edge (Asked *asked, const char *value, GError **error)
{
  BwTime edge;

  if (!bw_time_parse (value, &edge))
    {
      bw_set_error_field (error, BW_ERROR_INVALID, "edge",
                          "edge: “%.40s” is not a time such as 2026-11-23T00:00:00Z.", value);
      return FALSE;
    }
  if (asked->edges->len == BW_INSIGHTS_MAX_EDGES)
    {
      bw_set_error_field (error, BW_ERROR_INVALID, "edge", "edge: there may be %d at most.",
                          BW_INSIGHTS_MAX_EDGES);
      return FALSE;
    }
  g_array_append_val (asked->edges, edge);
  return TRUE;
}

static gboolean
take_type (Asked *asked, const char *value, GError **error)
{
  if (!bw_text_is_type_name (value))
    bw_set_error_field (error, BW_ERROR_INVALID, "type", "type: “%.64s” is not the name of a job type.",
                        value);
  else if (asked->types->len == BW_INSIGHTS_MAX_TYPES)
    bw_set_error_field (error, BW_ERROR_INVALID, "type", "type: there may be %d at most.",
                        BW_INSIGHTS_MAX_TYPES);
  else
    {
      g_ptr_array_add (asked->types, (char *) value);
      return TRUE;
    }
  return FALSE;
}

static gboolean
take_by (Asked *asked, const char *value, GError **error)
{
  if (bw_insights_by_from_string (value, &asked->by))
    return TRUE;
  bw_set_error_field (error, BW_ERROR_INVALID, "by", "by: must be type, user or nothing.");
  return FALSE;
}

static gboolean
take (Asked *asked, const char *name, const char *value, GError **error)
{
  if (g_str_equal (name, "edge"))
    return take_edge (asked, value, error);
  if (g_str_equal (name, "type"))
    return take_type (asked, value, error);
  if (g_str_equal (name, "by"))
    return take_by (asked, value, error);
  bw_set_error_field (error, BW_ERROR_INVALID, name, "There is no parameter “%s” here.", name);
  return FALSE;
}

static gboolean
read_query (BwRequest *request, Asked *asked, GError **error)
{
  const BwUri *uri = request->uri;

  asked->edges = g_array_new (FALSE, FALSE, sizeof (BwTime));
  asked->types = g_ptr_array_new ();
  for (guint i = 0; i < uri->names->len; i++)
    if (!take (asked, g_ptr_array_index (uri->names, i), g_ptr_array_index (uri->values, i), error))
      return FALSE;
  g_ptr_array_add (asked->types, NULL);
  if (asked->edges->len >= BW_INSIGHTS_MIN_EDGES)
    return TRUE;
  bw_set_error_field (error, BW_ERROR_INVALID, "edge",
                      "edge: give at least two times, between which is counted.");
  return FALSE;
}

/** bw_route_get_insights: GET insights */
BwReply *
bw_route_get_insights (BwRequest *request, GError **error)
{
  g_auto (Asked) asked = { .by = BW_INSIGHTS_BY_NOTHING };
  g_autoptr (BwInsights) insights = NULL;
  BwInsightsQuery query;
  BwJsonWriter *writer;

  if (!read_query (request, &asked, error))
    return NULL;
  query = (BwInsightsQuery) {
    .edges = (const BwTime *) (gpointer) asked.edges->data,
    .n_edges = asked.edges->len,
    .by = asked.by,
    .types = (const char *const *) asked.types->pdata,
  };
  insights = bw_store_get_insights (bw_server_get_store (request->server), &request->viewer, &query,
                                    error);
  if (insights == NULL)
    return NULL;
  writer = bw_json_writer_new ();
  bw_insights_write (insights, writer);
  return bw_reply_new_json (200, writer);
}
