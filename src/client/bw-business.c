/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-business.h"

struct _BwBusiness
{
  GObject parent_instance;

  BwConnection *connection;
  char *id;
  char *name;
  char *role;
  char *role_name;
  BwPermissions permissions;
  BwEventStream *stream;
  gboolean was_live; /* the stream has been live before */
};

enum
{
  PROP_0,
  PROP_CONNECTION,
  PROP_ID,
  PROP_NAME,
  PROP_ROLE,
  PROP_ROLE_NAME,
  PROP_PERMISSIONS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BwBusiness, bw_business, G_TYPE_OBJECT)

/* While signed out nothing new is known, so what was known stays. */
static void
learn_membership (BwBusiness *self)
{
  BwMe *me = bw_connection_get_me (self->connection);
  const BwMembership *membership = me != NULL ? bw_me_find (me, self->id) : NULL;
  BwPermissions permissions = membership != NULL ? membership->permissions : 0;

  if (me == NULL)
    return;
  g_object_freeze_notify (G_OBJECT (self));
  if (membership != NULL && g_set_str (&self->name, membership->name))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NAME]);
  if (self->permissions != permissions)
    {
      self->permissions = permissions;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PERMISSIONS]);
    }
  if (g_set_str (&self->role, membership != NULL ? membership->role : NULL))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ROLE]);
  if (g_set_str (&self->role_name, membership != NULL ? membership->role_name : NULL))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ROLE_NAME]);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
event_cb (BwEventStream *stream, BwEvent *event, gpointer user_data)
{
  BwBusiness *self = BW_BUSINESS (user_data);

  /* Why it fails, if it does, is the connection's to say. */
  if (event->kind == BW_EVENT_RIGHTS)
    dex_future_disown (bw_connection_refresh_me (self->connection));
}

/* Changes of rights are no revisions: what changed while nobody listened is not told afterwards. */
static void
stream_state_cb (BwBusiness *self)
{
  if (bw_event_stream_get_state (self->stream) != BW_EVENT_STREAM_STATE_LIVE)
    return;

  if (self->was_live)
    dex_future_disown (bw_connection_refresh_me (self->connection));
  self->was_live = TRUE;
}

/* The businesses of a connection that somebody holds, by their ids. */
static GHashTable *
get_known (BwConnection *connection)
{
  static const char key[] = "bw-businesses";
  GHashTable *known = g_object_get_data (G_OBJECT (connection), key);

  if (known == NULL)
    {
      known = g_hash_table_new (g_str_hash, g_str_equal);
      g_object_set_data_full (G_OBJECT (connection), key, known,
                              (GDestroyNotify) g_hash_table_unref);
    }
  return known;
}

