/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-text.h"

/* Of a job type's name, as %BW_MAX_TYPE in bw-submission.h. */
#define MAX_TYPE_NAME 64

/**
 * bw_text_has_control:
 * @text: valid UTF-8
 *
 * Tells whether a text has a control character (Unicode category Cc, tabs and line ends included),
 * which a name or label may not: it would break lists, logs and exported files. Marks of writing
 * direction are none.
 *
 * Returns: whether there is one
 */
gboolean
bw_text_has_control (const char *text)
{
  const guchar *at;

  g_return_val_if_fail (text != NULL, FALSE);

  for (at = (const guchar *) text; *at != '\0'; at++)
    {
      if (*at < 0x20 || *at == 0x7f)
        return TRUE;
      /* U+0080 to U+009F */
      if (*at == 0xc2 && at[1] < 0xa0)
        return TRUE;
    }
  return FALSE;
}

/**
 * bw_text_is_type_name:
 * @text: what may be the name of a job type
 *
 * Returns: whether @text is like "send-invoices": 1 to 64 of a-z, 0-9, '.', '_' and '-', the first
 *   a letter or digit
 */
gboolean
bw_text_is_type_name (const char *text)
{
  gsize length = 0;

  g_return_val_if_fail (text != NULL, FALSE);

  for (; text[length] != '\0' && length <= MAX_TYPE_NAME; length++)
    {
      gboolean is_letter = g_ascii_islower (text[length]) || g_ascii_isdigit (text[length]);
      gboolean is_mark = text[length] == '.' || text[length] == '_' || text[length] == '-';

      if (!is_letter && !(is_mark && length > 0))
        return FALSE;
    }
  return length >= 1 && length <= MAX_TYPE_NAME;
}
