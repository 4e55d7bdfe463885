/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a paged list is to others: the list model, its properties, and how it follows the server.
 */
#include "bw-paged-list-private.h"

/* At most some ten updates a second: more can't be read, but cost frames. */
#define FLUSH_INTERVAL (100 * G_TIME_SPAN_MILLISECOND)

enum
{
  PROP_0,
  PROP_BUSINESS,
  PROP_N_ITEMS,
  PROP_LOADING,
  PROP_LOADED,
  PROP_ERROR,
  PROP_STALE,
  PROP_TOTAL_IS_EXACT,
  PROP_IS_LIVE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_ABSTRACT_TYPE_WITH_CODE (BwPagedList,
                                  bw_paged_list,
                                  G_TYPE_OBJECT,
                                  G_ADD_PRIVATE (BwPagedList)
                                      G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                             list_model_iface_init))

static GType
get_item_type (GListModel *model)
{
  return BW_PAGED_LIST_GET_CLASS (model)->entry_type;
}

static guint
get_n_items (GListModel *model)
{
  return bw_paged_list_get_private (BW_PAGED_LIST (model))->n_items;
}

static gpointer
get_item (GListModel *model, guint position)
{
  BwPagedEntry *entry = bw_paged_list_get_entry (BW_PAGED_LIST (model), position);

  return entry != NULL ? g_object_ref (entry) : NULL;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
row_kept_cb (gpointer row, gpointer user_data)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (BW_PAGED_LIST (user_data));
  gint64 id = bw_paged_entry_get_id (row);

  if (id != 0)
    g_hash_table_insert (priv->ids, g_memdup2 (&id, sizeof id), row);
}

static void
row_dropped_cb (gpointer row, gpointer user_data)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (BW_PAGED_LIST (user_data));
  gint64 id = bw_paged_entry_get_id (row);

  if (id != 0 && g_hash_table_lookup (priv->ids, &id) == row)
    g_hash_table_remove (priv->ids, &id);
}

static gboolean
is_live (BwPagedListPrivate *priv)
{
  return priv->stream != NULL
         && bw_event_stream_get_state (priv->stream) == BW_EVENT_STREAM_STATE_LIVE;
}

static gboolean
is_stale (BwPagedListPrivate *priv)
{
  BwConnection *connection = bw_business_get_connection (priv->business);

  if (!priv->loaded)
    return FALSE;
  if (bw_connection_get_state (connection) == BW_CONNECTION_STATE_OFFLINE)
    return TRUE;
  return bw_event_stream_get_state (priv->stream) == BW_EVENT_STREAM_STATE_WAITING
         && !bw_event_stream_get_polling (priv->stream);
}

/**
 * bw_paged_list_update_stale:
 * @self: a list
 *
 * Looks whether the rows are as of now.
 */
void
bw_paged_list_update_stale (BwPagedList *self)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);
  gboolean stale = is_stale (priv);

  if (priv->stale == stale)
    return;
  priv->stale = stale;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STALE]);
}

/**
 * bw_paged_list_flush:
 * @self: a list
 *
 * Applies the events that have come.
 */
void
bw_paged_list_flush (BwPagedList *self)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);
  g_autoptr (GPtrArray) events = NULL;

  g_clear_handle_id (&priv->flush_source, g_source_remove);
  if (priv->queue->len == 0)
    return;
  events = g_steal_pointer (&priv->queue);
  priv->flushed_at = g_get_monotonic_time ();
  priv->queue = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_event_unref);
  /* What comes before the first page is part of it, or is applied with it. */
  if (!priv->starting)
    BW_PAGED_LIST_GET_CLASS (self)->apply_events (self, events);
}

static gboolean
flush_cb (gpointer user_data)
{
  bw_paged_list_get_private (BW_PAGED_LIST (user_data))->flush_source = 0;
  bw_paged_list_flush (BW_PAGED_LIST (user_data));
  return G_SOURCE_REMOVE;
}

