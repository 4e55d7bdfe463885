/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-store-private.h"

#include "bw-action.h"
#include "bw-bulk-job.h"
#include "bw-error.h"
#include "bw-submit.h"
#include "bw-targets.h"
#include "bw-viewer.h"

typedef struct
{
  const BwViewer *viewer;
  BwBulkAction action;
  const BwSubmission *submission;
  const BwTargets *targets;
  gint64 job; /* (out) */
} BulkData;

static char *
make_name (BwBulkAction action, gint64 n)
{
  g_autofree char *jobs =
      n == 1 ? g_strdup ("1 job") : g_strdup_printf ("%" G_GINT64_FORMAT " jobs", n);

  switch (action)
    {
    case BW_BULK_RETRY_FAILED:
      return g_strdup_printf ("Retry what failed in %s", jobs);
    case BW_BULK_RETRY_ALL:
      return g_strdup_printf ("Retry %s", jobs);
    case BW_BULK_CANCEL:
      return g_strdup_printf ("Cancel %s", jobs);
    case BW_BULK_DELETE:
    default:
      return g_strdup_printf ("Delete %s", jobs);
    }
}

/* What is shown as the job's parameters. Jobs that were named are its items anyway. */
static char *
write_parameters (const BwBulkRequest *request)
{
  const BwBulkRequest shown = { request->action, NULL, request->filter };
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();

  bw_bulk_request_write (&shown, writer, NULL);
  return bw_json_writer_free_to_string (g_steal_pointer (&writer));
}

static gboolean
insert_targets (BwTx *tx, const BulkData *data, gint64 job, GError **error)
{
  GPtrArray *chunks = data->targets->chunks;
  g_autoptr (GArray) first = g_array_new (FALSE, FALSE, sizeof (gint64));
  gconstpointer bytes;
  gsize length;

  /* The first of them are items at once, so that nobody sees the job without. */
  bytes = g_bytes_get_data (g_ptr_array_index (chunks, 0), &length);
  if (!bw_targets_unpack (bytes, length, first)
      || !bw_bulk_add_items (tx, data->viewer, job, 1, first, error))
    return FALSE;
  for (guint i = 1; i < chunks->len; i++)
    if (!bw_db_exec (bw_tx_db (tx), error,
                     "INSERT INTO bulk_target (business, job, first_item, ids)"
                     " VALUES ($1, $2, $3, $4)",
                     "iiib", data->viewer->business, job, (gint64) i * BW_TARGETS_PER_CHUNK + 1,
                     g_ptr_array_index (chunks, i)))
      return FALSE;
  return TRUE;
}

static gboolean
add_bulk (BwTx *tx, gpointer user_data, GError **error)
{
  BulkData *data = user_data;
  gint64 business = data->viewer->business;
  BwSubmitted submitted = { 0 };
  gint64 revision;

  if (!bw_submit_one (tx, data->viewer, data->submission, &submitted, error)
      || !bw_db_exec (bw_tx_db (tx), error,
                      "INSERT INTO bulk (business, job, action, total) VALUES ($1, $2, $3, $4)",
                      "iiii", business, submitted.id, (gint64) data->action, data->targets->n)
      || !insert_targets (tx, data, submitted.id, error))
    return FALSE;
  revision = bw_tx_next_revision (tx, business, error);
  data->job = submitted.id;
  bw_tx_work_ready (tx, business);
  return revision != 0
         && bw_action_add (tx, data->viewer, revision, "submit", submitted.id,
                           data->submission->name, error);
}

static BwTargets *
find_targets (BwStore *self, const BwViewer *viewer, const BwBulkRequest *request, GError **error)
{
  g_autoptr (BwTargets) targets =
      request->ids != NULL ? bw_targets_new_for_ids (request->ids)
                           : bw_targets_new_for_filter (self, viewer, request->filter, error);

  if (targets == NULL || targets->n > 0)
    return g_steal_pointer (&targets);
  bw_set_error (error, BW_ERROR_CONFLICT, "No job matches any more, so there is nothing to %s.",
                bw_bulk_get_verb (request->action)->verb);
  return NULL;
}

/**
 * bw_store_bulk:
 * @self: a store
 * @viewer: who asks
 * @request: what to do with which jobs
 * @bulk: (out caller-allocates): the job that does it, and how many jobs it is for
 * @error: (out) (optional): why not; %BW_ERROR_CONFLICT when no job matches the filter
 *
 * Takes on an action on many jobs. The jobs that match are found now: one that is created later, or
 * comes to match later, is left alone. Each becomes an item of a job that servers run themselves, see
 * bw_store_run_bulk(). A job that is named but may not be seen is an item without its name, and is
 * left out like one that does not exist.
 *
 * Returns: whether it was written
 */
gboolean
bw_store_bulk (BwStore *self,
               const BwViewer *viewer,
               const BwBulkRequest *request,
               BwBulkJob *bulk,
               GError **error)
{
  g_autoptr (BwTargets) targets = NULL;
  g_autoptr (BwSubmission) submission = NULL;
  BulkData data = { .viewer = viewer, .action = request->action };

  if (!bw_viewer_need (viewer, bw_bulk_get_verb (request->action)->permission, error))
    return FALSE;
  targets = find_targets (self, viewer, request, error);
  if (targets == NULL)
    return FALSE;
  submission = bw_submission_new (bw_bulk_action_get_type_name (request->action));
  submission->name = make_name (request->action, targets->n);
  submission->entity = g_strdup ("jobs");
  submission->parameters = write_parameters (request);
  submission->max_attempts = 1;
  data.submission = submission;
  data.targets = targets;
  if (!bw_store_write (self, add_bulk, &data, error))
    return FALSE;
  *bulk = (BwBulkJob) { data.job, targets->n };
  return TRUE;
}
