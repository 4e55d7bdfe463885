/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-store.h"

G_BEGIN_DECLS

/*
 * Which jobs a bulk action is for, as they were at one moment: ids in rising order, packed in chunks.
 */
#define BW_TARGETS_PER_CHUNK 1000

typedef struct
{
  GPtrArray *chunks;        /* of GBytes, BW_TARGETS_PER_CHUNK ids each but the last */
  GArray *open;             /* of gint64: the chunk that is being filled */
  gint64 n;
} BwTargets;

BwTargets *bw_targets_new_for_ids    (const GArray *ids);
BwTargets *bw_targets_new_for_filter (BwStore *store, const BwViewer *viewer, const BwFilter *filter, GError **error);
void       bw_targets_free           (BwTargets *self);
gboolean   bw_targets_unpack         (gconstpointer chunk, gsize length, GArray *ids);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwTargets, bw_targets_free)

G_END_DECLS
