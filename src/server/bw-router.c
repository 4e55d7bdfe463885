/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-router.h"

#include <string.h>

#include "bw-error.h"
#include "bw-routes.h"

#define B "/v1/businesses/{business}/"
#define VIEW (BW_PERMISSION_VIEW_OWN | BW_PERMISSION_VIEW_ALL | BW_PERMISSION_VIEW_AUTOMATED)

static const BwRoute routes[] = {
  { BW_METHOD_POST, "/v1/sessions", bw_route_sign_in, BW_BODY_JSON, BW_ROUTE_PUBLIC | BW_ROUTE_SLOW, 0 },
  { BW_METHOD_DELETE, "/v1/sessions/current", bw_route_sign_out, BW_BODY_NONE, BW_ROUTE_DEFAULT, 0 },
  { BW_METHOD_GET, "/v1/me", bw_route_get_me, BW_BODY_NONE, BW_ROUTE_DEFAULT, 0 },
  { BW_METHOD_PUT, "/v1/me/password", bw_route_change_password, BW_BODY_JSON, BW_ROUTE_SLOW, 0 },
  { BW_METHOD_GET, B "jobs", bw_route_list_jobs, BW_BODY_NONE, BW_ROUTE_DEFAULT, VIEW },
  { BW_METHOD_POST, B "jobs", bw_route_submit, BW_BODY_JSON, BW_ROUTE_DEFAULT, BW_PERMISSION_SUBMIT },
  { BW_METHOD_GET, B "jobs/summary", bw_route_get_summary, BW_BODY_NONE, BW_ROUTE_DEFAULT, VIEW },
  { BW_METHOD_POST, B "jobs/actions", bw_route_act, BW_BODY_JSON, BW_ROUTE_DEFAULT, VIEW },
  { BW_METHOD_POST, B "jobs/clear", bw_route_clear, BW_BODY_NONE, BW_ROUTE_DEFAULT, BW_PERMISSION_DELETE },
  { BW_METHOD_POST, B "jobs/export", bw_route_export_jobs, BW_BODY_JSON, BW_ROUTE_DEFAULT, BW_PERMISSION_EXPORT },
  { BW_METHOD_GET, B "jobs/{id}", bw_route_get_job, BW_BODY_NONE, BW_ROUTE_DEFAULT, VIEW },
  { BW_METHOD_PATCH, B "jobs/{id}", bw_route_edit_job, BW_BODY_JSON, BW_ROUTE_DEFAULT, VIEW },
  { BW_METHOD_DELETE, B "jobs/{id}", bw_route_delete_job, BW_BODY_NONE, BW_ROUTE_DEFAULT, VIEW },
  { BW_METHOD_GET, B "jobs/{id}/items", bw_route_list_items, BW_BODY_NONE, BW_ROUTE_DEFAULT, VIEW },
  { BW_METHOD_POST, B "jobs/{id}/items/export", bw_route_export_items, BW_BODY_JSON, BW_ROUTE_DEFAULT, VIEW },
  { BW_METHOD_GET, B "jobs/{id}/log", bw_route_get_log, BW_BODY_NONE, BW_ROUTE_DEFAULT, VIEW },
  { BW_METHOD_GET, B "jobs/{id}/history", bw_route_get_history, BW_BODY_NONE, BW_ROUTE_DEFAULT, VIEW },
  { BW_METHOD_GET, B "jobs/{id}/result", bw_route_get_result, BW_BODY_NONE, BW_ROUTE_DEFAULT, VIEW },
  { BW_METHOD_POST, B "jobs/{id}/retry", bw_route_retry, BW_BODY_JSON, BW_ROUTE_DEFAULT, VIEW },
  { BW_METHOD_POST, B "jobs/{id}/cancel", bw_route_cancel, BW_BODY_NONE, BW_ROUTE_DEFAULT, VIEW },
  { BW_METHOD_POST, B "jobs/{id}/copy", bw_route_copy, BW_BODY_JSON, BW_ROUTE_DEFAULT, VIEW },
  { BW_METHOD_GET, B "pauses", bw_route_list_pauses, BW_BODY_NONE, BW_ROUTE_DEFAULT, VIEW },
  { BW_METHOD_POST, B "pauses", bw_route_pause, BW_BODY_JSON, BW_ROUTE_DEFAULT, BW_PERMISSION_PAUSE },
  { BW_METHOD_DELETE, B "pauses", bw_route_resume_all, BW_BODY_NONE, BW_ROUTE_DEFAULT, BW_PERMISSION_PAUSE },
  { BW_METHOD_DELETE, B "pauses/{id}", bw_route_resume, BW_BODY_NONE, BW_ROUTE_DEFAULT, BW_PERMISSION_PAUSE },
  { BW_METHOD_GET, B "types", bw_route_list_types, BW_BODY_NONE, BW_ROUTE_DEFAULT, VIEW },
  { BW_METHOD_PUT, B "types/{type}", bw_route_set_type, BW_BODY_JSON, BW_ROUTE_DEFAULT, 0 },
  { BW_METHOD_GET, B "users", bw_route_list_users, BW_BODY_NONE, BW_ROUTE_DEFAULT, VIEW },
  { BW_METHOD_GET, B "relations", bw_route_list_relations, BW_BODY_NONE, BW_ROUTE_DEFAULT, VIEW },
  { BW_METHOD_GET, B "queues", bw_route_list_queues, BW_BODY_NONE, BW_ROUTE_DEFAULT, VIEW },
  { BW_METHOD_GET, B "queues/{type}", bw_route_get_queue, BW_BODY_NONE, BW_ROUTE_DEFAULT, VIEW },
  { BW_METHOD_GET, B "batches", bw_route_list_batches, BW_BODY_NONE, BW_ROUTE_DEFAULT, VIEW },
  { BW_METHOD_GET, B "workers", bw_route_list_workers, BW_BODY_NONE, BW_ROUTE_DEFAULT, BW_PERMISSION_VIEW_ALL },
  { BW_METHOD_GET, B "insights", bw_route_get_insights, BW_BODY_NONE, BW_ROUTE_DEFAULT, VIEW },
  { BW_METHOD_GET, B "audit", bw_route_list_audit, BW_BODY_NONE, BW_ROUTE_DEFAULT, BW_PERMISSION_VIEW_AUDIT },
  { BW_METHOD_GET, B "audit/actions", bw_route_list_audit_actions, BW_BODY_NONE, BW_ROUTE_DEFAULT, BW_PERMISSION_VIEW_AUDIT },
  { BW_METHOD_GET, B "mail", bw_route_get_mail, BW_BODY_NONE, BW_ROUTE_DEFAULT, VIEW },
  { BW_METHOD_PUT, B "mail", bw_route_set_mail, BW_BODY_JSON, BW_ROUTE_DEFAULT, VIEW },
  { BW_METHOD_GET, B "events", bw_route_events, BW_BODY_NONE, BW_ROUTE_NO_HEAD, VIEW },
  { BW_METHOD_GET, B "members", bw_route_list_members, BW_BODY_NONE, BW_ROUTE_DEFAULT, BW_PERMISSION_MANAGE },
  { BW_METHOD_POST, B "members", bw_route_add_member, BW_BODY_JSON, BW_ROUTE_SLOW, BW_PERMISSION_MANAGE },
  { BW_METHOD_PATCH, B "members/{id}", bw_route_edit_member, BW_BODY_JSON, BW_ROUTE_SLOW, BW_PERMISSION_MANAGE },
  { BW_METHOD_DELETE, B "members/{id}", bw_route_remove_member, BW_BODY_NONE, BW_ROUTE_DEFAULT, BW_PERMISSION_MANAGE },
  { BW_METHOD_GET, B "roles", bw_route_list_roles, BW_BODY_NONE, BW_ROUTE_DEFAULT, BW_PERMISSION_MANAGE },
  { BW_METHOD_POST, B "roles", bw_route_add_role, BW_BODY_JSON, BW_ROUTE_DEFAULT, BW_PERMISSION_MANAGE },
  { BW_METHOD_PATCH, B "roles/{role}", bw_route_edit_role, BW_BODY_JSON, BW_ROUTE_DEFAULT, BW_PERMISSION_MANAGE },
  { BW_METHOD_DELETE, B "roles/{role}", bw_route_remove_role, BW_BODY_NONE, BW_ROUTE_DEFAULT, BW_PERMISSION_MANAGE },
  { BW_METHOD_GET, B "tokens", bw_route_list_tokens, BW_BODY_NONE, BW_ROUTE_DEFAULT, BW_PERMISSION_MANAGE },
  { BW_METHOD_POST, B "tokens", bw_route_add_token, BW_BODY_JSON, BW_ROUTE_DEFAULT, BW_PERMISSION_MANAGE },
  { BW_METHOD_POST, B "tokens/{id}/renew", bw_route_renew_token, BW_BODY_NONE, BW_ROUTE_DEFAULT, BW_PERMISSION_MANAGE },
  { BW_METHOD_DELETE, B "tokens/{id}", bw_route_remove_token, BW_BODY_NONE, BW_ROUTE_DEFAULT, BW_PERMISSION_MANAGE },
  { BW_METHOD_GET, B "settings", bw_route_get_settings, BW_BODY_NONE, BW_ROUTE_DEFAULT, BW_PERMISSION_MANAGE },
  { BW_METHOD_PATCH, B "settings", bw_route_edit_settings, BW_BODY_JSON, BW_ROUTE_DEFAULT, BW_PERMISSION_MANAGE },
  { BW_METHOD_POST, "/v1/claims", bw_route_claim, BW_BODY_JSON, BW_ROUTE_DEFAULT, 0 },
  { BW_METHOD_PUT, "/v1/claims/{claim}/result", NULL, BW_BODY_UPLOAD, BW_ROUTE_DEFAULT, 0 },
  { BW_METHOD_POST, "/v1/reports", bw_route_report, BW_BODY_JSON, BW_ROUTE_DEFAULT, 0 },
  { BW_METHOD_GET, "/healthz", bw_route_get_health, BW_BODY_NONE, BW_ROUTE_PUBLIC, 0 },
  { BW_METHOD_GET, "/metrics", bw_route_get_metrics, BW_BODY_NONE, BW_ROUTE_PUBLIC, 0 },
  { BW_METHOD_GET, "/v1/openapi.yaml", bw_route_get_openapi, BW_BODY_NONE, BW_ROUTE_PUBLIC, 0 },
};

