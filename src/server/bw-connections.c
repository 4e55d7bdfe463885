/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-connections.h"

#include <string.h>
#include <sys/socket.h>

struct _BwConnection
{
  int fd;
  guint index;
  gint64 deadline;          /* monotonic microseconds; 0: nothing is awaited from the client */
};

/*
 * libmicrohttpd ends a connection that is silent for too long, but not one that sends a byte now and
 * then. So each has a deadline for what is awaited from it, and a thread ends those that pass it.
 */
struct _BwConnections
{
  GMutex lock;
  GCond changed;
  GPtrArray *open;
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
      if (self->open->len == 0)
        g_cond_wait (&self->changed, &self->lock);
      else
        g_cond_wait_until (&self->changed, &self->lock, now + G_USEC_PER_SEC);
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

  connection->deadline
    = timeout_s > 0 ? g_get_monotonic_time () + timeout_s * G_USEC_PER_SEC : 0;
}

/** bw_connections_count: @self: a register. Returns: how many are open */
guint
bw_connections_count (BwConnections *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->open->len;
}
