/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-store-private.h"

#include "bw-bulk-job.h"
#include "bw-error.h"
#include "bw-job-act.h"
#include "bw-job-end.h"
#include "bw-read.h"
#include "bw-roles.h"
#include "bw-targets.h"
#include "bw-tx-private.h"

/*
 * A slice is as long as others may have to wait for their turn: so many jobs, or so much time. A job
 * with very many items of its own takes as long as it takes.
 */
#define SLICE 500
#define SLICE_US 15000
/* Items that are only settled, with nothing done to their jobs. */
#define SETTLE_SLICE 5000

/** An item of a bulk job: one job to act upon. */
typedef struct
{
  gint64 item;
  gint64 job;
} Target;

/** One slice of a bulk job, within a write. */
typedef struct
{
  BwTx *tx;
  BwStanding standing;
  BwBulkAction action;
  gint64 total;
  BwViewer viewer;
  char *user_name;
  BwReport *report;
  gint64 after;             /* items up to this one are done */
} Slice;

typedef struct
{
  const BwBulkRun *run;
  gint64 after;             /* (out) */
  gboolean is_over;         /* (out) */
} RunData;

static void
slice_clear (Slice *self)
{
  bw_standing_clear (&self->standing);
  g_free (self->user_name);
  g_clear_pointer (&self->report, bw_report_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Slice, slice_clear)

static gboolean
load_bulk (Slice *self, GError **error)
{
  const BwJobRecord *job = &self->standing.job;
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows =
      bw_db_query (bw_tx_db (self->tx), error,
                   "SELECT action, total FROM bulk WHERE business = $1 AND job = $2", "ii",
                   job->business, job->id);

  if (rows == NULL)
    return FALSE;
  if (bw_rows_next (rows, &local))
    {
      self->action = (BwBulkAction) bw_rows_int (rows, 0);
      self->total = bw_rows_int (rows, 1);
      return TRUE;
    }
  if (local == NULL)
    bw_set_error (&local, BW_ERROR_INTERNAL,
                  "It is not known what job %" G_GINT64_FORMAT " shall do.", job->id);
  return bw_read_finish (g_steal_pointer (&local), error);
}

/* What the job's owner may do at this moment. */
static gboolean
load_viewer (Slice *self, GError **error)
{
  const BwJobRecord *job = &self->standing.job;
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows = bw_db_query (
      bw_tx_db (self->tx), error, "SELECT name FROM account WHERE id = $1", "i", job->owner);

  if (rows == NULL)
    return FALSE;
  self->user_name = g_strdup (bw_rows_next (rows, &local) ? bw_rows_text (rows, 0)
                                                          : "Who asked for this");
  self->viewer = (BwViewer) { .business = job->business,
                              .user = job->owner,
                              .user_name = self->user_name };
  return bw_read_finish (g_steal_pointer (&local), error)
         && bw_rights_find (bw_tx_db (self->tx), job->business, job->owner,
                            &self->viewer.permissions, NULL, error);
}

static char *
describe_end (const Slice *self)
{
  const BwItemCounts *counts = &self->standing.job.items;
  gint64 n_done = counts->in_state[BW_ITEM_STATE_SUCCESS];
  gint64 n_left = self->total - n_done;
  const char *done = bw_bulk_get_verb (self->action)->done;
  g_autofree char *start = n_done == 1 ? g_strdup_printf ("1 job was %s", done)
                                       : g_strdup_printf ("%" G_GINT64_FORMAT " jobs were %s",
                                                          n_done, done);

  if (n_left == 0)
    return g_strconcat (start, ".", NULL);
  return g_strdup_printf (n_left == 1 ? "%s, %" G_GINT64_FORMAT " was left as it is."
                                      : "%s, %" G_GINT64_FORMAT " were left as they are.",
                          start, n_left);
}

/* Hands what was done to the same machinery that takes a worker's reports. */
static gboolean
hand_in (Slice *self, GError **error)
{
  BwDirective directive;

  return bw_standing_report (&self->standing, self->tx, self->report, 0, &directive, error);
}

static gboolean
hand_back (Slice *self, gboolean *is_over, GError **error)
{
  *is_over = TRUE;
  self->report->finish = TRUE;
  self->report->released = TRUE;
  return hand_in (self, error);
}

/* A cancelled job's progress stays where it was. */
static gboolean
keep_progress (const Slice *self, double progress, GError **error)
{
  return bw_db_exec (bw_tx_db (self->tx), error,
                     "UPDATE job SET progress = $3 WHERE business = $1 AND id = $2", "iid",
                     self->standing.job.business, self->standing.job.id, progress);
}

/*
 * Settles the items that are still pending, some thousand to a slice, and ends the job when none is
 * left.
 */
static gboolean
give_up (Slice *self, BwItemState state, const char *why, gboolean *is_over, GError **error)
{
  BwJobRecord *job = &self->standing.job;
  BwDb *db = bw_tx_db (self->tx);
  g_autofree char *message = why != NULL ? g_strconcat ("Not done: ", why, NULL) : NULL;
  gint64 until = self->after + SETTLE_SLICE;
  double progress = job->progress;
  gint64 n;

  if (!bw_db_exec (db, error, "DELETE FROM bulk_target WHERE business = $1 AND job = $2", "ii",
                   job->business, job->id))
    return FALSE;
  n = bw_db_exec_count (db, error,
                        "UPDATE item SET state = $5, message = $6, attempt = $7, updated_at = $8"
                        " WHERE business = $1 AND job = $2 AND item > $3 AND item <= $4"
                        " AND state = 0",
                        "iiiiisit", job->business, job->id, self->after, until, (gint64) state,
                        message, job->attempt, bw_tx_now (self->tx));
  if (n < 0)
    return FALSE;
  job->items.in_state[BW_ITEM_STATE_PENDING] -= n;
  job->items.in_state[state] += n;
  self->after = until;
  self->report->progress = 0; /* something to say: the counts */
  *is_over = job->items.in_state[BW_ITEM_STATE_PENDING] == 0;
  if (*is_over)
    {
      self->report->finish = TRUE;
      self->report->error = g_strdup (why);
      self->report->message = why == NULL ? describe_end (self) : NULL;
    }
  return hand_in (self, error)
         && (state != BW_ITEM_STATE_CANCELLED || keep_progress (self, progress, error));
}

/* Makes items of the next jobs that are none yet. */
static gboolean
add_items (Slice *self, gboolean *has_added, GError **error)
{
  BwJobRecord *job = &self->standing.job;
  BwDb *db = bw_tx_db (self->tx);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GError) local = NULL;
  gint64 first_item = 0;
  gsize length = 0;
  gconstpointer chunk;
  g_autoptr (BwRows) rows =
      bw_db_query (db, error,
                   "SELECT first_item, ids FROM bulk_target WHERE business = $1 AND job = $2"
                   " ORDER BY first_item LIMIT 1",
                   "ii", job->business, job->id);

  if (rows == NULL)
    return FALSE;
  *has_added = bw_rows_next (rows, &local);
  if (!*has_added)
    return bw_read_finish (g_steal_pointer (&local), error);
  first_item = bw_rows_int (rows, 0);
  chunk = bw_rows_blob (rows, 1, &length);
  if (!bw_targets_unpack (chunk, length, ids))
    {
      bw_set_error (error, BW_ERROR_INTERNAL,
                    "The list of jobs of job %" G_GINT64_FORMAT " is damaged.", job->id);
      return FALSE;
    }
  g_clear_pointer (&rows, bw_rows_free);
  job->items.in_state[BW_ITEM_STATE_PENDING] += ids->len;
  self->report->progress = 0; /* something to say: the items */
  return bw_bulk_add_items (self->tx, &self->viewer, job->id, first_item, ids, error)
         && bw_db_exec (
             db, error,
             "DELETE FROM bulk_target WHERE business = $1 AND job = $2 AND first_item = $3", "iii",
             job->business, job->id, first_item)
         && hand_in (self, error);
}

