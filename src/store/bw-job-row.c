/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-job-row.h"

#include <string.h>

#include "bw-read.h"
#include "bw-scope.h"

/* The columns of BW_JOB_SELECT. */
enum
{
  ID,
  TYPE_NUMBER,
  TYPE,
  TYPE_NAME,
  NAME,
  STATE,
  CANCELLING,
  STALLED,
  DUE,
  ENTITY,
  ITEMS,
  ITEMS_SUCCESS,
  ITEMS_FAILED,
  ITEMS_SKIPPED,
  ITEMS_CANCELLED,
  PROGRESS,
  MESSAGE,
  REFS,
  OWNER,
  OWNER_NAME,
  AUTOMATED,
  CREATED_AT,
  STARTED_AT,
  FINISHED_AT,
  UPDATED_AT,
  UPDATED_BY,
  PRIORITY,
  RUN_AT,
  ATTEMPT,
  MAX_ATTEMPTS,
  RESULT_NAME,
  RESULT_SIZE,
  REVISION,
};

/* One text for all pages: what a shorter page doesn't need is filled up with id 0, which no job
 * has. */
#define BATCH 32
#define SQL_BATCH                                                                                  \
  BW_JOB_SELECT "WHERE j.business = $1 AND j.id IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, "    \
                "$12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, " \
                "$28, $29, $30, $31, $32, $33)"
#define SQL_TEMPLATES "SELECT kind, template FROM reference_url WHERE business = $1"
#define MAX_REFERENCES_READ 1000

static gboolean
read_templates (BwJobReader *self, BwDb *db, GError **error)
{
  g_autoptr (BwRows) rows = bw_db_query (db, error, SQL_TEMPLATES, "i", self->business);
  g_autoptr (GError) local = NULL;

  if (rows == NULL)
    return FALSE;
  while (bw_rows_next (rows, &local))
    g_hash_table_insert (self->templates, g_strdup (bw_rows_text (rows, 0)),
                         g_strdup (bw_rows_text (rows, 1)));
  return bw_read_finish (g_steal_pointer (&local), error);
}

/**
 * bw_job_reader_new:
 * @db: a connection within a read transaction
 * @business: whose jobs will be read
 * @error: return location
 *
 * Reads what the rows of jobs and items don't say themselves. Nothing is kept beyond the
 * transaction, so a pause or a new template shows at once.
 *
 * Returns: (transfer full) (nullable): the reader
 */
