/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-member-row.h"

#include "bw-error.h"
#include "bw-read.h"
#include "bw-store-private.h"
#include "bw-viewer.h"

/**
 * bw_member_row_read:
 * @self: (out): a membership
 * @rows: a row of %BW_MEMBER_SELECT
 *
 * Reads a membership.
 */
void
bw_member_row_read (BwMemberRow *self, BwRows *rows)
{
  self->account = bw_rows_int (rows, 0);
  self->kind = (BwAccountKind) bw_rows_int (rows, 1);
  self->login = g_strdup (bw_rows_text (rows, 2));
  self->name = g_strdup (bw_rows_text (rows, 3));
  self->created_at = bw_rows_time (rows, 4);
  self->created_by = g_strdup (bw_rows_text (rows, 5));
  self->added = (BwPermissions) bw_rows_int (rows, 6) & BW_PERMISSIONS_ALL;
  self->last_seen_at = bw_rows_time (rows, 7);
  bw_role_row_read (&self->role, rows, 8);
}

/**
 * bw_member_row_need:
 * @self: (out): a membership
 * @db: a connection
 * @business: a business
 * @account: an account
 * @error: (out) (optional): %BW_ERROR_NOT_FOUND where it does not belong to the business
 *
 * Returns: whether it does
 */
gboolean
bw_member_row_need (BwMemberRow *self, BwDb *db, gint64 business, gint64 account, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows =
      bw_db_query (db, error, BW_MEMBER_SELECT " WHERE m.business = $1 AND m.account = $2", "ii",
                   business, account);
  gboolean found;

  *self = (BwMemberRow) { 0 };
  if (rows == NULL)
    return FALSE;
  found = bw_rows_next (rows, &local);
  if (found)
    bw_member_row_read (self, rows);
  if (!bw_read_finish (g_steal_pointer (&local), error))
    return FALSE;
  if (!found)
    bw_set_error (error, BW_ERROR_NOT_FOUND,
                  "Nobody in this business has the number %" G_GINT64_FORMAT ".", account);
  return found;
}

/** bw_member_row_clear: @self: a membership. Frees what it holds. */
void
bw_member_row_clear (BwMemberRow *self)
{
  g_clear_pointer (&self->login, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->created_by, g_free);
  bw_role_row_clear (&self->role);
}

/**
 * bw_member_row_to_member:
 * @self: a membership
 *
 * Returns: (transfer full): it as it is told
 */
BwMember *
bw_member_row_to_member (const BwMemberRow *self)
{
  BwMember *member = bw_member_new ();

  member->user_id = self->account;
  member->user_name = g_strdup (self->name);
  member->login = g_strdup (self->login);
  member->kind = self->kind;
  member->role = g_strdup (self->role.id);
  member->role_name = g_strdup (self->role.name);
  member->added = self->added;
  member->permissions = self->role.permissions | self->added;
  member->last_seen_at = self->last_seen_at;
  return member;
}

/**
 * bw_member_row_to_token:
 * @self: a program's membership
 *
 * Returns: (transfer full): it as a token, without the token itself, which is not kept
 */
BwTokenInfo *
bw_member_row_to_token (const BwMemberRow *self)
{
  BwTokenInfo *token = bw_token_info_new ();

  token->id = self->account;
  token->name = g_strdup (self->name);
  token->kind = self->kind;
  token->role = g_strdup (self->role.id);
  token->role_name = g_strdup (self->role.name);
  token->added = self->added;
  token->created_at = self->created_at;
  token->created_by = g_strdup (self->created_by);
  token->last_used_at = self->last_seen_at;
  return token;
}

/**
 * bw_member_row_list:
 * @store: a store
 * @viewer: who asks, and needs to manage the business
 * @sql: which memberships: a BW_MEMBER_SELECT, $1 being the business
 * @func: what to make of each
 * @free_func: frees what it made
 * @error: (out) (optional): why not
 *
 * Lists a business's memberships.
 *
 * Returns: (transfer full) (nullable): what was made of them, in their order
 */
GPtrArray *
bw_member_row_list (BwStore *store,
                    const BwViewer *viewer,
                    const char *sql,
                    BwMemberRowFunc func,
                    GDestroyNotify free_func,
                    GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (free_func);
  g_auto (BwReader) reader = { 0 };
  g_autoptr (BwRows) rows = NULL;
  g_autoptr (GError) local = NULL;

  if (!bw_viewer_need (viewer, BW_PERMISSION_MANAGE, error))
    return NULL;
  reader = bw_reader_begin (store, error);
  if (reader.db == NULL)
    return NULL;
  rows = bw_db_query (reader.db, error, sql, "i", viewer->business);
  while (rows != NULL && bw_rows_next (rows, &local))
    {
      g_auto (BwMemberRow) row = { 0 };

      bw_member_row_read (&row, rows);
      g_ptr_array_add (list, func (&row));
    }
  return rows != NULL && bw_read_finish (g_steal_pointer (&local), error) ? g_steal_pointer (&list)
                                                                          : NULL;
}
