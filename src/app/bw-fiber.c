/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-fiber.h"

/* Widgets are made from templates in fibers, which takes more room than libdex gives by itself. */
#define STACK_SIZE (512 * 1024)

/**
 * bw_fiber_spawn:
 * @func: what to do; it may await
 * @data: (transfer full): its argument
 * @destroy: frees @data when the fiber has ended
 *
 * Starts a fiber in the main thread: the way in which several steps of the user interface read from
 * top to bottom.
 *
 * Returns: (transfer full): what @func returns; to be awaited to its end, or disowned
 */
DexFuture *
bw_fiber_spawn (DexFiberFunc func, gpointer data, GDestroyNotify destroy)
{
  return dex_scheduler_spawn (dex_scheduler_get_default (), STACK_SIZE, func, data, destroy);
}
