/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-table-writer.h"

G_BEGIN_DECLS

BwTableWriter *bw_csv_writer_new (BwNewFile *file, const BwColumn *columns, guint n_columns,
                                  GTimeZone *zone);

G_END_DECLS
