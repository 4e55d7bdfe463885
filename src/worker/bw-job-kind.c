/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-job-kind.h"

#include <string.h>

#include "bw-error.h"
#include "bw-key-file.h"
#include "bw-submission.h"
#include "bw-text.h"

#define MAX_ATTEMPTS 100
#define MAX_CONCURRENCY 100

static const char *const known_keys[] = {
  "Type",        "Name",         "Exec",        "Businesses",  "TimeLimit",        "Attempts",
  "Concurrency", "StalledAfter", "MakesResult", "Environment", "WorkingDirectory", NULL,
};

static void
read_names (BwJobKind *self, BwKeyFile *file)
{
  self->type = bw_key_file_string (file, "Type", NULL);
  if (self->type == NULL)
    bw_key_file_fail (file, "Type", "It is missing. Name the job type, such as “send-invoices”.");
  else if (!bw_text_is_type_name (self->type) || strlen (self->type) > BW_MAX_TYPE)
    bw_key_file_fail (file, "Type",
                      "“%s” is no job type. One has small letters, digits and single “-” between "
                      "them, %d characters at most.",
                      self->type, BW_MAX_TYPE);
  self->name = bw_key_file_string (file, "Name", NULL);
  if (self->name == NULL)
    bw_key_file_fail (file, "Name",
                      "It is missing. Say what people call it, such as “Send invoices”.");
  else if (g_utf8_strlen (self->name, -1) > BW_MAX_NAME)
    bw_key_file_fail (file, "Name", "It is longer than %d characters.", BW_MAX_NAME);
}

static void
read_command (BwJobKind *self, BwKeyFile *file)
{
  g_autofree char *exec = bw_key_file_string (file, "Exec", NULL);
  g_autofree char *directory = g_path_get_dirname (self->path);
  g_autoptr (GError) error = NULL;

  if (exec == NULL)
    bw_key_file_fail (file, "Exec", "It is missing. Name the command that does the work.");
  else if (!g_shell_parse_argv (exec, NULL, &self->command, &error))
    bw_key_file_fail (file, "Exec", "“%s” can't be understood: %s", exec, error->message);
  else if (strchr (self->command[0], '/') != NULL)
    {
      char *program = g_canonicalize_filename (self->command[0], directory);

      g_free (self->command[0]);
      self->command[0] = program;
    }
}

static void
read_lists (BwJobKind *self, BwKeyFile *file)
{
  self->businesses = bw_key_file_strv (file, "Businesses");
  for (guint i = 0; self->businesses != NULL && self->businesses[i] != NULL; i++)
    if (g_strstrip (self->businesses[i])[0] == '\0' || strchr (self->businesses[i], '/') != NULL)
      bw_key_file_fail (file, "Businesses", "“%s” is not the short name of a business.",
                        self->businesses[i]);
  if (self->businesses != NULL && self->businesses[0] == NULL)
    bw_key_file_fail (file, "Businesses", "Give a value, or leave the line out.");

  self->environment = bw_key_file_strv (file, "Environment");
  for (guint i = 0; self->environment != NULL && self->environment[i] != NULL; i++)
    if (strchr (g_strstrip (self->environment[i]), '=') == NULL || self->environment[i][0] == '=')
      bw_key_file_fail (file, "Environment", "“%s” is not NAME=VALUE. Semicolons part several.",
                        self->environment[i]);
}

/**
 * bw_job_kind_load:
 * @path: a key file, NAME.job
 * @error: (out) (optional): what is wrong with it, with file, line and what is allowed
 *
 * Reads the key file of one job type. data/demo/jobs has examples with every key explained.
 *
 * Returns: (transfer full) (nullable): the job type
 */
BwJobKind *
bw_job_kind_load (const char *path, GError **error)
{
  g_autoptr (BwJobKind) self = g_new0 (BwJobKind, 1);
  g_autoptr (BwKeyFile) file = bw_key_file_load (path, "Job Type", known_keys, error);

  if (file == NULL)
    return NULL;
  self->path = g_canonicalize_filename (path, NULL);
  read_names (self, file);
  read_command (self, file);
  read_lists (self, file);
  self->directory = bw_key_file_path (file, "WorkingDirectory");
  self->time_limit = bw_key_file_duration (file, "TimeLimit", 100, 7 * BW_TIME_DAY, BW_TIME_HOUR);
  self->stalled_after =
      bw_key_file_duration (file, "StalledAfter", BW_TIME_SECOND, BW_TIME_DAY, BW_TIME_HOUR);
  self->attempts = (int) bw_key_file_int (file, "Attempts", 1, MAX_ATTEMPTS, 1);
  self->concurrency = (guint) bw_key_file_int (file, "Concurrency", 1, MAX_CONCURRENCY, 1);
  self->makes_result = bw_key_file_boolean (file, "MakesResult", FALSE);
  return bw_key_file_finish (file, error) ? g_steal_pointer (&self) : NULL;
}

