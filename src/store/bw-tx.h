/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-db.h"
#include "bw-state.h"
#include "bw-time.h"

G_BEGIN_DECLS

/*
 * One write on its way into a commit. The writer thread runs many writes and commits them together
 * (group commit); a write that fails is taken back alone.
 *
 * What every write needs is handed out here and stored once a commit, not once a change: the next
 * job id and claim number, the revision of each business, the counters' differences.
 *
 * A write may be run again from the start after it was taken back, because another one of its commit
 * failed: it must not keep anything from the first run.
 */
typedef struct _BwTx BwTx;

/** What the counters count by, beside business and span of time. */
typedef struct
{
  gint64 type;
  gint64 owner;
  gboolean automated;
  BwJobState state;
} BwCounterKey;

/** The figures of a job that ended. */
typedef struct
{
  gint64 items;
  gint64 items_failed;
  gint64 run;               /* milliseconds from the start to the end */
  gint64 wait;              /* milliseconds before the start */
} BwFinish;

/** Numbers that are given once and never again. */
typedef enum
{
  BW_NUMBER_JOB,
  BW_NUMBER_CLAIM,
  BW_NUMBER_BUSINESS,
  BW_NUMBER_ACCOUNT,
  BW_NUMBER_UPLOAD,
  BW_NUMBER_CREATED_AT,     /* not counted: the newest job's time of creation */
  BW_NUMBER_INDEXED,        /* not counted: the newest job that the search index covers */
  BW_NUMBER_FINISH_HOURS,   /* not counted: the quarter before which what ended is summed up by hour */
  BW_NUMBER_FINISH_DAYS,    /* not counted: likewise by day */
} BwNumber;
#define BW_N_NUMBERS 9

typedef gboolean (*BwWriteFunc) (BwTx *tx, gpointer data, GError **error);

BwDb   *bw_tx_db            (BwTx *self);
BwTime  bw_tx_now           (BwTx *self);
gint64  bw_tx_next_job      (BwTx *self, gint64 business, BwTime *created_at, GError **error);
gint64  bw_tx_next_claim    (BwTx *self);
gint64  bw_tx_next_number   (BwTx *self, BwNumber number);
gint64  bw_tx_get_number    (BwTx *self, BwNumber number);
void    bw_tx_set_number    (BwTx *self, BwNumber number, gint64 value);
gint64  bw_tx_next_revision (BwTx *self, gint64 business, GError **error);
void    bw_tx_count         (BwTx *self, gint64 business, BwTime created_at, const BwCounterKey *key, gint64 difference);
void    bw_tx_count_added   (BwTx *self, gint64 business, BwTime created_at, const BwCounterKey *key, int priority);
void    bw_tx_count_claimed (BwTx *self, gint64 business, BwTime created_at, const BwCounterKey *key);
void    bw_tx_count_finished (BwTx *self, gint64 business, BwTime at, const BwCounterKey *key, const BwFinish *finish);
void    bw_tx_queue_changed (BwTx *self, gint64 business, gint64 type, gint64 owner);
void    bw_tx_rights_changed (BwTx *self);
void    bw_tx_work_ready    (BwTx *self, gint64 business);

G_END_DECLS
