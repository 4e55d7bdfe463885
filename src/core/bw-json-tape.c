/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-json-tape.h"

#include <string.h>

static gunichar
read_hex (const char *text)
{
  gunichar value = 0;

  for (guint i = 0; i < 4; i++)
    value = value << 4 | (gunichar) g_ascii_xdigit_value (text[i]);
  return value;
}

/* At the 'u' of an escape; moves past it and past the low surrogate that may follow. */
static gunichar
read_unicode_escape (const char **at)
{
  gunichar value = read_hex (*at + 1);

  *at += 5;
  if (value < 0xd800 || value > 0xdbff)
    return value;
  value = 0x10000 + ((value - 0xd800) << 10) + (read_hex (*at + 2) - 0xdc00);
  *at += 6;
  return value;
}

/**
 * bw_json_unescape:
 * @text: the inside of a JSON string that bw_json_scan() has accepted
 * @length: its length in bytes
 * @to: (out caller-allocates): where to write, at least @length bytes: no escape is shorter than
 *   what it stands for
 *
 * Resolves the escapes of a string. No NUL is added.
 *
 * Returns: the number of bytes written
 */
gsize
bw_json_unescape (const char *text, gsize length, char *to)
{
  static const char plain[256] = {
    ['b'] = '\b', ['f'] = '\f', ['n'] = '\n', ['r'] = '\r',
    ['t'] = '\t', ['"'] = '"',  ['/'] = '/',  ['\\'] = '\\',
  };
  const char *end = text + length;
  char *out = to;

  while (text < end)
    {
      if (*text != '\\')
        {
          *out++ = *text++;
          continue;
        }
      text++;
      if (*text == 'u')
        out += g_unichar_to_utf8 (read_unicode_escape (&text), out);
      else
        *out++ = plain[(guchar) *text++];
    }
  return (gsize) (out - to);
}

/**
 * bw_json_tape_clear:
 * @self: a tape
 *
 * Frees what the tape holds; its text is not its own.
 */
void
bw_json_tape_clear (BwJsonTape *self)
{
  g_clear_pointer (&self->tokens, g_free);
  self->n_tokens = self->size = 0;
}

/**
 * bw_json_tape_add:
 * @self: a tape
 * @kind: what begins here
 * @start: where in the text
 *
 * Adds a token that, until its maker says otherwise, contains nothing.
 *
 * Returns: its index
 */
guint32
bw_json_tape_add (BwJsonTape *self, BwJsonKind kind, const char *start)
{
  BwJsonToken *token;

  if (G_UNLIKELY (self->n_tokens == self->size))
    {
      self->size = MAX (64, 2 * self->size);
      self->tokens = g_renew (BwJsonToken, self->tokens, self->size);
    }
  token = self->tokens + self->n_tokens;
  token->start = (guint32) (start - self->text);
  token->length = 0;
  token->next = self->n_tokens + 1;
  token->count = 0;
  token->kind = (guint8) kind;
  token->escaped = FALSE;
  return self->n_tokens++;
}

/**
 * bw_json_tape_equals:
 * @self: a tape
 * @token: the index of a string
 * @text: what it may say
 * @length: the length of @text in bytes
 *
 * Returns: whether the string, with its escapes resolved, is @text
 */
gboolean
bw_json_tape_equals (const BwJsonTape *self, guint32 token, const char *text, gsize length)
{
  const BwJsonToken *string = self->tokens + token;
  g_autofree char *unescaped = NULL;

  if (!string->escaped)
    return string->length == length && memcmp (self->text + string->start, text, length) == 0;
  if (string->length < length)
    return FALSE;
  unescaped = g_malloc (string->length);
  return bw_json_unescape (self->text + string->start, string->length, unescaped) == length
         && memcmp (unescaped, text, length) == 0;
}

/**
 * bw_json_tape_find:
 * @self: a tape
 * @object: the index of an object
 * @name: a member's name
 * @hint: the index of the member's name to begin at, or 0: readers ask for members mostly in the
 *   order in which writers write them, so beginning after the one found last finds most at once
 *
 * Looks for a member.
 *
 * Returns: the index of the member's name, after which its value follows, or %BW_JSON_NOT_FOUND
 */
guint32
bw_json_tape_find (const BwJsonTape *self, guint32 object, const char *name, guint32 hint)
{
  const BwJsonToken *tokens = self->tokens;
  gsize length = strlen (name);
  guint32 first = object + 1;
  guint32 end = tokens[object].next;
  guint32 start = hint > object && hint < end ? hint : first;

  for (guint32 at = start; at < end; at = tokens[at + 1].next)
    if (bw_json_tape_equals (self, at, name, length))
      return at;
  for (guint32 at = first; at < start; at = tokens[at + 1].next)
    if (bw_json_tape_equals (self, at, name, length))
      return at;
  return BW_JSON_NOT_FOUND;
}

/**
 * bw_json_tape_dup_string:
 * @self: a tape
 * @token: the index of a string
 *
 * Returns: (transfer full): the string with its escapes resolved
 */
char *
bw_json_tape_dup_string (const BwJsonTape *self, guint32 token)
{
  const BwJsonToken *string = self->tokens + token;
  char *copy = g_malloc (string->length + 1);
  gsize length = string->length;

  if (string->escaped)
    length = bw_json_unescape (self->text + string->start, string->length, copy);
  else
    memcpy (copy, self->text + string->start, length);
  copy[length] = '\0';
  return copy;
}

/**
 * bw_json_tape_dup_compact:
 * @self: a tape
 * @token: the index of a value
 * @length: (out): the length of the text in bytes
 *
 * Copies the JSON text of a value without the white space between its tokens. Numbers and strings
 * stay as they were written, so nothing is rounded.
 *
 * Returns: (transfer full): the text, with a NUL
 */
char *
bw_json_tape_dup_compact (const BwJsonTape *self, guint32 token, gsize *length)
{
  gsize quote = self->tokens[token].kind == BW_JSON_STRING ? 1 : 0;
  const char *at = self->text + self->tokens[token].start - quote;
  const char *end = at + self->tokens[token].length + 2 * quote;
  char *copy = g_malloc ((gsize) (end - at) + 1);
  char *out = copy;
  gboolean in_string = FALSE;

  for (; at < end; at++)
    {
      if (!in_string && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r'))
        continue;
      *out++ = *at;
      if (*at == '"')
        in_string = !in_string;
      else if (*at == '\\')
        *out++ = *++at;
    }
  *out = '\0';
  *length = (gsize) (out - copy);
  return copy;
}
