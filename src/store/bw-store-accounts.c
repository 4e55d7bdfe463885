/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-store-private.h"

#include "bw-account.h"
#include "bw-error.h"
#include "bw-read.h"
#include "bw-text.h"

typedef struct
{
  gint64 business;
  gint64 account;
  gint64 number;
  const char *slug;
  const char *name;
  const char *password_hash;
} Change;

static gboolean
need_row (BwDb *db, const char *sql, gint64 id, const char *what, GError **error)
{
  gint64 found = 0;

  if (!bw_db_get_int (db, &found, error, sql, "i", id))
    return FALSE;
  if (found != 0)
    return TRUE;
  bw_set_error (error, BW_ERROR_NOT_FOUND, "There is no such %s.", what);
  return FALSE;
}

static gboolean
need_business (BwDb *db, gint64 business, GError **error)
{
  return need_row (db, "SELECT id FROM business WHERE id = $1", business, "business", error);
}

static gboolean
add_business (BwTx *tx, gpointer data, GError **error)
{
  Change *change = data;
  BwDb *db = bw_tx_db (tx);

  if (!bw_refuse_taken (db, "SELECT id FROM business WHERE slug = $1", change->slug,
                        "a business called", error))
    return FALSE;
  change->business = bw_tx_next_number (tx, BW_NUMBER_BUSINESS);
  return bw_db_exec (db, error, "INSERT INTO business (id, slug, name) VALUES ($1, $2, $3)", "iss",
                     change->business, change->slug, change->name);
}

static gboolean
add_account (BwTx *tx, gpointer data, GError **error)
{
  Change *change = data;

  change->account = bw_account_add (tx, (BwAccountKind) change->number, change->slug, change->name,
                                    change->password_hash, NULL, error);
  return change->account != 0;
}

typedef struct
{
  gint64 business;
  gint64 account;
  BwRole role;
  BwPermissions added;
} Membership;

static gboolean
set_membership (BwTx *tx, gpointer data, GError **error)
{
  Membership *membership = data;
  BwDb *db = bw_tx_db (tx);

  bw_tx_rights_changed (tx);
  return need_business (db, membership->business, error)
         && need_row (db, "SELECT id FROM account WHERE id = $1", membership->account, "user",
                      error)
         && bw_db_exec (
             db, error,
             "INSERT INTO membership (business, account, role, added) VALUES ($1, $2, $3, $4)"
             " ON CONFLICT (business, account)"
             " DO UPDATE SET role = excluded.role, added = excluded.added",
             "iiii", membership->business, membership->account, (gint64) membership->role,
             (gint64) membership->added);
}

static gboolean
remove_membership (BwTx *tx, gpointer data, GError **error)
{
  Membership *membership = data;
  gint64 n = bw_db_exec_count (bw_tx_db (tx), error,
                               "DELETE FROM membership WHERE business = $1 AND account = $2", "ii",
                               membership->business, membership->account);

  bw_tx_rights_changed (tx);
  if (n == 0)
    bw_set_error (error, BW_ERROR_NOT_FOUND, "This user does not belong to the business.");
  return n > 0;
}

static gboolean
set_reference_url (BwTx *tx, gpointer data, GError **error)
{
  Change *change = data;
  BwDb *db = bw_tx_db (tx);

  if (!need_business (db, change->business, error))
    return FALSE;
  if (change->name == NULL)
    return bw_db_exec (db, error, "DELETE FROM reference_url WHERE business = $1 AND kind = $2",
                       "is", change->business, change->slug);
  return bw_db_exec (db, error,
                     "INSERT INTO reference_url (business, kind, template) VALUES ($1, $2, $3)"
                     " ON CONFLICT (business, kind) DO UPDATE SET template = excluded.template",
                     "iss", change->business, change->slug, change->name);
}

static gboolean
set_retention (BwTx *tx, gpointer data, GError **error)
{
  Change *change = data;

  return need_business (bw_tx_db (tx), change->business, error)
         && bw_db_exec (bw_tx_db (tx), error,
                        "UPDATE business SET retention_days = $2 WHERE id = $1", "ii",
                        change->business, change->number);
}

