/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-routes.h"

#include "bw-password.h"
#include "bw-server.h"

/* What a body of POST or PATCH members says. */
typedef struct
{
  char *login;
  char *name;
  char *password;
  char *role;
  gboolean set_added;
  BwPermissions added;
  char *password_hash;      /* of the password, once it is found good */
} Body;

static void
body_clear (Body *self)
{
  g_free (self->login);
  g_free (self->name);
  g_free (self->password);
  g_free (self->role);
  g_free (self->password_hash);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Body, body_clear)

static gboolean
read_body (BwRequest *request, gboolean is_new, Body *body, GError **error)
{
  static const char *const members[] = { "login", "name", "password", "role", "added", NULL };
  g_autoptr (BwJsonReader) reader = bw_request_read_json (request, error);

  if (reader == NULL)
    return FALSE;
  /* The login is what somebody is known by: it can't be changed. */
  bw_json_reader_only (reader, is_new ? members : members + 1);
  if (is_new)
    body->login = g_strdup (bw_json_reader_need_string (reader, "login", BW_MAX_NAME));
  body->name = bw_json_reader_dup_line (reader, "name", BW_MAX_NAME);
  body->password = bw_json_reader_dup_string (reader, "password", BW_PASSWORD_MAX);
  body->role = is_new ? g_strdup (bw_json_reader_need_string (reader, "role", BW_MAX_NAME))
                      : bw_json_reader_dup_string (reader, "role", BW_MAX_NAME);
  body->set_added = bw_json_reader_has (reader, "added");
  body->added = bw_permissions_read_known (reader, "added");
  if (!bw_json_reader_finish (reader, error))
    return FALSE;
  if (body->password == NULL)
    return TRUE;
  if (!bw_password_check_strength (body->password, "password", error))
    return FALSE;
  body->password_hash = bw_password_hash (body->password, error);
  return body->password_hash != NULL;
}

static BwReply *
answer_member (guint status, const BwMember *member)
{
  BwJsonWriter *writer = bw_json_writer_new ();

  bw_member_write (member, writer);
  return bw_reply_new_json (status, writer);
}

/** bw_route_list_members: GET members */
BwReply *
bw_route_list_members (BwRequest *request, GError **error)
{
  g_autoptr (GPtrArray) members = NULL;
  BwJsonWriter *writer;

  bw_session_cache_store_seen (bw_server_get_sessions (request->server));
  members = bw_store_list_members (bw_server_get_store (request->server), &request->viewer, error);
  if (members == NULL)
    return NULL;
  writer = bw_json_writer_new ();
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_begin_array (writer, "members");
  for (guint i = 0; i < members->len; i++)
    bw_member_write (g_ptr_array_index (members, i), writer);
  bw_json_writer_end_array (writer);
  bw_json_writer_end_object (writer);
  return bw_reply_new_json (200, writer);
}

/** bw_route_add_member: POST members */
BwReply *
bw_route_add_member (BwRequest *request, GError **error)
{
  g_auto (Body) body = { 0 };
  g_autoptr (BwMember) member = NULL;
  BwNewMember new_member;

  if (!read_body (request, TRUE, &body, error))
    return NULL;
  new_member = (BwNewMember) { body.login, body.name, body.password_hash, body.role, body.added };
  member = bw_store_add_member (bw_server_get_store (request->server), &request->viewer, &new_member,
                                error);
  return member != NULL ? answer_member (201, member) : NULL;
}

/** bw_route_edit_member: PATCH members/{id} */
BwReply *
bw_route_edit_member (BwRequest *request, GError **error)
{
  g_auto (Body) body = { 0 };
  g_autoptr (BwMember) member = NULL;
  BwMemberEdit edit;
  gint64 id;

  if (!bw_request_get_id (request, 1, "member", &id, error)
      || !read_body (request, FALSE, &body, error))
    return NULL;
  edit = (BwMemberEdit) { body.role, body.set_added, body.added, body.name, body.password_hash };
  member = bw_store_edit_member (bw_server_get_store (request->server), &request->viewer, id, &edit,
                                 error);
  return member != NULL ? answer_member (200, member) : NULL;
}

/** bw_route_remove_member: DELETE members/{id} */
BwReply *
bw_route_remove_member (BwRequest *request, GError **error)
{
  gint64 id;

  if (!bw_request_get_id (request, 1, "member", &id, error)
      || !bw_store_remove_member (bw_server_get_store (request->server), &request->viewer, id, error))
    return NULL;
  return bw_reply_new (204);
}
