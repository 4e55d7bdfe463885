/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *bw_scratch_make   (GError **error);
void  bw_scratch_remove (const char *directory);

G_END_DECLS
