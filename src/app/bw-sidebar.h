/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-business.h"

G_BEGIN_DECLS

#define BW_TYPE_SIDEBAR (bw_sidebar_get_type ())

/**
 * BwSidebar:
 *
 * The views of a business that the user has a right to, to choose from. A choice activates the
 * action "win.view".
 *
 * Properties:
 *   business      BwBusiness         whose views; NULL for none
 *   view          char *             the name of the one shown
 *   n-views       guint              read only: how many there are to choose from
 */
G_DECLARE_FINAL_TYPE (BwSidebar, bw_sidebar, BW, SIDEBAR, AdwBin)

guint bw_sidebar_get_n_views (BwSidebar *self);

G_END_DECLS
