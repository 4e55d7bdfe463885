/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-business.h"
#include "bw-list-filter.h"

G_BEGIN_DECLS

#define BW_TYPE_FILTER_DIALOG (bw_filter_dialog_get_type ())

/**
 * BwFilterDialog:
 *
 * The fields of a list's filter where there is no room for them beside the list.
 */
G_DECLARE_FINAL_TYPE (BwFilterDialog, bw_filter_dialog, BW, FILTER_DIALOG, AdwDialog)

AdwDialog *bw_filter_dialog_new (BwListFilter *filter, BwBusiness *business);

G_END_DECLS
