/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-scope.h"

G_BEGIN_DECLS

char    *bw_search_words        (const BwScope *scope, const char *q);
gboolean bw_search_append_words (GString *expression, const char *q);

G_END_DECLS
