/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "bw-business.h"

G_BEGIN_DECLS

/*
 * A row of a BwPauseList. Immutable: a pause never changes, it ends.
 */
#define BW_TYPE_PAUSE_ENTRY (bw_pause_entry_get_type ())
G_DECLARE_FINAL_TYPE (BwPauseEntry, bw_pause_entry, BW, PAUSE_ENTRY, GObject)

const BwPause *bw_pause_entry_get_pause (BwPauseEntry *self);

/*
 * A GListModel of BwPauseEntry: the standing pauses of a business, oldest first, and live.
 * Properties (read only, all notify):
 *   n-items      guint
 *   loaded       gboolean            they have been read at least once
 *   error        GError (boxed)      why they could not be read the last time; NULL when they could
 */
#define BW_TYPE_PAUSE_LIST (bw_pause_list_get_type ())
G_DECLARE_FINAL_TYPE (BwPauseList, bw_pause_list, BW, PAUSE_LIST, GObject)

BwPauseList   *bw_pause_list_get           (BwBusiness *business);
gboolean       bw_pause_list_get_loaded    (BwPauseList *self);
const GError  *bw_pause_list_get_error     (BwPauseList *self);
void           bw_pause_list_refresh       (BwPauseList *self);
const BwPause *bw_pause_list_find          (BwPauseList *self, gint64 id);
const BwPause *bw_pause_list_find_for_user (BwPauseList *self, gint64 user);
const BwPause *bw_pause_list_find_for_type (BwPauseList *self, const char *type);
const BwPause *bw_pause_list_find_for_all  (BwPauseList *self);

G_END_DECLS
