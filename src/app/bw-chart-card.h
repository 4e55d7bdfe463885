/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-chart-data.h"

G_BEGIN_DECLS

#define BW_TYPE_CHART_CARD (bw_chart_card_get_type ())

/**
 * BwChartCard:
 *
 * A chart with its title and what its colours mean; beside each the total, or the value of the span
 * that the user looks at. The same figures can be shown as a table.
 *
 * Properties:
 *   title         char *
 *   chart-height  int         in pixels
 */
G_DECLARE_FINAL_TYPE (BwChartCard, bw_chart_card, BW, CHART_CARD, AdwBin)

GtkWidget *bw_chart_card_new      (void);
void       bw_chart_card_set_data (BwChartCard *self, BwChartData *data);

G_END_DECLS
