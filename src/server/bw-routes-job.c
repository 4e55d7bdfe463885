/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-routes.h"

#include "bw-error.h"
#include "bw-server.h"

#define DEFAULT_ITEMS 500
#define MAX_ITEMS 10000

static gint64
get_stalled_after (BwRequest *request, const char *type, GError **error)
{
  g_autoptr (GPtrArray) types
    = bw_store_suggest_types (bw_server_get_store (request->server), &request->viewer, error);

  for (guint i = 0; types != NULL && i < types->len; i++)
    {
      const BwJobType *known = g_ptr_array_index (types, i);

      if (g_str_equal (known->type, type))
        return known->stalled_after;
    }
  return 0;
}

static BwReply *
answer_job (BwRequest *request, guint status, gint64 id, GError **error)
{
  BwStore *store = bw_server_get_store (request->server);
  g_autoptr (BwJob) job = NULL;
  g_autofree char *parameters = NULL;
  gint64 log_size = 0;
  BwJsonWriter *writer;

  job = bw_store_get_job (store, &request->viewer, id, &parameters, error);
  if (job == NULL || !bw_store_get_log_size (store, &request->viewer, id, &log_size, error))
    return NULL;
  writer = bw_json_writer_new ();
  bw_json_writer_begin_object (writer, NULL);
  bw_job_write_members (job, writer);
  if (parameters != NULL)
    bw_json_writer_raw (writer, "parameters", parameters);
  else
    bw_json_writer_null (writer, "parameters");
  bw_json_writer_int (writer, "log_size", log_size);
  bw_json_writer_int (writer, "stalled_after_s",
                      get_stalled_after (request, job->type, NULL) / BW_TIME_SECOND);
  bw_json_writer_end_object (writer);
  return bw_reply_new_json (status, writer);
}

/** bw_route_get_job: GET jobs/{id} */
BwReply *
bw_route_get_job (BwRequest *request, GError **error)
{
  gint64 id;

  return bw_request_get_id (request, 1, "job", &id, error) ? answer_job (request, 200, id, error) : NULL;
}

/* Whether the viewer has the right, once it is known that the job exists for them: what they may not
 * see is not found, whatever their rights. */
static gboolean
check_job (BwRequest *request, BwPermissions permission, gint64 *id, GError **error)
{
  g_autoptr (BwJob) job = NULL;

  if (!bw_request_get_id (request, 1, "job", id, error))
    return FALSE;
  if ((request->viewer.permissions & permission) != 0)
    return TRUE;
  job = bw_store_get_job (bw_server_get_store (request->server), &request->viewer, *id, NULL, error);
  return job != NULL && bw_request_need (request, permission, error);
}

/* Which items an action is for: the failed ones, or all. */
static gboolean
read_all_items (BwJsonReader *reader)
{
  const char *items = bw_json_reader_need_string (reader, "items", 10);
  gboolean all = g_strcmp0 (items, "all") == 0;

  if (items != NULL && !all && !g_str_equal (items, "failed"))
    bw_json_reader_fail (reader, "items", "must be \"failed\" or \"all\"");
  return all;
}

/* A start time of null says "as soon as possible", where the reader takes null for absent. */
static gboolean
has_run_at (BwJsonReader *reader)
{
  JsonNode *root = bw_json_reader_node (reader, NULL);

  return root != NULL && JSON_NODE_HOLDS_OBJECT (root)
         && json_object_has_member (json_node_get_object (root), "run_at");
}

static void
read_edit (BwJsonReader *reader, BwJobEdit *edit, char **name, char **parameters)
{
  *name = bw_json_reader_dup_line (reader, "name", BW_MAX_NAME);
  *parameters = bw_json_reader_raw_object (reader, "parameters", BW_MAX_PARAMETERS);
  edit->name = *name;
  edit->parameters = *parameters;
  edit->set_priority = bw_json_reader_has (reader, "priority");
  edit->priority = (int) bw_json_reader_int (reader, "priority", -100, 100, 0);
  edit->set_run_at = has_run_at (reader);
  edit->run_at = bw_json_reader_time (reader, "run_at");
}

/** bw_route_edit_job: PATCH jobs/{id} */
BwReply *
bw_route_edit_job (BwRequest *request, GError **error)
{
  static const char *const members[] = { "name", "parameters", "priority", "run_at", NULL };
  g_autoptr (BwJsonReader) reader = NULL;
  g_autofree char *name = NULL;
  g_autofree char *parameters = NULL;
  BwJobEdit edit = { 0 };
  gint64 id;

  if (!check_job (request, BW_PERMISSION_EDIT, &id, error))
    return NULL;
  reader = bw_request_read_json (request, error);
  if (reader == NULL)
    return NULL;
  bw_json_reader_only (reader, members);
  read_edit (reader, &edit, &name, &parameters);
  if (!bw_json_reader_finish (reader, error)
      || !bw_store_edit (bw_server_get_store (request->server), &request->viewer, id, &edit, error))
    return NULL;
  return answer_job (request, 200, id, error);
}

