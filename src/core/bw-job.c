/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-job.h"

#include "bw-submission.h"

G_DEFINE_BOXED_TYPE (BwJob, bw_job, bw_job_ref, bw_job_unref)

/**
 * bw_job_new:
 *
 * Makes a queued job to be filled in by its maker, before anybody else sees it.
 *
 * Returns: (transfer full): the job
 */
BwJob *
bw_job_new (void)
{
  BwJob *self = g_atomic_rc_box_new0 (BwJob);

  self->references = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_reference_free);
  self->started_at = BW_TIME_NONE;
  self->finished_at = BW_TIME_NONE;
  self->run_at = BW_TIME_NONE;
  return self;
}

/**
 * bw_job_ref:
 * @self: a job
 *
 * Takes a reference. May be called from any thread.
 *
 * Returns: (transfer full): @self
 */
BwJob *
bw_job_ref (BwJob *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  BwJob *self = data;

  g_free (self->type);
  g_free (self->type_name);
  g_free (self->name);
  g_free (self->entity);
  g_free (self->message);
  g_ptr_array_unref (self->references);
  g_free (self->created_by_name);
  g_free (self->updated_by);
  g_free (self->result_name);
}

/**
 * bw_job_unref:
 * @self: (transfer full) (nullable): a job
 *
 * Gives a reference back. May be called from any thread.
 */
void
bw_job_unref (BwJob *self)
{
  if (self != NULL)
    g_atomic_rc_box_release_full (self, clear);
}

static BwJobState
read_state (BwJsonReader *reader)
{
  const char *name = bw_json_reader_need_string (reader, "state", BW_MAX_TYPE);
  BwJobState state = BW_JOB_STATE_QUEUED;

  if (name != NULL && !bw_job_state_from_string (name, &state))
    bw_json_reader_fail (reader, "state", "no job state is called '%s'", name);
  return state;
}

/* A condition that only a newer server knows is left out: the state beside it still holds. */
static BwConditions
read_conditions (BwJsonReader *reader)
{
  BwConditions conditions = BW_CONDITION_NONE;
  BwConditions condition;
  gsize length;

  if (!bw_json_reader_enter_array (reader, "conditions", 100, &length))
    return conditions;
  for (gsize i = 0; i < length; i++)
    {
      const char *name = bw_json_reader_element_string (reader, i, BW_MAX_TYPE);

      if (name != NULL && bw_condition_from_string (name, &condition))
        conditions |= condition;
    }
  bw_json_reader_leave (reader);
  return conditions;
}

static void
read_counts (BwJsonReader *reader, BwItemCounts *counts)
{
  gint64 total = bw_json_reader_int (reader, "items_total", 0, G_MAXINT64, 0);
  gint64 done = bw_json_reader_int (reader, "items_done", 0, total, 0);
  gint64 failed = bw_json_reader_int (reader, "items_failed", 0, done, 0);
  gint64 skipped = bw_json_reader_int (reader, "items_skipped", 0, done - failed, 0);
  gint64 cancelled = bw_json_reader_int (reader, "items_cancelled", 0, done - failed - skipped, 0);

  counts->in_state[BW_ITEM_STATE_PENDING] = total - done;
  counts->in_state[BW_ITEM_STATE_SUCCESS] = done - failed - skipped - cancelled;
  counts->in_state[BW_ITEM_STATE_FAILED] = failed;
  counts->in_state[BW_ITEM_STATE_SKIPPED] = skipped;
  counts->in_state[BW_ITEM_STATE_CANCELLED] = cancelled;
}

static void
read_nested (BwJob *self, BwJsonReader *reader)
{
  g_ptr_array_unref (self->references);
  self->references = bw_references_read (reader, "references", BW_MAX_REFERENCES);
  if (bw_json_reader_enter_object (reader, "created_by"))
    {
      self->created_by_id = bw_json_reader_need_int (reader, "id", 0, G_MAXINT64);
      self->created_by_name = bw_json_reader_dup_string (reader, "name", BW_MAX_NAME);
      bw_json_reader_leave (reader);
    }
  if (bw_json_reader_enter_object (reader, "result"))
    {
      self->result_name = g_strdup (bw_json_reader_need_string (reader, "name", BW_MAX_NAME));
      self->result_size = bw_json_reader_int (reader, "size", 0, G_MAXINT64, 0);
      bw_json_reader_leave (reader);
    }
}

