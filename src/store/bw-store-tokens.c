/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-store-private.h"

#include "bw-account.h"
#include "bw-actor.h"
#include "bw-error.h"
#include "bw-member-row.h"
#include "bw-read.h"
#include "bw-viewer.h"

#define MAX_NAME 100
#define MAX_SLUG 40

typedef struct
{
  const BwViewer *viewer;
  gint64 account;
  const BwNewToken *new;
  GBytes *token_hash;
  BwTokenInfo *token; /* out */
} Change;

/* A program of this business. */
static gboolean
need_token (BwMemberRow *row, BwDb *db, const Change *change, GError **error)
{
  if (!bw_member_row_need (row, db, change->viewer->business, change->account, NULL)
      || row->kind == BW_ACCOUNT_PERSON)
    {
      bw_set_error (error, BW_ERROR_NOT_FOUND,
                    "There is no token with the number %" G_GINT64_FORMAT " in this business.",
                    change->account);
      return FALSE;
    }
  return TRUE;
}

static gboolean
tell_token (Change *change, BwDb *db, GError **error)
{
  g_auto (BwMemberRow) row = { 0 };

  g_clear_pointer (&change->token, bw_token_info_free);
  if (!need_token (&row, db, change, error))
    return FALSE;
  change->token = bw_member_row_to_token (&row);
  return TRUE;
}

/*
 * A program signs in by its token alone, but its account has a login as any other, unique on the
 * server: "willems/bookkeeping".
 */
static char *
make_login (BwDb *db, gint64 business, const char *name, GError **error)
{
  g_autofree char *slug = bw_slug_new (name, "program", MAX_SLUG);
  g_autofree char *where = NULL;
  g_autoptr (BwRows) rows =
      bw_db_query (db, error, "SELECT slug FROM business WHERE id = $1", "i", business);

  if (rows == NULL || !bw_rows_next (rows, error))
    return NULL;
  where = g_strdup (bw_rows_text (rows, 0));
  for (guint i = 1;; i++)
    {
      g_autofree char *login = i == 1 ? g_strdup_printf ("%s/%s", where, slug)
                                      : g_strdup_printf ("%s/%s-%u", where, slug, i);
      BwAccountKind kind;
      gint64 account;

      if (!bw_account_find (db, login, &account, &kind, error))
        return NULL;
      if (account == 0)
        return g_steal_pointer (&login);
    }
}

static gboolean
check_name (BwDb *db, gint64 business, const char *name, GError **error)
{
  gint64 taken = 0;

  if (!bw_check_line (name, "name", MAX_NAME, error)
      || !bw_db_get_int (db, &taken, error,
                         "SELECT a.id FROM membership m JOIN account a ON a.id = m.account"
                         " WHERE m.business = $1 AND a.kind <> 0 AND a.name = $2",
                         "is", business, name))
    return FALSE;
  if (taken != 0)
    bw_set_error_field (error, BW_ERROR_CONFLICT, "name",
                        "There is already a token called “%s”. Choose another name.", name);
  return taken == 0;
}

static gboolean
add_session (BwTx *tx, gint64 account, GBytes *token_hash, GError **error)
{
  return bw_db_exec (bw_tx_db (tx), error,
                     "INSERT INTO session (token_hash, account, created_at) VALUES ($1, $2, $3)",
                     "bit", token_hash, account, bw_tx_now (tx));
}

static gboolean
record (const BwActor *actor,
        BwTx *tx,
        const char *action,
        const BwTokenInfo *token,
        GError **error)
{
  g_autofree char *names = bw_describe_permissions (token->added);
  g_autofree char *detail = g_strdup_printf (
      "%s (%s): %s%s%s", token->name, bw_account_kind_to_string (token->kind), token->role_name,
      token->added != 0 ? ", also " : "", token->added != 0 ? names : "");

  return bw_actor_record (actor, tx, action, detail, error);
}

static gboolean
add_token (BwTx *tx, gpointer data, GError **error)
{
  Change *change = data;
  const BwNewToken *new = change->new;
  BwDb *db = bw_tx_db (tx);
  gint64 business = change->viewer->business;
  g_auto (BwRoleRow) role = { 0 };
  g_autofree char *login = NULL;
  BwActor actor;

  if (!bw_actor_load (&actor, tx, change->viewer, error)
      || !bw_role_row_need (&role, db, business, new->role, error)
      || (role.number == BW_ROLE_OWNER && !bw_actor_may_make_owner (&actor, error))
      || !bw_actor_may_grant (&actor, role.permissions | new->added, 0, error)
      || !check_name (db, business, new->name, error))
    return FALSE;
  login = make_login (db, business, new->name, error);
  if (login == NULL)
    return FALSE;
  change->account =
      bw_account_add (tx, new->kind, login, new->name, NULL,
                      change->viewer->user != 0 ? change->viewer->user_name : NULL, error);
  return change->account != 0
         && bw_db_exec (db, error,
                        "INSERT INTO membership (business, account, role, added)"
                        " VALUES ($1, $2, $3, $4)",
                        "iiii", business, change->account, role.number, (gint64) new->added)
         && add_session (tx, change->account, new->token_hash, error)
         && tell_token (change, db, error)
         && record (&actor, tx, "token-add", change->token, error);
}

