/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-event-hub.h"

#include <string.h>

#include "bw-error.h"

/* How many changes are read at a time, for all who are live; and for one who is behind, whose alone they
 * are until they are sent. */
#define PAGE 500
#define OLDER_PAGE 100

/* Under load, changes go out in bundles: the first at once, the next ones not before this has
 * passed. A job that changes often in between is sent once, as it is then. */
#define BUNDLE_US (50 * 1000)

/* How long to wait before the store is asked again after it failed. */
#define RETRY_US (1 * G_USEC_PER_SEC)

#define PING_US (15 * G_USEC_PER_SEC)

/* One business that somebody watches. */
typedef struct
{
  gint64 id;
  GHashTable *streams;      /* of BwEventStream, as a set */
  gboolean started;         /* somebody is live, and position is known */
  gint64 position;          /* changes up to it were given to all who are live */
  gint64 latest;            /* the newest revision heard of */
  gint64 read_at;           /* monotonic microseconds */
} Business;

/*
 * Takes changes from the store to the streams: each is read once and written as text once, however
 * many watch. One thread, woken by the store's writer.
 */
struct _BwEventHub
{
  BwStore *store;
  BwSessionCache *sessions;
  BwPool *pool;
  BwEventPort *port;
  guint max_streams;
  GThread *thread;

  GMutex lock;              /* of all below */
  GCond changed;
  GHashTable *businesses;   /* of Business by id */
  guint n_streams;
  gboolean rights_changed;
  gboolean ended;
  gboolean stopping;
};

static void
business_free (gpointer data)
{
  Business *self = data;

  g_hash_table_unref (self->streams);
  g_free (self);
}

/**
 * bw_event_hub_write:
 * @event: an event
 *
 * Returns: (transfer full): it as text/event-stream has it
 */
GBytes *
bw_event_hub_write (const BwEvent *event)
{
  g_autofree char *data = bw_event_to_data (event);
  char *text = g_strdup_printf ("id: %" G_GINT64_FORMAT "\nevent: %s\ndata: %s\n\n", event->revision,
                                bw_event_kind_to_string (event->kind), data);

  return g_bytes_new_take (text, strlen (text));
}

static GPtrArray *
get_changes (BwEventHub *self, gint64 business, gint64 since, guint limit, gint64 *revision)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *changes = bw_store_get_changes (self->store, business, since, limit, revision, &error);

  if (changes == NULL)
    g_warning ("Changes after %" G_GINT64_FORMAT " could not be read: %s", since, error->message);
  return changes;
}

static GPtrArray *
list_streams (GHashTable *streams)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_event_stream_unref);
  GHashTableIter iter;
  gpointer stream;

  g_hash_table_iter_init (&iter, streams);
  while (g_hash_table_iter_next (&iter, &stream, NULL))
    g_ptr_array_add (list, bw_event_stream_ref (stream));
  return list;
}

static GPtrArray *
list_all (BwEventHub *self)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_event_stream_unref);
  GHashTableIter iter;
  gpointer business;

  g_hash_table_iter_init (&iter, self->businesses);
  while (g_hash_table_iter_next (&iter, NULL, &business))
    g_ptr_array_extend_and_steal (list, list_streams (((Business *) business)->streams));
  return list;
}

/* Gives changes to those who are live. Without the lock, for which the store's writer would wait: a
 * stream that becomes live meanwhile has been given all of these, and drops what it has. */
static void
distribute (GPtrArray *streams, GPtrArray *changes, gint64 revision)
{
  for (guint i = 0; i < changes->len; i++)
    {
      const BwChange *change = g_ptr_array_index (changes, i);
      g_autoptr (GBytes) text = NULL;

      for (guint j = 0; j < streams->len; j++)
        {
          BwEventStream *stream = g_ptr_array_index (streams, j);

          if (bw_event_stream_is_behind (stream) || !bw_event_stream_may_see (stream, change))
            continue;
          if (text == NULL)
            text = bw_event_hub_write (change->event);
          bw_event_stream_push (stream, change, text);
        }
    }
  for (guint j = 0; j < streams->len; j++)
    if (!bw_event_stream_is_behind (g_ptr_array_index (streams, j)))
      bw_event_stream_advance (g_ptr_array_index (streams, j), revision);
}

