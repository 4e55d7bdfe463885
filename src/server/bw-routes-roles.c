/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-routes.h"

#include "bw-server.h"

static BwReply *
answer_role (guint status, const BwRoleInfo *role)
{
  BwJsonWriter *writer = bw_json_writer_new ();

  bw_role_info_write (role, writer);
  return bw_reply_new_json (status, writer);
}

static gboolean
read_role (BwRequest *request, gboolean is_new, char **name, BwPermissions *permissions,
           gboolean *has_permissions, GError **error)
{
  static const char *const members[] = { "name", "permissions", NULL };
  g_autoptr (BwJsonReader) reader = bw_request_read_json (request, error);

  if (reader == NULL)
    return FALSE;
  bw_json_reader_only (reader, members);
  *name = bw_json_reader_dup_line (reader, "name", BW_MAX_NAME);
  *has_permissions = bw_json_reader_has (reader, "permissions");
  *permissions = bw_permissions_read_known (reader, "permissions");
  if (is_new && *name == NULL)
    bw_json_reader_fail (reader, "name", "is missing: what people call the role");
  if (is_new && !*has_permissions)
    bw_json_reader_fail (reader, "permissions", "is missing: what the role permits");
  return bw_json_reader_finish (reader, error);
}

/** bw_route_list_roles: GET roles */
BwReply *
bw_route_list_roles (BwRequest *request, GError **error)
{
  g_autoptr (GPtrArray) roles
    = bw_store_list_roles (bw_server_get_store (request->server), &request->viewer, error);
  BwJsonWriter *writer;

  if (roles == NULL)
    return NULL;
  writer = bw_json_writer_new ();
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_begin_array (writer, "roles");
  for (guint i = 0; i < roles->len; i++)
    bw_role_info_write (g_ptr_array_index (roles, i), writer);
  bw_json_writer_end_array (writer);
  bw_json_writer_end_object (writer);
  return bw_reply_new_json (200, writer);
}

/** bw_route_add_role: POST roles */
BwReply *
bw_route_add_role (BwRequest *request, GError **error)
{
  g_autoptr (BwRoleInfo) role = NULL;
  g_autofree char *name = NULL;
  BwPermissions permissions;
  gboolean has_permissions;

  if (!read_role (request, TRUE, &name, &permissions, &has_permissions, error))
    return NULL;
  role = bw_store_add_role (bw_server_get_store (request->server), &request->viewer, name, permissions,
                            error);
  return role != NULL ? answer_role (201, role) : NULL;
}

/** bw_route_edit_role: PATCH roles/{role} */
BwReply *
bw_route_edit_role (BwRequest *request, GError **error)
{
  g_autoptr (BwRoleInfo) role = NULL;
  g_autofree char *name = NULL;
  BwPermissions permissions;
  gboolean has_permissions;

  if (!read_role (request, FALSE, &name, &permissions, &has_permissions, error))
    return NULL;
  role = bw_store_edit_role (bw_server_get_store (request->server), &request->viewer,
                             request->parameters[1], name, has_permissions ? &permissions : NULL, error);
  return role != NULL ? answer_role (200, role) : NULL;
}

/** bw_route_remove_role: DELETE roles/{role} */
BwReply *
bw_route_remove_role (BwRequest *request, GError **error)
{
  if (!bw_store_remove_role (bw_server_get_store (request->server), &request->viewer,
                             request->parameters[1], error))
    return NULL;
  return bw_reply_new (204);
}
