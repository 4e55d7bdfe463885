/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-pause-list.h"

#define KEY "bw-pause-list"

struct _BwPauseEntry
{
  GObject parent_instance;

  BwPause *pause;
};

struct _BwPauseList
{
  GObject parent_instance;

  BwBusiness *business; /* weak: it owns the list */
  GListStore *entries;
  gboolean loading;
  gboolean outdated; /* something happened since the request under way was sent */
  gboolean loaded;
  GError *error;
};

enum
{
  PROP_0,
  PROP_N_ITEMS,
  PROP_LOADED,
  PROP_ERROR,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE (BwPauseEntry, bw_pause_entry, G_TYPE_OBJECT)
G_DEFINE_FINAL_TYPE_WITH_CODE (BwPauseList,
                               bw_pause_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

/* A row */

static void
bw_pause_entry_finalize (GObject *object)
{
  bw_pause_free (BW_PAUSE_ENTRY (object)->pause);

  G_OBJECT_CLASS (bw_pause_entry_parent_class)->finalize (object);
}

static void
bw_pause_entry_class_init (BwPauseEntryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bw_pause_entry_finalize;
}

static void
bw_pause_entry_init (BwPauseEntry *self)
{
}

/**
 * bw_pause_entry_get_pause:
 * @self: a row
 *
 * Returns: (transfer none): the pause
 */
const BwPause *
bw_pause_entry_get_pause (BwPauseEntry *self)
{
  g_return_val_if_fail (BW_IS_PAUSE_ENTRY (self), NULL);

  return self->pause;
}

/* The list */

static GType
get_item_type (GListModel *model)
{
  return BW_TYPE_PAUSE_ENTRY;
}

static guint
get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (BW_PAUSE_LIST (model)->entries));
}

static gpointer
get_item (GListModel *model, guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (BW_PAUSE_LIST (model)->entries), position);
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
items_changed_cb (BwPauseList *self, guint position, guint removed, guint added)
{
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
  if (removed != added)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_ITEMS]);
}

/* Takes out what ended and adds what is new: pauses are in the order of their ids, and never
 * change. */
static void
take_pauses (BwPauseList *self, GPtrArray *pauses)
{
  GListModel *model = G_LIST_MODEL (self->entries);
  guint position = 0;

  for (guint i = 0; i < pauses->len; i++)
    {
      const BwPause *pause = g_ptr_array_index (pauses, i);
      g_autoptr (BwPauseEntry) entry = NULL;

      while ((entry = g_list_model_get_item (model, position)) != NULL && entry->pause->id < pause->id)
        {
          g_list_store_remove (self->entries, position);
          g_clear_object (&entry);
        }
      if (entry == NULL || entry->pause->id != pause->id)
        {
          g_autoptr (BwPauseEntry) fresh = g_object_new (BW_TYPE_PAUSE_ENTRY, NULL);

          fresh->pause = bw_pause_copy (pause);
          g_list_store_insert (self->entries, position, fresh);
        }
      position++;
    }
  if (position < g_list_model_get_n_items (model))
    g_list_store_splice (self->entries, position, g_list_model_get_n_items (model) - position, NULL,
                         0);
}

static void
take_error (BwPauseList *self, GError *error)
{
  if (self->error == NULL && error == NULL)
    return;
  g_clear_error (&self->error);
  self->error = error;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
}

static DexFuture *
loaded_cb (DexFuture *future, gpointer user_data)
{
  g_autoptr (BwPauseList) self = g_weak_ref_get (user_data);
  g_autoptr (GError) error = NULL;
  const GValue *value = dex_future_get_value (future, &error);

  if (self == NULL)
    return NULL;
  self->loading = FALSE;
  if (value != NULL)
    take_pauses (self, g_value_get_boxed (value));
  take_error (self, g_steal_pointer (&error));
  if (value != NULL && !self->loaded)
    {
      self->loaded = TRUE;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADED]);
    }
  if (self->outdated)
    bw_pause_list_refresh (self);
  return NULL;
}

static void
weak_ref_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

static void
event_cb (BwPauseList *self, BwEvent *event)
{
  if (event->kind == BW_EVENT_PAUSES || event->kind == BW_EVENT_RIGHTS
      || event->kind == BW_EVENT_RESET)
    bw_pause_list_refresh (self);
}

/* What happened before the stream was open is not told by it. */
static void
stream_state_cb (BwPauseList *self, GParamSpec *pspec, BwEventStream *stream)
{
  if (bw_event_stream_get_state (stream) == BW_EVENT_STREAM_STATE_LIVE)
    bw_pause_list_refresh (self);
}

static void
connection_state_cb (BwPauseList *self, GParamSpec *pspec, BwConnection *connection)
{
  if (self->error != NULL && bw_connection_get_state (connection) == BW_CONNECTION_STATE_ONLINE)
    bw_pause_list_refresh (self);
}

static void
bw_pause_list_dispose (GObject *object)
{
  BwPauseList *self = BW_PAUSE_LIST (object);

  g_clear_weak_pointer (&self->business);
  G_OBJECT_CLASS (bw_pause_list_parent_class)->dispose (object);
}

static void
bw_pause_list_finalize (GObject *object)
{
  BwPauseList *self = BW_PAUSE_LIST (object);

  g_clear_object (&self->entries);
  g_clear_error (&self->error);
  G_OBJECT_CLASS (bw_pause_list_parent_class)->finalize (object);
}

