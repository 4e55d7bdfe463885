/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-json-check.h"

#include <string.h>

#include "bw-error.h"
#include "bw-json-keys.h"
#include "bw-json-tape.h"

/* How much of a name an error message repeats. */
#define MAX_SHOWN 64

typedef struct
{
  guint32 token; /* the container's, where there is a tape */
  gboolean is_object;
} Level;

typedef struct
{
  const char *text;
  const char *at;
  const char *end;
  guint depth;
  Level levels[BW_JSON_MAX_DEPTH];
  BwJsonKeys keys;
  BwJsonTape *tape; /* nullable: only check */
  char *problem;
} Scanner;

static gboolean fail (Scanner *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
fail (Scanner *self, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  self->problem = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return FALSE;
}

static gboolean
fail_unexpected (Scanner *self, const char *expected)
{
  guchar byte;

  if (self->at >= self->end)
    return fail (self, "the text ends where %s should be", expected);
  byte = (guchar) *self->at;
  if (g_ascii_isgraph (byte))
    return fail (self, "found '%c' where %s should be", byte, expected);
  return fail (self, "found the byte 0x%02x where %s should be", byte, expected);
}

static gboolean
fail_duplicate (Scanner *self, const BwJsonKey *key)
{
  g_autofree char *name = g_strndup (key->text, MIN (key->length, MAX_SHOWN));
  g_autofree char *valid = g_utf8_make_valid (name, -1);

  self->at = key->at;
  return fail (self, "the name '%s' comes twice in one object", valid);
}

static inline void
skip_space (Scanner *self)
{
  while (self->at < self->end
         && (*self->at == ' ' || *self->at == '\n' || *self->at == '\r' || *self->at == '\t'))
    self->at++;
}

static inline gboolean
next_is (Scanner *self, char byte)
{
  skip_space (self);
  return self->at < self->end && *self->at == byte;
}

static inline gboolean
is_between (guchar byte, guchar low, guchar high)
{
  return byte >= low && byte <= high;
}

/*
 * Well-formed UTF-8 as table 3-7 of the Unicode Standard has it: nothing overlong, no surrogates,
 * nothing beyond U+10FFFF. Returns the length of the sequence, or 0.
 */
static guint
measure_utf8 (const guchar *at, gsize available)
{
  guchar low = at[0] == 0xe0 ? 0xa0 : at[0] == 0xf0 ? 0x90 : 0x80;
  guchar high = at[0] == 0xed ? 0x9f : at[0] == 0xf4 ? 0x8f : 0xbf;
  guint length = at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;

  if (!is_between (at[0], 0xc2, 0xf4) || available < length || !is_between (at[1], low, high))
    return 0;
  for (guint i = 2; i < length; i++)
    if (!is_between (at[i], 0x80, 0xbf))
      return 0;
  return length;
}

static gboolean
scan_utf8 (Scanner *self)
{
  while (self->at < self->end && (guchar) *self->at >= 0x80)
    {
      guint length = measure_utf8 ((const guchar *) self->at, (gsize) (self->end - self->at));

      if (length == 0)
        return fail (self, "a string is not valid UTF-8");
      self->at += length;
    }
  return TRUE;
}

/* The four digits after "\u"; at is on the first of them. */
static gboolean
scan_hex (Scanner *self, guint *value)
{
  *value = 0;
  for (guint i = 0; i < 4; i++, self->at++)
    {
      if (self->at >= self->end || !g_ascii_isxdigit (*self->at))
        return fail_unexpected (self, "a hexadecimal digit");
      *value = *value << 4 | (guint) g_ascii_xdigit_value (*self->at);
    }
  return TRUE;
}

static gboolean
scan_unicode_escape (Scanner *self)
{
  const char *start = self->at - 2;
  guint value;
  guint low;

  if (!scan_hex (self, &value))
    return FALSE;
  if (value != 0 && (value < 0xd800 || value > 0xdfff))
    return TRUE;
  if (is_between ((guchar) (value >> 8), 0xd8, 0xdb) && self->end - self->at >= 2
      && self->at[0] == '\\' && self->at[1] == 'u')
    {
      self->at += 2;
      if (!scan_hex (self, &low))
        return FALSE;
      if (low >= 0xdc00 && low <= 0xdfff)
        return TRUE;
    }
  self->at = start;
  if (value == 0)
    return fail (self, "a string contains U+0000");
  return fail (self, "a string contains half of a surrogate pair");
}

static gboolean
scan_escape (Scanner *self)
{
  self->at++;
  if (self->at >= self->end || *self->at == '\0' || strchr ("\"\\/bfnrtu", *self->at) == NULL)
    return fail_unexpected (self, "an escape (one of \"\\/bfnrtu)");
  if (*self->at++ == 'u')
    return scan_unicode_escape (self);
  return TRUE;
}

/*
 * Whether one of eight bytes is not plain inside of a string: a quote, a backslash, a control
 * character or no ASCII. The well-known test for a zero byte within a word, from "Bit Twiddling
 * Hacks" (https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord); it may also answer
 * TRUE for a word without, which then is looked at byte by byte.
 */
static inline gboolean
has_special (guint64 word)
{
  const guint64 ones = G_GUINT64_CONSTANT (0x0101010101010101);
  guint64 quote = word ^ (ones * '"');
  guint64 backslash = word ^ (ones * '\\');

  return (((word - ones * 0x20) | (quote - ones) | (backslash - ones) | word) & (ones * 0x80)) != 0;
}

static inline void
skip_plain (Scanner *self)
{
  guint64 word;

  while (self->end - self->at >= (gssize) sizeof word)
    {
      memcpy (&word, self->at, sizeof word);
      if (has_special (word))
        break;
      self->at += sizeof word;
    }
  while (self->at < self->end && *self->at != '"' && *self->at != '\\'
         && (guchar) (*self->at - 0x20) < 0x60)
    self->at++;
}

/* From the byte after the opening quote to the one after the closing quote. */
static gboolean
scan_string (Scanner *self, gboolean *escaped)
{
  *escaped = FALSE;
  for (;;)
    {
      skip_plain (self);
      if (self->at >= self->end)
        return fail (self, "the text ends inside of a string");
      if (*self->at == '"')
        {
          self->at++;
          return TRUE;
        }
      if (*self->at == '\\')
        {
          *escaped = TRUE;
          if (!scan_escape (self))
            return FALSE;
        }
      else if ((guchar) *self->at < 0x20)
        return fail (self, "a string contains the control character U+%04X", (guint) *self->at);
      else if (!scan_utf8 (self))
        return FALSE;
    }
}

static gboolean
scan_digits (Scanner *self)
{
  if (self->at >= self->end || !g_ascii_isdigit (*self->at))
    return fail_unexpected (self, "a digit");
  while (self->at < self->end && g_ascii_isdigit (*self->at))
    self->at++;
  return TRUE;
}

static gboolean
scan_number (Scanner *self)
{
  if (*self->at == '-')
    self->at++;
  if (self->at < self->end && *self->at == '0')
    {
      self->at++;
      if (self->at < self->end && g_ascii_isdigit (*self->at))
        return fail (self, "a number begins with 0");
    }
  else if (!scan_digits (self))
    return FALSE;

  if (self->at < self->end && *self->at == '.')
    {
      self->at++;
      if (!scan_digits (self))
        return FALSE;
    }
  if (self->at < self->end && (*self->at == 'e' || *self->at == 'E'))
    {
      self->at++;
      if (self->at < self->end && (*self->at == '+' || *self->at == '-'))
        self->at++;
      return scan_digits (self);
    }
  return TRUE;
}

static gboolean
scan_literal (Scanner *self, BwJsonKind *kind)
{
  static const char *const literals[] = { "null", "false", "true" };

  for (guint i = 0; i < G_N_ELEMENTS (literals); i++)
    {
      gsize length = strlen (literals[i]);

      if ((gsize) (self->end - self->at) < length || memcmp (self->at, literals[i], length) != 0)
        continue;
      *kind = BW_JSON_NULL + i;
      self->at += length;
      return TRUE;
    }
  return fail_unexpected (self, "a value");
}

static void
add_token (Scanner *self, BwJsonKind kind, const char *start, const char *end, gboolean escaped)
{
  BwJsonToken *token;
  guint32 index;

  if (self->tape == NULL)
    return;
  index = bw_json_tape_add (self->tape, kind, start);
  token = self->tape->tokens + index;
  token->length = (guint32) (end - start);
  token->escaped = (guint8) escaped;
}

static gboolean
scan_scalar (Scanner *self)
{
  const char *start = self->at;
  BwJsonKind kind = BW_JSON_NUMBER;
  gboolean escaped;

  if (*start == '"')
    {
      self->at++;
      if (!scan_string (self, &escaped))
        return FALSE;
      add_token (self, BW_JSON_STRING, start + 1, self->at - 1, escaped);
      return TRUE;
    }
  if (*start == '-' || g_ascii_isdigit (*start))
    {
      if (!scan_number (self))
        return FALSE;
    }
  else if (!scan_literal (self, &kind))
    return FALSE;
  add_token (self, kind, start, self->at, FALSE);
  return TRUE;
}

static gboolean
scan_name (Scanner *self)
{
  const BwJsonKey *duplicate;
  const char *start;
  gboolean escaped;

  if (!next_is (self, '"'))
    return fail_unexpected (self, "a name in quotes");
  start = ++self->at;
  if (!scan_string (self, &escaped))
    return FALSE;
  duplicate = bw_json_keys_add (&self->keys, start, (gsize) (self->at - start) - 1, escaped);
  if (duplicate != NULL)
    return fail_duplicate (self, duplicate);
  add_token (self, BW_JSON_STRING, start, self->at - 1, escaped);
  if (!next_is (self, ':'))
    return fail_unexpected (self, "a colon");
  self->at++;
  return TRUE;
}

static gboolean
begin_container (Scanner *self)
{
  gboolean is_object = *self->at == '{';
  Level *level;

  if (self->depth == BW_JSON_MAX_DEPTH)
    return fail (self, "arrays and objects are nested more than %d deep", BW_JSON_MAX_DEPTH);
  level = self->levels + self->depth++;
  level->is_object = is_object;
  if (self->tape != NULL)
    level->token =
        bw_json_tape_add (self->tape, is_object ? BW_JSON_OBJECT : BW_JSON_ARRAY, self->at);
  if (is_object)
    bw_json_keys_begin (&self->keys);
  self->at++;
  return TRUE;
}

static gboolean
end_container (Scanner *self)
{
  Level *level = self->levels + --self->depth;
  const BwJsonKey *duplicate;

  self->at++;
  if (level->is_object)
    {
      duplicate = bw_json_keys_end (&self->keys);
      if (duplicate != NULL)
        return fail_duplicate (self, duplicate);
    }
  if (self->tape != NULL)
    {
      BwJsonToken *token = self->tape->tokens + level->token;

      token->length = (guint32) (self->at - self->text) - token->start;
      token->next = self->tape->n_tokens;
    }
  return TRUE;
}

static inline void
count_value (Scanner *self)
{
  if (self->tape != NULL)
    self->tape->tokens[self->levels[self->depth - 1].token].count++;
}

/* Scans one value, or only the beginning of a container that is not empty. */
static gboolean
scan_value (Scanner *self, gboolean *is_complete)
{
  gboolean is_object;

  *is_complete = TRUE;
  skip_space (self);
  if (self->at >= self->end)
    return fail_unexpected (self, "a value");
  if (*self->at != '{' && *self->at != '[')
    return scan_scalar (self);

  is_object = *self->at == '{';
  if (!begin_container (self))
    return FALSE;
  if (next_is (self, is_object ? '}' : ']'))
    return end_container (self);
  *is_complete = FALSE;
  return !is_object || scan_name (self);
}

/* After a complete value: closes what ends here, up to the place where the next value begins. */
static gboolean
scan_to_next_value (Scanner *self)
{
  while (self->depth > 0)
    {
      gboolean is_object = self->levels[self->depth - 1].is_object;

      count_value (self);
      if (next_is (self, ','))
        {
          self->at++;
          return !is_object || scan_name (self);
        }
      if (self->at >= self->end || *self->at != (is_object ? '}' : ']'))
        return fail_unexpected (self, is_object ? "',' or '}'" : "',' or ']'");
      if (!end_container (self))
        return FALSE;
    }
  skip_space (self);
  return self->at == self->end || fail_unexpected (self, "the end of the text");
}

static gboolean
scan_document (Scanner *self)
{
  do
    {
      gboolean is_complete;

      if (!scan_value (self, &is_complete))
        return FALSE;
      if (is_complete && !scan_to_next_value (self))
        return FALSE;
    }
  while (self->depth > 0);
  return TRUE;
}

static void
report (Scanner *self, GError **error)
{
  const char *line_start = self->text;
  guint line = 1;
  guint column = 1;

  for (const char *at = self->text; at < self->at; at++)
    if (*at == '\n')
      {
        line++;
        line_start = at + 1;
      }
  for (const char *at = line_start; at < self->at; at++)
    if (((guchar) *at & 0xc0) != 0x80)
      column++;
  bw_set_error (error, BW_ERROR_INVALID, "Not valid JSON: line %u, column %u: %s", line, column,
                self->problem);
}

/**
 * bw_json_scan:
 * @text: any bytes
 * @length: how many
 * @tape: (nullable) (inout): an empty tape to fill, or %NULL to check only; its text is @text,
 *   which must stay as long as the tape is used
 * @error: (out) (optional): %BW_ERROR_INVALID with line and column of the first fault
 *
 * Does what bw_json_check() does, and notes where the values are.
 *
 * Returns: whether @text is JSON within the bounds; the tape is to be cleared either way
 */
gboolean
bw_json_scan (const char *text, gsize length, BwJsonTape *tape, GError **error)
{
  Scanner scanner = { .text = text, .at = text, .end = text + length, .tape = tape };
  gboolean ok;

  if (length > G_MAXUINT32 - 1)
    {
      bw_set_error (error, BW_ERROR_TOO_LARGE, "A JSON text of 4 GiB or more is not read.");
      return FALSE;
    }
  if (tape != NULL)
    tape->text = text;
  ok = scan_document (&scanner);
  if (!ok)
    report (&scanner, error);
  bw_json_keys_clear (&scanner.keys);
  g_free (scanner.problem);
  return ok;
}

/**
 * bw_json_check:
 * @text: any bytes
 * @length: how many
 * @error: (out) (optional): %BW_ERROR_INVALID with line and column of the first fault
 *
 * Checks in a single pass, without recursion, that bytes from outside are one JSON text (RFC 8259)
 * that is safe to hand on: valid UTF-8, not nested deeper than %BW_JSON_MAX_DEPTH, no name twice in
 * one object, no control characters and no U+0000 in strings, no halves of surrogate pairs.
 *
 * It goes before json-glib because that parses by recursion, so that deep nesting exhausts the
 * stack; because it silently keeps the last of duplicate names, so that what was checked by one
 * program could be something else to the next; and because C strings end at the first NUL. The
 * size of numbers is left to their readers.
 *
 * Returns: whether @text is such a text
 */
gboolean
bw_json_check (const char *text, gsize length, GError **error)
{
  g_return_val_if_fail (text != NULL || length == 0, FALSE);

  return bw_json_scan (text != NULL ? text : "", length, NULL, error);
}
