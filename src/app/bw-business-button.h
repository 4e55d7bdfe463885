/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-rights.h"

G_BEGIN_DECLS

#define BW_TYPE_BUSINESS_BUTTON (bw_business_button_get_type ())

/**
 * BwBusinessButton:
 *
 * Names the business shown, and offers the others of the user. A choice activates the action
 * "win.business".
 */
G_DECLARE_FINAL_TYPE (BwBusinessButton, bw_business_button, BW, BUSINESS_BUTTON, AdwBin)

void bw_business_button_set (BwBusinessButton *self, const BwMe *me, const BwMembership *shown);

G_END_DECLS
