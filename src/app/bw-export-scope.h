/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-business-export.h"

G_BEGIN_DECLS

#define BW_TYPE_EXPORT_SCOPE (bw_export_scope_get_type ())

/**
 * BwExportScope:
 *
 * Which rows to export: a choice of the export dialog.
 *
 * Properties:
 *   count  char *   how many there are, as a text for people; follows when it is known
 */
G_DECLARE_FINAL_TYPE (BwExportScope, bw_export_scope, BW, EXPORT_SCOPE, GObject)

BwExportScope *bw_export_scope_new_selected (BwBusiness *business, const GArray *ids);
BwExportScope *bw_export_scope_new_filtered (BwBusiness *business, const BwFilter *filter, gboolean all);
BwExportScope *bw_export_scope_new_items    (BwBusiness *business, BwJob *job, const BwItemFilter *filter);
BwExportScope *bw_export_scope_new_table    (const BwColumn *columns, guint n_columns, BwTableSource source,
                                             gpointer user_data, GDestroyNotify notify);
const char    *bw_export_scope_get_title    (BwExportScope *self);
DexFuture     *bw_export_scope_start        (BwExportScope *self, const BwExport *how);

G_END_DECLS
