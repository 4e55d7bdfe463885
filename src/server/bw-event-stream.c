/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-event-stream.h"

#include <string.h>

#include "bw-error.h"
#include "bw-event-hub.h"

/* What libmicrohttpd copies at a time. */
#define BLOCK_SIZE 2048

/* Without any of these there is nothing that the stream could tell. */
#define VIEW (BW_PERMISSION_VIEW_OWN | BW_PERMISSION_VIEW_ALL | BW_PERMISSION_VIEW_AUTOMATED)

/*
 * One client's stream of events. Events wait in a bounded queue; the connection's thread copies them
 * out, and while there are none the connection is suspended and costs nothing.
 *
 * A stream is live when the hub gives it each change as it is read, and behind when it must first be
 * given older changes from the store: at its start, and after its queue was full. So a slow reader
 * costs a queue at most, is told of each job's last state, and misses nothing.
 *
 * Locks: the hub's before a stream's.
 */
struct _BwEventStream
{
  gatomicrefcount references;
  BwEventHub *hub;
  GBytes *token_hash;
  char *business;

  GMutex lock;              /* of all below */
  BwCachedSession *session;
  guint64 serial;           /* of the rights that the viewer's are */
  BwViewer viewer;
  GQueue waiting;           /* of GBytes */
  gsize used;               /* of the first one */
  gboolean greeted;         /* the first of all is out */
  gint64 position;          /* the reader has been given all that came up to this revision */
  gint64 given;             /* the revision last given, which others may share */
  gboolean behind;
  gboolean catching_up;     /* the hub has been asked for older changes */
  gboolean overflowed;      /* while it gave them */
  gboolean ended;
  gboolean failed;
  struct MHD_Connection *suspended; /* NULL while the connection's thread has it */
  struct MHD_Connection *connection;
};

/**
 * bw_event_stream_new:
 * @hub: where changes come from; outlives the stream
 * @session: (transfer none): who reads
 * @business: the business's short name
 * @viewer: who reads, in that business
 * @since: the revision that the reader knows
 *
 * Returns: (transfer full): a stream that is behind; bw_event_hub_add() is next
 */
BwEventStream *
bw_event_stream_new (BwEventHub *hub, BwCachedSession *session, const char *business,
                     const BwViewer *viewer, gint64 since)
{
  static const char hello[] = ": hello\nretry: 2000\n\n";
  BwEventStream *self = g_new0 (BwEventStream, 1);

  g_atomic_ref_count_init (&self->references);
  g_mutex_init (&self->lock);
  g_queue_init (&self->waiting);
  self->hub = hub;
  self->session = bw_cached_session_ref (session);
  self->token_hash = g_bytes_ref (session->token_hash);
  self->serial = session->serial;
  self->business = g_strdup (business);
  self->viewer = *viewer;
  self->viewer.user_name = NULL;
  self->position = since;
  self->given = since;
  self->behind = TRUE;
  g_queue_push_tail (&self->waiting, g_bytes_new_static (hello, strlen (hello)));
  return self;
}

