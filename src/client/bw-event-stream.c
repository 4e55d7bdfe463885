/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-event-stream-private.h"

/* The server pings every 15 s: two may be lost. After as long as one and some, a poke is a reason
 * to doubt. */
static const BwEventStreamTimes default_times = {
  .first_delay = 500,
  .max_delay = 30 * 1000,
  .silence = 45 * 1000,
  .poll = 15 * 1000,
  .poll_retry = 5 * 60 * 1000,
};
#define DOUBTFUL_SILENCE (20 * G_TIME_SPAN_SECOND)

enum
{
  PROP_0,
  PROP_STATE,
  PROP_POLLING,
  PROP_ERROR,
  PROP_RETRY_AT,
  PROP_REVISION,
  N_PROPS
};

enum
{
  EVENT,
  POLL,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_ENUM_TYPE (BwEventStreamState,
                    bw_event_stream_state,
                    G_DEFINE_ENUM_VALUE (BW_EVENT_STREAM_STATE_STOPPED, "stopped"),
                    G_DEFINE_ENUM_VALUE (BW_EVENT_STREAM_STATE_CONNECTING, "connecting"),
                    G_DEFINE_ENUM_VALUE (BW_EVENT_STREAM_STATE_LIVE, "live"),
                    G_DEFINE_ENUM_VALUE (BW_EVENT_STREAM_STATE_WAITING, "waiting"))

G_DEFINE_FINAL_TYPE (BwEventStream, bw_event_stream, G_TYPE_OBJECT)

/**
 * bw_event_stream_set_state:
 * @self: a stream
 * @state: its state
 *
 * Sets the property.
 */
void
bw_event_stream_set_state (BwEventStream *self, BwEventStreamState state)
{
  if (self->state == state)
    return;
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

/**
 * bw_event_stream_take_error:
 * @self: a stream
 * @error: (nullable) (transfer full): why it waits
 *
 * Sets the property.
 */
void
bw_event_stream_take_error (BwEventStream *self, GError *error)
{
  if (self->error == NULL && error == NULL)
    return;
  g_clear_error (&self->error);
  self->error = error;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
}

/**
 * bw_event_stream_set_retry_at:
 * @self: a stream
 * @retry_at: the monotonic time of the next try, or 0
 *
 * Sets the property.
 */
void
bw_event_stream_set_retry_at (BwEventStream *self, gint64 retry_at)
{
  if (self->retry_at == retry_at)
    return;
  self->retry_at = retry_at;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RETRY_AT]);
}

static gboolean
poll_cb (gpointer user_data)
{
  g_signal_emit (user_data, signals[POLL], 0);
  return G_SOURCE_CONTINUE;
}

/**
 * bw_event_stream_set_polling:
 * @self: a stream
 * @polling: whether the server offers no stream
 *
 * Sets the property, and begins or ends to poll.
 */
void
bw_event_stream_set_polling (BwEventStream *self, gboolean polling)
{
  if (self->polling == polling)
    return;
  self->polling = polling;
  g_clear_handle_id (&self->poll_source, g_source_remove);
  if (polling)
    self->poll_source = g_timeout_add (self->times.poll, poll_cb, self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_POLLING]);
}

static void
end_run (BwEventStream *self)
{
  g_clear_pointer (&self->run, bw_event_run_end);
  dex_clear (&self->poke);
}

static void
begin_run (BwEventStream *self)
{
  self->run = bw_event_run_new (self);
  bw_event_stream_set_state (self, BW_EVENT_STREAM_STATE_CONNECTING);
}

/**
 * bw_event_stream_tell:
 * @self: a stream
 * @event: what happened
 *
 * Tells of an event.
 */
void
bw_event_stream_tell (BwEventStream *self, BwEvent *event)
{
  self->revision = event->revision;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REVISION]);
  g_signal_emit (self, signals[EVENT], 0, event);
}

static void
network_changed_cb (BwEventStream *self, gboolean available)
{
  if (available)
    bw_event_stream_poke (self);
}

static void
connection_state_cb (BwEventStream *self)
{
  BwConnectionState state = bw_connection_get_state (self->connection);

  if (self->state != BW_EVENT_STREAM_STATE_WAITING || self->polling)
    return;
  if (state == BW_CONNECTION_STATE_CONNECTING || state == BW_CONNECTION_STATE_ONLINE)
    bw_event_stream_poke (self);
}

static void
bw_event_stream_dispose (GObject *object)
{
  BwEventStream *self = BW_EVENT_STREAM (object);

  end_run (self);
  g_clear_handle_id (&self->poll_source, g_source_remove);
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  g_clear_object (&self->connection);
  G_OBJECT_CLASS (bw_event_stream_parent_class)->dispose (object);
}

static void
bw_event_stream_finalize (GObject *object)
{
  BwEventStream *self = BW_EVENT_STREAM (object);

  g_clear_error (&self->error);
  g_free (self->business);
  G_OBJECT_CLASS (bw_event_stream_parent_class)->finalize (object);
}

