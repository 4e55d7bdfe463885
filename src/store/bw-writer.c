/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-writer.h"

#include "bw-driver.h"
#include "bw-error.h"
#include "bw-search.h"
#include "bw-tx-private.h"

/*
 * A commit takes in what waits, up to a bound of time, so that one large submission does not make
 * everybody behind it wait for several.
 */
#define MAX_BATCH_US 20000
/* How long nothing must have been written before the search index is brought up to date. */
#define IDLE_US 100000
/* How long the index is left alone when that failed, as on a full disk. */
#define FAILED_US 60000000

typedef struct _BwWrite BwWrite;
struct _BwWrite
{
  BwWrite *next;
  BwWriteFunc func;
  BwControlFunc control;
  gpointer data;
  GError *error;
  gboolean is_done; /* atomic */
  GMutex lock;
  GCond done;
};

struct _BwWriter
{
  BwTx *tx;
  GThread *thread;
  BwWrite *waiting;     /* atomic: a stack, the newest on top */
  gboolean is_stopping; /* atomic */
  gint64 index_at;      /* not before */
  BwCommits commits;    /* atomic, each member for itself */
  GMutex lock;
  GCond wake;
};

static BwWrite *
reverse (BwWrite *write)
{
  BwWrite *reversed = NULL;

  while (write != NULL)
    {
      BwWrite *next = write->next;

      write->next = reversed;
      reversed = write;
      write = next;
    }
  return reversed;
}

/* In the order in which they came. */
static BwWrite *
take_waiting (BwWriter *self)
{
  return reverse (g_atomic_pointer_exchange (&self->waiting, NULL));
}

static void
finish (BwWrite *write)
{
  /* After this the write, which is on its caller's stack, is gone. */
  g_mutex_lock (&write->lock);
  g_atomic_int_set (&write->is_done, TRUE);
  g_cond_signal (&write->done);
  g_mutex_unlock (&write->lock);
}

static void
finish_all (BwWrite *write, BwWrite *end, const GError *error)
{
  while (write != end)
    {
      BwWrite *next = write->next;

      if (error != NULL && write->error == NULL && write->control == NULL)
        write->error = g_error_copy (error);
      finish (write);
      write = next;
    }
}

/*
 * Runs one write. One that fails is taken back: to the savepoint, or wholly when it is alone. The
 * transaction may be over then; engines end it by themselves when the disk is full.
 */
static void
run_write (BwWriter *self, BwWrite *write, gboolean is_alone)
{
  BwDb *db = bw_tx_db (self->tx);

  bw_tx_begin_write (self->tx);
  if ((is_alone || bw_db_savepoint (db, &write->error))
      && write->func (self->tx, write->data, &write->error)
      && (is_alone || bw_db_release (db, &write->error)))
    {
      bw_tx_keep_write (self->tx);
      return;
    }
  bw_tx_undo_write (self->tx);
  if (is_alone)
    bw_db_rollback (db);
  else
    bw_db_rollback_to (db);
}

/* Returns the first write that is left for the next commit, and the last that was run. */
static BwWrite *
run_writes (BwWriter *self, BwWrite *first, BwWrite **last)
{
  gint64 until = g_get_monotonic_time () + MAX_BATCH_US;
  gboolean is_alone = first->next == NULL;
  BwWrite *write = first;

  do
    {
      *last = write;
      if (write->control != NULL)
        write->control (self->tx, write->data);
      else
        run_write (self, write, is_alone);
      write = write->next;
    }
  while (write != NULL && bw_db_in_transaction (bw_tx_db (self->tx))
         && g_get_monotonic_time () < until);
  return write;
}

static void
count_commit (BwWriter *self, const BwWrite *first, const BwWrite *rest, gint64 began_at)
{
  gint64 n = 0;

  for (const BwWrite *write = first; write != rest; write = write->next)
    n += write->control == NULL ? 1 : 0;
  __atomic_add_fetch (&self->commits.commits, 1, __ATOMIC_RELAXED);
  __atomic_add_fetch (&self->commits.writes, n, __ATOMIC_RELAXED);
  __atomic_add_fetch (&self->commits.microseconds, g_get_monotonic_time () - began_at,
                      __ATOMIC_RELAXED);
}

