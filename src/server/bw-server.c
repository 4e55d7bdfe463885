/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-server.h"

#include "bw-bulk-runner.h"
#include "bw-descriptors.h"
#include "bw-listener.h"
#include "bw-mailer.h"

/* How many requests may wait for a thread, beside the connections' bound. */
#define MAX_WAITING 65536

/* How many sign-ins may wait for their turn; at 60 ms each, more would wait too long anyway. */
#define MAX_WAITING_SIGN_INS 64

/* Wrong passwords that cost no delay. An address may stand for a whole office behind one router. */
#define FREE_TRIES_LOGIN 5
#define FREE_TRIES_ADDRESS 50

struct _BwServer
{
  BwOptions *options;
  BwStore *store;
  BwSessionCache *sessions;
  BwMetrics *metrics;
  BwThrottle *logins;
  BwThrottle *addresses;
  BwPool *pool;
  BwPool *slow_pool;
  BwEventHub *hub;
  BwClaimWait *claim_wait;
  BwBulkRunner *bulk_runner;
  BwMailer *mailer;         /* nullable: no mail server is set */
  BwListener *listener;
  int stopping;             /* atomic */

  GMutex lock;              /* of all below */
  GCond idle;
  guint n_requests;         /* begun and not over */
};

/* The store's news, on its writer's thread */

static void
on_changed (gint64 business, gint64 revision, gpointer user_data)
{
  BwServer *self = user_data;

  bw_event_hub_changed (self->hub, business, revision);
  bw_mailer_changed (self->mailer);
}

static void
on_work_ready (gint64 business, gpointer user_data)
{
  BwServer *self = user_data;

  bw_claim_wait_work_ready (self->claim_wait, business);
  bw_bulk_runner_work_ready (self->bulk_runner);
}

static void
on_rights_changed (gpointer user_data)
{
  bw_event_hub_rights_changed (((BwServer *) user_data)->hub);
}

static const BwStoreListener store_listener = { on_changed, on_work_ready, on_rights_changed };

