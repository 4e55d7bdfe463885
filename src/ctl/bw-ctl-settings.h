/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * What "login" and "use" keep from one run to the next: in the user's configuration folder, and
 * where there is no keyring the token in a file that nobody else may read.
 */
char       *bw_ctl_settings_get_server      (void);
char       *bw_ctl_settings_get_user        (const char *server);
char       *bw_ctl_settings_get_business    (const char *server);
const char *bw_ctl_settings_get_certificate (const char *server);
gboolean    bw_ctl_settings_set_server      (const char *server, const char *user, const char *certificate, GError **error);
gboolean    bw_ctl_settings_set_business    (const char *server, const char *business, GError **error);
char       *bw_ctl_settings_load_token      (const char *server, const char *user);
gboolean    bw_ctl_settings_save_token      (const char *server, const char *user, const char *token, GError **error);
void        bw_ctl_settings_forget          (const char *server, const char *user);

G_END_DECLS
