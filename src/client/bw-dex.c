/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-dex.h"

#define STACK_SIZE (256 * 1024)

typedef struct
{
  DexFiberFunc func;
  BwTask *task;
  GDestroyNotify destroy;
  DexPromise *promise;
} Start;

static void
start_free (gpointer data)
{
  Start *start = data;

  dex_clear (&start->task->cancelled);
  start->destroy (start->task);
  dex_unref (start->promise);
  g_free (start);
}

static DexFuture *
run_task (gpointer data)
{
  Start *start = data;
  g_autoptr (DexFuture) result = start->func (start->task);
  GError *error = NULL;
  const GValue *value;

  dex_await (dex_ref (result), NULL);
  value = dex_future_get_value (result, &error);
  if (value != NULL)
    dex_promise_resolve (start->promise, value);
  else
    dex_promise_reject (start->promise, error);
  return dex_future_new_true ();
}

/**
 * bw_dex_spawn:
 * @func: what to do; it may await, and returns a future
 * @task: (transfer full): its argument, which begins with a BwTask
 * @destroy: frees @task when the fiber has ended
 *
 * Starts a fiber in the calling thread. When nobody waits for its result any longer, its task is
 * cancelled and it has to find its own way out: libdex 0.10 offers to do that by itself, but puts a
 * fiber that is discarded while what it awaits completes in two queues at once, after which it, or
 * another, never runs again.
 *
 * Returns: (transfer full): what @func returns
 */
DexFuture *
bw_dex_spawn (DexFiberFunc func, gpointer task, GDestroyNotify destroy)
{
  DexPromise *promise = dex_promise_new_cancellable ();
  Start *start = g_new0 (Start, 1);

  start->func = func;
  start->task = task;
  start->destroy = destroy;
  start->promise = dex_ref (promise);
  start->task->cancelled =
      dex_cancellable_new_from_cancellable (dex_promise_get_cancellable (promise));
  dex_future_disown (dex_scheduler_spawn (dex_scheduler_get_thread_default (), STACK_SIZE, run_task,
                                          start, start_free));
  return DEX_FUTURE (promise);
}

/**
 * bw_dex_in_thread:
 * @func: what to do; it may block
 * @data: (transfer full): its argument
 * @destroy: frees @data, in the other thread
 *
 * Runs @func on a thread of the pool: for what would keep a main loop from its frames.
 *
 * Returns: (transfer full): what @func returns; to be awaited to its end
 */
DexFuture *
bw_dex_in_thread (DexFiberFunc func, gpointer data, GDestroyNotify destroy)
{
  return dex_scheduler_spawn (dex_thread_pool_scheduler_get_default (), STACK_SIZE, func, data,
                              destroy);
}

/**
 * bw_dex_within:
 * @task: the task that waits
 * @future: (transfer full): what it waits for; no fiber
 * @milliseconds: for how long at most; 0: without end
 *
 * What a task has to await: gives up when the task is cancelled, or after a time. @future is then
 * discarded, which cancels the I/O behind it.
 *
 * Returns: (transfer full): @future's result, or a rejection with %G_IO_ERROR_CANCELLED or
 *   %DEX_ERROR_TIMED_OUT
 */
DexFuture *
bw_dex_within (BwTask *task, DexFuture *future, guint milliseconds)
{
  if (milliseconds == 0)
    return dex_future_first (future, dex_ref (task->cancelled), NULL);
  return dex_future_first (future, dex_ref (task->cancelled),
                           dex_timeout_new_msec ((int) MIN (milliseconds, G_MAXINT)), NULL);
}

/**
 * bw_dex_unless:
 * @future: (transfer full): what is waited for; no fiber
 * @cancellable: ends the waiting
 *
 * Gives up waiting when @cancellable is cancelled; @future is then discarded.
 *
 * Returns: (transfer full): @future's result, or a rejection with %G_IO_ERROR_CANCELLED
 */
DexFuture *
bw_dex_unless (DexFuture *future, DexCancellable *cancellable)
{
  return dex_future_first (future, dex_ref (DEX_FUTURE (cancellable)), NULL);
}