static void
bw_business_constructed (GObject *object)
{
  BwBusiness *self = BW_BUSINESS (object);

  G_OBJECT_CLASS (bw_business_parent_class)->constructed (object);
  self->stream = bw_event_stream_new (self->connection, self->id);
  g_signal_connect_object (self->stream, "event", G_CALLBACK (event_cb), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (self->stream, "notify::state", G_CALLBACK (stream_state_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->connection, "notify::me", G_CALLBACK (learn_membership), self,
                           G_CONNECT_SWAPPED);
  learn_membership (self);
}

static void
bw_business_dispose (GObject *object)
{
  BwBusiness *self = BW_BUSINESS (object);

  if (self->connection != NULL
      && g_hash_table_lookup (get_known (self->connection), self->id) == self)
    g_hash_table_remove (get_known (self->connection), self->id);
  if (self->stream != NULL)
    bw_event_stream_stop (self->stream);
  g_clear_object (&self->stream);
  g_clear_object (&self->connection);
  G_OBJECT_CLASS (bw_business_parent_class)->dispose (object);
}

static void
bw_business_finalize (GObject *object)
{
  BwBusiness *self = BW_BUSINESS (object);

  g_free (self->id);
  g_free (self->name);
  g_free (self->role);
  g_free (self->role_name);
  G_OBJECT_CLASS (bw_business_parent_class)->finalize (object);
}

static void
bw_business_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BwBusiness *self = BW_BUSINESS (object);

  switch (id)
    {
    case PROP_CONNECTION:
      g_value_set_object (value, self->connection);
      break;
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_NAME:
      g_value_set_string (value, bw_business_get_name (self));
      break;
    case PROP_ROLE:
      g_value_set_string (value, self->role);
      break;
    case PROP_ROLE_NAME:
      g_value_set_string (value, self->role_name);
      break;
    case PROP_PERMISSIONS:
      g_value_set_uint (value, self->permissions);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_business_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  BwBusiness *self = BW_BUSINESS (object);

  switch (id)
    {
    case PROP_CONNECTION:
      self->connection = g_value_dup_object (value);
      break;
    case PROP_ID:
      self->id = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_business_class_init (BwBusinessClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GParamFlags readable = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GParamFlags construct = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->constructed = bw_business_constructed;
  object_class->dispose = bw_business_dispose;
  object_class->finalize = bw_business_finalize;
  object_class->get_property = bw_business_get_property;
  object_class->set_property = bw_business_set_property;

  properties[PROP_CONNECTION] =
      g_param_spec_object ("connection", NULL, NULL, BW_TYPE_CONNECTION, construct);
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, construct);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, readable);
  properties[PROP_ROLE] = g_param_spec_string ("role", NULL, NULL, NULL, readable);
  properties[PROP_ROLE_NAME] = g_param_spec_string ("role-name", NULL, NULL, NULL, readable);
  properties[PROP_PERMISSIONS] =
      g_param_spec_uint ("permissions", NULL, NULL, 0, BW_PERMISSIONS_ALL, 0, readable);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
bw_business_init (BwBusiness *self)
{
}

/**
 * bw_business_new:
 * @connection: how to reach the server
 * @id: the short name in paths
 *
 * One business as the user of @connection sees it. Keep one object for a business: its event stream
 * is shared by all lists that are made of it.
 *
 * Returns: (transfer full): the business
 */
BwBusiness *
bw_business_new (BwConnection *connection, const char *id)
{
  return g_object_new (BW_TYPE_BUSINESS, "connection", connection, "id", id, NULL);
}

/**
 * bw_business_obtain:
 * @connection: how to reach the server
 * @id: the short name in paths
 *
 * The one object of a business that all who ask for it share, and with it its event stream. It is
 * made for the first who asks, and goes with the last who lets go of it.
 *
 * Returns: (transfer full): the business
 */
BwBusiness *
bw_business_obtain (BwConnection *connection, const char *id)
{
  BwBusiness *business;

  g_return_val_if_fail (BW_IS_CONNECTION (connection), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  business = g_hash_table_lookup (get_known (connection), id);
  if (business != NULL)
    return g_object_ref (business);

  business = bw_business_new (connection, id);
  g_hash_table_insert (get_known (connection), business->id, business);
  return business;
}

/**
 * bw_business_get_connection:
 * @self: a business
 *
 * Returns: (transfer none): how the server is reached
 */
BwConnection *
bw_business_get_connection (BwBusiness *self)
{
  g_return_val_if_fail (BW_IS_BUSINESS (self), NULL);

  return self->connection;
}

/**
 * bw_business_get_id:
 * @self: a business
 *
 * Returns: (transfer none): its short name in paths
 */
const char *
bw_business_get_id (BwBusiness *self)
{
  g_return_val_if_fail (BW_IS_BUSINESS (self), NULL);

  return self->id;
}

/**
 * bw_business_get_name:
 * @self: a business
 *
 * Returns: (transfer none): its name for people; its short name until that is known
 */
const char *
bw_business_get_name (BwBusiness *self)
{
  g_return_val_if_fail (BW_IS_BUSINESS (self), NULL);

  return self->name != NULL ? self->name : self->id;
}

/**
 * bw_business_get_permissions:
 * @self: a business
 *
 * Returns: what the user may do in it; nothing until the user is known
 */
BwPermissions
bw_business_get_permissions (BwBusiness *self)
{
  g_return_val_if_fail (BW_IS_BUSINESS (self), 0);

  return self->permissions;
}

/**
 * bw_business_may:
 * @self: a business
 * @permissions: one or more
 *
 * Returns: %TRUE if the user has all of them
 */
gboolean
bw_business_may (BwBusiness *self, BwPermissions permissions)
{
  return (bw_business_get_permissions (self) & permissions) == permissions;
}

/**
 * bw_business_get_event_stream:
 * @self: a business
 *
 * Returns: (transfer none): the business's events; the first list to be loaded starts it
 */
BwEventStream *
bw_business_get_event_stream (BwBusiness *self)
{
  g_return_val_if_fail (BW_IS_BUSINESS (self), NULL);

  return self->stream;
}