BwJobReader *
bw_job_reader_new (BwDb *db, gint64 business, GError **error)
{
  g_autoptr (BwJobReader) self = g_new0 (BwJobReader, 1);

  self->business = business;
  self->templates = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (!bw_holds_read (&self->holds, db, business, error) || !read_templates (self, db, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * bw_job_reader_free:
 * @self: a reader
 *
 * Frees it.
 */
void
bw_job_reader_free (BwJobReader *self)
{
  bw_holds_clear (&self->holds);
  g_hash_table_unref (self->templates);
  g_free (self);
}

/**
 * bw_job_reader_expand:
 * @self: a reader
 * @reference: a reference of a job or an item of its business
 *
 * Gives the reference its address, if the business has a template for its kind.
 */
void
bw_job_reader_expand (BwJobReader *self, BwReference *reference)
{
  const char *template = g_hash_table_lookup (self->templates, reference->kind);

  if (template != NULL)
    bw_reference_expand (reference, template);
}

static void
read_references (BwJobReader *self, BwJob *job, const char *json)
{
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (BwJsonReader) reader = NULL;
  g_autoptr (GError) error = NULL;

  if (json == NULL)
    return;

  root = bw_json_parse (json, strlen (json), &error);
  if (root == NULL)
    {
      g_warning ("The references of job %" G_GINT64_FORMAT " can't be read: %s", job->id,
                 error->message);
      return;
    }
  reader = bw_json_reader_new (root);
  g_ptr_array_unref (job->references);
  job->references = bw_references_read (reader, NULL, MAX_REFERENCES_READ);
  for (guint i = 0; i < job->references->len; i++)
    bw_job_reader_expand (self, g_ptr_array_index (job->references, i));
}

static void
read_items (BwJob *job, BwRows *rows)
{
  gint64 *in_state = job->items.in_state;

  in_state[BW_ITEM_STATE_SUCCESS] = bw_rows_int (rows, ITEMS_SUCCESS);
  in_state[BW_ITEM_STATE_FAILED] = bw_rows_int (rows, ITEMS_FAILED);
  in_state[BW_ITEM_STATE_SKIPPED] = bw_rows_int (rows, ITEMS_SKIPPED);
  in_state[BW_ITEM_STATE_CANCELLED] = bw_rows_int (rows, ITEMS_CANCELLED);
  in_state[BW_ITEM_STATE_PENDING] = bw_rows_int (rows, ITEMS) - bw_item_counts_done (&job->items);
}

static void
read_state (BwJobReader *self, BwJob *job, BwRows *rows)
{
  BwCounterKey key = { bw_rows_int (rows, TYPE_NUMBER), bw_rows_int (rows, OWNER),
                       bw_rows_int (rows, AUTOMATED) != 0, (BwJobState) bw_rows_int (rows, STATE) };

  job->state = key.state;
  job->conditions =
      bw_conditions_of (&self->holds, &key, bw_rows_int (rows, DUE) != 0,
                        bw_rows_int (rows, STALLED) != 0, bw_rows_int (rows, CANCELLING) != 0);
  job->automated = key.automated;
  job->created_by_id = key.automated ? 0 : key.owner;
  job->created_by_name = g_strdup (key.automated ? "System" : bw_rows_text (rows, OWNER_NAME));
}

static void
read_times (BwJob *job, BwRows *rows)
{
  job->created_at = bw_rows_time (rows, CREATED_AT);
  job->started_at = bw_rows_time (rows, STARTED_AT);
  job->finished_at = bw_rows_time (rows, FINISHED_AT);
  if (job->finished_at == BW_JOB_UNFINISHED)
    job->finished_at = BW_TIME_NONE;
  job->updated_at = bw_rows_time (rows, UPDATED_AT);
  job->run_at = bw_rows_time (rows, RUN_AT);
}

/**
 * bw_job_reader_get:
 * @self: a reader
 * @rows: at a row of a statement that begins with BW_JOB_SELECT
 *
 * Makes a job of a row: conditions as they are now, references with their addresses.
 *
 * Returns: (transfer full): the job
 */
BwJob *
bw_job_reader_get (BwJobReader *self, BwRows *rows)
{
  BwJob *job = bw_job_new ();

  job->id = bw_rows_int (rows, ID);
  job->type = g_strdup (bw_rows_text (rows, TYPE));
  job->type_name = g_strdup (bw_rows_text (rows, TYPE_NAME));
  job->name = g_strdup (bw_rows_text (rows, NAME));
  job->entity = g_strdup (bw_rows_text (rows, ENTITY));
  job->message = g_strdup (bw_rows_text (rows, MESSAGE));
  job->progress = bw_rows_double (rows, PROGRESS);
  job->updated_by = g_strdup (bw_rows_text (rows, UPDATED_BY));
  job->priority = (int) bw_rows_int (rows, PRIORITY);
  job->attempt = (int) bw_rows_int (rows, ATTEMPT);
  job->max_attempts = (int) bw_rows_int (rows, MAX_ATTEMPTS);
  job->result_name = g_strdup (bw_rows_text (rows, RESULT_NAME));
  job->result_size = bw_rows_int (rows, RESULT_SIZE);
  job->revision = bw_rows_int (rows, REVISION);
  read_state (self, job, rows);
  read_items (job, rows);
  read_times (job, rows);
  read_references (self, job, bw_rows_text (rows, REFS));
  return job;
}

/**
 * bw_job_reader_get_owner:
 * @rows: at a row of a statement that begins with BW_JOB_SELECT
 *
 * Returns: the account whose job it is. A #BwJob tells the creator that is shown instead, which is
 *   "System" where automation started it.
 */
gint64
bw_job_reader_get_owner (BwRows *rows)
{
  return bw_rows_int (rows, OWNER);
}

static gboolean
fetch_batch (BwJobReader *self,
             BwDb *db,
             const gint64 *ids,
             guint n_ids,
             GHashTable *found,
             GError **error)
{
  GValue values[BATCH + 1] = { G_VALUE_INIT };
  g_autoptr (BwRows) rows = NULL;
  g_autoptr (GError) local = NULL;

  for (guint i = 0; i <= BATCH; i++)
    {
      g_value_init (&values[i], G_TYPE_INT64);
      g_value_set_int64 (&values[i], i == 0 ? self->business : i <= n_ids ? ids[i - 1] : 0);
    }
  rows = bw_db_query_values (db, error, SQL_BATCH, values, BATCH + 1);
  if (rows == NULL)
    return FALSE;
  while (bw_rows_next (rows, &local))
    {
      BwJob *job = bw_job_reader_get (self, rows);

      g_hash_table_insert (found, &job->id, job);
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

/**
 * bw_job_reader_fetch:
 * @self: a reader
 * @db: a connection within a read transaction
 * @ids: (array length=n_ids): ids of jobs that the viewer may see
 * @n_ids: how many
 * @error: return location
 *
 * Reads jobs by their ids: lists find ids in an index first and read only the rows that they show.
 *
 * Returns: (transfer full) (nullable) (element-type BwJob): the jobs in the order of @ids
 */
GPtrArray *
bw_job_reader_fetch (BwJobReader *self, BwDb *db, const gint64 *ids, guint n_ids, GError **error)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_full (n_ids, (GDestroyNotify) bw_job_unref);
  g_autoptr (GHashTable) found = NULL;

  found = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, (GDestroyNotify) bw_job_unref);
  for (guint i = 0; i < n_ids; i += BATCH)
    if (!fetch_batch (self, db, ids + i, MIN (n_ids - i, BATCH), found, error))
      return NULL;

  for (guint i = 0; i < n_ids; i++)
    {
      BwJob *job = g_hash_table_lookup (found, &ids[i]);

      if (job != NULL)
        g_ptr_array_add (jobs, bw_job_ref (job));
    }
  return g_steal_pointer (&jobs);
}
