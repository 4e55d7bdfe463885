/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-connections.h"

#include <string.h>
#include <sys/socket.h>

/* What answers that are not read may take in all. Past it, the ones that have waited longest are cut
 * off; but none that the client had less time for than this. */
#define MAX_ANSWERS (32 * 1024 * 1024)
#define LEAST_TIME_US (100 * 1000)

/* libmicrohttpd (1.0.1) touches all of a connection's memory when it waits for a second request, which it
 * may wait for in vain. Past this many, the ones that have waited longest are ended. */
#define MAX_RESTING 1024
#define LEAST_REST_US (1 * G_USEC_PER_SEC)

struct _BwConnection
{
  int fd;
  guint index;
  gint64 deadline;          /* monotonic microseconds; 0: nothing is awaited from the client */
  gsize answer;             /* bytes of the answer that is being sent */
  gint64 answered_at;       /* monotonic microseconds */
  gboolean rests;           /* it waits for another request, since answered_at */
};

/*
 * libmicrohttpd ends a connection that is silent for too long, but not one that sends a byte now and
 * then. So each has a deadline for what is awaited from it, and a thread ends those that pass it. The
 * same thread keeps what unread answers take, and connections that rest, within their bounds.
 */
struct _BwConnections
{
  GMutex lock;
  GCond changed;
  GPtrArray *open;
  gsize answers;            /* bytes of the answers that are being sent */
  guint n_resting;
  GThread *thread;
  gboolean is_tls;
  gboolean stopping;
};

/* Says why, where nothing else writes: between requests and while one arrives, the only writer is
 * this thread. Inside TLS it can't be said. */
static void
end (BwConnections *self, BwConnection *connection)
{
  static const char answer[] =
    "HTTP/1.1 408 Request Timeout\r\nContent-Type: application/problem+json\r\n"
    "Content-Length: 126\r\nConnection: close\r\n\r\n"
    "{\"type\":\"about:blank\",\"title\":\"Request Timeout\",\"status\":408,"
    "\"detail\":\"The request took too long to arrive. Send it faster.\"}\n";

  if (!self->is_tls
      && send (connection->fd, answer, strlen (answer), MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
    g_debug ("A client that is too slow could not be told so");
  shutdown (connection->fd, SHUT_RDWR);
  connection->deadline = 0;
}

static void
forget_answer (BwConnections *self, BwConnection *connection)
{
  self->answers -= connection->answer;
  self->n_resting -= connection->rests;
  connection->answer = 0;
  connection->rests = FALSE;
}

static int
compare_answers (gconstpointer a, gconstpointer b)
{
  const BwConnection *x = a;
  const BwConnection *y = b;

  return (x->answered_at > y->answered_at) - (x->answered_at < y->answered_at);
}

static void
cut (BwConnections *self, BwConnection *connection)
{
  shutdown (connection->fd, SHUT_RDWR);
  forget_answer (self, connection);
}

/* Those that have had their answer for so long: the ones that rest, or the ones that don't read it. */
static GPtrArray *
list_oldest (BwConnections *self, gboolean rests, gint64 until)
{
  GPtrArray *oldest = g_ptr_array_new ();

  for (guint i = 0; i < self->open->len; i++)
    {
      BwConnection *connection = g_ptr_array_index (self->open, i);

      if ((rests ? connection->rests : connection->answer > 0) && connection->answered_at <= until)
        g_ptr_array_add (oldest, connection);
    }
  g_ptr_array_sort_values (oldest, compare_answers);
  return oldest;
}

/* Makes room, and enough that it isn't soon to be made again. With the lock held. */
static void
make_room (BwConnections *self, gint64 now)
{
  if (self->answers > MAX_ANSWERS)
    {
      g_autoptr (GPtrArray) slow = list_oldest (self, FALSE, now - LEAST_TIME_US);

      for (guint i = 0; i < slow->len && self->answers > MAX_ANSWERS / 2; i++)
        cut (self, g_ptr_array_index (slow, i));
    }
  if (self->n_resting > MAX_RESTING)
    {
      g_autoptr (GPtrArray) resting = list_oldest (self, TRUE, now - LEAST_REST_US);

      for (guint i = 0; i < resting->len && self->n_resting > MAX_RESTING / 2; i++)
        cut (self, g_ptr_array_index (resting, i));
    }
}

static gpointer
watch (gpointer data)
{
  BwConnections *self = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  while (!self->stopping)
    {
      gint64 now = g_get_monotonic_time ();

      for (guint i = 0; i < self->open->len; i++)
        {
          BwConnection *connection = g_ptr_array_index (self->open, i);

          if (connection->deadline != 0 && connection->deadline <= now)
            end (self, connection);
        }
      make_room (self, now);
      if (self->open->len == 0)
        g_cond_wait (&self->changed, &self->lock);
      else
        g_cond_wait_until (&self->changed, &self->lock,
                           now + (self->answers > MAX_ANSWERS ? LEAST_TIME_US : G_USEC_PER_SEC));
    }
  return NULL;
}

/**
 * bw_connections_new:
 * @is_tls: whether they are encrypted
 *
 * Returns: (transfer full): a register of connections, for use from any thread
 */
BwConnections *
bw_connections_new (gboolean is_tls)
{
  BwConnections *self = g_new0 (BwConnections, 1);

  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->open = g_ptr_array_new ();
  self->is_tls = is_tls;
  self->thread = g_thread_new ("bw-deadlines", watch, self);
  return self;
}

/** bw_connections_free: @self: (nullable) (transfer full): a register, empty by now */
void
bw_connections_free (BwConnections *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->lock);
  self->stopping = TRUE;
  g_cond_signal (&self->changed);
  g_mutex_unlock (&self->lock);
  g_thread_join (self->thread);
  g_ptr_array_unref (self->open);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/**
 * bw_connections_add:
 * @self: a register
 * @fd: the connection's socket; open until bw_connections_remove()
 * @timeout_s: how long its first request may take to begin
 *
 * Returns: (transfer none): the connection's entry
 */
BwConnection *
bw_connections_add (BwConnections *self, int fd, gint64 timeout_s)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  BwConnection *connection = g_new0 (BwConnection, 1);

  connection->fd = fd;
  connection->index = self->open->len;
  connection->deadline = g_get_monotonic_time () + timeout_s * G_USEC_PER_SEC;
  g_ptr_array_add (self->open, connection);
  if (self->open->len == 1)
    g_cond_signal (&self->changed);
  return connection;
}

/** bw_connections_remove: @self: a register; @connection: (transfer full): an entry of it */
void
bw_connections_remove (BwConnections *self, BwConnection *connection)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  BwConnection *last = g_ptr_array_index (self->open, self->open->len - 1);

  forget_answer (self, connection);
  last->index = connection->index;
  g_ptr_array_remove_index_fast (self->open, connection->index);
  g_free (connection);
}

