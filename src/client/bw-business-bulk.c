/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-business-bulk.h"

#include "bw-config.h"

#include <glib/gi18n-lib.h>

#include "bw-business-path.h"
#include "bw-client-read.h"
#include "bw-connection-private.h"

G_DEFINE_BOXED_TYPE (BwBulkStarted, bw_bulk_started, bw_bulk_started_copy, bw_bulk_started_free)

/**
 * bw_bulk_started_copy:
 * @self: an action that was taken on
 *
 * Returns: (transfer full): a copy
 */
BwBulkStarted *
bw_bulk_started_copy (const BwBulkStarted *self)
{
  return g_memdup2 (self, sizeof *self);
}

/**
 * bw_bulk_started_free:
 * @self: (transfer full): an action from the heap
 *
 * Frees it.
 */
void
bw_bulk_started_free (BwBulkStarted *self)
{
  g_free (self);
}

static BwJsonReader *
open_body (GBytes *body, GError **error)
{
  gsize size;
  const char *text = g_bytes_get_data (body, &size);

  return bw_json_reader_new_for_text (text != NULL ? text : "", size, error);
}

static gint64
read_job_id (BwJsonReader *reader)
{
  gint64 id = 0;

  if (!bw_json_reader_has (reader, "job"))
    bw_json_reader_fail (reader, "job", "is missing");
  if (bw_json_reader_enter_object (reader, "job"))
    {
      id = bw_json_reader_need_int (reader, "id", 1, G_MAXINT64);
      bw_json_reader_leave (reader);
    }
  return id;
}

static gpointer
read_started (GBytes *body, GError **error)
{
  g_autoptr (BwJsonReader) reader = open_body (body, error);
  BwBulkStarted started = { 0 };

  if (reader == NULL)
    return NULL;
  started.job = read_job_id (reader);
  started.total = bw_json_reader_need_int (reader, "total", 0, G_MAXINT64);
  started.total_is_exact = bw_json_reader_boolean (reader, "total_is_exact", FALSE);
  return bw_json_reader_finish (reader, error) ? bw_bulk_started_copy (&started) : NULL;
}

static gpointer
read_copied (GBytes *body, GError **error)
{
  g_autoptr (BwJsonReader) reader = open_body (body, error);
  gint64 id;

  if (reader == NULL)
    return NULL;
  id = bw_json_reader_need_int (reader, "id", 1, G_MAXINT64);
  return bw_json_reader_finish (reader, error) ? g_memdup2 (&id, sizeof id) : NULL;
}

static char *
describe (BwBusiness *self, BwBulkAction action)
{
  const char *name = bw_business_get_name (self);

  switch (action)
    {
    case BW_BULK_CANCEL:
      return g_strdup_printf (_ ("Could not cancel jobs of %s"), name);
    case BW_BULK_DELETE:
      return g_strdup_printf (_ ("Could not delete jobs of %s"), name);
    case BW_BULK_RETRY_FAILED:
    case BW_BULK_RETRY_ALL:
    default:
      return g_strdup_printf (_ ("Could not retry jobs of %s"), name);
    }
}

static char *
id_to_string (gint64 id)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT, id);
}

static DexFuture *
act (BwBusiness *self, const BwBulkRequest *request)
{
  g_autofree char *path = bw_business_make_path (self, "jobs/actions");
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();
  g_autoptr (GBytes) body = NULL;

  bw_bulk_request_write (request, writer, NULL);
  body = bw_json_writer_free_to_bytes (g_steal_pointer (&writer));
  return bw_connection_call (bw_business_get_connection (self), describe (self, request->action),
                             "POST", path, body, BW_TYPE_BULK_STARTED, read_started);
}

/**
 * bw_business_act_on_ids:
 * @self: a business
 * @action: what to do
 * @ids: (array length=n_ids): the jobs to do it with, 1 to 10,000
 * @n_ids: how many
 *
 * Has the server act on many jobs. It does so in a job of its own; what is refused becomes an item
 * that was left out, with the reason.
 *
 * Returns: (transfer full): resolves to a BwBulkStarted
 */
