/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-job-watch.h"

/* How long news wait for more before "changed" is told, in milliseconds: longer than a list takes
 * to apply them. */
#define CHANGED_DELAY 200

/* How many of a business's active jobs are looked at to tell those that are held back. */
#define LOOK_AT 100

/* What holds a job back that would otherwise be waiting or running. */
#define HELD (BW_CONDITION_PAUSED | BW_CONDITION_SCHEDULED)

/* A business that is followed. */
typedef struct
{
  BwJobWatch *watch;
  BwBusiness *business;
  BwJobList *active;
  gboolean live; /* news come */
} Followed;

struct _BwJobWatch
{
  GObject parent_instance;

  BwSession *session;
  BwConnection *connection;
  GPtrArray *followed; /* of Followed, in the order of the user's businesses */
  guint changed_source;
};

enum
{
  BUSINESSES,
  CHANGED,
  JOB,
  GAP,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BwJobWatch, bw_job_watch, G_TYPE_OBJECT)

static gboolean
changed_cb (gpointer user_data)
{
  BwJobWatch *self = user_data;

  self->changed_source = 0;
  g_signal_emit (self, signals[CHANGED], 0);

  return G_SOURCE_REMOVE;
}

static void
schedule_changed (BwJobWatch *self)
{
  if (self->changed_source == 0)
    self->changed_source = g_timeout_add (CHANGED_DELAY, changed_cb, self);
}

static void
items_changed_cb (Followed *followed)
{
  schedule_changed (followed->watch);
}

static void
event_cb (Followed *followed, BwEvent *event)
{
  /* Whoever hears of it may have the business followed no longer. */
  g_autoptr (BwJobWatch) watch = g_object_ref (followed->watch);
  g_autoptr (BwBusiness) business = g_object_ref (followed->business);

  schedule_changed (watch);
  if (event->kind == BW_EVENT_JOB)
    g_signal_emit (watch, signals[JOB], 0, business, event->job);
  else if (event->kind == BW_EVENT_RESET)
    g_signal_emit (watch, signals[GAP], 0, business);
}

static void
poll_cb (Followed *followed)
{
  g_autoptr (BwBusiness) business = g_object_ref (followed->business);

  g_signal_emit (followed->watch, signals[GAP], 0, business);
}

/* A stream that was lost tells what it missed when it is back: only its first time leaves a gap. */
static void
state_cb (Followed *followed, GParamSpec *pspec, BwEventStream *stream)
{
  if (followed->live || bw_event_stream_get_state (stream) != BW_EVENT_STREAM_STATE_LIVE)
    return;

  followed->live = TRUE;
  poll_cb (followed);
}

static void
followed_free (gpointer data)
{
  Followed *followed = data;

  g_signal_handlers_disconnect_by_data (bw_business_get_event_stream (followed->business),
                                        followed);
  g_signal_handlers_disconnect_by_data (followed->active, followed);
  g_clear_object (&followed->active);
  g_clear_object (&followed->business);
  g_free (followed);
}

static Followed *
followed_new (BwJobWatch *watch, const char *id)
{
  g_autoptr (BwFilter) filter = bw_filter_new ();
  Followed *followed = g_new0 (Followed, 1);
  BwEventStream *stream;

  /* What is being worked on first, then what waits. */
  filter->states = BW_JOB_STATES_ACTIVE;
  filter->sort = BW_SORT_STATE;
  filter->descending = TRUE;

  followed->watch = watch;
  followed->business = bw_business_obtain (watch->connection, id);
  followed->active = bw_job_list_new (followed->business, filter);
  g_signal_connect_swapped (followed->active, "items-changed", G_CALLBACK (items_changed_cb),
                            followed);
  stream = bw_business_get_event_stream (followed->business);
  g_signal_connect_swapped (stream, "event", G_CALLBACK (event_cb), followed);
  g_signal_connect_swapped (stream, "poll", G_CALLBACK (poll_cb), followed);
  g_signal_connect_swapped (stream, "notify::state", G_CALLBACK (state_cb), followed);
  /* A window may have opened it already. */
  followed->live = FALSE;
  state_cb (followed, NULL, stream);

  return followed;
}

static Followed *
find (BwJobWatch *self, const char *id)
{
  for (guint i = 0; i < self->followed->len; i++)
    {
      Followed *followed = g_ptr_array_index (self->followed, i);

      if (g_str_equal (bw_business_get_id (followed->business), id))
        return followed;
    }

  return NULL;
}

