/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-store.h"
#include "bw-tx.h"

G_BEGIN_DECLS

/** The thread that writes, and the writes that wait for it. */
typedef struct _BwWriter BwWriter;

typedef void (*BwControlFunc) (BwTx *tx, gpointer data);

BwWriter *bw_writer_new     (BwTx *tx);
void      bw_writer_free    (BwWriter *self);
gboolean  bw_writer_write   (BwWriter *self, BwWriteFunc func, gpointer data, GError **error);
void      bw_writer_control (BwWriter *self, BwControlFunc func, gpointer data);

void      bw_writer_get_commits (BwWriter *self, BwCommits *commits);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwWriter, bw_writer_free)

G_END_DECLS
