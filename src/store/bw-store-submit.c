/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-store-private.h"

#include "bw-error.h"
#include "bw-fold.h"
#include "bw-submit.h"
#include "bw-tx-private.h"
#include "bw-viewer.h"

#define RELATION "relation"

typedef struct
{
  const BwViewer *viewer;
  GPtrArray *submissions;
  GArray *submitted;
} Submit;

/** One job on its way in. */
typedef struct
{
  BwTx *tx;
  const BwViewer *viewer;
  const BwSubmission *submission;
  gint64 id;
  BwTime created_at;
  gint64 revision;
  gboolean due;
} NewJob;

static gboolean
find_existing (BwDb *db, gint64 business, const char *key, gint64 *job, GError **error)
{
  *job = 0;
  return key == NULL
         || bw_db_get_int (
             db, job, error,
             "SELECT job FROM idempotency_key WHERE business = $1 AND idempotency_key = $2", "is",
             business, key);
}

/* Without addresses, which follow from the business's templates when they are read. */
static char *
write_references (GPtrArray *references)
{
  g_autoptr (BwJsonWriter) writer = NULL;

  if (references == NULL || references->len == 0)
    return NULL;
  writer = bw_json_writer_new ();
  bw_json_writer_begin_array (writer, NULL);
  for (guint i = 0; i < references->len; i++)
    {
      const BwReference *reference = g_ptr_array_index (references, i);

      bw_json_writer_begin_object (writer, NULL);
      bw_json_writer_string (writer, "kind", reference->kind);
      bw_json_writer_string (writer, "id", reference->id);
      if (reference->label != NULL)
        bw_json_writer_string (writer, "label", reference->label);
      bw_json_writer_end_object (writer);
    }
  bw_json_writer_end_array (writer);
  return bw_json_writer_free_to_string (g_steal_pointer (&writer));
}

static gboolean
insert_job (const NewJob *job, const BwTypeRow *type, GError **error)
{
  const BwSubmission *submission = job->submission;
  gint64 n_items = submission->items != NULL ? submission->items->len : 0;
  gint64 max_attempts =
      submission->max_attempts > 0 ? submission->max_attempts : type->max_attempts;
  g_autofree char *references = write_references (submission->references);
  const char *entity = submission->entity;
  const char *name = submission->name != NULL ? submission->name : type->name;
  g_autofree char *name_key = bw_fold_key (name);

  if (entity == NULL && n_items > 0)
    entity = "items";
  return bw_db_exec (
      bw_tx_db (job->tx), error,
      "INSERT INTO job (business, id, type, owner, automated, due, name, entity, items, refs,"
      " created_at, updated_at, updated_by, priority, run_at, max_attempts, errors_left, revision, "
      "name_key)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12, $13, $14, $15, $16, $17, "
      "$18)",
      "iiiiiissisisitiiis", job->viewer->business, job->id, type->id, job->viewer->user,
      (gint64) submission->automated, (gint64) job->due, name, entity, n_items, references,
      job->created_at, submission->automated ? "System" : job->viewer->user_name,
      (gint64) submission->priority, submission->run_at, max_attempts, max_attempts - 1,
      job->revision, name_key);
}

static gboolean
insert_submission (const NewJob *job, GError **error)
{
  const BwSubmission *submission = job->submission;
  BwDb *db = bw_tx_db (job->tx);
  gint64 business = job->viewer->business;

  if (submission->parameters == NULL && submission->idempotency_key == NULL)
    return TRUE;
  if (!bw_db_exec (db, error,
                   "INSERT INTO job_submission (business, job, parameters, idempotency_key)"
                   " VALUES ($1, $2, $3, $4)",
                   "iiss", business, job->id, submission->parameters, submission->idempotency_key))
    return FALSE;
  return submission->idempotency_key == NULL
         || bw_db_exec (
             db, error,
             "INSERT INTO idempotency_key (business, idempotency_key, job) VALUES ($1, $2, $3)",
             "isi", business, submission->idempotency_key, job->id);
}

static gboolean
insert_relation (const NewJob *job, const BwReference *reference, GError **error)
{
  BwDb *db = bw_tx_db (job->tx);
  gint64 business = job->viewer->business;

  if (reference == NULL || !g_str_equal (reference->kind, RELATION))
    return TRUE;
  return bw_relations_add (bw_tx_relations (job->tx), db, business, reference->id, reference->label,
                           error)
         && bw_db_exec (db, error,
                        "INSERT INTO job_relation (business, relation, job) VALUES ($1, $2, $3)"
                        " ON CONFLICT (business, relation, job) DO NOTHING",
                        "isi", business, reference->id, job->id);
}

