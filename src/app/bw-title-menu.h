/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

GtkWidget *bw_title_add_menu (GtkColumnView *view, guint column, const char *icon_name, const char *tooltip);

G_END_DECLS
