/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-key-file.h"

#include <string.h>

#include "bw-duration.h"
#include "bw-error.h"

struct _BwKeyFile
{
  char *path;
  char *directory;
  const char *group;
  GKeyFile *values;
  GHashTable *lines; /* key to its line's number */
  GError *error;
};

static void
fail_at_line (BwKeyFile *self, guint line, const char *message)
{
  if (self->error != NULL)
    return;
  if (line > 0)
    self->error =
        bw_error_new_field (BW_ERROR_INVALID, NULL, "%s, line %u: %s", self->path, line, message);
  else
    self->error = bw_error_new_field (BW_ERROR_INVALID, NULL, "%s: %s", self->path, message);
}

static void
check_key_line (BwKeyFile *self, guint number, const char *line, const char *const *keys)
{
  const char *equals = strchr (line, '=');
  g_autofree char *key = NULL;
  g_autofree char *message = NULL;

  if (equals == NULL)
    message =
        g_strdup_printf ("“%.60s” is neither a [group] nor a KEY=VALUE nor a # comment.", line);
  else
    {
      key = g_strchomp (g_strndup (line, (gsize) (equals - line)));
      if (!g_strv_contains (keys, key))
        {
          g_autofree char *known = g_strjoinv (", ", (char **) keys);

          message = g_strdup_printf ("There is no key “%.60s” here. There are: %s.", key, known);
        }
      else if (g_hash_table_contains (self->lines, key))
        message = g_strdup_printf ("“%s” stands in line %u already.", key,
                                   GPOINTER_TO_UINT (g_hash_table_lookup (self->lines, key)));
    }
  if (message != NULL)
    fail_at_line (self, number, message);
  else
    g_hash_table_insert (self->lines, g_steal_pointer (&key), GUINT_TO_POINTER (number));
}

/* GKeyFile takes the last of two equal keys, and names no lines: so this looks first. */
static void
check_lines (BwKeyFile *self, const char *text, const char *const *keys)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autofree char *header = g_strdup_printf ("[%s]", self->group);
  gboolean in_group = FALSE;

  for (guint i = 0; lines[i] != NULL && self->error == NULL; i++)
    {
      const char *line = g_strstrip (lines[i]);
      g_autofree char *message = NULL;

      if (line[0] == '\0' || line[0] == '#')
        continue;
      if (line[0] == '[')
        {
          if (!g_str_equal (line, header) || in_group)
            message = g_strdup_printf ("“%.60s”: the one group of this file is %s.", line, header);
          in_group = TRUE;
        }
      else if (!in_group)
        message = g_strdup_printf ("The first line that is no comment must be %s.", header);
      if (message != NULL)
        fail_at_line (self, i + 1, message);
      else if (line[0] != '[')
        check_key_line (self, i + 1, line, keys);
    }
  if (self->error == NULL && !in_group)
    {
      g_autofree char *message = g_strdup_printf ("There is no group %s in it.", header);

      fail_at_line (self, 0, message);
    }
}

/**
 * bw_key_file_load:
 * @path: the file
 * @group: the one group that it has; must stay as long as the reader
 * @keys: the keys that it may have
 * @error: (out) (optional): why the file can't be read at all
 *
 * Loads a key file. What is wrong with its contents is told by bw_key_file_finish().
 *
 * Returns: (transfer full) (nullable): a reader, or %NULL if there is no file to read
 */
BwKeyFile *
bw_key_file_load (const char *path, const char *group, const char *const *keys, GError **error)
{
  g_autoptr (BwKeyFile) self = g_new0 (BwKeyFile, 1);
  g_autofree char *text = NULL;
  g_autoptr (GError) local_error = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, &local_error))
    {
      bw_set_error (error, BW_ERROR_INVALID, "%s", local_error->message);
      return NULL;
    }
  self->path = g_canonicalize_filename (path, NULL);
  self->directory = g_path_get_dirname (self->path);
  self->group = group;
  self->values = g_key_file_new ();
  self->lines = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (!g_utf8_validate (text, (gssize) length, NULL))
    fail_at_line (self, 0, "It is not valid UTF-8.");
  else
    check_lines (self, text, keys);
  if (self->error == NULL
      && !g_key_file_load_from_data (self->values, text, length, G_KEY_FILE_NONE, &local_error))
    fail_at_line (self, 0, local_error->message);
  return g_steal_pointer (&self);
}

/** bw_key_file_free: @self: (transfer full) (nullable): a reader */
void
bw_key_file_free (BwKeyFile *self)
{
  if (self == NULL)
    return;
  g_free (self->path);
  g_free (self->directory);
  g_clear_pointer (&self->values, g_key_file_unref);
  g_clear_pointer (&self->lines, g_hash_table_unref);
  g_clear_error (&self->error);
  g_free (self);
}

/**
 * bw_key_file_finish:
 * @self: a reader
 * @error: (out) (optional): the first thing that was wrong, with file and line
 *
 * Returns: whether nothing was
 */
gboolean
bw_key_file_finish (BwKeyFile *self, GError **error)
{
  if (self->error == NULL)
    return TRUE;
  if (error != NULL)
    *error = g_error_copy (self->error);
  return FALSE;
}

