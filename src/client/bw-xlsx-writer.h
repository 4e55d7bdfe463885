/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-table-writer.h"

G_BEGIN_DECLS

/* How many rows a sheet of Excel has, the one with the titles included. */
#define BW_XLSX_MAX_ROWS 1048576

BwTableWriter *bw_xlsx_writer_new (BwNewFile *file, const char *title, const BwColumn *columns,
                                   guint n_columns, GTimeZone *zone, guint max_rows, GError **error);

G_END_DECLS
