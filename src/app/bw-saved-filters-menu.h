/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-business.h"
#include "bw-list-filter.h"

G_BEGIN_DECLS

#define BW_TYPE_SAVED_FILTERS_MENU (bw_saved_filters_menu_get_type ())

/**
 * BwSavedFiltersMenu:
 *
 * A button with the filters that the user has saved for a business: to choose one, to save the
 * present one, and to manage them. Ctrl+S saves, Ctrl+1 to Ctrl+9 choose.
 */
G_DECLARE_FINAL_TYPE (BwSavedFiltersMenu, bw_saved_filters_menu, BW, SAVED_FILTERS_MENU, AdwBin)

void bw_saved_filters_menu_set_filter   (BwSavedFiltersMenu *self, BwListFilter *filter);
void bw_saved_filters_menu_set_business (BwSavedFiltersMenu *self, BwBusiness *business);

G_END_DECLS