static void
read_times (BwJob *self, BwJsonReader *reader)
{
  self->created_at = bw_json_reader_time (reader, "created_at");
  self->started_at = bw_json_reader_time (reader, "started_at");
  self->finished_at = bw_json_reader_time (reader, "finished_at");
  self->updated_at = bw_json_reader_time (reader, "updated_at");
  self->run_at = bw_json_reader_time (reader, "run_at");
}

/**
 * bw_job_read:
 * @reader: a reader at an object as bw_job_write() writes it
 *
 * Reads a job. Unknown members and conditions are ignored, since a newer server may send some;
 * id, type, name and state are needed, and every known member must be of its type.
 *
 * Returns: (transfer full) (nullable): the job, or %NULL if anything was wrong
 */
BwJob *
bw_job_read (BwJsonReader *reader)
{
  g_autoptr (BwJob) self = bw_job_new ();

  self->id = bw_json_reader_need_int (reader, "id", 1, G_MAXINT64);
  self->type = g_strdup (bw_json_reader_need_string (reader, "type", BW_MAX_TYPE));
  self->type_name = bw_json_reader_dup_string (reader, "type_name", BW_MAX_NAME);
  if (self->type_name == NULL)
    self->type_name = g_strdup (self->type);
  self->name = g_strdup (bw_json_reader_need_string (reader, "name", BW_MAX_NAME));
  self->state = read_state (reader);
  self->conditions = read_conditions (reader);
  self->entity = bw_json_reader_dup_string (reader, "entity", BW_MAX_NAME);
  read_counts (reader, &self->items);
  self->progress = bw_json_reader_double (reader, "progress", 0, 1, 0);
  self->message = bw_json_reader_dup_string (reader, "message", BW_MAX_MESSAGE);
  read_nested (self, reader);
  self->automated = bw_json_reader_boolean (reader, "automated", FALSE);
  read_times (self, reader);
  self->updated_by = bw_json_reader_dup_string (reader, "updated_by", BW_MAX_NAME);
  self->priority = (int) bw_json_reader_int (reader, "priority", G_MININT, G_MAXINT, 0);
  self->attempt = (int) bw_json_reader_int (reader, "attempt", 0, G_MAXINT, 0);
  self->max_attempts = (int) bw_json_reader_int (reader, "max_attempts", 0, G_MAXINT, 0);
  self->revision = bw_json_reader_int (reader, "revision", 0, G_MAXINT64, 0);
  return bw_json_reader_is_valid (reader) ? g_steal_pointer (&self) : NULL;
}

static void
write_counts (const BwItemCounts *counts, BwJsonWriter *writer)
{
  bw_json_writer_int (writer, "items_total", bw_item_counts_total (counts));
  bw_json_writer_int (writer, "items_done", bw_item_counts_done (counts));
  bw_json_writer_int (writer, "items_failed", counts->in_state[BW_ITEM_STATE_FAILED]);
  bw_json_writer_int (writer, "items_skipped", counts->in_state[BW_ITEM_STATE_SKIPPED]);
  bw_json_writer_int (writer, "items_cancelled", counts->in_state[BW_ITEM_STATE_CANCELLED]);
}

static void
write_who_and_when (const BwJob *self, BwJsonWriter *writer)
{
  bw_json_writer_begin_object (writer, "created_by");
  bw_json_writer_int (writer, "id", self->created_by_id);
  bw_json_writer_string (writer, "name", self->created_by_name);
  bw_json_writer_end_object (writer);
  bw_json_writer_boolean (writer, "automated", self->automated);
  bw_json_writer_time (writer, "created_at", self->created_at);
  bw_json_writer_time (writer, "started_at", self->started_at);
  bw_json_writer_time (writer, "finished_at", self->finished_at);
  bw_json_writer_time (writer, "updated_at", self->updated_at);
  bw_json_writer_string (writer, "updated_by", self->updated_by);
}

static void
write_result (const BwJob *self, BwJsonWriter *writer)
{
  if (self->result_name == NULL)
    {
      bw_json_writer_null (writer, "result");
      return;
    }
  bw_json_writer_begin_object (writer, "result");
  bw_json_writer_string (writer, "name", self->result_name);
  bw_json_writer_int (writer, "size", self->result_size);
  bw_json_writer_end_object (writer);
}

