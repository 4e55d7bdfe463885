/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-store-private.h"

#include "bw-account.h"
#include "bw-action.h"
#include "bw-error.h"
#include "bw-read.h"
#include "bw-roles.h"

typedef struct
{
  gint64 account;
  GBytes *token_hash;
  BwTime expires_at;
  const char *password_hash; /* nullable: what the account must still have */
} Change;

/* Finding a password right takes long enough for it to be changed meanwhile. */
static gboolean
check_password (const Change *change, BwDb *db, GError **error)
{
  gint64 is_same = 0;

  if (change->password_hash == NULL)
    return TRUE;
  if (!bw_db_get_int (db, &is_same, error,
                      "SELECT 1 FROM account WHERE id = $1 AND password_hash = $2", "is",
                      change->account, change->password_hash))
    return FALSE;
  if (is_same == 0)
    bw_set_error (error, BW_ERROR_UNAUTHORIZED,
                  "The password was changed a moment ago. Sign in with the new one.");
  return is_same != 0;
}

static gboolean
add_session (BwTx *tx, gpointer data, GError **error)
{
  Change *change = data;
  BwDb *db = bw_tx_db (tx);
  gint64 found = 0;

  if (!bw_db_get_int (db, &found, error, "SELECT id FROM account WHERE id = $1", "i",
                      change->account))
    return FALSE;
  if (found == 0)
    {
      bw_set_error (error, BW_ERROR_NOT_FOUND, "There is no such user.");
      return FALSE;
    }
  return check_password (change, db, error)
         && bw_db_exec (db, error,
                        "INSERT INTO session (token_hash, account, created_at, expires_at)"
                        " VALUES ($1, $2, $3, $4)",
                        "biit", change->token_hash, change->account, bw_tx_now (tx),
                        change->expires_at);
}

static gboolean
remove_session (BwTx *tx, gpointer data, GError **error)
{
  Change *change = data;

  bw_tx_rights_changed (tx);
  return bw_db_exec (bw_tx_db (tx), error, "DELETE FROM session WHERE token_hash = $1", "b",
                     change->token_hash);
}