static gboolean
is_as_followed (BwJobWatch *self, const BwMe *me)
{
  if (me->businesses->len != self->followed->len)
    return FALSE;

  for (guint i = 0; i < me->businesses->len; i++)
    {
      const BwMembership *membership = g_ptr_array_index (me->businesses, i);
      const Followed *followed = g_ptr_array_index (self->followed, i);

      if (!g_str_equal (membership->id, bw_business_get_id (followed->business)))
        return FALSE;
    }

  return TRUE;
}

static void
me_cb (BwJobWatch *self)
{
  const BwMe *me = bw_connection_get_me (self->connection);
  g_autoptr (GPtrArray) old = NULL;

  /* A sign-in that lapsed goes on with the same businesses. */
  if (me == NULL || is_as_followed (self, me))
    return;

  old = g_steal_pointer (&self->followed);
  self->followed = g_ptr_array_new_with_free_func (followed_free);
  for (guint i = 0; i < me->businesses->len; i++)
    {
      const BwMembership *membership = g_ptr_array_index (me->businesses, i);
      Followed *known = NULL;

      for (guint j = 0; j < old->len && known == NULL; j++)
        if (g_str_equal (bw_business_get_id (((Followed *) old->pdata[j])->business),
                         membership->id))
          known = g_ptr_array_steal_index (old, j);
      g_ptr_array_add (self->followed, known != NULL ? known : followed_new (self, membership->id));
    }

  g_signal_emit (self, signals[BUSINESSES], 0);
  schedule_changed (self);
}

static void
connection_cb (BwJobWatch *self)
{
  BwConnection *connection =
      self->session != NULL ? bw_session_get_connection (self->session) : NULL;

  if (self->connection == connection)
    return;

  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_func (self->connection, me_cb, self);
  g_ptr_array_set_size (self->followed, 0);
  g_set_object (&self->connection, connection);
  if (connection != NULL)
    {
      g_signal_connect_swapped (connection, "notify::me", G_CALLBACK (me_cb), self);
      me_cb (self);
    }
  else
    {
      g_signal_emit (self, signals[BUSINESSES], 0);
      schedule_changed (self);
    }
}

static void
bw_job_watch_dispose (GObject *object)
{
  BwJobWatch *self = BW_JOB_WATCH (object);

  g_clear_handle_id (&self->changed_source, g_source_remove);
  g_ptr_array_set_size (self->followed, 0);
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_func (self->connection, me_cb, self);
  g_clear_object (&self->connection);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (bw_job_watch_parent_class)->dispose (object);
}

static void
bw_job_watch_finalize (GObject *object)
{
  g_ptr_array_unref (BW_JOB_WATCH (object)->followed);

  G_OBJECT_CLASS (bw_job_watch_parent_class)->finalize (object);
}

