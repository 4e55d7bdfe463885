/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-driver.h"

G_BEGIN_DECLS

/* The channels of NOTIFY: what was committed, and that it changed somebody's rights. */
#define BW_PQ_COMMITS "batchwork_commits"
/* The number of a lock that everybody shares who has the store open. */
#define BW_PQ_IN_USE "7089057339829186156"
#define BW_PQ_RIGHTS "batchwork_rights"

/* As BwDriver has them: watch, get_node, announce, unwatch. */
gpointer bw_pq_watch_new      (const char *address, const BwWatchEvents *events, gpointer data, GError **error);
const char *bw_pq_watch_get_node (gpointer watch);
void     bw_pq_watch_announce (gpointer watch, const char *work);
gboolean bw_pq_watch_is_current (gpointer watch);
void     bw_pq_watch_tell_all (gpointer watch);
void     bw_pq_watch_free     (gpointer watch);

G_END_DECLS
