/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-json-reader-private.h"

#include <math.h>
#include <string.h>

#include "bw-text.h"

/* Up to here every whole number is a double of its own: 2 to the power 53. */
#define MAX_EXACT 9007199254740992.0

static const char *
keep_string (BwJsonReader *self, guint32 token)
{
  const BwJsonToken *string = bw_json_reader_get_token (self, token);
  g_autofree char *unescaped = NULL;

  if (self->strings == NULL)
    self->strings = g_string_chunk_new (4096);
  if (!string->escaped)
    return g_string_chunk_insert_len (self->strings, self->tape.text + string->start,
                                      string->length);
  unescaped = bw_json_tape_dup_string (&self->tape, token);
  return g_string_chunk_insert (self->strings, unescaped);
}

/* In bytes a string is never shorter than in characters, so most need no counting. */
static gboolean
is_too_long (BwJsonReader *self, guint32 token, gsize max_length)
{
  const BwJsonToken *string = bw_json_reader_get_token (self, token);
  g_autofree char *text = NULL;

  if (string->length <= max_length)
    return FALSE;
  text = bw_json_tape_dup_string (&self->tape, token);
  return (gsize) g_utf8_strlen (text, -1) > max_length;
}

static gboolean
find_string (BwJsonReader *self, const char *member, gsize max_length, guint32 *value)
{
  if (!bw_json_reader_find_kind (self, member, BW_JSON_STRING, "a string", value))
    return FALSE;
  if (!is_too_long (self, *value, max_length))
    return TRUE;
  bw_json_reader_fail (self, member, "must be at most %" G_GSIZE_FORMAT " characters long",
                       max_length);
  return FALSE;
}

static double
parse_double (BwJsonReader *self, guint32 token)
{
  const BwJsonToken *number = bw_json_reader_get_token (self, token);
  g_autofree char *text = g_strndup (self->tape.text + number->start, number->length);

  return g_ascii_strtod (text, NULL);
}

/* Whole numbers as JSON Schema sees them: 1.0 and 1e3 are some, as far as doubles are exact. */
static gboolean
parse_int (BwJsonReader *self, guint32 token, gint64 *value, gboolean *is_whole)
{
  const BwJsonToken *number = bw_json_reader_get_token (self, token);
  const char *text = self->tape.text + number->start;
  gboolean is_negative = text[0] == '-';
  guint64 sum = 0;
  guint64 limit = (guint64) G_MAXINT64 + (is_negative ? 1 : 0);

  *is_whole = TRUE;
  for (guint32 i = is_negative ? 1 : 0; i < number->length; i++)
    {
      guint64 digit = (guint64) (text[i] - '0');

      if (!g_ascii_isdigit (text[i]))
        {
          double number_value = parse_double (self, token);

          /* Beyond, every double is whole, and none can be told from its neighbours. */
          if (fabs (number_value) > MAX_EXACT)
            return FALSE;
          *value = (gint64) number_value;
          *is_whole = (double) *value == number_value;
          return *is_whole;
        }
      if (sum > (limit - digit) / 10)
        return FALSE;
      sum = sum * 10 + digit;
    }
  *value = is_negative ? (gint64) -sum : (gint64) sum;
  return TRUE;
}

