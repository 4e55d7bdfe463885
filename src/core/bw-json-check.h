/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define BW_JSON_MAX_DEPTH 32

gboolean bw_json_check (const char *text, gsize length, GError **error);

G_END_DECLS
