/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-store-private.h"

#include "bw-account.h"
#include "bw-actor.h"
#include "bw-error.h"
#include "bw-member-row.h"

typedef struct
{
  const BwViewer *viewer;
  gint64 account;
  const BwNewMember *new;
  const BwMemberEdit *edit;
  BwMember *member; /* out */
} Change;

/* What is true once a write is done, told to who asked for it. */
static gboolean
tell_member (Change *change, BwDb *db, GError **error)
{
  g_auto (BwMemberRow) row = { 0 };

  g_clear_pointer (&change->member, bw_member_free);
  if (!bw_member_row_need (&row, db, change->viewer->business, change->account, error))
    return FALSE;
  change->member = bw_member_row_to_member (&row);
  return TRUE;
}

static char *
describe (const char *name, const char *login, const char *role, BwPermissions added)
{
  g_autofree char *names = bw_describe_permissions (added);

  return g_strdup_printf ("%s (%s): %s%s%s", name, login, role, added != 0 ? ", also " : "",
                          added != 0 ? names : "");
}

static gboolean
refuse_existing (const BwNewMember *new, GError **error)
{
  if (new->name == NULL &&new->password_hash == NULL)
    return TRUE;
  bw_set_error_field (error, BW_ERROR_CONFLICT, "login",
                      "There is a user “%s” on this server already. Leave out name and password to "
                      "add them as they are, or choose another user name.",
                      new->login);
  return FALSE;
}

static gboolean
refuse_incomplete (const BwNewMember *new, GError **error)
{
  if (new->name != NULL &&new->password_hash != NULL)
    return bw_check_line (new->login, "login", BW_MAX_LOGIN, error)
           && bw_check_line (new->name, "name", BW_MAX_NAME, error);
  bw_set_error_field (
      error, BW_ERROR_INVALID, new->name == NULL ? "name" : "password",
      "There is no user “%s” on this server yet. Give a name and a password to make "
      "one.",
      new->login);
  return FALSE;
}

/* The account to add, made where there is none. */
static gint64
find_or_make (Change *change, BwTx *tx, GError **error)
{
  const BwNewMember *new = change->new;
  BwAccountKind kind = BW_ACCOUNT_PERSON;
  gint64 member = 0;
  gint64 account;

  if (!bw_account_find (bw_tx_db (tx), new->login, &account, &kind, error))
    return 0;
  if (account == 0)
    return refuse_incomplete (new, error)
               ? bw_account_add (tx, BW_ACCOUNT_PERSON, new->login, new->name, new->password_hash,
                                 change->viewer->user != 0 ? change->viewer->user_name : NULL,
                                 error)
               : 0;
  if (!bw_db_get_int (bw_tx_db (tx), &member, error,
                      "SELECT account FROM membership WHERE business = $1 AND account = $2", "ii",
                      change->viewer->business, account))
    return 0;
  if (member != 0)
    bw_set_error_field (error, BW_ERROR_CONFLICT, "login", "“%s” belongs to this business already.",
                        new->login);
  else if (kind != BW_ACCOUNT_PERSON && change->viewer->user != 0)
    bw_set_error_field (error, BW_ERROR_CONFLICT, "login",
                        "“%s” is a program of another business. Make a token for it here.",
                        new->login);
  else if (refuse_existing (new, error))
    return account;
  return 0;
}

static gboolean
add_member (BwTx *tx, gpointer data, GError **error)
{
  Change *change = data;
  BwDb *db = bw_tx_db (tx);
  const BwNewMember *new = change->new;
  g_auto (BwRoleRow) role = { 0 };
  g_autofree char *detail = NULL;
  BwActor actor;

  bw_tx_rights_changed (tx);
  if (!bw_actor_load (&actor, tx, change->viewer, error)
      || !bw_role_row_need (&role, db, change->viewer->business, new->role, error)
      || (role.number == BW_ROLE_OWNER && !bw_actor_may_make_owner (&actor, error))
      || !bw_actor_may_grant (&actor, role.permissions | new->added, 0, error))
    return FALSE;
  change->account = find_or_make (change, tx, error);
  if (change->account == 0
      || !bw_db_exec (
          db, error,
          "INSERT INTO membership (business, account, role, added) VALUES ($1, $2, $3, $4)", "iiii",
          change->viewer->business, change->account, role.number, (gint64) new->added)
      || !tell_member (change, db, error))
    return FALSE;
  detail = describe (change->member->user_name, new->login, role.name, new->added);
  return bw_actor_record (&actor, tx, "member-add", detail, error);
}