/**
 * bw_connections_expect:
 * @self: a register
 * @connection: an entry of it
 * @timeout_s: within how many seconds the client must send what is awaited; 0: nothing is
 *
 * Sets the deadline for what is awaited next.
 */
void
bw_connections_expect (BwConnections *self, BwConnection *connection, gint64 timeout_s)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  forget_answer (self, connection);
  connection->deadline
    = timeout_s > 0 ? g_get_monotonic_time () + timeout_s * G_USEC_PER_SEC : 0;
}

/**
 * bw_connections_answer:
 * @self: a register
 * @connection: an entry of it
 * @size: bytes of the answer that are kept until they are sent
 *
 * Says that the client has an answer to read, and all that is awaited is that it does.
 */
void
bw_connections_answer (BwConnections *self, BwConnection *connection, gsize size)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  forget_answer (self, connection);
  connection->deadline = 0;
  connection->answer = size;
  connection->answered_at = g_get_monotonic_time ();
  if (self->answers <= MAX_ANSWERS && self->answers + size > MAX_ANSWERS)
    g_cond_signal (&self->changed);
  self->answers += size;
}

/**
 * bw_connections_rest:
 * @self: a register
 * @connection: an entry of it, whose answer is sent
 * @timeout_s: within how many seconds another request must have come
 */
void
bw_connections_rest (BwConnections *self, BwConnection *connection, gint64 timeout_s)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  forget_answer (self, connection);
  connection->answered_at = g_get_monotonic_time ();
  connection->deadline = connection->answered_at + timeout_s * G_USEC_PER_SEC;
  connection->rests = TRUE;
  self->n_resting++;
}

/** bw_connections_are_tls: @self: a register. Returns: whether they are encrypted */
gboolean
bw_connections_are_tls (BwConnections *self)
{
  return self->is_tls;
}

/** bw_connections_count: @self: a register. Returns: how many are open */
guint
bw_connections_count (BwConnections *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->open->len;
}
