/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-business-export.h"

G_BEGIN_DECLS

#define BW_TYPE_EXPORT_DIALOG (bw_export_dialog_get_type ())

/**
 * BwExportDialog:
 *
 * Asks what of a list goes into a file, which columns, as CSV or for Excel, and where to; writes it,
 * and can be stopped while it does.
 */
G_DECLARE_FINAL_TYPE (BwExportDialog, bw_export_dialog, BW, EXPORT_DIALOG, AdwDialog)

void bw_export_dialog_present_for_jobs  (GtkWidget *parent, BwBusiness *business,
                                         const BwFilter *filter, const GArray *selected);
void bw_export_dialog_present_for_items (GtkWidget *parent, BwBusiness *business, BwJob *job,
                                         const BwItemFilter *filter);
void bw_export_dialog_present_for_table (GtkWidget *parent, const char *stem, const char *title,
                                         const BwColumn *columns, guint n_columns,
                                         BwTableSource source, gpointer user_data,
                                         GDestroyNotify notify);

G_END_DECLS
