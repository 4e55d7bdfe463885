/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

G_BEGIN_DECLS

/* What libdex 0.10 lacks and the client needs. */

/**
 * BwTask:
 * @cancelled: rejects when nobody waits for the fiber's result any longer
 *
 * The first member of what a fiber of bw_dex_spawn() is given.
 */
typedef struct
{
  DexFuture *cancelled;
} BwTask;

DexFuture *bw_dex_spawn     (DexFiberFunc func, gpointer task, GDestroyNotify destroy);
DexFuture *bw_dex_in_thread (DexFiberFunc func, gpointer data, GDestroyNotify destroy);
DexFuture *bw_dex_within    (BwTask *task, DexFuture *future, guint milliseconds);
DexFuture *bw_dex_unless    (DexFuture *future, DexCancellable *cancellable);

G_END_DECLS
