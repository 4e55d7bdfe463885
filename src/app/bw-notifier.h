/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "bw-job-watch.h"

G_BEGIN_DECLS

#define BW_TYPE_NOTIFIER (bw_notifier_get_type ())

/**
 * BwNotifier:
 *
 * Tells the user on the desktop what became of jobs, whether a window is open or not: once, in one
 * notification where many are done together, and no longer than until the user has seen it.
 */
G_DECLARE_FINAL_TYPE (BwNotifier, bw_notifier, BW, NOTIFIER, GObject)

BwNotifier *bw_notifier_new (GtkApplication *application, BwJobWatch *watch);

G_END_DECLS
