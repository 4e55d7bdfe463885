/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-business.h"

G_BEGIN_DECLS

/*
 * Pausing and resuming as a user does it: what is asked beforehand, what is said afterwards, and
 * the way back. Each returns a future of TRUE, or rejected with what went wrong; the ones that
 * resume say that themselves.
 */
DexFuture *bw_pause_acts_pause      (AdwToastOverlay *toasts, BwBusiness *business, GArray *users,
                                     const char *const *types, gboolean all, const char *reason);
DexFuture *bw_pause_acts_resume     (AdwToastOverlay *toasts, BwBusiness *business, const BwPause *pause);
DexFuture *bw_pause_acts_resume_all (GtkWidget *parent, AdwToastOverlay *toasts, BwBusiness *business);

G_END_DECLS
