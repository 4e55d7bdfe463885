/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-range.h"

#include <string.h>

/* Digits alone; a number that is larger than any file stands for its end. */
static gboolean
take_number (const char **text, gint64 *number)
{
  const char *p = *text;
  gint64 n = 0;

  if (!g_ascii_isdigit (*p))
    return FALSE;
  for (; g_ascii_isdigit (*p); p++)
    n = n > (G_MAXINT64 - 9) / 10 ? G_MAXINT64 : n * 10 + (*p - '0');
  *text = p;
  *number = n;
  return TRUE;
}

/**
 * bw_range_parse:
 * @value: (nullable): a Range header field
 * @size: the file's size in bytes
 * @start: (out): where the part begins
 * @length: (out): how long it is
 *
 * Reads one range of RFC 9110. What can't be read, and more than one range, stand for the whole, as
 * the standard allows.
 *
 * Returns: what to send
 */
BwRangeKind
bw_range_parse (const char *value, gint64 size, gint64 *start, gint64 *length)
{
  gint64 first = 0;
  gint64 last = size - 1;
  const char *p = value;

  *start = 0;
  *length = size;
  if (p == NULL || !g_str_has_prefix (p, "bytes="))
    return BW_RANGE_WHOLE;
  p += strlen ("bytes=");
  if (take_number (&p, &first))
    {
      gint64 given = G_MAXINT64;

      if (*p++ != '-' || (*p != '\0' && !take_number (&p, &given)) || *p != '\0' || given < first)
        return BW_RANGE_WHOLE;
      last = MIN (last, given);
    }
  else
    {
      gint64 suffix = 0;

      if (*p++ != '-' || !take_number (&p, &suffix) || *p != '\0')
        return BW_RANGE_WHOLE;
      first = suffix > 0 ? MAX (0, size - suffix) : size;
    }
  if (first >= size)
    return BW_RANGE_OUTSIDE;
  *start = first;
  *length = last - first + 1;
  return BW_RANGE_PART;
}
