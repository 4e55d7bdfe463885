/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-live-view.h"

G_BEGIN_DECLS

#define BW_TYPE_BUSINESS_PAGE (bw_business_page_get_type ())

/**
 * BwBusinessPage:
 *
 * A business's own settings: its name, how long jobs are kept, where references lead.
 */
G_DECLARE_FINAL_TYPE (BwBusinessPage, bw_business_page, BW, BUSINESS_PAGE, BwLiveView)

G_END_DECLS
