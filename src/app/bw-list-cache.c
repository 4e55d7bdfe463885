/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-list-cache.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>

#include "bw-fiber.h"
#include "bw-filter-match.h"
#include "bw-job-order.h"

#define KEY "bw-list-cache"
/* The first rows of a list: what a tall window shows, and some more. */
#define MAX_ROWS 200
/* How soon after a change the list is written, and how long it then is not. In milliseconds. */
#define FIRST_DELAY 1000
#define DELAY (20 * 1000)
#define ME_FILE "me.json"
#define MAX_QUERY 65536

/* Where the lists of one user of one server are kept. */
typedef struct
{
  char *folder;
  gint cleared; /* atomic: nothing is written any more */
  BwTime shown; /* as of when what is shown was known, if it came from here */
} Place;

/* A file to be written. */
typedef struct
{
  Place *place;
  char *name;
  GBytes *bytes;
} Write;

/* A list that is read or kept. */
typedef struct
{
  BwJobList *list;
  Place *place;
} Read;

/* Nothing is written into a folder that is being removed. */
static GMutex lock;

static void
place_clear (gpointer data)
{
  g_free (((Place *) data)->folder);
}

static void
place_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, place_clear);
}

static Place *
place_new (const char *server, const char *user)
{
  Place *place = g_atomic_rc_box_new0 (Place);
  g_autofree char *both = g_strjoin ("\n", server, user, NULL);
  g_autofree char *name = g_compute_checksum_for_string (G_CHECKSUM_SHA256, both, -1);

  place->folder = g_build_filename (g_get_user_cache_dir (), "batchwork", name, NULL);
  place->shown = BW_TIME_NONE;

  return place;
}

static Place *
find_place (BwConnection *connection)
{
  return g_object_get_data (G_OBJECT (connection), KEY);
}

static char *
get_file_name (const char *business)
{
  g_autofree char *escaped = g_uri_escape_string (business, NULL, FALSE);

  return g_strconcat ("jobs-", escaped, ".json", NULL);
}

/* Writing */

static void
write_free (gpointer data)
{
  Write *write = data;

  place_unref (write->place);
  g_bytes_unref (write->bytes);
  g_free (write->name);
  g_free (write);
}

static void
write_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Write *write = data;
  g_autofree char *path = g_build_filename (write->place->folder, write->name, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);
  gsize size;
  const char *text = g_bytes_get_data (write->bytes, &size);

  if (!g_atomic_int_get (&write->place->cleared)
      && (g_mkdir_with_parents (write->place->folder, 0700) != 0
          || !g_file_set_contents_full (path, text, (gssize) size, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error)))
    g_message ("The last known list could not be kept in %s: %s", path,
               error != NULL ? error->message : g_strerror (errno));
  g_task_return_boolean (task, TRUE);
}

static void
write_file (Place *place, char *name, BwJsonWriter *writer)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);
  Write *write = g_new0 (Write, 1);

  write->place = g_atomic_rc_box_acquire (place);
  write->name = name;
  write->bytes = bw_json_writer_free_to_bytes (writer);
  g_task_set_task_data (task, write, write_free);
  g_task_run_in_thread (task, write_in_thread);
}

static void
save_me (BwConnection *connection)
{
  const BwMe *me = bw_connection_get_me (connection);
  BwJsonWriter *writer;

  if (me == NULL || bw_connection_get_state (connection) != BW_CONNECTION_STATE_ONLINE)
    return;

  find_place (connection)->shown = BW_TIME_NONE;
  writer = bw_json_writer_new ();
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_time (writer, "at", bw_time_now ());
  bw_me_write_members (me, writer);
  bw_json_writer_end_object (writer);
  write_file (find_place (connection), g_strdup (ME_FILE), writer);
}

static void
write_jobs (BwJobList *list, BwJsonWriter *writer)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (list));

  bw_json_writer_begin_array (writer, "jobs");
  for (guint i = 0; i < MIN (n, MAX_ROWS); i++)
    {
      BwPagedEntry *entry = bw_paged_list_peek (BW_PAGED_LIST (list), i);

      if (entry == NULL)
        break;
      bw_job_write (bw_paged_entry_get_row (entry), writer, NULL);
    }
  bw_json_writer_end_array (writer);
}

static void
save_list (BwJobList *list)
{
  BwBusiness *business = bw_job_list_get_business (list);
  Place *place = find_place (bw_business_get_connection (business));
  g_autofree char *query = bw_filter_to_query (bw_job_list_get_filter (list));
  const BwSummary *summary = bw_job_list_get_summary (list);
  BwJsonWriter *writer = bw_json_writer_new ();

  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_time (writer, "at", bw_time_now ());
  bw_json_writer_string (writer, "filter", query);
  if (summary != NULL)
    {
      bw_json_writer_begin_object (writer, "summary");
      bw_summary_write (summary, writer);
      bw_json_writer_end_object (writer);
    }
  write_jobs (list, writer);
  bw_json_writer_end_object (writer);
  write_file (place, get_file_name (bw_business_get_id (business)), writer);
}

