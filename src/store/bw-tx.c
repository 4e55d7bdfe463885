/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-tx-private.h"

#include <string.h>

#include "bw-driver.h"
#include "bw-error.h"
#include "bw-migrate.h"
#include "bw-read.h"

static const char *const number_names[BW_N_NUMBERS] = {
  [BW_NUMBER_JOB] = "last_job",
  [BW_NUMBER_CLAIM] = "last_claim",
  [BW_NUMBER_BUSINESS] = "last_business",
  [BW_NUMBER_ACCOUNT] = "last_account",
  [BW_NUMBER_UPLOAD] = "last_upload",
  [BW_NUMBER_CREATED_AT] = "last_created_at",
  [BW_NUMBER_INDEXED] = "search_indexed",
  [BW_NUMBER_FINISH_HOURS] = "finish_hours",
  [BW_NUMBER_FINISH_DAYS] = "finish_days",
};

static void
load_number (BwTx *self, const char *name, gint64 value)
{
  for (guint i = 0; i < BW_N_NUMBERS; i++)
    if (strcmp (name, number_names[i]) == 0)
      self->numbers[i] = self->numbers_stored[i] = value;
}

static gboolean
load_numbers (BwTx *self, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows = bw_db_query (self->db, error, "SELECT name, value FROM setting", "");

  if (rows == NULL)
    return FALSE;
  memset (self->numbers, 0, sizeof self->numbers);
  memset (self->numbers_stored, 0, sizeof self->numbers_stored);
  while (bw_rows_next (rows, &local))
    load_number (self, bw_rows_text (rows, 0), bw_rows_int (rows, 1));
  return bw_read_finish (g_steal_pointer (&local), error);
}

static gboolean
store_numbers (BwTx *self, GError **error)
{
  for (guint i = 0; i < BW_N_NUMBERS; i++)
    {
      if (self->numbers[i] == self->numbers_stored[i])
        continue;
      if (!bw_db_exec (self->db, error,
                       "INSERT INTO setting (name, value) VALUES ($1, $2)"
                       " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                       "si", number_names[i], self->numbers[i]))
        return FALSE;
      self->numbers_stored[i] = self->numbers[i];
    }
  return TRUE;
}

static gint64
get_revision (gint64 business, gpointer data)
{
  BwTx *self = data;
  const BwTxBusiness *found = g_hash_table_lookup (self->businesses, &business);

  return found->revision;
}

static gboolean
store_revisions (BwTx *self, GError **error)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->businesses);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const BwTxBusiness *business = value;

      if (business->is_changed
          && !bw_db_exec (self->db, error, "UPDATE business SET revision = $2 WHERE id = $1", "ii",
                          business->id, business->revision))
        return FALSE;
    }
  return TRUE;
}

/**
 * bw_tx_new:
 * @db: (transfer none): the writer's connection
 * @clock: (transfer none): the store's clock
 *
 * Returns: (transfer full): transactions on @db, for one thread
 */
BwTx *
bw_tx_new (BwDb *db, BwClock *clock)
{
  BwTx *self = g_new0 (BwTx, 1);

  self->db = db;
  self->clock = clock;
  self->is_stale = TRUE;
  self->businesses = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  self->touched = g_array_new (FALSE, FALSE, sizeof (BwTxBusiness));
  self->counters = bw_counters_new ();
  self->finishes = bw_finishes_new ();
  self->workers = bw_workers_new ();
  self->queue = bw_queue_new ();
  self->types = bw_types_new ();
  self->relations = bw_relations_new ();
  self->pauses = bw_pauses_new ();
  return self;
}

/**
 * bw_tx_free:
 * @self: (transfer full): transactions
 *
 * Frees them.
 */
void
bw_tx_free (BwTx *self)
{
  g_hash_table_unref (self->businesses);
  g_array_unref (self->touched);
  bw_counters_free (self->counters);
  bw_finishes_free (self->finishes);
  bw_workers_free (self->workers);
  bw_queue_free (self->queue);
  bw_types_free (self->types);
  bw_relations_free (self->relations);
  bw_pauses_free (self->pauses);
  g_free (self);
}

