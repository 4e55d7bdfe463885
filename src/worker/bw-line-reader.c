/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-line-reader.h"

#include <string.h>

/**
 * bw_line_reader_init:
 * @self: a reader, in the caller's memory
 * @max: how many bytes of a line are kept
 * @func: called for each line
 * @user_data: for @func
 */
void
bw_line_reader_init (BwLineReader *self, gsize max, BwLineFunc func, gpointer user_data)
{
  self->pending = g_string_new (NULL);
  self->max = max;
  self->cut = 0;
  self->func = func;
  self->user_data = user_data;
}

/** bw_line_reader_clear: @self: a reader. Frees what is in it; an unfinished line is dropped. */
void
bw_line_reader_clear (BwLineReader *self)
{
  if (self->pending != NULL)
    g_string_free (self->pending, TRUE);
  self->pending = NULL;
}

static void
add (BwLineReader *self, const char *data, gsize length)
{
  gsize room = self->max - self->pending->len;
  gsize taken = MIN (room, length);

  g_string_append_len (self->pending, data, (gssize) taken);
  self->cut += length - taken;
}

static void
end_line (BwLineReader *self)
{
  if (self->cut == 0 && self->pending->len > 0
      && self->pending->str[self->pending->len - 1] == '\r')
    g_string_truncate (self->pending, self->pending->len - 1);
  self->func (self->pending->str, self->pending->len, self->cut, self->user_data);
  g_string_truncate (self->pending, 0);
  self->cut = 0;
}

/**
 * bw_line_reader_feed:
 * @self: a reader
 * @data: the next bytes
 * @length: how many
 *
 * Calls the function for each line that ends in them.
 */
void
bw_line_reader_feed (BwLineReader *self, const char *data, gsize length)
{
  const char *end = data + length;

  while (data < end)
    {
      const char *newline = memchr (data, '\n', (gsize) (end - data));

      if (newline == NULL)
        {
          add (self, data, (gsize) (end - data));
          return;
        }
      add (self, data, (gsize) (newline - data));
      end_line (self);
      data = newline + 1;
    }
}

/** bw_line_reader_finish: @self: a reader. Gives out a last line that has no end. */
void
bw_line_reader_finish (BwLineReader *self)
{
  if (self->pending->len > 0)
    end_line (self);
}

static char *
strip_control (char *text)
{
  char *to = text;

  for (const char *from = text; *from != '\0'; from++)
    if ((guchar) *from >= 0x20 ? *from != 0x7f : *from == '\t')
      *to++ = *from;
  *to = '\0';
  return text;
}

/**
 * bw_line_to_text:
 * @line: raw bytes
 * @length: how many
 * @cut: how many more there were
 * @max: how many bytes the text may have
 *
 * Makes a line of a command's output fit to be shown: valid UTF-8 without control characters but
 * tabs, and bounded, saying how much is left out.
 *
 * Returns: (transfer full): the text
 */
char *
bw_line_to_text (const char *line, gsize length, gsize cut, gsize max)
{
  g_autofree char *text = strip_control (g_utf8_make_valid (line, (gssize) length));
  gsize text_length = strlen (text);
  char note[64];
  char *end;

  if (cut == 0 && text_length <= max)
    return g_steal_pointer (&text);

  end = text + MIN (text_length, max - sizeof note);
  while (end > text && ((guchar) *end & 0xc0) == 0x80)
    end--;
  g_snprintf (note, sizeof note, "… (%" G_GSIZE_FORMAT " more bytes left out)",
              cut + text_length - (gsize) (end - text));
  *end = '\0';
  return g_strconcat (text, note, NULL);
}
