/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include <gio/gio.h>
#include <gio/gunixinputstream.h>
#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "bw-business-bulk.h"
#include "bw-ctl-command.h"
#include "bw-ctl-filter.h"
#include "bw-ctl-follow.h"
#include "bw-submission.h"

/* What is handed in, and what a job is changed to. */
static char *type;
static char *name;
static char *parameters;
static char **item_labels;
static char *key;
static char *not_before;
static int priority = G_MININT;
static gboolean only_failed;
static gboolean and_wait;

#define NAME_OPTION                                                                                \
  { "name", 'n', 0, G_OPTION_ARG_STRING, &name, N_ ("Call the job NAME"), N_ ("NAME") }
#define PARAMETERS_OPTION                                                                          \
  { "parameters", 'p', 0, G_OPTION_ARG_STRING, &parameters,                                        \
    N_ ("Its parameters: a JSON object, or @FILE to read one"), N_ ("JSON") }
#define PRIORITY_OPTION                                                                            \
  { "priority", 0, 0, G_OPTION_ARG_INT, &priority, N_ ("-100 to 100; larger goes first"),          \
    N_ ("NUMBER") }
#define WAIT_OPTION                                                                                \
  { "wait", 'w', 0, G_OPTION_ARG_NONE, &and_wait, N_ ("Wait until it is done"), NULL }
#define NOT_BEFORE_OPTION                                                                          \
  { "not-before", 0, 0, G_OPTION_ARG_STRING, &not_before,                                          \
    N_ ("Start at this time (2026-11-21T22:00), or “now”"), N_ ("TIME") }

/** bw_ctl_submit_options: of "submit" */
const GOptionEntry bw_ctl_submit_options[] = {
  { "type", 't', 0, G_OPTION_ARG_STRING, &type, N_ ("The job’s type; without one, FILE says all"),
    N_ ("TYPE") },
  NAME_OPTION,
  PARAMETERS_OPTION,
  { "item", 'i', 0, G_OPTION_ARG_STRING_ARRAY, &item_labels, N_ ("One of its items"),
    N_ ("NAME") },
  PRIORITY_OPTION,
  NOT_BEFORE_OPTION,
  { "key", 'k', 0, G_OPTION_ARG_STRING, &key,
    N_ ("Hand it in once only: a second time with this key gives the first one’s job"),
    N_ ("KEY") },
  WAIT_OPTION,
  { NULL },
};

/** bw_ctl_edit_options: of "edit" */
const GOptionEntry bw_ctl_edit_options[]
    = { NAME_OPTION, PARAMETERS_OPTION, PRIORITY_OPTION, NOT_BEFORE_OPTION, { NULL } };

/** bw_ctl_copy_options: of "copy" */
const GOptionEntry bw_ctl_copy_options[] = {
  NAME_OPTION,
  PARAMETERS_OPTION,
  PRIORITY_OPTION,
  NOT_BEFORE_OPTION,
  { "only-failed", 0, 0, G_OPTION_ARG_NONE, &only_failed,
    N_ ("Only the items that failed or were cancelled"), NULL },
  WAIT_OPTION,
  { NULL },
};

/* Replaces "@FILE" by what the file holds. */
static gboolean
read_parameters (GError **error)
{
  g_autofree char *path = NULL;

  if (parameters == NULL || parameters[0] != '@')
    return TRUE;
  path = g_strdup (parameters + 1);
  g_clear_pointer (&parameters, g_free);

  return g_file_get_contents (path, &parameters, NULL, error);
}

static gboolean
read_start (BwTime *time, GError **error)
{
  *time = BW_TIME_NONE;
  if (not_before == NULL || g_str_equal (not_before, "now"))
    return TRUE;

  return bw_ctl_read_time (not_before, FALSE, time, error);
}

static GPtrArray *
make_submissions (GError **error)
{
  g_autoptr (BwSubmission) submission = bw_submission_new (type);
  g_autoptr (GPtrArray) submissions
      = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_submission_free);

  submission->name = g_strdup (name);
  submission->parameters = g_strdup (parameters);
  submission->idempotency_key = g_strdup (key);
  submission->priority = priority != G_MININT ? priority : 0;
  if (!read_start (&submission->run_at, error))
    return NULL;
  for (guint i = 0; item_labels != NULL && item_labels[i] != NULL; i++)
    {
      BwItem *item = bw_item_new ();

      item->item = i + 1;
      item->label = g_strdup (item_labels[i]);
      g_ptr_array_add (submission->items, item);
    }
  g_ptr_array_add (submissions, g_steal_pointer (&submission));

  return g_steal_pointer (&submissions);
}

