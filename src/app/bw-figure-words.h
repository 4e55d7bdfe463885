/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void bw_figure_words_append (GString *text, gint64 number, const char *words);

G_END_DECLS
