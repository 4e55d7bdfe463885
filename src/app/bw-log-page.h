/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-business.h"

G_BEGIN_DECLS

#define BW_TYPE_LOG_PAGE (bw_log_page_get_type ())

/**
 * BwLogPage:
 *
 * What a job's workers said, line by line, with the time of each. Only lines on screen have
 * widgets, so 50 MB scroll like one page.
 */
G_DECLARE_FINAL_TYPE (BwLogPage, bw_log_page, BW, LOG_PAGE, AdwBin)

void bw_log_page_open    (BwLogPage *self, BwBusiness *business, gint64 job, gboolean follow);
void bw_log_page_refresh (BwLogPage *self);

G_END_DECLS
