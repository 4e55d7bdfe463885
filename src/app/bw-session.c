/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-session-private.h"

enum
{
  PROP_0,
  PROP_CONNECTION,
  PROP_BUSY,
  PROP_RESTORING,
  PROP_LAPSED,
  PROP_ERROR,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BwSession, bw_session, G_TYPE_OBJECT)

static void
notify (BwSession *self, guint property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
set_flag (BwSession *self, gboolean *flag, gboolean value, guint property)
{
  if (*flag == value)
    return;

  *flag = value;
  notify (self, property);
}

static void
sign_in_needed_cb (BwSession *self)
{
  /* The password of this computer's own server is known: nobody has to be asked. */
  if (self->local != NULL)
    dex_future_disown (bw_session_sign_in_again (self, bw_local_server_get_password (self->local)));
  else
    bw_session_set_lapsed (self, TRUE);
}

static void
network_changed_cb (BwSession *self, gboolean available)
{
  if (available)
    bw_session_retry (self);
}

static void
bw_session_finalize (GObject *object)
{
  BwSession *self = BW_SESSION (object);

  g_clear_object (&self->connection);
  g_clear_pointer (&self->user, g_free);
  g_clear_object (&self->trying);
  g_clear_object (&self->local);
  g_clear_pointer (&self->servers, bw_known_servers_free);
  g_clear_error (&self->error);
  dex_clear (&self->retry);

  G_OBJECT_CLASS (bw_session_parent_class)->finalize (object);
}

static void
bw_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BwSession *self = BW_SESSION (object);

  switch (id)
    {
    case PROP_CONNECTION:
      g_value_set_object (value, self->connection);
      break;
    case PROP_BUSY:
      g_value_set_boolean (value, self->busy > 0);
      break;
    case PROP_RESTORING:
      g_value_set_boolean (value, self->restoring);
      break;
    case PROP_LAPSED:
      g_value_set_boolean (value, self->lapsed);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_session_class_init (BwSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = bw_session_finalize;
  object_class->get_property = bw_session_get_property;

  properties[PROP_CONNECTION] = g_param_spec_object ("connection", NULL, NULL, BW_TYPE_CONNECTION, flags);
  properties[PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE, flags);
  properties[PROP_RESTORING] = g_param_spec_boolean ("restoring", NULL, NULL, FALSE, flags);
  properties[PROP_LAPSED] = g_param_spec_boolean ("lapsed", NULL, NULL, FALSE, flags);
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
bw_session_init (BwSession *self)
{
  self->servers = bw_known_servers_new ();
  g_signal_connect_object (g_network_monitor_get_default (), "network-changed", G_CALLBACK (network_changed_cb), self,
                           G_CONNECT_SWAPPED);
}

/**
 * bw_session_new:
 *
 * Returns: (transfer full): a session that nobody is signed in to
 */
BwSession *
bw_session_new (void)
{
  return g_object_new (BW_TYPE_SESSION, NULL);
}

/**
 * bw_session_get_connection:
 * @self: a session
 *
 * Returns: (transfer none) (nullable): the connection in use
 */
BwConnection *
bw_session_get_connection (BwSession *self)
{
  g_return_val_if_fail (BW_IS_SESSION (self), NULL);

  return self->connection;
}

/**
 * bw_session_get_busy:
 * @self: a session
 *
 * Returns: whether a sign-in that the user asked for is under way
 */
gboolean
bw_session_get_busy (BwSession *self)
{
  g_return_val_if_fail (BW_IS_SESSION (self), FALSE);

  return self->busy > 0;
}

/**
 * bw_session_get_restoring:
 * @self: a session
 *
 * Returns: whether the sign-in of the last time is being taken up
 */
gboolean
bw_session_get_restoring (BwSession *self)
{
  g_return_val_if_fail (BW_IS_SESSION (self), FALSE);

  return self->restoring;
}

/**
 * bw_session_get_lapsed:
 * @self: a session
 *
 * Returns: whether the user has to sign in again for the connection to go on
 */
gboolean
bw_session_get_lapsed (BwSession *self)
{
  g_return_val_if_fail (BW_IS_SESSION (self), FALSE);

  return self->lapsed;
}

/**
 * bw_session_get_error:
 * @self: a session
 *
 * Returns: (transfer none) (nullable): why the last try to sign in failed
 */
const GError *
bw_session_get_error (BwSession *self)
{
  g_return_val_if_fail (BW_IS_SESSION (self), NULL);

  return self->error;
}

/**
 * bw_session_get_user:
 * @self: a session
 *
 * Returns: (transfer none) (nullable): the login name of who is signed in to the connection in use
 */
const char *
bw_session_get_user (BwSession *self)
{
  g_return_val_if_fail (BW_IS_SESSION (self), NULL);

  return self->user;
}

/**
 * bw_session_is_on_this_computer:
 * @self: a session
 *
 * Returns: whether the connection in use is to a server of the user's own, which knows the user
 *   without a password
 */
gboolean
bw_session_is_on_this_computer (BwSession *self)
{
  g_return_val_if_fail (BW_IS_SESSION (self), FALSE);

  return self->local != NULL;
}

/**
 * bw_session_dup_server:
 * @self: a session
 *
 * Returns: (transfer full) (nullable): the address that the user gave the last time
 */
char *
bw_session_dup_server (BwSession *self)
{
  g_autofree char *server = NULL;

  g_return_val_if_fail (BW_IS_SESSION (self), NULL);

  server = bw_known_servers_dup_current (self->servers);

  return g_strcmp0 (server, BW_THIS_COMPUTER) != 0 ? g_steal_pointer (&server) : NULL;
}

/**
 * bw_session_dup_user:
 * @self: a session
 *
 * Returns: (transfer full) (nullable): the user who signed in the last time
 */
char *
bw_session_dup_user (BwSession *self)
{
  g_autofree char *server = bw_session_dup_server (self);

  return server != NULL ? bw_known_servers_dup_user (self->servers, server) : NULL;
}

/**
 * bw_session_list_servers:
 * @self: a session
 *
 * Returns: (transfer full): the addresses of all servers that the user has signed in to
 */
char **
bw_session_list_servers (BwSession *self)
{
  g_return_val_if_fail (BW_IS_SESSION (self), NULL);

  return bw_known_servers_list (self->servers);
}

/**
 * bw_session_dup_user_at:
 * @self: a session
 * @server: an address
 *
 * Returns: (transfer full) (nullable): the user who signed in there the last time
 */
char *
bw_session_dup_user_at (BwSession *self, const char *server)
{
  g_return_val_if_fail (BW_IS_SESSION (self), NULL);

  return bw_known_servers_dup_user (self->servers, server);
}

/**
 * bw_session_get_refused_certificate:
 * @self: a session whose last try failed with %BW_CLIENT_ERROR_CERTIFICATE
 * @reasons: (out): what is wrong with it
 *
 * Returns: (transfer none) (nullable): the certificate that the server showed
 */
GTlsCertificate *
bw_session_get_refused_certificate (BwSession *self, GTlsCertificateFlags *reasons)
{
  g_return_val_if_fail (BW_IS_SESSION (self), NULL);

  return self->trying != NULL ? bw_connection_get_refused_certificate (self->trying, reasons) : NULL;
}

/**
 * bw_session_trust:
 * @self: a session whose last try failed with %BW_CLIENT_ERROR_CERTIFICATE
 * @fingerprint: of the certificate that the user decided to trust
 *
 * Trusts that one certificate of that one server from now on.
 */
void
bw_session_trust (BwSession *self, const char *fingerprint)
{
  g_return_if_fail (BW_IS_SESSION (self));
  g_return_if_fail (self->trying != NULL);

  bw_known_servers_set_fingerprint (self->servers, bw_connection_get_url (self->trying), fingerprint);
}

/**
 * bw_session_retry:
 * @self: a session
 *
 * Tries at once again to reach a server that is being waited for.
 */
void
bw_session_retry (BwSession *self)
{
  g_autoptr (DexPromise) retry = NULL;

  g_return_if_fail (BW_IS_SESSION (self));

  retry = g_steal_pointer (&self->retry);
  if (retry != NULL && dex_future_is_pending (DEX_FUTURE (retry)))
    dex_promise_resolve_boolean (retry, TRUE);
}

/**
 * bw_session_leave:
 * @self: a session
 *
 * Lets go of the server in use, or of the one being waited for, so that the user can choose another.
 * The sign-in there is kept.
 */
void
bw_session_leave (BwSession *self)
{
  g_return_if_fail (BW_IS_SESSION (self));

  self->round++;
  bw_session_retry (self);
  g_clear_object (&self->local);
  bw_session_take_error (self, NULL);
  bw_session_set_restoring (self, FALSE);
  bw_session_set_connection (self, NULL, NULL);
}

/**
 * bw_session_add_busy:
 * @self: a session
 * @n: 1 when a sign-in by the user begins, -1 when it ends
 */
void
bw_session_add_busy (BwSession *self, int n)
{
  self->busy = (guint) ((int) self->busy + n);
  notify (self, PROP_BUSY);
}

/** bw_session_set_restoring: @self: a session; @restoring: whether it is being taken up */
void
bw_session_set_restoring (BwSession *self, gboolean restoring)
{
  set_flag (self, &self->restoring, restoring, PROP_RESTORING);
}

/** bw_session_set_lapsed: @self: a session; @lapsed: whether the user has to sign in again */
void
bw_session_set_lapsed (BwSession *self, gboolean lapsed)
{
  set_flag (self, &self->lapsed, lapsed, PROP_LAPSED);
}

/**
 * bw_session_take_error:
 * @self: a session
 * @error: (transfer full) (nullable): why the last try failed; %NULL when it didn't
 */
void
bw_session_take_error (BwSession *self, GError *error)
{
  if (error == NULL && self->error == NULL)
    return;

  g_clear_error (&self->error);
  self->error = error;
  notify (self, PROP_ERROR);
}

/**
 * bw_session_set_connection:
 * @self: a session
 * @connection: (nullable): a connection that is signed in
 * @user: (nullable): by whom
 *
 * Makes it the one in use. Windows follow.
 */
void
bw_session_set_connection (BwSession *self, BwConnection *connection, const char *user)
{
  if (self->connection == connection)
    return;

  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_func (self->connection, sign_in_needed_cb, self);
  g_set_object (&self->connection, connection);
  g_set_str (&self->user, user);
  if (connection != NULL)
    g_signal_connect_object (connection, "sign-in-needed", G_CALLBACK (sign_in_needed_cb), self, G_CONNECT_SWAPPED);
  bw_session_set_lapsed (self, FALSE);
  notify (self, PROP_CONNECTION);
}