/* A business without an owner could not be given one again. */
static gboolean
keep_an_owner (BwDb *db, gint64 business, gint64 account, GError **error)
{
  gint64 others = 0;

  if (!bw_db_get_int (db, &others, error,
                      "SELECT COUNT(*) FROM membership m JOIN account a ON a.id = m.account"
                      " WHERE m.business = $1 AND m.account <> $2 AND m.role = 0 AND a.kind = 0",
                      "ii", business, account))
    return FALSE;
  if (others == 0)
    bw_set_error (error, BW_ERROR_CONFLICT,
                  "This is the last owner of the business, which needs one. Make somebody else an "
                  "owner first.");
  return others > 0;
}

static gboolean
may_change (const BwActor *actor,
            BwDb *db,
            const BwMemberRow *row,
            const BwRoleRow *role,
            BwPermissions added,
            GError **error)
{
  gboolean was_owner = row->role.number == BW_ROLE_OWNER;
  gboolean is_owner = role->number == BW_ROLE_OWNER;

  return ((!was_owner && !is_owner) || bw_actor_may_make_owner (actor, error))
         && bw_actor_may_grant (actor, role->permissions | added,
                                row->role.permissions | row->added, error)
         && (!was_owner || is_owner || row->kind != BW_ACCOUNT_PERSON
             || keep_an_owner (db, actor->viewer->business, row->account, error));
}

static gboolean
write_rights (Change *change,
              BwTx *tx,
              const BwActor *actor,
              const BwMemberRow *row,
              GError **error)
{
  const BwMemberEdit *edit = change->edit;
  BwPermissions added = edit->set_added ? edit->added : row->added;
  BwDb *db = bw_tx_db (tx);
  g_auto (BwRoleRow) role = { 0 };
  g_autofree char *before = NULL;
  g_autofree char *detail = NULL;
  g_autofree char *names = NULL;
  BwPermissions permissions;

  if (!bw_role_row_need (&role, db, change->viewer->business,
                         edit->role != NULL ? edit->role : row->role.id, error)
      || !may_change (actor, db, row, &role, added, error))
    return FALSE;
  if (role.number == row->role.number && added == row->added)
    return TRUE;
  permissions = role.permissions | added;
  before = describe (row->name, row->login, row->role.name, row->added);
  names = bw_describe_permissions (added);
  detail = g_strdup_printf ("%s → %s%s%s", before, role.name, added != 0 ? ", also " : "",
                            added != 0 ? names : "");
  return bw_db_exec (
             db, error,
             "UPDATE membership SET role = $3, added = $4 WHERE business = $1 AND account = $2",
             "iiii", change->viewer->business, row->account, role.number, (gint64) added)
         && (row->kind == BW_ACCOUNT_WORKER || (permissions & BW_PERMISSION_MANAGE) != 0
             || bw_stop_work (tx, change->viewer->business, row->account, error))
         && bw_actor_record (actor, tx, "member-change", detail, error);
}

static gboolean
write_name (Change *change, BwTx *tx, const BwActor *actor, const BwMemberRow *row, GError **error)
{
  const char *name = change->edit->name;
  g_autofree char *detail = g_strdup_printf ("%s (%s): now called %s", row->name, row->login, name);

  if (g_str_equal (name, row->name))
    return TRUE;
  return bw_check_line (name, "name", BW_MAX_NAME, error)
         && bw_db_exec (bw_tx_db (tx), error, "UPDATE account SET name = $2 WHERE id = $1", "is",
                        row->account, name)
         && bw_actor_record (actor, tx, "member-change", detail, error);
}

static gboolean
write_password (Change *change,
                BwTx *tx,
                const BwActor *actor,
                const BwMemberRow *row,
                GError **error)
{
  g_autofree char *detail = g_strdup_printf ("%s (%s)", row->name, row->login);

  if (row->kind != BW_ACCOUNT_PERSON)
    bw_set_error_field (error, BW_ERROR_CONFLICT, "password",
                        "“%s” is a program, which signs in with a token. Renew that.", row->name);
  else if (row->account == change->viewer->user)
    bw_set_error_field (error, BW_ERROR_CONFLICT, "password",
                        "One's own password is changed with the old one, not here.");
  else
    return bw_account_set_password (tx, row->account, change->edit->password_hash, NULL, error)
           && bw_actor_record (actor, tx, "password-set", detail, error);
  return FALSE;
}

static gboolean
edit_member (BwTx *tx, gpointer data, GError **error)
{
  Change *change = data;
  const BwMemberEdit *edit = change->edit;
  g_auto (BwMemberRow) row = { 0 };
  BwActor actor;

  bw_tx_rights_changed (tx);
  if (!bw_actor_load (&actor, tx, change->viewer, error)
      || !bw_member_row_need (&row, bw_tx_db (tx), change->viewer->business, change->account,
                              error))
    return FALSE;
  /* Before the rights change: else one could be made less first. */
  if ((edit->name != NULL || edit->password_hash != NULL)
      && !bw_actor_may_be_given (tx, change->viewer, change->account, error))
    return FALSE;
  return ((edit->role == NULL && !edit->set_added)
          || write_rights (change, tx, &actor, &row, error))
         && (edit->name == NULL || write_name (change, tx, &actor, &row, error))
         && (edit->password_hash == NULL || write_password (change, tx, &actor, &row, error))
         && tell_member (change, bw_tx_db (tx), error);
}

