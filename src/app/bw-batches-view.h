/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-live-view.h"

G_BEGIN_DECLS

#define BW_TYPE_BATCHES_VIEW (bw_batches_view_get_type ())

/**
 * BwBatchesView:
 *
 * The jobs of several items that run, with how far each is and when it will be done; below them
 * those that wait, and those that ended within the hour.
 */
G_DECLARE_FINAL_TYPE (BwBatchesView, bw_batches_view, BW, BATCHES_VIEW, BwLiveView)

G_END_DECLS
