/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-uri.h"

#include <string.h>

#include "bw-error.h"

/* Decodes %XX, and "+" where it stands for a space. Text that can't be a name or a value is refused
 * here, so that no handler meets it: what is not UTF-8, and NUL, which would end the string. */
static char *
decode (const char *text, gsize length, gboolean is_query, GError **error)
{
  GString *out = g_string_sized_new (length);

  for (gsize i = 0; i < length; i++)
    {
      if (text[i] == '+' && is_query)
        g_string_append_c (out, ' ');
      else if (text[i] != '%')
        g_string_append_c (out, text[i]);
      else
        {
          int high = i + 1 < length ? g_ascii_xdigit_value (text[i + 1]) : -1;
          int low = i + 2 < length ? g_ascii_xdigit_value (text[i + 2]) : -1;
          char byte = (char) (high * 16 + low);

          if (high < 0 || low < 0 || byte == '\0' || (!is_query && (byte == '/' || byte == '\\')))
            {
              bw_set_error (error, BW_ERROR_INVALID,
                            "The address has a “%%” that begins no character, a NUL, or an encoded "
                            "slash in its path.");
              g_string_free (out, TRUE);
              return NULL;
            }
          g_string_append_c (out, byte);
          i += 2;
        }
    }
  if (!g_utf8_validate (out->str, out->len, NULL))
    {
      bw_set_error (error, BW_ERROR_INVALID, "The address is not UTF-8 once it is decoded.");
      g_string_free (out, TRUE);
      return NULL;
    }
  return g_string_free (out, FALSE);
}

static gboolean
parse_path (BwUri *self, const char *path, gsize length, GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  gsize start = 1;

  if (length == 0 || path[0] != '/')
    {
      bw_set_error (error, BW_ERROR_INVALID, "The address does not begin with a slash.");
      return FALSE;
    }
  for (gsize i = 1; i <= length; i++)
    if (i == length || path[i] == '/')
      {
        g_autofree char *segment = decode (path + start, i - start, FALSE, error);

        if (segment == NULL)
          return FALSE;
        g_strv_builder_add (builder, segment);
        start = i + 1;
      }
  self->segments = g_strv_builder_end (builder);
  return TRUE;
}

static gboolean
add_parameter (BwUri *self, const char *text, gsize length, GError **error)
{
  const char *equals = memchr (text, '=', length);
  gsize name_length = equals != NULL ? (gsize) (equals - text) : length;
  g_autofree char *name = NULL;
  g_autofree char *value = NULL;

  if (length == 0)
    return TRUE;
  if (self->names->len == BW_URI_MAX_PARAMETERS)
    {
      bw_set_error (error, BW_ERROR_TOO_LARGE, "A query may have %d parameters at most.",
                    BW_URI_MAX_PARAMETERS);
      return FALSE;
    }
  name = decode (text, name_length, TRUE, error);
  if (name == NULL)
    return FALSE;
  value = equals != NULL ? decode (equals + 1, length - name_length - 1, TRUE, error)
                         : g_strdup ("");
  if (value == NULL)
    return FALSE;
  g_ptr_array_add (self->names, g_steal_pointer (&name));
  g_ptr_array_add (self->values, g_steal_pointer (&value));
  return TRUE;
}

/**
 * bw_uri_parse:
 * @target: a request's target as it came: path, and query after "?"
 * @error: set to %BW_ERROR_INVALID or %BW_ERROR_TOO_LARGE
 *
 * Takes a target apart, then decodes its parts, in this order, so that an encoded slash can't make a
 * segment: it is refused, as is NUL.
 *
 * Returns: (transfer full) (nullable): its parts
 */
BwUri *
bw_uri_parse (const char *target, GError **error)
{
  g_autoptr (BwUri) self = g_new0 (BwUri, 1);
  gsize path_length = strcspn (target, "?");
  const char *query = target[path_length] == '?' ? target + path_length + 1 : "";

  self->names = g_ptr_array_new_with_free_func (g_free);
  self->values = g_ptr_array_new_with_free_func (g_free);
  if (!parse_path (self, target, path_length, error))
    return NULL;
  while (*query != '\0')
    {
      gsize length = strcspn (query, "&");

      if (!add_parameter (self, query, length, error))
        return NULL;
      query += length + (query[length] == '&' ? 1 : 0);
    }
  return g_steal_pointer (&self);
}

/** bw_uri_free: @self: (nullable) (transfer full): a target's parts */
void
bw_uri_free (BwUri *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->segments, g_strfreev);
  g_clear_pointer (&self->names, g_ptr_array_unref);
  g_clear_pointer (&self->values, g_ptr_array_unref);
  g_free (self);
}
