/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-store.h"
#include "bw-tx.h"

G_BEGIN_DECLS

#define BW_MAX_LOGIN 200

gboolean bw_check_line     (const char *text, const char *field, gsize max, GError **error);
gboolean bw_refuse_taken   (BwDb *db, const char *sql, const char *value, const char *what, GError **error);
gint64   bw_account_add    (BwTx *tx, BwAccountKind kind, const char *login, const char *name, const char *password_hash, const char *created_by, GError **error);
gboolean bw_account_find   (BwDb *db, const char *login, gint64 *account, BwAccountKind *kind, GError **error);
gboolean bw_account_set_password (BwTx *tx, gint64 account, const char *password_hash, GBytes *keep_session, GError **error);
char    *bw_slug_new       (const char *name, const char *fallback, guint max);

G_END_DECLS
