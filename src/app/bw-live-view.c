/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-live-view.h"

#include "bw-toast.h"

/* Quicker loading shows no spinner: one that only flashes up disturbs. In milliseconds. */
#define SPINNER_DELAY 200

/* From one question to the server to the next, in milliseconds. */
#define PACE 1000

typedef struct
{
  AdwToastOverlay *toasts;
  GtkStack *stack;
  AdwBin *content_bin;
  AdwStatusPage *error_page;

  BwBusiness *business;
  char *empty_icon_name;
  char *empty_title;
  char *empty_description;
  GError *error;
  gint64 asked_at; /* monotonic, in microseconds: when the server was last asked */
  guint serial;    /* the number of the last question: answers to others are too late */
  guint interval;  /* in seconds: ask again by itself; 0: after events only */
  guint spinner_source;
  guint pace_source;
  guint interval_source;
  gboolean asking;
  gboolean outdated; /* something changed since the last question */
  gboolean loaded;
  gboolean empty;
  gboolean narrow;
} BwLiveViewPrivate;

enum
{
  PROP_0,
  PROP_BUSINESS,
  PROP_CONTENT,
  PROP_EMPTY_ICON_NAME,
  PROP_EMPTY_TITLE,
  PROP_EMPTY_DESCRIPTION,
  PROP_NARROW,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (BwLiveView, bw_live_view, ADW_TYPE_BIN)

#define PRIVATE(self) ((BwLiveViewPrivate *) bw_live_view_get_instance_private (self))

/* A question in flight. */
typedef struct
{
  BwLiveView *self;
  guint serial;
} Question;

static void
question_free (Question *question)
{
  g_object_unref (question->self);
  g_free (question);
}

static gboolean
spinner_cb (gpointer user_data)
{
  BwLiveViewPrivate *priv = PRIVATE (BW_LIVE_VIEW (user_data));

  priv->spinner_source = 0;
  gtk_stack_set_visible_child_name (priv->stack, "loading");

  return G_SOURCE_REMOVE;
}

static void
show_page (BwLiveView *self, const char *name)
{
  BwLiveViewPrivate *priv = PRIVATE (self);

  g_clear_handle_id (&priv->spinner_source, g_source_remove);
  gtk_stack_set_visible_child_name (priv->stack, name);
}

static void
update_page (BwLiveView *self)
{
  BwLiveViewPrivate *priv = PRIVATE (self);

  if (priv->business == NULL)
    {
      show_page (self, "blank");
    }
  else if (priv->error != NULL)
    {
      adw_status_page_set_description (priv->error_page, priv->error->message);
      show_page (self, "error");
    }
  else if (priv->loaded)
    {
      show_page (self, priv->empty ? "empty" : "content");
    }
  else if (priv->spinner_source == 0)
    {
      priv->spinner_source = g_timeout_add (SPINNER_DELAY, spinner_cb, self);
    }
}

/* Asking */

static void ask_soon (BwLiveView *self);

static gboolean
is_at_work (BwLiveView *self)
{
  return PRIVATE (self)->business != NULL && gtk_widget_get_mapped (GTK_WIDGET (self));
}

/* What is shown stays readable while the server is away, and is asked for again when it is back. */
static void
take_error (BwLiveView *self, GError *error)
{
  BwLiveViewPrivate *priv = PRIVATE (self);

  priv->outdated = TRUE;
  if (priv->loaded && bw_client_error_is_transient (error))
    {
      g_error_free (error);
      return;
    }

  g_clear_error (&priv->error);
  priv->error = error;
}

static DexFuture *
answered (DexFuture *answer, gpointer user_data)
{
  Question *question = user_data;
  BwLiveView *self = question->self;
  BwLiveViewPrivate *priv = PRIVATE (self);
  GError *error = NULL;
  const GValue *value = dex_future_get_value (answer, &error);

  if (question->serial != priv->serial)
    {
      g_clear_error (&error);
      return dex_future_new_true ();
    }

  priv->asking = FALSE;
  if (error != NULL)
    {
      take_error (self, error);
    }
  else
    {
      g_clear_error (&priv->error);
      priv->loaded = TRUE;
      BW_LIVE_VIEW_GET_CLASS (self)->take (self, value);
      if (priv->outdated)
        ask_soon (self);
    }
  update_page (self);

  return dex_future_new_true ();
}

static void
ask (BwLiveView *self)
{
  BwLiveViewPrivate *priv = PRIVATE (self);
  Question *question = g_new0 (Question, 1);

  g_clear_handle_id (&priv->pace_source, g_source_remove);
  priv->asking = TRUE;
  priv->outdated = FALSE;
  priv->asked_at = g_get_monotonic_time ();
  question->self = g_object_ref (self);
  question->serial = ++priv->serial;
  dex_future_disown (dex_future_finally (BW_LIVE_VIEW_GET_CLASS (self)->load (self, priv->business),
                                         answered, question, (GDestroyNotify) question_free));
  update_page (self);
}

static gboolean
pace_cb (gpointer user_data)
{
  BwLiveView *self = BW_LIVE_VIEW (user_data);

  PRIVATE (self)->pace_source = 0;
  if (is_at_work (self))
    ask (self);

  return G_SOURCE_REMOVE;
}

static void
ask_soon (BwLiveView *self)
{
  BwLiveViewPrivate *priv = PRIVATE (self);
  gint64 passed = (g_get_monotonic_time () - priv->asked_at) / 1000;

  priv->outdated = TRUE;
  if (!is_at_work (self) || priv->asking || priv->pace_source != 0)
    return;

  if (priv->asked_at == 0 || passed >= PACE)
    ask (self);
  else
    priv->pace_source = g_timeout_add ((guint) (PACE - passed), pace_cb, self);
}

/* Following */

static void
event_cb (BwLiveView *self, BwEvent *event)
{
  BwLiveViewClass *class = BW_LIVE_VIEW_GET_CLASS (self);

  if (event->kind == BW_EVENT_RIGHTS || event->kind == BW_EVENT_RESET || class->concerns == NULL
      || class->concerns (self, event))
    ask_soon (self);
}

static void
state_cb (BwLiveView *self)
{
  BwLiveViewPrivate *priv = PRIVATE (self);

  if (priv->outdated
      && bw_connection_get_state (bw_business_get_connection (priv->business))
             == BW_CONNECTION_STATE_ONLINE)
    ask_soon (self);
}

static gboolean
interval_cb (gpointer user_data)
{
  ask_soon (BW_LIVE_VIEW (user_data));

  return G_SOURCE_CONTINUE;
}

static void
update_interval (BwLiveView *self)
{
  BwLiveViewPrivate *priv = PRIVATE (self);

  g_clear_handle_id (&priv->interval_source, g_source_remove);
  if (priv->interval > 0 && is_at_work (self))
    priv->interval_source = g_timeout_add_seconds (priv->interval, interval_cb, self);
}

static void
follow (BwLiveView *self)
{
  BwLiveViewPrivate *priv = PRIVATE (self);
  BwEventStream *stream = bw_business_get_event_stream (priv->business);

  g_signal_connect_swapped (stream, "event", G_CALLBACK (event_cb), self);
  g_signal_connect_swapped (stream, "poll", G_CALLBACK (ask_soon), self);
  g_signal_connect_swapped (priv->business, "notify::permissions", G_CALLBACK (ask_soon), self);
  g_signal_connect_swapped (bw_business_get_connection (priv->business), "notify::state",
                            G_CALLBACK (state_cb), self);
}

static void
unfollow (BwLiveView *self)
{
  BwLiveViewPrivate *priv = PRIVATE (self);

  g_clear_handle_id (&priv->pace_source, g_source_remove);
  g_clear_handle_id (&priv->interval_source, g_source_remove);
  if (priv->business == NULL)
    return;

  g_signal_handlers_disconnect_by_data (bw_business_get_event_stream (priv->business), self);
  g_signal_handlers_disconnect_by_data (bw_business_get_connection (priv->business), self);
  g_signal_handlers_disconnect_by_data (priv->business, self);
}

static void
start (BwLiveView *self)
{
  BwLiveViewPrivate *priv = PRIVATE (self);

  if (!is_at_work (self))
    return;

  bw_event_stream_start (bw_business_get_event_stream (priv->business), -1);
  update_interval (self);
  if (!priv->loaded || priv->outdated || priv->interval > 0)
    ask_soon (self);
}

/* The object */

static void
refresh_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  bw_live_view_reload (BW_LIVE_VIEW (widget));
}

