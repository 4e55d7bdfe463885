/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-store-private.h"

#include <string.h>

#include "bw-action.h"
#include "bw-bulk-job.h"
#include "bw-error.h"
#include "bw-fold.h"
#include "bw-job-record.h"
#include "bw-read.h"
#include "bw-search.h"

typedef struct
{
  const BwViewer *viewer;
  gint64 job;
  const BwJobEdit *edit;
} EditData;

static gboolean
check_state (const BwJobRecord *job, GError **error)
{
  if (bw_job_state_is_finished (job->state))
    bw_set_error (error, BW_ERROR_CONFLICT,
                  "This job has finished. Submit it again with changes instead.");
  else if (job->state != BW_JOB_STATE_QUEUED || job->attempt > 0)
    bw_set_error (error, BW_ERROR_CONFLICT,
                  "This job has started already and can't be changed any more.");
  else
    return TRUE;
  return FALSE;
}

static gboolean
write_name (const BwJobRecord *job, BwTx *tx, const char *name, GError **error)
{
  g_autofree char *name_key = bw_fold_key (name);

  return bw_db_exec (bw_tx_db (tx), error,
                     "UPDATE job SET name = $3, name_key = $4 WHERE business = $1 AND id = $2",
                     "iiss", job->business, job->id, name, name_key)
         && bw_search_update (tx, job->business, job->id, error);
}

static gboolean
write_parameters (const BwJobRecord *job, BwTx *tx, const char *parameters, GError **error)
{
  return bw_db_exec (bw_tx_db (tx), error,
                     "INSERT INTO job_submission (business, job, parameters) VALUES ($1, $2, $3)"
                     " ON CONFLICT (business, job) DO UPDATE SET parameters = excluded.parameters",
                     "iis", job->business, job->id, parameters);
}

static gboolean
write_priority (const BwJobRecord *job, BwTx *tx, int priority, GError **error)
{
  return bw_db_exec (bw_tx_db (tx), error,
                     "UPDATE job SET priority = $3 WHERE business = $1 AND id = $2", "iii",
                     job->business, job->id, (gint64) priority);
}

static gboolean
write_run_at (const BwJobRecord *job, BwTx *tx, BwTime run_at, GError **error)
{
  gboolean due = run_at == BW_TIME_NONE || run_at <= bw_tx_now (tx);

  if (due)
    bw_tx_work_ready (tx, job->business);
  return bw_db_exec (bw_tx_db (tx), error,
                     "UPDATE job SET run_at = $3, due = $4 WHERE business = $1 AND id = $2", "iiti",
                     job->business, job->id, run_at, (gint64) due);
}

static char *
describe_time (BwTime time)
{
  return time != BW_TIME_NONE ? bw_time_to_string (time) : g_strdup ("as soon as possible");
}

static gboolean
describe_name (const BwJobRecord *job, BwDb *db, const char *name, GString *text, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows =
      bw_db_query (db, error, "SELECT name FROM job WHERE business = $1 AND id = $2", "ii",
                   job->business, job->id);

  if (rows == NULL)
    return FALSE;
  if (bw_rows_next (rows, &local))
    g_string_append_printf (text, ", name from “%s” to “%s”", bw_rows_text (rows, 0), name);
  return bw_read_finish (g_steal_pointer (&local), error);
}

/* What changes, from what to what; parameters may be long and secret, so that they changed is all. */
static char *
describe (const BwJobEdit *edit, const BwJobRecord *job, BwDb *db, GError **error)
{
  g_autoptr (GString) text = g_string_new ("Changed");
  g_autofree char *before = describe_time (job->run_at);
  g_autofree char *after = describe_time (edit->run_at);

  if (edit->name != NULL && !describe_name (job, db, edit->name, text, error))
    return NULL;
  if (edit->parameters != NULL)
    g_string_append (text, ", parameters");
  if (edit->set_priority)
    g_string_append_printf (text, ", priority from %" G_GINT64_FORMAT " to %d", job->priority,
                            edit->priority);
  if (edit->set_run_at)
    g_string_append_printf (text, ", start from %s to %s", before, after);
  g_string_erase (text, strlen ("Changed"), 1);
  return g_string_free_and_steal (g_steal_pointer (&text));
}

static gboolean
changes_anything (const BwJobEdit *edit)
{
  return edit->name != NULL || edit->parameters != NULL || edit->set_priority || edit->set_run_at;
}

static gboolean
edit_job (BwTx *tx, gpointer user_data, GError **error)
{
  const EditData *data = user_data;
  const BwJobEdit *edit = data->edit;
  g_autofree char *detail = NULL;
  g_auto (BwJobRecord) job = { 0 };
  gint64 revision;

  if (!bw_job_record_load_for (&job, bw_tx_db (tx), data->viewer, data->job, BW_PERMISSION_EDIT,
                               error)
      || !check_state (&job, error) || !bw_bulk_check_not (&job, tx, error))
    return FALSE;
  if (!changes_anything (edit))
    return TRUE;
  detail = describe (edit, &job, bw_tx_db (tx), error);
  if (detail == NULL)
    return FALSE;
  bw_tx_queue_changed (tx, job.business, job.type, job.owner);
  revision = bw_tx_next_revision (tx, job.business, error);
  return revision != 0 && (edit->name == NULL || write_name (&job, tx, edit->name, error))
         && (edit->parameters == NULL || write_parameters (&job, tx, edit->parameters, error))
         && (!edit->set_priority || write_priority (&job, tx, edit->priority, error))
         && (!edit->set_run_at || write_run_at (&job, tx, edit->run_at, error))
         && bw_db_exec (bw_tx_db (tx), error,
                        "UPDATE job SET updated_at = $3, updated_by = $4, revision = $5"
                        " WHERE business = $1 AND id = $2",
                        "iitsi", job.business, job.id, bw_tx_now (tx), data->viewer->user_name,
                        revision)
         && bw_action_add (tx, data->viewer, revision, "edit", job.id, detail, error);
}

/**
 * bw_store_edit:
 * @self: a store
 * @viewer: who asks
 * @job: a job that has not started
 * @edit: what to change
 * @error: (out) (optional): why not
 *
 * Changes a job before its first attempt.
 *
 * Returns: whether it was written
 */
gboolean
bw_store_edit (BwStore *self,
               const BwViewer *viewer,
               gint64 job,
               const BwJobEdit *edit,
               GError **error)
{
  EditData data = { viewer, job, edit };

  return bw_store_write (self, edit_job, &data, error);
}
