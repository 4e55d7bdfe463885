/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-tx-private.h"

#include "bw-error.h"
#include "bw-read.h"

/* Remembers how a business was before the running write changed it. */
static void
touch (BwTx *self, const BwTxBusiness *business)
{
  for (guint i = 0; i < self->touched->len; i++)
    if (g_array_index (self->touched, BwTxBusiness, i).id == business->id)
      return;
  g_array_append_vals (self->touched, business, 1);
}

static BwTxBusiness *
find_business (BwTx *self, gint64 id, GError **error)
{
  BwTxBusiness *business = g_hash_table_lookup (self->businesses, &id);
  gint64 revision = -1;

  if (business == NULL)
    {
      if (!bw_db_get_int (self->db, &revision, error, "SELECT revision FROM business WHERE id = $1",
                          "i", id))
        return NULL;
      if (revision < 0)
        {
          bw_set_error (error, BW_ERROR_NOT_FOUND, "There is no such business.");
          return NULL;
        }
      business = g_new0 (BwTxBusiness, 1);
      business->id = id;
      business->revision = revision;
      business->newest_span = -1;
      g_hash_table_insert (self->businesses, &business->id, business);
    }
  touch (self, business);
  return business;
}

/* The first job of each quarter of an hour turns a range of time into a range of ids. */
static gboolean
mark_span (BwTx *self, BwTxBusiness *business, BwTime created_at, gint64 job, GError **error)
{
  gint64 span = created_at / BW_SPAN_QUARTER;

  if (span == business->newest_span)
    return TRUE;
  if (!bw_db_exec (self->db, error,
                   "INSERT INTO span (business, span, first_job) VALUES ($1, $2, $3)"
                   " ON CONFLICT (business, span) DO NOTHING",
                   "iii", business->id, span, job))
    return FALSE;
  business->newest_span = span;
  return TRUE;
}

/**
 * bw_tx_types:
 * @self: transactions
 *
 * Returns: (transfer none): the job types in memory
 */
BwTypes *
bw_tx_types (BwTx *self)
{
  return self->types;
}

/**
 * bw_tx_relations:
 * @self: transactions
 *
 * Returns: (transfer none): the relations in memory
 */
BwRelations *
bw_tx_relations (BwTx *self)
{
  return self->relations;
}

/**
 * bw_tx_pauses:
 * @self: transactions
 *
 * Returns: (transfer none): the standing pauses in memory
 */
BwPauses *
bw_tx_pauses (BwTx *self)
{
  return self->pauses;
}

/**
 * bw_tx_queue:
 * @self: transactions
 *
 * Returns: (transfer none): what waits and runs
 */
BwQueue *
bw_tx_queue (BwTx *self)
{
  return self->queue;
}

/**
 * bw_tx_workers:
 * @self: transactions
 *
 * Returns: (transfer none): which workers were heard of
 */
BwWorkers *
bw_tx_workers (BwTx *self)
{
  return self->workers;
}

/**
 * bw_tx_db:
 * @self: a write
 *
 * Returns: (transfer none): its connection, in a transaction
 */
BwDb *
bw_tx_db (BwTx *self)
{
  return self->db;
}

/**
 * bw_tx_now:
 * @self: a write
 *
 * Returns: the moment at which its commit began
 */
BwTime
bw_tx_now (BwTx *self)
{
  return self->now;
}

/**
 * bw_tx_next_job:
 * @self: a write
 * @business: the new job's business
 * @created_at: (out): when it is created
 * @error: (out) (optional): what went wrong
 *
 * Hands out a job's id and time of creation. Ids grow with the time of creation, even when the
 * clock was set back meanwhile: the time then stands still until the clock has caught up. So the
 * primary key is also the order of creation, and a range of time is a range of ids.
 *
 * Returns: the id; 0 on an error
 */
gint64
bw_tx_next_job (BwTx *self, gint64 business, BwTime *created_at, GError **error)
{
  BwTxBusiness *found = find_business (self, business, error);
  gint64 job;

  if (found == NULL)
    return 0;
  *created_at = MAX (self->now, self->numbers[BW_NUMBER_CREATED_AT]);
  job = bw_tx_next_number (self, BW_NUMBER_JOB);
  self->numbers[BW_NUMBER_CREATED_AT] = *created_at;
  return mark_span (self, found, *created_at, job, error) ? job : 0;
}

/**
 * bw_tx_next_claim:
 * @self: a write
 *
 * Returns: a claim's id, its fencing number: larger than that of every claim before
 */
gint64
bw_tx_next_claim (BwTx *self)
{
  return bw_tx_next_number (self, BW_NUMBER_CLAIM);
}

/**
 * bw_tx_next_number:
 * @self: a write
 * @number: one of the numbers that are counted
 *
 * Returns: the next one
 */
