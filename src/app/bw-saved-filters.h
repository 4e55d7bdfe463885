/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "bw-list-filter.h"

G_BEGIN_DECLS

/*
 * A filter that the user has given a name. Immutable: a change puts another in its place.
 */
#define BW_TYPE_SAVED_FILTER (bw_saved_filter_get_type ())
G_DECLARE_FINAL_TYPE (BwSavedFilter, bw_saved_filter, BW, SAVED_FILTER, GObject)

const char *bw_saved_filter_get_id   (BwSavedFilter *self);
const char *bw_saved_filter_get_name (BwSavedFilter *self);

/*
 * A GListModel of BwSavedFilter: the saved filters of one business on one server, in the order in
 * which they were saved. Every change is kept in the user's configuration folder.
 */
#define BW_TYPE_SAVED_FILTERS (bw_saved_filters_get_type ())
G_DECLARE_FINAL_TYPE (BwSavedFilters, bw_saved_filters, BW, SAVED_FILTERS, GObject)

BwSavedFilters *bw_saved_filters_get         (const char *server, const char *business);
void            bw_saved_filters_add         (BwSavedFilters *self, const char *name, BwListFilter *filter);
void            bw_saved_filters_rename      (BwSavedFilters *self, const char *id, const char *name);
void            bw_saved_filters_remove      (BwSavedFilters *self, const char *id);
void            bw_saved_filters_restore     (BwSavedFilters *self);
gboolean        bw_saved_filters_has_name    (BwSavedFilters *self, const char *name);
const char     *bw_saved_filters_get_default (BwSavedFilters *self);
void            bw_saved_filters_set_default (BwSavedFilters *self, const char *id);
void            bw_saved_filters_apply       (BwSavedFilters *self, const char *id, BwListFilter *filter);
const char     *bw_saved_filters_match       (BwSavedFilters *self, BwListFilter *filter);

G_END_DECLS