static void
bw_pause_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BwPauseList *self = BW_PAUSE_LIST (object);

  switch (id)
    {
    case PROP_N_ITEMS:
      g_value_set_uint (value, get_n_items (G_LIST_MODEL (self)));
      break;
    case PROP_LOADED:
      g_value_set_boolean (value, self->loaded);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_pause_list_class_init (BwPauseListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = bw_pause_list_dispose;
  object_class->finalize = bw_pause_list_finalize;
  object_class->get_property = bw_pause_list_get_property;

  properties[PROP_N_ITEMS] = g_param_spec_uint ("n-items", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_LOADED] = g_param_spec_boolean ("loaded", NULL, NULL, FALSE, flags);
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
bw_pause_list_init (BwPauseList *self)
{
  self->entries = g_list_store_new (BW_TYPE_PAUSE_ENTRY);
  g_signal_connect_object (self->entries, "items-changed", G_CALLBACK (items_changed_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
follow (BwPauseList *self)
{
  BwEventStream *stream = bw_business_get_event_stream (self->business);

  g_signal_connect_object (stream, "event", G_CALLBACK (event_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (stream, "poll", G_CALLBACK (bw_pause_list_refresh), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (stream, "notify::state", G_CALLBACK (stream_state_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (bw_business_get_connection (self->business), "notify::state",
                           G_CALLBACK (connection_state_cb), self, G_CONNECT_SWAPPED);
}

/**
 * bw_pause_list_get:
 * @business: a business
 *
 * There is one list for a business, made and loaded when it is first asked for.
 *
 * Returns: (transfer none): its standing pauses, owned by @business
 */
BwPauseList *
bw_pause_list_get (BwBusiness *business)
{
  BwPauseList *self;

  g_return_val_if_fail (BW_IS_BUSINESS (business), NULL);

  self = g_object_get_data (G_OBJECT (business), KEY);
  if (self != NULL)
    return self;

  self = g_object_new (BW_TYPE_PAUSE_LIST, NULL);
  g_set_weak_pointer (&self->business, business);
  g_object_set_data_full (G_OBJECT (business), KEY, self, g_object_unref);
  follow (self);
  bw_pause_list_refresh (self);
  return self;
}

/**
 * bw_pause_list_get_loaded:
 * @self: a list
 *
 * Returns: whether the pauses have been read at least once
 */
gboolean
bw_pause_list_get_loaded (BwPauseList *self)
{
  g_return_val_if_fail (BW_IS_PAUSE_LIST (self), FALSE);

  return self->loaded;
}

/**
 * bw_pause_list_get_error:
 * @self: a list
 *
 * Returns: (transfer none) (nullable): why they could not be read the last time
 */
const GError *
bw_pause_list_get_error (BwPauseList *self)
{
  g_return_val_if_fail (BW_IS_PAUSE_LIST (self), NULL);

  return self->error;
}

/**
 * bw_pause_list_refresh:
 * @self: a list
 *
 * Asks the server again; also after an error, to try again.
 */
void
bw_pause_list_refresh (BwPauseList *self)
{
  GWeakRef *weak;

  g_return_if_fail (BW_IS_PAUSE_LIST (self));

  self->outdated = self->loading;
  if (self->loading || self->business == NULL || bw_business_get_connection (self->business) == NULL)
    return;
  self->loading = TRUE;
  weak = g_new0 (GWeakRef, 1);
  g_weak_ref_init (weak, self);
  dex_future_disown (dex_future_finally (bw_business_list_pauses (self->business), loaded_cb, weak,
                                         weak_ref_free));
}

typedef gboolean (*MatchFunc) (const BwPause *pause, gconstpointer what);

static const BwPause *
find (BwPauseList *self, MatchFunc func, gconstpointer what)
{
  guint n = get_n_items (G_LIST_MODEL (self));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (BwPauseEntry) entry = get_item (G_LIST_MODEL (self), i);

      if (func (entry->pause, what))
        return entry->pause;
    }
  return NULL;
}

static gboolean
has_id (const BwPause *pause, gconstpointer id)
{
  return pause->id == *(const gint64 *) id;
}

static gboolean
is_for_user (const BwPause *pause, gconstpointer user)
{
  return pause->user_id != 0 && pause->user_id == *(const gint64 *) user;
}

static gboolean
is_for_type (const BwPause *pause, gconstpointer type)
{
  return pause->type != NULL && g_strcmp0 (pause->type, type) == 0;
}

static gboolean
is_for_all (const BwPause *pause, gconstpointer nothing)
{
  return pause->all;
}

/**
 * bw_pause_list_find:
 * @self: a list
 * @id: a pause's id
 *
 * Returns: (transfer none) (nullable): the pause, if it stands
 */
const BwPause *
bw_pause_list_find (BwPauseList *self, gint64 id)
{
  g_return_val_if_fail (BW_IS_PAUSE_LIST (self), NULL);

  return find (self, has_id, &id);
}

/**
 * bw_pause_list_find_for_user:
 * @self: a list
 * @user: a user's id
 *
 * Returns: (transfer none) (nullable): what holds back this user's jobs
 */
const BwPause *
bw_pause_list_find_for_user (BwPauseList *self, gint64 user)
{
  g_return_val_if_fail (BW_IS_PAUSE_LIST (self), NULL);

  return find (self, is_for_user, &user);
}

/**
 * bw_pause_list_find_for_type:
 * @self: a list
 * @type: a job type
 *
 * Returns: (transfer none) (nullable): what holds back jobs of this type
 */
const BwPause *
bw_pause_list_find_for_type (BwPauseList *self, const char *type)
{
  g_return_val_if_fail (BW_IS_PAUSE_LIST (self), NULL);

  return find (self, is_for_type, type);
}

/**
 * bw_pause_list_find_for_all:
 * @self: a list
 *
 * Returns: (transfer none) (nullable): what holds back all jobs of the business
 */
const BwPause *
bw_pause_list_find_for_all (BwPauseList *self)
{
  g_return_val_if_fail (BW_IS_PAUSE_LIST (self), NULL);

  return find (self, is_for_all, NULL);
}
