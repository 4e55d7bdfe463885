/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-claim-wait.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "bw-routes-work.h"

#define MAX_EVENTS 64

/* One claim that waits. */
typedef struct
{
  BwExchange *exchange;
  BwReply *reply;           /* with the parking */
  GList link;
  guint64 tried;            /* the serial that its last try is as good as */
  int fd;
} Waiter;

/*
 * Claims that wait for work hold no thread: each waits here until there is work for one of its
 * businesses, its time is up, or its client is gone.
 *
 * Each piece of news has a serial. A waiter that was tried at or after the news of its businesses
 * needs no other try. News wakes one waiter; a try that got all it asked for wakes two more, since
 * there may be more work; one that got less tells those who want the same that there is nothing
 * left. So a hundred workers waiting for the same do not all ask for one job.
 */
struct _BwClaimWait
{
  int epoll;
  int event;
  GThread *thread;

  GMutex lock;              /* of all below */
  GQueue waiters;           /* of Waiter, longest waiting first */
  guint64 serial;
  GHashTable *news;         /* of guint64 serial by business */
  guint to_wake;
  gboolean signalled;
  gboolean released;
  gboolean stopping;
};

static void
waiter_free (Waiter *self)
{
  bw_reply_free (self->reply);
  g_free (self);
}

/* Takes a waiter out, after which its exchange may be resumed. With the lock held. */
static BwExchange *
take_out (BwClaimWait *self, Waiter *waiter)
{
  BwExchange *exchange = waiter->exchange;

  g_queue_unlink (&self->waiters, &waiter->link);
  epoll_ctl (self->epoll, EPOLL_CTL_DEL, waiter->fd, NULL);
  waiter_free (waiter);
  return exchange;
}

static guint64
get_news (BwClaimWait *self, gint64 business)
{
  const guint64 *serial = g_hash_table_lookup (self->news, &business);

  return serial != NULL ? *serial : 0;
}

static gboolean
has_news (BwClaimWait *self, GArray *businesses, guint64 since)
{
  for (guint i = 0; i < businesses->len; i++)
    if (get_news (self, g_array_index (businesses, gint64, i)) > since)
      return TRUE;
  return FALSE;
}

static void
signal_thread (BwClaimWait *self)
{
  if (self->signalled)
    return;
  self->signalled = eventfd_write (self->event, 1) == 0;
}

/* With the lock held, which is let go while exchanges go back to work. */
static void
wake_some (BwClaimWait *self)
{
  g_autoptr (GPtrArray) woken = g_ptr_array_new ();
  GList *link = self->waiters.head;

  while (link != NULL && self->to_wake > 0)
    {
      Waiter *waiter = link->data;

      link = link->next;
      if (has_news (self, waiter->reply->parking->businesses, waiter->tried))
        {
          g_ptr_array_add (woken, take_out (self, waiter));
          self->to_wake--;
        }
    }
  self->to_wake = 0;
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < woken->len; i++)
    bw_exchange_try_again (g_ptr_array_index (woken, i));
  g_mutex_lock (&self->lock);
}

static void
answer_empty (GPtrArray *exchanges)
{
  for (guint i = 0; i < exchanges->len; i++)
    bw_exchange_answer (g_ptr_array_index (exchanges, i), bw_claims_reply_empty ());
}

/* Answers those whose time is up. With the lock held, which is let go meanwhile.
 * Returns: when the next one's is. */
static gint64
expire_some (BwClaimWait *self)
{
  g_autoptr (GPtrArray) expired = g_ptr_array_new ();
  gint64 now = g_get_monotonic_time ();
  gint64 next = G_MAXINT64;
  GList *link = self->waiters.head;

  while (link != NULL)
    {
      Waiter *waiter = link->data;

      link = link->next;
      if (waiter->reply->parking->until <= now)
        g_ptr_array_add (expired, take_out (self, waiter));
      else
        next = MIN (next, waiter->reply->parking->until);
    }
  g_mutex_unlock (&self->lock);
  answer_empty (expired);
  g_mutex_lock (&self->lock);
  return next;
}

/* The client hung up: its connection goes back to libmicrohttpd, which finds that out. */
static void
drop_gone (BwClaimWait *self, const struct epoll_event *events, int n_events)
{
  g_autoptr (GPtrArray) gone = g_ptr_array_new ();

  for (int i = 0; i < n_events; i++)
    for (GList *link = self->waiters.head; link != NULL; link = link->next)
      if (((Waiter *) link->data)->fd == events[i].data.fd)
        {
          g_ptr_array_add (gone, take_out (self, link->data));
          break;
        }
  g_mutex_unlock (&self->lock);
  answer_empty (gone);
  g_mutex_lock (&self->lock);
}

static int
get_timeout (gint64 until)
{
  gint64 rest = until - g_get_monotonic_time ();

  if (until == G_MAXINT64)
    return -1;
  return rest <= 0 ? 0 : (int) MIN ((rest + 999) / 1000, G_MAXINT);
}

static gpointer
run (gpointer data)
{
  BwClaimWait *self = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  while (!self->stopping)
    {
      struct epoll_event events[MAX_EVENTS];
      eventfd_t count;
      gint64 next;
      int n;

      wake_some (self);
      next = expire_some (self);
      if (self->to_wake > 0)
        continue;
      self->signalled = FALSE;
      g_mutex_unlock (&self->lock);
      n = epoll_wait (self->epoll, events, MAX_EVENTS, get_timeout (next));
      if (n < 0 && errno != EINTR)
        g_error ("Waiting for clients failed: %s", g_strerror (errno));
      while (eventfd_read (self->event, &count) == 0)
        continue;
      g_mutex_lock (&self->lock);
      drop_gone (self, events, MAX (n, 0));
    }
  return NULL;
}