/* Goes by a reader's rights as they are now, tells it when they changed, and ends its stream when
 * none are left. Without the lock, since it may query the store. */
static void
check_stream (BwEventHub *self, BwEventStream *stream)
{
  BwRightsNews news = bw_event_stream_check_rights (stream, self->sessions);

  if (news == BW_RIGHTS_CHANGED || news == BW_RIGHTS_GONE)
    bw_event_stream_tell_rights (stream, news == BW_RIGHTS_GONE);
  /* It may be nobody's any longer: its reader comes back and is asked. */
  if (news == BW_RIGHTS_UNKNOWN)
    bw_event_stream_fail (stream);
}

/* Those whose reader's rights may have changed and were not checked yet. With the lock held. */
static GPtrArray *
list_stale (BwEventHub *self, Business *business, GHashTable *checked)
{
  guint64 serial = bw_session_cache_get_serial (self->sessions);
  GPtrArray *stale = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_event_stream_unref);
  GHashTableIter iter;
  gpointer stream;

  g_hash_table_iter_init (&iter, business->streams);
  while (g_hash_table_iter_next (&iter, &stream, NULL))
    if (!bw_event_stream_is_current (stream, serial) && !g_hash_table_contains (checked, stream))
      g_ptr_array_add (stale, bw_event_stream_ref (stream));
  return stale;
}

/*
 * Makes sure that what was just read from the store is given out under rights that are no older than
 * it: the news that rights changed comes behind the commit, and changes committed with it or after it
 * may have been read before. With the lock held, which is let go meanwhile.
 *
 * Returns: (nullable): the business, unless nobody watches it any longer
 */
static Business *
check_stale (BwEventHub *self, gint64 id)
{
  g_autoptr (GHashTable) checked
    = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) bw_event_stream_unref, NULL);

  for (;;)
    {
      Business *business = g_hash_table_lookup (self->businesses, &id);
      g_autoptr (GPtrArray) stale = business != NULL ? list_stale (self, business, checked) : NULL;

      if (stale == NULL || stale->len == 0)
        return business;
      g_mutex_unlock (&self->lock);
      for (guint i = 0; i < stale->len; i++)
        {
          check_stream (self, g_ptr_array_index (stale, i));
          g_hash_table_add (checked, bw_event_stream_ref (g_ptr_array_index (stale, i)));
        }
      g_mutex_lock (&self->lock);
    }
}

/* Reads what is new in a business and gives it out. With the lock held, which is let go while the
 * store is asked. */
static void
read_business (BwEventHub *self, gint64 id)
{
  Business *business = g_hash_table_lookup (self->businesses, &id);
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GPtrArray) streams = NULL;
  gint64 since = business->position;
  gint64 revision = since;

  business->read_at = g_get_monotonic_time ();
  g_mutex_unlock (&self->lock);
  changes = get_changes (self, id, since, PAGE, &revision);
  g_mutex_lock (&self->lock);
  business = check_stale (self, id);
  if (business == NULL || !business->started)
    return;
  if (changes == NULL)
    {
      business->read_at += RETRY_US;
      return;
    }
  if (changes->len == PAGE)
    business->read_at -= BUNDLE_US; /* there is more: no need to wait for it */
  business->position = MAX (business->position, revision);
  streams = list_streams (business->streams);
  g_mutex_unlock (&self->lock);
  distribute (streams, changes, revision);
  g_ptr_array_set_size (streams, 0);
  g_mutex_lock (&self->lock);
}

/* Checks all streams. With the lock held, which is let go meanwhile. */
static void
check_rights (BwEventHub *self)
{
  g_autoptr (GPtrArray) streams = list_all (self);

  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < streams->len; i++)
    check_stream (self, g_ptr_array_index (streams, i));
  g_ptr_array_set_size (streams, 0);
  g_mutex_lock (&self->lock);
}

static void
ping_all (BwEventHub *self)
{
  g_autoptr (GPtrArray) streams = list_all (self);

  for (guint i = 0; i < streams->len; i++)
    bw_event_stream_ping (g_ptr_array_index (streams, i));
}

