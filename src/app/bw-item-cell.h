/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "bw-item-list.h"

G_BEGIN_DECLS

/** The columns of the table of items, in their order. */
typedef enum
{
  BW_ITEM_COLUMN_NUMBER,
  BW_ITEM_COLUMN_NAME,
  BW_ITEM_COLUMN_STATE,
  BW_ITEM_COLUMN_INFO,
} BwItemColumn;

#define BW_TYPE_ITEM_CELL (bw_item_cell_get_type ())

/**
 * BwItemCell:
 *
 * One cell of the table of items. It follows its row: empty until the item is loaded, and each
 * change from then on.
 */
G_DECLARE_FINAL_TYPE (BwItemCell, bw_item_cell, BW, ITEM_CELL, GtkWidget)

GtkWidget   *bw_item_cell_new        (BwItemColumn column);
void         bw_item_cell_set_entry  (BwItemCell *self, BwItemEntry *entry);
BwItemEntry *bw_item_cell_get_entry  (BwItemCell *self);
void         bw_item_cell_set_narrow (BwItemCell *self, gboolean narrow);

G_END_DECLS
