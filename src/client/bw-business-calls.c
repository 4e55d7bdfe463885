/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The calls of a business: each is a path, a body, the type of the answer, and the words that are
 * said when it fails.
 */
#include "bw-business.h"

#include "bw-config.h"

#include <glib/gi18n-lib.h>

#include "bw-client-read.h"
#include "bw-connection-private.h"
#include "bw-json-writer.h"

#define MAX_RELATIONS 50

static char *business_path (BwBusiness *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

static char *
business_path (BwBusiness *self, const char *format, ...)
{
  g_autofree char *id = g_uri_escape_string (bw_business_get_id (self), NULL, FALSE);
  g_autofree char *rest = NULL;
  va_list arguments;

  va_start (arguments, format);
  rest = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return g_strconcat ("/v1/businesses/", id, "/", rest, NULL);
}

static char *
job_path (BwBusiness *self, gint64 job, const char *rest)
{
  return business_path (self, "jobs/%" G_GINT64_FORMAT "%s", job, rest);
}

/* An id as text, to live as long as the expression that makes it. */
typedef struct
{
  char text[24];
} IdText;

static IdText
id_text (gint64 id)
{
  IdText text;

  g_snprintf (text.text, sizeof text.text, "%" G_GINT64_FORMAT, id);
  return text;
}

/* The beginnings of what is said when something can't be done with a business, or with a job. */
#define TRIED_BUSINESS(self, format) g_strdup_printf (format, bw_business_get_name (self))
#define TRIED_JOB(self, format, job)                                                               \
  g_strdup_printf (format, id_text (job).text, bw_business_get_name (self))

static DexFuture *
call (BwBusiness *self,
      char *tried,
      const char *method,
      const char *path,
      GBytes *body,
      GType type,
      BwParseFunc parse)
{
  return bw_connection_call (bw_business_get_connection (self), tried, method, path, body, type,
                             parse);
}

static GString *
begin_query (const char *path)
{
  return g_string_new (path);
}

static void
add_query (GString *path, const char *name, const char *value)
{
  g_string_append_c (path, strchr (path->str, '?') == NULL ? '?' : '&');
  g_string_append_printf (path, "%s=", name);
  g_string_append_uri_escaped (path, value, NULL, FALSE);
}

static void
add_query_int (GString *path, const char *name, gint64 value)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);

  add_query (path, name, text);
}

static void
add_filter (GString *path, const BwFilter *filter)
{
  g_autofree char *query = filter != NULL ? bw_filter_to_query (filter) : NULL;

  if (query != NULL && query[0] != '\0')
    g_string_append_printf (path, "?%s", query);
}

/**
 * bw_business_list_jobs:
 * @self: a business
 * @filter: (nullable): which jobs in which order; %NULL: all, newest first
 * @limit: how many at most, 1 to 1000
 * @after: (nullable): the cursor of an earlier page of the same filter: what comes after it
 * @offset: without @after: how many to skip
 *
 * Returns: (transfer full): resolves to a BwJobPage
 */
DexFuture *
bw_business_list_jobs (BwBusiness *self,
                       const BwFilter *filter,
                       guint limit,
                       const char *after,
                       gint64 offset)
{
  g_autofree char *base = business_path (self, "jobs");
  g_autoptr (GString) path = begin_query (base);

  add_filter (path, filter);
  add_query_int (path, "limit", limit);
  if (after != NULL)
    add_query (path, "after", after);
  else if (offset > 0)
    add_query_int (path, "offset", offset);
  return call (self, TRIED_BUSINESS (self, _ ("Could not load the jobs of %s")), "GET", path->str,
               NULL, BW_TYPE_JOB_PAGE, bw_read_job_page);
}

/**
 * bw_business_get_summary:
 * @self: a business
 * @filter: (nullable): which jobs; %NULL: all
 *
 * Returns: (transfer full): resolves to a BwSummary
 */
DexFuture *
bw_business_get_summary (BwBusiness *self, const BwFilter *filter)
{
  g_autofree char *base = business_path (self, "jobs/summary");
  g_autoptr (GString) path = begin_query (base);

  add_filter (path, filter);
  return call (self, TRIED_BUSINESS (self, _ ("Could not count the jobs of %s")), "GET", path->str,
               NULL, BW_TYPE_SUMMARY, bw_read_summary);
}

