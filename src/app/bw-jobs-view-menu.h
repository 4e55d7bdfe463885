/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "bw-business.h"
#include "bw-job-set.h"

G_BEGIN_DECLS

/* What can be done with a job by its row or by its window, and with several. */
GMenuModel *bw_jobs_view_create_menu        (BwRowSelection *selection);
void        bw_jobs_view_update_window_menu (GtkMenuButton *button, BwBusiness *business, const BwJob *job,
                                             const char *gone);
GMenuModel *bw_jobs_view_create_bulk_menu   (const BwJobSet *jobs);

G_END_DECLS
