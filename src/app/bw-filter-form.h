/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-business.h"
#include "bw-list-filter.h"

G_BEGIN_DECLS

#define BW_TYPE_FILTER_FORM (bw_filter_form_get_type ())

/**
 * BwFilterForm:
 *
 * The fields of a list's filter, in lines that wrap: Period, From, Until, Created by, Relation,
 * Type, Status, and Reset. It changes a BwListFilter and follows it, so several forms of one filter
 * always show the same.
 */
G_DECLARE_FINAL_TYPE (BwFilterForm, bw_filter_form, BW, FILTER_FORM, AdwBin)

GtkWidget *bw_filter_form_new          (void);
void       bw_filter_form_set_filter   (BwFilterForm *self, BwListFilter *filter);
void       bw_filter_form_set_business (BwFilterForm *self, BwBusiness *business);

G_END_DECLS
