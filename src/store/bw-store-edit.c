/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-store-private.h"

#include "bw-action.h"
#include "bw-error.h"
#include "bw-fold.h"
#include "bw-job-record.h"
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
describe (const BwJobEdit *edit)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (edit->name != NULL)
    g_string_append (text, ", name");
  if (edit->parameters != NULL)
    g_string_append (text, ", parameters");
  if (edit->set_priority)
    g_string_append (text, ", priority");
  if (edit->set_run_at)
    g_string_append (text, ", time");
  return text->len > 0 ? g_strconcat ("Changed", text->str + 1, NULL) : NULL;
}

static gboolean
edit_job (BwTx *tx, gpointer user_data, GError **error)
{
  const EditData *data = user_data;
  const BwJobEdit *edit = data->edit;
  g_autofree char *detail = describe (edit);
  g_auto (BwJobRecord) job = { 0 };
  gint64 revision;

  if (!bw_job_record_load_for (&job, bw_tx_db (tx), data->viewer, data->job, BW_PERMISSION_EDIT,
                               error)
      || !check_state (&job, error))
    return FALSE;
  if (detail == NULL)
    return TRUE;
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