/**
 * bw_business_get_job:
 * @self: a business
 * @job: a job's id
 *
 * Returns: (transfer full): resolves to a BwJobDetails
 */
DexFuture *
bw_business_get_job (BwBusiness *self, gint64 job)
{
  g_autofree char *path = job_path (self, job, "");

  return call (self, TRIED_JOB (self, _ ("Could not load job %s of %s"), job), "GET", path, NULL,
               BW_TYPE_JOB_DETAILS, bw_read_job_details);
}

/**
 * bw_business_list_items:
 * @self: a business
 * @job: a job's id
 * @filter: (nullable): which of its items; %NULL: all
 * @limit: how many at most, 1 to 10000
 * @after: the item after which to begin; 0: see @offset
 * @offset: how many to skip
 *
 * Returns: (transfer full): resolves to a BwItemPage
 */
DexFuture *
bw_business_list_items (BwBusiness *self,
                        gint64 job,
                        const BwItemFilter *filter,
                        guint limit,
                        gint64 after,
                        gint64 offset)
{
  g_autofree char *base = job_path (self, job, "/items");
  g_autoptr (GString) path = begin_query (base);

  for (guint i = 0; filter != NULL && i < BW_N_ITEM_STATES; i++)
    if ((filter->states & (1u << i)) != 0)
      add_query (path, "state", bw_item_state_to_string (i));
  if (filter != NULL && filter->relation != NULL)
    add_query (path, "relation", filter->relation);
  if (filter != NULL && filter->q != NULL)
    add_query (path, "q", filter->q);
  add_query_int (path, "limit", limit);
  if (after > 0)
    add_query_int (path, "after", after);
  else if (offset > 0)
    add_query_int (path, "offset", offset);
  return call (self, TRIED_JOB (self, _ ("Could not load the items of job %s of %s"), job), "GET",
               path->str, NULL, BW_TYPE_ITEM_PAGE, bw_read_item_page);
}

/**
 * bw_business_get_history:
 * @self: a business
 * @job: a job's id
 *
 * Returns: (transfer full): resolves to a BwJobHistory
 */
DexFuture *
bw_business_get_history (BwBusiness *self, gint64 job)
{
  g_autofree char *path = job_path (self, job, "/history");

  return call (self, TRIED_JOB (self, _ ("Could not load the history of job %s of %s"), job), "GET",
               path, NULL, BW_TYPE_JOB_HISTORY, bw_read_history);
}

/**
 * bw_business_retry:
 * @self: a business
 * @job: a finished job's id
 * @all: %TRUE: all its items; %FALSE: those that failed
 *
 * Returns: (transfer full): resolves to a BwJob, as it now is; rejects with %BW_ERROR_CONFLICT if
 * it is not finished
 */
DexFuture *
bw_business_retry (BwBusiness *self, gint64 job, gboolean all)
{
  g_autofree char *path = job_path (self, job, "/retry");
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();
  g_autoptr (GBytes) body = NULL;

  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_string (writer, "items", all ? "all" : "failed");
  bw_json_writer_end_object (writer);
  body = bw_json_writer_free_to_bytes (g_steal_pointer (&writer));
  return call (self, TRIED_JOB (self, _ ("Could not retry job %s of %s"), job), "POST", path, body,
               BW_TYPE_JOB, bw_read_job);
}

/**
 * bw_business_cancel:
 * @self: a business
 * @job: a job's id
 *
 * Returns: (transfer full): resolves to a BwJob, as it now is; rejects with %BW_ERROR_CONFLICT if
 * it is finished
 */
DexFuture *
bw_business_cancel (BwBusiness *self, gint64 job)
{
  g_autofree char *path = job_path (self, job, "/cancel");

  return call (self, TRIED_JOB (self, _ ("Could not cancel job %s of %s"), job), "POST", path, NULL,
               BW_TYPE_JOB, bw_read_job);
}

/**
 * bw_business_delete:
 * @self: a business
 * @job: a finished job's id
 *
 * Returns: (transfer full): resolves to %TRUE; rejects with %BW_ERROR_CONFLICT if it is active
 */
DexFuture *
bw_business_delete (BwBusiness *self, gint64 job)
{
  g_autofree char *path = job_path (self, job, "");

  return call (self, TRIED_JOB (self, _ ("Could not delete job %s of %s"), job), "DELETE", path,
               NULL, G_TYPE_NONE, NULL);
}

