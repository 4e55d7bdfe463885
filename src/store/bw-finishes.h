/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-counters.h"
#include "bw-db.h"
#include "bw-tx.h"

G_BEGIN_DECLS

/*
 * What ended, on its way into a commit: the running write's, which may be taken back, and that of
 * the writes that are kept. Like the counters, each key is written once a commit however many jobs
 * end in it. Unlike them, these figures stay when a job is removed or retried.
 */
typedef struct _BwFinishes BwFinishes;

BwFinishes *bw_finishes_new   (void);
void        bw_finishes_free  (BwFinishes *self);
void        bw_finishes_add   (BwFinishes *self, gint64 business, BwTime at, const BwCounterKey *key, const BwFinish *finish);
void        bw_finishes_keep  (BwFinishes *self);
void        bw_finishes_undo  (BwFinishes *self);
void        bw_finishes_lose  (BwFinishes *self);
gboolean    bw_finishes_flush (BwFinishes *self, BwDb *db, BwRevisionFunc get_revision, gpointer data, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwFinishes, bw_finishes_free)

G_END_DECLS
