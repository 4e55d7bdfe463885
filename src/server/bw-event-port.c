/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-event-port.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bw-event-stream.h"

/* What the kernel may hold for one reader (it doubles it), and how much of that it can't send yet:
 * a slow reader costs no more. */
#define SEND_BUFFER (32 * 1024)
#define MOST_UNSENT (16 * 1024)

/* After how long without a byte taken a reader counts as gone. */
#define STALL_MS (60 * 1000)

/* How often stalled readers are looked for. */
#define LOOK_MS 5000

/*
 * Where event streams have their sockets. libmicrohttpd keeps 64 KiB of address space, a request's
 * header and buffers for each connection, goes through all that are suspended whenever one is
 * resumed, and does not hear of a suspended one whose client left. Here a stream costs its own
 * struct, news for any number of them is one wake-up, and who leaves is gone at once. One thread;
 * nothing blocks it.
 *
 * Locks: a stream's before this one's.
 */
struct _BwEventPort
{
  int epoll;
  int wakeup; /* an eventfd */
  GThread *thread;
  GHashTable *open; /* of BwEventStream, as a set; the thread's own */

  GMutex lock;         /* of all below */
  GPtrArray *arrivals; /* of BwEventStream that are to be watched */
  GPtrArray *ready;    /* of BwEventStream that have something to send */
  guint n_open;
  gboolean stopping;
};

static void
signal_thread (BwEventPort *self)
{
  const guint64 one = 1;

  if (write (self->wakeup, &one, sizeof one) < 0 && errno != EAGAIN)
    g_warning ("The thread of the event streams can't be woken: %s", g_strerror (errno));
}

static void
remove_stream (BwEventPort *self, BwEventStream *stream)
{
  if (!g_hash_table_steal (self->open, stream))
    return;
  g_mutex_lock (&self->lock);
  self->n_open--;
  g_mutex_unlock (&self->lock);
  bw_event_stream_close (stream);
}

static void
send_waiting (BwEventPort *self, BwEventStream *stream)
{
  if (!bw_event_stream_send (stream))
    remove_stream (self, stream);
}

/* From here on the reader's leaving, and room for more, are told. Both only when they change
 * (EPOLLET), so that a reader that is well costs no wake-up. */
static void
watch_stream (BwEventPort *self, BwEventStream *stream)
{
  struct epoll_event event = { .events = EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = stream };

  g_hash_table_add (self->open, stream);
  if (epoll_ctl (self->epoll, EPOLL_CTL_ADD, bw_event_stream_get_fd (stream), &event) != 0)
    {
      g_warning ("An event stream can't be watched: %s", g_strerror (errno));
      remove_stream (self, stream);
    }
}

static void
take_news (BwEventPort *self)
{
  g_autoptr (GPtrArray) arrivals = NULL;
  g_autoptr (GPtrArray) ready = NULL;
  guint64 count;

  if (read (self->wakeup, &count, sizeof count) < 0 && errno != EAGAIN)
    g_warning ("The news of event streams can't be read: %s", g_strerror (errno));
  g_mutex_lock (&self->lock);
  arrivals = g_steal_pointer (&self->arrivals);
  ready = g_steal_pointer (&self->ready);
  self->arrivals = g_ptr_array_new ();
  self->ready = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_event_stream_unref);
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < arrivals->len; i++)
    watch_stream (self, g_ptr_array_index (arrivals, i));
  for (guint i = 0; i < ready->len; i++)
    if (g_hash_table_contains (self->open, g_ptr_array_index (ready, i)))
      send_waiting (self, g_ptr_array_index (ready, i));
}

static void
end_stalled (BwEventPort *self)
{
  gint64 since = g_get_monotonic_time () - STALL_MS * G_TIME_SPAN_MILLISECOND;
  g_autoptr (GPtrArray) stalled = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer stream;

  g_hash_table_iter_init (&iter, self->open);
  while (g_hash_table_iter_next (&iter, &stream, NULL))
    if (bw_event_stream_is_stalled (stream, since))
      g_ptr_array_add (stalled, stream);
  for (guint i = 0; i < stalled->len; i++)
    remove_stream (self, g_ptr_array_index (stalled, i));
}

static gboolean
is_stopping (BwEventPort *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->stopping;
}

