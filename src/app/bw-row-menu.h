/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The context menu of the rows of a table: by a click, a long press, or by keyboard. */
void     bw_row_menu_popup        (GtkWidget *parent, GtkWidget *view, GMenuModel *menu, double x, double y);
void     bw_row_menu_close        (GtkWidget *parent);
gboolean bw_row_menu_find_focus   (GtkWidget *view, double *x, double *y);

G_END_DECLS