static gboolean
save_cb (gpointer user_data)
{
  BwJobList *list = user_data;
  BwBusiness *business = bw_job_list_get_business (list);
  BwConnection *connection = business != NULL ? bw_business_get_connection (business) : NULL;

  g_object_set_data (G_OBJECT (list), "bw-list-cache-source", NULL);
  if (connection == NULL || find_place (connection) == NULL
      || bw_connection_get_state (connection) != BW_CONNECTION_STATE_ONLINE
      || !bw_paged_list_get_loaded (BW_PAGED_LIST (list)))
    return G_SOURCE_REMOVE;

  save_me (connection);
  save_list (list);
  g_object_set_data (G_OBJECT (list), "bw-list-cache-saved", GINT_TO_POINTER (TRUE));

  return G_SOURCE_REMOVE;
}

static void
remove_source (gpointer source)
{
  g_source_remove (GPOINTER_TO_UINT (source));
}

static void
changed_cb (BwJobList *list)
{
  gboolean saved = g_object_get_data (G_OBJECT (list), "bw-list-cache-saved") != NULL;
  guint source;

  if (g_object_get_data (G_OBJECT (list), "bw-list-cache-source") != NULL)
    return;

  source = g_timeout_add (saved ? DELAY : FIRST_DELAY, save_cb, list);
  g_object_set_data_full (G_OBJECT (list), "bw-list-cache-source", GUINT_TO_POINTER (source), remove_source);
}

/* Reading */

static void
read_free (gpointer data)
{
  Read *read = data;

  g_object_unref (read->list);
  place_unref (read->place);
  g_free (read);
}

static GBytes *
await_file (Place *place, const char *name)
{
  g_autofree char *path = g_build_filename (place->folder, name, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  return dex_await_boxed (dex_file_load_contents_bytes (file), NULL);
}

/* Returns: (nullable): a reader, which goes on looking into @bytes */
static BwJsonReader *
open_file (GBytes *bytes)
{
  gsize size;
  const char *text = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;

  return text != NULL ? bw_json_reader_new_for_text (text, size, NULL) : NULL;
}

static GPtrArray *
read_jobs (BwJsonReader *reader)
{
  GPtrArray *jobs = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_job_unref);
  gsize length;

  if (!bw_json_reader_enter_array (reader, "jobs", MAX_ROWS, &length))
    return jobs;
  for (gsize i = 0; i < length && bw_json_reader_enter_element (reader, i); i++)
    {
      BwJob *job = bw_job_read (reader);

      if (job != NULL)
        g_ptr_array_add (jobs, job);
      bw_json_reader_leave (reader);
    }
  bw_json_reader_leave (reader);

  return jobs;
}

static int
compare_jobs (gconstpointer a, gconstpointer b, gpointer filter)
{
  return bw_job_order_compare (filter, a, b);
}

/* What was kept of all jobs also tells what another filter lets through, as far as it goes. */
static gboolean
take_filter (BwJobList *list, const char *query, GPtrArray *jobs)
{
  const BwFilter *filter = bw_job_list_get_filter (list);
  g_autofree char *wanted = bw_filter_to_query (filter);

  if (g_str_equal (wanted, query))
    return TRUE;
  if (*query != '\0' || !bw_filter_is_decidable (filter))
    return FALSE;

  for (guint i = jobs->len; i > 0; i--)
    if (!bw_filter_matches (filter, g_ptr_array_index (jobs, i - 1)))
      g_ptr_array_remove_index (jobs, i - 1);
  g_ptr_array_sort_values_with_data (jobs, compare_jobs, (gpointer) filter);

  return TRUE;
}

static DexFuture *
seed_fiber (gpointer data)
{
  Read *read = data;
  BwBusiness *business = bw_job_list_get_business (read->list);
  g_autofree char *name = get_file_name (bw_business_get_id (business));
  g_autoptr (GBytes) bytes = await_file (read->place, name);
  g_autoptr (BwJsonReader) reader = open_file (bytes);
  g_autoptr (GPtrArray) jobs = NULL;
  const char *query;
  BwSummary summary = { 0 };
  gboolean has_summary = FALSE;
  BwTime at;

  if (reader == NULL)
    return dex_future_new_false ();

  at = bw_json_reader_time (reader, "at");
  query = bw_json_reader_need_string (reader, "filter", MAX_QUERY);
  if (bw_json_reader_has (reader, "summary") && bw_json_reader_enter_object (reader, "summary"))
    {
      has_summary = bw_summary_read (&summary, reader);
      bw_json_reader_leave (reader);
    }
  jobs = read_jobs (reader);
  if (!bw_json_reader_is_valid (reader) || bw_paged_list_get_loaded (BW_PAGED_LIST (read->list))
      || !take_filter (read->list, query, jobs))
    return dex_future_new_false ();

  read->place->shown = at;
  bw_job_list_seed (read->list, jobs, has_summary ? &summary : NULL);

  return dex_future_new_true ();
}

