/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-event-stream-private.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "bw-error.h"
#include "bw-event-hub.h"

/* What libmicrohttpd copies at a time. */
#define BLOCK_SIZE 2048

/* How many events one call of the kernel takes. */
#define MAX_PARTS 64

/* How many events are kept for a reader that takes no more at the moment. */
#define KEPT_WAITING 4

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

/* This much of what waits is out. With the lock held. */
static void
drop_sent (BwEventStream *self, gsize sent)
{
  self->used += sent;
  while (!g_queue_is_empty (&self->waiting))
    {
      gsize length = g_bytes_get_size (g_queue_peek_head (&self->waiting));

      if (self->used < length)
        return;
      self->used -= length;
      g_bytes_unref (g_queue_pop_head (&self->waiting));
      self->greeted = TRUE;
    }
}

static gsize
copy_out (BwEventStream *self, char *buffer, gsize size)
{
  gsize copied = 0;

  while (copied < size && !g_queue_is_empty (&self->waiting))
    {
      gsize length;
      const char *data = g_bytes_get_data (g_queue_peek_head (&self->waiting), &length);
      gsize part = MIN (length - self->used, size - copied);

      memcpy (buffer + copied, data + self->used, part);
      copied += part;
      drop_sent (self, part);
    }
  return copied;
}

/* Whether older changes are to be asked for, now that all is sent. With the lock held. */
static gboolean
begin_catching_up (BwEventStream *self)
{
  if (!self->behind || self->catching_up)
    return FALSE;
  self->catching_up = TRUE;
  return TRUE;
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
      needs_older = begin_catching_up (self);
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

/**
 * bw_event_stream_hand_over:
 * @self: (transfer full): a stream that was added to the hub
 * @port: what sends it from now on
 * @fd: its reader's socket, which the stream closes
 * @header: the answer's header
 * @over: called with @data when the stream is over, on the port's thread
 *
 * Begins sending. The answer ends with its connection.
 */
void
bw_event_stream_hand_over (BwEventStream *self, BwEventPort *port, int fd, const char *header,
                           GDestroyNotify over, gpointer data)
{
  g_autoptr (GBytes) hello = NULL;
  gsize length;
  char *text;

  g_mutex_lock (&self->lock);
  hello = g_queue_pop_head (&self->waiting);
  text = g_strconcat (header, g_bytes_get_data (hello, NULL), NULL);
  length = strlen (text);
  g_queue_push_head (&self->waiting, g_bytes_new_take (text, length));
  self->port = port;
  self->fd = fd;
  self->over = over;
  self->over_data = data;
  g_mutex_unlock (&self->lock);
  bw_event_port_add (port, self, fd);
}

/** bw_event_stream_get_fd: @self: a stream of a port. Returns: its reader's socket */
int
bw_event_stream_get_fd (BwEventStream *self)
{
  return self->fd;
}

/* The revision of an event as it is sent; -1 for a comment. */
static gint64
get_revision (GBytes *text)
{
  const char *data = g_bytes_get_data (text, NULL);

  return g_str_has_prefix (data, "id: ") ? g_ascii_strtoll (data + strlen ("id: "), NULL, 10) : -1;
}

/* A reader that takes no more is given the rest from the store when it does. News of other rights, and
 * that all is to be asked for anew, are first in the queue when they come, and so are kept. With the
 * lock held. */
static void
fall_behind (BwEventStream *self)
{
  gint64 first = -1;

  while (g_queue_get_length (&self->waiting) > KEPT_WAITING)
    {
      g_autoptr (GBytes) last = g_queue_pop_tail (&self->waiting);
      gint64 revision = get_revision (last);

      first = revision >= 0 ? revision : first;
    }
  if (first < 0)
    return;
  self->position = self->given = first - 1;
  self->overflowed = self->catching_up;
  self->behind = TRUE;
}

/* Sends until nothing waits or the reader takes no more. With the lock held. */
static gboolean
send_waiting (BwEventStream *self)
{
  while (!g_queue_is_empty (&self->waiting))
    {
      struct iovec parts[MAX_PARTS];
      struct msghdr message = { .msg_iov = parts };
      gsize skip = self->used;
      ssize_t sent;

      for (GList *l = self->waiting.head; l != NULL && message.msg_iovlen < MAX_PARTS; l = l->next)
        {
          gsize length;
          const char *data = g_bytes_get_data (l->data, &length);

          parts[message.msg_iovlen++] = (struct iovec){ (char *) data + skip, length - skip };
          skip = 0;
        }
      sent = sendmsg (self->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
      if (sent < 0 && errno == EAGAIN)
        {
          if (self->stalled_at == 0)
            self->stalled_at = g_get_monotonic_time ();
          fall_behind (self);
          return TRUE;
        }
      if (sent < 0)
        return FALSE;
      self->stalled_at = 0;
      drop_sent (self, (gsize) sent);
    }
  return TRUE;
}

/**
 * bw_event_stream_send:
 * @self: a stream of a port
 *
 * Sends what waits, as far as its reader takes it. On the port's thread.
 *
 * Returns: FALSE when the stream is over
 */
gboolean
bw_event_stream_send (BwEventStream *self)
{
  gboolean needs_older = FALSE;
  gboolean goes_on;

  g_mutex_lock (&self->lock);
  goes_on = send_waiting (self);
  if (goes_on && g_queue_is_empty (&self->waiting))
    {
      goes_on = !self->ended && !self->failed;
      self->idle = goes_on;
      needs_older = goes_on && begin_catching_up (self);
    }
  g_mutex_unlock (&self->lock);
  if (needs_older)
    bw_event_hub_catch_up (self->hub, self);
  return goes_on;
}

/**
 * bw_event_stream_is_stalled:
 * @self: a stream of a port
 * @since: a time, in monotonic microseconds
 *
 * Returns: whether its reader has taken nothing since, although something waits
 */
gboolean
bw_event_stream_is_stalled (BwEventStream *self, gint64 since)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->stalled_at != 0 && self->stalled_at <= since;
}

/**
 * bw_event_stream_close:
 * @self: (transfer full): a stream that was given to a port
 *
 * Ends its connection: in good order, or broken off if the stream failed.
 */
void
bw_event_stream_close (BwEventStream *self)
{
  const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };
  GDestroyNotify over = self->over;
  gpointer data = self->over_data;

  g_mutex_lock (&self->lock);
  if (self->failed && setsockopt (self->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) != 0)
    g_debug ("A stream that failed ends in good order: %s", g_strerror (errno));
  close (self->fd);
  self->idle = FALSE;
  g_mutex_unlock (&self->lock);
  release (self);
  over (data);
}

