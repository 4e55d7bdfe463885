/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-list-filter.h"

G_BEGIN_DECLS

/*
 * Where the filter of each business is kept from one start to the next: one file in the user's
 * state folder. Written a moment after the last change, and by bw_filter_store_flush().
 */
void bw_filter_store_load  (const char *server, const char *business, BwListFilter *filter);
void bw_filter_store_save  (const char *server, const char *business, BwListFilter *filter);
void bw_filter_store_flush (void);

G_END_DECLS