/* Whoever asked is to try again, at another server or at this one's successor. */
static gboolean
check_schema (BwTx *self, GError **error)
{
  GError *local = NULL;

  if (bw_migrate_check (self->db, &local))
    return TRUE;
  if (g_error_matches (local, BW_ERROR, BW_ERROR_CONFLICT))
    local->code = BW_ERROR_UNAVAILABLE;
  g_propagate_error (error, local);
  return FALSE;
}

/**
 * bw_tx_guard_schema:
 * @self: transactions
 *
 * From now on, when another program wrote to the store, it is looked whether this one may still use
 * it (see bw_migrate_check()).
 */
void
bw_tx_guard_schema (BwTx *self)
{
  self->is_guarded = TRUE;
}

/**
 * bw_tx_begin_batch:
 * @self: transactions
 * @error: (out) (optional): what went wrong
 *
 * Begins the transaction of one commit. What is in memory is read anew when it may not be what is
 * stored: after a failed commit, and when another program wrote to the database.
 *
 * Returns: whether it began
 */
gboolean
bw_tx_begin_batch (BwTx *self, GError **error)
{
  gboolean changed = FALSE;
  BwTime shared;

  if (!bw_db_begin (self->db, error) || !bw_db_changed_elsewhere (self->db, &changed, error))
    return FALSE;
  if (bw_db_get_time (self->db, &shared))
    bw_clock_follow (self->clock, shared);
  self->now = bw_clock_now (self->clock);
  if (!changed && !self->is_stale)
    return TRUE;
  if (self->is_guarded && !check_schema (self, error))
    return FALSE;
  g_hash_table_remove_all (self->businesses);
  bw_types_forget (self->types);
  bw_relations_forget (self->relations);
  bw_pauses_forget (self->pauses);
  self->is_stale = !load_numbers (self, error) || !bw_queue_load (self->queue, self->db, error);
  return !self->is_stale;
}

/* The serial of rights is odd from before a commit that changes them until after it, so that nobody
 * takes what they read in between for what holds. */
static void
mark_rights (BwTx *self, gboolean changing)
{
  guint64 serial = __atomic_load_n (&self->rights_serial, __ATOMIC_SEQ_CST);

  if (((serial & 1) != 0) != changing)
    __atomic_store_n (&self->rights_serial, serial + 1, __ATOMIC_SEQ_CST);
}

/**
 * bw_tx_end_batch:
 * @self: transactions
 * @error: (out) (optional): what went wrong
 *
 * Stores what was handed out and counted since bw_tx_begin_batch(), to be committed next.
 *
 * Returns: whether it was stored
 */
gboolean
bw_tx_end_batch (BwTx *self, GError **error)
{
  const BwDriver *driver = bw_db_get_driver (self->db);

  if (self->rights_changed)
    mark_rights (self, TRUE);
  if (self->rights_changed && self->watch != NULL
      && !bw_db_exec (self->db, error, driver->announce_rights, "s",
                      driver->get_node (self->watch)))
    return FALSE;
  return store_numbers (self, error) && store_revisions (self, error)
         && bw_counters_flush (self->counters, self->db, self->now, get_revision, self, error)
         && bw_finishes_flush (self->finishes, self->db, get_revision, self, error)
         && bw_workers_flush (self->workers, self->db, self->now, error);
}

/**
 * bw_tx_lose_batch:
 * @self: transactions
 *
 * Forgets what was handed out and counted since bw_tx_begin_batch(): the commit failed.
 */
void
bw_tx_lose_batch (BwTx *self)
{
  bw_counters_lose (self->counters);
  bw_finishes_lose (self->finishes);
  bw_workers_lose (self->workers);
  self->rights_changed = FALSE;
  mark_rights (self, FALSE);
  self->is_stale = TRUE;
}

/**
 * bw_tx_begin_write:
 * @self: transactions
 *
 * Begins a write, which can be taken back alone.
 */
void
bw_tx_begin_write (BwTx *self)
{
  memcpy (self->numbers_before, self->numbers, sizeof self->numbers);
  self->rights_changed_before = self->rights_changed;
  g_array_set_size (self->touched, 0);
}