/** bw_event_stream_wake: @self: a stream, with its lock held. Has what waits sent. */
void
bw_event_stream_wake (BwEventStream *self)
{
  struct MHD_Connection *connection = g_steal_pointer (&self->suspended);

  if (connection != NULL)
    MHD_resume_connection (connection);
  if (self->idle)
    {
      self->idle = FALSE;
      bw_event_port_wake (self->port, self);
    }
}

/** bw_event_stream_get_business: @self: a stream. Returns: its business */
gint64
bw_event_stream_get_business (BwEventStream *self)
{
  return self->viewer.business;
}

/**
 * bw_event_stream_begin_page:
 * @self: a stream that is given older changes
 *
 * Begins a page of them. What didn't fit the one before is in it.
 *
 * Returns: the revision that its reader is at
 */
gint64
bw_event_stream_begin_page (BwEventStream *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->overflowed = FALSE;
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
  if (event->revision > self->given)
    self->position = MAX (self->position, self->given);
  if (g_queue_get_length (&self->waiting) >= BW_EVENT_STREAM_MAX_WAITING)
    {
      self->overflowed = self->catching_up;
      self->behind = TRUE;
      return;
    }
  self->given = MAX (self->given, event->revision);
  g_queue_push_tail (&self->waiting, g_bytes_ref (text));
  bw_event_stream_wake (self);
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
    bw_event_stream_wake (self);
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
  bw_event_stream_wake (self);
}

/** bw_event_stream_end: @self: a stream. Ends it once its reader has read what waits. */
void
bw_event_stream_end (BwEventStream *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->ended = TRUE;
  bw_event_stream_wake (self);
}

/** bw_event_stream_fail: @self: a stream. Breaks it off; its reader comes back and resumes. */
void
bw_event_stream_fail (BwEventStream *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->failed = TRUE;
  self->catching_up = FALSE;
  bw_event_stream_wake (self);
}
