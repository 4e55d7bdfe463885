/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ways into a session: by the user's name and password, by what the keyring keeps, by a server
 * of the user's own; and the way out.
 */
#include "bw-config.h"

#include "bw-session-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bw-client-error.h"
#include "bw-fiber.h"
#include "bw-keyring.h"
#include "bw-list-cache.h"

/* How long to wait before a server that can't be reached is tried again; doubled each time. In
 * milliseconds. */
#define FIRST_RETRY 1000
#define MAX_RETRY 16000

/* A way in: what was asked for. */
typedef struct
{
  BwSession *session;
  guint round;
  gboolean by_user;
  gboolean remember;
  char *server;
  char *user;
  char *password;
} Entry;

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  if (entry->by_user)
    bw_session_add_busy (entry->session, -1);
  if (entry->password != NULL)
    explicit_bzero (entry->password, strlen (entry->password));
  g_free (entry->password);
  g_free (entry->user);
  g_free (entry->server);
  g_object_unref (entry->session);
  g_free (entry);
}

static Entry *
entry_new (BwSession *self, gboolean by_user)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->session = g_object_ref (self);
  entry->by_user = by_user;
  if (by_user)
    {
      bw_session_add_busy (self, 1);
      bw_session_set_restoring (self, FALSE);
      bw_session_take_error (self, NULL);
    }
  entry->round = ++self->round;
  bw_session_retry (self);

  return entry;
}

/* Whether the user has begun another way in meanwhile. */
static gboolean
is_past (Entry *entry)
{
  return entry->session->round != entry->round;
}

static DexFuture *
fail (Entry *entry, GError *error)
{
  if (!is_past (entry))
    {
      bw_session_set_restoring (entry->session, FALSE);
      bw_session_take_error (entry->session, g_error_copy (error));
    }

  return dex_future_new_for_error (error);
}