static gboolean
read_targets (Slice *self, GArray *targets, GError **error)
{
  const BwJobRecord *job = &self->standing.job;
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows = bw_db_query (
      bw_tx_db (self->tx), error,
      "SELECT item, ref_id FROM item WHERE business = $1 AND job = $2 AND item > $3 AND state = 0"
      " ORDER BY item LIMIT $4",
      "iiii", job->business, job->id, self->after, (gint64) SLICE);

  if (rows == NULL)
    return FALSE;
  while (bw_rows_next (rows, &local))
    {
      const Target target = { bw_rows_int (rows, 0),
                              g_ascii_strtoll (bw_rows_text (rows, 1), NULL, 10) };

      g_array_append_val (targets, target);
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

static gboolean
act_on (const Slice *self, gint64 job, GError **error)
{
  const BwRetry retry = { .all = self->action == BW_BULK_RETRY_ALL };

  /* Neither itself nor what was not there when it was asked for. */
  if (job >= self->standing.job.id)
    {
      bw_set_error (error, BW_ERROR_NOT_FOUND, "There is no job %" G_GINT64_FORMAT " here.", job);
      return FALSE;
    }
  switch (self->action)
    {
    case BW_BULK_CANCEL:
      return bw_job_cancel (self->tx, &self->viewer, job, error);
    case BW_BULK_DELETE:
      return bw_job_delete (self->tx, &self->viewer, job, error);
    case BW_BULK_RETRY_FAILED:
    case BW_BULK_RETRY_ALL:
    default:
      return bw_job_retry (self->tx, &self->viewer, job, &retry, error);
    }
}

static gboolean
is_refusal (const GError *error)
{
  return g_error_matches (error, BW_ERROR, BW_ERROR_CONFLICT)
         || g_error_matches (error, BW_ERROR, BW_ERROR_NOT_FOUND)
         || g_error_matches (error, BW_ERROR, BW_ERROR_FORBIDDEN);
}

/* What is refused has changed nothing, and is left out with the reason. */
static gboolean
act_on_target (Slice *self, const Target *target, GError **error)
{
  g_autoptr (GError) local = NULL;
  BwItemState state = BW_ITEM_STATE_SUCCESS;

  if (!act_on (self, target->job, &local))
    {
      if (!is_refusal (local))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      state = BW_ITEM_STATE_SKIPPED;
    }
  g_ptr_array_add (self->report->items, bw_item_result_new (target->item, state,
                                                            local != NULL ? local->message : NULL));
  self->after = target->item;
  return TRUE;
}

/* The counts as they will be when the report is taken in. */
static char *
describe_finish (Slice *self)
{
  BwItemCounts before = self->standing.job.items;
  char *text;

  for (guint i = 0; i < self->report->items->len; i++)
    {
      const BwItemResult *result = g_ptr_array_index (self->report->items, i);

      self->standing.job.items.in_state[result->state]++;
    }
  text = describe_end (self);
  self->standing.job.items = before;
  return text;
}

static gboolean
act_on_targets (Slice *self, gboolean *is_over, GError **error)
{
  const BwItemCounts *counts = &self->standing.job.items;
  g_autoptr (GArray) targets = g_array_new (FALSE, FALSE, sizeof (Target));
  gint64 until = g_get_monotonic_time () + SLICE_US;

  if (!read_targets (self, targets, error))
    return FALSE;
  for (guint i = 0; i < targets->len && (i == 0 || g_get_monotonic_time () < until); i++)
    if (!act_on_target (self, &g_array_index (targets, Target, i), error))
      return FALSE;
  *is_over = targets->len == 0
             || self->report->items->len == counts->in_state[BW_ITEM_STATE_PENDING];
  if (*is_over)
    {
      self->report->finish = TRUE;
      self->report->message = describe_finish (self);
    }
  return hand_in (self, error);
}

static char *
find_lost_right (const Slice *self)
{
  const BwBulkVerb *verb = bw_bulk_get_verb (self->action);

  if (self->viewer.permissions & verb->permission)
    return NULL;
  return g_strdup_printf ("%s may not %s jobs in this business any more.", self->user_name,
                          verb->verb);
}

static gboolean
go_on (Slice *self, gboolean *is_over, GError **error)
{
  const BwJobRecord *job = &self->standing.job;
  g_autofree char *lost = NULL;
  gboolean paused = FALSE;
  gboolean has_added = FALSE;

  *is_over = FALSE;
  if (!load_bulk (self, error))
    return FALSE;
  if (job->cancelling)
    return give_up (self, BW_ITEM_STATE_CANCELLED, NULL, is_over, error);
  if (!bw_pauses_match (bw_tx_pauses (self->tx), bw_tx_db (self->tx), job->business, job->type,
                        job->owner, &paused, error))
    return FALSE;
  if (paused)
    return hand_back (self, is_over, error);
  if (!load_viewer (self, error))
    return FALSE;
  lost = find_lost_right (self);
  if (lost != NULL)
    return give_up (self, BW_ITEM_STATE_FAILED, lost, is_over, error);
  if (!add_items (self, &has_added, error))
    return FALSE;
  return has_added || act_on_targets (self, is_over, error);
}

/* Whether the claim still is this server's. */
static gboolean
load_standing (Slice *self, BwTx *tx, gint64 claim, gboolean *stands, GError **error)
{
  self->tx = tx;
  self->report = bw_report_new (claim);
  if (!bw_standing_load (&self->standing, bw_tx_db (tx), claim, stands, error))
    return FALSE;
  *stands = *stands && self->standing.account == 0 && self->standing.lease_until >= bw_tx_now (tx);
  return TRUE;
}

static gboolean
run_slice (BwTx *tx, gpointer user_data, GError **error)
{
  RunData *data = user_data;
  g_auto (Slice) slice = { .after = data->run->after };
  gboolean stands;

  data->is_over = TRUE;
  if (!load_standing (&slice, tx, data->run->claim, &stands, error))
    return FALSE;
  if (stands && !go_on (&slice, &data->is_over, error))
    return FALSE;
  data->after = slice.after;
  return TRUE;
}

static gboolean
release (BwTx *tx, gpointer user_data, GError **error)
{
  const BwBulkRun *run = user_data;
  g_auto (Slice) slice = { 0 };
  gboolean is_over;
  gboolean stands;

  return load_standing (&slice, tx, run->claim, &stands, error)
         && (!stands || hand_back (&slice, &is_over, error));
}

/**
 * bw_store_run_bulk:
 * @self: a store
 * @run: a claim from bw_store_claim_bulk(), and how far it is
 * @is_over: (out): whether the claim has ended: the job is finished or held back by a pause, or
 *   another server has it
 * @error: (out) (optional): what went wrong; nothing of this slice is kept then
 *
 * Does the next part of a bulk job, under the rights that its owner has at this moment. What is done
 * to a job and the item that says so are written together, so that each job is acted upon once,
 * whenever the server ends.
 *
 * Returns: whether it was written
 */
gboolean
bw_store_run_bulk (BwStore *self, BwBulkRun *run, gboolean *is_over, GError **error)
{
  RunData data = { .run = run };

  if (!bw_store_write (self, run_slice, &data, error))
    return FALSE;
  run->after = data.after;
  *is_over = data.is_over;
  return TRUE;
}

/**
 * bw_store_release_bulk:
 * @self: a store
 * @run: a claim from bw_store_claim_bulk()
 * @error: (out) (optional): what went wrong
 *
 * Hands a bulk job back, unfinished, so that the next server may go on with it at once.
 *
 * Returns: whether it was written
 */
gboolean
bw_store_release_bulk (BwStore *self, const BwBulkRun *run, GError **error)
{
  return bw_store_write (self, release, (gpointer) run, error);
}
