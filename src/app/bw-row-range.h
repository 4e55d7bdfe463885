/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-paged-list.h"

G_BEGIN_DECLS

/* Rows of a paged list by their places, whether they are loaded or not. */
DexFuture *bw_row_range_fetch (BwPagedList *list, guint first, guint last); /* GPtrArray of GValue */

GValue *bw_row_value_new  (GType type, gconstpointer row);
void    bw_row_value_free (gpointer value);

G_END_DECLS
