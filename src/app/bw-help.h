/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void        bw_help_set_page (GtkWidget *widget, const char *page);
void        bw_help_add_key  (GtkWidgetClass *widget_class);
void        bw_help_attach   (GtkApplication *application);
const char *bw_help_find_page (GtkWindow *window);
void        bw_help_show     (GtkWindow *window);

G_END_DECLS
