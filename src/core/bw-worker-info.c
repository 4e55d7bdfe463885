/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-worker-info.h"

#include "bw-submission.h"

#define MAX_TYPES_ASKED 1000

G_DEFINE_BOXED_TYPE (BwWorkerInfo, bw_worker_info, bw_worker_info_ref, bw_worker_info_unref)

static const char *const states[] = {
  [BW_WORKER_STATE_BUSY] = "busy",
  [BW_WORKER_STATE_IDLE] = "idle",
  [BW_WORKER_STATE_SILENT] = "silent",
};

static void
job_free (gpointer data)
{
  BwWorkerJob *job = data;

  g_free (job->name);
  g_free (job->type_name);
  g_free (job);
}

/**
 * bw_worker_state_to_string:
 * @state: what a worker does
 *
 * Returns: (transfer none): its name in JSON
 */
const char *
bw_worker_state_to_string (BwWorkerState state)
{
  g_return_val_if_fail ((guint) state < G_N_ELEMENTS (states), NULL);

  return states[state];
}

/**
 * bw_worker_info_new:
 *
 * Returns: (transfer full): a worker without jobs, to be filled in by its maker
 */
BwWorkerInfo *
bw_worker_info_new (void)
{
  BwWorkerInfo *self = g_atomic_rc_box_new0 (BwWorkerInfo);

  self->last_seen_at = BW_TIME_NONE;
  self->state = BW_WORKER_STATE_SILENT;
  self->jobs = g_ptr_array_new_with_free_func (job_free);
  return self;
}

/**
 * bw_worker_info_ref:
 * @self: a worker
 *
 * Returns: (transfer full): @self
 */
BwWorkerInfo *
bw_worker_info_ref (BwWorkerInfo *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  BwWorkerInfo *self = data;

  g_free (self->name);
  g_free (self->account_name);
  g_strfreev (self->types);
  g_ptr_array_unref (self->jobs);
}

/**
 * bw_worker_info_unref:
 * @self: (transfer full): a worker
 *
 * Lets go of it.
 */
void
bw_worker_info_unref (BwWorkerInfo *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

static void
write_jobs (const BwWorkerInfo *self, BwJsonWriter *writer)
{
  bw_json_writer_begin_array (writer, "jobs");
  for (guint i = 0; i < self->jobs->len; i++)
    {
      const BwWorkerJob *job = g_ptr_array_index (self->jobs, i);

      bw_json_writer_begin_object (writer, NULL);
      bw_json_writer_int (writer, "id", job->id);
      bw_json_writer_string (writer, "name", job->name);
      bw_json_writer_string (writer, "type_name", job->type_name);
      bw_json_writer_double (writer, "progress", job->progress);
      bw_json_writer_time (writer, "claimed_at", job->claimed_at);
      bw_json_writer_end_object (writer);
    }
  bw_json_writer_end_array (writer);
}

/**
 * bw_worker_info_write:
 * @self: a worker
 * @writer: a writer, in an array
 *
 * Writes {name, account: {id, name}, types, last_seen_at, state, jobs, finished_day, failed_day}.
 */
void
bw_worker_info_write (const BwWorkerInfo *self, BwJsonWriter *writer)
{
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_string (writer, "name", self->name);
  bw_json_writer_begin_object (writer, "account");
  bw_json_writer_int (writer, "id", self->account_id);
  bw_json_writer_string (writer, "name", self->account_name);
  bw_json_writer_end_object (writer);
  bw_json_writer_strv (writer, "types", (const char *const *) self->types);
  bw_json_writer_time (writer, "last_seen_at", self->last_seen_at);
  bw_json_writer_string (writer, "state", bw_worker_state_to_string (self->state));
  write_jobs (self, writer);
  bw_json_writer_int (writer, "finished_day", self->finished_day);
  bw_json_writer_int (writer, "failed_day", self->failed_day);
  bw_json_writer_end_object (writer);
}

static void
read_account (BwWorkerInfo *self, BwJsonReader *reader)
{
  if (!bw_json_reader_enter_object (reader, "account"))
    {
      bw_json_reader_fail (reader, "account", "is missing");
      return;
    }
  self->account_id = bw_json_reader_need_int (reader, "id", 0, G_MAXINT64);
  self->account_name = g_strdup (bw_json_reader_need_string (reader, "name", BW_MAX_NAME));
  bw_json_reader_leave (reader);
}

static void
read_jobs (BwWorkerInfo *self, BwJsonReader *reader)
{
  gsize length;

  if (!bw_json_reader_enter_array (reader, "jobs", BW_WORKER_MAX_JOBS, &length))
    return;
  for (gsize i = 0; i < length && bw_json_reader_enter_element (reader, i); i++)
    {
      BwWorkerJob *job = g_new0 (BwWorkerJob, 1);

      job->id = bw_json_reader_need_int (reader, "id", 1, G_MAXINT64);
      job->name = g_strdup (bw_json_reader_need_string (reader, "name", BW_MAX_NAME));
      job->type_name = g_strdup (bw_json_reader_need_string (reader, "type_name", BW_MAX_NAME));
      job->progress = bw_json_reader_double (reader, "progress", 0, 1, 0);
      job->claimed_at = bw_json_reader_time (reader, "claimed_at");
      g_ptr_array_add (self->jobs, job);
      bw_json_reader_leave (reader);
    }
  bw_json_reader_leave (reader);
}

/**
 * bw_worker_info_read:
 * @reader: a reader at an object as bw_worker_info_write() writes it
 *
 * What is wrong is the reader's to tell, at its end. A state that is not known reads as silent.
 *
 * Returns: (transfer full): a worker
 */
BwWorkerInfo *
bw_worker_info_read (BwJsonReader *reader)
{
  BwWorkerInfo *self = bw_worker_info_new ();
  const char *state;

  self->name = g_strdup (bw_json_reader_need_string (reader, "name", BW_MAX_NAME));
  read_account (self, reader);
  self->types = bw_json_reader_strv (reader, "types", MAX_TYPES_ASKED, BW_MAX_TYPE);
  if (self->types == NULL)
    self->types = g_new0 (char *, 1);
  self->last_seen_at = bw_json_reader_time (reader, "last_seen_at");
  state = bw_json_reader_need_string (reader, "state", BW_MAX_NAME);
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    if (g_strcmp0 (state, states[i]) == 0)
      self->state = (BwWorkerState) i;
  read_jobs (self, reader);
  self->finished_day = bw_json_reader_int (reader, "finished_day", 0, G_MAXINT64, 0);
  self->failed_day = bw_json_reader_int (reader, "failed_day", 0, G_MAXINT64, 0);
  return self;
}
