/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-roles.h"

#include "bw-error.h"
#include "bw-read.h"

static void
set_shipped (BwRoleRow *self, BwRole role)
{
  self->number = role;
  self->id = g_strdup (bw_role_to_string (role));
  self->name = g_strdup (bw_role_get_name (role));
  self->permissions = bw_role_get_permissions (role);
}

/**
 * bw_role_row_read:
 * @self: (out): a role
 * @rows: a row with the columns %BW_ROLE_COLUMNS
 * @column: the first of them
 *
 * Reads a membership's role. One that is not there, which no write leaves behind, permits nothing.
 */
void
bw_role_row_read (BwRoleRow *self, BwRows *rows, guint column)
{
  gint64 number = bw_rows_int (rows, column);

  *self = (BwRoleRow) { .number = number };
  if (number >= 0 && number < BW_N_ROLES)
    {
      set_shipped (self, (BwRole) number);
      return;
    }
  self->id =
      g_strdup (bw_rows_is_null (rows, column + 1) ? "none" : bw_rows_text (rows, column + 1));
  self->name =
      g_strdup (bw_rows_is_null (rows, column + 2) ? "None" : bw_rows_text (rows, column + 2));
  self->permissions = (BwPermissions) bw_rows_int (rows, column + 3) & BW_PERMISSIONS_ALL;
}

/**
 * bw_role_row_find:
 * @self: (out): a role
 * @db: a connection
 * @business: a business
 * @id: a role's id, shipped or the business's own
 * @found: (out): whether there is one
 * @error: (out) (optional): what went wrong
 *
 * Returns: %FALSE on an error; that there is none is not one
 */
gboolean
bw_role_row_find (BwRoleRow *self,
                  BwDb *db,
                  gint64 business,
                  const char *id,
                  gboolean *found,
                  GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows = NULL;
  BwRole shipped;

  *self = (BwRoleRow) { 0 };
  *found = bw_role_from_string (id, &shipped);
  if (*found)
    {
      set_shipped (self, shipped);
      return TRUE;
    }
  rows = bw_db_query (
      db, error, "SELECT id, slug, name, permissions FROM role WHERE business = $1 AND slug = $2",
      "is", business, id);
  if (rows == NULL)
    return FALSE;
  *found = bw_rows_next (rows, &local);
  if (*found)
    bw_role_row_read (self, rows, 0);
  return bw_read_finish (g_steal_pointer (&local), error);
}

/**
 * bw_role_row_need:
 * @self: (out): a role
 * @db: a connection
 * @business: a business
 * @id: a role's id
 * @error: (out) (optional): %BW_ERROR_INVALID where there is none, naming the field "role"
 *
 * Returns: whether there is one
 */
gboolean
bw_role_row_need (BwRoleRow *self, BwDb *db, gint64 business, const char *id, GError **error)
{
  gboolean found;

  if (!bw_role_row_find (self, db, business, id, &found, error))
    return FALSE;
  if (!found)
    bw_set_error_field (error, BW_ERROR_INVALID, "role",
                        "There is no role “%.64s” in this business. The list of roles says which "
                        "there are.",
                        id);
  return found;
}

/** bw_role_row_clear: @self: a role. Frees what it holds. */
void
bw_role_row_clear (BwRoleRow *self)
{
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->name, g_free);
}

/**
 * bw_rights_find:
 * @db: a connection
 * @business: a business
 * @account: an account
 * @permissions: (out): what the account may do there; 0 where it is no member
 * @is_owner: (out) (optional): whether it owns the business
 * @error: (out) (optional): what went wrong
 *
 * Finds what somebody may do as the database has it: for a write, or for work on somebody's behalf
 * that outlasts the request that asked for it.
 *
 * Returns: %FALSE on an error; that there is no such member is not one
 */
gboolean
bw_rights_find (BwDb *db,
                gint64 business,
                gint64 account,
                BwPermissions *permissions,
                gboolean *is_owner,
                GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows =
      bw_db_query (db, error,
                   "SELECT m.added, " BW_ROLE_COLUMNS " FROM membership m" BW_ROLE_JOIN
                   " WHERE m.business = $1 AND m.account = $2",
                   "ii", business, account);
  g_auto (BwRoleRow) role = { .number = -1 };

  *permissions = 0;
  if (rows == NULL)
    return FALSE;
  if (bw_rows_next (rows, &local))
    {
      bw_role_row_read (&role, rows, 1);
      *permissions = role.permissions | (BwPermissions) bw_rows_int (rows, 0);
    }
  if (is_owner != NULL)
    *is_owner = role.number == BW_ROLE_OWNER;
  return bw_read_finish (g_steal_pointer (&local), error);
}