static gboolean
read_businesses (BwSession *session, BwDb *db, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows =
      bw_db_query (db, error,
                   "SELECT b.id, b.slug, b.name, m.added, " BW_ROLE_COLUMNS " FROM membership m"
                   " JOIN business b ON b.id = m.business" BW_ROLE_JOIN
                   " WHERE m.account = $1 ORDER BY b.name, b.id",
                   "i", session->user);

  if (rows == NULL)
    return FALSE;
  while (bw_rows_next (rows, &local))
    {
      gint64 business = bw_rows_int (rows, 0);
      g_auto (BwRoleRow) role = { 0 };

      bw_role_row_read (&role, rows, 4);
      g_array_append_val (session->business_ids, business);
      g_ptr_array_add (
          session->me->businesses,
          bw_membership_new (bw_rows_text (rows, 1), bw_rows_text (rows, 2), role.id, role.name,
                             role.permissions | (BwPermissions) bw_rows_int (rows, 3)));
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

static BwSession *
read_session (BwDb *db, GBytes *token_hash, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BwSession) session = NULL;
  g_autoptr (BwRows) rows =
      bw_db_query (db, error,
                   "SELECT a.id, a.kind, a.login, a.name, s.expires_at FROM session s"
                   " JOIN account a ON a.id = s.account WHERE s.token_hash = $1",
                   "b", token_hash);

  if (rows == NULL)
    return NULL;
  if (!bw_rows_next (rows, &local))
    {
      if (local != NULL)
        g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  session = g_new0 (BwSession, 1);
  session->user = bw_rows_int (rows, 0);
  session->kind = (BwAccountKind) bw_rows_int (rows, 1);
  session->me = bw_me_new (session->user, bw_rows_text (rows, 2), bw_rows_text (rows, 3));
  session->expires_at = bw_rows_time (rows, 4);
  session->business_ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  return read_businesses (session, db, error) ? g_steal_pointer (&session) : NULL;
}

/**
 * bw_session_free:
 * @self: (transfer full) (nullable): a session
 *
 * Frees a session.
 */
void
bw_session_free (BwSession *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->me, bw_me_unref);
  g_clear_pointer (&self->business_ids, g_array_unref);
  g_free (self);
}

/**
 * bw_store_add_session:
 * @self: a store
 * @token_hash: of the token that was given out
 * @account: whose it is
 * @expires_at: when it lapses; %BW_TIME_NONE for never
 * @error: (out) (optional): what went wrong
 *
 * Adds a session, or a token for a program.
 *
 * Returns: whether it was written
 */
gboolean
bw_store_add_session (BwStore *self,
                      GBytes *token_hash,
                      gint64 account,
                      BwTime expires_at,
                      GError **error)
{
  Change change = { .token_hash = token_hash, .account = account, .expires_at = expires_at };

  return bw_store_write (self, add_session, &change, error);
}

/**
 * bw_store_sign_in:
 * @self: a store
 * @token_hash: of the token that is given out
 * @account: a person
 * @password_hash: the hash that the person's password was found right by
 * @expires_at: when the session lapses
 * @error: (out) (optional): %BW_ERROR_UNAUTHORIZED when the password was changed since
 *
 * Adds a session for somebody who knows the password: a change of it ends the sessions that there
 * are, so that one which began with the old password must not come after.
 *
 * Returns: whether it was written
 */
gboolean
bw_store_sign_in (BwStore *self,
                  GBytes *token_hash,
                  gint64 account,
                  const char *password_hash,
                  BwTime expires_at,
                  GError **error)
{
  Change change = { account, token_hash, expires_at, password_hash };

  return bw_store_write (self, add_session, &change, error);
}

/**
 * bw_store_find_session:
 * @self: a store
 * @token_hash: of the token that came with a request
 * @error: (out) (optional): what went wrong
 *
 * Finds who asks, and what they may do where.
 *
 * Returns: (transfer full) (nullable): the session; %BW_ERROR_UNAUTHORIZED where there is none or
 * it has lapsed
 */
BwSession *
bw_store_find_session (BwStore *self, GBytes *token_hash, GError **error)
{
  g_auto (BwReader) reader = bw_reader_begin (self, error);
  g_autoptr (GError) local = NULL;
  g_autoptr (BwSession) session = NULL;

  if (reader.db == NULL)
    return NULL;
  session = read_session (reader.db, token_hash, &local);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  else if (session == NULL
           || (session->expires_at != BW_TIME_NONE && session->expires_at <= bw_store_now (self)))
    bw_set_error (error, BW_ERROR_UNAUTHORIZED,
                  "This sign-in is not valid or has lapsed. Sign in again.");
  else
    return g_steal_pointer (&session);
  return NULL;
}

/**
 * bw_store_remove_session:
 * @self: a store
 * @token_hash: of a token
 * @error: (out) (optional): what went wrong
 *
 * Ends a session. That there is none is no error.
 *
 * Returns: whether it was written
 */
gboolean
bw_store_remove_session (BwStore *self, GBytes *token_hash, GError **error)
{
  Change change = { .token_hash = token_hash };

  return bw_store_write (self, remove_session, &change, error);
}

typedef struct
{
  gint64 account;
  const char *old_hash;
  const char *new_hash;
  GBytes *keep_session;
} PasswordChange;

/* In each of the user's businesses, since it holds for all of them. */
static gboolean
record_password_change (BwTx *tx, gint64 account, gboolean by_user, GError **error)
{
  g_autoptr (GArray) businesses = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GError) local = NULL;
  g_autofree char *name = NULL;
  g_autoptr (BwRows) rows =
      bw_db_query (bw_tx_db (tx), error,
                   "SELECT m.business, a.name FROM membership m JOIN account a ON a.id = m.account"
                   " WHERE m.account = $1",
                   "i", account);

  while (rows != NULL && bw_rows_next (rows, &local))
    {
      gint64 business = bw_rows_int (rows, 0);

      g_array_append_val (businesses, business);
      g_set_str (&name, bw_rows_text (rows, 1));
    }
  if (rows == NULL || !bw_read_finish (g_steal_pointer (&local), error))
    return FALSE;
  for (guint i = 0; i < businesses->len; i++)
    {
      gint64 business = g_array_index (businesses, gint64, i);
      const BwViewer viewer =
          by_user ? (BwViewer) { business, account, name, 0 } : bw_viewer_server (business);
      gint64 revision = bw_tx_next_revision (tx, business, error);

      if (revision == 0
          || !bw_action_add (tx, &viewer, revision, by_user ? "password-change" : "password-set", 0,
                             by_user ? NULL : name, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
change_password (BwTx *tx, gpointer data, GError **error)
{
  PasswordChange *change = data;
  gint64 is_same = 0;

  if (!bw_db_get_int (bw_tx_db (tx), &is_same, error,
                      "SELECT 1 FROM account WHERE id = $1 AND password_hash = $2", "is",
                      change->account, change->old_hash))
    return FALSE;
  if (is_same == 0)
    {
      bw_set_error (
          error, BW_ERROR_CONFLICT,
          "The password was changed by somebody else meanwhile. Try again with that one.");
      return FALSE;
    }
  return bw_account_set_password (tx, change->account, change->new_hash, change->keep_session,
                                  error)
         && record_password_change (tx, change->account, change->keep_session != NULL, error);
}

/**
 * bw_store_change_password:
 * @self: a store
 * @account: a person
 * @old_hash: the hash that the old password was found right by
 * @new_hash: of the new password
 * @keep_session: (nullable): hash of the token of the session that the user changes it in, which
 *   goes on while the others end; %NULL: it is set on the server's command line, and all end
 * @error: (out) (optional): %BW_ERROR_CONFLICT when the password was changed meanwhile
 *
 * Changes somebody's password.
 *
 * Returns: whether it was written
 */
gboolean
bw_store_change_password (BwStore *self,
                          gint64 account,
                          const char *old_hash,
                          const char *new_hash,
                          GBytes *keep_session,
                          GError **error)
{
  PasswordChange change = { account, old_hash, new_hash, keep_session };

  return bw_store_write (self, change_password, &change, error);
}
