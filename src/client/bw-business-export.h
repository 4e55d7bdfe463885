/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-business.h"
#include "bw-export-columns.h"
#include "bw-table.h"

G_BEGIN_DECLS

typedef enum
{
  BW_EXPORT_CSV,
  BW_EXPORT_XLSX,
} BwExportFormat;

/**
 * BwExportProgressFunc:
 * @rows: rows written so far
 * @total: rows in all, or -1 if that is not known
 * @total_is_exact: %FALSE if there are at least @total
 *
 * Called in the thread that started the export, once a page and once at the end.
 */
typedef void (*BwExportProgressFunc) (gint64 rows, gint64 total, gboolean total_is_exact,
                                      gpointer user_data);

/**
 * BwExport:
 *
 * How to export, and where to. Everything is copied, but @user_data, which @notify frees.
 */
typedef struct
{
  BwExportFormat format;
  GFile *target;            /* on a file system of this computer; replaced when all is written */
  const char *title;        /* nullable: the name of the sheet */
  const char *const *columns; /* nullable: ids of bw-export-columns.h; NULL: the usual ones */
  BwExportProgressFunc progress; /* nullable */
  gpointer user_data;
  GDestroyNotify notify;    /* nullable */
} BwExport;

/**
 * BwTableSource:
 * @before: (nullable): the block before; %NULL asks for the first one, again if it is begun anew
 *
 * Called in the thread that started the export for each next block of rows, while the block before
 * is written. The future may be discarded, so it must be no fiber of libdex's own.
 *
 * Returns: (transfer full): resolves to a BwTable; one without rows ends the table
 */
typedef DexFuture *(*BwTableSource) (BwTable *before, gpointer user_data);

/*
 * Each resolves to a gint64: how many rows were written. Until then @target is as it was, and so it
 * stays if the export fails, or is cancelled by bw_dex_unless() or by letting the future go.
 */
DexFuture *bw_business_export_jobs   (BwBusiness *self, const BwFilter *filter, const GArray *ids,
                                      const BwExport *how);
DexFuture *bw_business_export_items  (BwBusiness *self, gint64 job, const BwItemFilter *filter,
                                      const BwExport *how);
DexFuture *bw_table_export           (const BwColumn *columns, guint n_columns,
                                      BwTableSource source, gpointer user_data,
                                      GDestroyNotify notify, const BwExport *how);

char      *bw_export_get_name        (const char *stem, BwExportFormat format);

G_END_DECLS
