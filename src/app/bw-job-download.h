/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-business.h"

G_BEGIN_DECLS

DexFuture *bw_job_download (GtkWidget *widget, AdwToastOverlay *toasts, BwBusiness *business, BwJob *job);

G_END_DECLS
