/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-client-read.h"

#include "bw-json-reader.h"
#include "bw-submission.h"

#define MAX_PAGE 10000 /* as exports have them */
#define MAX_ITEMS 10000
#define MAX_LIST 100000
#define MAX_TEXT 65536

/** Reads one element of an array. */
typedef gpointer (*ReadElement) (BwJsonReader *reader);

static BwJsonReader *
open_body (GBytes *body, GError **error)
{
  gsize size;
  const char *text = g_bytes_get_data (body, &size);

  return bw_json_reader_new_for_text (text != NULL ? text : "", size, error);
}

/* What was read, if all of it was right. */
static gpointer
finish (BwJsonReader *reader, gpointer value, GDestroyNotify destroy, GError **error)
{
  if (bw_json_reader_finish (reader, error))
    return value;
  destroy (value);
  return NULL;
}

static GPtrArray *
read_array (BwJsonReader *reader,
            const char *member,
            gsize max,
            ReadElement read,
            GDestroyNotify destroy)
{
  GPtrArray *array = g_ptr_array_new_with_free_func (destroy);
  gsize length;

  if (!bw_json_reader_has (reader, member))
    bw_json_reader_fail (reader, member, "is missing");
  if (!bw_json_reader_enter_array (reader, member, max, &length))
    return array;
  for (gsize i = 0; i < length && bw_json_reader_enter_element (reader, i); i++)
    {
      gpointer element = read (reader);

      if (element != NULL)
        g_ptr_array_add (array, element);
      bw_json_reader_leave (reader);
    }
  bw_json_reader_leave (reader);
  return array;
}

static gpointer
read_list (GBytes *body,
           const char *member,
           ReadElement read,
           GDestroyNotify destroy,
           GError **error)
{
  g_autoptr (BwJsonReader) reader = open_body (body, error);

  if (reader == NULL)
    return NULL;
  return finish (reader, read_array (reader, member, MAX_LIST, read, destroy),
                 (GDestroyNotify) g_ptr_array_unref, error);
}

static gpointer
read_count (GBytes *body, const char *member, GError **error)
{
  g_autoptr (BwJsonReader) reader = open_body (body, error);
  gint64 count;

  if (reader == NULL)
    return NULL;
  count = bw_json_reader_need_int (reader, member, 0, G_MAXINT64);
  return finish (reader, g_memdup2 (&count, sizeof count), g_free, error);
}

/**
 * bw_read_token:
 * @body: the answer to a sign-in
 * @error: (out) (optional): what is wrong with it
 *
 * Returns: (transfer full) (nullable): a GStrv with the token alone
 */
gpointer
bw_read_token (GBytes *body, GError **error)
{
  g_autoptr (BwJsonReader) reader = open_body (body, error);
  g_autofree char *token = NULL;

  if (reader == NULL)
    return NULL;
  token = g_strdup (bw_json_reader_need_string (reader, "token", 1024));
  if (!bw_json_reader_finish (reader, error))
    return NULL;
  return g_strsplit (token, "\n", 1);
}

/**
 * bw_read_me:
 * @body: the answer
 * @error: (out) (optional): what is wrong with it
 *
 * Returns: (transfer full) (nullable): a BwMe
 */
gpointer
bw_read_me (GBytes *body, GError **error)
{
  g_autoptr (BwJsonReader) reader = open_body (body, error);
  g_autoptr (BwMe) me = reader != NULL ? bw_me_read (reader) : NULL;

  if (reader == NULL || !bw_json_reader_finish (reader, error))
    return NULL;
  return g_steal_pointer (&me);
}

static gpointer
read_job (BwJsonReader *reader)
{
  return bw_job_read (reader);
}

/**
 * bw_read_job_page:
 * @body: the answer
 * @error: (out) (optional): what is wrong with it
 *
 * Returns: (transfer full) (nullable): a BwJobPage
 */
