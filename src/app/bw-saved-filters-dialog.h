/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include <libdex.h>

#include "bw-saved-filters.h"

G_BEGIN_DECLS

#define BW_TYPE_SAVED_FILTERS_DIALOG (bw_saved_filters_dialog_get_type ())

/**
 * BwSavedFiltersDialog:
 *
 * The saved filters of a business: to use, to rename, to delete, and to make one of them the one
 * that the business is opened with.
 */
G_DECLARE_FINAL_TYPE (BwSavedFiltersDialog, bw_saved_filters_dialog, BW, SAVED_FILTERS_DIALOG, AdwDialog)

AdwDialog *bw_saved_filters_dialog_new (BwSavedFilters *saved, BwListFilter *filter);
DexFuture *bw_filter_name_ask          (GtkWidget *parent, BwSavedFilters *saved, const char *heading,
                                        const char *suggestion, const char *present);

G_END_DECLS