static void
event_cb (BwEventStream *stream, BwEvent *event, gpointer user_data)
{
  BwPagedList *self = BW_PAGED_LIST (user_data);
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);
  gint64 wait;

  priv->outdated |= priv->resting;
  if (priv->resting)
    return;
  for (guint i = 0; i < priv->requests->len; i++)
    {
      BwPagedRequest *request = g_ptr_array_index (priv->requests, i);

      g_ptr_array_add (request->events, bw_event_ref (event));
    }
  g_ptr_array_add (priv->queue, bw_event_ref (event));
  if (priv->flush_source != 0)
    return;
  wait = priv->flushed_at + FLUSH_INTERVAL - g_get_monotonic_time ();
  priv->flush_source = g_timeout_add (wait > 0 ? (guint) (wait / 1000) + 1 : 0, flush_cb, self);
}

/* Something may have changed of which no event tells. */
static void
catch_up (BwPagedList *self)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);

  priv->outdated |= priv->resting;
  if (!priv->resting)
    bw_paged_list_reconcile (self);
}

static void
stream_state_cb (BwPagedList *self)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);

  /* Letting go of the last of a business in dispose() stops its stream. */
  if (priv->stream == NULL || priv->business == NULL)
    return;

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_LIVE]);
  bw_paged_list_update_stale (self);
  if (is_live (priv))
    bw_paged_list_release (self);
  /* After a gap, or without a revision to begin with, news may come in an order, or not at all,
   * that does not tell where rows belong that are not loaded. */
  if (is_live (priv) && (priv->was_away || priv->revision < 0))
    catch_up (self);
  priv->was_away = bw_event_stream_get_state (priv->stream) == BW_EVENT_STREAM_STATE_WAITING
                   || (priv->was_away && !is_live (priv));
}

static void
connection_state_cb (BwPagedList *self)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);
  BwConnectionState state = bw_connection_get_state (bw_business_get_connection (priv->business));

  bw_paged_list_update_stale (self);
  if (state == BW_CONNECTION_STATE_ONLINE || state == BW_CONNECTION_STATE_CONNECTING)
    bw_paged_list_release (self);
}

