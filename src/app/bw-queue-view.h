/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-live-view.h"

G_BEGIN_DECLS

#define BW_TYPE_QUEUE_VIEW (bw_queue_view_get_type ())

/**
 * BwQueueView:
 *
 * One queue: its live figures, its last 24 hours as a chart, its jobs, and a way to pause and resume
 * its type.
 */
G_DECLARE_FINAL_TYPE (BwQueueView, bw_queue_view, BW, QUEUE_VIEW, BwLiveView)

GtkWidget *bw_queue_view_new (BwBusiness *business, const char *type);

G_END_DECLS
