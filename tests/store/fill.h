/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-store.h"

G_BEGIN_DECLS

#define BW_FILL_USERS 40
#define BW_FILL_TYPES 12
#define BW_FILL_DAYS 90
#define BW_FILL_RELATIONS 500

gboolean bw_fill_store (BwStore *store, gint64 business, gint64 n, guint32 seed, GError **error);
gboolean bw_fill_store_within (BwStore *store, gint64 business, gint64 n, guint32 seed, gint64 length, GError **error);

G_END_DECLS
