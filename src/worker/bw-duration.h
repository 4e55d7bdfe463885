/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean bw_duration_parse     (const char *string, gint64 *milliseconds);
char    *bw_duration_to_string (gint64 milliseconds);

G_END_DECLS
