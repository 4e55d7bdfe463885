/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-office.h"

#include "bw-event.h"
#include "bw-filter-match.h"
#include "bw-job-order.h"
#include "bw-json-reader.h"
#include "bw-json-writer.h"
#include "bw-summary.h"

#define FIRST_TIME G_GINT64_CONSTANT (1700000000000)

static BwJob *
copy_job (const BwJob *job)
{
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (BwJsonReader) reader = NULL;
  gsize size;
  const char *text;

  bw_job_write (job, writer, NULL);
  bytes = bw_json_writer_free_to_bytes (g_steal_pointer (&writer));
  text = g_bytes_get_data (bytes, &size);
  reader = bw_json_reader_new_for_text (text, size, NULL);
  return bw_job_read (reader);
}

static BwJob *
new_job (BwFakeOffice *self, const char *name)
{
  BwJob *job = bw_job_new ();

  job->id = ++self->last_id;
  job->type = g_strdup ("send-invoices");
  job->type_name = g_strdup ("Send invoices");
  job->name = g_strdup (name);
  job->created_by_id = 1 + job->id % 3;
  job->created_by_name = g_strdup ("Olivia");
  job->created_at = FIRST_TIME + job->id * 1000;
  job->updated_at = job->created_at;
  job->updated_by = g_strdup ("Olivia");
  job->max_attempts = 1;
  job->revision = ++self->revision;
  return job;
}

static void
log_event (BwFakeOffice *self, BwEventKind kind, gint64 id, BwJob *job)
{
  BwEvent *event = bw_event_new (kind, self->revision);

  event->job_id = id;
  event->job = job != NULL ? bw_job_ref (job) : NULL;
  g_ptr_array_add (self->log, event);
  g_cond_broadcast (&self->changed);
}

static int
find (BwFakeOffice *self, gint64 id)
{
  for (guint i = 0; i < self->jobs->len; i++)
    if (((BwJob *) self->jobs->pdata[i])->id == id)
      return (int) i;
  return -1;
}

static int
compare_jobs (gconstpointer a, gconstpointer b, gpointer filter)
{
  return bw_job_order_compare (filter, a, b);
}

static GPtrArray *
list_locked (BwFakeOffice *self, const BwFilter *filter)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_job_unref);

  for (guint i = 0; i < self->jobs->len; i++)
    {
      BwJob *job = self->jobs->pdata[i];

      if (bw_filter_matches (filter, job)
          && (filter->q == NULL || strstr (job->name, filter->q) != NULL))
        g_ptr_array_add (list, bw_job_ref (job));
    }
  g_ptr_array_sort_values_with_data (list, compare_jobs, (gpointer) filter);
  return list;
}

static BwFilter *
parse_filter (BwRawRequest *request)
{
  g_autoptr (BwFilter) filter = bw_filter_new ();
  GUriParamsIter iter;
  char *name;
  char *value;

  g_uri_params_iter_init (&iter, request->query, -1, "&", G_URI_PARAMS_NONE);
  while (g_uri_params_iter_next (&iter, &name, &value, NULL))
    {
      if (!g_str_equal (name, "limit") && !g_str_equal (name, "offset")
          && !g_str_equal (name, "after"))
        g_assert_true (bw_filter_set_parameter (filter, name, value, NULL));
      g_free (name);
      g_free (value);
    }
  return g_steal_pointer (&filter);
}

static guint
parse_number (BwRawRequest *request, const char *name, guint fallback)
{
  g_autofree char *value = bw_raw_get_query (request, name);

  return value != NULL ? (guint) atoi (value) : fallback;
}

/* A cursor is the whole last job, so that its place is known even if it has gone meanwhile. */
static char *
make_cursor (const BwJob *job)
{
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();
  g_autofree char *text = NULL;

  bw_job_write (job, writer, NULL);
  text = bw_json_writer_free_to_string (g_steal_pointer (&writer));
  return g_base64_encode ((guchar *) text, strlen (text));
}

static guint
find_offset (BwRawRequest *request, const BwFilter *filter, GPtrArray *list)
{
  g_autofree char *after = bw_raw_get_query (request, "after");
  g_autofree char *text = NULL;
  g_autoptr (BwJsonReader) reader = NULL;
  g_autoptr (BwJob) job = NULL;
  guint offset = 0;
  gsize length;

  if (after == NULL)
    return parse_number (request, "offset", 0);
  text = (char *) g_base64_decode (after, &length);
  reader = bw_json_reader_new_for_text (text, length, NULL);
  job = bw_job_read (reader);
  while (offset < list->len && bw_job_order_compare (filter, list->pdata[offset], job) <= 0)
    offset++;
  return offset;
}

