/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-routes.h"

#include "bw-error.h"
#include "bw-filter.h"
#include "bw-server.h"
#include "bw-text.h"

#define DEFAULT_LIMIT 50
#define MAX_LIMIT 1000
#define MAX_TYPE_NAME 100
#define MAX_ATTEMPTS 100

static void
write_type (const BwJobType *type, BwJsonWriter *writer)
{
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_string (writer, "type", type->type);
  bw_json_writer_string (writer, "name", type->name);
  bw_json_writer_int (writer, "stalled_after_s", type->stalled_after / BW_TIME_SECOND);
  bw_json_writer_int (writer, "max_attempts", type->max_attempts);
  bw_json_writer_boolean (writer, "makes_result", type->makes_result);
  bw_json_writer_end_object (writer);
}

/** bw_route_list_types: GET types */
BwReply *
bw_route_list_types (BwRequest *request, GError **error)
{
  g_autoptr (GPtrArray) types
    = bw_store_suggest_types (bw_server_get_store (request->server), &request->viewer, error);
  BwJsonWriter *writer;

  if (types == NULL)
    return NULL;
  writer = bw_json_writer_new ();
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_begin_array (writer, "types");
  for (guint i = 0; i < types->len; i++)
    write_type (g_ptr_array_index (types, i), writer);
  bw_json_writer_end_array (writer);
  bw_json_writer_end_object (writer);
  return bw_reply_new_json (200, writer);
}

static gboolean
read_type (BwRequest *request, BwJobType *type, char **name, GError **error)
{
  static const char *const members[]
    = { "name", "stalled_after_s", "max_attempts", "makes_result", NULL };
  g_autoptr (BwJsonReader) reader = bw_request_read_json (request, error);

  if (reader == NULL)
    return FALSE;
  bw_json_reader_only (reader, members);
  *name = bw_json_reader_dup_line (reader, "name", MAX_TYPE_NAME);
  type->stalled_after
    = bw_json_reader_int (reader, "stalled_after_s", 1, BW_TIME_DAY / BW_TIME_SECOND, 3600)
      * BW_TIME_SECOND;
  type->max_attempts = (int) bw_json_reader_int (reader, "max_attempts", 1, MAX_ATTEMPTS, 1);
  type->makes_result = bw_json_reader_boolean (reader, "makes_result", FALSE);
  if (*name == NULL || **name == '\0')
    bw_json_reader_fail (reader, "name", "is missing: what people call it, such as \"Send invoices\"");
  return bw_json_reader_finish (reader, error);
}

/** bw_route_set_type: PUT types/{type} */
BwReply *
bw_route_set_type (BwRequest *request, GError **error)
{
  BwJobType type = { .type = (char *) request->parameters[1] };
  g_autofree char *name = NULL;
  BwJsonWriter *writer;

  if (request->sign_in->session->kind != BW_ACCOUNT_WORKER
      && !bw_request_need (request, BW_PERMISSION_MANAGE, error))
    return NULL;
  if (!bw_text_is_type_name (type.type))
    {
      bw_set_error_field (error, BW_ERROR_INVALID, "type",
                          "A type is of a-z, 0-9, '.', '_' and '-', begins with a letter or digit, as "
                          "send-invoices does, and has %d characters at most.", BW_MAX_TYPE);
      return NULL;
    }
  if (!read_type (request, &type, &name, error))
    return NULL;
  type.name = name;
  if (!bw_store_set_type (bw_server_get_store (request->server), request->viewer.business, &type, error))
    return NULL;
  writer = bw_json_writer_new ();
  write_type (&type, writer);
  return bw_reply_new_json (200, writer);
}

static gboolean
read_search (BwRequest *request, gint64 *limit, GError **error)
{
  const char *q = bw_request_get_query (request, "q");

  *limit = DEFAULT_LIMIT;
  if (q != NULL && g_utf8_strlen (q, -1) > BW_FILTER_MAX_TEXT)
    {
      bw_set_error_field (error, BW_ERROR_INVALID, "q", "“q” may have %d characters at most.",
                          BW_FILTER_MAX_TEXT);
      return FALSE;
    }
  return bw_request_only_query (request, (const char *const[]){ "q", "limit", NULL }, error)
         && bw_request_query_int (request, "limit", 1, MAX_LIMIT, limit, error);
}

/** bw_route_list_users: GET users */
BwReply *
bw_route_list_users (BwRequest *request, GError **error)
{
  g_autoptr (GPtrArray) users = NULL;
  BwJsonWriter *writer;
  gint64 limit;

  if (!read_search (request, &limit, error))
    return NULL;
  users = bw_store_suggest_users (bw_server_get_store (request->server), &request->viewer,
                                  bw_request_get_query (request, "q"), (guint) limit, error);
  if (users == NULL)
    return NULL;
  writer = bw_json_writer_new ();
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_begin_array (writer, "users");
  for (guint i = 0; i < users->len; i++)
    {
      const BwSuggestion *user = g_ptr_array_index (users, i);

      bw_json_writer_begin_object (writer, NULL);
      bw_json_writer_int (writer, "id", user->id);
      bw_json_writer_string (writer, "name", user->label);
      bw_json_writer_string (writer, "login", user->key);
      bw_json_writer_end_object (writer);
    }
  bw_json_writer_end_array (writer);
  bw_json_writer_end_object (writer);
  return bw_reply_new_json (200, writer);
}

/** bw_route_list_relations: GET relations */
BwReply *
bw_route_list_relations (BwRequest *request, GError **error)
{
  g_autoptr (GPtrArray) relations = NULL;
  BwJsonWriter *writer;
  gint64 limit;

  if (!read_search (request, &limit, error))
    return NULL;
  relations = bw_store_suggest_relations (bw_server_get_store (request->server), &request->viewer,
                                          bw_request_get_query (request, "q"), (guint) limit, error);
  if (relations == NULL)
    return NULL;
  writer = bw_json_writer_new ();
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_begin_array (writer, "relations");
  for (guint i = 0; i < relations->len; i++)
    {
      const BwSuggestion *relation = g_ptr_array_index (relations, i);

      bw_json_writer_begin_object (writer, NULL);
      bw_json_writer_string (writer, "id", relation->key);
      bw_json_writer_string (writer, "label", relation->label);
      bw_json_writer_end_object (writer);
    }
  bw_json_writer_end_array (writer);
  bw_json_writer_end_object (writer);
  return bw_reply_new_json (200, writer);
}
