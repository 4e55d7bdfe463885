/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "bw-session.h"

G_BEGIN_DECLS

#define BW_TYPE_BACKGROUND (bw_background_get_type ())

/**
 * BwBackground:
 *
 * Lets the application go on while it has no window: as long as there is a sign-in, the user wants
 * it, and the desktop gives leave.
 */
G_DECLARE_FINAL_TYPE (BwBackground, bw_background, BW, BACKGROUND, GObject)

BwBackground *bw_background_new (GtkApplication *application, BwSession *session);

G_END_DECLS
