/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-session.h"

G_BEGIN_DECLS

#define BW_TYPE_WINDOW (bw_window_get_type ())

/**
 * BwWindow:
 *
 * The main window: the jobs of one business, and how things stand with the server.
 */
G_DECLARE_FINAL_TYPE (BwWindow, bw_window, BW, WINDOW, AdwApplicationWindow)

BwWindow *bw_window_new       (GtkApplication *application, BwSession *session, const char *business);
gboolean  bw_window_is_filled (BwWindow *self);

G_END_DECLS