/* The business that is to be read next, and when. With the lock held. */
static Business *
find_next (BwEventHub *self, gint64 *at)
{
  Business *next = NULL;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->businesses);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Business *business = value;

      if (business->started && business->latest > business->position
          && (next == NULL || business->read_at < next->read_at))
        next = business;
    }
  if (next != NULL)
    *at = MIN (*at, next->read_at + BUNDLE_US);
  return next;
}

static gpointer
run (gpointer data)
{
  BwEventHub *self = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gint64 ping_at = g_get_monotonic_time () + PING_US;

  while (!self->stopping)
    {
      gint64 now = g_get_monotonic_time ();
      gint64 at = ping_at;
      Business *next = find_next (self, &at);

      if (self->rights_changed)
        {
          self->rights_changed = FALSE;
          check_rights (self);
        }
      else if (ping_at <= now)
        {
          ping_at = now + PING_US;
          ping_all (self);
          self->rights_changed = self->n_streams > 0; /* sessions lapse without a change of rights */
        }
      else if (next != NULL && at <= now)
        read_business (self, next->id);
      else if (self->n_streams == 0)
        g_cond_wait (&self->changed, &self->lock);
      else
        g_cond_wait_until (&self->changed, &self->lock, at);
    }
  return NULL;
}

/**
 * bw_event_hub_new:
 * @store: where changes come from
 * @sessions: where readers' rights are found
 * @pool: where streams that are behind are given older changes
 * @max_streams: how many streams may be open
 *
 * Returns: (transfer full): a hub, which may be used from any thread; @store, @sessions and @pool
 *   outlive it
 */
BwEventHub *
bw_event_hub_new (BwStore *store, BwSessionCache *sessions, BwPool *pool, guint max_streams)
{
  BwEventHub *self = g_new0 (BwEventHub, 1);

  self->store = store;
  self->sessions = sessions;
  self->pool = pool;
  self->port = bw_event_port_new ();
  self->max_streams = max_streams;
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->businesses = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, business_free);
  self->thread = g_thread_new ("bw-events", run, self);
  return self;
}

/** bw_event_hub_free: @self: (nullable) (transfer full): a hub without streams but those of its port */
void
bw_event_hub_free (BwEventHub *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->lock);
  self->stopping = TRUE;
  g_cond_signal (&self->changed);
  g_mutex_unlock (&self->lock);
  g_thread_join (self->thread);
  bw_event_port_free (self->port);
  g_hash_table_unref (self->businesses);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/**
 * bw_event_hub_add:
 * @self: a hub
 * @stream: (transfer none): a new stream
 * @error: set to %BW_ERROR_UNAVAILABLE when the bound is reached or the server is stopping
 *
 * Returns: whether the stream is watched from now on, until bw_event_hub_remove()
 */
gboolean
bw_event_hub_add (BwEventHub *self, BwEventStream *stream, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gint64 id = bw_event_stream_get_business (stream);
  Business *business;

  if (self->ended || self->n_streams >= self->max_streams)
    {
      bw_set_error (error, BW_ERROR_UNAVAILABLE,
                    "No more event streams are taken: the server is stopping, or its bound of %u is "
                    "reached. Try again later.", self->max_streams);
      return FALSE;
    }
  business = g_hash_table_lookup (self->businesses, &id);
  if (business == NULL)
    {
      business = g_new0 (Business, 1);
      business->id = id;
      business->streams = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) bw_event_stream_unref, NULL);
      g_hash_table_insert (self->businesses, &business->id, business);
    }
  g_hash_table_add (business->streams, bw_event_stream_ref (stream));
  self->n_streams++;
  if (self->n_streams == 1)
    g_cond_signal (&self->changed);
  return TRUE;
}

/** bw_event_hub_remove: @self: a hub; @stream: a stream that may be gone already */
void
bw_event_hub_remove (BwEventHub *self, BwEventStream *stream)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gint64 id = bw_event_stream_get_business (stream);
  Business *business = g_hash_table_lookup (self->businesses, &id);

  if (business == NULL || !g_hash_table_remove (business->streams, stream))
    return;
  self->n_streams--;
  if (g_hash_table_size (business->streams) == 0)
    g_hash_table_remove (self->businesses, &id);
}

typedef struct
{
  BwEventHub *hub;
  BwEventStream *stream;
} CatchUp;

