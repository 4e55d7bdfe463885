/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-routes.h"

#include "bw-error.h"
#include "bw-filter.h"
#include "bw-server.h"
#include "bw-store-views.h"

#define DEFAULT_LIMIT 50

static const char *const others[] = { "q", "user", "job", "from", "until", "limit", "after", NULL };

/* Actions may repeat, everything else comes once. */
static gboolean
check_names (BwRequest *request, GError **error)
{
  for (guint i = 0; i < request->uri->names->len; i++)
    {
      const char *name = g_ptr_array_index (request->uri->names, i);

      if (!g_str_equal (name, "action") && !g_strv_contains (others, name))
        {
          bw_set_error_field (error, BW_ERROR_INVALID, name, "There is no parameter “%s” here.",
                              name);
          return FALSE;
        }
      for (guint j = 0; j < i && !g_str_equal (name, "action"); j++)
        if (g_str_equal (g_ptr_array_index (request->uri->names, j), name))
          {
            bw_set_error_field (error, BW_ERROR_INVALID, name, "“%s” is given twice.", name);
            return FALSE;
          }
    }
  return TRUE;
}

static gboolean
read_time (BwRequest *request, const char *name, BwTime *time, GError **error)
{
  const char *text = bw_request_get_query (request, name);

  if (text == NULL || bw_time_parse (text, time))
    return TRUE;
  bw_set_error_field (error, BW_ERROR_INVALID, name,
                      "%s: “%.40s” is not a time such as 2026-11-23T00:00:00Z.", name, text);
  return FALSE;
}

static gboolean
read_actions (BwRequest *request, BwAuditFilter *filter, GError **error)
{
  g_autoptr (GStrvBuilder) actions = g_strv_builder_new ();
  guint n = 0;

  for (guint i = 0; i < request->uri->names->len; i++)
    if (g_str_equal (g_ptr_array_index (request->uri->names, i), "action"))
      {
        g_strv_builder_add (actions, g_ptr_array_index (request->uri->values, i));
        n++;
      }
  filter->actions = g_strv_builder_end (actions);
  if (n <= BW_FILTER_MAX_VALUES)
    return TRUE;
  bw_set_error_field (error, BW_ERROR_INVALID, "action", "action: there may be %d at most.",
                      BW_FILTER_MAX_VALUES);
  return FALSE;
}

static gboolean
read_filter (BwRequest *request, BwAuditFilter *filter, GError **error)
{
  const char *q = bw_request_get_query (request, "q");

  if (q != NULL && g_utf8_strlen (q, -1) > BW_FILTER_MAX_TEXT)
    {
      bw_set_error_field (error, BW_ERROR_INVALID, "q", "“q” may have %d characters at most.",
                          BW_FILTER_MAX_TEXT);
      return FALSE;
    }
  filter->q = g_strdup (q);
  return check_names (request, error) && read_actions (request, filter, error)
         && bw_request_query_int (request, "user", 0, G_MAXINT64, &filter->user, error)
         && bw_request_query_int (request, "job", 1, G_MAXINT64, &filter->job, error)
         && read_time (request, "from", &filter->from, error)
         && read_time (request, "until", &filter->until, error);
}

/** bw_route_list_audit: GET audit */
BwReply *
bw_route_list_audit (BwRequest *request, GError **error)
{
  g_autoptr (BwAuditFilter) filter = bw_audit_filter_new ();
  g_autoptr (BwAuditPage) page = NULL;
  gint64 limit = DEFAULT_LIMIT;
  BwJsonWriter *writer;

  if (!read_filter (request, filter, error)
      || !bw_request_query_int (request, "limit", 1, BW_AUDIT_MAX_PAGE, &limit, error))
    return NULL;
  page = bw_store_list_audit (bw_server_get_store (request->server), &request->viewer, filter,
                              (guint) limit, bw_request_get_query (request, "after"), error);
  if (page == NULL)
    return NULL;
  writer = bw_json_writer_new ();
  bw_audit_page_write (page, writer);
  return bw_reply_new_json (200, writer);
}

/** bw_route_list_audit_actions: GET audit/actions */
BwReply *
bw_route_list_audit_actions (BwRequest *request, GError **error)
{
  g_autoptr (GPtrArray) actions
    = bw_store_list_audit_actions (bw_server_get_store (request->server), &request->viewer, error);
  BwJsonWriter *writer;

  if (actions == NULL)
    return NULL;
  writer = bw_json_writer_new ();
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_begin_array (writer, "actions");
  for (guint i = 0; i < actions->len; i++)
    bw_json_writer_string (writer, NULL, g_ptr_array_index (actions, i));
  bw_json_writer_end_array (writer);
  bw_json_writer_end_object (writer);
  return bw_reply_new_json (200, writer);
}
