/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-job-cell.h"
#include "bw-list-filter.h"
#include "bw-row-selection.h"

G_BEGIN_DECLS

#define BW_TYPE_JOB_TABLE (bw_job_table_get_type ())

/**
 * BwJobTable:
 *
 * The list of jobs in columns. A click on a title sorts, by way of the filter: the server does it.
 * Rows keep their place on screen while jobs arrive above them.
 *
 * Properties:
 *   n-unseen      guint              jobs that arrived above what is on screen
 * Signals:
 *   activate (BwJobEntry *entry)     double click or Enter
 *   prepare-menu ()                  time for bw_job_table_set_row_menu()
 *   selection-changed ()             other rows are chosen, or one that is changed
 */
G_DECLARE_FINAL_TYPE (BwJobTable, bw_job_table, BW, JOB_TABLE, AdwBin)

void            bw_job_table_set_filter     (BwJobTable *self, BwListFilter *filter);
void            bw_job_table_set_list       (BwJobTable *self, BwJobList *list);
void            bw_job_table_set_layout     (BwJobTable *self, BwJobLayout layout);
BwRowSelection *bw_job_table_get_selection  (BwJobTable *self);
guint           bw_job_table_get_n_unseen   (BwJobTable *self);
void            bw_job_table_scroll_to_top  (BwJobTable *self);
void            bw_job_table_set_row_menu   (BwJobTable *self, GMenuModel *menu);

G_END_DECLS
