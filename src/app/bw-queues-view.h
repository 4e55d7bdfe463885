/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-live-view.h"

G_BEGIN_DECLS

#define BW_TYPE_QUEUES_VIEW (bw_queues_view_get_type ())

/**
 * BwQueuesView:
 *
 * What waits and runs of each job type, and how it went lately. A row opens that queue alone.
 */
G_DECLARE_FINAL_TYPE (BwQueuesView, bw_queues_view, BW, QUEUES_VIEW, BwLiveView)

G_END_DECLS