gpointer
bw_read_job_page (GBytes *body, GError **error)
{
  g_autoptr (BwJsonReader) reader = open_body (body, error);
  BwJobPage *page;

  if (reader == NULL)
    return NULL;
  page = g_atomic_rc_box_new0 (BwJobPage);
  page->jobs = read_array (reader, "jobs", MAX_PAGE, read_job, (GDestroyNotify) bw_job_unref);
  page->total = bw_json_reader_need_int (reader, "total", 0, G_MAXINT64);
  page->total_is_exact = bw_json_reader_boolean (reader, "total_is_exact", TRUE);
  page->next = bw_json_reader_dup_string (reader, "next", MAX_TEXT);
  page->revision = bw_json_reader_int (reader, "revision", 0, G_MAXINT64, 0);
  return finish (reader, page, (GDestroyNotify) bw_job_page_unref, error);
}

/**
 * bw_read_summary:
 * @body: the answer
 * @error: (out) (optional): what is wrong with it
 *
 * Returns: (transfer full) (nullable): a BwSummary
 */
gpointer
bw_read_summary (GBytes *body, GError **error)
{
  g_autoptr (BwJsonReader) reader = open_body (body, error);
  g_autoptr (BwSummary) summary = g_new0 (BwSummary, 1);

  if (reader == NULL)
    return NULL;
  bw_summary_read (summary, reader);
  return finish (reader, g_steal_pointer (&summary), g_free, error);
}

/**
 * bw_read_job:
 * @body: the answer
 * @error: (out) (optional): what is wrong with it
 *
 * Returns: (transfer full) (nullable): a BwJob
 */
gpointer
bw_read_job (GBytes *body, GError **error)
{
  g_autoptr (BwJsonReader) reader = open_body (body, error);
  g_autoptr (BwJob) job = reader != NULL ? bw_job_read (reader) : NULL;

  if (reader == NULL || !bw_json_reader_finish (reader, error))
    return NULL;
  return g_steal_pointer (&job);
}

static char *
read_parameters (BwJsonReader *reader)
{
  JsonNode *node = NULL;
  char *text = NULL;

  if (bw_json_reader_has (reader, "parameters"))
    node = bw_json_reader_node (reader, "parameters");
  if (node != NULL && !JSON_NODE_HOLDS_NULL (node))
    text = json_to_string (node, TRUE);
  return text;
}

/**
 * bw_read_job_details:
 * @body: the answer
 * @error: (out) (optional): what is wrong with it
 *
 * Returns: (transfer full) (nullable): a BwJobDetails
 */
gpointer
bw_read_job_details (GBytes *body, GError **error)
{
  g_autoptr (BwJsonReader) reader = open_body (body, error);
  BwJobDetails *details;

  if (reader == NULL)
    return NULL;
  details = g_atomic_rc_box_new0 (BwJobDetails);
  details->job = bw_job_read (reader);
  details->parameters = read_parameters (reader);
  details->log_size = bw_json_reader_int (reader, "log_size", 0, G_MAXINT64, 0);
  details->stalled_after =
      BW_TIME_SECOND * bw_json_reader_int (reader, "stalled_after_s", 0, G_MAXINT32, 0);
  return finish (reader, details, (GDestroyNotify) bw_job_details_unref, error);
}

static gpointer
read_item (BwJsonReader *reader)
{
  return bw_item_read (reader);
}

/**
 * bw_read_item_page:
 * @body: the answer
 * @error: (out) (optional): what is wrong with it
 *
 * Returns: (transfer full) (nullable): a BwItemPage
 */
