/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "bw-job-list.h"

G_BEGIN_DECLS

/** The columns of the list of jobs, in their order. */
typedef enum
{
  BW_JOB_COLUMN_NAME,
  BW_JOB_COLUMN_TYPE,
  BW_JOB_COLUMN_ITEMS,
  BW_JOB_COLUMN_STATE,
  BW_JOB_COLUMN_CREATED_BY,
  BW_JOB_COLUMN_CREATED_AT,
  BW_JOB_COLUMN_FINISHED_AT,
  BW_JOB_COLUMN_OPEN,
} BwJobColumn;
#define BW_N_JOB_COLUMNS 8

/** How much room the list has. */
typedef enum
{
  BW_JOB_LAYOUT_WIDE,       /* every column */
  BW_JOB_LAYOUT_MEDIUM,     /* the type below the name */
  BW_JOB_LAYOUT_COMPACT,    /* the creator there as well, and no time of the end */
  BW_JOB_LAYOUT_NARROW,     /* name and state; the rest below the name */
} BwJobLayout;

#define BW_TYPE_JOB_LAYOUT (bw_job_layout_get_type ())
GType bw_job_layout_get_type (void);

#define BW_TYPE_JOB_CELL (bw_job_cell_get_type ())

/**
 * BwJobCell:
 *
 * One cell of the list of jobs. It follows its row: a placeholder until the job is loaded, and
 * each change from then on.
 */
G_DECLARE_FINAL_TYPE (BwJobCell, bw_job_cell, BW, JOB_CELL, GtkWidget)

GtkWidget  *bw_job_cell_new        (BwJobColumn column);
void        bw_job_cell_set_entry  (BwJobCell *self, BwJobEntry *entry);
BwJobEntry *bw_job_cell_get_entry  (BwJobCell *self);
void        bw_job_cell_set_layout (BwJobCell *self, BwJobLayout layout);

G_END_DECLS
