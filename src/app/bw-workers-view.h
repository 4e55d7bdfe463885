/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-live-view.h"

G_BEGIN_DECLS

#define BW_TYPE_WORKERS_VIEW (bw_workers_view_get_type ())

/**
 * BwWorkersView:
 *
 * The programs that do the work: which are busy and with what, which are idle, and which have not
 * been heard of.
 */
G_DECLARE_FINAL_TYPE (BwWorkersView, bw_workers_view, BW, WORKERS_VIEW, BwLiveView)

G_END_DECLS
