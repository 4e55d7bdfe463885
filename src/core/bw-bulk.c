/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-bulk.h"

/* The job types that the server runs itself. Their names are stored with the jobs. */
#define TYPE_RETRY "bulk-retry"
#define TYPE_CANCEL "bulk-cancel"
#define TYPE_DELETE "bulk-delete"

static const struct
{
  const char *name;
  const char *type;
} actions[BW_N_BULK_ACTIONS] = {
  [BW_BULK_RETRY_FAILED] = { "retry-failed", TYPE_RETRY },
  [BW_BULK_RETRY_ALL] = { "retry-all", TYPE_RETRY },
  [BW_BULK_CANCEL] = { "cancel", TYPE_CANCEL },
  [BW_BULK_DELETE] = { "delete", TYPE_DELETE },
};

/**
 * bw_bulk_action_to_string:
 * @action: what is done
 *
 * Returns: (transfer none): its name in JSON, "retry-failed"
 */
const char *
bw_bulk_action_to_string (BwBulkAction action)
{
  g_return_val_if_fail ((guint) action < BW_N_BULK_ACTIONS, NULL);

  return actions[action].name;
}

/**
 * bw_bulk_action_from_string:
 * @string: a name in JSON
 * @action: (out): what is done; set only on success
 *
 * Returns: %FALSE if there is no such action
 */
gboolean
bw_bulk_action_from_string (const char *string, BwBulkAction *action)
{
  for (guint i = 0; i < BW_N_BULK_ACTIONS; i++)
    if (g_str_equal (actions[i].name, string))
      {
        *action = (BwBulkAction) i;
        return TRUE;
      }
  return FALSE;
}

/**
 * bw_bulk_action_get_type_name:
 * @action: what is done
 *
 * Returns: (transfer none): the type of the job that does it, "bulk-retry"
 */
const char *
bw_bulk_action_get_type_name (BwBulkAction action)
{
  g_return_val_if_fail ((guint) action < BW_N_BULK_ACTIONS, NULL);

  return actions[action].type;
}

/**
 * bw_bulk_get_type_title:
 * @type: a job type's short name
 *
 * Tells the types whose jobs act on other jobs and are run by the server itself from all others,
 * which are the workers'.
 *
 * Returns: (transfer none) (nullable): such a type's title; %NULL for any other type
 */
const char *
bw_bulk_get_type_title (const char *type)
{
  static const struct
  {
    const char *type;
    const char *title;
  } titles[] = {
    { TYPE_RETRY, "Retry jobs" },
    { TYPE_CANCEL, "Cancel jobs" },
    { TYPE_DELETE, "Delete jobs" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    if (g_str_equal (titles[i].type, type))
      return titles[i].title;
  return NULL;
}

/**
 * bw_bulk_request_new:
 * @action: what to do
 *
 * Returns: (transfer full): a request that names no jobs yet
 */
BwBulkRequest *
bw_bulk_request_new (BwBulkAction action)
{
  BwBulkRequest *self = g_new0 (BwBulkRequest, 1);

  self->action = action;
  return self;
}

/**
 * bw_bulk_request_free:
 * @self: (transfer full) (nullable): a request
 *
 * Frees a request.
 */
void
bw_bulk_request_free (BwBulkRequest *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->ids, g_array_unref);
  g_clear_pointer (&self->filter, bw_filter_free);
  g_free (self);
}

static void
read_action (BwBulkRequest *self, BwJsonReader *reader)
{
  const char *action = bw_json_reader_need_string (reader, "action", 20);

  if (action != NULL && !bw_bulk_action_from_string (action, &self->action))
    bw_json_reader_fail (reader, "action",
                         "must be \"retry-failed\", \"retry-all\", \"cancel\" or \"delete\"");
}

static void
read_ids (BwBulkRequest *self, BwJsonReader *reader)
{
  gsize length;

  if (!bw_json_reader_enter_array (reader, "ids", BW_BULK_MAX_IDS, &length))
    return;
  if (length == 0)
    bw_json_reader_fail (reader, NULL, "must not be empty");
  self->ids = g_array_sized_new (FALSE, FALSE, sizeof (gint64), (guint) length);
  for (gsize i = 0; i < length; i++)
    {
      gint64 id = bw_json_reader_element_int (reader, i, 1, G_MAXINT64);

      g_array_append_val (self->ids, id);
    }
  bw_json_reader_leave (reader);
}

/**
 * bw_bulk_request_read:
 * @reader: a reader at an object {action, ids | filter}
 *
 * Reads a request. A filter that is empty stands for every job that may be seen; one must be there
 * all the same, so that nothing is done to all jobs because a member was forgotten.
 *
 * Returns: (transfer full) (nullable): the request, or %NULL if anything was wrong
 */
BwBulkRequest *
bw_bulk_request_read (BwJsonReader *reader)
{
  static const char *const members[] = { "action", "ids", "filter", NULL };
  g_autoptr (BwBulkRequest) self = bw_bulk_request_new (BW_BULK_RETRY_FAILED);
  gboolean has_ids = bw_json_reader_has (reader, "ids");

  bw_json_reader_only (reader, members);
  read_action (self, reader);
  if (has_ids == bw_json_reader_has (reader, "filter"))
    bw_json_reader_fail (reader, has_ids ? "filter" : "ids",
                         "either \"ids\" or \"filter\" says which jobs, and not both");
  else if (has_ids)
    read_ids (self, reader);
  else if (bw_json_reader_enter_object (reader, "filter"))
    {
      self->filter = bw_filter_read (reader);
      bw_json_reader_leave (reader);
    }
  return bw_json_reader_is_valid (reader) ? g_steal_pointer (&self) : NULL;
}

/**
 * bw_bulk_request_write:
 * @self: a request
 * @writer: a writer
 * @member: (nullable): the member's name
 *
 * Writes a request as bw_bulk_request_read() reads it.
 */
void
bw_bulk_request_write (const BwBulkRequest *self, BwJsonWriter *writer, const char *member)
{
  bw_json_writer_begin_object (writer, member);
  bw_json_writer_string (writer, "action", bw_bulk_action_to_string (self->action));
  if (self->ids != NULL)
    {
      bw_json_writer_begin_array (writer, "ids");
      for (guint i = 0; i < self->ids->len; i++)
        bw_json_writer_int (writer, NULL, g_array_index (self->ids, gint64, i));
      bw_json_writer_end_array (writer);
    }
  if (self->filter != NULL)
    bw_filter_write (self->filter, writer, "filter");
  bw_json_writer_end_object (writer);
}
