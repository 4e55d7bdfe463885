/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-queue-info.h"

#include "bw-submission.h"

#define MAX_QUARTERS 96

G_DEFINE_BOXED_TYPE (BwQueueInfo, bw_queue_info, bw_queue_info_ref, bw_queue_info_unref)

/**
 * bw_figure_write:
 * @figure: a figure, or %BW_NO_FIGURE
 * @writer: a writer
 * @member: (nullable): the member's name
 *
 * Writes a figure, null where there is none.
 */
void
bw_figure_write (gint64 figure, BwJsonWriter *writer, const char *member)
{
  if (figure < 0)
    bw_json_writer_null (writer, member);
  else
    bw_json_writer_int (writer, member, figure);
}

/**
 * bw_queue_info_new:
 *
 * Returns: (transfer full): a queue with nothing in it, to be filled in by its maker
 */
BwQueueInfo *
bw_queue_info_new (void)
{
  BwQueueInfo *self = g_atomic_rc_box_new0 (BwQueueInfo);

  self->oldest_queued_at = BW_TIME_NONE;
  self->average_ms = BW_NO_FIGURE;
  return self;
}

/**
 * bw_queue_info_ref:
 * @self: a queue
 *
 * Returns: (transfer full): @self
 */
BwQueueInfo *
bw_queue_info_ref (BwQueueInfo *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  BwQueueInfo *self = data;

  g_free (self->type);
  g_free (self->type_name);
  g_clear_pointer (&self->paused, bw_pause_free);
  g_clear_pointer (&self->quarters, g_array_unref);
}

/**
 * bw_queue_info_unref:
 * @self: (transfer full): a queue
 *
 * Lets go of it.
 */
void
bw_queue_info_unref (BwQueueInfo *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

static void
write_quarters (const BwQueueInfo *self, BwJsonWriter *writer)
{
  bw_json_writer_begin_array (writer, "quarters");
  for (guint i = 0; i < self->quarters->len; i++)
    {
      const BwQueueQuarter *quarter = &g_array_index (self->quarters, BwQueueQuarter, i);

      bw_json_writer_begin_object (writer, NULL);
      bw_json_writer_time (writer, "at", quarter->at);
      bw_json_writer_int (writer, "finished", quarter->finished);
      bw_json_writer_int (writer, "failed", quarter->failed);
      bw_json_writer_end_object (writer);
    }
  bw_json_writer_end_array (writer);
}

/**
 * bw_queue_info_write:
 * @self: a queue
 * @writer: a writer, in an array or at the top
 *
 * Writes an object with the structure's members; "quarters" only where they are known.
 */
void
bw_queue_info_write (const BwQueueInfo *self, BwJsonWriter *writer)
{
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_string (writer, "type", self->type);
  bw_json_writer_string (writer, "type_name", self->type_name);
  bw_json_writer_int (writer, "queued", self->queued);
  bw_json_writer_int (writer, "scheduled", self->scheduled);
  bw_json_writer_int (writer, "processing", self->processing);
  bw_json_writer_int (writer, "stalled", self->stalled);
  if (self->paused != NULL)
    bw_pause_write (self->paused, writer, "paused");
  else
    bw_json_writer_null (writer, "paused");
  bw_json_writer_time (writer, "oldest_queued_at", self->oldest_queued_at);
  bw_json_writer_int (writer, "workers", self->workers);
  bw_json_writer_int (writer, "finished_hour", self->finished_hour);
  bw_json_writer_int (writer, "failed_hour", self->failed_hour);
  bw_json_writer_int (writer, "finished_day", self->finished_day);
  bw_json_writer_int (writer, "failed_day", self->failed_day);
  bw_figure_write (self->average_ms, writer, "average_ms");
  if (self->quarters != NULL)
    write_quarters (self, writer);
  bw_json_writer_end_object (writer);
}

static gint64
read_count (BwJsonReader *reader, const char *member)
{
  return bw_json_reader_int (reader, member, 0, G_MAXINT64, 0);
}

static void
read_quarters (BwQueueInfo *self, BwJsonReader *reader)
{
  gsize length;

  if (!bw_json_reader_enter_array (reader, "quarters", MAX_QUARTERS, &length))
    return;
  self->quarters = g_array_new (FALSE, FALSE, sizeof (BwQueueQuarter));
  for (gsize i = 0; i < length && bw_json_reader_enter_element (reader, i); i++)
    {
      const BwQueueQuarter quarter = { bw_json_reader_time (reader, "at"),
                                       read_count (reader, "finished"),
                                       read_count (reader, "failed") };

      g_array_append_val (self->quarters, quarter);
      bw_json_reader_leave (reader);
    }
  bw_json_reader_leave (reader);
}

/**
 * bw_queue_info_read:
 * @reader: a reader at an object as bw_queue_info_write() writes it
 *
 * What is wrong is the reader's to tell, at its end.
 *
 * Returns: (transfer full): a queue
 */
BwQueueInfo *
bw_queue_info_read (BwJsonReader *reader)
{
  BwQueueInfo *self = bw_queue_info_new ();

  self->type = g_strdup (bw_json_reader_need_string (reader, "type", BW_MAX_TYPE));
  self->type_name = g_strdup (bw_json_reader_need_string (reader, "type_name", BW_MAX_NAME));
  self->queued = read_count (reader, "queued");
  self->scheduled = read_count (reader, "scheduled");
  self->processing = read_count (reader, "processing");
  self->stalled = read_count (reader, "stalled");
  if (bw_json_reader_has (reader, "paused") && bw_json_reader_enter_object (reader, "paused"))
    {
      self->paused = bw_pause_read (reader);
      bw_json_reader_leave (reader);
    }
  self->oldest_queued_at = bw_json_reader_time (reader, "oldest_queued_at");
  self->workers = read_count (reader, "workers");
  self->finished_hour = read_count (reader, "finished_hour");
  self->failed_hour = read_count (reader, "failed_hour");
  self->finished_day = read_count (reader, "finished_day");
  self->failed_day = read_count (reader, "failed_day");
  self->average_ms = bw_json_reader_int (reader, "average_ms", 0, G_MAXINT64, BW_NO_FIGURE);
  if (bw_json_reader_has (reader, "quarters"))
    read_quarters (self, reader);
  return self;
}
