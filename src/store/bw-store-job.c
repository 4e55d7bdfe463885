/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-error.h"
#include "bw-job-row.h"
#include "bw-read.h"
#include "bw-see.h"
#include "bw-store-private.h"

#define SQL_JOB BW_JOB_SELECT "WHERE j.business = $1 AND j.id = $2"
#define SQL_PARAMETERS "SELECT parameters FROM job_submission WHERE business = $1 AND job = $2"
#define SQL_SEE "SELECT owner, automated FROM job WHERE business = $1 AND id = $2"

static gboolean
not_found (gint64 job, GError **error)
{
  bw_set_error (error, BW_ERROR_NOT_FOUND, "There is no job %" G_GINT64_FORMAT " here.", job);
  return FALSE;
}

/**
 * bw_see_job:
 * @db: a connection within a read transaction
 * @viewer: who asks
 * @job: for which job
 * @error: return location
 *
 * To be asked before anything that belongs to a job is read.
 *
 * Returns: whether the job is there and @viewer may see it; if not, @error is %BW_ERROR_NOT_FOUND
 */
gboolean
bw_see_job (BwDb *db, const BwViewer *viewer, gint64 job, GError **error)
{
  g_autoptr (BwRows) rows = bw_db_query (db, error, SQL_SEE, "ii", viewer->business, job);
  g_autoptr (GError) local = NULL;

  if (rows == NULL)
    return FALSE;
  if (bw_rows_next (rows, &local)
      && bw_viewer_may_see (viewer, bw_rows_int (rows, 0), bw_rows_int (rows, 1) != 0))
    return TRUE;
  return bw_read_finish (g_steal_pointer (&local), error) && not_found (job, error);
}

static BwJob *
read_job (BwDb *db, const BwViewer *viewer, gint64 id, GError **error)
{
  g_autoptr (BwJobReader) reader = bw_job_reader_new (db, viewer->business, error);
  g_autoptr (BwRows) rows = NULL;
  g_autoptr (BwJob) job = NULL;
  g_autoptr (GError) local = NULL;

  if (reader == NULL)
    return NULL;
  rows = bw_db_query (db, error, SQL_JOB, "ii", viewer->business, id);
  if (rows == NULL)
    return NULL;
  if (bw_rows_next (rows, &local))
    {
      job = bw_job_reader_get (reader, rows);
      if (bw_viewer_may_see (viewer, bw_job_reader_get_owner (rows), job->automated))
        return g_steal_pointer (&job);
    }
  if (bw_read_finish (g_steal_pointer (&local), error))
    not_found (id, error);
  return NULL;
}

static gboolean
read_parameters (BwDb *db, gint64 business, gint64 job, char **parameters, GError **error)
{
  g_autoptr (BwRows) rows = bw_db_query (db, error, SQL_PARAMETERS, "ii", business, job);
  g_autoptr (GError) local = NULL;

  *parameters = NULL;
  if (rows == NULL)
    return FALSE;
  if (bw_rows_next (rows, &local))
    *parameters = g_strdup (bw_rows_text (rows, 0));
  return bw_read_finish (g_steal_pointer (&local), error);
}

/**
 * bw_store_get_job:
 * @self: a store
 * @viewer: who asks
 * @job: for which job
 * @parameters: (out) (optional) (nullable) (transfer full): its parameters as JSON text, %NULL if
 * it has none
 * @error: return location
 *
 * Reads one job.
 *
 * Returns: (transfer full) (nullable): the job
 */
BwJob *
bw_store_get_job (BwStore *self,
                  const BwViewer *viewer,
                  gint64 job,
                  char **parameters,
                  GError **error)
{
  g_auto (BwReader) reader = bw_reader_begin (self, error);
  g_autoptr (BwJob) found = NULL;

  if (reader.db == NULL)
    return NULL;
  found = read_job (reader.db, viewer, job, error);
  if (found == NULL)
    return NULL;
  if (parameters != NULL && !read_parameters (reader.db, viewer->business, job, parameters, error))
    return NULL;
  return g_steal_pointer (&found);
}
