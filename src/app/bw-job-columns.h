/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "bw-job-cell.h"

G_BEGIN_DECLS

/** What there is to know of a column of the list of jobs. */
typedef struct
{
  const char *name;         /* in the template */
  int sort;                 /* BwSortKey; -1: it can't be sorted by */
  BwJobLayout layout;       /* the tightest in which it is shown */
  int width;                /* in pixels at the usual size of text; -1: what the others leave */
} BwJobColumnInfo;

extern const BwJobColumnInfo bw_job_columns[BW_N_JOB_COLUMNS];

int bw_job_column_get_width (BwJobColumn column, BwJobLayout layout, GtkSettings *settings);

G_END_DECLS
