/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-clock.h"
#include "bw-counters.h"
#include "bw-finishes.h"
#include "bw-pauses.h"
#include "bw-queue.h"
#include "bw-relations.h"
#include "bw-store.h"
#include "bw-tx.h"
#include "bw-types.h"
#include "bw-workers.h"

G_BEGIN_DECLS

/** A business as the writer knows it. */
typedef struct
{
  gint64 id;
  gint64 revision;
  gint64 newest_span;       /* the newest quarter of an hour that has its first job; -1: not known */
  gboolean is_changed;      /* since the last commit */
  gboolean work_ready;      /* likewise */
} BwTxBusiness;

struct _BwTx
{
  BwDb *db;
  BwClock *clock;
  BwTime now;
  gboolean is_stale; /* what is in memory may not be what is stored */
  gboolean is_guarded; /* whether the schema is looked at when others wrote */

  gint64 numbers[BW_N_NUMBERS];
  gint64 numbers_before[BW_N_NUMBERS]; /* before the running write */
  gint64 numbers_stored[BW_N_NUMBERS];
  GHashTable *businesses; /* of BwTxBusiness */
  GArray *touched;        /* of BwTxBusiness: the running write's, as they were before */

  BwCounters *counters;
  BwFinishes *finishes;
  BwWorkers *workers;
  BwQueue *queue;
  BwTypes *types;
  BwRelations *relations;
  BwPauses *pauses;

  gboolean rights_changed;
  gboolean rights_changed_before;
  guint64 rights_serial; /* atomic */
  BwStoreListener listener;
  gpointer listener_data;
  gpointer watch;        /* by which other nodes are told of commits; NULL where there are none */
};

/* Used by the writer's thread only. */
BwTx       *bw_tx_new            (BwDb *db, BwClock *clock);
void        bw_tx_free           (BwTx *self);
void        bw_tx_guard_schema   (BwTx *self);
gboolean    bw_tx_begin_batch    (BwTx *self, GError **error);
gboolean    bw_tx_end_batch      (BwTx *self, GError **error);
void        bw_tx_lose_batch     (BwTx *self);
void        bw_tx_begin_write    (BwTx *self);
void        bw_tx_keep_write     (BwTx *self);
void        bw_tx_undo_write     (BwTx *self);
void        bw_tx_tell           (BwTx *self);
void        bw_tx_tell_rights (BwTx *self);
void        bw_tx_set_listener   (BwTx *self, const BwStoreListener *listener, gpointer user_data);
void        bw_tx_set_watch      (BwTx *self, gpointer watch);
guint64     bw_tx_get_rights_serial (BwTx *self);

/* What the writer keeps in memory from one commit to the next. */
BwTypes     *bw_tx_types     (BwTx *self);
BwRelations *bw_tx_relations (BwTx *self);
BwPauses    *bw_tx_pauses    (BwTx *self);
BwQueue     *bw_tx_queue     (BwTx *self);
BwWorkers   *bw_tx_workers   (BwTx *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwTx, bw_tx_free)

G_END_DECLS
