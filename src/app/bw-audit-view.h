/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-live-view.h"

G_BEGIN_DECLS

#define BW_TYPE_AUDIT_VIEW (bw_audit_view_get_type ())

/**
 * BwAuditView:
 *
 * Who did what to which job, newest first; to be searched, narrowed by person, action and days, and
 * exported.
 */
G_DECLARE_FINAL_TYPE (BwAuditView, bw_audit_view, BW, AUDIT_VIEW, BwLiveView)

G_END_DECLS
