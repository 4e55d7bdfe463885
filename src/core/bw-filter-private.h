/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-filter.h"

G_BEGIN_DECLS

guint    bw_filter_count_types (const BwFilter *self);
guint    bw_filter_count_users (const BwFilter *self);
gboolean bw_filter_has_type    (const BwFilter *self, const char *type);
gboolean bw_filter_has_user    (const BwFilter *self, gint64 user);

G_END_DECLS