static void
bw_paged_list_constructed (GObject *object)
{
  BwPagedList *self = BW_PAGED_LIST (object);
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);

  G_OBJECT_CLASS (bw_paged_list_parent_class)->constructed (object);
  g_return_if_fail (priv->business != NULL);
  priv->page_size = BW_PAGED_LIST_GET_CLASS (self)->page_size;
  priv->stream = g_object_ref (bw_business_get_event_stream (priv->business));
  g_signal_connect_object (priv->stream, "event", G_CALLBACK (event_cb), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (priv->stream, "poll", G_CALLBACK (catch_up), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (priv->stream, "notify::state", G_CALLBACK (stream_state_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (priv->business, "notify::permissions",
                           G_CALLBACK (bw_paged_list_refresh), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (bw_business_get_connection (priv->business), "notify::state",
                           G_CALLBACK (connection_state_cb), self, G_CONNECT_SWAPPED);
}

static void
bw_paged_list_dispose (GObject *object)
{
  BwPagedList *self = BW_PAGED_LIST (object);
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);

  bw_paged_list_cancel_all (self);
  g_clear_handle_id (&priv->dispatch_source, g_source_remove);
  g_clear_handle_id (&priv->retry_source, g_source_remove);
  g_clear_handle_id (&priv->reconcile_source, g_source_remove);
  g_clear_handle_id (&priv->flush_source, g_source_remove);
  g_clear_object (&priv->stream);
  g_clear_object (&priv->business);
  G_OBJECT_CLASS (bw_paged_list_parent_class)->dispose (object);
}

static void
bw_paged_list_finalize (GObject *object)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (BW_PAGED_LIST (object));

  g_clear_pointer (&priv->map, bw_row_map_free);
  g_clear_pointer (&priv->ids, g_hash_table_unref);
  g_clear_pointer (&priv->requests, g_ptr_array_unref);
  g_clear_pointer (&priv->queue, g_ptr_array_unref);
  g_clear_error (&priv->error);
  G_OBJECT_CLASS (bw_paged_list_parent_class)->finalize (object);
}

static void
bw_paged_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (BW_PAGED_LIST (object));

  switch (id)
    {
    case PROP_BUSINESS:
      g_value_set_object (value, priv->business);
      break;
    case PROP_N_ITEMS:
      g_value_set_uint (value, priv->n_items);
      break;
    case PROP_LOADING:
      g_value_set_boolean (value, priv->loading);
      break;
    case PROP_LOADED:
      g_value_set_boolean (value, priv->loaded);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, priv->error);
      break;
    case PROP_STALE:
      g_value_set_boolean (value, priv->stale);
      break;
    case PROP_TOTAL_IS_EXACT:
      g_value_set_boolean (value, priv->total_is_exact);
      break;
    case PROP_IS_LIVE:
      g_value_set_boolean (value, is_live (priv));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_paged_list_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (BW_PAGED_LIST (object));

  switch (id)
    {
    case PROP_BUSINESS:
      priv->business = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_paged_list_class_init (BwPagedListClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->constructed = bw_paged_list_constructed;
  object_class->dispose = bw_paged_list_dispose;
  object_class->finalize = bw_paged_list_finalize;
  object_class->get_property = bw_paged_list_get_property;
  object_class->set_property = bw_paged_list_set_property;

  properties[PROP_BUSINESS] =
      g_param_spec_object ("business", NULL, NULL, BW_TYPE_BUSINESS,
                           G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_N_ITEMS] = g_param_spec_uint ("n-items", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE, flags);
  properties[PROP_LOADED] = g_param_spec_boolean ("loaded", NULL, NULL, FALSE, flags);
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  properties[PROP_STALE] = g_param_spec_boolean ("stale", NULL, NULL, FALSE, flags);
  properties[PROP_TOTAL_IS_EXACT] =
      g_param_spec_boolean ("total-is-exact", NULL, NULL, TRUE, flags);
  properties[PROP_IS_LIVE] = g_param_spec_boolean ("is-live", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
bw_paged_list_init (BwPagedList *self)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);

  priv->map = bw_row_map_new (row_kept_cb, row_dropped_cb, self);
  priv->ids = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  priv->requests = g_ptr_array_new ();
  priv->queue = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_event_unref);
  priv->starting = TRUE;
  priv->revision = -1;
  priv->total_is_exact = TRUE;
}

/**
 * bw_paged_list_get_private:
 * @self: a list
 *
 * Returns: (transfer none): its private part, for the files of this class
 */
BwPagedListPrivate *
bw_paged_list_get_private (BwPagedList *self)
{
  return bw_paged_list_get_instance_private (self);
}

/**
 * bw_paged_list_emit:
 * @self: a list
 * @position: where
 * @removed: how many rows went
 * @added: how many came
 *
 * Tells of a change that has been made.
 */
void
bw_paged_list_emit (BwPagedList *self, guint position, guint removed, guint added)
{
  if (removed == 0 && added == 0)
    return;
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
  if (removed != added)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_ITEMS]);
}

/**
 * bw_paged_list_set_loading:
 * @self: a list
 * @loading: whether something that was asked for is not here yet
 *
 * Sets the property.
 */
void
bw_paged_list_set_loading (BwPagedList *self, gboolean loading)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);

  if (priv->loading == loading)
    return;
  priv->loading = loading;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADING]);
}

/**
 * bw_paged_list_set_loaded:
 * @self: a list
 * @loaded: whether a page of what is meant now has come
 *
 * Sets the property.
 */
void
bw_paged_list_set_loaded (BwPagedList *self, gboolean loaded)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);

  if (priv->loaded == loaded)
    return;
  priv->loaded = loaded;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADED]);
}

/**
 * bw_paged_list_take_error:
 * @self: a list
 * @error: (nullable) (transfer full): why the last page could not be loaded
 *
 * Sets the property.
 */
