/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-claimer.h"

#include "bw-retry.h"
#include "bw-worker-api.h"

/* How often it is looked whether a missing program has come: milliseconds. */
#define LOOK_AGAIN 2000

struct _BwClaimer
{
  GObject parent_instance;

  const BwWorkerConfig *config;
  GPtrArray *connections; /* of BwConnection, one for each BW_TYPES_PER_CONNECTION types */
  GPtrArray *kinds;       /* of BwJobKind */
  GHashTable *asked;      /* set of BwJobKind: those that a poll asks for just now */
  GHashTable *drained;    /* set of BwJobKind: there was no work for them; only with config->once */
  guint polls;
  guint reserved;   /* jobs that the polls may bring */
  gint64 round_end; /* monotonic, microseconds: when the present polls end */
  guint look_source;
  gboolean stopped;
  BwRetry retry;
};

G_DEFINE_FINAL_TYPE (BwClaimer, bw_claimer, G_TYPE_OBJECT)

enum
{
  SIGNAL_CLAIMED,
  SIGNAL_IDLE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* One request for work, which waits at the server until there is some. */
typedef struct
{
  BwClaimer *claimer;
  GPtrArray *kinds; /* all for the same businesses */
  guint max;
} Poll;

static void
poll_free (gpointer data)
{
  Poll *self = data;

  g_object_unref (self->claimer);
  g_ptr_array_unref (self->kinds);
  g_free (self);
}

static guint
count_room (BwClaimer *self)
{
  guint taken = self->reserved;

  for (guint i = 0; i < self->kinds->len; i++)
    taken += ((BwJobKind *) g_ptr_array_index (self->kinds, i))->running;
  return taken < self->config->max_running ? self->config->max_running - taken : 0;
}

static gboolean
is_wanted (BwClaimer *self, BwJobKind *kind)
{
  return kind->running < kind->concurrency && !g_hash_table_contains (self->asked, kind)
         && !g_hash_table_contains (self->drained, kind) && bw_job_kind_find_program (kind);
}

/*
 * One poll asks for all types that have room and are done for the same businesses. It may bring no
 * more jobs than the fullest of them has room for, since they may all be of that type. A type that
 * gets room while a poll waits has a poll of its own until they end together.
 */
static Poll *
make_poll (BwClaimer *self)
{
  Poll *poll = g_new0 (Poll, 1);

  poll->claimer = g_object_ref (self);
  poll->kinds = g_ptr_array_new ();
  poll->max = count_room (self);
  for (guint i = 0; i < self->kinds->len && poll->max > 0; i++)
    {
      BwJobKind *kind = g_ptr_array_index (self->kinds, i);

      if (!is_wanted (self, kind)
          || (poll->kinds->len > 0
              && !bw_job_kind_same_businesses (kind, g_ptr_array_index (poll->kinds, 0))))
        continue;
      g_ptr_array_add (poll->kinds, kind);
      g_hash_table_add (self->asked, kind);
      poll->max = MIN (poll->max, kind->concurrency - kind->running);
    }
  if (poll->kinds->len > 0)
    return poll;
  poll_free (poll);
  return NULL;
}

/* The first poll after a failure does not wait, so that it is known soon that the server answers.
 */
static gint64
get_wait (BwClaimer *self)
{
  gint64 now = g_get_monotonic_time ();

  if (self->config->once || self->retry.failures > 0)
    return 0;
  if (self->round_end <= now)
    self->round_end = now + self->config->poll * 1000;
  return (self->round_end - now) / 1000;
}

static GStrv
list_types (Poll *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < self->kinds->len; i++)
    g_strv_builder_add (builder, ((BwJobKind *) g_ptr_array_index (self->kinds, i))->type);
  return g_strv_builder_end (builder);
}

static BwConnection *
get_connection (Poll *self)
{
  guint index = 0;

  g_ptr_array_find (self->claimer->kinds, g_ptr_array_index (self->kinds, 0), &index);
  return g_ptr_array_index (self->claimer->connections, index / BW_TYPES_PER_CONNECTION);
}

static GPtrArray *
await_claims (Poll *self, GError **error)
{
  BwClaimer *claimer = self->claimer;
  g_auto (GStrv) types = list_types (self);
  const BwClaimRequest request = {
    .worker = claimer->config->name,
    .businesses = ((BwJobKind *) g_ptr_array_index (self->kinds, 0))->businesses,
    .types = types,
    .max = (int) self->max,
    .lease = claimer->config->lease,
    .wait = get_wait (claimer),
  };

  return bw_worker_api_await_claims (get_connection (self), &request, error);
}

static void
hand_out (Poll *self, GPtrArray *claims)
{
  while (claims->len > 0)
    {
      BwClaim *claim = g_ptr_array_steal_index (claims, 0);
      BwJobKind *kind = NULL;

      for (guint i = 0; i < self->kinds->len && kind == NULL; i++)
        if (g_str_equal (((BwJobKind *) g_ptr_array_index (self->kinds, i))->type, claim->type))
          kind = g_ptr_array_index (self->kinds, i);
      if (kind != NULL)
        g_signal_emit (self->claimer, signals[SIGNAL_CLAIMED], 0, kind, claim);
      else
        {
          g_critical ("The server gave a “%s” job, which was not asked for.", claim->type);
          bw_claim_free (claim);
        }
    }
}

