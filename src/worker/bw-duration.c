/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-duration.h"

#include <string.h>

static const struct
{
  const char *name;
  gint64 milliseconds;
} units[] = {
  { "d", 86400000 }, { "h", 3600000 }, { "min", 60000 }, { "m", 60000 }, { "s", 1000 }, { "ms", 1 },
};

#define MAX_NUMBER 1000000

/**
 * bw_duration_parse:
 * @string: a duration as people write it: "30s", "10m", "1h 30min", "500ms", "2d"
 * @milliseconds: (out): the sum
 *
 * Reads a duration. Each part is a whole number with its unit, in any order; a number without a
 * unit is refused, since readers take it for seconds and for minutes alike.
 *
 * Returns: whether all of @string was understood
 */
gboolean
bw_duration_parse (const char *string, gint64 *milliseconds)
{
  gint64 sum = 0;
  gboolean found = FALSE;

  for (const char *p = string + strspn (string, " "); *p != '\0'; p += strspn (p, " "))
    {
      char *end = NULL;
      guint64 number = g_ascii_isdigit (*p) ? g_ascii_strtoull (p, &end, 10) : G_MAXUINT64;
      gsize letters;
      gsize i;

      if (number > MAX_NUMBER)
        return FALSE;
      p = end + strspn (end, " ");
      letters = strspn (p, "abcdefghijklmnopqrstuvwxyz");
      for (i = 0; i < G_N_ELEMENTS (units); i++)
        if (strlen (units[i].name) == letters && strncmp (p, units[i].name, letters) == 0)
          break;
      if (i == G_N_ELEMENTS (units))
        return FALSE;
      sum += (gint64) number * units[i].milliseconds;
      found = TRUE;
      p += letters;
    }
  *milliseconds = sum;
  return found;
}

/**
 * bw_duration_to_string:
 * @milliseconds: a duration, not negative
 *
 * Returns: (transfer full): it in the form that bw_duration_parse() reads, in whole units: "1h
 * 30min"
 */
char *
bw_duration_to_string (gint64 milliseconds)
{
  GString *string = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    {
      gint64 number = milliseconds / units[i].milliseconds;

      if (number == 0)
        continue;
      g_string_append_printf (string, "%s%" G_GINT64_FORMAT "%s", string->len > 0 ? " " : "",
                              number, units[i].name);
      milliseconds -= number * units[i].milliseconds;
    }
  return g_string_free (string->len > 0 ? string : g_string_append (string, "0s"), FALSE);
}
