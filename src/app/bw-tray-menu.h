/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "bw-tray-item.h"

G_BEGIN_DECLS

#define BW_TYPE_TRAY_MENU (bw_tray_menu_get_type ())

/**
 * BwTrayMenu:
 *
 * The menu of a tray icon, which the desktop draws: com.canonical.dbusmenu. What changes in an entry
 * goes over the bus only while the menu is open.
 * Signals:
 *   about-to-show ()                the user opens it: bring it up to date
 *   activated (char *, GVariant *)  an action was chosen, with its target
 */
G_DECLARE_FINAL_TYPE (BwTrayMenu, bw_tray_menu, BW, TRAY_MENU, GObject)

BwTrayMenu *bw_tray_menu_new       (void);
gboolean    bw_tray_menu_export    (BwTrayMenu *self, GDBusConnection *bus, const char *path, GError **error);
void        bw_tray_menu_unexport  (BwTrayMenu *self);
gboolean    bw_tray_menu_is_open   (BwTrayMenu *self);
void        bw_tray_menu_set_items (BwTrayMenu *self, GPtrArray *items);

G_END_DECLS
