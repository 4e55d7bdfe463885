/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define BW_TYPE_ACTIVITY_ICON (bw_activity_icon_get_type ())

/**
 * BwActivityIcon:
 *
 * The icon of the server. While it is active an arrow circles it: turning, or standing still for
 * users who want no animations. Nothing is drawn anew while it is not active or not on screen.
 *
 * Properties:
 *   active        whether the arrow is there
 *   angle         read only: how far it has turned, in degrees
 */
G_DECLARE_FINAL_TYPE (BwActivityIcon, bw_activity_icon, BW, ACTIVITY_ICON, GtkWidget)

GtkWidget *bw_activity_icon_new        (void);
void       bw_activity_icon_set_active (BwActivityIcon *self, gboolean active);
gboolean   bw_activity_icon_get_active (BwActivityIcon *self);
double     bw_activity_icon_get_angle  (BwActivityIcon *self);

G_END_DECLS
