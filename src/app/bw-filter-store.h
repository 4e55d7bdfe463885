/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-list-filter.h"

G_BEGIN_DECLS

/*
 * Where the filter of each business is kept from one start to the next: one file in the user's
 * state folder. Written a moment after the last change, and by bw_filter_store_flush(). A business
 * that is opened for the first time since the start begins with the saved filter that the user has
 * made the default, if there is one (see BwSavedFilters, which are kept beside these).
 */
void      bw_filter_store_load      (const char *server, const char *business, BwListFilter *filter);
void      bw_filter_store_save      (const char *server, const char *business, BwListFilter *filter);
void      bw_filter_store_flush     (void);

/* For saved filters: what the user has named, in the user's configuration folder. */
GKeyFile *bw_filter_store_get_saved (void);
void      bw_filter_store_keep_saved (void);
char     *bw_filter_store_get_group (const char *server, const char *business);

G_END_DECLS
