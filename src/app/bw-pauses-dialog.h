/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-business.h"

G_BEGIN_DECLS

#define BW_TYPE_PAUSES_DIALOG (bw_pauses_dialog_get_type ())

/**
 * BwPausesDialog:
 *
 * The standing pauses of a business, live: what is held back, by whom, since when and why. Who has
 * the right resumes each of them, or all.
 */
G_DECLARE_FINAL_TYPE (BwPausesDialog, bw_pauses_dialog, BW, PAUSES_DIALOG, AdwDialog)

AdwDialog *bw_pauses_dialog_new (BwBusiness *business);

G_END_DECLS