static void
bw_event_stream_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BwEventStream *self = BW_EVENT_STREAM (object);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_POLLING:
      g_value_set_boolean (value, self->polling);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    case PROP_RETRY_AT:
      g_value_set_int64 (value, self->retry_at);
      break;
    case PROP_REVISION:
      g_value_set_int64 (value, self->revision);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_event_stream_class_init (BwEventStreamClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = bw_event_stream_dispose;
  object_class->finalize = bw_event_stream_finalize;
  object_class->get_property = bw_event_stream_get_property;

  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, BW_TYPE_EVENT_STREAM_STATE,
                                              BW_EVENT_STREAM_STATE_STOPPED, flags);
  properties[PROP_POLLING] = g_param_spec_boolean ("polling", NULL, NULL, FALSE, flags);
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  properties[PROP_RETRY_AT] = g_param_spec_int64 ("retry-at", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_REVISION] =
      g_param_spec_int64 ("revision", NULL, NULL, -1, G_MAXINT64, -1, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * BwEventStream::event:
   * @self: the stream
   * @event: the news
   */
  signals[EVENT] = g_signal_new ("event", BW_TYPE_EVENT_STREAM, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, BW_TYPE_EVENT | G_SIGNAL_TYPE_STATIC_SCOPE);
  /**
   * BwEventStream::poll:
   * @self: the stream
   *
   * There is no stream, and it is time to look for news.
   */
  signals[POLL] = g_signal_new ("poll", BW_TYPE_EVENT_STREAM, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);
}

static void
bw_event_stream_init (BwEventStream *self)
{
  self->revision = -1;
  self->times = default_times;
  g_signal_connect_object (g_network_monitor_get_default (), "network-changed",
                           G_CALLBACK (network_changed_cb), self, G_CONNECT_SWAPPED);
}

/**
 * bw_event_stream_new:
 * @connection: how to reach the server
 * @business: the short name of a business
 *
 * Makes a stream that is not started yet.
 *
 * Returns: (transfer full): the stream
 */
BwEventStream *
bw_event_stream_new (BwConnection *connection, const char *business)
{
  BwEventStream *self = g_object_new (BW_TYPE_EVENT_STREAM, NULL);

  self->connection = g_object_ref (connection);
  self->business = g_strdup (business);
  g_signal_connect_swapped (connection, "notify::state", G_CALLBACK (connection_state_cb), self);
  return self;
}

/**
 * bw_event_stream_set_times:
 * @self: a stream that is stopped
 * @times: how long it waits for what
 *
 * Sets other times than the usual ones, for tests.
 */
void
bw_event_stream_set_times (BwEventStream *self, const BwEventStreamTimes *times)
{
  g_return_if_fail (self->state == BW_EVENT_STREAM_STATE_STOPPED);

  self->times = *times;
}

/**
 * bw_event_stream_start:
 * @self: a stream
 * @since: the revision of what is known; -1: from now on
 *
 * Opens the stream and keeps it open, whatever happens, until bw_event_stream_stop(). Does nothing
 * if it is started already: it then has told, or will tell, what came after @since, or the one who
 * asks had better begin with what is known now.
 */
void
bw_event_stream_start (BwEventStream *self, gint64 since)
{
  g_return_if_fail (BW_IS_EVENT_STREAM (self));

  if (self->run != NULL)
    return;
  self->revision = since;
  begin_run (self);
}

/**
 * bw_event_stream_stop:
 * @self: a stream
 *
 * Closes the stream. No event is told after this.
 */
void
bw_event_stream_stop (BwEventStream *self)
{
  g_return_if_fail (BW_IS_EVENT_STREAM (self));

  end_run (self);
  bw_event_stream_set_polling (self, FALSE);
  bw_event_stream_take_error (self, NULL);
  bw_event_stream_set_retry_at (self, 0);
  bw_event_stream_set_state (self, BW_EVENT_STREAM_STATE_STOPPED);
}

/**
 * bw_event_stream_poke:
 * @self: a stream
 *
 * Says that it may be worth trying now: the network is back, the computer woke up, the user asks.
 * While waiting, it is tried at once; a connection that should have pinged by now is given up.
 */
void
bw_event_stream_poke (BwEventStream *self)
{
  g_return_if_fail (BW_IS_EVENT_STREAM (self));

  if (self->state == BW_EVENT_STREAM_STATE_LIVE
      && g_get_monotonic_time () - self->heard_at > DOUBTFUL_SILENCE)
    {
      end_run (self);
      begin_run (self);
    }
  else if (self->poke != NULL && self->state == BW_EVENT_STREAM_STATE_WAITING)
    {
      g_autoptr (DexPromise) poke = g_steal_pointer (&self->poke);

      dex_promise_resolve_boolean (poke, TRUE);
    }
}

/**
 * bw_event_stream_get_state:
 * @self: a stream
 *
 * Returns: its state
 */
BwEventStreamState
bw_event_stream_get_state (BwEventStream *self)
{
  g_return_val_if_fail (BW_IS_EVENT_STREAM (self), BW_EVENT_STREAM_STATE_STOPPED);

  return self->state;
}

/**
 * bw_event_stream_get_polling:
 * @self: a stream
 *
 * Returns: %TRUE if the server, or something in between, offers no stream
 */
gboolean
bw_event_stream_get_polling (BwEventStream *self)
{
  g_return_val_if_fail (BW_IS_EVENT_STREAM (self), FALSE);

  return self->polling;
}

/**
 * bw_event_stream_get_error:
 * @self: a stream
 *
 * Returns: (transfer none) (nullable): why it waits
 */
const GError *
bw_event_stream_get_error (BwEventStream *self)
{
  g_return_val_if_fail (BW_IS_EVENT_STREAM (self), NULL);

  return self->error;
}

/**
 * bw_event_stream_get_retry_at:
 * @self: a stream
 *
 * Returns: the monotonic time of the next try in microseconds; 0 when it does not wait for one
 */
gint64
bw_event_stream_get_retry_at (BwEventStream *self)
{
  g_return_val_if_fail (BW_IS_EVENT_STREAM (self), 0);

  return self->retry_at;
}

/**
 * bw_event_stream_get_revision:
 * @self: a stream
 *
 * Returns: the revision of the last event, or what it was started with; -1: neither
 */
gint64
bw_event_stream_get_revision (BwEventStream *self)
{
  g_return_val_if_fail (BW_IS_EVENT_STREAM (self), -1);

  return self->revision;
}
