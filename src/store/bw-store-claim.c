/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-store-private.h"

#include "bw-bulk.h"
#include "bw-error.h"
#include "bw-job-record.h"
#include "bw-read.h"
#include "bw-tx-private.h"

typedef struct
{
  gint64 account;
  const BwClaimRequest *request;
  const gint64 *businesses;
  gsize n_businesses;
  GPtrArray *claims;
  gboolean of_server;       /* whether the server asks for itself: its jobs, and no others */
} ClaimData;

/** A group from which jobs may be taken. */
typedef struct
{
  BwQueueGroup *group;
  BwQueueHead head;
  gint64 n_running; /* of the group's owner */
  guint business;   /* its place in slugs */
} Candidate;

/* A worker gets none of the jobs that the server runs itself, whatever it asks for. */
static gboolean
is_type_asked (BwTx *tx,
               const ClaimData *data,
               const BwQueueGroup *group,
               gboolean *asked,
               GError **error)
{
  const char *const *types = (const char *const *) data->request->types;
  const BwTypeRow *type =
      bw_types_get (bw_tx_types (tx), bw_tx_db (tx), group->business, group->type, error);

  if (type == NULL)
    return FALSE;
  *asked = (bw_bulk_get_type_title (type->type) != NULL) == data->of_server
           && (types == NULL || g_strv_contains (types, type->type));
  return TRUE;
}

static gboolean
add_candidate (BwTx *tx,
               const ClaimData *data,
               BwQueueGroup *group,
               guint business,
               GArray *candidates,
               GError **error)
{
  BwDb *db = bw_tx_db (tx);
  Candidate candidate = { .group = group, .business = business };
  gboolean asked;
  gboolean paused;

  if (group->n_queued == 0)
    return TRUE;
  if (!is_type_asked (tx, data, group, &asked, error)
      || !bw_pauses_match (bw_tx_pauses (tx), db, group->business, group->type, group->owner,
                           &paused, error))
    return FALSE;
  if (!asked || paused)
    return TRUE;
  if (!bw_queue_peek (group, db, &candidate.head, error))
    return FALSE;
  candidate.n_running = bw_queue_count_processing (bw_tx_queue (tx), group->business, group->owner);
  if (candidate.head.job != 0)
    g_array_append_val (candidates, candidate);
  return TRUE;
}

static GArray *
find_candidates (BwTx *tx, const ClaimData *data, GError **error)
{
  g_autoptr (GArray) candidates = g_array_new (FALSE, FALSE, sizeof (Candidate));

  for (gsize i = 0; i < data->n_businesses; i++)
    {
      GPtrArray *groups = bw_queue_get_groups (bw_tx_queue (tx), data->businesses[i]);

      for (guint j = 0; groups != NULL && j < groups->len; j++)
        if (!add_candidate (tx, data, g_ptr_array_index (groups, j), (guint) i, candidates,
                            error))
          return NULL;
    }
  return g_steal_pointer (&candidates);
}

/* The highest priority first, then whose owner has the least running, then what waited longest. */
static gboolean
goes_before (const Candidate *a, const Candidate *b)
{
  if (a->head.priority != b->head.priority)
    return a->head.priority > b->head.priority;
  if (a->n_running != b->n_running)
    return a->n_running < b->n_running;
  return a->head.job < b->head.job;
}

static Candidate *
choose (GArray *candidates)
{
  Candidate *best = NULL;

  for (guint i = 0; i < candidates->len; i++)
    {
      Candidate *candidate = &g_array_index (candidates, Candidate, i);

      if (candidate->head.job != 0 && (best == NULL || goes_before (candidate, best)))
        best = candidate;
    }
  return best;
}

/* Goes on to the group's next job, and lets the owner's other groups stand back by one. */
static gboolean
take (BwTx *tx, GArray *candidates, Candidate *taken, GError **error)
{
  for (guint i = 0; i < candidates->len; i++)
    {
      Candidate *candidate = &g_array_index (candidates, Candidate, i);

      if (candidate->group->business == taken->group->business
          && candidate->group->owner == taken->group->owner)
        candidate->n_running++;
    }
  bw_queue_take (taken->group);
  return bw_queue_peek (taken->group, bw_tx_db (tx), &taken->head, error);
}

