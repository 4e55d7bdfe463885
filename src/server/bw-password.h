/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define BW_PASSWORD_MIN 10
#define BW_PASSWORD_MAX 200

gboolean bw_password_check_strength (const char *password, const char *field, GError **error);
char    *bw_password_hash        (const char *password, GError **error);
char    *bw_password_hash_public (const char *password, GError **error);
gboolean bw_password_verify      (const char *hash, const char *password);

G_END_DECLS
