/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A job that is done may change again without being done again, as when its result file comes; and
 * after a restart, or a gap, the same end is read once more. So what was told is remembered by the
 * time of the end: everything until shortly before the latest end that was told is old, and of what
 * came about then, each job is kept by name. "Shortly" makes up for servers whose clocks differ.
 */
#include "bw-config.h"

#include "bw-told.h"

#include <gio/gio.h>
#include <glib/gstdio.h>

/* How far ends may come out of their order. */
#define OVERLAP (1 * BW_TIME_MINUTE)

/* How many jobs are kept by name. When more end within a minute, the oldest of them are let go. */
#define MAX_JOBS 2000

/** An end. */
typedef struct
{
  gint64 job;
  BwTime finished_at;
} End;

typedef struct
{
  BwTime latest;
  GArray *ends; /* of End, in the order told */
} Place;

struct _BwTold
{
  char *path;
  GHashTable *places;   /* char * → Place */
  GCancellable *saving; /* while it is being written */
  gboolean changed;     /* since the writing began */
};

static void
place_free (gpointer data)
{
  Place *place = data;

  g_array_unref (place->ends);
  g_free (place);
}

static Place *
place_new (BwTold *self, const char *name, BwTime latest)
{
  Place *place = g_new0 (Place, 1);

  place->latest = latest;
  place->ends = g_array_new (FALSE, FALSE, sizeof (End));
  g_hash_table_replace (self->places, g_strdup (name), place);

  return place;
}

static void
prune (Place *place)
{
  guint kept = 0;

  for (guint i = 0; i < place->ends->len; i++)
    {
      End end = g_array_index (place->ends, End, i);

      if (end.finished_at > place->latest - OVERLAP && place->ends->len - i <= MAX_JOBS)
        g_array_index (place->ends, End, kept++) = end;
    }
  g_array_set_size (place->ends, kept);
}

static void
load_place (BwTold *self, GKeyFile *file, const char *name)
{
  Place *place = place_new (self, name, g_key_file_get_int64 (file, name, "latest", NULL));
  g_auto (GStrv) ends = g_key_file_get_string_list (file, name, "jobs", NULL, NULL);

  for (guint i = 0; ends != NULL && ends[i] != NULL; i++)
    {
      char *at = strchr (ends[i], '@');
      End end = { .job = g_ascii_strtoll (ends[i], NULL, 10) };

      if (at == NULL)
        continue;
      end.finished_at = g_ascii_strtoll (at + 1, NULL, 10);
      g_array_append_val (place->ends, end);
    }
}

static void
load (BwTold *self)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) groups = NULL;

  if (!g_key_file_load_from_file (file, self->path, G_KEY_FILE_NONE, &error))
    {
      if (!g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        g_message ("What you were told of could not be read from %s: %s", self->path,
                   error->message);
      return;
    }

  groups = g_key_file_get_groups (file, NULL);
  for (guint i = 0; groups[i] != NULL; i++)
    load_place (self, file, groups[i]);
}

static GKeyFile *
to_key_file (BwTold *self)
{
  GKeyFile *file = g_key_file_new ();
  GHashTableIter iter;
  gpointer name, data;

  g_hash_table_iter_init (&iter, self->places);
  while (g_hash_table_iter_next (&iter, &name, &data))
    {
      const Place *place = data;
      g_autoptr (GStrvBuilder) ends = g_strv_builder_new ();
      g_auto (GStrv) list = NULL;

      for (guint i = 0; i < place->ends->len; i++)
        {
          const End *end = &g_array_index (place->ends, End, i);

          g_strv_builder_take (ends, g_strdup_printf ("%" G_GINT64_FORMAT "@%" G_GINT64_FORMAT,
                                                      end->job, (gint64) end->finished_at));
        }
      list = g_strv_builder_end (ends);
      g_key_file_set_int64 (file, name, "latest", place->latest);
      g_key_file_set_string_list (file, name, "jobs", (const char *const *) list, place->ends->len);
    }

  return file;
}