/**
 * bw_store_add_business:
 * @self: a store
 * @slug: its short name in paths, of the same letters as a job type's
 * @name: what people call it
 * @error: (out) (optional): what went wrong
 *
 * Adds a business.
 *
 * Returns: its number; 0 on an error
 */
gint64
bw_store_add_business (BwStore *self, const char *slug, const char *name, GError **error)
{
  Change change = { .slug = slug, .name = name };

  if (!bw_text_is_type_name (slug))
    {
      bw_set_error_field (
          error, BW_ERROR_INVALID, "id",
          "“%s” can't be a business's short name. Use up to 64 small letters, digits, dots "
          "and hyphens.",
          slug);
      return 0;
    }
  if (!bw_check_line (name, "name", BW_MAX_NAME, error)
      || !bw_store_write (self, add_business, &change, error))
    return 0;
  return change.business;
}

/**
 * bw_store_add_account:
 * @self: a store
 * @kind: a person, an application or a worker
 * @login: the name to sign in with
 * @name: what people call it
 * @password_hash: (nullable): of a password; %NULL: no sign-in by password
 * @error: (out) (optional): what went wrong
 *
 * Adds an account, which belongs to no business yet.
 *
 * Returns: its number; 0 on an error
 */
gint64
bw_store_add_account (BwStore *self,
                      BwAccountKind kind,
                      const char *login,
                      const char *name,
                      const char *password_hash,
                      GError **error)
{
  Change change = { .number = kind, .slug = login, .name = name, .password_hash = password_hash };

  if (!bw_check_line (login, "login", BW_MAX_LOGIN, error)
      || !bw_check_line (name, "name", BW_MAX_NAME, error)
      || !bw_store_write (self, add_account, &change, error))
    return 0;
  return change.account;
}

/**
 * bw_store_set_membership:
 * @self: a store
 * @business: a business
 * @account: an account
 * @role: its role there
 * @added: permissions on top of the role's
 * @error: (out) (optional): what went wrong
 *
 * Makes an account a member of a business, or changes what it may do there.
 *
 * Returns: whether it was written
 */
gboolean
bw_store_set_membership (BwStore *self,
                         gint64 business,
                         gint64 account,
                         BwRole role,
                         BwPermissions added,
                         GError **error)
{
  Membership membership = { business, account, role, added };

  g_return_val_if_fail ((guint) role < BW_N_ROLES, FALSE);

  return bw_store_write (self, set_membership, &membership, error);
}

/**
 * bw_store_remove_membership:
 * @self: a store
 * @business: a business
 * @account: one of its members
 * @error: (out) (optional): what went wrong
 *
 * Takes all of an account's rights in a business away.
 *
 * Returns: whether it was written
 */
gboolean
bw_store_remove_membership (BwStore *self, gint64 business, gint64 account, GError **error)
{
  Membership membership = { .business = business, .account = account };

  return bw_store_write (self, remove_membership, &membership, error);
}

/**
 * bw_store_set_reference_url:
 * @self: a store
 * @business: a business
 * @kind: a kind of reference
 * @url_template: (nullable): where references of this kind open, see bw_reference_expand(); %NULL
 *   for nowhere
 * @error: (out) (optional): what went wrong
 *
 * Says where references lead.
 *
 * Returns: whether it was written
 */
gboolean
bw_store_set_reference_url (BwStore *self,
                            gint64 business,
                            const char *kind,
                            const char *url_template,
                            GError **error)
{
  Change change = { .business = business, .slug = kind, .name = url_template };

  return bw_store_write (self, set_reference_url, &change, error);
}

/**
 * bw_store_set_retention:
 * @self: a store
 * @business: a business
 * @days: for how many days finished jobs are kept, 1 to 36500
 * @error: (out) (optional): what went wrong
 *
 * Returns: whether it was written
 */
gboolean
bw_store_set_retention (BwStore *self, gint64 business, int days, GError **error)
{
  Change change = { .business = business, .number = days };

  if (days >= 1 && days <= BW_MAX_RETENTION_DAYS)
    return bw_store_write (self, set_retention, &change, error);
  bw_set_error_field (error, BW_ERROR_INVALID, "retention_days",
                      "Finished jobs can be kept for 1 to %d days, not for %d.",
                      BW_MAX_RETENTION_DAYS, days);
  return FALSE;
}

