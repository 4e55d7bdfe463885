/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-business.h"

G_BEGIN_DECLS

#define BW_TYPE_HISTORY_PAGE (bw_history_page_get_type ())

/**
 * BwHistoryPage:
 *
 * Each attempt at a job, with its own error, and who did what to it.
 */
G_DECLARE_FINAL_TYPE (BwHistoryPage, bw_history_page, BW, HISTORY_PAGE, AdwBin)

void bw_history_page_show (BwHistoryPage *self, BwBusiness *business, BwJob *job);

G_END_DECLS
