/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-business-export.h"
#include "bw-business-views.h"
#include "bw-figure-table.h"

G_BEGIN_DECLS

/*
 * The columns of a report on the jobs of a period, on screen, in a file and on paper. Rows are
 * BwInsightsRow; jobs are counted when they end.
 */
#define BW_N_REPORT_COLUMNS 9

void      bw_report_columns_get   (BwInsightsBy by, BwFigureColumn columns[BW_N_REPORT_COLUMNS]);
void      bw_report_columns_list  (BwInsightsBy by, BwColumn columns[BW_N_REPORT_COLUMNS]);
void      bw_report_add_to_table  (const BwInsightsRow *row, BwTable *table);
char     *bw_report_get_key       (gconstpointer row);

G_END_DECLS
