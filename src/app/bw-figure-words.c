/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-figure-words.h"

#include "bw-format.h"

/**
 * bw_figure_words_append:
 * @text: figures in a line, "12 waiting · 3 processing"
 * @number: a further one; 0 says nothing and is left out
 * @words: what it is, translated, with "%s" in place of the number
 */
void
bw_figure_words_append (GString *text, gint64 number, const char *words)
{
  g_autofree char *figure = NULL;
  g_autoptr (GString) part = NULL;

  if (number == 0)
    return;

  figure = bw_format_number (number);
  part = g_string_new (words);
  g_string_replace (part, "%s", figure, 1);
  if (text->len > 0)
    g_string_append (text, " · ");
  g_string_append_len (text, part->str, (gssize) part->len);
}
