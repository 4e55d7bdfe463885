/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-figure-table.h"

G_BEGIN_DECLS

#define BW_TYPE_FIGURE_CELL (bw_figure_cell_get_type ())

/**
 * BwFigureCell:
 *
 * One cell of a table of figures. It follows the values of its row.
 */
G_DECLARE_FINAL_TYPE (BwFigureCell, bw_figure_cell, BW, FIGURE_CELL, GtkWidget)

GtkWidget *bw_figure_cell_new        (const BwFigureColumn *column);
void       bw_figure_cell_set_row    (BwFigureCell *self, BwLiveRow *row);
void       bw_figure_cell_set_narrow (BwFigureCell *self, gboolean narrow);

G_END_DECLS
