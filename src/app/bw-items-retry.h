/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-business.h"
#include "bw-row-selection.h"

G_BEGIN_DECLS

/* Doing again just those items of a job that were chosen. */
char      *bw_items_retry_get_refusal (BwBusiness *business, const BwJob *job, BwRowSelection *items);
DexFuture *bw_items_retry             (GtkWidget *widget, BwBusiness *business, BwJob *job, BwRowSelection *items);

G_END_DECLS
