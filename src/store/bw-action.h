/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-store.h"
#include "bw-tx.h"

G_BEGIN_DECLS

gboolean bw_action_add (BwTx *tx, const BwViewer *viewer, gint64 revision, const char *action, gint64 job, const char *detail, GError **error);

G_END_DECLS