static void
end_poll (Poll *self)
{
  BwClaimer *claimer = self->claimer;

  claimer->polls--;
  claimer->reserved -= self->max;
  for (guint i = 0; i < self->kinds->len; i++)
    g_hash_table_remove (claimer->asked, g_ptr_array_index (self->kinds, i));
}

static DexFuture *
poll_fiber (gpointer data)
{
  Poll *self = data;
  BwClaimer *claimer = self->claimer;
  g_autoptr (GPtrArray) claims = NULL;

  while (claims == NULL && !claimer->stopped)
    {
      g_autoptr (GError) error = NULL;

      claims = await_claims (self, &error);
      if (claims != NULL)
        bw_retry_succeeded (&claimer->retry);
      else if (!claimer->stopped)
        dex_await (bw_retry_wait (&claimer->retry, error), NULL);
    }
  end_poll (self);
  if (claims != NULL && claims->len == 0 && claimer->config->once)
    for (guint i = 0; i < self->kinds->len; i++)
      g_hash_table_add (claimer->drained, g_ptr_array_index (self->kinds, i));
  if (claims != NULL)
    hand_out (self, claims);
  bw_claimer_update (claimer);
  return dex_future_new_true ();
}

static void
look_again (gpointer user_data)
{
  BwClaimer *self = user_data;

  self->look_source = 0;
  bw_claimer_update (self);
}

static void
plan_to_look_again (BwClaimer *self)
{
  if (self->look_source != 0 || self->config->once)
    return;
  for (guint i = 0; i < self->kinds->len; i++)
    if (((BwJobKind *) g_ptr_array_index (self->kinds, i))->program_missing)
      {
        self->look_source = g_timeout_add_once (LOOK_AGAIN, look_again, self);
        return;
      }
}

static void
bw_claimer_dispose (GObject *object)
{
  BwClaimer *self = BW_CLAIMER (object);

  g_clear_handle_id (&self->look_source, g_source_remove);
  G_OBJECT_CLASS (bw_claimer_parent_class)->dispose (object);
}

static void
bw_claimer_finalize (GObject *object)
{
  BwClaimer *self = BW_CLAIMER (object);

  g_ptr_array_unref (self->connections);
  g_ptr_array_unref (self->kinds);
  g_hash_table_unref (self->asked);
  g_hash_table_unref (self->drained);
  bw_retry_clear (&self->retry);
  G_OBJECT_CLASS (bw_claimer_parent_class)->finalize (object);
}

static void
bw_claimer_class_init (BwClaimerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bw_claimer_dispose;
  object_class->finalize = bw_claimer_finalize;

  signals[SIGNAL_CLAIMED] =
      g_signal_new ("claimed", BW_TYPE_CLAIMER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                    2, G_TYPE_POINTER, G_TYPE_POINTER);
  signals[SIGNAL_IDLE] = g_signal_new ("idle", BW_TYPE_CLAIMER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                       NULL, G_TYPE_NONE, 0);
}

static void
bw_claimer_init (BwClaimer *self)
{
  self->asked = g_hash_table_new (NULL, NULL);
  self->drained = g_hash_table_new (NULL, NULL);
}

/**
 * bw_claimer_new:
 * @config: the worker's configuration; must stay
 * @connections: (element-type BwConnection): to the server, one for each %BW_TYPES_PER_CONNECTION
 *   types, since each type may have a poll of its own that waits, and a connection object opens
 * only a few connections at once
 * @kinds: (element-type BwJobKind): what this worker can do
 *
 * Returns: (transfer full): a claimer that begins with the first bw_claimer_update()
 */
BwClaimer *
bw_claimer_new (const BwWorkerConfig *config, GPtrArray *connections, GPtrArray *kinds)
{
  BwClaimer *self = g_object_new (BW_TYPE_CLAIMER, NULL);

  self->config = config;
  self->connections = g_ptr_array_ref (connections);
  self->kinds = g_ptr_array_ref (kinds);
  return self;
}

/**
 * bw_claimer_update:
 * @self: a claimer
 *
 * Asks for work of every type that has room and is not asked for yet. To be called when a job has
 * ended.
 */
void
bw_claimer_update (BwClaimer *self)
{
  Poll *poll;

  while (!self->stopped && (poll = make_poll (self)) != NULL)
    {
      self->polls++;
      self->reserved += poll->max;
      dex_future_disown (dex_scheduler_spawn (NULL, 0, poll_fiber, poll, poll_free));
    }
  plan_to_look_again (self);
  if (self->polls == 0)
    g_signal_emit (self, signals[SIGNAL_IDLE], 0);
}

/**
 * bw_claimer_stop:
 * @self: a claimer
 *
 * Asks for no more work. A poll that waits at the server is left to end by itself; a job that it
 * brings is still ours, to be handed back.
 */
void
bw_claimer_stop (BwClaimer *self)
{
  self->stopped = TRUE;
  g_clear_handle_id (&self->look_source, g_source_remove);
}

/** bw_claimer_renew: @self: a claimer. With config->once: asks for all types again */
void
bw_claimer_renew (BwClaimer *self)
{
  g_hash_table_remove_all (self->drained);
}

/** bw_claimer_is_idle: @self: a claimer. Returns: whether no request for work is under way */
gboolean
bw_claimer_is_idle (BwClaimer *self)
{
  return self->polls == 0;
}
