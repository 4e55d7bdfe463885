/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-json-writer.h"

#include <math.h>
#include <string.h>

/* Up to here every whole number is a double of its own: 2 to the power 53. */
#define MAX_EXACT 9007199254740992.0

struct _BwJsonWriter
{
  char *text;
  gsize length;
  gsize size;
  guint depth;
  gboolean needs_comma;
};

/* How a byte stands in a string: 0 as it is, 'u' as \u00XX, else as a backslash and that letter. */
static const char escapes[256] = {
  'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'b',         't',           'n', 'u',
  'f', 'r', 'u', 'u', 'u', 'u', 'u', 'u', 'u',         'u',           'u', 'u',
  'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', ['"'] = '"', ['\\'] = '\\',
};

static void
grow (BwJsonWriter *self, gsize needed)
{
  while (self->size - self->length < needed)
    self->size *= 2;
  self->text = g_realloc (self->text, self->size);
}

static inline char *
reserve (BwJsonWriter *self, gsize needed)
{
  if (G_UNLIKELY (self->size - self->length < needed))
    grow (self, needed);
  return self->text + self->length;
}

static inline void
append (BwJsonWriter *self, const char *text, gsize length)
{
  memcpy (reserve (self, length), text, length);
  self->length += length;
}

static inline void
append_byte (BwJsonWriter *self, char byte)
{
  *reserve (self, 1) = byte;
  self->length++;
}

static void
append_escape (BwJsonWriter *self, guchar byte)
{
  static const char digits[] = "0123456789abcdef";
  char text[6] = { '\\', escapes[byte], '0', '0', digits[byte >> 4], digits[byte & 15] };

  append (self, text, escapes[byte] == 'u' ? 6 : 2);
}

static void
append_escaped (BwJsonWriter *self, const char *text, gsize length)
{
  gsize start = 0;

  for (gsize i = 0; i < length; i++)
    {
      guchar byte = (guchar) text[i];

      if (G_LIKELY (escapes[byte] == 0))
        continue;
      append (self, text + start, i - start);
      append_escape (self, byte);
      start = i + 1;
    }
  append (self, text + start, length - start);
}

/* Text from a worker's command or a file need not be UTF-8; what is written must be. */
static void
append_quoted (BwJsonWriter *self, const char *text)
{
  gsize length = strlen (text);

  append_byte (self, '"');
  if (G_LIKELY (g_utf8_validate_len (text, length, NULL)))
    append_escaped (self, text, length);
  else
    {
      g_autofree char *valid = g_utf8_make_valid (text, (gssize) length);

      append_escaped (self, valid, strlen (valid));
    }
  append_byte (self, '"');
}

static void
begin_value (BwJsonWriter *self, const char *member)
{
  if (self->needs_comma)
    append_byte (self, ',');
  self->needs_comma = TRUE;
  if (member == NULL)
    return;
  append_quoted (self, member);
  append_byte (self, ':');
}

static void
begin_container (BwJsonWriter *self, const char *member, char bracket)
{
  begin_value (self, member);
  append_byte (self, bracket);
  self->needs_comma = FALSE;
  self->depth++;
}

static void
end_container (BwJsonWriter *self, char bracket)
{
  g_return_if_fail (self->depth > 0);

  append_byte (self, bracket);
  self->needs_comma = TRUE;
  self->depth--;
}

static void
append_int (BwJsonWriter *self, gint64 value)
{
  char digits[20];
  char *at = digits + sizeof digits;
  guint64 rest = value < 0 ? -(guint64) value : (guint64) value;

  do
    *--at = (char) ('0' + rest % 10);
  while ((rest /= 10) != 0);
  if (value < 0)
    *--at = '-';
  append (self, at, (gsize) (digits + sizeof digits - at));
}

/**
 * bw_json_writer_new:
 *
 * Makes a writer of one JSON text. A writer belongs to one thread at a time.
 *
 * Returns: (transfer full): the writer
 */
BwJsonWriter *
bw_json_writer_new (void)
{
  BwJsonWriter *self = g_new0 (BwJsonWriter, 1);

  self->size = 1024;
  self->text = g_malloc (self->size);
  return self;
}

/**
 * bw_json_writer_free:
 * @self: (transfer full) (nullable): a writer
 *
 * Throws away the writer and what it has written.
 */
void
bw_json_writer_free (BwJsonWriter *self)
{
  if (self == NULL)
    return;
  g_free (self->text);
  g_free (self);
}

/**
 * bw_json_writer_begin_object:
 * @self: a writer
 * @member: (nullable): the member's name, or %NULL inside an array and at the top
 *
 * Opens an object; bw_json_writer_end_object() closes it.
 */
void
bw_json_writer_begin_object (BwJsonWriter *self, const char *member)
{
  begin_container (self, member, '{');
}

/**
 * bw_json_writer_end_object:
 * @self: a writer
 *
 * Closes the object opened last.
 */
void
bw_json_writer_end_object (BwJsonWriter *self)
{
  end_container (self, '}');
}

/**
 * bw_json_writer_begin_array:
 * @self: a writer
 * @member: (nullable): the member's name, or %NULL inside an array and at the top
 *
 * Opens an array; bw_json_writer_end_array() closes it.
 */
void
bw_json_writer_begin_array (BwJsonWriter *self, const char *member)
{
  begin_container (self, member, '[');
}

/**
 * bw_json_writer_end_array:
 * @self: a writer
 *
 * Closes the array opened last.
 */
void
bw_json_writer_end_array (BwJsonWriter *self)
{
  end_container (self, ']');
}

