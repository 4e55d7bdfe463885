/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-job-record.h"

G_BEGIN_DECLS

/** What a bulk action does, and the words for it. */
typedef struct
{
  BwPermissions permission; /* that it takes */
  const char *verb;         /* "retry" */
  const char *done;         /* "retried" */
} BwBulkVerb;

const BwBulkVerb *bw_bulk_get_verb (BwBulkAction action);
gboolean bw_bulk_check_not   (const BwJobRecord *job, BwTx *tx, GError **error);
gboolean bw_bulk_add_items   (BwTx *tx, const BwViewer *viewer, gint64 job, gint64 first_item, const GArray *ids, GError **error);

G_END_DECLS
