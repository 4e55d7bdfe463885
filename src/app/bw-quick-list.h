/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-quick-jobs.h"

G_BEGIN_DECLS

#define BW_TYPE_QUICK_LIST (bw_quick_list_get_type ())

/**
 * BwQuickList:
 *
 * The quick tool: running and recent jobs, with what can be done to them. It follows them while it
 * is on screen. Property:
 *   toasts       AdwToastOverlay     where the outcome of what is done is said
 * Signal:
 *   left ()                          something is done elsewhere now: whoever pops up may go down
 */
G_DECLARE_FINAL_TYPE (BwQuickList, bw_quick_list, BW, QUICK_LIST, AdwBin)

GtkWidget *bw_quick_list_new            (void);
void       bw_quick_list_set_toasts     (BwQuickList *self, AdwToastOverlay *toasts);
void       bw_quick_list_set_businesses (BwQuickList *self, GPtrArray *businesses);

G_END_DECLS
