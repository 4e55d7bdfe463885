/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "bw-figure-table.h"

G_BEGIN_DECLS

GtkPrintOperation *bw_report_print_new (const char *title, const char *subtitle,
                                        const BwFigureColumn *columns, guint n_columns,
                                        GPtrArray *rows);

G_END_DECLS
