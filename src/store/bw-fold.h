/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define BW_FOLD_KEY_SIZE 80

char    *bw_fold          (const char *text);
char    *bw_fold_key      (const char *text);
gboolean bw_fold_contains (const char *text, const char *folded);

G_END_DECLS
