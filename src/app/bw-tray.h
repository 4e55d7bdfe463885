/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "bw-job-watch.h"

G_BEGIN_DECLS

#define BW_TYPE_TRAY (bw_tray_get_type ())

/**
 * BwTray:
 *
 * The icon in the notification area, where the desktop has one: it moves while jobs run. It is there
 * while the user is signed in. Its menu speaks to the actions of the application.
 */
G_DECLARE_FINAL_TYPE (BwTray, bw_tray, BW, TRAY, GObject)

BwTray *bw_tray_new (GApplication *application, BwJobWatch *watch);

G_END_DECLS
