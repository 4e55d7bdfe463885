/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-bulk.h"
#include "bw-business-bulk.h"

G_BEGIN_DECLS

#define BW_TYPE_BULK_PROGRESS (bw_bulk_progress_get_type ())

/**
 * BwBulkProgress:
 *
 * How far an action on many jobs is, in one line, with the way to stop it and to what came of each
 * job. It takes itself away when all went well, else when the user has seen it.
 */
G_DECLARE_FINAL_TYPE (BwBulkProgress, bw_bulk_progress, BW, BULK_PROGRESS, AdwBin)

GtkWidget *bw_bulk_progress_new (BwBusiness *business, BwBulkAction action, const BwBulkStarted *started);

G_END_DECLS