/** bw_event_stream_ref: @self: a stream. Returns: (transfer full): @self */
BwEventStream *
bw_event_stream_ref (BwEventStream *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

/** bw_event_stream_unref: @self: (transfer full): a stream */
void
bw_event_stream_unref (BwEventStream *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  g_queue_clear_full (&self->waiting, (GDestroyNotify) g_bytes_unref);
  bw_cached_session_unref (self->session);
  g_bytes_unref (self->token_hash);
  g_free (self->business);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static gsize
copy_out (BwEventStream *self, char *buffer, gsize size)
{
  gsize copied = 0;

  while (copied < size && !g_queue_is_empty (&self->waiting))
    {
      GBytes *first = g_queue_peek_head (&self->waiting);
      gsize length;
      const char *data = g_bytes_get_data (first, &length);
      gsize part = MIN (length - self->used, size - copied);

      memcpy (buffer + copied, data + self->used, part);
      copied += part;
      self->used += part;
      if (self->used == length)
        {
          g_bytes_unref (g_queue_pop_head (&self->waiting));
          self->used = 0;
          self->greeted = TRUE;
        }
    }
  return copied;
}

/* On the connection's thread. */
static ssize_t
read_more (void *cls, uint64_t position, char *buffer, size_t size)
{
  BwEventStream *self = cls;
  gboolean needs_older = FALSE;
  gsize copied;

  g_mutex_lock (&self->lock);
  copied = copy_out (self, buffer, size);
  if (copied == 0 && (self->ended || self->failed))
    {
      gboolean failed = self->failed;

      g_mutex_unlock (&self->lock);
      return failed ? MHD_CONTENT_READER_END_WITH_ERROR : MHD_CONTENT_READER_END_OF_STREAM;
    }
  if (copied == 0)
    {
      needs_older = self->behind && !self->catching_up;
      self->catching_up = self->catching_up || needs_older;
      self->suspended = self->connection;
      MHD_suspend_connection (self->connection);
    }
  g_mutex_unlock (&self->lock);
  if (needs_older)
    bw_event_hub_catch_up (self->hub, self);
  return (ssize_t) copied;
}

/* When libmicrohttpd is done with the response: the client is gone, or the stream ended. */
static void
release (void *cls)
{
  BwEventStream *self = cls;

  g_mutex_lock (&self->lock);
  self->connection = NULL;
  self->ended = TRUE;
  g_mutex_unlock (&self->lock);
  bw_event_hub_remove (self->hub, self);
  bw_event_stream_unref (self);
}

/**
 * bw_event_stream_abandon:
 * @self: (transfer full): a stream that was added to the hub and never got its response
 */
void
bw_event_stream_abandon (BwEventStream *self)
{
  release (self);
}

/**
 * bw_event_stream_create_response:
 * @self: (transfer full): a stream that was added to the hub
 * @connection: its reader's connection
 *
 * Returns: the response; the stream leaves the hub when it is destroyed
 */
struct MHD_Response *
bw_event_stream_create_response (BwEventStream *self, struct MHD_Connection *connection)
{
  struct MHD_Response *response;

  self->connection = connection;
  response = MHD_create_response_from_callback (MHD_SIZE_UNKNOWN, BLOCK_SIZE, read_more, self,
                                                release);
  if (response == NULL)
    release (self);
  return response;
}

/* Has the connection's thread call read_more() again. With the lock held. */
static void
wake (BwEventStream *self)
{
  struct MHD_Connection *connection = g_steal_pointer (&self->suspended);

  if (connection != NULL)
    MHD_resume_connection (connection);
}

/** bw_event_stream_get_business: @self: a stream. Returns: its business */
gint64
bw_event_stream_get_business (BwEventStream *self)
{
  return self->viewer.business;
}

/** bw_event_stream_get_position: @self: a stream. Returns: the revision that its reader is at */
gint64
bw_event_stream_get_position (BwEventStream *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->position;
}

/* With the lock held. */
static gboolean
may_see (BwEventStream *self, const BwChange *change)
{
  if (change->event->kind != BW_EVENT_JOB && change->event->kind != BW_EVENT_DELETED)
    return TRUE;
  return bw_viewer_may_see (&self->viewer, change->owner, change->automated);
}

/** bw_event_stream_may_see: @self: a stream; @change: a change. Returns: whether its reader may know */
gboolean
bw_event_stream_may_see (BwEventStream *self, const BwChange *change)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return may_see (self, change);
}

/** bw_event_stream_is_behind: @self: a stream. Returns: whether it is given older changes first */
gboolean
bw_event_stream_is_behind (BwEventStream *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->behind;
}

/** bw_event_stream_is_starved: @self: a stream. Returns: whether its reader waits for more */
gboolean
bw_event_stream_is_starved (BwEventStream *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return g_queue_is_empty (&self->waiting) && !self->ended && !self->failed;
}

/**
 * bw_event_stream_push:
 * @self: a stream
 * @change: a change
 * @text: (transfer none): its event, as it is sent
 *
 * Gives the reader an event, unless it has been given it or may not see it: what comes behind the
 * news of other rights keeps to those. Falls behind when the queue is full.
 */
void
bw_event_stream_push (BwEventStream *self, const BwChange *change, GBytes *text)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  const BwEvent *event = change->event;

  if (self->ended || self->overflowed || (self->behind && !self->catching_up)
      || !may_see (self, change))
    return;
  if (event->kind == BW_EVENT_RESET)
    self->position = self->given = event->revision;
  else if (event->revision <= self->position)
    return;
  if (g_queue_get_length (&self->waiting) >= BW_EVENT_STREAM_MAX_WAITING)
    {
      self->overflowed = self->catching_up;
      self->behind = TRUE;
      return;
    }
  if (event->revision > self->given)
    {
      self->position = MAX (self->position, self->given);
      self->given = event->revision;
    }
  g_queue_push_tail (&self->waiting, g_bytes_ref (text));
  wake (self);
}