/**
 * bw_business_clear:
 * @self: a business
 *
 * Deletes all jobs that are finished.
 *
 * Returns: (transfer full): resolves to a gint64: how many
 */
DexFuture *
bw_business_clear (BwBusiness *self)
{
  g_autofree char *path = business_path (self, "jobs/clear");

  return call (self, TRIED_BUSINESS (self, _ ("Could not clear the finished jobs of %s")), "POST",
               path, NULL, G_TYPE_INT64, bw_read_cleared);
}

/**
 * bw_business_edit:
 * @self: a business
 * @job: the id of a job that has not started
 * @changes: JSON text of an object: name, parameters, priority, run_at, each if it is to change
 *
 * Returns: (transfer full): resolves to a BwJobDetails, as it now is; rejects with
 *   %BW_ERROR_CONFLICT once it has started
 */
DexFuture *
bw_business_edit (BwBusiness *self, gint64 job, GBytes *changes)
{
  g_autofree char *path = job_path (self, job, "");

  return call (self, TRIED_JOB (self, _ ("Could not change job %s of %s"), job), "PATCH", path,
               changes, BW_TYPE_JOB_DETAILS, bw_read_job_details);
}

/**
 * bw_business_submit:
 * @self: a business
 * @submissions: (element-type BwSubmission): 1 to 10,000 jobs
 *
 * Returns: (transfer full): resolves to a GPtrArray of BwSubmissionResult in the same order; either
 *   all are kept or none
 */
DexFuture *
bw_business_submit (BwBusiness *self, GPtrArray *submissions)
{
  g_autofree char *path = business_path (self, "jobs");
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();
  g_autoptr (GBytes) body = NULL;

  bw_json_writer_begin_array (writer, NULL);
  for (guint i = 0; i < submissions->len; i++)
    bw_submission_write (g_ptr_array_index (submissions, i), writer, NULL);
  bw_json_writer_end_array (writer);
  body = bw_json_writer_free_to_bytes (g_steal_pointer (&writer));
  return call (self, TRIED_BUSINESS (self, _ ("Could not submit jobs to %s")), "POST", path, body,
               G_TYPE_PTR_ARRAY, bw_read_submitted);
}

/**
 * bw_business_list_pauses:
 * @self: a business
 *
 * Returns: (transfer full): resolves to a GPtrArray of BwPause
 */
DexFuture *
bw_business_list_pauses (BwBusiness *self)
{
  g_autofree char *path = business_path (self, "pauses");

  return call (self, TRIED_BUSINESS (self, _ ("Could not load the pauses of %s")), "GET", path,
               NULL, G_TYPE_PTR_ARRAY, bw_read_pauses);
}

/**
 * bw_business_pause:
 * @self: a business
 * @users: (nullable) (element-type gint64): users whose jobs to hold back
 * @types: (nullable): job types to hold back
 * @all: %TRUE: hold back everything
 * @reason: (nullable): why, for who wonders
 *
 * Returns: (transfer full): resolves to a GPtrArray of BwPause: all that stand now
 */
DexFuture *
bw_business_pause (BwBusiness *self,
                   GArray *users,
                   const char *const *types,
                   gboolean all,
                   const char *reason)
{
  g_autofree char *path = business_path (self, "pauses");
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();
  g_autoptr (GBytes) body = NULL;

  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_begin_array (writer, "users");
  for (guint i = 0; users != NULL && i < users->len; i++)
    bw_json_writer_int (writer, NULL, g_array_index (users, gint64, i));
  bw_json_writer_end_array (writer);
  bw_json_writer_begin_array (writer, "types");
  for (guint i = 0; types != NULL && types[i] != NULL; i++)
    bw_json_writer_string (writer, NULL, types[i]);
  bw_json_writer_end_array (writer);
  bw_json_writer_boolean (writer, "all", all);
  if (reason != NULL)
    bw_json_writer_string (writer, "reason", reason);
  bw_json_writer_end_object (writer);
  body = bw_json_writer_free_to_bytes (g_steal_pointer (&writer));
  return call (self, TRIED_BUSINESS (self, _ ("Could not pause jobs of %s")), "POST", path, body,
               G_TYPE_PTR_ARRAY, bw_read_pauses);
}

