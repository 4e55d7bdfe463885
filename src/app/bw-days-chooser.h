/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-list-filter.h"

G_BEGIN_DECLS

#define BW_TYPE_DAYS_CHOOSER (bw_days_chooser_get_type ())

/**
 * BwDaysChooser:
 *
 * The days of a filter: a period by its name, or a first and a last day.
 */
G_DECLARE_FINAL_TYPE (BwDaysChooser, bw_days_chooser, BW, DAYS_CHOOSER, AdwBin)

GtkWidget *bw_days_chooser_new        (void);
void       bw_days_chooser_set_filter (BwDaysChooser *self, BwListFilter *filter);

G_END_DECLS