static void
free_server (BwServer *self)
{
  bw_store_set_listener (self->store, NULL, NULL);
  g_clear_pointer (&self->bulk_runner, bw_bulk_runner_free);
  g_clear_pointer (&self->mailer, bw_mailer_stop);
  g_clear_pointer (&self->listener, bw_listener_free);
  g_clear_pointer (&self->pool, bw_pool_free);
  g_clear_pointer (&self->slow_pool, bw_pool_free);
  g_clear_pointer (&self->hub, bw_event_hub_free);
  g_clear_pointer (&self->claim_wait, bw_claim_wait_free);
  g_clear_pointer (&self->sessions, bw_session_cache_free);
  g_clear_pointer (&self->metrics, bw_metrics_free);
  g_clear_pointer (&self->logins, bw_throttle_free);
  g_clear_pointer (&self->addresses, bw_throttle_free);
  g_cond_clear (&self->idle);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/**
 * bw_server_start:
 * @options: how to run; outlive the server
 * @store: what to serve; outlives the server
 * @error: set when it can't be reached where the options say
 *
 * Starts answering requests.
 *
 * Returns: (transfer full) (nullable): the server; end it with bw_server_stop()
 */
BwServer *
bw_server_start (BwOptions *options, BwStore *store, GError **error)
{
  BwServer *self = g_new0 (BwServer, 1);
  g_autoptr (GError) local = NULL;

  g_mutex_init (&self->lock);
  g_cond_init (&self->idle);
  self->options = options;
  self->store = store;
  self->sessions = bw_session_cache_new (store);
  self->metrics = bw_metrics_new ();
  self->logins = bw_throttle_new (FREE_TRIES_LOGIN);
  self->addresses = bw_throttle_new (FREE_TRIES_ADDRESS);
  if (bw_descriptors_reserve (options, error))
    self->listener = bw_listener_open (options, error);
  if (self->listener != NULL)
    self->mailer = bw_mailer_start (store, options, &local);
  if (self->listener == NULL || local != NULL)
    {
      if (local != NULL)
        g_propagate_error (error, g_steal_pointer (&local));
      free_server (self);
      return NULL;
    }
  self->pool = bw_pool_new ("bw-request", (guint) options->threads, MAX_WAITING);
  self->slow_pool = bw_pool_new ("bw-sign-in", (guint) options->password_hashes, MAX_WAITING_SIGN_INS);
  self->claim_wait = bw_claim_wait_new ();
  self->hub = bw_event_hub_new (store, self->sessions, self->pool, (guint) options->max_streams);
  self->bulk_runner = bw_bulk_runner_new (store);
  bw_store_set_listener (store, &store_listener, self);
  if (!bw_listener_start (self->listener, self, error))
    {
      free_server (self);
      return NULL;
    }
  return self;
}

/* Waits until no request is under way, for as long as the options allow. */
static void
await_requests (BwServer *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gint64 until = g_get_monotonic_time () + self->options->stop_timeout * G_USEC_PER_SEC;

  while (self->n_requests > 0)
    if (!g_cond_wait_until (&self->idle, &self->lock, until))
      {
        g_message ("%u requests were still under way when the time to stop was over",
                   self->n_requests);
        return;
      }
}

/**
 * bw_server_stop:
 * @self: (transfer full): a server
 *
 * Takes no more connections, answers the claims that wait with none, ends event streams, lets
 * answers under way be finished, and stops. Leases are kept: workers go on and report to who comes
 * next.
 */
void
bw_server_stop (BwServer *self)
{
  g_atomic_int_set (&self->stopping, TRUE);
  bw_listener_quiesce (self->listener);
  bw_claim_wait_release (self->claim_wait);
  bw_event_hub_end_all (self->hub);
  await_requests (self);
  bw_session_cache_store_seen (self->sessions);
  /* Whatever is left is resumed here, since no connection may be suspended when its thread ends. */
  bw_pool_close (self->slow_pool);
  bw_pool_close (self->pool);
  free_server (self);
}

/** bw_server_get_url: @self: a server. Returns: (transfer full): where it is reached */
char *
bw_server_get_url (BwServer *self)
{
  return bw_listener_get_url (self->listener);
}

/** bw_server_is_stopping: @self: a server. Returns: whether clients are to go elsewhere */
gboolean
bw_server_is_stopping (BwServer *self)
{
  return g_atomic_int_get (&self->stopping);
}

/** bw_server_get_options: @self: a server. Returns: (transfer none): how it runs */
const BwOptions *
bw_server_get_options (BwServer *self)
{
  return self->options;
}

/** bw_server_get_store: @self: a server. Returns: (transfer none): its store */
BwStore *
bw_server_get_store (BwServer *self)
{
  return self->store;
}

/** bw_server_get_sessions: @self: a server. Returns: (transfer none): the sessions remembered */
BwSessionCache *
bw_server_get_sessions (BwServer *self)
{
  return self->sessions;
}

/** bw_server_get_metrics: @self: a server. Returns: (transfer none): its counters */
BwMetrics *
bw_server_get_metrics (BwServer *self)
{
  return self->metrics;
}

/** bw_server_get_hub: @self: a server. Returns: (transfer none): where event streams are fed */
BwEventHub *
bw_server_get_hub (BwServer *self)
{
  return self->hub;
}

/** bw_server_get_claim_wait: @self: a server. Returns: (transfer none): where claims wait */
BwClaimWait *
bw_server_get_claim_wait (BwServer *self)
{
  return self->claim_wait;
}

/** bw_server_get_login_throttle: @self: a server. Returns: (transfer none): failures by login */
BwThrottle *
bw_server_get_login_throttle (BwServer *self)
{
  return self->logins;
}

/** bw_server_get_address_throttle: @self: a server. Returns: (transfer none): failures by address */
BwThrottle *
bw_server_get_address_throttle (BwServer *self)
{
  return self->addresses;
}

/** bw_server_count_connections: @self: a server. Returns: how many connections are open */
guint
bw_server_count_connections (BwServer *self)
{
  return bw_listener_count_connections (self->listener)
         + bw_event_port_count (bw_event_hub_get_port (self->hub));
}

/** bw_server_get_pool: @self: a server. Returns: (transfer none): where handlers run */
BwPool *
bw_server_get_pool (BwServer *self)
{
  return self->pool;
}

/** bw_server_get_slow_pool: @self: a server. Returns: (transfer none): where passwords are hashed */
BwPool *
bw_server_get_slow_pool (BwServer *self)
{
  return self->slow_pool;
}

/** bw_server_request_begun: @self: a server. Counts a request that is under way. */
void
bw_server_request_begun (BwServer *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->n_requests++;
}

/** bw_server_request_ended: @self: a server. Counts one down whose answer is sent. */
void
bw_server_request_ended (BwServer *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->n_requests--;
  if (self->n_requests == 0)
    g_cond_signal (&self->idle);
}
