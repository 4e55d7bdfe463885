/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-auth.h"

#include <string.h>

#include "bw-error.h"
#include "bw-password.h"
#include "bw-router.h"
#include "bw-routes.h"
#include "bw-server.h"
#include "bw-token.h"

#define MAX_LOGIN 200

static GBytes *
get_token_hash (BwRequest *request)
{
  const char *value = request->headers[BW_HEADER_AUTHORIZATION];

  if (value == NULL || g_ascii_strncasecmp (value, "Bearer ", strlen ("Bearer ")) != 0)
    return NULL;
  return bw_token_hash (value + strlen ("Bearer "));
}

/* Permissions that any one of is enough, as the first one's name. */
static gboolean
check_permission (BwRequest *request, BwPermissions needs, GError **error)
{
  BwPermissions first = needs & -needs;

  if (needs == 0 || (request->viewer.permissions & needs) != 0)
    return TRUE;
  return bw_request_need (request, first, error);
}

static void
store_seen (gpointer data)
{
  bw_session_cache_store_seen (data);
}

/* Storing it is work for another thread: nobody waits for it. */
static void
note_seen (BwRequest *request, gint64 business)
{
  BwSessionCache *sessions = bw_server_get_sessions (request->server);

  if (bw_session_cache_note_seen (sessions, request->sign_in, business))
    bw_pool_push (bw_server_get_pool (request->server), store_seen, sessions);
}

/**
 * bw_auth_check:
 * @request: a request with its route
 * @error: set to %BW_ERROR_UNAUTHORIZED, %BW_ERROR_FORBIDDEN, or %BW_ERROR_NOT_FOUND for a business
 *   that who asks is no member of: for them it does not exist
 *
 * Finds out who asks, and whether the route is open to them. A public route is, even when the token
 * is not valid. May query the store.
 *
 * Returns: whether the handler may be called
 */
gboolean
bw_auth_check (BwRequest *request, GError **error)
{
  g_autoptr (GBytes) hash = get_token_hash (request);
  g_autoptr (GError) local_error = NULL;

  g_clear_pointer (&request->sign_in, bw_cached_session_unref);
  if (hash != NULL)
    request->sign_in
      = bw_session_cache_find (bw_server_get_sessions (request->server), hash, &local_error);
  if ((request->route->flags & BW_ROUTE_PUBLIC) != 0)
    return TRUE;
  if (request->sign_in == NULL)
    {
      if (local_error != NULL)
        g_propagate_error (error, g_steal_pointer (&local_error));
      else
        bw_set_error (error, BW_ERROR_UNAUTHORIZED,
                      "Sign in first, and send the token: Authorization: Bearer bw_…");
      return FALSE;
    }
  if (!bw_route_is_inside_business (request->route))
    {
      note_seen (request, 0);
      return TRUE;
    }
  if (!bw_cached_session_find (request->sign_in, request->parameters[0], &request->viewer))
    {
      bw_set_error (error, BW_ERROR_NOT_FOUND, "There is no business “%.64s”.",
                    request->parameters[0]);
      return FALSE;
    }
  note_seen (request, request->viewer.business);
  return check_permission (request, request->route->needs, error);
}

static BwReply *
refuse_throttled (guint seconds)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *retry_after = g_strdup_printf ("%u", seconds);
  BwReply *reply;

  bw_set_error (&error, BW_ERROR_TOO_MANY,
                "Too many wrong passwords came for this user or from this address. Try again in %u "
                "seconds.", seconds);
  reply = bw_reply_new_problem (error);
  bw_reply_add_header (reply, "Retry-After", retry_after);
  return reply;
}

static BwReply *
answer_signed_in (const char *token, const BwSession *session)
{
  BwJsonWriter *writer = bw_json_writer_new ();

  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_string (writer, "token", token);
  bw_json_writer_time (writer, "expires_at", session->expires_at);
  bw_json_writer_begin_object (writer, "user");
  bw_json_writer_int (writer, "id", session->me->user_id);
  bw_json_writer_string (writer, "name", session->me->name);
  bw_json_writer_string (writer, "login", session->me->login);
  bw_json_writer_end_object (writer);
  bw_json_writer_end_object (writer);
  return bw_reply_new_json (201, writer);
}

static BwReply *
make_session (BwRequest *request, gint64 account, const char *password_hash, GError **error)
{
  BwStore *store = bw_server_get_store (request->server);
  gint64 days = bw_server_get_options (request->server)->session_days;
  g_autofree char *token = bw_token_new ();
  g_autoptr (GBytes) hash = bw_token_hash (token);
  g_autoptr (BwSession) session = NULL;

  if (!bw_store_sign_in (store, hash, account, password_hash, bw_time_now () + days * BW_TIME_DAY,
                         error))
    return NULL;
  session = bw_store_find_session (store, hash, error);
  return session != NULL ? answer_signed_in (token, session) : NULL;
}

/* Takes as long whether there is such an account or not. */
static gboolean
check_password (BwRequest *request, const char *login, const char *password, gint64 *account,
                char **hash, GError **error)
{
  if (!bw_store_find_account (bw_server_get_store (request->server), login, account, hash, error))
    return FALSE;
  if (bw_password_verify (*hash, password))
    return TRUE;
  bw_set_error (error, BW_ERROR_UNAUTHORIZED, "Wrong user name or password.");
  return FALSE;
}