static gpointer
run (gpointer data)
{
  BwEventPort *self = data;
  struct epoll_event events[256];
  gint64 look_at = 0;

  while (!is_stopping (self))
    {
      int n = epoll_wait (self->epoll, events, G_N_ELEMENTS (events), LOOK_MS);
      gboolean has_news = FALSE;

      for (int i = 0; i < n; i++)
        if (events[i].data.ptr == NULL)
          has_news = TRUE;
        else if (events[i].events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
          remove_stream (self, events[i].data.ptr);
        else
          send_waiting (self, events[i].data.ptr);
      /* Behind the events, since it may end streams that they name. */
      if (has_news)
        take_news (self);
      if (look_at <= g_get_monotonic_time ())
        {
          end_stalled (self);
          look_at = g_get_monotonic_time () + LOOK_MS * G_TIME_SPAN_MILLISECOND;
        }
    }
  return NULL;
}

/** bw_event_port_new: Returns: (transfer full): a port without streams, for use from any thread */
BwEventPort *
bw_event_port_new (void)
{
  BwEventPort *self = g_new0 (BwEventPort, 1);
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = NULL };

  g_mutex_init (&self->lock);
  self->open = g_hash_table_new (NULL, NULL);
  self->arrivals = g_ptr_array_new ();
  self->ready = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_event_stream_unref);
  self->epoll = epoll_create1 (EPOLL_CLOEXEC);
  self->wakeup = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (self->epoll < 0 || self->wakeup < 0
      || epoll_ctl (self->epoll, EPOLL_CTL_ADD, self->wakeup, &event) != 0)
    g_error ("Event streams can't be watched: %s", g_strerror (errno));
  self->thread = g_thread_new ("bw-event-port", run, self);
  return self;
}

/** bw_event_port_free: @self: (nullable) (transfer full): a port; ends the streams that are left */
void
bw_event_port_free (BwEventPort *self)
{
  g_autoptr (GPtrArray) left = NULL;

  if (self == NULL)
    return;
  g_mutex_lock (&self->lock);
  self->stopping = TRUE;
  g_mutex_unlock (&self->lock);
  signal_thread (self);
  g_thread_join (self->thread);
  take_news (self);
  left = g_hash_table_get_keys_as_ptr_array (self->open);
  for (guint i = 0; i < left->len; i++)
    remove_stream (self, g_ptr_array_index (left, i));
  g_hash_table_unref (self->open);
  g_ptr_array_unref (self->arrivals);
  g_ptr_array_unref (self->ready);
  close (self->epoll);
  close (self->wakeup);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/**
 * bw_event_port_add:
 * @self: a port
 * @stream: (transfer full): a stream, which bw_event_stream_close() gives up
 * @fd: its reader's socket, not blocking
 *
 * Sends what the stream has from now on, until it ends or its reader leaves or takes nothing for a
 * minute.
 */
void
bw_event_port_add (BwEventPort *self, BwEventStream *stream, int fd)
{
  const int size = SEND_BUFFER;
  const int unsent = MOST_UNSENT;
  const int off = 0;
  const int on = 1;
  const int stall = STALL_MS;
  g_autoptr (GMutexLocker) locker = NULL;

  if (setsockopt (fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size) != 0
      || setsockopt (fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof unsent) != 0
      || setsockopt (fd, IPPROTO_TCP, TCP_CORK, &off, sizeof off) != 0
      || setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0
      || setsockopt (fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &stall, sizeof stall) != 0)
    g_debug ("An event stream's socket keeps its defaults: %s", g_strerror (errno));
  locker = g_mutex_locker_new (&self->lock);
  g_ptr_array_add (self->arrivals, stream);
  self->n_open++;
  signal_thread (self);
}

/**
 * bw_event_port_wake:
 * @self: a port
 * @stream: (transfer none): a stream of it
 *
 * Says that the stream has something to send. Quick.
 */
void
bw_event_port_wake (BwEventPort *self, BwEventStream *stream)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_ptr_array_add (self->ready, bw_event_stream_ref (stream));
  if (self->ready->len == 1)
    signal_thread (self);
}

/** bw_event_port_count: @self: a port. Returns: how many streams it has */
guint
bw_event_port_count (BwEventPort *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->n_open;
}
