/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-table-writer.h"

#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd"

/**
 * bw_table_writer_add_row:
 * @self: a writer
 * @cells: one for each column
 * @error: (out) (optional): why not, in words for the user
 *
 * Returns: whether it was written
 */
gboolean
bw_table_writer_add_row (BwTableWriter *self, const BwCell *cells, GError **error)
{
  return self->add_row (self, cells, error);
}

/**
 * bw_table_writer_finish:
 * @self: a writer
 * @error: (out) (optional): why not, in words for the user
 *
 * Writes what is still to be written. The file is whole afterwards.
 *
 * Returns: whether it is
 */
gboolean
bw_table_writer_finish (BwTableWriter *self, GError **error)
{
  return self->finish (self, error);
}

/**
 * bw_table_writer_free:
 * @self: (nullable) (transfer full): a writer, finished or not
 */
void
bw_table_writer_free (BwTableWriter *self)
{
  if (self != NULL)
    self->free (self);
}

/**
 * bw_text_begins_formula:
 * @text: a text from elsewhere
 *
 * Whether a spreadsheet program may take the text for a formula, which can reach out of the
 * spreadsheet (=HYPERLINK, =WEBSERVICE, DDE). The characters are those of OWASP's page on CSV
 * injection (owasp.org/www-community/attacks/CSV_Injection): = + - @, tab, carriage return and line
 * feed, and = + - @ in their full-width forms, which Excel takes alike where East Asian languages
 * are set. See also OWASP ASVS 5.0, 1.2.10.
 *
 * Returns: whether it begins with one of them
 */
gboolean
bw_text_begins_formula (const char *text)
{
  static const char *const wide[] = { "\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d",
                                      "\xef\xbc\xa0" };

  if (text[0] != '\0' && strchr ("=+-@\t\r\n", text[0]) != NULL)
    return TRUE;
  for (guint i = 0; text[0] == '\xef' && i < G_N_ELEMENTS (wide); i++)
    if (g_str_has_prefix (text, wide[i]))
      return TRUE;
  return FALSE;
}

static gsize
measure_control (const guchar *p)
{
  if ((p[0] < 0x20 && p[0] != '\t' && p[0] != '\n' && p[0] != '\r') || p[0] == 0x7f)
    return 1;
  /* U+FFFE and U+FFFF are no characters, and XML does not take them. */
  return p[0] == 0xef && p[1] == 0xbf && (p[2] == 0xbe || p[2] == 0xbf) ? 3 : 0;
}

/**
 * bw_text_replace_control:
 * @text: a text in UTF-8
 *
 * Replaces each control character, but tabs and ends of lines, by U+FFFD: neither RFC 4180 nor XML
 * has them.
 *
 * Returns: (transfer full) (nullable): the text without them; %NULL if there are none
 */
char *
bw_text_replace_control (const char *text)
{
  const guchar *p = (const guchar *) text;
  GString *clean = NULL;

  for (; *p != '\0'; p++)
    {
      gsize length = *p >= 0x20 && *p < 0x7f ? 0 : measure_control (p);

      if (length > 0 && clean == NULL)
        clean = g_string_new_len (text, (const char *) p - text);
      if (length > 0)
        g_string_append (clean, REPLACEMENT);
      else if (clean != NULL)
        g_string_append_c (clean, (char) *p);
      p += length > 0 ? length - 1 : 0;
    }
  return clean != NULL ? g_string_free_and_steal (clean) : NULL;
}

/**
 * bw_time_to_local:
 * @time: a time
 * @zone: the time zone of who reads it
 *
 * Spreadsheets know no time zones.
 *
 * Returns: what a clock in @zone shows, as seconds since its 1970-01-01 00:00
 */
gint64
bw_time_to_local (BwTime time, GTimeZone *zone)
{
  gint64 seconds = time / BW_TIME_SECOND - (time % BW_TIME_SECOND < 0 ? 1 : 0);
  int interval = g_time_zone_find_interval (zone, G_TIME_TYPE_UNIVERSAL, seconds);

  return seconds + g_time_zone_get_offset (zone, interval);
}