gint64
bw_tx_next_number (BwTx *self, BwNumber number)
{
  return ++self->numbers[number];
}

/**
 * bw_tx_get_number:
 * @self: a write
 * @number: one of the numbers
 *
 * Returns: the last one handed out or set
 */
gint64
bw_tx_get_number (BwTx *self, BwNumber number)
{
  return self->numbers[number];
}

/**
 * bw_tx_set_number:
 * @self: a write
 * @number: one of the numbers
 * @value: what it becomes
 *
 * Sets a number.
 */
void
bw_tx_set_number (BwTx *self, BwNumber number, gint64 value)
{
  self->numbers[number] = value;
}

/**
 * bw_tx_next_revision:
 * @self: a write
 * @business: the business in which something changes
 * @error: (out) (optional): what went wrong
 *
 * Hands out a revision. One thread runs one write after the other, so revisions follow the order of
 * the commits, without gaps.
 *
 * Returns: the revision; 0 on an error
 */
gint64
bw_tx_next_revision (BwTx *self, gint64 business, GError **error)
{
  BwTxBusiness *found = find_business (self, business, error);

  if (found == NULL)
    return 0;
  found->is_changed = TRUE;
  return ++found->revision;
}

/**
 * bw_tx_count:
 * @self: a write
 * @business: a job's business
 * @created_at: when the job was created
 * @key: what it is counted by
 * @difference: how many more there are
 *
 * Counts jobs in or out; written once a commit. A write that counts takes a revision of the
 * business too.
 */
void
bw_tx_count (BwTx *self,
             gint64 business,
             BwTime created_at,
             const BwCounterKey *key,
             gint64 difference)
{
  bw_counters_add (self->counters, business, created_at, key, difference, BW_COUNTED, 0);
}

/**
 * bw_tx_count_added:
 * @self: a write
 * @business: a new job's business
 * @created_at: when it was created
 * @key: what it is counted by
 * @priority: its priority
 *
 * Counts in a job that was just created with the next id.
 */
void
bw_tx_count_added (BwTx *self,
                   gint64 business,
                   BwTime created_at,
                   const BwCounterKey *key,
                   int priority)
{
  bw_counters_add (self->counters, business, created_at, key, 1, BW_COUNTED_ADDED, priority);
}

/**
 * bw_tx_count_claimed:
 * @self: a write
 * @business: a job's business
 * @created_at: when it was created
 * @key: what it is counted by; its state is not looked at
 *
 * Counts a job from queued to processing that was taken from the queue by bw_queue_take().
 */
void
bw_tx_count_claimed (BwTx *self, gint64 business, BwTime created_at, const BwCounterKey *key)
{
  BwCounterKey queued = *key;
  BwCounterKey processing = *key;

  queued.state = BW_JOB_STATE_QUEUED;
  processing.state = BW_JOB_STATE_PROCESSING;
  bw_counters_add (self->counters, business, created_at, &queued, -1, BW_COUNTED_CLAIMED, 0);
  bw_counters_add (self->counters, business, created_at, &processing, 1, BW_COUNTED_CLAIMED, 0);
}

/**
 * bw_tx_count_finished:
 * @self: a write
 * @business: a job's business
 * @at: when it ended
 * @key: what it is counted by, with the state in which it ended
 * @finish: its figures
 *
 * Counts a job that ended, for insights; written once a commit. A write that counts takes a revision
 * of the business too.
 */
void
bw_tx_count_finished (BwTx *self,
                      gint64 business,
                      BwTime at,
                      const BwCounterKey *key,
                      const BwFinish *finish)
{
  bw_finishes_add (self->finishes, business, at, key, finish);
}

/**
 * bw_tx_queue_changed:
 * @self: a write
 * @business: a queued job's business
 * @type: its type
 * @owner: its owner
 *
 * Tells that the job's place in the queue changed without its state: its priority, or whether it is
 * due.
 */
void
bw_tx_queue_changed (BwTx *self, gint64 business, gint64 type, gint64 owner)
{
  const BwCounterKey key = { .type = type, .owner = owner, .state = BW_JOB_STATE_QUEUED };

  bw_counters_add (self->counters, business, self->now, &key, 0, BW_COUNTED, 0);
}

/**
 * bw_tx_rights_changed:
 * @self: a write
 *
 * Tells that somebody may see or do something else now, once it is committed.
 */
void
bw_tx_rights_changed (BwTx *self)
{
  self->rights_changed = TRUE;
}

/**
 * bw_tx_work_ready:
 * @self: a write
 * @business: a business in which something can be claimed now
 *
 * Wakes those who wait for work, once it is committed.
 */
void
bw_tx_work_ready (BwTx *self, gint64 business)
{
  g_autoptr (GError) error = NULL;
  BwTxBusiness *found = find_business (self, business, &error);

  if (found != NULL)
    found->work_ready = TRUE;
}
