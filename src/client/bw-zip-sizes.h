/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean bw_zip_has (int fd, const char *name, guint64 least);

G_END_DECLS