static char *
make_page (BwFakeOffice *self, BwRawRequest *request)
{
  g_autoptr (BwFilter) filter = parse_filter (request);
  g_autoptr (GPtrArray) list = list_locked (self, filter);
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();
  guint limit = parse_number (request, "limit", 50);
  guint offset = find_offset (request, filter, list);
  guint end = MIN (offset + limit, list->len);
  gboolean bounded = self->bound > 0 && list->len > self->bound;
  g_autofree char *next = NULL;

  self->lists++;
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_begin_array (writer, "jobs");
  for (guint i = offset; i < end; i++)
    bw_job_write (list->pdata[i], writer, NULL);
  bw_json_writer_end_array (writer);
  bw_json_writer_int (writer, "total", bounded ? self->bound : list->len);
  bw_json_writer_boolean (writer, "total_is_exact", !bounded);
  if (end < list->len && end > offset)
    next = make_cursor (list->pdata[end - 1]);
  if (next != NULL)
    bw_json_writer_string (writer, "next", next);
  else
    bw_json_writer_null (writer, "next");
  bw_json_writer_int (writer, "revision", self->revision);
  bw_json_writer_end_object (writer);
  return bw_json_writer_free_to_string (g_steal_pointer (&writer));
}

static char *
make_summary (BwFakeOffice *self, BwRawRequest *request)
{
  g_autoptr (BwFilter) filter = parse_filter (request);
  g_autoptr (GPtrArray) list = list_locked (self, filter);
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();
  BwSummary summary = { .is_exact = TRUE };

  for (guint i = 0; i < list->len; i++)
    summary.in_state[((BwJob *) list->pdata[i])->state]++;
  bw_json_writer_begin_object (writer, NULL);
  bw_summary_write (&summary, writer);
  bw_json_writer_end_object (writer);
  return bw_json_writer_free_to_string (g_steal_pointer (&writer));
}

static guint
pick_delay (BwFakeOffice *self)
{
  guint delay;

  g_mutex_lock (&self->mutex);
  delay = self->max_delay > 0 ? (guint) g_rand_int_range (self->random, 0, (gint32) self->max_delay)
                              : 0;
  g_mutex_unlock (&self->mutex);
  return delay;
}

static gboolean
write_event (BwRawRequest *request, BwEvent *event)
{
  g_autofree char *data = bw_event_to_data (event);

  return bw_raw_write (request, "id: %" G_GINT64_FORMAT "\nevent: %s\ndata: %s\n\n", event->revision,
                       bw_event_kind_to_string (event->kind), data);
}

/* Waits for an event after a revision; NULL when the stream ends. */
static BwEvent *
wait_for_event (BwFakeOffice *self, BwRawRequest *request, gint64 since, guint drop_streams)
{
  BwEvent *found = NULL;

  g_mutex_lock (&self->mutex);
  while (found == NULL && !bw_raw_server_is_over (request->server)
         && self->drop_streams == drop_streams)
    {
      for (guint i = 0; i < self->log->len && found == NULL && !self->hold_events; i++)
        if (((BwEvent *) self->log->pdata[i])->revision > since)
          found = bw_event_ref (self->log->pdata[i]);
      if (found == NULL)
        g_cond_wait_until (&self->changed, &self->mutex, g_get_monotonic_time () + 50000);
    }
  g_mutex_unlock (&self->mutex);
  return found;
}

static gboolean
serve_events (BwFakeOffice *self, BwRawRequest *request)
{
  const char *last = g_hash_table_lookup (request->headers, "last-event-id");
  gint64 since = last != NULL ? g_ascii_strtoll (last, NULL, 10) : self->revision;
  guint drop_streams = self->drop_streams;

  if (self->no_stream)
    return bw_raw_answer (request, 404, "application/problem+json", "{}");
  bw_raw_write (request, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: hello\n\n");
  for (;;)
    {
      g_autoptr (BwEvent) event = wait_for_event (self, request, since, drop_streams);

      if (event == NULL)
        return FALSE;
      g_usleep ((pick_delay (self) + self->event_gap) * 1000);
      if (!write_event (request, event))
        return FALSE;
      since = event->revision;
    }
}

static gboolean
handle (BwRawRequest *request, gpointer data)
{
  BwFakeOffice *self = data;
  g_autofree char *body = NULL;
  guint fail;

  if (g_str_has_suffix (request->path, "/events"))
    return serve_events (self, request);
  g_usleep (pick_delay (self) * 1000);
  g_mutex_lock (&self->mutex);
  fail = self->fail;
  body = g_str_has_suffix (request->path, "/summary") ? make_summary (self, request)
                                                      : make_page (self, request);
  g_mutex_unlock (&self->mutex);
  g_usleep ((pick_delay (self) + self->page_delay) * 1000);
  if (fail != 0)
    return bw_raw_answer (request, fail, "application/problem+json", "{\"detail\":\"No.\"}");
  return bw_raw_answer_json (request, body);
}

/**
 * bw_fake_office_new:
 * @n_jobs: how many it has at first
 *
 * Returns: (transfer full): an office that serves one business, whatever its name
 */
BwFakeOffice *
bw_fake_office_new (guint n_jobs)
{
  BwFakeOffice *self = g_new0 (BwFakeOffice, 1);

  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  self->random = g_rand_new_with_seed ((guint32) g_test_rand_int ());
  self->jobs = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_job_unref);
  self->log = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_event_unref);
  for (guint i = 0; i < n_jobs; i++)
    {
      g_autofree char *name = g_strdup_printf ("Job %03u", g_test_rand_int_range (0, 1000));

      g_ptr_array_add (self->jobs, new_job (self, name));
    }
  self->server = bw_raw_server_new (handle, self);
  return self;
}