/** bw_claim_wait_new: Returns: (transfer full): where claims wait, for use from any thread */
BwClaimWait *
bw_claim_wait_new (void)
{
  BwClaimWait *self = g_new0 (BwClaimWait, 1);
  struct epoll_event event = { .events = EPOLLIN, .data.fd = -1 };

  self->epoll = epoll_create1 (EPOLL_CLOEXEC);
  self->event = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (self->epoll < 0 || self->event < 0
      || epoll_ctl (self->epoll, EPOLL_CTL_ADD, self->event, &event) != 0)
    g_error ("No descriptors to wait with: %s", g_strerror (errno));
  g_mutex_init (&self->lock);
  g_queue_init (&self->waiters);
  self->news = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  self->thread = g_thread_new ("bw-claims", run, self);
  return self;
}

/** bw_claim_wait_free: @self: (nullable) (transfer full): where no claim waits any longer */
void
bw_claim_wait_free (BwClaimWait *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->lock);
  self->stopping = TRUE;
  signal_thread (self);
  g_mutex_unlock (&self->lock);
  g_thread_join (self->thread);
  close (self->epoll);
  close (self->event);
  g_hash_table_unref (self->news);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/** bw_claim_wait_get_serial: @self: it. Returns: the serial of the latest news */
guint64
bw_claim_wait_get_serial (BwClaimWait *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->serial;
}

/**
 * bw_claim_wait_park:
 * @self: it
 * @exchange: an exchange whose connection is suspended; not the caller's any longer
 * @reply: (transfer full): its reply, which says what it waits for
 *
 * Lets a claim wait. If there has been news since it was tried, it is tried again at once.
 */
void
bw_claim_wait_park (BwClaimWait *self, BwExchange *exchange, BwReply *reply)
{
  Waiter *waiter = g_new0 (Waiter, 1);
  struct epoll_event event = { .events = EPOLLRDHUP | EPOLLONESHOT };
  gboolean try_now;
  gboolean released;

  waiter->exchange = exchange;
  waiter->reply = reply;
  waiter->link.data = waiter;
  waiter->tried = reply->parking->serial;
  waiter->fd = bw_exchange_get_fd (exchange);
  event.data.fd = waiter->fd;
  g_mutex_lock (&self->lock);
  released = self->released;
  try_now = has_news (self, reply->parking->businesses, waiter->tried);
  if (!released && !try_now)
    {
      g_queue_push_tail_link (&self->waiters, &waiter->link);
      if (epoll_ctl (self->epoll, EPOLL_CTL_ADD, waiter->fd, &event) != 0)
        g_warning ("A waiting client can't be watched: %s", g_strerror (errno));
      signal_thread (self);
    }
  g_mutex_unlock (&self->lock);
  if (!released && !try_now)
    return;
  waiter_free (waiter);
  if (released)
    bw_exchange_answer (exchange, bw_claims_reply_empty ());
  else
    bw_exchange_try_again (exchange);
}

/**
 * bw_claim_wait_work_ready:
 * @self: it
 * @business: where there is work
 *
 * Says that there is work. Quick; called on the store's writer thread.
 */
void
bw_claim_wait_work_ready (BwClaimWait *self, gint64 business)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  guint64 *serial = g_hash_table_lookup (self->news, &business);

  self->serial++;
  if (serial != NULL)
    *serial = self->serial;
  else
    g_hash_table_insert (self->news, g_memdup2 (&business, sizeof business),
                         g_memdup2 (&self->serial, sizeof self->serial));
  if (g_queue_is_empty (&self->waiters))
    return;
  self->to_wake++;
  signal_thread (self);
}

/**
 * bw_claim_wait_tried:
 * @self: it
 * @key: what was asked for; equal for claims that could be answered with the same jobs
 * @serial: bw_claim_wait_get_serial() before the store was asked
 * @has_more: whether the claim got all that it asked for, so that there may be more
 *
 * Says what became of a try, waiting or not.
 */
void
bw_claim_wait_tried (BwClaimWait *self, const char *key, guint64 serial, gboolean has_more)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (g_queue_is_empty (&self->waiters))
    return;
  for (GList *link = self->waiters.head; !has_more && link != NULL; link = link->next)
    {
      Waiter *waiter = link->data;

      if (g_str_equal (waiter->reply->parking->key, key))
        waiter->tried = MAX (waiter->tried, serial);
    }
  self->to_wake += has_more ? 2 : 1;
  signal_thread (self);
}

/** bw_claim_wait_pass_on: @self: it. Says that a waiter's try failed, so that another is to try. */
void
bw_claim_wait_pass_on (BwClaimWait *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->to_wake++;
  signal_thread (self);
}

/** bw_claim_wait_release: @self: it. Answers all that wait, and any to come, with no claims. */
void
bw_claim_wait_release (BwClaimWait *self)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new ();

  g_mutex_lock (&self->lock);
  self->released = TRUE;
  while (!g_queue_is_empty (&self->waiters))
    g_ptr_array_add (all, take_out (self, g_queue_peek_head (&self->waiters)));
  g_mutex_unlock (&self->lock);
  answer_empty (all);
}

/** bw_claim_wait_count: @self: it. Returns: how many claims wait */
guint
bw_claim_wait_count (BwClaimWait *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return g_queue_get_length (&self->waiters);
}
