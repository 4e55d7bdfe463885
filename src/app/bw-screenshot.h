/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include <libdex.h>

G_BEGIN_DECLS

/**
 * BwReadyFunc:
 *
 * Returns: whether @widget shows what the picture is meant to show
 */
typedef gboolean (*BwReadyFunc) (GtkWidget *widget);

DexFuture *bw_screenshot_save (GtkWidget *window, BwReadyFunc is_ready, const char *path);

G_END_DECLS
