/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-job.h"
#include "bw-queue-info.h"

G_BEGIN_DECLS

/**
 * BwBatch:
 *
 * A job of several items that is active or ended within the hour. Immutable once made, counted by
 * reference.
 */
typedef struct
{
  BwJob *job;
  double items_per_minute;  /* since its present run began; BW_NO_FIGURE: not known yet */
  gint64 remaining_ms;      /* at that pace; BW_NO_FIGURE: not known, or it does not run */
} BwBatch;

#define BW_TYPE_BATCH (bw_batch_get_type ())

GType    bw_batch_get_type (void);
BwBatch *bw_batch_new   (BwJob *job);
BwBatch *bw_batch_ref   (BwBatch *self);
void     bw_batch_unref (BwBatch *self);
void     bw_batch_write (const BwBatch *self, BwJsonWriter *writer);
BwBatch *bw_batch_read  (BwJsonReader *reader);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwBatch, bw_batch_unref)

G_END_DECLS