/**
 * bw_key_file_fail:
 * @self: a reader
 * @key: the key at fault
 * @format: a sentence that says what is wrong and what is allowed
 *
 * Notes an error, unless something was wrong before.
 */
void
bw_key_file_fail (BwKeyFile *self, const char *key, const char *format, ...)
{
  g_autofree char *message = NULL;
  g_autofree char *sentence = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  sentence = g_strdup_printf ("%s: %s", key, message);
  fail_at_line (self, GPOINTER_TO_UINT (g_hash_table_lookup (self->lines, key)), sentence);
}

/**
 * bw_key_file_has:
 * @self: a reader
 * @key: a key
 *
 * Returns: whether the file has it
 */
gboolean
bw_key_file_has (BwKeyFile *self, const char *key)
{
  return self->error == NULL && g_hash_table_contains (self->lines, key);
}

/**
 * bw_key_file_string:
 * @self: a reader
 * @key: a key
 * @fallback: (nullable): what it is where the file does not say
 *
 * Returns: (transfer full) (nullable): the value, never empty, or @fallback
 */
char *
bw_key_file_string (BwKeyFile *self, const char *key, const char *fallback)
{
  g_autofree char *value = NULL;
  g_autoptr (GError) error = NULL;

  if (!bw_key_file_has (self, key))
    return g_strdup (fallback);
  value = g_key_file_get_string (self->values, self->group, key, &error);
  if (value == NULL)
    bw_key_file_fail (self, key, "%s", error->message);
  else if (g_strstrip (value)[0] == '\0')
    bw_key_file_fail (self, key, "Give a value, or leave the line out.");
  else
    return g_steal_pointer (&value);
  return g_strdup (fallback);
}

/**
 * bw_key_file_path:
 * @self: a reader
 * @key: a key
 *
 * Returns: (transfer full) (nullable): the value as an absolute path; a relative one begins at the
 *   key file's directory
 */
char *
bw_key_file_path (BwKeyFile *self, const char *key)
{
  g_autofree char *value = bw_key_file_string (self, key, NULL);

  return value != NULL ? g_canonicalize_filename (value, self->directory) : NULL;
}

/**
 * bw_key_file_strv:
 * @self: a reader
 * @key: a key
 *
 * Returns: (transfer full) (nullable): the values, which semicolons part; %NULL where the file does
 *   not say
 */
GStrv
bw_key_file_strv (BwKeyFile *self, const char *key)
{
  g_auto (GStrv) values = NULL;
  g_autoptr (GError) error = NULL;

  if (!bw_key_file_has (self, key))
    return NULL;
  values = g_key_file_get_string_list (self->values, self->group, key, NULL, &error);
  if (values == NULL)
    bw_key_file_fail (self, key, "%s", error->message);
  return g_steal_pointer (&values);
}

/**
 * bw_key_file_int:
 * @self: a reader
 * @key: a key
 * @min: the least that it may be
 * @max: the most that it may be
 * @fallback: what it is where the file does not say
 *
 * Returns: the whole number
 */
gint64
bw_key_file_int (BwKeyFile *self, const char *key, gint64 min, gint64 max, gint64 fallback)
{
  g_autofree char *value = bw_key_file_string (self, key, NULL);
  gint64 number;

  if (value == NULL)
    return fallback;
  if (g_ascii_string_to_signed (value, 10, min, max, &number, NULL))
    return number;
  bw_key_file_fail (self, key,
                    "“%s” is not a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT ".",
                    value, min, max);
  return fallback;
}

/**
 * bw_key_file_duration:
 * @self: a reader
 * @key: a key
 * @min: the least that it may be, in milliseconds
 * @max: the most that it may be, in milliseconds
 * @fallback: what it is where the file does not say, in milliseconds
 *
 * Returns: the duration in milliseconds; see bw_duration_parse() for how it is written
 */
gint64
bw_key_file_duration (BwKeyFile *self, const char *key, gint64 min, gint64 max, gint64 fallback)
{
  g_autofree char *value = bw_key_file_string (self, key, NULL);
  g_autofree char *least = bw_duration_to_string (min);
  g_autofree char *most = bw_duration_to_string (max);
  gint64 duration;

  if (value == NULL)
    return fallback;
  if (bw_duration_parse (value, &duration) && duration >= min && duration <= max)
    return duration;
  bw_key_file_fail (
      self, key,
      "“%s” is not a duration from %s to %s. Write it like “30s”, “10min” or “1h 30min”.", value,
      least, most);
  return fallback;
}

/**
 * bw_key_file_boolean:
 * @self: a reader
 * @key: a key
 * @fallback: what it is where the file does not say
 *
 * Returns: whether it is "true"
 */
gboolean
bw_key_file_boolean (BwKeyFile *self, const char *key, gboolean fallback)
{
  g_autofree char *value = bw_key_file_string (self, key, NULL);

  if (value == NULL)
    return fallback;
  if (g_str_equal (value, "true"))
    return TRUE;
  if (!g_str_equal (value, "false"))
    bw_key_file_fail (self, key, "“%s” is neither “true” nor “false”.", value);
  return FALSE;
}
