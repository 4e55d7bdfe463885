/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-business.h"

G_BEGIN_DECLS

#define BW_TYPE_CLEARER (bw_clearer_get_type ())

/**
 * BwClearer:
 *
 * The action "clear", which removes every job of a business that is finished. It is enabled while
 * there is one, and the user has the right.
 */
G_DECLARE_FINAL_TYPE (BwClearer, bw_clearer, BW, CLEARER, GObject)

BwClearer *bw_clearer_new          (GActionMap *actions, GtkWidget *widget, AdwToastOverlay *toasts);
void       bw_clearer_set_business (BwClearer *self, BwBusiness *business);

G_END_DECLS
