/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-job-watch.h"

G_BEGIN_DECLS

#define BW_TYPE_QUICK_WINDOW (bw_quick_window_get_type ())

/**
 * BwQuickWindow:
 *
 * The quick tool in a window of its own, with the jobs of all businesses.
 */
G_DECLARE_FINAL_TYPE (BwQuickWindow, bw_quick_window, BW, QUICK_WINDOW, AdwWindow)

GtkWindow *bw_quick_window_new (GtkApplication *application, BwJobWatch *watch);

G_END_DECLS