/** bw_job_kind_free: @self: (transfer full) (nullable): a job type */
void
bw_job_kind_free (BwJobKind *self)
{
  if (self == NULL)
    return;
  g_free (self->path);
  g_free (self->type);
  g_free (self->name);
  g_strfreev (self->command);
  g_strfreev (self->businesses);
  g_strfreev (self->environment);
  g_free (self->directory);
  g_free (self);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *
list_key_files (const char *directory, GError **error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GDir) dir = g_dir_open (directory, 0, &local_error);
  const char *name;

  if (dir == NULL)
    {
      bw_set_error (error, BW_ERROR_INVALID, "The directory of the job types: %s",
                    local_error->message);
      return NULL;
    }
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".job"))
      g_ptr_array_add (paths, g_build_filename (directory, name, NULL));
  g_ptr_array_sort (paths, compare_names);
  if (paths->len > 0)
    return g_steal_pointer (&paths);
  bw_set_error (error, BW_ERROR_INVALID,
                "%s: There is no *.job file in it, so there is nothing to do.", directory);
  return NULL;
}

static BwJobKind *
find_type (GPtrArray *kinds, const char *type)
{
  for (guint i = 0; i < kinds->len; i++)
    {
      BwJobKind *kind = g_ptr_array_index (kinds, i);

      if (g_str_equal (kind->type, type))
        return kind;
    }
  return NULL;
}

/**
 * bw_job_kinds_load:
 * @directory: where the key files are
 * @error: (out) (optional): everything that is wrong with them, a line for each file
 *
 * Reads all key files (*.job) of a directory, in the order of their names.
 *
 * Returns: (transfer full) (nullable) (element-type BwJobKind): at least one job type, or %NULL if
 *   any of the files is wrong
 */
GPtrArray *
bw_job_kinds_load (const char *directory, GError **error)
{
  g_autoptr (GPtrArray) kinds = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_job_kind_free);
  g_autoptr (GPtrArray) paths = list_key_files (directory, error);
  g_autoptr (GString) problems = g_string_new (NULL);

  if (paths == NULL)
    return NULL;
  for (guint i = 0; i < paths->len; i++)
    {
      g_autoptr (GError) problem = NULL;
      g_autoptr (BwJobKind) kind = bw_job_kind_load (g_ptr_array_index (paths, i), &problem);
      BwJobKind *twin = kind != NULL ? find_type (kinds, kind->type) : NULL;

      if (kind == NULL)
        g_string_append_printf (problems, "%s%s", problems->len > 0 ? "\n" : "", problem->message);
      else if (twin != NULL)
        g_string_append_printf (problems, "%s%s: Type: “%s” stands in %s already.",
                                problems->len > 0 ? "\n" : "", kind->path, kind->type, twin->path);
      else
        g_ptr_array_add (kinds, g_steal_pointer (&kind));
    }
  if (problems->len == 0)
    return g_steal_pointer (&kinds);
  bw_set_error (error, BW_ERROR_INVALID, "%s", problems->str);
  return NULL;
}

/**
 * bw_job_kind_find_program:
 * @self: a job type
 *
 * Looks whether the command's program is there to be run, and logs when that has changed. No jobs
 * are to be claimed that can't be begun.
 *
 * Returns: whether it is
 */
gboolean
bw_job_kind_find_program (BwJobKind *self)
{
  const char *program = self->command[0];
  g_autofree char *found = g_find_program_in_path (program);
  gboolean missing = found == NULL || g_file_test (found, G_FILE_TEST_IS_DIR);

  if (missing && !self->program_missing)
    {
      if (!g_file_test (program, G_FILE_TEST_EXISTS))
        g_warning ("%s: The command “%s” does not exist. No “%s” jobs are taken until it does.",
                   self->path, program, self->type);
      else
        g_warning ("%s: The command “%s” can't be run: it lacks the right to execute (chmod +x). "
                   "No “%s” jobs are taken until it has that.",
                   self->path, program, self->type);
    }
  else if (!missing && self->program_missing)
    g_message ("%s: The command “%s” is there now.", self->path, program);
  self->program_missing = missing;
  return !missing;
}

/**
 * bw_job_kind_same_businesses:
 * @a: a job type
 * @b: another
 *
 * Returns: whether both are done for the same businesses, so that one claim can ask for both
 */
gboolean
bw_job_kind_same_businesses (const BwJobKind *a, const BwJobKind *b)
{
  if (a->businesses == NULL || b->businesses == NULL)
    return a->businesses == b->businesses;
  return g_strv_equal ((const char *const *) a->businesses, (const char *const *) b->businesses);
}

/**
 * bw_job_kind_to_type:
 * @self: a job type
 *
 * Returns: (transfer full): the body of `PUT types/{type}`
 */
GBytes *
bw_job_kind_to_type (const BwJobKind *self)
{
  BwJsonWriter *writer = bw_json_writer_new ();

  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_string (writer, "name", self->name);
  bw_json_writer_int (writer, "stalled_after_s", (self->stalled_after + 999) / 1000);
  bw_json_writer_int (writer, "max_attempts", self->attempts);
  bw_json_writer_boolean (writer, "makes_result", self->makes_result);
  bw_json_writer_end_object (writer);
  return bw_json_writer_free_to_bytes (writer);
}
