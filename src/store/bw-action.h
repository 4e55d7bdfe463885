/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-store.h"
#include "bw-tx.h"

G_BEGIN_DECLS

/* The words of the audit log are indexed under the business, in front of the entry's id. */
#define BW_ACTION_ID_BITS 40
#define BW_ACTION_ROW(business, id) (((gint64) (business) << BW_ACTION_ID_BITS) + (id))

gboolean bw_action_add    (BwTx *tx, const BwViewer *viewer, gint64 revision, const char *action, gint64 job, const char *detail, GError **error);
gboolean bw_action_forget (BwTx *tx, gint64 business, gint64 last, GError **error);
gboolean bw_action_index  (BwDb *db, BwRows *row, GError **error);
char    *bw_action_get_token (const char *action);

G_END_DECLS
