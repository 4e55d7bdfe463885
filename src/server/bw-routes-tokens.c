/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-routes.h"

#include "bw-server.h"
#include "bw-token.h"

/* Tells the token itself, this once. */
static BwReply *
answer_token (guint status, BwTokenInfo *info, const char *token)
{
  BwJsonWriter *writer = bw_json_writer_new ();

  g_set_str (&info->token, token);
  bw_token_info_write (info, writer);
  return bw_reply_new_json (status, writer);
}

/* A program sees what it hands in itself, unless it is given more. */
static gboolean
read_token (BwRequest *request, BwNewToken *token, char **name, char **role, GError **error)
{
  static const char *const members[] = { "name", "kind", "role", "added", NULL };
  g_autoptr (BwJsonReader) reader = bw_request_read_json (request, error);
  const char *kind;

  if (reader == NULL)
    return FALSE;
  bw_json_reader_only (reader, members);
  *name = bw_json_reader_dup_line (reader, "name", BW_MAX_NAME);
  if (*name == NULL)
    bw_json_reader_fail (reader, "name", "is missing: what people call the program");
  kind = bw_json_reader_need_string (reader, "kind", BW_MAX_NAME);
  if (kind != NULL
      && (!bw_account_kind_from_string (kind, &token->kind) || token->kind == BW_ACCOUNT_PERSON))
    bw_json_reader_fail (reader, "kind", "must be \"application\" or \"worker\"");
  *role = bw_json_reader_dup_string (reader, "role", BW_MAX_NAME);
  if (*role == NULL)
    *role = g_strdup (bw_role_to_string (BW_ROLE_STAFF));
  token->added = bw_permissions_read_known (reader, "added");
  return bw_json_reader_finish (reader, error);
}

/** bw_route_list_tokens: GET tokens */
BwReply *
bw_route_list_tokens (BwRequest *request, GError **error)
{
  g_autoptr (GPtrArray) tokens = NULL;
  BwJsonWriter *writer;

  bw_session_cache_store_seen (bw_server_get_sessions (request->server));
  tokens = bw_store_list_tokens (bw_server_get_store (request->server), &request->viewer, error);
  if (tokens == NULL)
    return NULL;
  writer = bw_json_writer_new ();
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_begin_array (writer, "tokens");
  for (guint i = 0; i < tokens->len; i++)
    bw_token_info_write (g_ptr_array_index (tokens, i), writer);
  bw_json_writer_end_array (writer);
  bw_json_writer_end_object (writer);
  return bw_reply_new_json (200, writer);
}

/** bw_route_add_token: POST tokens */
BwReply *
bw_route_add_token (BwRequest *request, GError **error)
{
  g_autofree char *text = bw_token_new ();
  g_autoptr (GBytes) hash = bw_token_hash (text);
  g_autofree char *name = NULL;
  g_autofree char *role = NULL;
  g_autoptr (BwTokenInfo) info = NULL;
  BwNewToken token = { .token_hash = hash };

  if (!read_token (request, &token, &name, &role, error))
    return NULL;
  token.name = name;
  token.role = role;
  info = bw_store_add_token (bw_server_get_store (request->server), &request->viewer, &token, error);
  return info != NULL ? answer_token (201, info, text) : NULL;
}

/** bw_route_renew_token: POST tokens/{id}/renew */
BwReply *
bw_route_renew_token (BwRequest *request, GError **error)
{
  g_autofree char *text = bw_token_new ();
  g_autoptr (GBytes) hash = bw_token_hash (text);
  g_autoptr (BwTokenInfo) info = NULL;
  gint64 id;

  if (!bw_request_get_id (request, 1, "token", &id, error))
    return NULL;
  info = bw_store_renew_token (bw_server_get_store (request->server), &request->viewer, id, hash, error);
  return info != NULL ? answer_token (200, info, text) : NULL;
}

/** bw_route_remove_token: DELETE tokens/{id} */
BwReply *
bw_route_remove_token (BwRequest *request, GError **error)
{
  gint64 id;

  if (!bw_request_get_id (request, 1, "token", &id, error)
      || !bw_store_remove_token (bw_server_get_store (request->server), &request->viewer, id, error))
    return NULL;
  return bw_reply_new (204);
}
