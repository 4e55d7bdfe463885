/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "bw-business-views.h"

G_BEGIN_DECLS

void bw_audit_export_present (GtkWidget *parent, BwBusiness *business, const BwAuditFilter *filter);

G_END_DECLS
