/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-fold.h"

#include <string.h>

/* Drops what Unicode calls marks: after decomposition, the accents. */
static char *
strip_marks (const char *decomposed)
{
  GString *bare = g_string_sized_new (strlen (decomposed));

  for (const char *at = decomposed; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar character = g_utf8_get_char (at);

      if (!g_unichar_ismark (character))
        g_string_append_unichar (bare, character);
    }
  return g_string_free (bare, FALSE);
}

/**
 * bw_fold:
 * @text: valid UTF-8
 *
 * Makes the form of a text in which searches and display orders compare it: without case and
 * without accents, so that "Cafe" finds "Café". Compatibility forms are decomposed (NFKD), marks
 * dropped and the rest case-folded. It doesn't depend on the locale: every server orders alike.
 *
 * Returns: (transfer full): the folded text
 */
char *
bw_fold (const char *text)
{
  g_autofree char *decomposed = NULL;
  g_autofree char *bare = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  if (g_str_is_ascii (text))
    return g_ascii_strdown (text, -1);

  decomposed = g_utf8_normalize (text, -1, G_NORMALIZE_NFKD);
  if (decomposed == NULL)
    return g_ascii_strdown (text, -1);

  bare = strip_marks (decomposed);
  return g_utf8_casefold (bare, -1);
}

/**
 * bw_fold_key:
 * @text: valid UTF-8
 *
 * Makes the key by which a text is sorted: folded as bw_fold() does, and cut to at most
 * %BW_FOLD_KEY_SIZE bytes, so that an index of long names stays small.
 *
 * Returns: (transfer full): the key
 */
char *
bw_fold_key (const char *text)
{
  char *folded = bw_fold (text);
  gsize length = strlen (folded);

  if (length > BW_FOLD_KEY_SIZE)
    {
      for (length = BW_FOLD_KEY_SIZE; ((guchar) folded[length] & 0xc0) == 0x80; length--)
        ;
      folded[length] = '\0';
    }
  return folded;
}

/**
 * bw_fold_contains:
 * @text: (nullable): valid UTF-8
 * @folded: what to look for, made by bw_fold()
 *
 * Tells whether a text contains another, regardless of case and accents. ASCII texts, which are
 * most, are compared in place: a search through 100,000 messages allocates nothing.
 *
 * Returns: whether it does; %FALSE without a text
 */
gboolean
bw_fold_contains (const char *text, const char *folded)
{
  g_autofree char *whole = NULL;
  gboolean is_ascii = TRUE;
  gsize length;

  g_return_val_if_fail (folded != NULL, FALSE);

  if (text == NULL)
    return FALSE;

  length = strlen (folded);
  for (const char *at = text; *at != '\0'; at++)
    {
      is_ascii &= (guchar) *at < 0x80;
      if (g_ascii_tolower (*at) == folded[0] && g_ascii_strncasecmp (at, folded, length) == 0)
        return TRUE;
    }
  if (is_ascii || length == 0)
    return length == 0;

  whole = bw_fold (text);
  return strstr (whole, folded) != NULL;
}