/** bw_route_delete_job: DELETE jobs/{id} */
BwReply *
bw_route_delete_job (BwRequest *request, GError **error)
{
  gint64 id;

  if (!check_job (request, BW_PERMISSION_DELETE, &id, error)
      || !bw_store_delete (bw_server_get_store (request->server), &request->viewer, id, error))
    return NULL;
  return bw_reply_new (204);
}

/* Returns: (nullable): the numbers of the items that are named, when they are named one by one */
static GArray *
read_item_numbers (BwJsonReader *reader)
{
  g_autoptr (GArray) items = NULL;
  gsize length = 0;

  if (!bw_json_reader_enter_array (reader, "items", MAX_ITEMS, &length))
    return NULL;
  if (length == 0)
    bw_json_reader_fail (reader, NULL, "must not be empty");
  items = g_array_sized_new (FALSE, FALSE, sizeof (gint64), (guint) length);
  for (gsize i = 0; i < length; i++)
    {
      gint64 item = bw_json_reader_element_int (reader, i, 1, G_MAXINT64);

      g_array_append_val (items, item);
    }
  bw_json_reader_leave (reader);
  return g_steal_pointer (&items);
}

static gboolean
has_item_numbers (BwJsonReader *reader)
{
  JsonNode *node = bw_json_reader_node (reader, "items");

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node);
}

/** bw_route_retry: POST jobs/{id}/retry */
BwReply *
bw_route_retry (BwRequest *request, GError **error)
{
  static const char *const members[] = { "items", NULL };
  BwStore *store = bw_server_get_store (request->server);
  g_autoptr (BwJsonReader) reader = NULL;
  g_autoptr (GArray) items = NULL;
  gboolean all = FALSE;
  gint64 id;

  if (!check_job (request, BW_PERMISSION_RETRY, &id, error))
    return NULL;
  reader = bw_request_read_json (request, error);
  if (reader == NULL)
    return NULL;
  bw_json_reader_only (reader, members);
  if (has_item_numbers (reader))
    items = read_item_numbers (reader);
  else
    all = read_all_items (reader);
  if (!bw_json_reader_finish (reader, error)
      || !(items != NULL ? bw_store_retry_items (store, &request->viewer, id,
                                                 (const gint64 *) (gpointer) items->data, items->len,
                                                 error)
                         : bw_store_retry (store, &request->viewer, id, all, error)))
    return NULL;
  return answer_job (request, 200, id, error);
}

/** bw_route_copy: POST jobs/{id}/copy */
BwReply *
bw_route_copy (BwRequest *request, GError **error)
{
  static const char *const members[] = { "name", "parameters", "priority", "run_at", "items", NULL };
  g_autoptr (BwJsonReader) reader = NULL;
  g_autofree char *name = NULL;
  g_autofree char *parameters = NULL;
  BwJobEdit changes = { 0 };
  gboolean all;
  gint64 copy;
  gint64 id;

  if (!check_job (request, BW_PERMISSION_SUBMIT, &id, error))
    return NULL;
  reader = bw_request_read_json (request, error);
  if (reader == NULL)
    return NULL;
  bw_json_reader_only (reader, members);
  read_edit (reader, &changes, &name, &parameters);
  all = read_all_items (reader);
  if (!bw_json_reader_finish (reader, error))
    return NULL;
  copy = bw_store_copy (bw_server_get_store (request->server), &request->viewer, id, &changes, !all,
                        error);
  return copy != 0 ? answer_job (request, 201, copy, error) : NULL;
}

/** bw_route_cancel: POST jobs/{id}/cancel */
BwReply *
bw_route_cancel (BwRequest *request, GError **error)
{
  gint64 id;

  if (!check_job (request, BW_PERMISSION_CANCEL, &id, error)
      || !bw_store_cancel (bw_server_get_store (request->server), &request->viewer, id, error))
    return NULL;
  return answer_job (request, 200, id, error);
}

