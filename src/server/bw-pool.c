/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-pool.h"

typedef struct
{
  BwPoolFunc func;
  gpointer data;
} Task;

struct _BwPool
{
  GMutex lock;
  GCond changed;
  GArray *waiting;          /* of Task: a ring, from first on */
  guint first;
  guint n_waiting;
  guint max_waiting;
  guint n_idle;
  gboolean closed;
  GPtrArray *threads;
};

static gboolean
take (BwPool *self, Task *task)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  while (self->n_waiting == 0)
    {
      if (self->closed)
        return FALSE;
      self->n_idle++;
      g_cond_wait (&self->changed, &self->lock);
      self->n_idle--;
    }
  *task = g_array_index (self->waiting, Task, self->first);
  self->first = (self->first + 1) % self->waiting->len;
  self->n_waiting--;
  return TRUE;
}

static gpointer
run (gpointer data)
{
  Task task;

  while (take (data, &task))
    task.func (task.data);
  return NULL;
}

/**
 * bw_pool_new:
 * @name: the threads' name
 * @threads: how many threads
 * @max_waiting: how many tasks may wait for a thread
 *
 * Starts threads that run tasks in the order they come. GThreadPool has no bound on what waits.
 *
 * Returns: (transfer full): a pool, which may be used from any thread
 */
BwPool *
bw_pool_new (const char *name, guint threads, guint max_waiting)
{
  BwPool *self = g_new0 (BwPool, 1);

  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->max_waiting = max_waiting;
  self->waiting = g_array_new (FALSE, TRUE, sizeof (Task));
  g_array_set_size (self->waiting, max_waiting);
  self->threads = g_ptr_array_new ();
  for (guint i = 0; i < threads; i++)
    g_ptr_array_add (self->threads, g_thread_new (name, run, self));
  return self;
}

/**
 * bw_pool_push:
 * @self: a pool
 * @func: what to run
 * @data: what to run it with
 *
 * Returns: whether it will be run: %FALSE when too many wait, or the pool is closed
 */
gboolean
bw_pool_push (BwPool *self, BwPoolFunc func, gpointer data)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  Task *task;

  if (self->closed || self->n_waiting == self->max_waiting)
    return FALSE;
  task = &g_array_index (self->waiting, Task, (self->first + self->n_waiting) % self->max_waiting);
  task->func = func;
  task->data = data;
  self->n_waiting++;
  if (self->n_idle > 0)
    g_cond_signal (&self->changed);
  return TRUE;
}

/** bw_pool_close: @self: a pool. Takes no more tasks and returns once all it has are done. */
void
bw_pool_close (BwPool *self)
{
  g_mutex_lock (&self->lock);
  self->closed = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < self->threads->len; i++)
    g_thread_join (g_ptr_array_index (self->threads, i));
  g_ptr_array_set_size (self->threads, 0);
}

/** bw_pool_free: @self: (nullable) (transfer full): a pool, which is closed if it is not yet */
void
bw_pool_free (BwPool *self)
{
  if (self == NULL)
    return;
  bw_pool_close (self);
  g_ptr_array_unref (self->threads);
  g_array_unref (self->waiting);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
  g_free (self);
}
