/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-batch.h"

G_DEFINE_BOXED_TYPE (BwBatch, bw_batch, bw_batch_ref, bw_batch_unref)

/**
 * bw_batch_new:
 * @job: (transfer full) (nullable): a job
 *
 * Returns: (transfer full): a batch whose pace is not known
 */
BwBatch *
bw_batch_new (BwJob *job)
{
  BwBatch *self = g_atomic_rc_box_new0 (BwBatch);

  self->job = job;
  self->items_per_minute = BW_NO_FIGURE;
  self->remaining_ms = BW_NO_FIGURE;
  return self;
}

/**
 * bw_batch_ref:
 * @self: a batch
 *
 * Returns: (transfer full): @self
 */
BwBatch *
bw_batch_ref (BwBatch *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  BwBatch *self = data;

  g_clear_pointer (&self->job, bw_job_unref);
}

/**
 * bw_batch_unref:
 * @self: (transfer full): a batch
 *
 * Lets go of it.
 */
void
bw_batch_unref (BwBatch *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

/**
 * bw_batch_write:
 * @self: a batch
 * @writer: a writer, in an array
 *
 * Writes {job, items_per_minute, remaining_ms}.
 */
void
bw_batch_write (const BwBatch *self, BwJsonWriter *writer)
{
  bw_json_writer_begin_object (writer, NULL);
  bw_job_write (self->job, writer, "job");
  if (self->items_per_minute < 0)
    bw_json_writer_null (writer, "items_per_minute");
  else
    bw_json_writer_double (writer, "items_per_minute", self->items_per_minute);
  bw_figure_write (self->remaining_ms, writer, "remaining_ms");
  bw_json_writer_end_object (writer);
}

/**
 * bw_batch_read:
 * @reader: a reader at an object as bw_batch_write() writes it
 *
 * What is wrong is the reader's to tell, at its end.
 *
 * Returns: (transfer full): a batch
 */
BwBatch *
bw_batch_read (BwJsonReader *reader)
{
  BwBatch *self = bw_batch_new (NULL);

  if (bw_json_reader_enter_object (reader, "job"))
    {
      self->job = bw_job_read (reader);
      bw_json_reader_leave (reader);
    }
  else
    bw_json_reader_fail (reader, "job", "is missing");
  self->items_per_minute =
      bw_json_reader_double (reader, "items_per_minute", 0, G_MAXDOUBLE, BW_NO_FIGURE);
  self->remaining_ms = bw_json_reader_int (reader, "remaining_ms", 0, G_MAXINT64, BW_NO_FIGURE);
  return self;
}