/**
 * bw_tx_keep_write:
 * @self: transactions
 *
 * Keeps what the write was handed out and counted.
 */
void
bw_tx_keep_write (BwTx *self)
{
  bw_counters_keep (self->counters, self->queue);
  bw_finishes_keep (self->finishes);
  bw_workers_keep (self->workers);
}

/**
 * bw_tx_undo_write:
 * @self: transactions
 *
 * Takes back what the write was handed out and counted, and forgets what was read meanwhile.
 */
void
bw_tx_undo_write (BwTx *self)
{
  memcpy (self->numbers, self->numbers_before, sizeof self->numbers);
  self->rights_changed = self->rights_changed_before;
  for (guint i = 0; i < self->touched->len; i++)
    {
      const BwTxBusiness *before = &g_array_index (self->touched, BwTxBusiness, i);
      BwTxBusiness *business = g_hash_table_lookup (self->businesses, &before->id);

      *business = *before;
      /* One that the write itself made is not there any more; any other is read again. */
      if (!business->is_changed && !business->work_ready)
        g_hash_table_remove (self->businesses, &before->id);
    }
  bw_counters_undo (self->counters);
  bw_finishes_undo (self->finishes);
  bw_workers_undo (self->workers);
  bw_queue_forget_all (self->queue);
  bw_types_forget (self->types);
  bw_relations_forget (self->relations);
  bw_pauses_forget (self->pauses);
}

/**
 * bw_tx_tell_rights:
 * @self: transactions
 *
 * Tells the listener if the commit changed anybody's rights. To be called before the commit's
 * writes are answered: whoever takes a right away may rely on it from then on.
 */
void
bw_tx_tell_rights (BwTx *self)
{
  if (!self->rights_changed)
    return;
  mark_rights (self, TRUE);
  mark_rights (self, FALSE);
  if (self->listener.rights_changed != NULL)
    self->listener.rights_changed (self->listener_data);
  self->rights_changed = FALSE;
}

/**
 * bw_tx_tell:
 * @self: transactions
 *
 * Tells the listener what else the commit changed.
 */
void
bw_tx_tell (BwTx *self)
{
  g_autoptr (GString) work = g_string_new (NULL);
  gboolean is_changed = FALSE;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->businesses);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      BwTxBusiness *business = value;

      if (business->is_changed && self->listener.changed != NULL)
        self->listener.changed (business->id, business->revision, self->listener_data);
      if (business->work_ready && self->listener.work_ready != NULL)
        self->listener.work_ready (business->id, self->listener_data);
      if (business->work_ready)
        g_string_append_printf (work, "%s%" G_GINT64_FORMAT, work->len > 0 ? "," : "",
                                business->id);
      is_changed |= business->is_changed || business->work_ready;
      business->is_changed = FALSE;
      business->work_ready = FALSE;
    }
  if (is_changed && self->watch != NULL)
    bw_db_get_driver (self->db)->announce (self->watch, work->str);
}

/**
 * bw_tx_set_watch:
 * @self: transactions
 * @watch: (nullable): the driver's watch, by which other nodes are told of commits
 *
 * Changes by what other nodes are told; between two commits only.
 */
void
bw_tx_set_watch (BwTx *self, gpointer watch)
{
  self->watch = watch;
}

/**
 * bw_tx_set_listener:
 * @self: transactions
 * @listener: (nullable): who is told of commits
 * @user_data: what to give it
 *
 * Changes who is told; between two commits only.
 */
void
bw_tx_set_listener (BwTx *self, const BwStoreListener *listener, gpointer user_data)
{
  const BwStoreListener nobody = { NULL };

  self->listener = listener != NULL ? *listener : nobody;
  self->listener_data = user_data;
}

/**
 * bw_tx_get_rights_serial:
 * @self: transactions
 *
 * Returns: a number that grows with every change of rights; from any thread
 */
guint64
bw_tx_get_rights_serial (BwTx *self)
{
  return __atomic_load_n (&self->rights_serial, __ATOMIC_SEQ_CST);
}
