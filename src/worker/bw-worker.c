/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-worker.h"

#include "bw-claimer.h"
#include "bw-client-error.h"
#include "bw-client-types.h"
#include "bw-connection-private.h"
#include "bw-duration.h"
#include "bw-error.h"
#include "bw-retry.h"
#include "bw-work.h"
#include "bw-worker-api.h"

/* How long the server may take to hear that jobs are handed back: milliseconds. */
#define LAST_REPORTS 5000

/* How long a server may take to answer to a poll beside the time that it waits for work:
 * milliseconds. */
#define POLL_ANSWER 10000

struct _BwWorker
{
  GObject parent_instance;

  const BwWorkerConfig *config;
  BwConnection *connection; /* for everything but the polls, which would keep others from it */
  GPtrArray *polls;         /* of BwConnection: for these */
  GPtrArray *kinds;         /* of BwJobKind */
  BwReporter *reporter;
  BwClaimer *claimer;
  GPtrArray *works; /* of BwWork */
  DexPromise *done;
  guint stops; /* how often it was asked to stop */
  guint stop_source;
};

G_DEFINE_FINAL_TYPE (BwWorker, bw_worker, G_TYPE_OBJECT)

static void
finish (BwWorker *self)
{
  g_clear_handle_id (&self->stop_source, g_source_remove);
  if (dex_future_is_pending (DEX_FUTURE (self->done)))
    dex_promise_resolve_boolean (self->done, TRUE);
}

/*
 * A poll that still waits at the server need not be waited for when we stop: the server sees that
 * we hang up, and gives it nothing.
 */
static void
finish_if_idle (BwWorker *self)
{
  if (self->works->len == 0
      && (self->stops > 0 || (self->config->once && bw_claimer_is_idle (self->claimer))))
    finish (self);
}

/* One job's work and its worker. */
typedef struct
{
  BwWorker *worker;
  BwWork *work;
} Run;

static void
run_free (gpointer data)
{
  Run *self = data;

  g_object_unref (self->worker);
  g_object_unref (self->work);
  g_free (self);
}

static DexFuture *
run_fiber (gpointer data)
{
  Run *self = data;
  BwWorker *worker = self->worker;

  dex_await (bw_work_run (self->work), NULL);
  bw_work_get_kind (self->work)->running--;
  g_ptr_array_remove (worker->works, self->work);
  bw_claimer_renew (worker->claimer);
  bw_claimer_update (worker->claimer);
  finish_if_idle (worker);
  return dex_future_new_true ();
}

static void
take_claim (BwWorker *self, BwJobKind *kind, BwClaim *claim)
{
  Run *run = g_new0 (Run, 1);

  run->worker = g_object_ref (self);
  run->work = bw_work_new (self->config, self->connection, self->reporter, kind, claim);
  kind->running++;
  g_ptr_array_add (self->works, g_object_ref (run->work));
  if (self->stops > 0)
    bw_work_release (run->work);
  dex_future_disown (dex_scheduler_spawn (NULL, 0, run_fiber, run, run_free));
}

static void
bw_worker_dispose (GObject *object)
{
  BwWorker *self = BW_WORKER (object);

  g_clear_handle_id (&self->stop_source, g_source_remove);
  g_clear_object (&self->claimer);
  g_clear_object (&self->reporter);
  g_clear_object (&self->connection);
  g_clear_pointer (&self->polls, g_ptr_array_unref);
  dex_clear (&self->done);
  G_OBJECT_CLASS (bw_worker_parent_class)->dispose (object);
}

static void
bw_worker_finalize (GObject *object)
{
  BwWorker *self = BW_WORKER (object);

  g_clear_pointer (&self->kinds, g_ptr_array_unref);
  g_ptr_array_unref (self->works);
  G_OBJECT_CLASS (bw_worker_parent_class)->finalize (object);
}

static void
bw_worker_class_init (BwWorkerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bw_worker_dispose;
  object_class->finalize = bw_worker_finalize;
}

static void
bw_worker_init (BwWorker *self)
{
  self->works = g_ptr_array_new_with_free_func (g_object_unref);
  self->done = dex_promise_new ();
}

/* A connection forgets a token that the server refuses. The file may have a new one by now. */
static void
read_token_again (BwConnection *connection, const GError *refusal, BwWorker *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *token = bw_worker_config_read_token (self->config, &error);

  if (token != NULL)
    bw_connection_set_token (connection, token);
  else
    g_warning ("%s", error->message);
}

/* Connects with a time-out, in milliseconds, after which a silent server counts as away. */
static BwConnection *
connect_to_server (BwWorker *self, const char *token, GTlsDatabase *authorities, gint64 timeout)
{
  BwConnection *connection = bw_connection_new (self->config->server);

  bw_connection_set_token (connection, token);
  bw_connection_set_timeout (connection, (guint) ((timeout + 999) / BW_TIME_SECOND));
  if (authorities != NULL)
    soup_session_set_tls_database (bw_connection_get_session (connection), authorities);
  g_signal_connect_object (connection, "sign-in-needed", G_CALLBACK (read_token_again), self, 0);
  return connection;
}