static BwWrite *run_batch (BwWriter *self, BwWrite *first);

/*
 * Where failures are told later, a commit doesn't know whose statement failed. So that nobody fails
 * for another's, each write is tried alone then.
 */
static gboolean
should_run_alone (BwWriter *self, const BwWrite *first, const BwWrite *rest, const GError *error)
{
  return bw_db_get_driver (bw_tx_db (self->tx))->fails_later && first->next != rest
         && g_error_matches (error, BW_ERROR, BW_ERROR_INTERNAL);
}

static void
run_each_alone (BwWriter *self, BwWrite *write, const BwWrite *rest)
{
  while (write != rest)
    {
      BwWrite *next = write->next;

      write->next = NULL;
      g_clear_error (&write->error);
      if (write->control != NULL)
        finish (write);
      else
        run_batch (self, write);
      write = next;
    }
}

/* Runs and commits as many of the writes as make one commit; returns the first of the rest. */
static BwWrite *
run_batch (BwWriter *self, BwWrite *first)
{
  BwDb *db = bw_tx_db (self->tx);
  g_autoptr (GError) error = NULL;
  gint64 began_at = g_get_monotonic_time ();
  BwWrite *rest = NULL;
  BwWrite *last = first;

  if (bw_tx_begin_batch (self->tx, &error))
    {
      rest = run_writes (self, first, &last);
      if (bw_db_in_transaction (db))
        {
          if (bw_tx_end_batch (self->tx, &error))
            bw_db_commit (db, &error);
        }
      else if (last != first)
        error = g_error_copy (last->error);
    }
  if (error != NULL)
    {
      bw_db_rollback (db);
      bw_tx_lose_batch (self->tx);
      __atomic_add_fetch (&self->commits.failed, 1, __ATOMIC_RELAXED);
      if (should_run_alone (self, first, rest, error))
        run_each_alone (self, first, rest);
      else
        finish_all (first, rest, error);
      return rest;
    }
  count_commit (self, first, rest, began_at);
  bw_tx_tell_rights (self->tx);
  finish_all (first, rest, NULL);
  bw_tx_tell (self->tx);
  return rest;
}

static void
index_slice (BwWriter *self)
{
  g_autoptr (GError) error = NULL;
  gint64 n = 0;
  BwWrite write = { .func = bw_search_index_slice, .data = &n };

  run_batch (self, &write);
  if (write.error == NULL)
    return;
  g_message ("The search index could not be brought up to date: %s", write.error->message);
  g_clear_error (&write.error);
  self->index_at = g_get_monotonic_time () + FAILED_US;
}

/* Waits for writes; uses the time for the search index. Returns NULL when it is time to stop. */
static BwWrite *
wait_for_writes (BwWriter *self)
{
  gint64 idle_at = g_get_monotonic_time () + IDLE_US;
  BwWrite *writes;

  while ((writes = take_waiting (self)) == NULL)
    {
      gboolean can_index = bw_search_is_behind (self->tx);
      gboolean is_idle = FALSE;

      g_mutex_lock (&self->lock);
      while (g_atomic_pointer_get (&self->waiting) == NULL && !is_idle
             && !g_atomic_int_get (&self->is_stopping))
        {
          if (can_index)
            is_idle = !g_cond_wait_until (&self->wake, &self->lock, MAX (idle_at, self->index_at));
          else
            g_cond_wait (&self->wake, &self->lock);
        }
      g_mutex_unlock (&self->lock);
      if (g_atomic_pointer_get (&self->waiting) == NULL && g_atomic_int_get (&self->is_stopping))
        return NULL;
      if (is_idle)
        index_slice (self);
    }
  return writes;
}