static gboolean
read_item_filter (BwRequest *request, BwItemFilter *filter, GError **error)
{
  filter->relation = bw_request_get_query (request, "relation");
  filter->q = bw_request_get_query (request, "q");
  for (guint i = 0; i < request->uri->names->len; i++)
    {
      const char *name = g_ptr_array_index (request->uri->names, i);
      const char *value = g_ptr_array_index (request->uri->values, i);
      BwItemState state;

      if (g_str_equal (name, "state"))
        {
          if (!bw_item_state_from_string (value, &state))
            {
              bw_set_error_field (error, BW_ERROR_INVALID, "state", "There is no item state “%.40s”.",
                                  value);
              return FALSE;
            }
          filter->states |= 1u << state;
        }
      else if (!g_strv_contains ((const char *const[]){ "relation", "q", "limit", "after", "offset", NULL },
                                 name))
        {
          bw_set_error_field (error, BW_ERROR_INVALID, name, "There is no parameter “%.40s” here.", name);
          return FALSE;
        }
      else if (g_utf8_strlen (value, -1) > BW_FILTER_MAX_TEXT)
        {
          bw_set_error_field (error, BW_ERROR_INVALID, name, "“%s” may have %d characters at most.",
                              name, BW_FILTER_MAX_TEXT);
          return FALSE;
        }
    }
  return TRUE;
}

/**
 * bw_route_answer_items:
 * @page: a page of a job's items
 *
 * Returns: (transfer full): the answer that carries it
 */
BwReply *
bw_route_answer_items (const BwItemPage *page)
{
  BwJsonWriter *writer = bw_json_writer_new ();

  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_begin_array (writer, "items");
  for (guint i = 0; i < page->items->len; i++)
    bw_item_write (g_ptr_array_index (page->items, i), writer, NULL);
  bw_json_writer_end_array (writer);
  bw_json_writer_begin_object (writer, "counts");
  for (guint i = 0; i < BW_N_ITEM_STATES; i++)
    bw_json_writer_int (writer, bw_item_state_to_string ((BwItemState) i), page->counts.in_state[i]);
  bw_json_writer_end_object (writer);
  bw_json_writer_int (writer, "total", page->total);
  if (page->next > 0)
    bw_json_writer_int (writer, "next", page->next);
  else
    bw_json_writer_null (writer, "next");
  bw_json_writer_end_object (writer);
  return bw_reply_new_json (200, writer);
}

/** bw_route_list_items: GET jobs/{id}/items */
BwReply *
bw_route_list_items (BwRequest *request, GError **error)
{
  g_autoptr (BwItemPage) page = NULL;
  BwItemFilter filter = { 0 };
  gint64 limit = DEFAULT_ITEMS;
  gint64 after = 0;
  gint64 offset = 0;
  gint64 id;

  if (!bw_request_get_id (request, 1, "job", &id, error)
      || !read_item_filter (request, &filter, error)
      || !bw_request_query_int (request, "limit", 1, MAX_ITEMS, &limit, error)
      || !bw_request_query_int (request, "after", 0, G_MAXINT64, &after, error)
      || !bw_request_query_int (request, "offset", 0, G_MAXINT64, &offset, error))
    return NULL;
  page = bw_store_list_items (bw_server_get_store (request->server), &request->viewer, id, &filter,
                              (guint) limit, after, offset, error);
  return page != NULL ? bw_route_answer_items (page) : NULL;
}

static void
write_attempt (const BwAttempt *attempt, BwJsonWriter *writer)
{
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_int (writer, "attempt", attempt->attempt);
  bw_json_writer_string (writer, "worker", attempt->worker);
  bw_json_writer_time (writer, "started_at", attempt->started_at);
  bw_json_writer_time (writer, "ended_at", attempt->ended_at);
  bw_json_writer_string (writer, "outcome", bw_outcome_to_string (attempt->outcome));
  bw_json_writer_string (writer, "error", attempt->error);
  bw_json_writer_end_object (writer);
}

static void
write_action (const BwAction *action, BwJsonWriter *writer)
{
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_time (writer, "at", action->at);
  bw_json_writer_string (writer, "actor", action->actor);
  bw_json_writer_string (writer, "action", action->action);
  bw_json_writer_string (writer, "detail", action->detail);
  bw_json_writer_end_object (writer);
}

/** bw_route_get_history: GET jobs/{id}/history */
BwReply *
bw_route_get_history (BwRequest *request, GError **error)
{
  g_autoptr (BwHistory) history = NULL;
  BwJsonWriter *writer;
  gint64 id;

  if (!bw_request_get_id (request, 1, "job", &id, error))
    return NULL;
  history = bw_store_get_history (bw_server_get_store (request->server), &request->viewer, id, error);
  if (history == NULL)
    return NULL;
  writer = bw_json_writer_new ();
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_begin_array (writer, "attempts");
  for (guint i = 0; i < history->attempts->len; i++)
    write_attempt (g_ptr_array_index (history->attempts, i), writer);
  bw_json_writer_end_array (writer);
  bw_json_writer_begin_array (writer, "actions");
  for (guint i = 0; i < history->actions->len; i++)
    write_action (g_ptr_array_index (history->actions, i), writer);
  bw_json_writer_end_array (writer);
  bw_json_writer_end_object (writer);
  return bw_reply_new_json (200, writer);
}
