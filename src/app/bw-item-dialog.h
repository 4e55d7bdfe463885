/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-item-list.h"

G_BEGIN_DECLS

#define BW_TYPE_ITEM_DIALOG (bw_item_dialog_get_type ())

/**
 * BwItemDialog:
 *
 * One item of a job with all of its message, however long, to read and to copy from.
 */
G_DECLARE_FINAL_TYPE (BwItemDialog, bw_item_dialog, BW, ITEM_DIALOG, AdwDialog)

AdwDialog *bw_item_dialog_new (BwItemEntry *entry);

G_END_DECLS
