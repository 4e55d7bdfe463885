/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-dex.h"

#define STACK_SIZE (256 * 1024)

/**
 * bw_dex_spawn:
 * @func: what to do; it may await
 * @data: (transfer full): its argument
 * @destroy: frees @data when the fiber has ended
 *
 * Starts a fiber in the calling thread.
 *
 * Returns: (transfer full): what @func returns
 */
DexFuture *
bw_dex_spawn (DexFiberFunc func, gpointer data, GDestroyNotify destroy)
{
  return dex_scheduler_spawn (dex_scheduler_get_thread_default (), STACK_SIZE, func, data, destroy);
}

/**
 * bw_dex_in_thread:
 * @func: what to do; it may block
 * @data: (transfer full): its argument
 * @destroy: frees @data, in the other thread
 *
 * Runs @func on a thread of the pool: for what would keep a main loop from its frames.
 *
 * Returns: (transfer full): what @func returns
 */
DexFuture *
bw_dex_in_thread (DexFiberFunc func, gpointer data, GDestroyNotify destroy)
{
  return dex_scheduler_spawn (dex_thread_pool_scheduler_get_default (), STACK_SIZE, func, data,
                              destroy);
}

/**
 * bw_dex_within:
 * @future: (transfer full): what is waited for
 * @milliseconds: for how long at most
 *
 * Gives up waiting after a time; @future is then discarded, which cancels the I/O behind it.
 *
 * Returns: (transfer full): @future's result, or a rejection with %DEX_ERROR_TIMED_OUT
 */
DexFuture *
bw_dex_within (DexFuture *future, guint milliseconds)
{
  return dex_future_first (future, dex_timeout_new_msec ((int) MIN (milliseconds, G_MAXINT)), NULL);
}

/**
 * bw_dex_unless:
 * @future: (transfer full): what is waited for
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
