/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-business.h"

G_BEGIN_DECLS

/* Changing a job before it starts, and running a finished one again with changes. */
DexFuture *bw_job_edit (GtkWidget *widget, AdwToastOverlay *toasts, BwBusiness *business, BwJob *job); /* TRUE */
DexFuture *bw_job_copy (GtkWidget *widget, AdwToastOverlay *toasts, BwBusiness *business, BwJob *job); /* TRUE */

G_END_DECLS
