/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-store.h"
#include "bw-tx.h"

G_BEGIN_DECLS

/* What of a finished job is to be done again. */
typedef struct
{
  gboolean all;             /* everything; else what failed or was cancelled */
  const gint64 *items;      /* nullable: just these, whatever became of them */
  gsize n_items;
} BwRetry;

/*
 * What people do with a job, within a write. Each finds out first whether it may be done: one that is
 * refused has changed nothing.
 */
gboolean bw_job_retry  (BwTx *tx, const BwViewer *viewer, gint64 job, const BwRetry *retry, GError **error);
gboolean bw_job_cancel (BwTx *tx, const BwViewer *viewer, gint64 job, GError **error);
gboolean bw_job_delete (BwTx *tx, const BwViewer *viewer, gint64 job, GError **error);

G_END_DECLS
