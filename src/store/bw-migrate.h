/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-db.h"

G_BEGIN_DECLS

guint    bw_migrate_get_newest (void);
gboolean bw_migrate            (BwDb *db, const char *uri, GError **error);

G_END_DECLS