static const struct
{
  const char *name;
  BwMethod method;
} methods[] = {
  { "GET", BW_METHOD_GET },     { "POST", BW_METHOD_POST },     { "PUT", BW_METHOD_PUT },
  { "PATCH", BW_METHOD_PATCH }, { "DELETE", BW_METHOD_DELETE },
};

/* Whether the path's segments are the pattern's. Fills in what stands for its {…}. */
static gboolean
matches (const char *pattern, GStrv segments, const char *parameters[2])
{
  guint n_parameters = 0;

  for (guint i = 0; segments[i] != NULL; i++)
    {
      gsize length;

      if (*pattern != '/')
        return FALSE;
      pattern++;
      length = strcspn (pattern, "/");
      if (*pattern == '{' && segments[i][0] != '\0')
        parameters[n_parameters++] = segments[i];
      else if (strlen (segments[i]) != length || memcmp (segments[i], pattern, length) != 0)
        return FALSE;
      pattern += length;
    }
  return *pattern == '\0';
}

/** bw_method_to_string: @method: a method. Returns: (transfer none): its name */
const char *
bw_method_to_string (BwMethod method)
{
  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    if (methods[i].method == method)
      return methods[i].name;
  return "";
}

static BwMethod
method_from_string (const char *name, gboolean *is_head)
{
  *is_head = g_str_equal (name, "HEAD");
  if (*is_head)
    return BW_METHOD_GET;
  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    if (g_str_equal (methods[i].name, name))
      return methods[i].method;
  return 0;
}