/**
 * bw_job_write_members:
 * @self: a job
 * @writer: a writer, in an object
 *
 * Writes the members of a job, so that more can follow in the same object.
 */
void
bw_job_write_members (const BwJob *self, BwJsonWriter *writer)
{
  g_return_if_fail (self != NULL);

  bw_json_writer_int (writer, "id", self->id);
  bw_json_writer_string (writer, "type", self->type);
  bw_json_writer_string (writer, "type_name", self->type_name);
  bw_json_writer_string (writer, "name", self->name);
  bw_json_writer_string (writer, "state", bw_job_state_to_string (self->state));
  bw_json_writer_begin_array (writer, "conditions");
  for (guint i = 0; i < BW_N_CONDITIONS; i++)
    if ((self->conditions & (1u << i)) != 0)
      bw_json_writer_string (writer, NULL, bw_condition_to_string ((BwConditions) (1u << i)));
  bw_json_writer_end_array (writer);
  bw_json_writer_string (writer, "entity", self->entity);
  write_counts (&self->items, writer);
  bw_json_writer_double (writer, "progress", self->progress);
  bw_json_writer_string (writer, "message", self->message);
  bw_references_write (self->references, writer, "references");
  write_who_and_when (self, writer);
  bw_json_writer_int (writer, "priority", self->priority);
  bw_json_writer_time (writer, "run_at", self->run_at);
  bw_json_writer_int (writer, "attempt", self->attempt);
  bw_json_writer_int (writer, "max_attempts", self->max_attempts);
  write_result (self, writer);
  bw_json_writer_int (writer, "revision", self->revision);
}

/**
 * bw_job_write:
 * @self: a job
 * @writer: a writer
 * @member: (nullable): the member's name
 *
 * Writes a job as an object.
 */
void
bw_job_write (const BwJob *self, BwJsonWriter *writer, const char *member)
{
  bw_json_writer_begin_object (writer, member);
  bw_job_write_members (self, writer);
  bw_json_writer_end_object (writer);
}

/**
 * bw_job_is_finished:
 * @self: a job
 *
 * Returns: whether nothing more happens to it by itself
 */
gboolean
bw_job_is_finished (const BwJob *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return bw_job_state_is_finished (self->state);
}

static gboolean
same_references (GPtrArray *a, GPtrArray *b)
{
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    {
      const BwReference *one = g_ptr_array_index (a, i);
      const BwReference *other = g_ptr_array_index (b, i);

      if (g_strcmp0 (one->kind, other->kind) != 0 || g_strcmp0 (one->id, other->id) != 0
          || g_strcmp0 (one->label, other->label) != 0 || g_strcmp0 (one->url, other->url) != 0)
        return FALSE;
    }
  return TRUE;
}

static gboolean
same_numbers (const BwJob *a, const BwJob *b)
{
  for (guint i = 0; i < BW_N_ITEM_STATES; i++)
    if (a->items.in_state[i] != b->items.in_state[i])
      return FALSE;
  return a->id == b->id && a->state == b->state && a->conditions == b->conditions
         && a->progress == b->progress && a->created_by_id == b->created_by_id
         && !a->automated == !b->automated && a->created_at == b->created_at
         && a->started_at == b->started_at && a->finished_at == b->finished_at
         && a->updated_at == b->updated_at && a->priority == b->priority && a->run_at == b->run_at
         && a->attempt == b->attempt && a->max_attempts == b->max_attempts
         && a->result_size == b->result_size;
}

/**
 * bw_job_equal:
 * @a: a job
 * @b: another
 *
 * Compares all that can be shown of a job, which is everything but the revision.
 *
 * Returns: whether both look the same
 */
gboolean
bw_job_equal (const BwJob *a, const BwJob *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  if (a == b)
    return TRUE;
  return same_numbers (a, b) && g_strcmp0 (a->type, b->type) == 0
         && g_strcmp0 (a->type_name, b->type_name) == 0 && g_strcmp0 (a->name, b->name) == 0
         && g_strcmp0 (a->entity, b->entity) == 0 && g_strcmp0 (a->message, b->message) == 0
         && g_strcmp0 (a->created_by_name, b->created_by_name) == 0
         && g_strcmp0 (a->updated_by, b->updated_by) == 0
         && g_strcmp0 (a->result_name, b->result_name) == 0
         && same_references (a->references, b->references);
}
