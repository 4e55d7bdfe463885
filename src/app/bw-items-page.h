/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-business.h"

G_BEGIN_DECLS

#define BW_TYPE_ITEMS_PAGE (bw_items_page_get_type ())

/**
 * BwItemsPage:
 *
 * The items of a job in a table, narrowed by state, by words of their messages and by relation.
 *
 * Properties:
 *   narrow        gboolean           name, message and state only, in two columns
 */
G_DECLARE_FINAL_TYPE (BwItemsPage, bw_items_page, BW, ITEMS_PAGE, AdwBin)

void bw_items_page_open         (BwItemsPage *self, BwBusiness *business, gint64 job);
void bw_items_page_set_job      (BwItemsPage *self, BwJob *job);
void bw_items_page_show_failed  (BwItemsPage *self);
void bw_items_page_focus_search (BwItemsPage *self);
const BwItemFilter *bw_items_page_get_filter (BwItemsPage *self);

G_END_DECLS