static gboolean
make_connections (BwWorker *self, GError **error)
{
  const BwWorkerConfig *config = self->config;
  g_autoptr (GTlsDatabase) authorities = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autofree char *token = bw_worker_config_read_token (config, error);

  if (token == NULL)
    return FALSE;
  if (config->ca_file != NULL)
    authorities = g_tls_file_database_new (config->ca_file, &local_error);
  if (local_error != NULL)
    {
      bw_set_error (error, BW_ERROR_INVALID,
                    "The certificate authorities in “%s” can't be read: %s", config->ca_file,
                    local_error->message);
      return FALSE;
    }
  /* A report that gets no answer in half a lease is worth another try while the lease holds. */
  self->connection =
      connect_to_server (self, token, authorities, MAX (config->lease / 2, BW_TIME_SECOND));
  self->polls = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < self->kinds->len; i += BW_TYPES_PER_CONNECTION)
    g_ptr_array_add (self->polls,
                     connect_to_server (self, token, authorities, config->poll + POLL_ANSWER));
  return bw_connection_get_uri (self->connection, error) != NULL;
}

/**
 * bw_worker_new:
 * @config: how it runs; must stay
 * @error: (out) (optional): what is wrong with the token's file or the job types' key files
 *
 * Returns: (transfer full) (nullable): a worker that has not begun
 */
BwWorker *
bw_worker_new (const BwWorkerConfig *config, GError **error)
{
  g_autoptr (BwWorker) self = g_object_new (BW_TYPE_WORKER, NULL);

  self->config = config;
  self->kinds = bw_job_kinds_load (config->jobs, error);
  if (self->kinds == NULL || !make_connections (self, error))
    return NULL;
  self->reporter = bw_reporter_new (self->connection, config->lease);
  self->claimer = bw_claimer_new (config, self->polls, self->kinds);
  g_signal_connect_object (self->claimer, "claimed", G_CALLBACK (take_claim), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->claimer, "idle", G_CALLBACK (finish_if_idle), self,
                           G_CONNECT_SWAPPED);
  return g_steal_pointer (&self);
}

static gboolean
await_announced (BwWorker *self, const BwMe *me, const BwJobKind *kind, GError **error)
{
  guint announced = 0;

  for (guint i = 0; i < me->businesses->len; i++)
    {
      const char *business = ((BwMembership *) g_ptr_array_index (me->businesses, i))->id;

      if (kind->businesses != NULL
          && !g_strv_contains ((const char *const *) kind->businesses, business))
        continue;
      if (!bw_worker_api_await_type (self->connection, business, kind, error))
        return FALSE;
      announced++;
    }
  if (announced == 0)
    g_warning ("%s: The worker's token reaches none of the businesses that “%s” is for.",
               kind->path, kind->type);
  return TRUE;
}

static gboolean
await_all_announced (BwWorker *self, GError **error)
{
  g_autoptr (BwMe) me = NULL;

  me = dex_await_boxed (bw_connection_refresh_me (self->connection), error);
  if (me == NULL)
    return FALSE;
  for (guint i = 0; i < self->kinds->len; i++)
    if (!await_announced (self, me, g_ptr_array_index (self->kinds, i), error))
      return FALSE;
  g_message ("Working for %s as “%s”, job types: %u, businesses: %u.",
             bw_connection_get_url (self->connection), self->config->name, self->kinds->len,
             me->businesses->len);
  return TRUE;
}

static DexFuture *
begin_fiber (gpointer data)
{
  BwWorker *self = data;
  BwRetry retry = { 0 };

  while (self->stops == 0)
    {
      g_autoptr (GError) error = NULL;

      if (await_all_announced (self, &error))
        break;
      if (!bw_client_error_is_transient (error))
        {
          bw_retry_clear (&retry);
          return dex_future_new_for_error (g_steal_pointer (&error));
        }
      dex_await (bw_retry_wait (&retry, error), NULL);
    }
  bw_retry_clear (&retry);
  bw_claimer_update (self->claimer);
  return dex_ref (DEX_FUTURE (self->done));
}

/**
 * bw_worker_run:
 * @self: a worker that has not begun
 *
 * Announces the job types, and works until it is stopped.
 *
 * Returns: (transfer full): a future that resolves when it has stopped, and rejects when the server
 *   refuses this worker at the start
 */
DexFuture *
bw_worker_run (BwWorker *self)
{
  return dex_scheduler_spawn (NULL, 0, begin_fiber, g_object_ref (self), g_object_unref);
}

static void
give_up (gpointer user_data)
{
  BwWorker *self = user_data;

  self->stop_source = 0;
  g_warning (
      "The server has not heard how every job ended (%u of them). It gives them to others when "
      "their claims lapse.",
      self->works->len);
  finish (self);
}

static void
release_all (gpointer user_data)
{
  BwWorker *self = user_data;

  g_clear_handle_id (&self->stop_source, g_source_remove);
  for (guint i = 0; i < self->works->len; i++)
    bw_work_release (g_ptr_array_index (self->works, i));
  self->stop_source =
      g_timeout_add_once ((guint) (self->config->kill_after + LAST_REPORTS), give_up, self);
}

/**
 * bw_worker_stop:
 * @self: a worker
 *
 * Asks it to stop. The first time it takes no more jobs and leaves its commands the time of the
 * configuration; the second time it ends its commands and hands their jobs back; the third time it
 * is done at once, and what it leaves running is killed by its guards.
 */
void
bw_worker_stop (BwWorker *self)
{
  g_autofree char *grace = bw_duration_to_string (self->config->stop_timeout);

  self->stops++;
  bw_claimer_stop (self->claimer);
  if (self->stops == 1)
    {
      g_message ("Stopping: no more jobs are taken. Commands running: %u; they have %s to end.",
                 self->works->len, grace);
      self->stop_source = g_timeout_add_once (
          (guint) CLAMP (self->config->stop_timeout, 1, G_MAXINT), release_all, self);
    }
  else if (self->stops == 2)
    release_all (self);
  else
    finish (self);
  finish_if_idle (self);
}
