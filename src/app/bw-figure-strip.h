/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define BW_TYPE_FIGURE_STRIP (bw_figure_strip_get_type ())

/**
 * BwFigureStrip:
 *
 * The few figures that matter most, side by side: what each is, and how much. Where there is no
 * room for all, two to a line.
 */
G_DECLARE_FINAL_TYPE (BwFigureStrip, bw_figure_strip, BW, FIGURE_STRIP, AdwBin)

GtkWidget *bw_figure_strip_new (void);
void       bw_figure_strip_set (BwFigureStrip *self, const char *caption, const char *figure, const char *style);

G_END_DECLS
