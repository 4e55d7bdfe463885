/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean bw_text_has_control  (const char *text);
gboolean bw_text_is_type_name (const char *text);

G_END_DECLS
