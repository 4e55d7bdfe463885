/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-store.h"
#include "bw-tx.h"
#include "bw-viewer.h"

G_BEGIN_DECLS

/* finished_at of a job that is not finished: the end of the year 9999, after every other. */
#define BW_NOT_FINISHED G_GINT64_CONSTANT (253402300799999)

/**
 * BwJobRecord:
 *
 * What a write needs to know of a job that it changes. Lines for the job's log gather in @log and
 * are written together.
 */
typedef struct
{
  gint64 business;
  gint64 id;
  gint64 type;
  gint64 owner;
  gboolean automated;
  BwJobState state;
  gboolean cancelling;
  BwItemCounts items;
  double progress;
  BwTime created_at;
  BwTime started_at;        /* BW_TIME_NONE while it has not started */
  BwTime run_at;            /* BW_TIME_NONE: none was set */
  BwTime queued_at;         /* when it was retried last; BW_TIME_NONE: never */
  gint64 priority;
  gint64 attempt;
  gint64 max_attempts;
  gint64 errors_left;
  gint64 lapses;
  gint64 result_upload;
  gint64 log_size;
  gint64 claim;
  GString *log;             /* nullable: lines to be written */
} BwJobRecord;

/* In the order of the structure, of a job called "j". */
#define BW_JOB_RECORD_COLUMNS                                                                      \
  "j.business, j.id, j.type, j.owner, j.automated, j.state, j.cancelling, j.items,"                \
  " j.items_success, j.items_failed, j.items_skipped, j.items_cancelled, j.progress,"              \
  " j.created_at, j.priority, j.attempt, j.max_attempts, j.errors_left, j.lapses,"                 \
  " j.result_upload, j.log_size, j.claim, j.started_at, j.run_at, j.queued_at"
#define BW_JOB_RECORD_N_COLUMNS 25

void     bw_job_record_read      (BwJobRecord *self, BwRows *rows, guint first_column);
gboolean bw_job_record_load      (BwJobRecord *self, BwDb *db, gint64 business, gint64 job, GError **error);
gboolean bw_job_record_load_for  (BwJobRecord *self, BwDb *db, const BwViewer *viewer, gint64 job, BwPermissions needed, GError **error);
void     bw_job_record_clear     (BwJobRecord *self);
BwCounterKey bw_job_record_get_key (const BwJobRecord *self, BwJobState state);
void     bw_job_record_set_state (BwJobRecord *self, BwTx *tx, BwJobState state);

void     bw_job_record_log       (BwJobRecord *self, BwTime at, const char *line);
void     bw_job_record_logf      (BwJobRecord *self, BwTime at, const char *format, ...) G_GNUC_PRINTF (3, 4);
gboolean bw_job_record_write_log (BwJobRecord *self, BwDb *db, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BwJobRecord, bw_job_record_clear)

G_END_DECLS
