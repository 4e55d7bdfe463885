/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _BwPool BwPool;
typedef void (*BwPoolFunc) (gpointer data);

BwPool  *bw_pool_new  (const char *name, guint threads, guint max_waiting);
gboolean bw_pool_push (BwPool *self, BwPoolFunc func, gpointer data);
void     bw_pool_close (BwPool *self);
void     bw_pool_free (BwPool *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwPool, bw_pool_free)

G_END_DECLS