/* Puts what the reader may see into the queue. */
static void
give (BwEventStream *stream, GPtrArray *changes, gint64 revision)
{
  for (guint i = 0; i < changes->len; i++)
    {
      const BwChange *change = g_ptr_array_index (changes, i);

      if (bw_event_stream_may_see (stream, change))
        {
          g_autoptr (GBytes) text = bw_event_hub_write (change->event);

          bw_event_stream_push (stream, change, text);
        }
    }
  bw_event_stream_advance (stream, revision);
}

/* Makes the stream live if no change can fall between what it was given up to @revision and what the
 * hub gives out next. */
static gboolean
join (BwEventHub *self, BwEventStream *stream, gint64 revision)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gint64 id = bw_event_stream_get_business (stream);
  Business *business = g_hash_table_lookup (self->businesses, &id);

  if (business == NULL || (business->started && revision < business->position))
    return business == NULL;
  if (!business->started)
    {
      business->started = TRUE;
      business->position = revision;
      g_cond_signal (&self->changed);
    }
  bw_event_stream_caught_up (stream, TRUE);
  return TRUE;
}

/* On a thread of the pool. */
static void
catch_up (gpointer data)
{
  g_autofree CatchUp *self = data;
  g_autoptr (BwEventStream) stream = self->stream;

  for (;;)
    {
      gint64 revision = bw_event_stream_begin_page (stream);
      g_autoptr (GPtrArray) changes
        = get_changes (self->hub, bw_event_stream_get_business (stream), revision, OLDER_PAGE, &revision);

      if (changes == NULL)
        {
          bw_event_stream_fail (stream);
          return;
        }
      if (!bw_event_stream_is_current (stream, bw_session_cache_get_serial (self->hub->sessions)))
        check_stream (self->hub, stream);
      give (stream, changes, revision);
      if (changes->len < OLDER_PAGE && join (self->hub, stream, revision))
        return;
      if (!bw_event_stream_is_starved (stream))
        {
          bw_event_stream_caught_up (stream, FALSE);
          return;
        }
    }
}

/**
 * bw_event_hub_catch_up:
 * @self: a hub
 * @stream: a stream that is behind and whose reader has read all it was given
 *
 * Has the stream given older changes, a page at a time, until it is live.
 */
void
bw_event_hub_catch_up (BwEventHub *self, BwEventStream *stream)
{
  CatchUp *work = g_new0 (CatchUp, 1);

  work->hub = self;
  work->stream = bw_event_stream_ref (stream);
  if (!bw_pool_push (self->pool, catch_up, work))
    {
      bw_event_stream_fail (stream);
      bw_event_stream_unref (work->stream);
      g_free (work);
    }
}

/**
 * bw_event_hub_changed:
 * @self: a hub
 * @business: a business
 * @revision: its newest revision
 *
 * Says that there is news. Quick; called on the store's writer thread.
 */
void
bw_event_hub_changed (BwEventHub *self, gint64 business, gint64 revision)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  Business *found = g_hash_table_lookup (self->businesses, &business);

  if (found == NULL || revision <= found->latest)
    return;
  if (found->started && found->latest <= found->position)
    g_cond_signal (&self->changed);
  found->latest = revision;
}

/** bw_event_hub_rights_changed: @self: a hub. Says that somebody's rights changed. Quick. */
void
bw_event_hub_rights_changed (BwEventHub *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->rights_changed = TRUE;
  g_cond_signal (&self->changed);
}

/** bw_event_hub_end_all: @self: a hub. Ends all streams, whose readers resume elsewhere or later. */
void
bw_event_hub_end_all (BwEventHub *self)
{
  g_autoptr (GPtrArray) streams = NULL;

  g_mutex_lock (&self->lock);
  self->ended = TRUE;
  streams = list_all (self);
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < streams->len; i++)
    bw_event_stream_end (g_ptr_array_index (streams, i));
}

/** bw_event_hub_get_port: @self: a hub. Returns: (transfer none): where streams have their sockets */
BwEventPort *
bw_event_hub_get_port (BwEventHub *self)
{
  return self->port;
}

/** bw_event_hub_count: @self: a hub. Returns: how many streams are open */
guint
bw_event_hub_count (BwEventHub *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->n_streams;
}