static void
bw_job_watch_class_init (BwJobWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = bw_job_watch_dispose;
  G_OBJECT_CLASS (klass)->finalize = bw_job_watch_finalize;

  signals[BUSINESSES] = g_signal_new ("businesses", BW_TYPE_JOB_WATCH, G_SIGNAL_RUN_LAST, 0, NULL,
                                      NULL, NULL, G_TYPE_NONE, 0);
  signals[CHANGED] = g_signal_new ("changed", BW_TYPE_JOB_WATCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
  signals[JOB] =
      g_signal_new ("job", BW_TYPE_JOB_WATCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                    2, BW_TYPE_BUSINESS, BW_TYPE_JOB | G_SIGNAL_TYPE_STATIC_SCOPE);
  signals[GAP] = g_signal_new ("gap", BW_TYPE_JOB_WATCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 1, BW_TYPE_BUSINESS);
}

static void
bw_job_watch_init (BwJobWatch *self)
{
  self->followed = g_ptr_array_new_with_free_func (followed_free);
}

/**
 * bw_watched_job_new:
 * @business: where
 * @job: what
 *
 * Returns: (transfer full): both, kept
 */
BwWatchedJob *
bw_watched_job_new (BwBusiness *business, BwJob *job)
{
  BwWatchedJob *self = g_new0 (BwWatchedJob, 1);

  self->business = g_object_ref (business);
  self->job = bw_job_ref (job);

  return self;
}

/**
 * bw_watched_job_free:
 * @self: (transfer full): what to free
 */
void
bw_watched_job_free (BwWatchedJob *self)
{
  g_object_unref (self->business);
  bw_job_unref (self->job);
  g_free (self);
}

/**
 * bw_job_watch_new:
 * @session: whose businesses to follow
 *
 * Begins with what the session is signed in to now, and follows it from there.
 *
 * Returns: (transfer full): the watch
 */
BwJobWatch *
bw_job_watch_new (BwSession *session)
{
  BwJobWatch *self = g_object_new (BW_TYPE_JOB_WATCH, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "notify::connection", G_CALLBACK (connection_cb), self,
                           G_CONNECT_SWAPPED);
  connection_cb (self);

  return self;
}

/**
 * bw_job_watch_get_n_businesses:
 * @self: a watch
 *
 * Returns: how many businesses are followed
 */
guint
bw_job_watch_get_n_businesses (BwJobWatch *self)
{
  g_return_val_if_fail (BW_IS_JOB_WATCH (self), 0);

  return self->followed->len;
}

/**
 * bw_job_watch_get_business:
 * @self: a watch
 * @index: less than bw_job_watch_get_n_businesses()
 *
 * Returns: (transfer none): a business that is followed
 */
BwBusiness *
bw_job_watch_get_business (BwJobWatch *self, guint index)
{
  g_return_val_if_fail (BW_IS_JOB_WATCH (self), NULL);
  g_return_val_if_fail (index < self->followed->len, NULL);

  return ((Followed *) g_ptr_array_index (self->followed, index))->business;
}

/**
 * bw_job_watch_find_business:
 * @self: a watch
 * @id: the short name of a business
 *
 * Returns: (transfer none) (nullable): the business, if it is followed
 */
BwBusiness *
bw_job_watch_find_business (BwJobWatch *self, const char *id)
{
  Followed *followed;

  g_return_val_if_fail (BW_IS_JOB_WATCH (self), NULL);
  followed = find (self, id);

  return followed != NULL ? followed->business : NULL;
}

/**
 * bw_job_watch_get_active_jobs:
 * @self: a watch
 * @business: one of its businesses
 *
 * Returns: (transfer none) (nullable): the active jobs of @business that the user may see, those
 *   that are being worked on first
 */
BwJobList *
bw_job_watch_get_active_jobs (BwJobWatch *self, BwBusiness *business)
{
  Followed *followed;

  g_return_val_if_fail (BW_IS_JOB_WATCH (self), NULL);
  followed = find (self, bw_business_get_id (business));

  return followed != NULL ? followed->active : NULL;
}

static BwJob *
get_job (BwJobList *list, guint position)
{
  g_autoptr (BwJobEntry) entry = g_list_model_get_item (G_LIST_MODEL (list), position);

  return entry != NULL ? bw_job_entry_get_job (entry) : NULL;
}

static gboolean
is_held (const BwJob *job)
{
  return (job->conditions & HELD) != 0;
}

/**
 * bw_job_watch_count_running:
 * @self: a watch
 * @business: (nullable): one of its businesses; %NULL for all of them together
 *
 * Jobs that are paused, or scheduled for later, are not counted: they may be so for days. Only the
 * first hundred of a business are looked at for that.
 *
 * Returns: how many jobs run, or will as soon as a worker takes them
 */
gint64
bw_job_watch_count_running (BwJobWatch *self, BwBusiness *business)
{
  gint64 n = 0;

  g_return_val_if_fail (BW_IS_JOB_WATCH (self), 0);

  for (guint i = 0; i < self->followed->len; i++)
    {
      Followed *followed = g_ptr_array_index (self->followed, i);
      guint n_active = g_list_model_get_n_items (G_LIST_MODEL (followed->active));

      if (business != NULL && followed->business != business)
        continue;

      n += n_active;
      for (guint j = 0; j < MIN (n_active, LOOK_AT); j++)
        {
          const BwJob *job = get_job (followed->active, j);

          if (job != NULL && is_held (job))
            n--;
        }
    }

  return n;
}

/**
 * bw_job_watch_list_running:
 * @self: a watch
 * @limit: how many at most
 *
 * Returns: (transfer full) (element-type BwWatchedJob): jobs that run, those that are being worked
 *   on first; of every business as many as fit
 */
GPtrArray *
bw_job_watch_list_running (BwJobWatch *self, guint limit)
{
  GPtrArray *jobs = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_watched_job_free);
  gboolean any = TRUE;

  g_return_val_if_fail (BW_IS_JOB_WATCH (self), jobs);

  /* In turn, so that a business with many jobs hides no other. */
  for (guint position = 0; any && jobs->len < limit && position < LOOK_AT; position++)
    {
      any = FALSE;
      for (guint i = 0; i < self->followed->len && jobs->len < limit; i++)
        {
          Followed *followed = g_ptr_array_index (self->followed, i);
          BwJob *job = get_job (followed->active, position);

          any |= job != NULL;
          if (job != NULL && !is_held (job))
            g_ptr_array_add (jobs, bw_watched_job_new (followed->business, job));
        }
    }

  return jobs;
}
