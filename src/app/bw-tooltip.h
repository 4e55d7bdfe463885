/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/** Says what the tooltip of a widget is: (transfer full) (nullable), NULL for none. */
typedef char *(*BwTooltipFunc) (GtkWidget *widget);

void bw_tooltip_set_func     (GtkWidget *widget, BwTooltipFunc func);
void bw_tooltip_follow_label (GtkWidget *label);

G_END_DECLS