/** bw_event_stream_advance: @self: a stream; @revision: all that came up to it has been pushed */
void
bw_event_stream_advance (BwEventStream *self, gint64 revision)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (self->overflowed || (self->behind && !self->catching_up))
    return;
  self->position = MAX (self->position, revision);
  self->given = MAX (self->given, revision);
}

/**
 * bw_event_stream_caught_up:
 * @self: a stream that was given older changes
 * @is_live: whether it has all of them; otherwise it asks again when its reader has read these
 */
void
bw_event_stream_caught_up (BwEventStream *self, gboolean is_live)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->behind = !is_live || self->overflowed;
  self->overflowed = FALSE;
  self->catching_up = FALSE;
  if (self->behind)
    wake (self);
}

/** bw_event_stream_ping: @self: a stream. Sends a comment, so that a dead connection is noticed. */
void
bw_event_stream_ping (BwEventStream *self)
{
  static const char ping[] = ": ping\n\n";
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (self->ended || !g_queue_is_empty (&self->waiting))
    return;
  g_queue_push_tail (&self->waiting, g_bytes_new_static (ping, strlen (ping)));
  wake (self);
}

/** bw_event_stream_end: @self: a stream. Ends it once its reader has read what waits. */
void
bw_event_stream_end (BwEventStream *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->ended = TRUE;
  wake (self);
}

/** bw_event_stream_fail: @self: a stream. Breaks it off; its reader comes back and resumes. */
void
bw_event_stream_fail (BwEventStream *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->failed = TRUE;
  self->catching_up = FALSE;
  wake (self);
}

/* What waits was meant for other rights, and who reads asks for everything anew. The greeting, and an
 * event that was sent in part, come to their end. With the lock held. */
static void
drop_waiting (BwEventStream *self)
{
  GBytes *begun
    = self->used > 0 || !self->greeted ? g_queue_pop_head (&self->waiting) : NULL;

  g_queue_clear_full (&self->waiting, (GDestroyNotify) g_bytes_unref);
  if (begun != NULL)
    g_queue_push_head (&self->waiting, begun);
}

/**
 * bw_event_stream_tell_rights:
 * @self: a stream
 * @gone: whether none are left: then the stream ends with it
 *
 * Tells its reader that the rights changed, in place of all that it has not read yet.
 */
void
bw_event_stream_tell_rights (BwEventStream *self, gboolean gone)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (BwEvent) event = bw_event_new (BW_EVENT_RIGHTS, self->position);

  if (self->ended)
    return;
  drop_waiting (self);
  g_queue_push_tail (&self->waiting, bw_event_hub_write (event));
  self->ended = gone;
  wake (self);
}

/**
 * bw_event_stream_is_current:
 * @self: a stream
 * @serial: the present serial of rights
 *
 * Returns: whether what its reader may see is known as it is now
 */
gboolean
bw_event_stream_is_current (BwEventStream *self, guint64 serial)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return bw_rights_serial_holds (serial) && self->serial == serial;
}

static gboolean
is_same_membership (const BwMembership *a, const BwMembership *b)
{
  return a != NULL && b != NULL && a->permissions == b->permissions && g_str_equal (a->name, b->name)
         && g_str_equal (a->role, b->role) && g_str_equal (a->role_name, b->role_name);
}

/**
 * bw_event_stream_check_rights:
 * @self: a stream
 * @sessions: where sessions are found
 *
 * Looks its reader up anew, and goes by what it may see from now on. May query the store.
 *
 * Returns: what became of its rights
 */
BwRightsNews
bw_event_stream_check_rights (BwEventStream *self, BwSessionCache *sessions)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BwCachedSession) session
    = bw_session_cache_find (sessions, self->token_hash, &error);
  BwRightsNews news;
  BwViewer viewer;

  if (session == NULL)
    return g_error_matches (error, BW_ERROR, BW_ERROR_UNAUTHORIZED) ? BW_RIGHTS_GONE : BW_RIGHTS_UNKNOWN;
  if (!bw_cached_session_find (session, self->business, &viewer) || (viewer.permissions & VIEW) == 0)
    return BW_RIGHTS_GONE;
  g_mutex_lock (&self->lock);
  news = is_same_membership (bw_me_find (self->session->session->me, self->business),
                             bw_me_find (session->session->me, self->business))
           ? BW_RIGHTS_SAME
           : BW_RIGHTS_CHANGED;
  self->viewer.permissions = viewer.permissions;
  self->serial = session->serial;
  bw_cached_session_unref (self->session);
  self->session = g_steal_pointer (&session);
  g_mutex_unlock (&self->lock);
  return news;
}
