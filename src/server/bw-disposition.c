/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-disposition.h"

#include <string.h>

#include "bw-error.h"

#define MAX_FILE_NAME 200

/* A token or a quoted string of RFC 9110. Moves @text past it. */
static char *
take_value (const char **text)
{
  GString *value = g_string_new (NULL);
  const char *p = *text;

  if (*p == '"')
    {
      for (p++; *p != '\0' && *p != '"'; p++)
        {
          if (*p == '\\' && p[1] != '\0')
            p++;
          g_string_append_c (value, *p);
        }
      if (*p == '"')
        p++;
    }
  else
    for (; *p != '\0' && *p != ';' && *p != ' '; p++)
      g_string_append_c (value, *p);
  *text = p;
  return g_string_free (value, FALSE);
}

/* RFC 8187: UTF-8'language'percent-encoded */
static char *
decode_extended (const char *value)
{
  const char *quote = g_ascii_strncasecmp (value, "UTF-8'", 6) == 0 ? strchr (value + 6, '\'') : NULL;

  return quote != NULL ? g_uri_unescape_string (quote + 1, NULL) : NULL;
}

static gboolean
is_file_name (const char *name)
{
  if (name == NULL || name[0] == '\0' || strlen (name) > MAX_FILE_NAME
      || !g_utf8_validate (name, -1, NULL) || g_str_equal (name, ".") || g_str_equal (name, ".."))
    return FALSE;
  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    if (g_unichar_iscntrl (g_utf8_get_char (p)) || *p == '/' || *p == '\\')
      return FALSE;
  return TRUE;
}

/**
 * bw_disposition_parse:
 * @value: (nullable): a Content-Disposition header field
 * @error: set to %BW_ERROR_INVALID when it names no file, or in a way that could lead out of a folder
 *
 * Reads the file's name as RFC 6266 has it: filename* goes before filename.
 *
 * Returns: (transfer full) (nullable): the name
 */
char *
bw_disposition_parse (const char *value, GError **error)
{
  g_autofree char *plain = NULL;
  g_autofree char *extended = NULL;
  const char *p = value != NULL ? strchr (value, ';') : NULL;

  while (p != NULL && *p == ';')
    {
      g_autofree char *text = NULL;
      const char *name;
      gsize length;

      p += strspn (p, "; \t");
      name = p;
      length = strcspn (p, "=; \t");
      p += length;
      if (*p != '=')
        break;
      p++;
      text = take_value (&p);
      if (length == 8 && g_ascii_strncasecmp (name, "filename", 8) == 0 && plain == NULL)
        plain = g_steal_pointer (&text);
      else if (length == 9 && g_ascii_strncasecmp (name, "filename*", 9) == 0 && extended == NULL)
        extended = decode_extended (text);
      p += strspn (p, " \t");
    }
  if (is_file_name (extended))
    return g_steal_pointer (&extended);
  if (extended == NULL && is_file_name (plain))
    return g_steal_pointer (&plain);
  bw_set_error_field (error, BW_ERROR_INVALID, "Content-Disposition",
                      "The header must name the file: Content-Disposition: attachment; "
                      "filename=\"…\", without a folder and with %d bytes at most.", MAX_FILE_NAME);
  return NULL;
}

/**
 * bw_disposition_write:
 * @name: a file's name
 *
 * Returns: (transfer full): the header field that offers the file for download under this name
 */
char *
bw_disposition_write (const char *name)
{
  g_autofree char *encoded = g_uri_escape_string (name, "!#$&+-.^_`|~", FALSE);
  g_autofree char *plain = g_strdup (name);

  for (char *p = plain; *p != '\0'; p++)
    if (*p < ' ' || *p > '~' || *p == '"' || *p == '\\')
      *p = '_';
  return g_strdup_printf ("attachment; filename=\"%s\"; filename*=UTF-8''%s", plain, encoded);
}