static DexFuture *
succeed (Entry *entry, BwConnection *connection, BwLocalServer *local)
{
  BwSession *self = entry->session;

  if (is_past (entry))
    return dex_future_new_reject (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Another sign-in was begun");

  g_set_object (&self->local, local);
  bw_session_take_error (self, NULL);
  bw_session_set_restoring (self, FALSE);
  bw_session_set_connection (self, connection, entry->user);

  return dex_future_new_true ();
}

/* A bare name is meant as https, as in a browser: passwords don't go over plain HTTP by accident. On
 * this computer there is nobody between. */
static char *
complete_address (const char *text)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  g_autofree char *guess = g_strconcat ("http://", stripped, NULL);
  g_autoptr (GUri) uri = g_uri_parse (guess, G_URI_FLAGS_NONE, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;

  if (strstr (stripped, "://") != NULL)
    return g_steal_pointer (&stripped);
  if (g_strcmp0 (host, "localhost") == 0 || g_strcmp0 (host, "127.0.0.1") == 0 || g_strcmp0 (host, "::1") == 0)
    return g_steal_pointer (&guess);

  return g_strconcat ("https://", stripped, NULL);
}

static BwConnection *
new_connection (BwSession *self, const char *address)
{
  g_autoptr (BwConnection) connection = bw_connection_new (address);
  g_autofree char *fingerprint
    = bw_known_servers_dup_fingerprint (self->servers, bw_connection_get_url (connection));

  if (fingerprint != NULL)
    bw_connection_set_trusted_certificate (connection, fingerprint);
  g_set_object (&self->trying, connection);

  return g_steal_pointer (&connection);
}

/* The keyring may first ask the user for its own password: nothing waits for that. */
static void
keep (Entry *entry, BwConnection *connection)
{
  dex_future_disown (bw_keyring_store (bw_connection_get_url (connection), entry->user,
                                       bw_connection_get_token (connection)));
}

static DexFuture *
sign_in_fiber (gpointer data)
{
  Entry *entry = data;
  BwSession *self = entry->session;
  g_autofree char *address = complete_address (entry->server);
  g_autoptr (BwConnection) connection = new_connection (self, address);
  const char *url = bw_connection_get_url (connection);
  GError *error = NULL;

  if (!dex_await (bw_connection_sign_in (connection, entry->user, entry->password), &error))
    return fail (entry, error);

  if (entry->remember && !is_past (entry))
    {
      bw_known_servers_set_current (self->servers, url, entry->user);
      keep (entry, connection);
      bw_list_cache_enable (connection, entry->user);
    }

  return succeed (entry, connection, NULL);
}

static DexFuture *
sign_in_again_fiber (gpointer data)
{
  Entry *entry = data;
  BwSession *self = entry->session;
  g_autoptr (BwConnection) connection = g_object_ref (self->connection);
  GError *error = NULL;

  if (!dex_await (bw_connection_sign_in (connection, entry->user, entry->password), &error))
    return dex_future_new_for_error (error);

  if (self->connection == connection)
    bw_session_set_lapsed (self, FALSE);
  if (self->local == NULL)
    keep (entry, connection);

  return dex_future_new_true ();
}

static DexFuture *
this_computer_fiber (gpointer data)
{
  Entry *entry = data;
  BwSession *self = entry->session;
  g_autoptr (BwLocalServer) local = bw_local_server_new ();
  g_autoptr (BwConnection) connection = NULL;
  g_autofree char *address = NULL;
  GError *error = NULL;

  address = dex_await_string (bw_local_server_start (local, bw_known_servers_get_port (self->servers)), &error);
  if (address == NULL)
    return fail (entry, error);

  connection = new_connection (self, address);
  g_set_str (&entry->user, bw_local_server_get_user (local));
  if (!dex_await (bw_connection_sign_in (connection, entry->user,
                                         bw_local_server_get_password (local)),
                  &error))
    return fail (entry, error);

  if (!is_past (entry))
    {
      bw_known_servers_set_current (self->servers, BW_THIS_COMPUTER, entry->user);
      bw_known_servers_set_port (self->servers, bw_local_server_get_port (local));
    }

  return succeed (entry, connection, local);
}

static void
await_retry (BwSession *self, guint milliseconds)
{
  dex_clear (&self->retry);
  self->retry = dex_promise_new ();
  dex_await (dex_future_first (dex_ref (DEX_FUTURE (self->retry)), dex_timeout_new_msec ((int) milliseconds), NULL),
             NULL);
}

/* Shows what was known the last time while the server can't be reached. */
static void
show_last_known (Entry *entry, BwConnection *connection)
{
  BwSession *self = entry->session;
  g_autoptr (BwMe) me = NULL;

  if (self->connection == connection)
    return;

  bw_list_cache_enable (connection, entry->user);
  me = dex_await_boxed (bw_list_cache_load_me (connection), NULL);
  if (me == NULL || is_past (entry) || bw_connection_get_state (connection) != BW_CONNECTION_STATE_OFFLINE)
    return;

  bw_connection_assume_me (connection, me);
  bw_session_set_connection (self, connection, entry->user);
}

/* Goes on trying while the server can't be reached and the user has nothing better to do. */
static DexFuture *
restore_fiber (gpointer data)
{
  Entry *entry = data;
  BwSession *self = entry->session;
  g_autoptr (BwConnection) connection = NULL;
  g_autofree char *token = dex_await_string (bw_keyring_lookup (entry->server, entry->user), NULL);
  guint wait = FIRST_RETRY;
  GError *error = NULL;

  if (token == NULL || is_past (entry))
    {
      if (!is_past (entry))
        bw_session_set_restoring (self, FALSE);
      return dex_future_new_reject (BW_ERROR, BW_ERROR_UNAUTHORIZED, _("Nobody is signed in."));
    }

  connection = new_connection (self, entry->server);
  bw_connection_set_token (connection, token);
  while (!dex_await (bw_connection_refresh_me (connection), &error))
    {
      if (is_past (entry) || !bw_client_error_is_transient (error))
        return fail (entry, error);

      bw_session_take_error (self, g_steal_pointer (&error));
      show_last_known (entry, connection);
      await_retry (self, wait);
      wait = MIN (2 * wait, MAX_RETRY);
      if (is_past (entry))
        return dex_future_new_reject (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Another sign-in was begun");
    }

  if (!is_past (entry))
    bw_list_cache_enable (connection, entry->user);

  return succeed (entry, connection, NULL);
}

static DexFuture *
sign_out_fiber (gpointer data)
{
  Entry *entry = data;
  BwSession *self = entry->session;
  g_autoptr (BwConnection) connection = self->connection != NULL ? g_object_ref (self->connection) : NULL;
  g_autoptr (BwLocalServer) local = g_steal_pointer (&self->local);

  if (connection == NULL)
    return dex_future_new_true ();

  bw_list_cache_clear (connection);
  bw_session_set_connection (self, NULL, NULL);
  if (local != NULL)
    bw_known_servers_unset_current (self->servers);
  else
    dex_await (bw_keyring_clear (bw_connection_get_url (connection), entry->user), NULL);
  dex_await (bw_connection_sign_out (connection), NULL);

  return dex_future_new_true ();
}

/**
 * bw_session_sign_in:
 * @self: a session
 * @server: the server's address; without a scheme, https is meant
 * @user: a user name
 * @password: the password
 * @remember: whether to keep the sign-in in the keyring, for the next start
 *
 * Returns: (transfer full): a future of %TRUE, or rejected with what went wrong
 */
DexFuture *
bw_session_sign_in (BwSession *self, const char *server, const char *user, const char *password, gboolean remember)
{
  Entry *entry;

  dex_return_error_if_fail (BW_IS_SESSION (self));

  entry = entry_new (self, TRUE);
  entry->server = g_strdup (server);
  entry->user = g_strdup (user);
  entry->password = g_strdup (password);
  entry->remember = remember;

  return bw_fiber_spawn (sign_in_fiber, entry, entry_free);
}

/**
 * bw_session_sign_in_again:
 * @self: a session whose sign-in has lapsed
 * @password: of the user who was signed in
 *
 * Goes on with the same connection, and with everything that follows it.
 *
 * Returns: (transfer full): a future of %TRUE, or rejected with what went wrong
 */
DexFuture *
bw_session_sign_in_again (BwSession *self, const char *password)
{
  Entry *entry;

  dex_return_error_if_fail (BW_IS_SESSION (self));
  dex_return_error_if_fail (self->connection != NULL);

  entry = entry_new (self, TRUE);
  entry->user = g_strdup (self->user);
  entry->password = g_strdup (password);

  return bw_fiber_spawn (sign_in_again_fiber, entry, entry_free);
}

/**
 * bw_session_use_this_computer:
 * @self: a session
 *
 * Starts a server of the user's own, and signs in to it; at the next start as well.
 *
 * Returns: (transfer full): a future of %TRUE, or rejected with what went wrong
 */
DexFuture *
bw_session_use_this_computer (BwSession *self)
{
  dex_return_error_if_fail (BW_IS_SESSION (self));

  return bw_fiber_spawn (this_computer_fiber, entry_new (self, TRUE), entry_free);
}

/**
 * bw_session_open:
 * @self: a session
 * @server: the address of a server that the user has signed in to before
 *
 * Signs in there with what the keyring keeps. Goes on trying while the server can't be reached.
 *
 * Returns: (transfer full): a future of %TRUE, or rejected with why not
 */
DexFuture *
bw_session_open (BwSession *self, const char *server)
{
  Entry *entry;

  dex_return_error_if_fail (BW_IS_SESSION (self));

  entry = entry_new (self, FALSE);
  entry->server = g_strdup (server);
  entry->user = bw_known_servers_dup_user (self->servers, server);
  bw_session_take_error (self, NULL);
  bw_session_set_restoring (self, TRUE);
  if (g_str_equal (server, BW_THIS_COMPUTER))
    return bw_fiber_spawn (this_computer_fiber, entry, entry_free);

  return bw_fiber_spawn (restore_fiber, entry, entry_free);
}

/**
 * bw_session_restore:
 * @self: a session
 *
 * Signs in where the user was signed in the last time.
 *
 * Returns: (transfer full): a future of %TRUE, or rejected with why not
 */
DexFuture *
bw_session_restore (BwSession *self)
{
  g_autofree char *server = NULL;

  dex_return_error_if_fail (BW_IS_SESSION (self));

  server = bw_known_servers_dup_current (self->servers);
  if (server == NULL)
    return dex_future_new_reject (BW_ERROR, BW_ERROR_UNAUTHORIZED, _("Nobody is signed in."));

  return bw_session_open (self, server);
}

/**
 * bw_session_sign_out:
 * @self: a session
 *
 * Ends the sign-in here, on the server and in the keyring.
 *
 * Returns: (transfer full): a future of %TRUE
 */
DexFuture *
bw_session_sign_out (BwSession *self)
{
  Entry *entry;

  dex_return_error_if_fail (BW_IS_SESSION (self));

  entry = entry_new (self, FALSE);
  entry->user = g_strdup (self->user);

  return bw_fiber_spawn (sign_out_fiber, entry, entry_free);
}