DexFuture *
bw_business_act_on_ids (BwBusiness *self, BwBulkAction action, const gint64 *ids, gsize n_ids)
{
  g_autoptr (BwBulkRequest) request = bw_bulk_request_new (action);

  request->ids = g_array_sized_new (FALSE, FALSE, sizeof (gint64), (guint) n_ids);
  g_array_append_vals (request->ids, ids, (guint) n_ids);
  return act (self, request);
}

/**
 * bw_business_act_on_filter:
 * @self: a business
 * @action: what to do
 * @filter: (nullable): the jobs to do it with; %NULL: all that the user may see
 *
 * Has the server act on all jobs that match a filter at the moment at which it takes this on,
 * however many they are. See bw_business_act_on_ids().
 *
 * Returns: (transfer full): resolves to a BwBulkStarted; rejects with %BW_ERROR_CONFLICT when no job
 *   matches
 */
DexFuture *
bw_business_act_on_filter (BwBusiness *self, BwBulkAction action, const BwFilter *filter)
{
  g_autoptr (BwBulkRequest) request = bw_bulk_request_new (action);

  request->filter = filter != NULL ? bw_filter_copy (filter) : bw_filter_new ();
  return act (self, request);
}

/**
 * bw_business_retry_items:
 * @self: a business
 * @job: a finished job's id
 * @items: (array length=n_items): the numbers of the items to do again, 1 to 10,000 of them
 * @n_items: how many
 *
 * Returns: (transfer full): resolves to a BwJob, as it now is; rejects with %BW_ERROR_CONFLICT if
 *   it is not finished
 */
DexFuture *
bw_business_retry_items (BwBusiness *self, gint64 job, const gint64 *items, gsize n_items)
{
  g_autofree char *path = bw_business_make_job_path (self, job, "/retry");
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();
  g_autoptr (GBytes) body = NULL;
  g_autofree char *id = id_to_string (job);

  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_begin_array (writer, "items");
  for (gsize i = 0; i < n_items; i++)
    bw_json_writer_int (writer, NULL, items[i]);
  bw_json_writer_end_array (writer);
  bw_json_writer_end_object (writer);
  body = bw_json_writer_free_to_bytes (g_steal_pointer (&writer));
  return bw_connection_call (bw_business_get_connection (self),
                             g_strdup_printf (_ ("Could not retry job %s of %s"), id,
                                              bw_business_get_name (self)),
                             "POST", path, body, BW_TYPE_JOB, bw_read_job);
}

static GBytes *
write_copy (const BwJobCopy *copy)
{
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();

  bw_json_writer_begin_object (writer, NULL);
  if (copy->name != NULL)
    bw_json_writer_string (writer, "name", copy->name);
  if (copy->parameters != NULL)
    bw_json_writer_raw (writer, "parameters", copy->parameters);
  if (copy->set_priority)
    bw_json_writer_int (writer, "priority", copy->priority);
  if (copy->run_at != BW_TIME_NONE)
    bw_json_writer_time (writer, "run_at", copy->run_at);
  bw_json_writer_string (writer, "items", copy->only_failed ? "failed" : "all");
  bw_json_writer_end_object (writer);
  return bw_json_writer_free_to_bytes (g_steal_pointer (&writer));
}

/**
 * bw_business_copy_job:
 * @self: a business
 * @job: a job's id
 * @copy: what the new job has otherwise
 *
 * Submits a job again, with changes; the items are copied by the server.
 *
 * Returns: (transfer full): resolves to a gint64: the new job's id
 */
DexFuture *
bw_business_copy_job (BwBusiness *self, gint64 job, const BwJobCopy *copy)
{
  g_autofree char *path = bw_business_make_job_path (self, job, "/copy");
  g_autoptr (GBytes) body = write_copy (copy);
  g_autofree char *id = id_to_string (job);

  return bw_connection_call (bw_business_get_connection (self),
                             g_strdup_printf (_ ("Could not run job %s of %s again"), id,
                                              bw_business_get_name (self)),
                             "POST", path, body, G_TYPE_INT64, read_copied);
}