/**
 * bw_fake_office_free:
 * @self: (transfer full): an office
 *
 * Closes it.
 */
void
bw_fake_office_free (BwFakeOffice *self)
{
  bw_raw_server_free (self->server);
  g_ptr_array_unref (self->jobs);
  g_ptr_array_unref (self->log);
  g_rand_free (self->random);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->changed);
  g_free (self);
}

/**
 * bw_fake_office_add:
 * @self: an office
 * @name: a name
 *
 * Returns: the new job's id
 */
gint64
bw_fake_office_add (BwFakeOffice *self, const char *name)
{
  BwJob *job;
  gint64 id;

  g_mutex_lock (&self->mutex);
  job = new_job (self, name);
  id = job->id;
  g_ptr_array_add (self->jobs, job);
  log_event (self, BW_EVENT_JOB, id, job);
  g_mutex_unlock (&self->mutex);
  return id;
}

/**
 * bw_fake_office_change:
 * @self: an office
 * @id: a job's id
 * @state: its new state
 * @name: (nullable): its new name
 * @progress: its new progress
 *
 * Changes a job.
 */
void
bw_fake_office_change (BwFakeOffice *self, gint64 id, BwJobState state, const char *name,
                       double progress)
{
  int index;

  g_mutex_lock (&self->mutex);
  index = find (self, id);
  if (index >= 0)
    {
      BwJob *job = copy_job (self->jobs->pdata[index]);

      job->revision = ++self->revision;
      job->state = state;
      job->progress = progress;
      job->finished_at = bw_job_state_is_finished (state) ? FIRST_TIME + self->revision * 1000
                                                          : BW_TIME_NONE;
      if (name != NULL)
        g_set_str (&job->name, name);
      bw_job_unref (self->jobs->pdata[index]);
      self->jobs->pdata[index] = job;
      log_event (self, BW_EVENT_JOB, id, job);
    }
  g_mutex_unlock (&self->mutex);
}

/**
 * bw_fake_office_delete:
 * @self: an office
 * @id: a job's id
 *
 * Deletes a job.
 */
void
bw_fake_office_delete (BwFakeOffice *self, gint64 id)
{
  int index;

  g_mutex_lock (&self->mutex);
  index = find (self, id);
  if (index >= 0)
    {
      self->revision++;
      g_ptr_array_remove_index (self->jobs, (guint) index);
      log_event (self, BW_EVENT_DELETED, id, NULL);
    }
  g_mutex_unlock (&self->mutex);
}

/**
 * bw_fake_office_reset:
 * @self: an office
 * @n_jobs: how many of its jobs stay
 *
 * Loses jobs without telling which: only that all has to be asked for anew.
 */
void
bw_fake_office_reset (BwFakeOffice *self, guint n_jobs)
{
  g_mutex_lock (&self->mutex);
  self->revision++;
  if (n_jobs < self->jobs->len)
    g_ptr_array_set_size (self->jobs, (int) n_jobs);
  log_event (self, BW_EVENT_RESET, 0, NULL);
  g_mutex_unlock (&self->mutex);
}

/**
 * bw_fake_office_pick:
 * @self: an office
 * @index: any number
 *
 * Returns: the id of one of its jobs; 0 if there are none
 */
gint64
bw_fake_office_pick (BwFakeOffice *self, guint index)
{
  gint64 id = 0;

  g_mutex_lock (&self->mutex);
  if (self->jobs->len > 0)
    id = ((BwJob *) self->jobs->pdata[index % self->jobs->len])->id;
  g_mutex_unlock (&self->mutex);
  return id;
}

/**
 * bw_fake_office_count:
 * @self: an office
 *
 * Returns: how many pages it served
 */
guint
bw_fake_office_count (BwFakeOffice *self)
{
  guint lists;

  g_mutex_lock (&self->mutex);
  lists = self->lists;
  g_mutex_unlock (&self->mutex);
  return lists;
}

/**
 * bw_fake_office_list:
 * @self: an office
 * @filter: which jobs in which order
 *
 * Returns: (transfer full) (element-type BwJob): the list as it should be
 */
GPtrArray *
bw_fake_office_list (BwFakeOffice *self, const BwFilter *filter)
{
  GPtrArray *list;

  g_mutex_lock (&self->mutex);
  list = list_locked (self, filter);
  g_mutex_unlock (&self->mutex);
  return list;
}
