/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "bw-paged-list.h"

G_BEGIN_DECLS

#define BW_TYPE_ROW_SELECTION (bw_row_selection_get_type ())

/* As many as a request names one by one; beyond that, all of a list can be chosen. */
#define BW_ROW_SELECTION_MAX 10000

/**
 * BwRowSelection:
 *
 * The rows of a paged list that the user chose: by their ids, so that the choice stays right while
 * rows come, go and move, whether they are loaded or not; or all of the list.
 *
 * Signals:
 *   changed ()      which rows are chosen, or what is known of one of them
 */
G_DECLARE_FINAL_TYPE (BwRowSelection, bw_row_selection, BW, ROW_SELECTION, GObject)

BwRowSelection *bw_row_selection_new      (void);
void            bw_row_selection_set_list (BwRowSelection *self, BwPagedList *list);
BwPagedList    *bw_row_selection_get_list (BwRowSelection *self);
void            bw_row_selection_clear    (BwRowSelection *self);
gboolean        bw_row_selection_is_all   (BwRowSelection *self);
gint64          bw_row_selection_get_size (BwRowSelection *self);
gboolean        bw_row_selection_contains (BwRowSelection *self, gint64 id);
GPtrArray      *bw_row_selection_get_rows (BwRowSelection *self);
gpointer        bw_row_selection_get_only (BwRowSelection *self);
void            bw_row_selection_update   (BwRowSelection *self, gint64 id, gconstpointer row);
void            bw_row_selection_drop     (BwRowSelection *self, gint64 id);

G_END_DECLS