/**
 * bw_store_find_account:
 * @self: a store
 * @login: the name to sign in with
 * @account: (out): its number; 0 when there is none
 * @password_hash: (out) (nullable) (transfer full): of its password
 * @error: (out) (optional): what went wrong
 *
 * Finds an account.
 *
 * Returns: %FALSE on an error; that there is none is not one
 */
gboolean
bw_store_find_account (BwStore *self,
                       const char *login,
                       gint64 *account,
                       char **password_hash,
                       GError **error)
{
  g_auto (BwReader) reader = bw_reader_begin (self, error);
  g_autoptr (BwRows) rows = NULL;
  g_autoptr (GError) local = NULL;

  *account = 0;
  *password_hash = NULL;
  if (reader.db == NULL)
    return FALSE;
  rows = bw_db_query (reader.db, error, "SELECT id, password_hash FROM account WHERE login = $1",
                      "s", login);
  if (rows == NULL)
    return FALSE;
  if (bw_rows_next (rows, &local))
    {
      *account = bw_rows_int (rows, 0);
      *password_hash = g_strdup (bw_rows_text (rows, 1));
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

/**
 * bw_store_find_business:
 * @self: a store
 * @slug: a short name
 * @business: (out): its number; 0 when there is none
 * @error: (out) (optional): what went wrong
 *
 * Finds a business.
 *
 * Returns: %FALSE on an error; that there is none is not one
 */
gboolean
bw_store_find_business (BwStore *self, const char *slug, gint64 *business, GError **error)
{
  g_auto (BwReader) reader = bw_reader_begin (self, error);

  *business = 0;
  return reader.db != NULL
         && bw_db_get_int (reader.db, business, error, "SELECT id FROM business WHERE slug = $1",
                           "s", slug);
}

static void
free_suggestion (gpointer data)
{
  BwSuggestion *self = data;

  g_free (self->key);
  g_free (self->label);
  g_free (self);
}

/**
 * bw_store_list_businesses:
 * @self: a store
 * @error: (out) (optional): what went wrong
 *
 * Lists the businesses for who looks after the server: nobody's rights are asked for.
 *
 * Returns: (transfer full) (nullable) (element-type BwSuggestion): each with its short name as key
 */
GPtrArray *
bw_store_list_businesses (BwStore *self, GError **error)
{
  g_auto (BwReader) reader = bw_reader_begin (self, error);
  g_autoptr (GPtrArray) businesses = g_ptr_array_new_with_free_func (free_suggestion);
  g_autoptr (BwRows) rows = NULL;
  g_autoptr (GError) local = NULL;

  if (reader.db == NULL)
    return NULL;
  rows = bw_db_query (reader.db, error, "SELECT id, slug, name FROM business ORDER BY slug", "");
  while (rows != NULL && bw_rows_next (rows, &local))
    {
      BwSuggestion *business = g_new0 (BwSuggestion, 1);

      business->id = bw_rows_int (rows, 0);
      business->key = g_strdup (bw_rows_text (rows, 1));
      business->label = g_strdup (bw_rows_text (rows, 2));
      g_ptr_array_add (businesses, business);
    }
  return rows != NULL && bw_read_finish (g_steal_pointer (&local), error)
             ? g_steal_pointer (&businesses)
             : NULL;
}

/**
 * bw_store_is_empty:
 * @self: a store
 * @is_empty: (out): whether it has neither businesses nor accounts
 * @error: (out) (optional): what went wrong
 *
 * Returns: %FALSE on an error
 */
gboolean
bw_store_is_empty (BwStore *self, gboolean *is_empty, GError **error)
{
  g_auto (BwReader) reader = bw_reader_begin (self, error);
  gint64 n = 0;

  if (reader.db == NULL
      || !bw_db_get_int (reader.db, &n, error,
                         "SELECT (SELECT COUNT(*) FROM business) + (SELECT COUNT(*) FROM account)",
                         ""))
    return FALSE;
  *is_empty = n == 0;
  return TRUE;
}
