/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-pause.h"

#include "bw-submission.h"

/**
 * bw_pause_new:
 *
 * Makes a pause to be filled in.
 *
 * Returns: (transfer full): the pause
 */
BwPause *
bw_pause_new (void)
{
  BwPause *self = g_new0 (BwPause, 1);

  self->since = BW_TIME_NONE;
  return self;
}

/**
 * bw_pause_copy:
 * @self: a pause
 *
 * Returns: (transfer full): a copy
 */
BwPause *
bw_pause_copy (const BwPause *self)
{
  BwPause *copy = bw_pause_new ();

  copy->id = self->id;
  copy->user_id = self->user_id;
  copy->user_name = g_strdup (self->user_name);
  copy->type = g_strdup (self->type);
  copy->type_name = g_strdup (self->type_name);
  copy->all = self->all;
  copy->reason = g_strdup (self->reason);
  copy->paused_by = g_strdup (self->paused_by);
  copy->since = self->since;
  return copy;
}

/**
 * bw_pause_free:
 * @self: (transfer full) (nullable): a pause
 *
 * Frees a pause.
 */
void
bw_pause_free (BwPause *self)
{
  if (self == NULL)
    return;
  g_free (self->user_name);
  g_free (self->type);
  g_free (self->type_name);
  g_free (self->reason);
  g_free (self->paused_by);
  g_free (self);
}

/**
 * bw_pause_write:
 * @self: a pause
 * @writer: a writer
 * @member: (nullable): the member's name
 *
 * Writes a pause as {id, user: {id, name} or null, type, type_name, all, reason, paused_by, since}.
 */
void
bw_pause_write (const BwPause *self, BwJsonWriter *writer, const char *member)
{
  g_return_if_fail (self != NULL);

  bw_json_writer_begin_object (writer, member);
  bw_json_writer_int (writer, "id", self->id);
  if (self->user_id != 0)
    {
      bw_json_writer_begin_object (writer, "user");
      bw_json_writer_int (writer, "id", self->user_id);
      bw_json_writer_string (writer, "name", self->user_name);
      bw_json_writer_end_object (writer);
    }
  else
    bw_json_writer_null (writer, "user");
  bw_json_writer_string (writer, "type", self->type);
  bw_json_writer_string (writer, "type_name", self->type_name);
  bw_json_writer_boolean (writer, "all", self->all);
  bw_json_writer_string (writer, "reason", self->reason);
  bw_json_writer_string (writer, "paused_by", self->paused_by);
  bw_json_writer_time (writer, "since", self->since);
  bw_json_writer_end_object (writer);
}

/**
 * bw_pause_read:
 * @reader: a reader at an object as bw_pause_write() writes it
 *
 * Reads a pause. Unknown members are ignored.
 *
 * Returns: (transfer full) (nullable): the pause, or %NULL if anything was wrong
 */
BwPause *
bw_pause_read (BwJsonReader *reader)
{
  g_autoptr (BwPause) self = bw_pause_new ();

  self->id = bw_json_reader_need_int (reader, "id", 1, G_MAXINT64);
  if (bw_json_reader_enter_object (reader, "user"))
    {
      self->user_id = bw_json_reader_need_int (reader, "id", 1, G_MAXINT64);
      self->user_name = bw_json_reader_dup_string (reader, "name", BW_MAX_NAME);
      bw_json_reader_leave (reader);
    }
  self->type = bw_json_reader_dup_string (reader, "type", BW_MAX_TYPE);
  self->type_name = bw_json_reader_dup_string (reader, "type_name", BW_MAX_NAME);
  self->all = bw_json_reader_boolean (reader, "all", FALSE);
  self->reason = bw_json_reader_dup_string (reader, "reason", BW_MAX_MESSAGE);
  self->paused_by = bw_json_reader_dup_string (reader, "paused_by", BW_MAX_NAME);
  self->since = bw_json_reader_time (reader, "since");
  return bw_json_reader_is_valid (reader) ? g_steal_pointer (&self) : NULL;
}