static gboolean
remove_member (BwTx *tx, gpointer data, GError **error)
{
  Change *change = data;
  BwDb *db = bw_tx_db (tx);
  gint64 business = change->viewer->business;
  g_auto (BwMemberRow) row = { 0 };
  g_autofree char *detail = NULL;
  BwActor actor;

  bw_tx_rights_changed (tx);
  if (!bw_actor_load (&actor, tx, change->viewer, error)
      || !bw_member_row_need (&row, db, business, change->account, error))
    return FALSE;
  if (row.role.number == BW_ROLE_OWNER
      && (!bw_actor_may_make_owner (&actor, error)
          || (row.kind == BW_ACCOUNT_PERSON && !keep_an_owner (db, business, row.account, error))))
    return FALSE;
  detail = describe (row.name, row.login, row.role.name, row.added);
  return bw_db_exec (db, error, "DELETE FROM membership WHERE business = $1 AND account = $2", "ii",
                     business, row.account)
         /* A token that opens nothing any longer is none. */
         && bw_db_exec (db, error,
                        "DELETE FROM session WHERE account = $1 AND $2 <> 0"
                        " AND NOT EXISTS (SELECT 1 FROM membership WHERE account = $1)",
                        "ii", row.account, (gint64) row.kind)
         && bw_stop_work (tx, business, row.account, error)
         && bw_actor_record (&actor, tx,
                             row.kind == BW_ACCOUNT_PERSON ? "member-remove" : "token-remove",
                             detail, error);
}

/**
 * bw_store_list_members:
 * @self: a store
 * @viewer: who asks, with the permission "manage"
 * @error: (out) (optional): what went wrong
 *
 * Lists who belongs to a business: people by name, then programs.
 *
 * Returns: (transfer full) (nullable) (element-type BwMember): the members
 */
GPtrArray *
bw_store_list_members (BwStore *self, const BwViewer *viewer, GError **error)
{
  return bw_member_row_list (
      self, viewer, BW_MEMBER_SELECT " WHERE m.business = $1 ORDER BY a.kind, a.name, a.id",
      (BwMemberRowFunc) bw_member_row_to_member, (GDestroyNotify) bw_member_free, error);
}

static BwMember *
write_member (BwStore *self, BwWriteFunc func, Change *change, GError **error)
{
  if (bw_store_write (self, func, change, error))
    return change->member;
  g_clear_pointer (&change->member, bw_member_free);
  return NULL;
}

/**
 * bw_store_add_member:
 * @self: a store
 * @viewer: who asks
 * @member: whom to add, and as what
 * @error: (out) (optional): why not
 *
 * Makes somebody a member of a business: an account that is there, or with a name and a password a
 * person who is not.
 *
 * Returns: (transfer full) (nullable): the member
 */
BwMember *
bw_store_add_member (BwStore *self,
                     const BwViewer *viewer,
                     const BwNewMember *member,
                     GError **error)
{
  Change change = { .viewer = viewer, .new = member };

  return write_member (self, add_member, &change, error);
}

/**
 * bw_store_edit_member:
 * @self: a store
 * @viewer: who asks
 * @account: a member
 * @edit: what is to change
 * @error: (out) (optional): why not
 *
 * Changes what a member may do, or the name or password. A password that is set ends the member's
 * sessions.
 *
 * Returns: (transfer full) (nullable): the member, as it is now
 */
BwMember *
bw_store_edit_member (BwStore *self,
                      const BwViewer *viewer,
                      gint64 account,
                      const BwMemberEdit *edit,
                      GError **error)
{
  Change change = { .viewer = viewer, .account = account, .edit = edit };

  return write_member (self, edit_member, &change, error);
}

/**
 * bw_store_remove_member:
 * @self: a store
 * @viewer: who asks
 * @account: a member
 * @error: (out) (optional): why not
 *
 * Takes all of a member's rights in a business away. Their jobs stay, under their name; what a
 * worker has claimed goes to others.
 *
 * Returns: whether it was written
 */
gboolean
bw_store_remove_member (BwStore *self, const BwViewer *viewer, gint64 account, GError **error)
{
  Change change = { .viewer = viewer, .account = account };

  return bw_store_write (self, remove_member, &change, error);
}
