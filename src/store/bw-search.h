/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-store.h"
#include "bw-tx.h"

G_BEGIN_DECLS

gboolean bw_search_catch_up    (BwStore *store, GError **error);
gboolean bw_search_catch_up_if_room (BwStore *store, GError **error);

/* On the writer's thread. */
gboolean bw_search_is_behind   (BwTx *tx);
gboolean bw_search_index_slice (BwTx *tx, gpointer data, GError **error);
gboolean bw_search_update      (BwTx *tx, gint64 business, gint64 job, GError **error);
gboolean bw_search_remove      (BwTx *tx, gint64 job, GError **error);

G_END_DECLS