static gboolean
renew_token (BwTx *tx, gpointer data, GError **error)
{
  Change *change = data;
  g_auto (BwMemberRow) row = { 0 };
  BwDb *db = bw_tx_db (tx);
  BwActor actor;

  bw_tx_rights_changed (tx);
  return bw_actor_load (&actor, tx, change->viewer, error) && need_token (&row, db, change, error)
         && bw_actor_may_be_given (tx, change->viewer, change->account, error)
         && bw_db_exec (db, error, "DELETE FROM session WHERE account = $1", "i", change->account)
         && add_session (tx, change->account, change->token_hash, error)
         && tell_token (change, db, error)
         && record (&actor, tx, "token-renew", change->token, error);
}

static gboolean
find_token (BwStore *self, const BwViewer *viewer, gint64 account, GError **error)
{
  const Change change = { .viewer = viewer, .account = account };
  g_auto (BwReader) reader = bw_reader_begin (self, error);
  g_auto (BwMemberRow) row = { 0 };

  return reader.db != NULL && need_token (&row, reader.db, &change, error);
}

/**
 * bw_store_list_tokens:
 * @self: a store
 * @viewer: who asks, with the permission "manage"
 * @error: (out) (optional): what went wrong
 *
 * Lists the programs that belong to a business, by name.
 *
 * Returns: (transfer full) (nullable) (element-type BwTokenInfo): their tokens
 */
GPtrArray *
bw_store_list_tokens (BwStore *self, const BwViewer *viewer, GError **error)
{
  return bw_member_row_list (
      self, viewer, BW_MEMBER_SELECT " WHERE m.business = $1 AND a.kind <> 0 ORDER BY a.name, a.id",
      (BwMemberRowFunc) bw_member_row_to_token, (GDestroyNotify) bw_token_info_free, error);
}

static BwTokenInfo *
write_token (BwStore *self, BwWriteFunc func, Change *change, GError **error)
{
  if (bw_store_write (self, func, change, error))
    return change->token;
  g_clear_pointer (&change->token, bw_token_info_free);
  return NULL;
}

/**
 * bw_store_add_token:
 * @self: a store
 * @viewer: who asks
 * @token: whom it is for, and as what it lets in
 * @error: (out) (optional): why not
 *
 * Makes a program a member of a business.
 *
 * Returns: (transfer full) (nullable): what is known of the token; itself is only known hashed
 */
BwTokenInfo *
bw_store_add_token (BwStore *self, const BwViewer *viewer, const BwNewToken *token, GError **error)
{
  Change change = { .viewer = viewer, .new = token };

  return write_token (self, add_token, &change, error);
}

/**
 * bw_store_renew_token:
 * @self: a store
 * @viewer: who asks
 * @account: a program of the business
 * @token_hash: of its new token
 * @error: (out) (optional): why not
 *
 * Gives a program another token; the one it has is worth nothing any longer.
 *
 * Returns: (transfer full) (nullable): what is known of the token
 */
BwTokenInfo *
bw_store_renew_token (BwStore *self,
                      const BwViewer *viewer,
                      gint64 account,
                      GBytes *token_hash,
                      GError **error)
{
  Change change = { .viewer = viewer, .account = account, .token_hash = token_hash };

  return write_token (self, renew_token, &change, error);
}

/**
 * bw_store_remove_token:
 * @self: a store
 * @viewer: who asks
 * @account: a program of the business
 * @error: (out) (optional): why not
 *
 * Shuts a program out of a business. Its jobs stay; what it has claimed goes to other workers.
 *
 * Returns: whether it was written
 */
gboolean
bw_store_remove_token (BwStore *self, const BwViewer *viewer, gint64 account, GError **error)
{
  return bw_viewer_need (viewer, BW_PERMISSION_MANAGE, error)
         && find_token (self, viewer, account, error)
         && bw_store_remove_member (self, viewer, account, error);
}