gpointer
bw_read_item_page (GBytes *body, GError **error)
{
  g_autoptr (BwJsonReader) reader = open_body (body, error);
  BwItemPage *page;

  if (reader == NULL)
    return NULL;
  page = g_atomic_rc_box_new0 (BwItemPage);
  page->items = read_array (reader, "items", MAX_ITEMS, read_item, (GDestroyNotify) bw_item_unref);
  page->total = bw_json_reader_need_int (reader, "total", 0, G_MAXINT64);
  page->next = bw_json_reader_int (reader, "next", 0, G_MAXINT64, 0);
  if (bw_json_reader_enter_object (reader, "counts"))
    {
      for (guint i = 0; i < BW_N_ITEM_STATES; i++)
        page->counts.in_state[i] =
            bw_json_reader_int (reader, bw_item_state_to_string (i), 0, G_MAXINT64, 0);
      bw_json_reader_leave (reader);
    }
  return finish (reader, page, (GDestroyNotify) bw_item_page_unref, error);
}

static void
attempt_free (gpointer data)
{
  BwAttempt *attempt = data;

  g_free (attempt->worker);
  g_free (attempt->outcome);
  g_free (attempt->error);
  g_free (attempt);
}

static gpointer
read_attempt (BwJsonReader *reader)
{
  BwAttempt *attempt = g_new0 (BwAttempt, 1);

  attempt->attempt = (int) bw_json_reader_int (reader, "attempt", 0, G_MAXINT, 0);
  attempt->worker = bw_json_reader_dup_string (reader, "worker", MAX_TEXT);
  attempt->started_at = bw_json_reader_time (reader, "started_at");
  attempt->ended_at = bw_json_reader_time (reader, "ended_at");
  attempt->outcome = bw_json_reader_dup_string (reader, "outcome", MAX_TEXT);
  attempt->error = bw_json_reader_dup_string (reader, "error", MAX_TEXT);
  return attempt;
}

static void
action_free (gpointer data)
{
  BwAction *action = data;

  g_free (action->actor);
  g_free (action->action);
  g_free (action->detail);
  g_free (action);
}

static gpointer
read_action (BwJsonReader *reader)
{
  BwAction *action = g_new0 (BwAction, 1);

  action->at = bw_json_reader_time (reader, "at");
  action->actor = bw_json_reader_dup_string (reader, "actor", MAX_TEXT);
  action->action = bw_json_reader_dup_string (reader, "action", MAX_TEXT);
  action->detail = bw_json_reader_dup_string (reader, "detail", MAX_TEXT);
  return action;
}

/**
 * bw_read_history:
 * @body: the answer
 * @error: (out) (optional): what is wrong with it
 *
 * Returns: (transfer full) (nullable): a BwJobHistory
 */
gpointer
bw_read_history (GBytes *body, GError **error)
{
  g_autoptr (BwJsonReader) reader = open_body (body, error);
  BwJobHistory *history;

  if (reader == NULL)
    return NULL;
  history = g_atomic_rc_box_new0 (BwJobHistory);
  history->attempts = read_array (reader, "attempts", MAX_LIST, read_attempt, attempt_free);
  history->actions = read_array (reader, "actions", MAX_LIST, read_action, action_free);
  return finish (reader, history, (GDestroyNotify) bw_job_history_unref, error);
}

static gpointer
read_submitted (BwJsonReader *reader)
{
  BwSubmissionResult *result = g_new0 (BwSubmissionResult, 1);

  result->id = bw_json_reader_need_int (reader, "id", 1, G_MAXINT64);
  result->existing = bw_json_reader_boolean (reader, "existing", FALSE);
  return result;
}

/**
 * bw_read_submitted:
 * @body: the answer
 * @error: (out) (optional): what is wrong with it
 *
 * Returns: (transfer full) (nullable): a GPtrArray of BwSubmissionResult
 */
gpointer
bw_read_submitted (GBytes *body, GError **error)
{
  return read_list (body, "jobs", read_submitted, g_free, error);
}

static gpointer
read_pause (BwJsonReader *reader)
{
  return bw_pause_read (reader);
}

/**
 * bw_read_pauses:
 * @body: the answer
 * @error: (out) (optional): what is wrong with it
 *
 * Returns: (transfer full) (nullable): a GPtrArray of BwPause
 */
