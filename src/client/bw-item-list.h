/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "bw-business.h"
#include "bw-paged-list.h"

G_BEGIN_DECLS

/*
 * A row of a BwItemList. Properties:
 *   item         BwItem (boxed)      NULL until it is loaded; notifies when it is and at each change
 */
#define BW_TYPE_ITEM_ENTRY (bw_item_entry_get_type ())
G_DECLARE_FINAL_TYPE (BwItemEntry, bw_item_entry, BW, ITEM_ENTRY, BwPagedEntry)

BwItem *bw_item_entry_get_item (BwItemEntry *self);

/*
 * A GListModel of BwItemEntry: the items of a job that match a filter, by number, loaded by pages.
 * It follows the job by itself: when an event says that the job moved, what is shown is read again
 * in place.
 * Properties (all notify):
 *   business      BwBusiness         construct only
 *   job-id        gint64             construct only
 *   filter        BwItemFilter (boxed)
 *   loading, loaded, error, stale    see BwPagedList
 * Signals:
 *   counts-changed ()
 */
#define BW_TYPE_ITEM_LIST (bw_item_list_get_type ())
G_DECLARE_FINAL_TYPE (BwItemList, bw_item_list, BW, ITEM_LIST, BwPagedList)

BwItemList         *bw_item_list_new        (BwBusiness *business, gint64 job);
const BwItemFilter *bw_item_list_get_filter (BwItemList *self);
void                bw_item_list_set_filter (BwItemList *self, const BwItemFilter *filter);
void                bw_item_list_refresh    (BwItemList *self);
const BwItemCounts *bw_item_list_get_counts (BwItemList *self);

G_END_DECLS
