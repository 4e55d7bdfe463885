/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-submission.h"

#include "bw-text.h"

/* Items of all the jobs of one request together. */
#define MAX_REQUEST_ITEMS 200000

#define MAX_PRIORITY 100
#define MAX_ATTEMPTS 100

/**
 * bw_submission_new:
 * @type: (nullable): the job type's name
 *
 * Makes a submission without items, to be filled in.
 *
 * Returns: (transfer full): the submission
 */
BwSubmission *
bw_submission_new (const char *type)
{
  BwSubmission *self = g_new0 (BwSubmission, 1);

  self->type = g_strdup (type);
  self->items = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_item_unref);
  self->references = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_reference_free);
  self->run_at = BW_TIME_NONE;
  return self;
}

/**
 * bw_submission_free:
 * @self: (transfer full) (nullable): a submission
 *
 * Frees a submission.
 */
void
bw_submission_free (BwSubmission *self)
{
  if (self == NULL)
    return;
  g_free (self->type);
  g_free (self->name);
  g_free (self->entity);
  g_free (self->parameters);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_clear_pointer (&self->references, g_ptr_array_unref);
  g_free (self->idempotency_key);
  g_free (self);
}

/* Without a label of its own, an item is called as what it refers to. */
static void
label_item (BwItem *item, BwJsonReader *reader)
{
  if (item->label == NULL && item->reference != NULL)
    item->label =
        g_strdup (item->reference->label != NULL ? item->reference->label : item->reference->id);
  if (item->label == NULL)
    bw_json_reader_fail (reader, "label", "is missing, and there is no reference to take it from");
}

static const char *const reference_members[] = { "kind", "id", "label", NULL };

static BwItem *
read_item (BwJsonReader *reader)
{
  static const char *const members[] = { "label", "reference", "parameters", NULL };
  g_autoptr (BwItem) item = bw_item_new ();

  bw_json_reader_only (reader, members);
  item->label = bw_json_reader_dup_line (reader, "label", BW_MAX_LABEL);
  if (bw_json_reader_enter_object (reader, "reference"))
    {
      bw_json_reader_only (reader, reference_members);
      item->reference = bw_reference_read (reader);
      bw_json_reader_leave (reader);
    }
  item->parameters = bw_json_reader_raw_object (reader, "parameters", BW_MAX_PARAMETERS);
  label_item (item, reader);
  return g_steal_pointer (&item);
}

static void
read_items (BwSubmission *self, BwJsonReader *reader)
{
  gsize length;

  if (!bw_json_reader_enter_array (reader, "items", BW_SUBMISSION_MAX_ITEMS, &length))
    return;
  g_ptr_array_set_size (self->items, 0);
  for (gsize i = 0; i < length && bw_json_reader_enter_element (reader, i); i++)
    {
      BwItem *item = read_item (reader);

      item->item = (gint64) i + 1;
      g_ptr_array_add (self->items, item);
      bw_json_reader_leave (reader);
    }
  bw_json_reader_leave (reader);
}

static void
read_references (BwSubmission *self, BwJsonReader *reader)
{
  gsize length;

  if (!bw_json_reader_enter_array (reader, "references", BW_MAX_REFERENCES, &length))
    return;
  g_ptr_array_unref (self->references);
  self->references = bw_references_read (reader, NULL, BW_MAX_REFERENCES);
  for (gsize i = 0; i < length && bw_json_reader_enter_element (reader, i); i++)
    {
      bw_json_reader_only (reader, reference_members);
      bw_json_reader_leave (reader);
    }
  bw_json_reader_leave (reader);
}

static void
read_type (BwSubmission *self, BwJsonReader *reader)
{
  const char *type = bw_json_reader_need_string (reader, "type", BW_MAX_TYPE);

  if (type != NULL && !bw_text_is_type_name (type))
    bw_json_reader_fail (reader, "type",
                         "must be of a-z, 0-9, '.', '_' and '-', and begin with a letter or digit");
  self->type = g_strdup (type);
}

/**
 * bw_submission_read:
 * @reader: a reader at an object {type, name, entity, parameters, items: [{label, reference,
 *   parameters}], references, idempotency_key, priority, run_at, automated, max_attempts}, of which
 *   only the type is needed
 *
 * Reads a submission. An unknown member is a failure, so that a misspelt one is noticed. Names and
 * labels are kept as they are, white space included; empty ones and ones with control characters
 * are refused. Items are numbered from 1.
 *
 * Returns: (transfer full) (nullable): the submission, or %NULL if anything was wrong
 */
BwSubmission *
bw_submission_read (BwJsonReader *reader)
{
  static const char *const members[] = { "type",         "name",     "entity",
                                         "parameters",   "items",    "references",
                                         "automated",    "priority", "idempotency_key",
                                         "max_attempts", "run_at",   NULL };
  g_autoptr (BwSubmission) self = bw_submission_new (NULL);

  bw_json_reader_only (reader, members);
  read_type (self, reader);
  self->name = bw_json_reader_dup_line (reader, "name", BW_MAX_NAME);
  self->entity = bw_json_reader_dup_line (reader, "entity", BW_MAX_TYPE);
  self->parameters = bw_json_reader_raw_object (reader, "parameters", BW_MAX_PARAMETERS);
  read_items (self, reader);
  read_references (self, reader);
  self->idempotency_key = bw_json_reader_dup_line (reader, "idempotency_key", BW_MAX_KEY);
  self->priority = (int) bw_json_reader_int (reader, "priority", -MAX_PRIORITY, MAX_PRIORITY, 0);
  self->run_at = bw_json_reader_time (reader, "run_at");
  self->automated = bw_json_reader_boolean (reader, "automated", FALSE);
  self->max_attempts = (int) bw_json_reader_int (reader, "max_attempts", 1, MAX_ATTEMPTS, 0);
  return bw_json_reader_is_valid (reader) ? g_steal_pointer (&self) : NULL;
}

