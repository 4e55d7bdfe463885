/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *bw_disposition_parse (const char *value, GError **error);
char *bw_disposition_write (const char *name);

G_END_DECLS
