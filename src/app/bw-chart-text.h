/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Words beside the axes of a chart, in the chart's font, small and with digits of one width. */
int   bw_chart_text_get_width  (GtkWidget *chart, const char *text);
float bw_chart_text_get_height (GtkWidget *chart);
void  bw_chart_text_draw       (GtkWidget *chart, GtkSnapshot *snapshot, const char *text, float x, float y,
                                float align);

G_END_DECLS