static GPtrArray *
read_submissions (const char *path, GError **error)
{
  g_autoptr (GInputStream) input = NULL;
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GBytes) bytes = NULL;

  if (path == NULL || g_str_equal (path, "-"))
    {
      input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
    }
  else
    {
      g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);

      input = G_INPUT_STREAM (g_file_read (file, NULL, error));
    }
  if (input == NULL
      || g_output_stream_splice (memory, input, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, error)
             < 0)
    return NULL;
  bytes = g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (memory));

  return bw_submissions_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error);
}

static gboolean
report_submitted (BwCtl *ctl, GPtrArray *results, GError **error)
{
  for (guint i = 0; i < results->len; i++)
    {
      const BwSubmissionResult *result = g_ptr_array_index (results, i);

      if (ctl->json)
        g_print ("{\"id\":%" G_GINT64_FORMAT ",\"existing\":%s}\n", result->id,
                 result->existing ? "true" : "false");
      else if (result->existing)
        g_print (_ ("Job %" PRId64 " was handed in before, with the same key.\n"),
                 result->id);
      else
        g_print (_ ("Job %" PRId64 " is handed in.\n"), result->id);
    }
  for (guint i = 0; and_wait && i < results->len; i++)
    if (!bw_ctl_follow (ctl, ((BwSubmissionResult *) g_ptr_array_index (results, i))->id, error))
      return FALSE;

  return TRUE;
}

/** bw_ctl_submit: submit [FILE] */
gboolean
bw_ctl_submit (BwCtl *ctl, char **arguments, GError **error)
{
  g_autoptr (GPtrArray) submissions = NULL;
  g_autoptr (GPtrArray) results = NULL;

  if (!read_parameters (error))
    return FALSE;
  submissions = type != NULL ? make_submissions (error) : read_submissions (arguments[0], error);
  if (submissions == NULL)
    return FALSE;
  results = dex_await_boxed (bw_business_submit (ctl->business, submissions), error);

  return results != NULL && report_submitted (ctl, results, error);
}

static GBytes *
make_changes (GError **error)
{
  BwJsonWriter *writer;
  BwTime start;

  if (!read_parameters (error) || !read_start (&start, error))
    return NULL;

  writer = bw_json_writer_new ();
  bw_json_writer_begin_object (writer, NULL);
  if (name != NULL)
    bw_json_writer_string (writer, "name", name);
  if (parameters != NULL)
    bw_json_writer_raw (writer, "parameters", parameters);
  if (priority != G_MININT)
    bw_json_writer_int (writer, "priority", priority);
  if (not_before != NULL && start == BW_TIME_NONE)
    bw_json_writer_null (writer, "run_at");
  else if (not_before != NULL)
    bw_json_writer_time (writer, "run_at", start);
  bw_json_writer_end_object (writer);

  return bw_json_writer_free_to_bytes (writer);
}

/** bw_ctl_edit: edit JOB */
gboolean
bw_ctl_edit (BwCtl *ctl, char **arguments, GError **error)
{
  g_autoptr (GBytes) changes = NULL;
  g_autofree char *path = NULL;
  gint64 id;

  if (name == NULL && parameters == NULL && priority == G_MININT && not_before == NULL)
    {
      g_set_error (error, BW_USAGE_ERROR, 0,
                   _ ("Say what to change: --name, --parameters, --priority or --not-before."));
      return FALSE;
    }
  if (!bw_ctl_read_id (arguments[0], &id, error) || (changes = make_changes (error)) == NULL)
    return FALSE;
  if (ctl->json)
    {
      path = bw_ctl_make_path (ctl, "jobs/%" G_GINT64_FORMAT, id);
      return bw_ctl_print_request (ctl, "PATCH", path, changes, error);
    }
  if (!dex_await (bw_business_edit (ctl->business, id, changes), error))
    return FALSE;

  g_print (_ ("Job %" PRId64 " is changed.\n"), id);

  return TRUE;
}

/** bw_ctl_copy: copy JOB */
gboolean
bw_ctl_copy (BwCtl *ctl, char **arguments, GError **error)
{
  BwJobCopy copy = BW_JOB_COPY_INIT;
  gint64 id;
  gint64 made;

  if (!bw_ctl_read_id (arguments[0], &id, error) || !read_parameters (error)
      || !read_start (&copy.run_at, error))
    return FALSE;
  copy.name = name;
  copy.parameters = parameters;
  copy.set_priority = priority != G_MININT;
  copy.priority = copy.set_priority ? priority : 0;
  copy.only_failed = only_failed;

  made = dex_await_int64 (bw_business_copy_job (ctl->business, id, &copy), error);
  if (*error != NULL)
    return FALSE;
  if (ctl->json)
    g_print ("{\"id\":%" G_GINT64_FORMAT "}\n", made);
  else
    g_print (_ ("Job %" PRId64 " is handed in.\n"), made);

  return !and_wait || bw_ctl_follow (ctl, made, error);
}
