/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-sse-parser.h"

#include <string.h>

#include "bw-config.h"

#include <glib/gi18n-lib.h>

#include "bw-error.h"

struct _BwSseParser
{
  BwSseFunc func;
  gpointer user_data;

  GString *line; /* what has arrived of a line that is not whole */
  GString *data;
  GString *kind;
  char *id;
  gboolean has_data;
  gboolean after_cr;    /* a line feed that comes next belongs to the line that has ended */
  gboolean after_start; /* past where a byte order mark may be */
};

/**
 * bw_sse_parser_new:
 * @func: called for each event, in order, from bw_sse_parser_feed()
 * @user_data: its argument
 *
 * Returns: (transfer full): a parser at the beginning of a stream
 */
BwSseParser *
bw_sse_parser_new (BwSseFunc func, gpointer user_data)
{
  BwSseParser *self = g_new0 (BwSseParser, 1);

  self->func = func;
  self->user_data = user_data;
  self->line = g_string_new (NULL);
  self->data = g_string_new (NULL);
  self->kind = g_string_new (NULL);
  return self;
}

/**
 * bw_sse_parser_free:
 * @self: (transfer full): a parser
 *
 * Frees it; an event that is not whole is lost, as the standard wants it.
 */
void
bw_sse_parser_free (BwSseParser *self)
{
  g_string_free (self->line, TRUE);
  g_string_free (self->data, TRUE);
  g_string_free (self->kind, TRUE);
  g_free (self->id);
  g_free (self);
}

static void
dispatch (BwSseParser *self)
{
  if (self->has_data)
    {
      /* Each data line has added a line feed. */
      g_string_truncate (self->data, self->data->len - 1);
      self->func (self->kind->len > 0 ? self->kind->str : "message", self->data->str,
                  self->data->len, self->id, self->user_data);
    }
  g_string_truncate (self->data, 0);
  g_string_truncate (self->kind, 0);
  self->has_data = FALSE;
}

static void
take_field (BwSseParser *self, const char *name, gsize name_length, const char *value, gsize length)
{
  if (name_length == 4 && memcmp (name, "data", 4) == 0)
    {
      g_string_append_len (self->data, value, (gssize) length);
      g_string_append_c (self->data, '\n');
      self->has_data = TRUE;
    }
  else if (name_length == 5 && memcmp (name, "event", 5) == 0)
    {
      g_string_truncate (self->kind, 0);
      g_string_append_len (self->kind, value, (gssize) length);
    }
  else if (name_length == 2 && memcmp (name, "id", 2) == 0 && memchr (value, '\0', length) == NULL)
    {
      g_free (self->id);
      self->id = g_strndup (value, length);
    }
}

static void
take_line (BwSseParser *self, const char *line, gsize length)
{
  const char *colon;
  const char *value;

  if (!self->after_start && length >= 3 && memcmp (line, "\xEF\xBB\xBF", 3) == 0)
    {
      line += 3;
      length -= 3;
    }
  self->after_start = TRUE;
  if (length == 0)
    {
      dispatch (self);
      return;
    }
  colon = memchr (line, ':', length);
  if (colon == line)
    return;
  if (colon == NULL)
    {
      take_field (self, line, length, "", 0);
      return;
    }
  value = colon + 1;
  if (value < line + length && *value == ' ')
    value++;
  take_field (self, line, (gsize) (colon - line), value, (gsize) (line + length - value));
}

/* A line that lies whole within what was fed is not copied. */
static void
end_line (BwSseParser *self, const char *bytes, gsize length)
{
  if (self->line->len == 0)
    {
      take_line (self, bytes, length);
      return;
    }
  g_string_append_len (self->line, bytes, (gssize) length);
  take_line (self, self->line->str, self->line->len);
  g_string_truncate (self->line, 0);
}

static gboolean
is_within_bounds (BwSseParser *self, gsize length, GError **error)
{
  if (self->line->len + self->data->len + length <= BW_SSE_MAX_EVENT)
    return TRUE;
  bw_set_error (error, BW_ERROR_INTERNAL, _ ("an event of the stream is larger than %d KiB"),
                BW_SSE_MAX_EVENT / 1024);
  return FALSE;
}

/**
 * bw_sse_parser_feed:
 * @self: a parser
 * @bytes: what arrived
 * @length: of it in bytes; any part of a line will do
 * @error: (out) (optional): that an event is larger than %BW_SSE_MAX_EVENT
 *
 * Takes in what arrived and calls the function for each event that it completes.
 *
 * Returns: %FALSE if the stream can't be followed any further
 */
gboolean
bw_sse_parser_feed (BwSseParser *self, const char *bytes, gsize length, GError **error)
{
  const char *end = bytes + length;
  const char *start = bytes;

  while (start < end)
    {
      const char *stop = start;

      if (self->after_cr && *start == '\n')
        start++, stop++;
      self->after_cr = FALSE;
      while (stop < end && *stop != '\n' && *stop != '\r')
        stop++;
      if (!is_within_bounds (self, (gsize) (stop - start), error))
        return FALSE;
      if (stop == end)
        {
          g_string_append_len (self->line, start, (gssize) (end - start));
          return TRUE;
        }
      end_line (self, start, (gsize) (stop - start));
      self->after_cr = *stop == '\r';
      start = stop + 1;
    }
  return TRUE;
}