static char *
list_methods (BwMethod allowed)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    if ((allowed & methods[i].method) != 0)
      g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "", methods[i].name);
  return g_string_free (list, FALSE);
}

/**
 * bw_router_find:
 * @method: the request's method
 * @request: the request, with its address; gets what stands for the {…} of the route's path
 * @allow: (out): with %BW_ERROR_METHOD_NOT_ALLOWED, the methods that there are
 * @error: set to %BW_ERROR_NOT_FOUND or %BW_ERROR_METHOD_NOT_ALLOWED
 *
 * A path with words comes before one with {id} in the same place.
 *
 * Returns: (nullable) (transfer none): the route
 */
const BwRoute *
bw_router_find (const char *method, BwRequest *request, char **allow, GError **error)
{
  gboolean is_head;
  BwMethod wanted = method_from_string (method, &is_head);
  BwMethod allowed = 0;
  g_autofree char *known = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (routes); i++)
    {
      const char *parameters[2] = { NULL, NULL };

      if (!matches (routes[i].path, request->uri->segments, parameters))
        continue;
      allowed |= routes[i].method;
      if (routes[i].method == wanted && !(is_head && (routes[i].flags & BW_ROUTE_NO_HEAD) != 0))
        {
          memcpy (request->parameters, parameters, sizeof parameters);
          return &routes[i];
        }
    }
  if (allowed == 0)
    {
      bw_set_error (error, BW_ERROR_NOT_FOUND, "There is nothing at this address.");
      return NULL;
    }
  known = list_methods (allowed);
  bw_set_error (error, BW_ERROR_METHOD_NOT_ALLOWED, "%s is not possible here; %s is.",
                wanted != 0 ? method : "This method", known);
  *allow = g_steal_pointer (&known);
  return NULL;
}

/** bw_router_count: Returns: how many routes there are */
guint
bw_router_count (void)
{
  return G_N_ELEMENTS (routes);
}

/** bw_router_get: @index: below bw_router_count(). Returns: (transfer none): a route */
const BwRoute *
bw_router_get (guint index)
{
  return &routes[index];
}

/** bw_router_get_index: @route: a route. Returns: its place in the table */
guint
bw_router_get_index (const BwRoute *route)
{
  return (guint) (route - routes);
}

/** bw_route_is_inside_business: @route: a route. Returns: whether its path names a business */
gboolean
bw_route_is_inside_business (const BwRoute *route)
{
  return g_str_has_prefix (route->path, B);
}
