/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-connection-private.h"

#include <string.h>

#include "bw-config.h"

#include <glib/gi18n-lib.h>

#include "bw-client-read.h"
#include "bw-dex.h"
#include "bw-json-writer.h"

typedef struct
{
  BwTask task;
  BwConnection *connection;
  char *user;
  char *password;
} SignIn;

static void
sign_in_free (gpointer data)
{
  SignIn *sign_in = data;

  g_clear_object (&sign_in->connection);
  g_free (sign_in->user);
  /* g_free alone would leave it to whoever gets the memory next. */
  explicit_bzero (sign_in->password, strlen (sign_in->password));
  g_free (sign_in->password);
  g_free (sign_in);
}

static DexFuture *
learn_me_cb (DexFuture *future, gpointer user_data)
{
  const GValue *value = dex_future_get_value (future, NULL);

  bw_connection_set_me (BW_CONNECTION (user_data), g_value_get_boxed (value));
  return dex_ref (future);
}

static GBytes *
write_sign_in (const SignIn *sign_in)
{
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();

  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_string (writer, "user", sign_in->user);
  bw_json_writer_string (writer, "password", sign_in->password);
  bw_json_writer_end_object (writer);
  return bw_json_writer_free_to_bytes (g_steal_pointer (&writer));
}

static DexFuture *
ask_for_token (BwConnection *self, GBytes *body)
{
  return bw_connection_call (
      self, g_strdup_printf (_ ("Could not sign in to %s"), bw_connection_get_url (self)), "POST",
      "/v1/sessions", body, G_TYPE_STRV, bw_read_token);
}

static DexFuture *
sign_in_fiber (gpointer data)
{
  SignIn *sign_in = data;
  BwConnection *self = sign_in->connection;
  g_autoptr (GBytes) body = write_sign_in (sign_in);
  g_auto (GStrv) token = NULL;
  GError *error = NULL;
  BwMe *me;

  /* An old token has no business in a new sign-in. */
  bw_connection_set_token (self, NULL);
  token = dex_await_boxed (bw_dex_within (&sign_in->task, ask_for_token (self, body), 0), &error);
  if (token == NULL)
    return dex_future_new_for_error (error);
  bw_connection_set_token (self, token[0]);
  me = dex_await_boxed (bw_dex_within (&sign_in->task, bw_connection_refresh_me (self), 0), &error);
  if (me == NULL)
    return dex_future_new_for_error (error);
  return dex_future_new_take_boxed (BW_TYPE_ME, me);
}

/**
 * bw_connection_sign_in:
 * @self: a connection
 * @user: the login name
 * @password: the password; it is not kept
 *
 * Signs in and asks who that is and where.
 *
 * Returns: (transfer full): resolves to a BwMe; rejects with %BW_ERROR_UNAUTHORIZED for a wrong
 * name or password, %BW_ERROR_TOO_MANY after too many of them, %BW_CLIENT_ERROR_CERTIFICATE
 */
DexFuture *
bw_connection_sign_in (BwConnection *self, const char *user, const char *password)
{
  SignIn *sign_in;

  dex_return_error_if_fail (BW_IS_CONNECTION (self));
  dex_return_error_if_fail (user != NULL && password != NULL);

  sign_in = g_new0 (SignIn, 1);
  sign_in->connection = g_object_ref (self);
  sign_in->user = g_strdup (user);
  sign_in->password = g_strdup (password);
  return bw_dex_spawn (sign_in_fiber, sign_in, sign_in_free);
}

/**
 * bw_connection_sign_out:
 * @self: a connection
 *
 * Forgets the token at once and tells the server that it is no longer valid.
 *
 * Returns: (transfer full): resolves to %TRUE when the server knows
 */
DexFuture *
bw_connection_sign_out (BwConnection *self)
{
  DexFuture *told;

  dex_return_error_if_fail (BW_IS_CONNECTION (self));

  if (bw_connection_get_token (self) == NULL)
    return dex_future_new_true ();
  told = bw_connection_call (
      self, g_strdup_printf (_ ("Could not sign out of %s"), bw_connection_get_url (self)),
      "DELETE", "/v1/sessions/current", NULL, G_TYPE_NONE, NULL);
  bw_connection_set_token (self, NULL);
  return told;
}

/**
 * bw_connection_refresh_me:
 * @self: a connection
 *
 * Asks who is signed in and with which rights; "me" follows.
 *
 * Returns: (transfer full): resolves to a BwMe
 */
DexFuture *
bw_connection_refresh_me (BwConnection *self)
{
  DexFuture *me;

  dex_return_error_if_fail (BW_IS_CONNECTION (self));

  me = bw_connection_call (
      self, g_strdup_printf (_ ("Could not sign in to %s"), bw_connection_get_url (self)), "GET",
      "/v1/me", NULL, BW_TYPE_ME, bw_read_me);
  return dex_future_then (me, learn_me_cb, g_object_ref (self), g_object_unref);
}

/**
 * bw_connection_assume_me:
 * @self: a connection that has a token, and whose server can't be reached
 * @me: who that was, and where, when the server last answered
 *
 * Lets what was known be shown until the server says how it is.
 */
void
bw_connection_assume_me (BwConnection *self, BwMe *me)
{
  g_return_if_fail (BW_IS_CONNECTION (self));

  if (bw_connection_get_me (self) == NULL)
    bw_connection_set_me (self, me);
}
