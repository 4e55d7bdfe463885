/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-business.h"
#include "bw-row-selection.h"

G_BEGIN_DECLS

#define BW_TYPE_SELECTION_BAR (bw_selection_bar_get_type ())

/**
 * BwSelectionBar:
 *
 * How many jobs are chosen, and what can be done with them. It shows while there is more than one.
 *
 * Properties:
 *   narrow        gboolean           what can be done is in a menu
 *
 * It activates the actions of bw-job-actions.h, "jobs.select-all", "jobs.select-none" and
 * "jobs.export".
 */
G_DECLARE_FINAL_TYPE (BwSelectionBar, bw_selection_bar, BW, SELECTION_BAR, AdwBin)

void bw_selection_bar_set_selection (BwSelectionBar *self, BwRowSelection *selection);
void bw_selection_bar_update        (BwSelectionBar *self);

G_END_DECLS
