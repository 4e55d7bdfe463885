/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-json-reader-private.h"

#include <string.h>

#define NO_INDEX G_MAXSIZE

/* How many characters of an unknown name an error repeats. */
#define MAX_SHOWN 64

static inline BwJsonReaderLevel *
present (BwJsonReader *self)
{
  return self->levels + self->depth;
}

static void
append_name (GString *path, const char *name)
{
  if (path->len > 0)
    g_string_append_c (path, '.');
  g_string_append (path, name);
}

static GString *
make_path (BwJsonReader *self)
{
  GString *path = g_string_new (NULL);

  for (guint i = 1; i <= self->depth; i++)
    {
      const BwJsonReaderLevel *level = self->levels + i;

      if (level->index != NO_INDEX)
        g_string_append_printf (path, "[%" G_GSIZE_FORMAT "]", level->index);
      else if (level->name != BW_JSON_NOT_FOUND)
        {
          g_autofree char *name = bw_json_tape_dup_string (&self->tape, level->name);

          append_name (path, name);
        }
    }
  return path;
}

static void
fail_at (BwJsonReader *self, BwErrorCode code, GString *path, const char *message)
{
  if (self->error == NULL)
    {
      if (path->len > 0)
        self->error = bw_error_new_field (code, path->str, "%s: %s", path->str, message);
      else
        self->error = bw_error_new_field (code, NULL, "The JSON text as a whole %s", message);
    }
  g_string_free (path, TRUE);
}

void
bw_json_reader_fail_element (BwJsonReader *self, gsize index, const char *format, ...)
{
  g_autofree char *message = NULL;
  GString *path = make_path (self);
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_string_append_printf (path, "[%" G_GSIZE_FORMAT "]", index);
  fail_at (self, BW_ERROR_INVALID, path, message);
}

/* Finds a value that is there and not null; a member of what is no object is a failure. */
gboolean
bw_json_reader_find (BwJsonReader *self, const char *member, guint32 *value)
{
  BwJsonReaderLevel *level = present (self);
  guint32 name;

  if (self->error != NULL)
    return FALSE;
  *value = level->token;
  if (member != NULL)
    {
      if (bw_json_reader_get_token (self, level->token)->kind != BW_JSON_OBJECT)
        {
          bw_json_reader_fail (self, NULL, "must be an object");
          return FALSE;
        }
      name = bw_json_tape_find (&self->tape, level->token, member, level->hint);
      if (name == BW_JSON_NOT_FOUND)
        return FALSE;
      *value = name + 1;
      level->hint = bw_json_reader_get_token (self, *value)->next;
    }
  return bw_json_reader_get_token (self, *value)->kind != BW_JSON_NULL;
}

gboolean
bw_json_reader_find_kind (BwJsonReader *self,
                          const char *member,
                          BwJsonKind kind,
                          const char *what,
                          guint32 *value)
{
  if (!bw_json_reader_find (self, member, value))
    return FALSE;
  if (bw_json_reader_get_token (self, *value)->kind == kind)
    return TRUE;
  bw_json_reader_fail (self, member, "must be %s", what);
  return FALSE;
}

/* The elements are mostly asked for in their order, so the one got last is where to begin. */
gboolean
bw_json_reader_find_element (BwJsonReader *self, gsize index, guint32 *value)
{
  BwJsonReaderLevel *level = present (self);
  const BwJsonToken *array = bw_json_reader_get_token (self, level->token);

  if (self->error != NULL || array->kind != BW_JSON_ARRAY || index >= array->count)
    return FALSE;
  if (level->hint == 0 || index < level->hint_index)
    {
      level->hint = level->token + 1;
      level->hint_index = 0;
    }
  for (; level->hint_index < index; level->hint_index++)
    level->hint = bw_json_reader_get_token (self, level->hint)->next;
  *value = level->hint;
  return TRUE;
}

static void
push (BwJsonReader *self, guint32 token, guint32 name, gsize index)
{
  g_return_if_fail (self->depth + 1 < BW_JSON_READER_MAX_LEVELS);

  self->levels[++self->depth] =
      (BwJsonReaderLevel) { .token = token, .name = name, .index = index };
}

static void
fail_unknown (BwJsonReader *self, guint32 token)
{
  g_autoptr (GString) path = make_path (self);
  g_autofree char *name = bw_json_tape_dup_string (&self->tape, token);
  g_autofree char *shown = g_utf8_substring (name, 0, MIN (g_utf8_strlen (name, -1), MAX_SHOWN));

  append_name (path, shown);
  self->error =
      bw_error_new_field (BW_ERROR_INVALID, path->str, "%s: unknown field '%s'", path->str, shown);
}