static DexFuture *
count_one_cb (DexFuture *future, gpointer user_data)
{
  return dex_future_new_for_int64 (1);
}

/**
 * bw_business_resume:
 * @self: a business
 * @pause: the id of a pause, or 0 for all
 *
 * Returns: (transfer full): resolves to a gint64: how many pauses ended
 */
DexFuture *
bw_business_resume (BwBusiness *self, gint64 pause)
{
  g_autofree char *path = NULL;
  char *tried = TRIED_BUSINESS (self, _ ("Could not resume jobs of %s"));

  if (pause == 0)
    {
      path = business_path (self, "pauses");
      return call (self, tried, "DELETE", path, NULL, G_TYPE_INT64, bw_read_resumed);
    }
  path = business_path (self, "pauses/%" G_GINT64_FORMAT, pause);
  return dex_future_then (call (self, tried, "DELETE", path, NULL, G_TYPE_NONE, NULL), count_one_cb,
                          NULL, NULL);
}

/**
 * bw_business_list_types:
 * @self: a business
 *
 * Returns: (transfer full): resolves to a GPtrArray of BwTypeInfo
 */
DexFuture *
bw_business_list_types (BwBusiness *self)
{
  g_autofree char *path = business_path (self, "types");

  return call (self, TRIED_BUSINESS (self, _ ("Could not load the job types of %s")), "GET", path,
               NULL, G_TYPE_PTR_ARRAY, bw_read_types);
}

/**
 * bw_business_list_users:
 * @self: a business
 * @q: (nullable): the beginning of a word of the name
 *
 * Returns: (transfer full): resolves to a GPtrArray of BwUserInfo: who has jobs that the user sees
 */
DexFuture *
bw_business_list_users (BwBusiness *self, const char *q)
{
  g_autofree char *base = business_path (self, "users");
  g_autoptr (GString) path = begin_query (base);

  if (q != NULL && q[0] != '\0')
    add_query (path, "q", q);
  return call (self, TRIED_BUSINESS (self, _ ("Could not load the users of %s")), "GET", path->str,
               NULL, G_TYPE_PTR_ARRAY, bw_read_users);
}

/**
 * bw_business_list_relations:
 * @self: a business
 * @q: (nullable): words of the label or the id
 *
 * Returns: (transfer full): resolves to a GPtrArray of at most 50 BwRelationInfo
 */
DexFuture *
bw_business_list_relations (BwBusiness *self, const char *q)
{
  g_autofree char *base = business_path (self, "relations");
  g_autoptr (GString) path = begin_query (base);

  if (q != NULL && q[0] != '\0')
    add_query (path, "q", q);
  add_query_int (path, "limit", MAX_RELATIONS);
  return call (self, TRIED_BUSINESS (self, _ ("Could not load the relations of %s")), "GET",
               path->str, NULL, G_TYPE_PTR_ARRAY, bw_read_relations);
}

/**
 * bw_business_read_log:
 * @self: a business
 * @job: a job's id
 * @offset: the first byte
 * @length: how many bytes at most, at most 64 MiB
 *
 * Returns: (transfer full): resolves to a GBytes, empty where the log ends at or before @offset
 */
DexFuture *
bw_business_read_log (BwBusiness *self, gint64 job, goffset offset, gsize length)
{
  g_autofree char *path = job_path (self, job, "/log");

  return bw_connection_download_for (
      bw_business_get_connection (self),
      TRIED_JOB (self, _ ("Could not load the log of job %s of %s"), job), path, offset, length);
}

/**
 * bw_business_download_result:
 * @self: a business
 * @job: a job's id
 * @file: where to; replaced when all of it is here, untouched otherwise
 * @progress: (nullable): told how far it is
 * @user_data: its argument
 * @notify: (nullable): frees @user_data
 *
 * Returns: (transfer full): resolves to a gint64: bytes written
 */
DexFuture *
bw_business_download_result (BwBusiness *self,
                             gint64 job,
                             GFile *file,
                             BwProgressFunc progress,
                             gpointer user_data,
                             GDestroyNotify notify)
{
  g_autofree char *path = job_path (self, job, "/result");

  return bw_connection_download_to_for (bw_business_get_connection (self),
                                        TRIED_JOB (self,
                                                   _ ("Could not save the result of job "
                                                      "%s of %s"),
                                                   job),
                                        path, file, progress, user_data, notify);
}
