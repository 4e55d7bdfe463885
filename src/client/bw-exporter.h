/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-business-export.h"
#include "bw-table-writer.h"

G_BEGIN_DECLS

/*
 * The way of every export: pages are fetched in the thread that started it, and written by one of
 * the pool while the next is fetched.
 */

/** Where the pages come from. The first member of what a source needs. */
typedef struct
{
  /* In the thread that started the export: the next page, as a future of a boxed value; NULL after
   * the last. */
  DexFuture *(*fetch) (gpointer self, gconstpointer page_before);
  /* In a thread of the pool: how many rows were written, or -1. */
  gint64 (*write) (gpointer self, gconstpointer page, BwTableWriter *writer, GError **error);
  /* How many rows there are in all. */
  gint64 (*count) (gpointer self, gconstpointer page, gboolean *is_exact);
  void (*free) (gpointer self);
  GArray *columns;          /* of BwColumn; freed with the source */
} BwExportSource;

DexFuture *bw_exporter_run    (BwExportSource *source, const BwExport *how);
DexFuture *bw_exporter_refuse (const BwExport *how, GError *error);

G_END_DECLS
