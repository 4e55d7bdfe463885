/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean bw_ctl_ask          (gboolean yes, const char *question, GError **error);
char    *bw_ctl_ask_text     (const char *prompt, GError **error);
char    *bw_ctl_ask_password (const char *prompt, GError **error);

G_END_DECLS
