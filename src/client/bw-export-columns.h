/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-item.h"
#include "bw-job.h"
#include "bw-table.h"

G_BEGIN_DECLS

/*
 * The columns that jobs and items are exported with, in the one order that they come in.
 */

/**
 * BwFillCell:
 * @record: a BwJob or a BwItem
 * @scratch: empty; for a text that has to be made, to live until the row is written
 *
 * Returns: what a column shows of @record
 */
typedef BwCell (*BwFillCell) (gconstpointer record, GString *scratch);

/** A column that is offered. */
typedef struct
{
  BwColumn column;
  gboolean is_usual;        /* chosen unless the user chooses others */
  BwFillCell fill;
} BwExportColumn;

GArray *bw_export_columns_for_jobs  (void); /* of BwExportColumn */
GArray *bw_export_columns_for_items (void); /* of BwExportColumn */
GArray *bw_export_columns_choose    (GArray *offered, const char *const *ids, GError **error);

G_END_DECLS