/**
 * bw_json_parse:
 * @text: any bytes
 * @length: how many
 * @error: (out) (optional): %BW_ERROR_INVALID with line and column of the first fault
 *
 * Parses a JSON text from outside into json-glib's tree, after bw_json_check() has found it safe.
 *
 * Returns: (transfer full) (nullable): the root, or %NULL
 */
JsonNode *
bw_json_parse (const char *text, gsize length, GError **error)
{
  g_autoptr (JsonParser) parser = NULL;
  g_autoptr (GError) parse_error = NULL;

  if (!bw_json_check (text, length, error))
    return NULL;
  parser = json_parser_new ();
  json_parser_set_strict (parser, TRUE);
  if (json_parser_load_from_data (parser, text, (gssize) length, &parse_error))
    return json_parser_steal_root (parser);
  bw_set_error (error, BW_ERROR_INVALID, "Not valid JSON: %s", parse_error->message);
  return NULL;
}

static BwJsonReader *
new_for_text (const char *text, gsize length, GError **error)
{
  BwJsonReader *self = g_new0 (BwJsonReader, 1);

  self->levels[0] =
      (BwJsonReaderLevel) { .token = 0, .name = BW_JSON_NOT_FOUND, .index = NO_INDEX };
  if (!bw_json_scan (text, length, &self->tape, error))
    g_clear_pointer (&self, bw_json_reader_free);
  return self;
}

/**
 * bw_json_reader_new_for_text:
 * @text: any bytes, which must stay until the reader is freed
 * @length: how many
 * @error: (out) (optional): %BW_ERROR_INVALID with line and column of the first fault
 *
 * Makes a reader of a JSON text from outside, which passes bw_json_check(). A reader belongs to one
 * thread at a time.
 *
 * Returns: (transfer full) (nullable): the reader, at the root; %NULL if @text is not JSON
 */
BwJsonReader *
bw_json_reader_new_for_text (const char *text, gsize length, GError **error)
{
  g_return_val_if_fail (text != NULL || length == 0, NULL);

  return new_for_text (text != NULL ? text : "", length, error);
}

/**
 * bw_json_reader_new:
 * @root: (transfer none): any value; not used after the call
 *
 * Makes a reader of a tree. It writes the tree as text and reads that: where there is text,
 * bw_json_reader_new_for_text() does without the detour.
 *
 * Returns: (transfer full): the reader, at the root; if bw_json_check() refuses the tree, as when
 *   it is nested too deep, the reader has failed from the start
 */
BwJsonReader *
bw_json_reader_new (JsonNode *root)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  BwJsonReader *self;

  g_return_val_if_fail (root != NULL, NULL);

  text = json_to_string (root, FALSE);
  self = new_for_text (text, strlen (text), &error);
  if (self == NULL)
    {
      self = new_for_text ("null", 4, NULL);
      self->error = g_steal_pointer (&error);
    }
  self->owned_text = g_steal_pointer (&text);
  return self;
}

/**
 * bw_json_reader_free:
 * @self: (transfer full) (nullable): a reader
 *
 * Frees the reader and the strings and nodes that it has handed out.
 */
void
bw_json_reader_free (BwJsonReader *self)
{
  if (self == NULL)
    return;
  bw_json_tape_clear (&self->tape);
  g_clear_pointer (&self->strings, g_string_chunk_free);
  g_clear_pointer (&self->nodes, g_ptr_array_unref);
  g_clear_error (&self->error);
  g_free (self->owned_text);
  g_free (self);
}

/**
 * bw_json_reader_finish:
 * @self: a reader
 * @error: (out) (optional): the first thing that was wrong, with the path of its field
 *
 * Tells whether all that was read was as it should be. @self stays; after an error has been taken
 * it is not to be read on.
 *
 * Returns: %FALSE if anything was wrong
 */
gboolean
bw_json_reader_finish (BwJsonReader *self, GError **error)
{
  if (self->error == NULL)
    return TRUE;
  if (error != NULL)
    *error = g_error_copy (self->error);
  return FALSE;
}

/**
 * bw_json_reader_is_valid:
 * @self: a reader
 *
 * Returns: whether nothing was wrong so far
 */
gboolean
bw_json_reader_is_valid (BwJsonReader *self)
{
  return self->error == NULL;
}

/**
 * bw_json_reader_fail:
 * @self: a reader
 * @member: (nullable): the member at fault, or %NULL for the present value
 * @format: what is wrong, to follow the path: "must be a string"
 *
 * Notes %BW_ERROR_INVALID, unless something was wrong before.
 */
void
bw_json_reader_fail (BwJsonReader *self, const char *member, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  bw_json_reader_fail_code (self, BW_ERROR_INVALID, member, "%s", message);
}

/**
 * bw_json_reader_fail_code:
 * @self: a reader
 * @code: what went wrong
 * @member: (nullable): the member at fault, or %NULL for the present value
 * @format: what is wrong, to follow the path: "must be a string"
 *
 * Notes a failure, unless something was wrong before.
 */