/**
 * bw_json_writer_string:
 * @self: a writer
 * @member: (nullable): the member's name, or %NULL inside an array and at the top
 * @value: (nullable): the text; %NULL is written as null
 *
 * Writes a string. Control characters are escaped; bytes that are not UTF-8 become U+FFFD.
 */
void
bw_json_writer_string (BwJsonWriter *self, const char *member, const char *value)
{
  begin_value (self, member);
  if (value != NULL)
    append_quoted (self, value);
  else
    append (self, "null", 4);
}

/**
 * bw_json_writer_int:
 * @self: a writer
 * @member: (nullable): the member's name, or %NULL inside an array and at the top
 * @value: the number
 *
 * Writes a whole number.
 */
void
bw_json_writer_int (BwJsonWriter *self, const char *member, gint64 value)
{
  begin_value (self, member);
  append_int (self, value);
}

/**
 * bw_json_writer_double:
 * @self: a writer
 * @member: (nullable): the member's name, or %NULL inside an array and at the top
 * @value: the number; infinities and what is not a number, for which JSON has no form, are written
 *   as null
 *
 * Writes a number, in the locale "C" whatever the process's is, with as many of 15 to 17
 * significant digits as reading it back exactly takes.
 */
void
bw_json_writer_double (BwJsonWriter *self, const char *member, double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  begin_value (self, member);
  if (!isfinite (value))
    {
      append (self, "null", 4);
      return;
    }
  if (fabs (value) < MAX_EXACT && value == (double) (gint64) value)
    {
      append_int (self, (gint64) value);
      return;
    }
  g_ascii_formatd (buffer, sizeof buffer, "%.15g", value);
  if (g_ascii_strtod (buffer, NULL) != value)
    g_ascii_formatd (buffer, sizeof buffer, "%.16g", value);
  if (g_ascii_strtod (buffer, NULL) != value)
    g_ascii_formatd (buffer, sizeof buffer, "%.17g", value);
  append (self, buffer, strlen (buffer));
}

/**
 * bw_json_writer_boolean:
 * @self: a writer
 * @member: (nullable): the member's name, or %NULL inside an array and at the top
 * @value: the truth
 *
 * Writes true or false.
 */
void
bw_json_writer_boolean (BwJsonWriter *self, const char *member, gboolean value)
{
  begin_value (self, member);
  if (value)
    append (self, "true", 4);
  else
    append (self, "false", 5);
}

/**
 * bw_json_writer_null:
 * @self: a writer
 * @member: (nullable): the member's name, or %NULL inside an array and at the top
 *
 * Writes null.
 */
void
bw_json_writer_null (BwJsonWriter *self, const char *member)
{
  begin_value (self, member);
  append (self, "null", 4);
}

/**
 * bw_json_writer_time:
 * @self: a writer
 * @member: (nullable): the member's name, or %NULL inside an array and at the top
 * @value: a moment; %BW_TIME_NONE is written as null
 *
 * Writes a moment as bw_time_format() has it.
 */
void
bw_json_writer_time (BwJsonWriter *self, const char *member, BwTime value)
{
  char buffer[BW_TIME_STRING_SIZE];
  gsize length = bw_time_format (value, buffer);

  begin_value (self, member);
  if (length == 0)
    {
      append (self, "null", 4);
      return;
    }
  append_byte (self, '"');
  append (self, buffer, length);
  append_byte (self, '"');
}

/**
 * bw_json_writer_raw:
 * @self: a writer
 * @member: (nullable): the member's name, or %NULL inside an array and at the top
 * @json: (nullable): JSON text of one value, which is not checked; %NULL is written as null
 *
 * Writes a value that is JSON text already, as parameters are kept.
 */
void
bw_json_writer_raw (BwJsonWriter *self, const char *member, const char *json)
{
  begin_value (self, member);
  if (json == NULL)
    json = "null";
  append (self, json, strlen (json));
}

/**
 * bw_json_writer_strv:
 * @self: a writer
 * @member: (nullable): the member's name, or %NULL inside an array and at the top
 * @values: (nullable) (array zero-terminated=1): texts; %NULL is written as an empty array
 *
 * Writes an array of strings.
 */
void
bw_json_writer_strv (BwJsonWriter *self, const char *member, const char *const *values)
{
  bw_json_writer_begin_array (self, member);
  for (gsize i = 0; values != NULL && values[i] != NULL; i++)
    bw_json_writer_string (self, NULL, values[i]);
  bw_json_writer_end_array (self);
}

/**
 * bw_json_writer_get_length:
 * @self: a writer
 *
 * Returns: how many bytes have been written
 */
gsize
bw_json_writer_get_length (BwJsonWriter *self)
{
  return self->length;
}

/**
 * bw_json_writer_free_to_bytes:
 * @self: (transfer full): a writer, with everything closed that was opened
 *
 * Ends the writing.
 *
 * Returns: (transfer full): the JSON text, without a NUL
 */
GBytes *
bw_json_writer_free_to_bytes (BwJsonWriter *self)
{
  GBytes *bytes;

  g_warn_if_fail (self->depth == 0);

  bytes = g_bytes_new_take (g_steal_pointer (&self->text), self->length);
  bw_json_writer_free (self);
  return bytes;
}

/**
 * bw_json_writer_free_to_string:
 * @self: (transfer full): a writer, with everything closed that was opened
 *
 * Ends the writing.
 *
 * Returns: (transfer full): the JSON text, with a NUL
 */
char *
bw_json_writer_free_to_string (BwJsonWriter *self)
{
  char *text;

  g_warn_if_fail (self->depth == 0);

  append_byte (self, '\0');
  text = g_steal_pointer (&self->text);
  bw_json_writer_free (self);
  return text;
}
