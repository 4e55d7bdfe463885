/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include <libdex.h>

G_BEGIN_DECLS

GtkWidget *bw_scroll_find      (GtkWidget *root, GType type);
guint      bw_scroll_get_n_rows (GtkWidget *view);
DexFuture *bw_scroll_by_rows   (GtkWidget *view, double n_rows, double seconds);
void       bw_scroll_to        (GtkWidget *view, double fraction);
gboolean   bw_scroll_shows_rows (GtkWidget *view);
DexFuture *bw_scroll_settled   (GtkWidget *view);

G_END_DECLS
