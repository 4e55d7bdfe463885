/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-account.h"

#include "bw-error.h"
#include "bw-fold.h"
#include "bw-read.h"
#include "bw-text.h"

/**
 * bw_check_line:
 * @text: a name
 * @field: what it is called in requests
 * @max: how many characters it may have
 * @error: (out) (optional): %BW_ERROR_INVALID
 *
 * Returns: whether it is one line that is not empty
 */
gboolean
bw_check_line (const char *text, const char *field, gsize max, GError **error)
{
  if (text[0] != '\0' && g_utf8_strlen (text, -1) <= (glong) max && !bw_text_has_control (text))
    return TRUE;
  bw_set_error_field (error, BW_ERROR_INVALID, field,
                      "“%s” must be one line of 1 to %" G_GSIZE_FORMAT " characters.", field, max);
  return FALSE;
}

/**
 * bw_refuse_taken:
 * @db: a connection
 * @sql: a query for the number of what has a name
 * @value: the name
 * @what: what it is the name of: "a business called"
 * @error: (out) (optional): %BW_ERROR_CONFLICT
 *
 * Returns: whether the name is free
 */
gboolean
bw_refuse_taken (BwDb *db, const char *sql, const char *value, const char *what, GError **error)
{
  gint64 id = 0;

  if (!bw_db_get_int (db, &id, error, sql, "s", value))
    return FALSE;
  if (id == 0)
    return TRUE;
  bw_set_error (error, BW_ERROR_CONFLICT, "There is already %s “%s”. Choose another name.", what,
                value);
  return FALSE;
}

/**
 * bw_account_add:
 * @tx: a write
 * @kind: a person, an application or a worker
 * @login: the name to sign in with
 * @name: what people call it
 * @password_hash: (nullable): of a password
 * @created_by: (nullable): who makes it; %NULL on the server's command line
 * @error: (out) (optional): %BW_ERROR_CONFLICT where the login is taken
 *
 * Adds an account, which belongs to no business yet.
 *
 * Returns: its number; 0 on an error
 */
gint64
bw_account_add (BwTx *tx,
                BwAccountKind kind,
                const char *login,
                const char *name,
                const char *password_hash,
                const char *created_by,
                GError **error)
{
  BwDb *db = bw_tx_db (tx);
  gint64 account;

  if (!bw_refuse_taken (db, "SELECT id FROM account WHERE login = $1", login, "a user called",
                        error))
    return 0;
  account = bw_tx_next_number (tx, BW_NUMBER_ACCOUNT);
  return bw_db_exec (
             db, error,
             "INSERT INTO account (id, kind, login, name, password_hash, created_at, created_by)"
             " VALUES ($1, $2, $3, $4, $5, $6, $7)",
             "iisssts", account, (gint64) kind, login, name, password_hash, bw_tx_now (tx),
             created_by)
             ? account
             : 0;
}

/**
 * bw_account_find:
 * @db: a connection
 * @login: the name to sign in with
 * @account: (out): its number; 0 when there is none
 * @kind: (out): what it is
 * @error: (out) (optional): what went wrong
 *
 * Returns: %FALSE on an error; that there is none is not one
 */
gboolean
bw_account_find (BwDb *db, const char *login, gint64 *account, BwAccountKind *kind, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows =
      bw_db_query (db, error, "SELECT id, kind FROM account WHERE login = $1", "s", login);

  *account = 0;
  if (rows == NULL)
    return FALSE;
  if (bw_rows_next (rows, &local))
    {
      *account = bw_rows_int (rows, 0);
      *kind = (BwAccountKind) bw_rows_int (rows, 1);
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

/**
 * bw_account_set_password:
 * @tx: a write
 * @account: a person
 * @password_hash: of the new password
 * @keep_session: (nullable): hash of the token of a session that goes on; all others end
 * @error: (out) (optional): what went wrong
 *
 * Returns: whether it was written
 */
gboolean
bw_account_set_password (BwTx *tx,
                         gint64 account,
                         const char *password_hash,
                         GBytes *keep_session,
                         GError **error)
{
  g_autoptr (GBytes) none = g_bytes_new_static ("", 0);

  bw_tx_rights_changed (tx);
  return bw_db_exec (bw_tx_db (tx), error, "UPDATE account SET password_hash = $2 WHERE id = $1",
                     "is", account, password_hash)
         && bw_db_exec (bw_tx_db (tx), error,
                        "DELETE FROM session WHERE account = $1 AND token_hash <> $2", "ib",
                        account, keep_session != NULL ? keep_session : none);
}

/**
 * bw_slug_new:
 * @name: what people call something
 * @fallback: for a name without letters of the Latin alphabet or digits
 * @max: how many characters are wanted at most
 *
 * Makes an id of a name: "Night shift" becomes "night-shift".
 *
 * Returns: (transfer full): of a-z, 0-9 and "-"
 */
char *
bw_slug_new (const char *name, const char *fallback, guint max)
{
  g_autofree char *folded = bw_fold (name);
  g_autoptr (GString) slug = g_string_new (NULL);

  for (const char *at = folded; *at != '\0' && slug->len < max; at++)
    if (g_ascii_isalnum (*at))
      g_string_append_c (slug, g_ascii_tolower (*at));
    else if (slug->len > 0 && slug->str[slug->len - 1] != '-')
      g_string_append_c (slug, '-');
  while (slug->len > 0 && slug->str[slug->len - 1] == '-')
    g_string_truncate (slug, slug->len - 1);
  return g_strdup (slug->len > 0 ? slug->str : fallback);
}