gpointer
bw_read_pauses (GBytes *body, GError **error)
{
  return read_list (body, "pauses", read_pause, (GDestroyNotify) bw_pause_free, error);
}

static void
type_info_free (gpointer data)
{
  BwTypeInfo *info = data;

  g_free (info->type);
  g_free (info->name);
  g_free (info);
}

static gpointer
read_type (BwJsonReader *reader)
{
  BwTypeInfo *info = g_new0 (BwTypeInfo, 1);

  info->type = g_strdup (bw_json_reader_need_string (reader, "type", BW_MAX_TYPE));
  info->name = bw_json_reader_dup_string (reader, "name", BW_MAX_NAME);
  if (info->name == NULL)
    info->name = g_strdup (info->type);
  info->stalled_after =
      BW_TIME_SECOND * bw_json_reader_int (reader, "stalled_after_s", 0, G_MAXINT32, 0);
  info->max_attempts = (int) bw_json_reader_int (reader, "max_attempts", 0, G_MAXINT, 1);
  info->makes_result = bw_json_reader_boolean (reader, "makes_result", FALSE);
  return info;
}

/**
 * bw_read_types:
 * @body: the answer
 * @error: (out) (optional): what is wrong with it
 *
 * Returns: (transfer full) (nullable): a GPtrArray of BwTypeInfo
 */
gpointer
bw_read_types (GBytes *body, GError **error)
{
  return read_list (body, "types", read_type, type_info_free, error);
}

static void
user_info_free (gpointer data)
{
  BwUserInfo *info = data;

  g_free (info->name);
  g_free (info->login);
  g_free (info);
}

static gpointer
read_user (BwJsonReader *reader)
{
  BwUserInfo *info = g_new0 (BwUserInfo, 1);

  info->id = bw_json_reader_need_int (reader, "id", 0, G_MAXINT64);
  info->name = g_strdup (bw_json_reader_need_string (reader, "name", BW_MAX_NAME));
  info->login = bw_json_reader_dup_string (reader, "login", BW_MAX_NAME);
  return info;
}

/**
 * bw_read_users:
 * @body: the answer
 * @error: (out) (optional): what is wrong with it
 *
 * Returns: (transfer full) (nullable): a GPtrArray of BwUserInfo
 */
gpointer
bw_read_users (GBytes *body, GError **error)
{
  return read_list (body, "users", read_user, user_info_free, error);
}

static void
relation_info_free (gpointer data)
{
  BwRelationInfo *info = data;

  g_free (info->id);
  g_free (info->label);
  g_free (info);
}

static gpointer
read_relation (BwJsonReader *reader)
{
  BwRelationInfo *info = g_new0 (BwRelationInfo, 1);

  info->id = g_strdup (bw_json_reader_need_string (reader, "id", MAX_TEXT));
  info->label = bw_json_reader_dup_string (reader, "label", MAX_TEXT);
  if (info->label == NULL)
    info->label = g_strdup (info->id);
  return info;
}

/**
 * bw_read_relations:
 * @body: the answer
 * @error: (out) (optional): what is wrong with it
 *
 * Returns: (transfer full) (nullable): a GPtrArray of BwRelationInfo
 */
gpointer
bw_read_relations (GBytes *body, GError **error)
{
  return read_list (body, "relations", read_relation, relation_info_free, error);
}

/**
 * bw_read_cleared:
 * @body: the answer
 * @error: (out) (optional): what is wrong with it
 *
 * Returns: (transfer full) (nullable): a gint64 from the heap: how many jobs were cleared
 */
gpointer
bw_read_cleared (GBytes *body, GError **error)
{
  return read_count (body, "cleared", error);
}

/**
 * bw_read_resumed:
 * @body: the answer
 * @error: (out) (optional): what is wrong with it
 *
 * Returns: (transfer full) (nullable): a gint64 from the heap: how many pauses ended
 */
gpointer
bw_read_resumed (GBytes *body, GError **error)
{
  return read_count (body, "resumed", error);
}
