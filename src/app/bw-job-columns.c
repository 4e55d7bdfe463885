/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-job-columns.h"

#include <adwaita.h>

#include "bw-filter.h"

/* Of the state in the narrow layout, which says the progress elsewhere. */
#define NARROW_STATE_WIDTH 150

const BwJobColumnInfo bw_job_columns[BW_N_JOB_COLUMNS] = {
  [BW_JOB_COLUMN_NAME] = { "name_column", BW_SORT_NAME, BW_JOB_LAYOUT_NARROW, -1 },
  [BW_JOB_COLUMN_TYPE] = { "type_column", BW_SORT_TYPE, BW_JOB_LAYOUT_WIDE, 150 },
  [BW_JOB_COLUMN_ITEMS] = { "items_column", BW_SORT_ITEMS, BW_JOB_LAYOUT_COMPACT, 170 },
  [BW_JOB_COLUMN_STATE] = { "state_column", BW_SORT_STATE, BW_JOB_LAYOUT_NARROW, 200 },
  [BW_JOB_COLUMN_CREATED_BY] = { "created_by_column", BW_SORT_CREATED_BY, BW_JOB_LAYOUT_MEDIUM,
                                 120 },
  [BW_JOB_COLUMN_CREATED_AT] = { "created_at_column", BW_SORT_CREATED_AT, BW_JOB_LAYOUT_COMPACT,
                                 130 },
  [BW_JOB_COLUMN_FINISHED_AT] = { "finished_at_column", BW_SORT_FINISHED_AT, BW_JOB_LAYOUT_MEDIUM,
                                  130 },
  [BW_JOB_COLUMN_OPEN] = { "open_column", -1, BW_JOB_LAYOUT_COMPACT, 52 },
};

/**
 * bw_job_column_get_width:
 * @column: a column
 * @layout: how much room the list has
 * @settings: with the size of text
 *
 * Returns: the width that suits it in pixels, or -1 for the one that takes what the others leave
 */
int
bw_job_column_get_width (BwJobColumn column, BwJobLayout layout, GtkSettings *settings)
{
  int width = bw_job_columns[column].width;

  if (column == BW_JOB_COLUMN_STATE && layout == BW_JOB_LAYOUT_NARROW)
    width = NARROW_STATE_WIDTH;
  if (width < 0)
    return -1;

  return (int) adw_length_unit_to_px (ADW_LENGTH_UNIT_SP, width, settings);
}
