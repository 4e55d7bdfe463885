/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-cursor.h"

#include <string.h>

#include "bw-error.h"

/* Before base64url: "created_at-:4711:0:" - sort, direction, id, number, text to the end. */

/**
 * bw_cursor_clear:
 * @self: a cursor in place
 *
 * Frees what the cursor holds.
 */
void
bw_cursor_clear (BwCursor *self)
{
  g_clear_pointer (&self->text, g_free);
}

/**
 * bw_cursor_encode:
 * @self: a place in a list
 * @filter: the list's filter, for its sort
 *
 * Returns: (transfer full): the cursor as clients get it, safe in a URL
 */
char *
bw_cursor_encode (const BwCursor *self, const BwFilter *filter)
{
  g_autofree char *plain = NULL;
  char *encoded;
  gsize length;

  plain = g_strdup_printf ("%s%c:%" G_GINT64_FORMAT ":%" G_GINT64_FORMAT ":%s",
                           bw_sort_key_to_string (filter->sort), filter->descending ? '-' : '+',
                           self->id, self->number, self->text != NULL ? self->text : "");
  encoded = g_base64_encode ((const guchar *) plain, strlen (plain));
  g_strdelimit (encoded, "+", '-');
  g_strdelimit (encoded, "/", '_');
  for (length = strlen (encoded); length > 0 && encoded[length - 1] == '='; length--)
    encoded[length - 1] = '\0';
  return encoded;
}

static char *
decode_base64url (const char *encoded)
{
  g_autoptr (GString) padded = g_string_new (encoded);
  g_autofree guchar *plain = NULL;
  gsize length;

  if (strspn (encoded, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
      != padded->len)
    return NULL;

  g_strdelimit (padded->str, "-", '+');
  g_strdelimit (padded->str, "_", '/');
  while (padded->len % 4 != 0)
    g_string_append_c (padded, '=');
  plain = g_base64_decode (padded->str, &length);
  if (!g_utf8_validate_len ((const char *) plain, length, NULL))
    return NULL;
  return g_strndup ((const char *) plain, length);
}

static gboolean
parse_number (const char **at, gint64 *number)
{
  char *end;

  *number = g_ascii_strtoll (*at, &end, 10);
  if (end == *at || *end != ':')
    return FALSE;
  *at = end + 1;
  return TRUE;
}

/**
 * bw_cursor_decode:
 * @self: (out caller-allocates): the place
 * @encoded: what a client sent as "after"
 * @filter: the filter it sent with it
 * @error: return location
 *
 * Reads a cursor back. One that was made for another sort, or by nobody, is an error of the field
 * "after".
 *
 * Returns: whether it is a cursor of this list's sort
 */
gboolean
bw_cursor_decode (BwCursor *self, const char *encoded, const BwFilter *filter, GError **error)
{
  g_autofree char *plain = decode_base64url (encoded);
  g_autofree char *prefix = g_strdup_printf ("%s%c:", bw_sort_key_to_string (filter->sort),
                                             filter->descending ? '-' : '+');
  const char *at;

  memset (self, 0, sizeof *self);
  if (plain != NULL && g_str_has_prefix (plain, prefix))
    {
      at = plain + strlen (prefix);
      if (parse_number (&at, &self->id) && parse_number (&at, &self->number))
        {
          self->text = g_strdup (at);
          return TRUE;
        }
    }
  bw_set_error_field (error, BW_ERROR_INVALID, "after",
                      "This cursor does not belong to a list sorted by %s%s. Pass \"next\" of the "
                      "page before, with the same sort.",
                      filter->descending ? "-" : "", bw_sort_key_to_string (filter->sort));
  return FALSE;
}
