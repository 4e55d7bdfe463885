/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-job-record.h"

G_BEGIN_DECLS

/** A standing claim and its job, as a write finds them. */
typedef struct
{
  gint64 id;
  gint64 account;
  gint64 lease;
  BwTime lease_until;
  BwTime claimed_at;
  gint64 attempt;
  char *worker;
  BwJobRecord job;
} BwStanding;

gboolean bw_standing_load  (BwStanding *self, BwDb *db, gint64 claim, gboolean *found, GError **error);
void     bw_standing_clear (BwStanding *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BwStanding, bw_standing_clear)

/** How a job goes on when an attempt has ended. */
typedef struct
{
  const char *message;      /* nullable: as it is */
  const char *actor;        /* who changed it */
  gboolean later;           /* when queued again: not before run_at */
  BwTime run_at;
} BwJobEnd;

gboolean bw_job_settle_items (BwJobRecord *job, BwTx *tx, BwItemState state, const char *message, GError **error);
gboolean bw_job_finish       (BwJobRecord *job, BwTx *tx, BwJobState state, const BwJobEnd *end, GError **error);
gboolean bw_job_requeue      (BwJobRecord *job, BwTx *tx, const BwJobEnd *end, GError **error);
gboolean bw_standing_report  (BwStanding *self, BwTx *tx, const BwReport *report, guint index, BwDirective *directive, GError **error);
gboolean bw_standing_end     (BwStanding *self, BwTx *tx, BwOutcome outcome, const char *why, GError **error);

G_END_DECLS
