/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-db.h"
#include "bw-store.h"

G_BEGIN_DECLS

/** This node among the others that have the store open: what the store's listener is told of all. */
typedef struct _BwNodes BwNodes;

gboolean bw_nodes_new          (const char *uri, BwDb *db, BwNodes **nodes, GError **error);
void     bw_nodes_free         (BwNodes *self);
const BwStoreListener *bw_nodes_set_listener (BwNodes *self, const BwStoreListener *listener, gpointer user_data);
gpointer bw_nodes_get_watch    (BwNodes *self);
void     bw_nodes_tell_rights  (BwNodes *self);
guint64  bw_nodes_add_rights_serial (BwNodes *self, guint64 serial);

G_END_DECLS
