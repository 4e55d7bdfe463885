/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-db.h"

G_BEGIN_DECLS

/* Behind this number are the schemas of copies that are not finished; no program's is so high. */
#define BW_MIGRATE_UNFINISHED 1000000

guint    bw_migrate_get_newest    (void);
gint64   bw_migrate_find_oldest   (const char *script, guint number);
gboolean bw_migrate               (BwDb *db, const char *uri, GError **error);
gboolean bw_migrate_check         (BwDb *db, GError **error);
gboolean bw_migrate_get_version   (BwDb *db, gint64 *version, GError **error);
gboolean bw_migrate_is_unfinished (gint64 version);

G_END_DECLS
