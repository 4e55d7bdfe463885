/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define BW_TYPE_LIVE_ROW (bw_live_row_get_type ())

/**
 * BwLiveRow:
 *
 * A row whose values are replaced by newer ones of the same thing.
 *
 * Properties:
 *   value         gpointer    the values; notifies at each change
 */
G_DECLARE_FINAL_TYPE (BwLiveRow, bw_live_row, BW, LIVE_ROW, GObject)

/**
 * BwKeyFunc:
 * @value: one of the values of a list
 *
 * Returns: (transfer full): what it is: alike for newer values of the same thing
 */
typedef char *(*BwKeyFunc) (gconstpointer value);

gconstpointer bw_live_row_get_value (BwLiveRow *self);
const char   *bw_live_row_get_key   (BwLiveRow *self);
GListStore   *bw_live_rows_new      (void);
void          bw_live_rows_take     (GListStore *rows, GPtrArray *values, BwKeyFunc get_key);

G_END_DECLS