void
bw_paged_list_take_error (BwPagedList *self, GError *error)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);

  if (priv->error == NULL && error == NULL)
    return;
  g_clear_error (&priv->error);
  priv->error = error;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
}

/**
 * bw_paged_list_get_business:
 * @self: a list
 *
 * Returns: (transfer none): whose rows it shows
 */
BwBusiness *
bw_paged_list_get_business (BwPagedList *self)
{
  return bw_paged_list_get_private (self)->business;
}

/**
 * bw_paged_list_get_loading:
 * @self: a list
 *
 * Returns: %TRUE while something that was asked for is not here yet
 */
gboolean
bw_paged_list_get_loading (BwPagedList *self)
{
  g_return_val_if_fail (BW_IS_PAGED_LIST (self), FALSE);

  return bw_paged_list_get_private (self)->loading;
}

/**
 * bw_paged_list_get_loaded:
 * @self: a list
 *
 * Returns: %TRUE once a page of what the list is set to show has come; until then it holds the rows
 *   of before
 */
gboolean
bw_paged_list_get_loaded (BwPagedList *self)
{
  g_return_val_if_fail (BW_IS_PAGED_LIST (self), FALSE);

  return bw_paged_list_get_private (self)->loaded;
}

/**
 * bw_paged_list_get_error:
 * @self: a list
 *
 * Returns: (transfer none) (nullable): why the last page could not be loaded; %NULL when it could
 */
const GError *
bw_paged_list_get_error (BwPagedList *self)
{
  g_return_val_if_fail (BW_IS_PAGED_LIST (self), NULL);

  return bw_paged_list_get_private (self)->error;
}

/**
 * bw_paged_list_get_stale:
 * @self: a list
 *
 * Returns: %TRUE if the server is away, so that the rows are the last known ones
 */
gboolean
bw_paged_list_get_stale (BwPagedList *self)
{
  g_return_val_if_fail (BW_IS_PAGED_LIST (self), FALSE);

  return bw_paged_list_get_private (self)->stale;
}

/**
 * bw_paged_list_get_n_loaded:
 * @self: a list
 *
 * Returns: how many rows are in memory, placeholders included
 */
guint
bw_paged_list_get_n_loaded (BwPagedList *self)
{
  g_return_val_if_fail (BW_IS_PAGED_LIST (self), 0);

  return bw_row_map_count (bw_paged_list_get_private (self)->map);
}

/**
 * bw_paged_list_foreach:
 * @self: a list
 * @func: what to call; it must not change the list
 * @user_data: its last argument
 *
 * Goes through the rows that are loaded, in their order, and loads none.
 */
void
bw_paged_list_foreach (BwPagedList *self, BwPagedRowFunc func, gpointer user_data)
{
  BwPagedListPrivate *priv;

  g_return_if_fail (BW_IS_PAGED_LIST (self));

  priv = bw_paged_list_get_private (self);
  for (guint i = 0; i < priv->map->spans->len; i++)
    {
      const BwRowSpan *span = g_ptr_array_index (priv->map->spans, i);

      for (guint j = 0; j < span->slots->len; j++)
        {
          BwPagedEntry *entry = g_ptr_array_index (span->slots, j);

          if (entry != NULL && bw_paged_entry_is_loaded (entry))
            func (entry, span->start + j, user_data);
        }
    }
}

/**
 * bw_paged_list_peek:
 * @self: a list
 * @position: a row's position
 *
 * Looks at a row without loading it, as g_list_model_get_item() would.
 *
 * Returns: (transfer none) (nullable): its entry, if it is loaded
 */
BwPagedEntry *
bw_paged_list_peek (BwPagedList *self, guint position)
{
  BwPagedListPrivate *priv;
  BwPagedEntry *entry;

  g_return_val_if_fail (BW_IS_PAGED_LIST (self), NULL);

  priv = bw_paged_list_get_private (self);
  entry = position < priv->n_items ? bw_row_map_get (priv->map, position) : NULL;

  return entry != NULL && bw_paged_entry_is_loaded (entry) ? entry : NULL;
}