void
bw_json_reader_fail_code (BwJsonReader *self,
                          BwErrorCode code,
                          const char *member,
                          const char *format,
                          ...)
{
  g_autofree char *message = NULL;
  GString *path = make_path (self);
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  if (member != NULL)
    append_name (path, member);
  fail_at (self, code, path, message);
}

/**
 * bw_json_reader_enter_object:
 * @self: a reader
 * @member: (nullable): the member to enter, or %NULL for the present value itself
 *
 * Enters an object, so that its members can be read.
 *
 * Returns: %FALSE if the member is absent or, which is a failure, no object; then there is nothing
 *   to leave
 */
gboolean
bw_json_reader_enter_object (BwJsonReader *self, const char *member)
{
  guint32 value;

  if (!bw_json_reader_find_kind (self, member, BW_JSON_OBJECT, "an object", &value))
    return FALSE;
  push (self, value, member != NULL ? value - 1 : BW_JSON_NOT_FOUND, NO_INDEX);
  return TRUE;
}

/**
 * bw_json_reader_enter_array:
 * @self: a reader
 * @member: (nullable): the member to enter, or %NULL for the present value itself
 * @max_length: how many elements it may have; more are a failure (%BW_ERROR_TOO_LARGE)
 * @length: (out): how many it has; 0 where %FALSE is returned
 *
 * Enters an array, so that its elements can be entered or read.
 *
 * Returns: %FALSE if the member is absent or, which is a failure, no array or too long; then there
 *   is nothing to leave
 */
gboolean
bw_json_reader_enter_array (BwJsonReader *self, const char *member, gsize max_length, gsize *length)
{
  guint32 value;

  *length = 0;
  if (!bw_json_reader_find_kind (self, member, BW_JSON_ARRAY, "an array", &value))
    return FALSE;
  if (bw_json_reader_get_token (self, value)->count > max_length)
    {
      bw_json_reader_fail_code (self, BW_ERROR_TOO_LARGE, member,
                                "has %u elements; at most %" G_GSIZE_FORMAT " are taken at once",
                                bw_json_reader_get_token (self, value)->count, max_length);
      return FALSE;
    }
  *length = bw_json_reader_get_token (self, value)->count;
  push (self, value, member != NULL ? value - 1 : BW_JSON_NOT_FOUND, NO_INDEX);
  return TRUE;
}

/**
 * bw_json_reader_enter_element:
 * @self: a reader, in an array
 * @index: from 0
 *
 * Enters an element of any kind. Going through an array in its order costs nothing; each step back
 * begins at the array's start.
 *
 * Returns: %FALSE if there is no such element or something was wrong before; then there is nothing
 *   to leave
 */
gboolean
bw_json_reader_enter_element (BwJsonReader *self, gsize index)
{
  guint32 value;

  if (!bw_json_reader_find_element (self, index, &value))
    return FALSE;
  push (self, value, BW_JSON_NOT_FOUND, index);
  return TRUE;
}

/**
 * bw_json_reader_leave:
 * @self: a reader
 *
 * Goes back to where the reader was before the last enter that returned %TRUE.
 */
void
bw_json_reader_leave (BwJsonReader *self)
{
  g_return_if_fail (self->depth > 0);

  self->depth--;
}

/**
 * bw_json_reader_only:
 * @self: a reader, in an object
 * @members: (array zero-terminated=1): all the names that the object may have
 *
 * Fails if the object has any other member, so that a misspelt one is refused and not ignored.
 */
void
bw_json_reader_only (BwJsonReader *self, const char *const *members)
{
  guint32 object = present (self)->token;

  if (self->error != NULL || bw_json_reader_get_token (self, object)->kind != BW_JSON_OBJECT)
    return;
  for (guint32 name = object + 1; name < bw_json_reader_get_token (self, object)->next;
       name = bw_json_reader_get_token (self, name + 1)->next)
    {
      gsize i = 0;

      while (members[i] != NULL
             && !bw_json_tape_equals (&self->tape, name, members[i], strlen (members[i])))
        i++;
      if (members[i] != NULL)
        continue;
      fail_unknown (self, name);
      return;
    }
}

/**
 * bw_json_reader_is_array:
 * @self: a reader
 *
 * Returns: whether the present value is an array
 */
gboolean
bw_json_reader_is_array (BwJsonReader *self)
{
  return self->error == NULL
         && bw_json_reader_get_token (self, present (self)->token)->kind == BW_JSON_ARRAY;
}

/**
 * bw_json_reader_has:
 * @self: a reader
 * @member: (nullable): a member
 *
 * Returns: whether it is there and not null
 */
gboolean
bw_json_reader_has (BwJsonReader *self, const char *member)
{
  guint32 value;

  return bw_json_reader_find (self, member, &value);
}
