/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-business-export.h"

G_BEGIN_DECLS

/* Where an exported file goes, and what it opens with. */
DexFuture *bw_export_ask_target (GtkWidget *parent, const char *stem, BwExportFormat format);
void       bw_export_open       (GtkWidget *parent, GFile *file, gboolean in_folder);

G_END_DECLS