static gboolean
read_items (BwClaim *claim, BwDb *db, gint64 business, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows =
      bw_db_query (db, error,
                   "SELECT item, label, ref_kind, ref_id, ref_label, parameters FROM item"
                   " WHERE business = $1 AND job = $2 AND state = 0 ORDER BY item",
                   "ii", business, claim->job);

  if (rows == NULL)
    return FALSE;
  while (bw_rows_next (rows, &local))
    {
      BwItem *item = bw_item_new ();

      item->item = bw_rows_int (rows, 0);
      item->label = g_strdup (bw_rows_text (rows, 1));
      if (!bw_rows_is_null (rows, 2))
        item->reference = bw_reference_new (bw_rows_text (rows, 2), bw_rows_text (rows, 3),
                                            bw_rows_text (rows, 4));
      item->parameters = g_strdup (bw_rows_text (rows, 5));
      g_ptr_array_add (claim->items, item);
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

/* Reads the job's row and what a worker needs to know of it. */
static gboolean
read_job (BwClaim *claim, BwJobRecord *job, BwDb *db, gint64 business, gint64 id, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows =
      bw_db_query (db, error,
                   "SELECT " BW_JOB_RECORD_COLUMNS ", j.name, s.parameters FROM job j"
                   " LEFT JOIN job_submission s ON s.business = j.business AND s.job = j.id"
                   " WHERE j.business = $1 AND j.id = $2",
                   "ii", business, id);

  if (rows == NULL)
    return FALSE;
  if (!bw_rows_next (rows, &local))
    {
      bw_set_error (&local, BW_ERROR_INTERNAL,
                    "The queue holds job %" G_GINT64_FORMAT ", which is gone.", id);
      return bw_read_finish (g_steal_pointer (&local), error);
    }
  bw_job_record_read (job, rows, 0);
  claim->job = job->id;
  claim->name = g_strdup (bw_rows_text (rows, BW_JOB_RECORD_N_COLUMNS));
  claim->parameters = g_strdup (bw_rows_text (rows, BW_JOB_RECORD_N_COLUMNS + 1));
  return TRUE;
}

static gboolean
write_claim (BwTx *tx, const ClaimData *data, BwJobRecord *job, BwClaim *claim, GError **error)
{
  const BwClaimRequest *request = data->request;
  const BwCounterKey key = bw_job_record_get_key (job, BW_JOB_STATE_PROCESSING);
  BwDb *db = bw_tx_db (tx);
  BwTime now = bw_tx_now (tx);
  gint64 revision = bw_tx_next_revision (tx, job->business, error);

  if (revision == 0)
    return FALSE;
  claim->claim = bw_tx_next_claim (tx);
  claim->attempt = (int) ++job->attempt;
  claim->lease_until = now + request->lease;
  bw_job_record_logf (job, now, "Attempt %" G_GINT64_FORMAT " started on %s", job->attempt,
                      request->worker);
  if (!bw_job_record_write_log (job, db, error)
      || !bw_db_exec (db, error,
                      "UPDATE job SET state = 1, stalled = 0, attempt = $3, started_at = "
                      "COALESCE(started_at, $4),"
                      " updated_at = $4, updated_by = $5, log_size = $6, claim = $7, revision = $8"
                      " WHERE business = $1 AND id = $2",
                      "iiitsiii", job->business, job->id, job->attempt, now, request->worker,
                      job->log_size, claim->claim, revision)
      || !bw_db_exec (
          db, error,
          "INSERT INTO claim (id, business, job, account, worker, lease, lease_until, claimed_at,"
          " attempt, items_done) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
          "iiiisittii", claim->claim, job->business, job->id, data->account, request->worker,
          request->lease, claim->lease_until, now, job->attempt,
          bw_item_counts_done (&job->items)))
    return FALSE;
  bw_tx_count_claimed (tx, job->business, job->created_at, &key);
  return TRUE;
}

static BwClaim *
claim_job (BwTx *tx, const ClaimData *data, const Candidate *candidate, GError **error)
{
  g_autoptr (BwClaim) claim = bw_claim_new ();
  g_auto (BwJobRecord) job = { 0 };
  const BwTypeRow *type;

  if (!read_job (claim, &job, bw_tx_db (tx), candidate->group->business, candidate->head.job,
                 error))
    return NULL;
  /* The server's own jobs may have a million items, of which it reads some at a time. */
  if (!data->of_server && job.items.in_state[BW_ITEM_STATE_PENDING] > 0
      && !read_items (claim, bw_tx_db (tx), job.business, error))
    return NULL;
  type = bw_types_get (bw_tx_types (tx), bw_tx_db (tx), job.business, job.type, error);
  if (type == NULL)
    return NULL;
  claim->type = g_strdup (type->type);
  return write_claim (tx, data, &job, claim, error) ? g_steal_pointer (&claim) : NULL;
}

static char *
find_slug (BwDb *db, gint64 business, GError **error)
{
  g_autoptr (BwRows) rows =
      bw_db_query (db, error, "SELECT slug FROM business WHERE id = $1", "i", business);

  return rows != NULL && bw_rows_next (rows, error) ? g_strdup (bw_rows_text (rows, 0)) : NULL;
}

static void
note_worker (BwTx *tx, const ClaimData *data)
{
  for (gsize i = 0; i < data->n_businesses; i++)
    {
      const BwWorkerKey key = { data->businesses[i], data->account, data->request->worker };

      bw_workers_asked (bw_tx_workers (tx), &key, (const char *const *) data->request->types,
                        bw_tx_now (tx));
    }
}

static gboolean
claim_jobs (BwTx *tx, gpointer user_data, GError **error)
{
  ClaimData *data = user_data;
  g_autoptr (GArray) candidates = NULL;
  g_autoptr (GPtrArray) slugs = g_ptr_array_new_with_free_func (g_free);
  Candidate *best;

  g_ptr_array_set_size (data->claims, 0);
  g_ptr_array_set_size (slugs, (int) data->n_businesses);
  if (!data->of_server)
    note_worker (tx, data);
  candidates = find_candidates (tx, data, error);
  if (candidates == NULL)
    return FALSE;
  while ((int) data->claims->len < data->request->max && (best = choose (candidates)) != NULL)
    {
      char **slug = (char **) &g_ptr_array_index (slugs, best->business);
      BwClaim *claim = claim_job (tx, data, best, error);

      if (claim == NULL)
        return FALSE;
      g_ptr_array_add (data->claims, claim);
      if (*slug == NULL)
        *slug = find_slug (bw_tx_db (tx), best->group->business, error);
      claim->business = g_strdup (*slug);
      if (*slug == NULL || !take (tx, candidates, best, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * bw_store_claim:
 * @self: a store
 * @account: whose token the worker has
 * @request: what it asks for; its businesses are not looked at
 * @businesses: (array length=n_businesses): the businesses from which it may take jobs
 * @n_businesses: how many
 * @error: (out) (optional): what went wrong
 *
 * Gives jobs to a worker, each under a claim that no other has. Jobs that are held back by a pause
 * or not due yet are passed over. The highest priority goes first; among equals owners take turns,
 * those with the fewest running jobs first, so that nobody's backlog starves another's.
 *
 * Returns: (transfer full) (nullable) (element-type BwClaim): the claims; empty when there is no
 * work
 */
GPtrArray *
bw_store_claim (BwStore *self,
                gint64 account,
                const BwClaimRequest *request,
                const gint64 *businesses,
                gsize n_businesses,
                GError **error)
{
  g_autoptr (GPtrArray) claims = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_claim_free);
  ClaimData data = { account, request, businesses, n_businesses, claims, FALSE };

  return bw_store_write (self, claim_jobs, &data, error) ? g_steal_pointer (&claims) : NULL;
}

static gboolean
claim_bulk (BwTx *tx, gpointer user_data, GError **error)
{
  ClaimData data = *(ClaimData *) user_data;
  g_autoptr (GArray) businesses = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows = bw_db_query (bw_tx_db (tx), error, "SELECT id FROM business", "");

  while (rows != NULL && bw_rows_next (rows, &local))
    {
      gint64 business = bw_rows_int (rows, 0);

      g_array_append_val (businesses, business);
    }
  if (rows == NULL || !bw_read_finish (g_steal_pointer (&local), error))
    return FALSE;
  data.businesses = (const gint64 *) (gpointer) businesses->data;
  data.n_businesses = businesses->len;
  return claim_jobs (tx, &data, error);
}

/**
 * bw_store_claim_bulk:
 * @self: a store
 * @server: which server asks, as the job's history names it
 * @lease: after how many milliseconds without bw_store_run_bulk() another may take the job over
 * @claim: (out): the claim; 0 when there is no job of this kind to be done
 * @error: (out) (optional): what went wrong
 *
 * Gives a server one of the jobs that servers run themselves, see bw_bulk_get_type_title(). It is
 * the same hold as a worker's: of several servers one has it, pauses hold the job back, and a server
 * that is lost loses it.
 *
 * Returns: %FALSE on an error
 */
gboolean
bw_store_claim_bulk (BwStore *self,
                     const char *server,
                     gint64 lease,
                     gint64 *claim,
                     GError **error)
{
  g_autoptr (GPtrArray) claims = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_claim_free);
  const BwClaimRequest request = { .worker = (char *) server, .max = 1, .lease = lease };
  ClaimData data = { .request = &request, .claims = claims, .of_server = TRUE };

  if (!bw_store_write (self, claim_bulk, &data, error))
    return FALSE;
  *claim = claims->len > 0 ? ((BwClaim *) g_ptr_array_index (claims, 0))->claim : 0;
  return TRUE;
}