static void
set_narrow (BwLiveView *self, gboolean narrow)
{
  PRIVATE (self)->narrow = narrow;
  if (narrow)
    gtk_widget_add_css_class (GTK_WIDGET (self), "narrow");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "narrow");
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NARROW]);
}

static void
narrow_cb (BwLiveView *self)
{
  set_narrow (self, TRUE);
}

static void
wide_cb (BwLiveView *self)
{
  set_narrow (self, FALSE);
}

static void
bw_live_view_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (bw_live_view_parent_class)->map (widget);
  start (BW_LIVE_VIEW (widget));
}

static void
bw_live_view_unmap (GtkWidget *widget)
{
  BwLiveViewPrivate *priv = PRIVATE (BW_LIVE_VIEW (widget));

  g_clear_handle_id (&priv->pace_source, g_source_remove);
  g_clear_handle_id (&priv->interval_source, g_source_remove);
  GTK_WIDGET_CLASS (bw_live_view_parent_class)->unmap (widget);
}

static void
bw_live_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BwLiveViewPrivate *priv = PRIVATE (BW_LIVE_VIEW (object));

  switch (id)
    {
    case PROP_BUSINESS:
      g_value_set_object (value, priv->business);
      break;
    case PROP_CONTENT:
      g_value_set_object (value, adw_bin_get_child (priv->content_bin));
      break;
    case PROP_EMPTY_ICON_NAME:
      g_value_set_string (value, priv->empty_icon_name);
      break;
    case PROP_EMPTY_TITLE:
      g_value_set_string (value, priv->empty_title);
      break;
    case PROP_EMPTY_DESCRIPTION:
      g_value_set_string (value, priv->empty_description);
      break;
    case PROP_NARROW:
      g_value_set_boolean (value, priv->narrow);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_live_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  BwLiveViewPrivate *priv = PRIVATE (BW_LIVE_VIEW (object));

  switch (id)
    {
    case PROP_BUSINESS:
      bw_live_view_set_business (BW_LIVE_VIEW (object), g_value_get_object (value));
      break;
    case PROP_CONTENT:
      adw_bin_set_child (priv->content_bin, g_value_get_object (value));
      break;
    case PROP_EMPTY_ICON_NAME:
      g_set_str (&priv->empty_icon_name, g_value_get_string (value));
      break;
    case PROP_EMPTY_TITLE:
      g_set_str (&priv->empty_title, g_value_get_string (value));
      break;
    case PROP_EMPTY_DESCRIPTION:
      g_set_str (&priv->empty_description, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_live_view_dispose (GObject *object)
{
  BwLiveView *self = BW_LIVE_VIEW (object);
  BwLiveViewPrivate *priv = PRIVATE (self);

  unfollow (self);
  priv->serial++;
  g_clear_handle_id (&priv->spinner_source, g_source_remove);
  g_clear_object (&priv->business);
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_LIVE_VIEW);

  G_OBJECT_CLASS (bw_live_view_parent_class)->dispose (object);
}

static void
bw_live_view_finalize (GObject *object)
{
  BwLiveViewPrivate *priv = PRIVATE (BW_LIVE_VIEW (object));

  g_free (priv->empty_icon_name);
  g_free (priv->empty_title);
  g_free (priv->empty_description);
  g_clear_error (&priv->error);

  G_OBJECT_CLASS (bw_live_view_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  properties[PROP_BUSINESS] = g_param_spec_object ("business", NULL, NULL, BW_TYPE_BUSINESS,
                                                   flags | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_CONTENT] = g_param_spec_object ("content", NULL, NULL, GTK_TYPE_WIDGET, flags);
  properties[PROP_EMPTY_ICON_NAME] =
      g_param_spec_string ("empty-icon-name", NULL, NULL, NULL, flags);
  properties[PROP_EMPTY_TITLE] = g_param_spec_string ("empty-title", NULL, NULL, NULL, flags);
  properties[PROP_EMPTY_DESCRIPTION] =
      g_param_spec_string ("empty-description", NULL, NULL, NULL, flags);
  properties[PROP_NARROW] =
      g_param_spec_boolean ("narrow", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
bw_live_view_class_init (BwLiveViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = bw_live_view_get_property;
  object_class->set_property = bw_live_view_set_property;
  object_class->dispose = bw_live_view_dispose;
  object_class->finalize = bw_live_view_finalize;
  widget_class->map = bw_live_view_map;
  widget_class->unmap = bw_live_view_unmap;
  install_properties (object_class);

  gtk_widget_class_install_action (widget_class, "view.refresh", NULL, refresh_action);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batchwork/Batchwork/bw-live-view.ui");
  gtk_widget_class_bind_template_child_private (widget_class, BwLiveView, toasts);
  gtk_widget_class_bind_template_child_private (widget_class, BwLiveView, stack);
  gtk_widget_class_bind_template_child_private (widget_class, BwLiveView, content_bin);
  gtk_widget_class_bind_template_child_private (widget_class, BwLiveView, error_page);
  gtk_widget_class_bind_template_callback (widget_class, narrow_cb);
  gtk_widget_class_bind_template_callback (widget_class, wide_cb);
}

static void
bw_live_view_init (BwLiveView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * bw_live_view_get_business:
 * @self: a view
 *
 * Returns: (transfer none) (nullable): whose figures are shown
 */
BwBusiness *
bw_live_view_get_business (BwLiveView *self)
{
  g_return_val_if_fail (BW_IS_LIVE_VIEW (self), NULL);

  return PRIVATE (self)->business;
}

/**
 * bw_live_view_set_business:
 * @self: a view
 * @business: (nullable): whose figures to show
 */
void
bw_live_view_set_business (BwLiveView *self, BwBusiness *business)
{
  BwLiveViewPrivate *priv;

  g_return_if_fail (BW_IS_LIVE_VIEW (self));

  priv = PRIVATE (self);
  if (priv->business == business)
    return;

  unfollow (self);
  g_set_object (&priv->business, business);
  priv->serial++;
  priv->asking = FALSE;
  priv->loaded = FALSE;
  priv->outdated = FALSE;
  priv->asked_at = 0;
  g_clear_error (&priv->error);
  if (BW_LIVE_VIEW_GET_CLASS (self)->forget != NULL)
    BW_LIVE_VIEW_GET_CLASS (self)->forget (self);
  if (business != NULL)
    follow (self);

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSINESS]);
  update_page (self);
  start (self);
}

/**
 * bw_live_view_get_narrow:
 * @self: a view
 *
 * Returns: whether there is room for one column only
 */
gboolean
bw_live_view_get_narrow (BwLiveView *self)
{
  g_return_val_if_fail (BW_IS_LIVE_VIEW (self), FALSE);

  return PRIVATE (self)->narrow;
}

/**
 * bw_live_view_set_interval:
 * @self: a view
 * @seconds: how often to ask though nothing happened, for what no event tells; 0 for never
 */
void
bw_live_view_set_interval (BwLiveView *self, guint seconds)
{
  g_return_if_fail (BW_IS_LIVE_VIEW (self));

  PRIVATE (self)->interval = seconds;
  update_interval (self);
}

/**
 * bw_live_view_set_empty:
 * @self: a view
 * @empty: whether the answer holds nothing to show
 */
void
bw_live_view_set_empty (BwLiveView *self, gboolean empty)
{
  g_return_if_fail (BW_IS_LIVE_VIEW (self));

  PRIVATE (self)->empty = empty;
  update_page (self);
}

/**
 * bw_live_view_reload:
 * @self: a view
 *
 * Asks the server at once, for what is to be shown is another; an answer to what was asked before
 * no longer counts.
 */
void
bw_live_view_reload (BwLiveView *self)
{
  g_return_if_fail (BW_IS_LIVE_VIEW (self));

  PRIVATE (self)->outdated = TRUE;
  if (is_at_work (self))
    ask (self);
}

/**
 * bw_live_view_toast:
 * @self: a view
 * @text: what to say for a moment
 */
void
bw_live_view_toast (BwLiveView *self, const char *text)
{
  g_return_if_fail (BW_IS_LIVE_VIEW (self));

  bw_toast_say (PRIVATE (self)->toasts, text);
}