/* Says what is wrong with the token, or returns NULL. */
static char *
get_int (BwJsonReader *self, guint32 token, gint64 min, gint64 max, gint64 *value)
{
  gboolean is_whole = FALSE;

  if (bw_json_reader_get_token (self, token)->kind != BW_JSON_NUMBER)
    return g_strdup ("must be a whole number");
  if (parse_int (self, token, value, &is_whole) && *value >= min && *value <= max)
    return NULL;
  if (!is_whole)
    return g_strdup ("must be a whole number");
  return g_strdup_printf ("must be from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, min, max);
}

/**
 * bw_json_reader_string:
 * @self: a reader
 * @member: (nullable): a member
 * @max_length: how many characters it may have
 *
 * Reads a string.
 *
 * Returns: (nullable) (transfer none): the string, valid until the reader is freed; %NULL where it
 *   is absent
 */
const char *
bw_json_reader_string (BwJsonReader *self, const char *member, gsize max_length)
{
  guint32 value;

  return find_string (self, member, max_length, &value) ? keep_string (self, value) : NULL;
}

/**
 * bw_json_reader_need_string:
 * @self: a reader
 * @member: (nullable): a member
 * @max_length: how many characters it may have
 *
 * Reads a string; its absence is a failure.
 *
 * Returns: (nullable) (transfer none): the string, valid until the reader is freed; %NULL if
 *   anything is wrong
 */
const char *
bw_json_reader_need_string (BwJsonReader *self, const char *member, gsize max_length)
{
  const char *string = bw_json_reader_string (self, member, max_length);

  if (string == NULL)
    bw_json_reader_fail (self, member, "is missing");
  return string;
}

/**
 * bw_json_reader_dup_string:
 * @self: a reader
 * @member: (nullable): a member
 * @max_length: how many characters it may have
 *
 * Reads a string, as bw_json_reader_string() does.
 *
 * Returns: (nullable) (transfer full): the string; %NULL where it is absent
 */
char *
bw_json_reader_dup_string (BwJsonReader *self, const char *member, gsize max_length)
{
  guint32 value;

  if (!find_string (self, member, max_length, &value))
    return NULL;
  return bw_json_tape_dup_string (&self->tape, value);
}

/**
 * bw_json_reader_dup_line:
 * @self: a reader
 * @member: (nullable): a member
 * @max_length: how many characters it may have
 *
 * Reads a name or label: a string that is not empty and has no control characters.
 *
 * Returns: (nullable) (transfer full): the string; %NULL where it is absent or not such a one
 */
char *
bw_json_reader_dup_line (BwJsonReader *self, const char *member, gsize max_length)
{
  g_autofree char *line = bw_json_reader_dup_string (self, member, max_length);

  if (line == NULL)
    return NULL;
  if (line[0] == '\0')
    bw_json_reader_fail (self, member, "must not be empty");
  else if (bw_text_has_control (line))
    bw_json_reader_fail (self, member, "must not have control characters");
  return self->error == NULL ? g_steal_pointer (&line) : NULL;
}

/**
 * bw_json_reader_int:
 * @self: a reader
 * @member: (nullable): a member
 * @min: the least that it may be
 * @max: the most that it may be
 * @fallback: what is returned where it is absent or wrong
 *
 * Reads a whole number. As in JSON Schema, 3.0 is one and 3.5 is none.
 *
 * Returns: the number
 */
gint64
bw_json_reader_int (BwJsonReader *self, const char *member, gint64 min, gint64 max, gint64 fallback)
{
  g_autofree char *problem = NULL;
  guint32 token;
  gint64 value = fallback;

  if (!bw_json_reader_find (self, member, &token))
    return fallback;
  problem = get_int (self, token, min, max, &value);
  if (problem == NULL)
    return value;
  bw_json_reader_fail (self, member, "%s", problem);
  return fallback;
}

/**
 * bw_json_reader_need_int:
 * @self: a reader
 * @member: (nullable): a member
 * @min: the least that it may be
 * @max: the most that it may be
 *
 * Reads a whole number; its absence is a failure.
 *
 * Returns: the number; @min if anything is wrong
 */
gint64
bw_json_reader_need_int (BwJsonReader *self, const char *member, gint64 min, gint64 max)
{
  if (!bw_json_reader_has (self, member))
    bw_json_reader_fail (self, member, "is missing");
  return bw_json_reader_int (self, member, min, max, min);
}

/**
 * bw_json_reader_double:
 * @self: a reader
 * @member: (nullable): a member
 * @min: the least that it may be
 * @max: the most that it may be
 * @fallback: what is returned where it is absent or wrong
 *
 * Reads a number.
 *
 * Returns: the number, never infinite
 */
double
bw_json_reader_double (BwJsonReader *self,
                       const char *member,
                       double min,
                       double max,
                       double fallback)
{
  guint32 token;
  double value;

  if (!bw_json_reader_find_kind (self, member, BW_JSON_NUMBER, "a number", &token))
    return fallback;
  value = parse_double (self, token);
  if (isfinite (value) && value >= min && value <= max)
    return value;
  bw_json_reader_fail (self, member, "must be from %g to %g", min, max);
  return fallback;
}

/**
 * bw_json_reader_boolean:
 * @self: a reader
 * @member: (nullable): a member
 * @fallback: what is returned where it is absent or wrong
 *
 * Reads true or false.
 *
 * Returns: the truth
 */
gboolean
bw_json_reader_boolean (BwJsonReader *self, const char *member, gboolean fallback)
{
  guint32 token;

  if (!bw_json_reader_find (self, member, &token))
    return fallback;
  if (bw_json_reader_get_token (self, token)->kind == BW_JSON_TRUE)
    return TRUE;
  if (bw_json_reader_get_token (self, token)->kind == BW_JSON_FALSE)
    return FALSE;
  bw_json_reader_fail (self, member, "must be true or false");
  return fallback;
}

/**
 * bw_json_reader_time:
 * @self: a reader
 * @member: (nullable): a member
 *
 * Reads a moment, as bw_time_parse() does.
 *
 * Returns: the moment; %BW_TIME_NONE where it is absent or wrong
 */
BwTime
bw_json_reader_time (BwJsonReader *self, const char *member)
{
  const char *string = NULL;
  BwTime time = BW_TIME_NONE;
  guint32 token;

  if (!bw_json_reader_find_kind (self, member, BW_JSON_STRING,
                                 "a time such as \"2026-11-21T23:50:00.000Z\"", &token))
    return BW_TIME_NONE;
  string = keep_string (self, token);
  if (!bw_time_parse (string, &time))
    bw_json_reader_fail (self, member,
                         "must be a time as RFC 3339 has it, \"2026-11-21T23:50:00.000Z\"");
  return time;
}

/**
 * bw_json_reader_strv:
 * @self: a reader
 * @member: (nullable): a member
 * @max_strings: how many strings it may have
 * @max_length: how many characters each may have
 *
 * Reads an array of strings.
 *
 * Returns: (nullable) (transfer full): the strings; %NULL where they are absent or wrong
 */
GStrv
bw_json_reader_strv (BwJsonReader *self, const char *member, gsize max_strings, gsize max_length)
{
  g_auto (GStrv) strings = NULL;
  gsize length;

  if (!bw_json_reader_enter_array (self, member, max_strings, &length))
    return NULL;
  strings = g_new0 (char *, length + 1);
  for (gsize i = 0; i < length && self->error == NULL; i++)
    {
      guint32 token;

      if (!bw_json_reader_find_element (self, i, &token))
        break;
      if (bw_json_reader_get_token (self, token)->kind != BW_JSON_STRING)
        bw_json_reader_fail_element (self, i, "must be a string");
      else if (is_too_long (self, token, max_length))
        bw_json_reader_fail_element (self, i, "must be at most %" G_GSIZE_FORMAT " characters long",
                                     max_length);
      else
        strings[i] = bw_json_tape_dup_string (&self->tape, token);
    }
  bw_json_reader_leave (self);
  return self->error == NULL ? g_steal_pointer (&strings) : NULL;
}

/**
 * bw_json_reader_raw:
 * @self: a reader
 * @member: (nullable): a member
 *
 * Reads a value of any kind as JSON text without white space between its tokens; numbers and
 * strings stay as they were written.
 *
 * Returns: (nullable) (transfer full): the text; %NULL where it is absent
 */
char *
bw_json_reader_raw (BwJsonReader *self, const char *member)
{
  guint32 token;
  gsize length;

  return bw_json_reader_find (self, member, &token)
             ? bw_json_tape_dup_compact (&self->tape, token, &length)
             : NULL;
}

/**
 * bw_json_reader_raw_object:
 * @self: a reader
 * @member: (nullable): a member
 * @max_bytes: how many bytes its text may have; more are a failure (%BW_ERROR_TOO_LARGE)
 *
 * Reads an object, as bw_json_reader_raw() does: parameters.
 *
 * Returns: (nullable) (transfer full): the text; %NULL where it is absent or wrong
 */
char *
bw_json_reader_raw_object (BwJsonReader *self, const char *member, gsize max_bytes)
{
  g_autofree char *text = NULL;
  guint32 token;
  gsize length;

  if (!bw_json_reader_find_kind (self, member, BW_JSON_OBJECT, "an object", &token))
    return NULL;
  text = bw_json_tape_dup_compact (&self->tape, token, &length);
  if (length <= max_bytes)
    return g_steal_pointer (&text);
  bw_json_reader_fail_code (self, BW_ERROR_TOO_LARGE, member,
                            "has %" G_GSIZE_FORMAT " bytes; at most %" G_GSIZE_FORMAT " are taken",
                            length, max_bytes);
  return NULL;
}

/**
 * bw_json_reader_node:
 * @self: a reader
 * @member: (nullable): a member
 *
 * Reads a value of any kind as json-glib's tree.
 *
 * Returns: (nullable) (transfer none): the value, valid until the reader is freed; %NULL where it
 *   is absent
 */
JsonNode *
bw_json_reader_node (BwJsonReader *self, const char *member)
{
  g_autofree char *text = bw_json_reader_raw (self, member);
  JsonNode *node;

  if (text == NULL)
    return NULL;
  if (self->nodes == NULL)
    self->nodes = g_ptr_array_new_with_free_func ((GDestroyNotify) json_node_unref);
  node = bw_json_parse (text, strlen (text), &self->error);
  if (node != NULL)
    g_ptr_array_add (self->nodes, node);
  return node;
}

/**
 * bw_json_reader_element_string:
 * @self: a reader, in an array
 * @index: from 0
 * @max_length: how many characters it may have
 *
 * Reads an element that must be a string.
 *
 * Returns: (nullable) (transfer none): the string, valid until the reader is freed; %NULL if it is
 *   none
 */
const char *
bw_json_reader_element_string (BwJsonReader *self, gsize index, gsize max_length)
{
  guint32 token;

  if (!bw_json_reader_find_element (self, index, &token))
    return NULL;
  if (bw_json_reader_get_token (self, token)->kind != BW_JSON_STRING)
    bw_json_reader_fail_element (self, index, "must be a string");
  else if (is_too_long (self, token, max_length))
    bw_json_reader_fail_element (self, index, "must be at most %" G_GSIZE_FORMAT " characters long",
                                 max_length);
  else
    return keep_string (self, token);
  return NULL;
}

/**
 * bw_json_reader_element_int:
 * @self: a reader, in an array
 * @index: from 0
 * @min: the least that it may be
 * @max: the most that it may be
 *
 * Reads an element that must be a whole number.
 *
 * Returns: the number; @min if it is none
 */
gint64
bw_json_reader_element_int (BwJsonReader *self, gsize index, gint64 min, gint64 max)
{
  g_autofree char *problem = NULL;
  guint32 token;
  gint64 value = min;

  if (!bw_json_reader_find_element (self, index, &token))
    return min;
  problem = get_int (self, token, min, max, &value);
  if (problem == NULL)
    return value;
  bw_json_reader_fail_element (self, index, "%s", problem);
  return min;
}