static gboolean
read_credentials (BwRequest *request, char **login, char **password, GError **error)
{
  static const char *const members[] = { "user", "password", NULL };
  g_autoptr (BwJsonReader) reader = bw_request_read_json (request, error);

  if (reader == NULL)
    return FALSE;
  bw_json_reader_only (reader, members);
  *login = g_strdup (bw_json_reader_need_string (reader, "user", MAX_LOGIN));
  *password = g_strdup (bw_json_reader_need_string (reader, "password", BW_PASSWORD_MAX));
  return bw_json_reader_finish (reader, error);
}

/** bw_route_sign_in: POST /v1/sessions */
BwReply *
bw_route_sign_in (BwRequest *request, GError **error)
{
  BwThrottle *logins = bw_server_get_login_throttle (request->server);
  BwThrottle *addresses = bw_server_get_address_throttle (request->server);
  g_autofree char *address = bw_request_get_address (request);
  g_autofree char *login = NULL;
  g_autofree char *password = NULL;
  g_autofree char *hash = NULL;
  g_autoptr (GError) local_error = NULL;
  gint64 now = g_get_monotonic_time ();
  gint64 account = 0;
  guint held;

  if (!read_credentials (request, &login, &password, error))
    return NULL;
  held = MAX (bw_throttle_check (logins, login, now), bw_throttle_check (addresses, address, now));
  if (held > 0)
    return refuse_throttled (held);
  if (check_password (request, login, password, &account, &hash, &local_error))
    {
      bw_throttle_forget (logins, login);
      return make_session (request, account, hash, error);
    }
  if (g_error_matches (local_error, BW_ERROR, BW_ERROR_UNAUTHORIZED))
    {
      bw_throttle_failed (logins, login, now);
      bw_throttle_failed (addresses, address, now);
      g_message ("A sign-in from %s failed", address);
    }
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

/** bw_route_sign_out: DELETE /v1/sessions/current */
BwReply *
bw_route_sign_out (BwRequest *request, GError **error)
{
  if (!bw_store_remove_session (bw_server_get_store (request->server), request->sign_in->token_hash,
                                error))
    return NULL;
  return bw_reply_new (204);
}

/** bw_route_get_me: GET /v1/me */
BwReply *
bw_route_get_me (BwRequest *request, GError **error)
{
  BwJsonWriter *writer = bw_json_writer_new ();

  bw_json_writer_begin_object (writer, NULL);
  bw_me_write_members (request->sign_in->session->me, writer);
  bw_json_writer_end_object (writer);
  return bw_reply_new_json (200, writer);
}

static gboolean
read_passwords (BwRequest *request, char **old_password, char **new_password, GError **error)
{
  static const char *const members[] = { "old", "new", NULL };
  g_autoptr (BwJsonReader) reader = bw_request_read_json (request, error);

  if (reader == NULL)
    return FALSE;
  bw_json_reader_only (reader, members);
  *old_password = g_strdup (bw_json_reader_need_string (reader, "old", BW_PASSWORD_MAX));
  *new_password = g_strdup (bw_json_reader_need_string (reader, "new", BW_PASSWORD_MAX));
  return bw_json_reader_finish (reader, error)
         && bw_password_check_strength (*new_password, "new", error);
}

/* Whoever has somebody's token may not find out their password by trying. */
static gboolean
check_old_password (BwRequest *request, const char *password, char **hash, GError **error)
{
  BwThrottle *logins = bw_server_get_login_throttle (request->server);
  const char *login = request->sign_in->session->me->login;
  gint64 account;

  if (!bw_store_find_account (bw_server_get_store (request->server), login, &account, hash, error))
    return FALSE;
  if (bw_password_verify (*hash, password))
    {
      bw_throttle_forget (logins, login);
      return TRUE;
    }
  bw_throttle_failed (logins, login, g_get_monotonic_time ());
  bw_set_error_field (error, BW_ERROR_FORBIDDEN, "old",
                      "The old password is not right, so it stays as it is.");
  return FALSE;
}

/** bw_route_change_password: PUT /v1/me/password */
BwReply *
bw_route_change_password (BwRequest *request, GError **error)
{
  const BwCachedSession *sign_in = request->sign_in;
  guint held = bw_throttle_check (bw_server_get_login_throttle (request->server),
                                  sign_in->session->me->login, g_get_monotonic_time ());
  g_autofree char *old_password = NULL;
  g_autofree char *new_password = NULL;
  g_autofree char *old_hash = NULL;
  g_autofree char *new_hash = NULL;

  if (sign_in->session->kind != BW_ACCOUNT_PERSON)
    {
      bw_set_error (error, BW_ERROR_CONFLICT,
                    "A program has no password. Its token can be renewed instead.");
      return NULL;
    }
  if (!read_passwords (request, &old_password, &new_password, error))
    return NULL;
  if (held > 0)
    return refuse_throttled (held);
  if (!check_old_password (request, old_password, &old_hash, error))
    return NULL;
  new_hash = bw_password_hash (new_password, error);
  if (new_hash == NULL
      || !bw_store_change_password (bw_server_get_store (request->server), sign_in->session->user,
                                    old_hash, new_hash, sign_in->token_hash, error))
    return NULL;
  return bw_reply_new (204);
}