static BwWrite *
append (BwWrite *first, BwWrite *more)
{
  BwWrite *last = first;

  if (first == NULL)
    return more;
  while (last->next != NULL)
    last = last->next;
  last->next = more;
  return first;
}

static gpointer
run (gpointer data)
{
  BwWriter *self = data;
  BwWrite *writes;

  while ((writes = wait_for_writes (self)) != NULL)
    do
      {
        writes = run_batch (self, writes);
        writes = append (writes, take_waiting (self));
      }
    while (writes != NULL);
  return NULL;
}

static void
enqueue (BwWriter *self, BwWrite *write)
{
  BwWrite *top;

  g_assert (g_thread_self () != self->thread);

  g_mutex_init (&write->lock);
  g_cond_init (&write->done);
  do
    {
      top = g_atomic_pointer_get (&self->waiting);
      write->next = top;
    }
  while (!g_atomic_pointer_compare_and_exchange (&self->waiting, top, write));
  if (top == NULL)
    {
      g_mutex_lock (&self->lock);
      g_cond_signal (&self->wake);
      g_mutex_unlock (&self->lock);
    }

  g_mutex_lock (&write->lock);
  while (!g_atomic_int_get (&write->is_done))
    g_cond_wait (&write->done, &write->lock);
  g_mutex_unlock (&write->lock);
  g_mutex_clear (&write->lock);
  g_cond_clear (&write->done);
}

/**
 * bw_writer_new:
 * @tx: (transfer none): the transactions to run, on a connection for writing
 *
 * Starts the thread that writes.
 *
 * Returns: (transfer full): the writer
 */
BwWriter *
bw_writer_new (BwTx *tx)
{
  BwWriter *self = g_new0 (BwWriter, 1);

  self->tx = tx;
  g_mutex_init (&self->lock);
  g_cond_init (&self->wake);
  self->thread = g_thread_new ("bw-writer", run, self);
  return self;
}

/**
 * bw_writer_free:
 * @self: (transfer full): a writer that no thread waits for
 *
 * Stops the thread.
 */
void
bw_writer_free (BwWriter *self)
{
  g_mutex_lock (&self->lock);
  g_atomic_int_set (&self->is_stopping, TRUE);
  g_cond_signal (&self->wake);
  g_mutex_unlock (&self->lock);
  g_thread_join (self->thread);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->wake);
  g_free (self);
}

/**
 * bw_writer_write:
 * @self: a writer
 * @func: what to do; run on the writer's thread, perhaps more than once
 * @data: what to give it
 * @error: (out) (optional): what went wrong; nothing is kept then
 *
 * Runs a write and waits until it is durable. Writes that wait at the same time are committed
 * together, in the order in which they came.
 *
 * Returns: whether it was written
 */
gboolean
bw_writer_write (BwWriter *self, BwWriteFunc func, gpointer data, GError **error)
{
  BwWrite write = { .func = func, .data = data };

  enqueue (self, &write);
  if (write.error == NULL)
    return TRUE;
  g_propagate_error (error, write.error);
  return FALSE;
}

/**
 * bw_writer_control:
 * @self: a writer
 * @func: what to do
 * @data: what to give it
 *
 * Runs something between two writes that changes nothing in the store, and waits for it.
 */
void
bw_writer_control (BwWriter *self, BwControlFunc func, gpointer data)
{
  BwWrite write = { .control = func, .data = data };

  enqueue (self, &write);
}

/**
 * bw_writer_get_commits:
 * @self: a writer
 * @commits: (out): what it did so far
 *
 * Tells how much was written; from any thread.
 */
void
bw_writer_get_commits (BwWriter *self, BwCommits *commits)
{
  commits->commits = __atomic_load_n (&self->commits.commits, __ATOMIC_RELAXED);
  commits->failed = __atomic_load_n (&self->commits.failed, __ATOMIC_RELAXED);
  commits->writes = __atomic_load_n (&self->commits.writes, __ATOMIC_RELAXED);
  commits->microseconds = __atomic_load_n (&self->commits.microseconds, __ATOMIC_RELAXED);
}