/* Only as long as the server is away: what it says itself is on its way otherwise. */
static void
seed_if_away (BwJobList *list)
{
  BwConnection *connection = bw_business_get_connection (bw_job_list_get_business (list));
  Place *place = find_place (connection);
  Read *read;

  if (place == NULL || bw_connection_get_state (connection) != BW_CONNECTION_STATE_OFFLINE
      || bw_paged_list_get_loaded (BW_PAGED_LIST (list)))
    return;

  read = g_new0 (Read, 1);
  read->list = g_object_ref (list);
  read->place = g_atomic_rc_box_acquire (place);
  dex_future_disown (bw_fiber_spawn (seed_fiber, read, read_free));
}

static DexFuture *
load_me_fiber (gpointer data)
{
  Place *place = data;
  g_autoptr (GBytes) bytes = await_file (place, ME_FILE);
  g_autoptr (BwJsonReader) reader = open_file (bytes);
  BwTime at = reader != NULL ? bw_json_reader_time (reader, "at") : BW_TIME_NONE;
  g_autoptr (BwMe) me = reader != NULL ? bw_me_read (reader) : NULL;

  if (me == NULL)
    return dex_future_new_reject (G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "Nothing is known of the user");

  place->shown = at;

  return dex_future_new_take_boxed (BW_TYPE_ME, g_steal_pointer (&me));
}

/* Removing */

static void
clear_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Place *place = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);
  g_autoptr (GDir) folder = g_dir_open (place->folder, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (place->folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (place->folder);
  g_task_return_boolean (task, TRUE);
}

/**
 * bw_list_cache_enable:
 * @connection: a connection that the user is signed in to, and has had remembered
 * @user: the user's login name
 *
 * Keeps what its lists show from now on.
 */
void
bw_list_cache_enable (BwConnection *connection, const char *user)
{
  g_return_if_fail (BW_IS_CONNECTION (connection));

  if (find_place (connection) != NULL)
    return;

  g_object_set_data_full (G_OBJECT (connection), KEY, place_new (bw_connection_get_url (connection), user),
                          place_unref);
  g_signal_connect (connection, "notify::me", G_CALLBACK (save_me), NULL);
  g_signal_connect (connection, "notify::state", G_CALLBACK (save_me), NULL);
  save_me (connection);
}

/**
 * bw_list_cache_load_me:
 * @connection: a connection whose server can't be reached, after bw_list_cache_enable()
 *
 * Returns: (transfer full): a future of the BwMe of the last time, or rejected if there is none
 */
DexFuture *
bw_list_cache_load_me (BwConnection *connection)
{
  dex_return_error_if_fail (BW_IS_CONNECTION (connection));
  dex_return_error_if_fail (find_place (connection) != NULL);

  return bw_fiber_spawn (load_me_fiber, g_atomic_rc_box_acquire (find_place (connection)), place_unref);
}

/**
 * bw_list_cache_follow:
 * @list: a list that was just made
 *
 * Shows what was kept of it, if the server is away, and keeps what it shows.
 */
void
bw_list_cache_follow (BwJobList *list)
{
  BwConnection *connection;

  g_return_if_fail (BW_IS_JOB_LIST (list));

  connection = bw_business_get_connection (bw_job_list_get_business (list));
  seed_if_away (list);
  g_signal_connect (list, "items-changed", G_CALLBACK (changed_cb), NULL);
  g_signal_connect (list, "notify::loaded", G_CALLBACK (changed_cb), NULL);
  g_signal_connect (list, "notify::summary", G_CALLBACK (changed_cb), NULL);
  g_signal_connect_object (connection, "notify::state", G_CALLBACK (seed_if_away), list, G_CONNECT_SWAPPED);
  g_signal_connect (list, "notify::filter", G_CALLBACK (seed_if_away), NULL);
}

/**
 * bw_list_cache_clear:
 * @connection: a connection that the user signs out of
 *
 * Removes what was kept of its lists, and keeps nothing more.
 */
void
bw_list_cache_clear (BwConnection *connection)
{
  Place *place;
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (BW_IS_CONNECTION (connection));

  place = find_place (connection);
  if (place == NULL)
    return;

  g_atomic_int_set (&place->cleared, TRUE);
  task = g_task_new (NULL, NULL, NULL, NULL);
  g_task_set_task_data (task, g_atomic_rc_box_acquire (place), place_unref);
  g_task_run_in_thread (task, clear_in_thread);
}

/**
 * bw_list_cache_get_time:
 * @connection: a connection
 *
 * Returns: as of when what its lists show was known, if that came from the cache;
 *   %BW_TIME_NONE if it came from the server
 */
BwTime
bw_list_cache_get_time (BwConnection *connection)
{
  Place *place = find_place (connection);

  return place != NULL ? place->shown : BW_TIME_NONE;
}
