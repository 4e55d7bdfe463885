/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-db.h"
#include "bw-queue.h"
#include "bw-tx.h"

G_BEGIN_DECLS

#define BW_COUNTER_DAY 1
#define BW_COUNTER_QUARTER 2

/*
 * The counters' differences on their way into a commit: those of the running write, which may be
 * taken back, and those of the writes that are kept.
 */
typedef struct _BwCounters BwCounters;

/** What a difference means for the queue. */
typedef enum
{
  BW_COUNTED,               /* read the group's heads anew */
  BW_COUNTED_ADDED,         /* a new job, behind all others of its priority */
  BW_COUNTED_CLAIMED,       /* the head was taken: the rest stays as it is */
} BwCounted;

typedef gint64 (*BwRevisionFunc) (gint64 business, gpointer data);

BwCounters *bw_counters_new    (void);
void        bw_counters_free   (BwCounters *self);
void        bw_counters_add    (BwCounters *self, gint64 business, BwTime created_at, const BwCounterKey *key, gint64 difference, BwCounted counted, int priority);
void        bw_counters_keep   (BwCounters *self, BwQueue *queue);
void        bw_counters_undo   (BwCounters *self);
void        bw_counters_lose   (BwCounters *self);
gboolean    bw_counters_flush  (BwCounters *self, BwDb *db, BwTime now, BwRevisionFunc get_revision, gpointer data, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwCounters, bw_counters_free)

G_END_DECLS