static void
read_array (GPtrArray *submissions, BwJsonReader *reader)
{
  gsize n_items = 0;
  gsize length;

  if (!bw_json_reader_enter_array (reader, NULL, BW_SUBMISSION_MAX_JOBS, &length))
    return;
  if (length == 0)
    bw_json_reader_fail (reader, NULL, "must have at least one job");
  for (gsize i = 0; i < length && bw_json_reader_enter_element (reader, i); i++)
    {
      BwSubmission *submission = bw_submission_read (reader);

      if (submission != NULL)
        {
          g_ptr_array_add (submissions, submission);
          n_items += submission->items->len;
        }
      if (n_items > MAX_REQUEST_ITEMS)
        bw_json_reader_fail_code (reader, BW_ERROR_TOO_LARGE, "items",
                                  "with those of the jobs before there are more than %d items; "
                                  "submit the jobs in several requests",
                                  MAX_REQUEST_ITEMS);
      bw_json_reader_leave (reader);
    }
  bw_json_reader_leave (reader);
}

/**
 * bw_submissions_parse:
 * @text: the body of a request: one submission or an array of them
 * @length: its length in bytes
 * @error: (out) (optional): %BW_ERROR_INVALID with the path of the field at fault, or
 *   %BW_ERROR_TOO_LARGE if there are more than %BW_SUBMISSION_MAX_JOBS jobs, too many items or too
 *   large parameters
 *
 * Reads what a program submits, as bw_submission_read() does.
 *
 * Returns: (transfer full) (element-type BwSubmission) (nullable): at least one submission, or
 *   %NULL
 */
GPtrArray *
bw_submissions_parse (const char *text, gsize length, GError **error)
{
  g_autoptr (BwJsonReader) reader = bw_json_reader_new_for_text (text, length, error);
  g_autoptr (GPtrArray) submissions = NULL;

  if (reader == NULL)
    return NULL;
  submissions = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_submission_free);
  if (bw_json_reader_is_array (reader))
    read_array (submissions, reader);
  else
    {
      BwSubmission *submission = bw_submission_read (reader);

      if (submission != NULL)
        g_ptr_array_add (submissions, submission);
    }
  return bw_json_reader_finish (reader, error) ? g_steal_pointer (&submissions) : NULL;
}

/* Addresses are the server's to make, so they don't go to it. */
static void
write_reference (const BwReference *reference, BwJsonWriter *writer, const char *member)
{
  const BwReference bare = { .kind = reference->kind,
                             .id = reference->id,
                             .label = reference->label };

  bw_reference_write (&bare, writer, member);
}

static void
write_references (GPtrArray *references, BwJsonWriter *writer)
{
  bw_json_writer_begin_array (writer, "references");
  for (guint i = 0; i < references->len; i++)
    write_reference (g_ptr_array_index (references, i), writer, NULL);
  bw_json_writer_end_array (writer);
}

static void
write_items (GPtrArray *items, BwJsonWriter *writer)
{
  bw_json_writer_begin_array (writer, "items");
  for (guint i = 0; i < items->len; i++)
    {
      const BwItem *item = g_ptr_array_index (items, i);

      bw_json_writer_begin_object (writer, NULL);
      bw_json_writer_string (writer, "label", item->label);
      if (item->reference != NULL)
        write_reference (item->reference, writer, "reference");
      if (item->parameters != NULL)
        bw_json_writer_raw (writer, "parameters", item->parameters);
      bw_json_writer_end_object (writer);
    }
  bw_json_writer_end_array (writer);
}

/**
 * bw_submission_write:
 * @self: a submission
 * @writer: a writer
 * @member: (nullable): the member's name
 *
 * Writes a submission as an object, leaving out what is not set.
 */
void
bw_submission_write (const BwSubmission *self, BwJsonWriter *writer, const char *member)
{
  g_return_if_fail (self != NULL);

  bw_json_writer_begin_object (writer, member);
  bw_json_writer_string (writer, "type", self->type);
  if (self->name != NULL)
    bw_json_writer_string (writer, "name", self->name);
  if (self->entity != NULL)
    bw_json_writer_string (writer, "entity", self->entity);
  if (self->parameters != NULL)
    bw_json_writer_raw (writer, "parameters", self->parameters);
  if (self->items != NULL && self->items->len > 0)
    write_items (self->items, writer);
  if (self->references != NULL && self->references->len > 0)
    write_references (self->references, writer);
  if (self->idempotency_key != NULL)
    bw_json_writer_string (writer, "idempotency_key", self->idempotency_key);
  if (self->priority != 0)
    bw_json_writer_int (writer, "priority", self->priority);
  if (self->run_at != BW_TIME_NONE)
    bw_json_writer_time (writer, "run_at", self->run_at);
  if (self->automated)
    bw_json_writer_boolean (writer, "automated", TRUE);
  if (self->max_attempts != 0)
    bw_json_writer_int (writer, "max_attempts", self->max_attempts);
  bw_json_writer_end_object (writer);
}
