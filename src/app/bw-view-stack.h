/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-business.h"
#include "bw-views.h"

G_BEGIN_DECLS

#define BW_TYPE_VIEW_STACK (bw_view_stack_get_type ())

/**
 * BwViewStack:
 *
 * The views of a business, one of them shown. A view is made when it is first shown.
 *
 * Properties (both notify):
 *   business      BwBusiness         what all of them are about; NULL for none
 *   view          char *             the name of the one shown
 */
G_DECLARE_FINAL_TYPE (BwViewStack, bw_view_stack, BW, VIEW_STACK, AdwBin)

void        bw_view_stack_set_business (BwViewStack *self, BwBusiness *business);
BwBusiness *bw_view_stack_get_business (BwViewStack *self);
void        bw_view_stack_set_view     (BwViewStack *self, const char *name);
const char *bw_view_stack_get_view     (BwViewStack *self);
GtkWidget  *bw_view_stack_get_widget   (BwViewStack *self, const char *name);

G_END_DECLS