static void begin_save (BwTold *self);

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  BwTold *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!g_file_replace_contents_finish (G_FILE (source), result, NULL, &error)
      && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (error != NULL)
    g_message ("What you were told of could not be kept in %s: %s", self->path, error->message);
  g_clear_object (&self->saving);
  if (self->changed)
    begin_save (self);
}

static void
begin_save (BwTold *self)
{
  g_autoptr (GKeyFile) key_file = to_key_file (self);
  g_autoptr (GFile) file = g_file_new_for_path (self->path);
  g_autofree char *folder = g_path_get_dirname (self->path);
  g_autoptr (GBytes) bytes = NULL;
  gsize length;
  char *text;

  self->changed = FALSE;
  self->saving = g_cancellable_new ();
  g_mkdir_with_parents (folder, 0700);
  text = g_key_file_to_data (key_file, &length, NULL);
  bytes = g_bytes_new_take (text, length);
  g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_PRIVATE,
                                       self->saving, saved_cb, self);
}

/**
 * bw_told_new:
 * @path: where it is kept
 *
 * Returns: (transfer full): what was told until now
 */
BwTold *
bw_told_new (const char *path)
{
  BwTold *self = g_new0 (BwTold, 1);

  self->path = g_strdup (path);
  self->places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, place_free);
  load (self);

  return self;
}

/**
 * bw_told_free:
 * @self: (transfer full): what was told
 *
 * Writes down first what is not written yet.
 */
void
bw_told_free (BwTold *self)
{
  if (self->changed || self->saving != NULL)
    {
      g_autoptr (GKeyFile) file = to_key_file (self);
      g_autoptr (GError) error = NULL;

      g_cancellable_cancel (self->saving);
      g_clear_object (&self->saving);
      if (!g_key_file_save_to_file (file, self->path, &error))
        g_message ("What you were told of could not be kept in %s: %s", self->path, error->message);
    }
  g_hash_table_unref (self->places);
  g_free (self->path);
  g_free (self);
}

/**
 * bw_told_is_known:
 * @self: what was told
 * @place: server, user and business, without brackets
 *
 * Returns: whether anything is known of what was told there
 */
gboolean
bw_told_is_known (BwTold *self, const char *place)
{
  return g_hash_table_contains (self->places, place);
}

/**
 * bw_told_begin:
 * @self: what was told
 * @place: server, user and business, without brackets
 * @time: a moment of the server's
 *
 * Makes all that ended until @time old.
 */
void
bw_told_begin (BwTold *self, const char *place, BwTime time)
{
  /* Of the overlap nothing is known by name, so all of it lies before. */
  place_new (self, place, time + OVERLAP);
}

/**
 * bw_told_is_news:
 * @self: what was told
 * @place: server, user and business, without brackets
 * @job: a job that is finished
 *
 * Returns: whether the user was not told of this end yet. A job that is done again ends again.
 */
gboolean
bw_told_is_news (BwTold *self, const char *place, const BwJob *job)
{
  const Place *known = g_hash_table_lookup (self->places, place);

  if (known == NULL || job->finished_at == BW_TIME_NONE
      || job->finished_at <= known->latest - OVERLAP)
    return FALSE;

  for (guint i = 0; i < known->ends->len; i++)
    {
      const End *end = &g_array_index (known->ends, End, i);

      if (end->job == job->id && end->finished_at == job->finished_at)
        return FALSE;
    }

  return TRUE;
}

/**
 * bw_told_add:
 * @self: what was told
 * @place: server, user and business, without brackets
 * @job: a job that is finished
 *
 * Notes that the user was told of its end.
 */
void
bw_told_add (BwTold *self, const char *place, const BwJob *job)
{
  Place *known = g_hash_table_lookup (self->places, place);
  End end = { .job = job->id, .finished_at = job->finished_at };

  if (known == NULL)
    known = place_new (self, place, job->finished_at);
  known->latest = MAX (known->latest, job->finished_at);
  g_array_append_val (known->ends, end);
  prune (known);
}

/**
 * bw_told_save:
 * @self: what was told
 *
 * Writes it down, without waiting until that is done.
 */
void
bw_told_save (BwTold *self)
{
  self->changed = TRUE;
  if (self->saving == NULL)
    begin_save (self);
}