static gboolean
insert_item (const NewJob *job, gint64 number, const BwItem *item, GError **error)
{
  const BwReference *reference = item->reference;

  return bw_db_exec (bw_tx_db (job->tx), error,
                     "INSERT INTO item (business, job, item, label, ref_kind, ref_id, ref_label, "
                     "parameters)"
                     " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                     "iiisssss", job->viewer->business, job->id, number, item->label,
                     reference != NULL ? reference->kind : NULL,
                     reference != NULL ? reference->id : NULL,
                     reference != NULL ? reference->label : NULL, item->parameters)
         && insert_relation (job, reference, error);
}

static gboolean
insert_items (const NewJob *job, GError **error)
{
  const BwSubmission *submission = job->submission;

  for (guint i = 0; submission->references != NULL && i < submission->references->len; i++)
    if (!insert_relation (job, g_ptr_array_index (submission->references, i), error))
      return FALSE;
  for (guint i = 0; submission->items != NULL && i < submission->items->len; i++)
    if (!insert_item (job, (gint64) i + 1, g_ptr_array_index (submission->items, i), error))
      return FALSE;
  return TRUE;
}

/**
 * bw_submit_one:
 * @tx: a write
 * @viewer: who submits, and owns the job
 * @submission: what is submitted
 * @submitted: (out): the job
 * @error: (out) (optional): what went wrong
 *
 * Adds a job within a write, whatever its type and its submitter's rights.
 *
 * Returns: whether it was written
 */
gboolean
bw_submit_one (BwTx *tx,
               const BwViewer *viewer,
               const BwSubmission *submission,
               BwSubmitted *submitted,
               GError **error)
{
  NewJob job = { .tx = tx, .viewer = viewer, .submission = submission };
  BwCounterKey key = { .owner = viewer->user, .automated = submission->automated };
  const BwTypeRow *type;

  if (!find_existing (bw_tx_db (tx), viewer->business, submission->idempotency_key, &submitted->id,
                      error))
    return FALSE;
  submitted->existed = submitted->id != 0;
  if (submitted->existed)
    return TRUE;

  type = bw_types_need (bw_tx_types (tx), bw_tx_db (tx), viewer->business, submission->type, error);
  if (type == NULL)
    return FALSE;
  job.id = bw_tx_next_job (tx, viewer->business, &job.created_at, error);
  if (job.id == 0)
    return FALSE;
  job.revision = bw_tx_next_revision (tx, viewer->business, error);
  job.due = submission->run_at == BW_TIME_NONE || submission->run_at <= bw_tx_now (tx);
  if (job.revision == 0 || !insert_job (&job, type, error) || !insert_submission (&job, error)
      || !insert_items (&job, error))
    return FALSE;

  key.type = type->id;
  bw_tx_count_added (tx, viewer->business, job.created_at, &key, submission->priority);
  submitted->id = job.id;
  return TRUE;
}

static gboolean
submit (BwTx *tx, gpointer data, GError **error)
{
  Submit *self = data;

  g_array_set_size (self->submitted, 0);
  for (guint i = 0; i < self->submissions->len; i++)
    {
      BwSubmitted submitted = { 0 };

      if (!bw_submit_one (tx, self->viewer, g_ptr_array_index (self->submissions, i), &submitted,
                          error))
        return FALSE;
      g_array_append_val (self->submitted, submitted);
    }
  bw_tx_work_ready (tx, self->viewer->business);
  return TRUE;
}

static gboolean
check_types (GPtrArray *submissions, GError **error)
{
  for (guint i = 0; i < submissions->len; i++)
    {
      const BwSubmission *submission = g_ptr_array_index (submissions, i);
      g_autofree char *field = NULL;

      if (bw_bulk_get_type_title (submission->type) == NULL)
        continue;
      field = submissions->len > 1 ? g_strdup_printf ("[%u].type", i) : g_strdup ("type");
      bw_set_error_field (error, BW_ERROR_INVALID, field,
                          "Jobs of the type “%s” can't be submitted: the server makes them when "
                          "somebody acts on many jobs at once.",
                          submission->type);
      return FALSE;
    }
  return TRUE;
}

/**
 * bw_store_submit:
 * @self: a store
 * @viewer: who submits, and owns the jobs
 * @submissions: (element-type BwSubmission): what is submitted
 * @error: (out) (optional): what went wrong; nothing is kept then
 *
 * Adds jobs, all or none. A submission with an idempotency key that the business has seen before
 * gives the job that it made then.
 *
 * Returns: (transfer full) (nullable) (element-type BwSubmitted): the jobs, in the same order
 */
GArray *
bw_store_submit (BwStore *self, const BwViewer *viewer, GPtrArray *submissions, GError **error)
{
  g_autoptr (GArray) submitted = NULL;
  Submit data = { viewer, submissions, NULL };

  if (!bw_viewer_need (viewer, BW_PERMISSION_SUBMIT, error) || !check_types (submissions, error))
    return NULL;
  submitted = g_array_sized_new (FALSE, FALSE, sizeof (BwSubmitted), submissions->len);
  data.submitted = submitted;
  return bw_store_write (self, submit, &data, error) ? g_steal_pointer (&submitted) : NULL;
}
