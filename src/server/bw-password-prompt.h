/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *bw_password_ask (const char *file, const char *login, GError **error);

G_END_DECLS
